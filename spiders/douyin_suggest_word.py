"""Search words that Douyin suggests."""

from f2scrapy.crawl.arguments import KeywordArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.search import SuggestWords
from f2scrapy.platforms.douyin.items.search import SuggestWord


class DouyinSuggestWordSpider(ApiSpider):
    """Yields a `SuggestWord` for each suggestion.

    scrapy crawl douyin_suggest_word -a keyword=猫
    """

    name = "douyin_suggest_word"
    mode = "suggest"
    args: KeywordArgs
    item = SuggestWord
    endpoints = (SuggestWords,)
