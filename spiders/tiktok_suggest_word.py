"""Search words that TikTok suggests."""

from f2scrapy.crawl.arguments import KeywordArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.search import SuggestWords
from f2scrapy.platforms.tiktok.items.search import SuggestWord


class TiktokSuggestWordSpider(ApiSpider):
    """Yields a `SuggestWord` for each suggestion.

    scrapy crawl tiktok_suggest_word -a keyword=cat
    """

    name = "tiktok_suggest_word"
    mode = "suggest"
    args: KeywordArgs
    item = SuggestWord
    endpoints = (SuggestWords,)
