"""Words that Douyin suggests to search for."""

from f2scrapy.args import KeywordArgs
from f2scrapy.douyin.endpoints.search import SuggestWords
from f2scrapy.douyin.items.search import SuggestWord
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider


class DouyinSuggestWordSpider(ApiSpider):
    """Yields a `SuggestWord` for each suggestion.

    scrapy crawl douyin_suggest_word -a keyword=猫
    """

    name = "douyin_suggest_word"
    mode = "suggest"
    args: KeywordArgs
    item = SuggestWord

    def first(self, link: Link) -> SuggestWords:
        return SuggestWords(keyword=link.id)
