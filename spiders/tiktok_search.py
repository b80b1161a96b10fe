"""Results of TikTok's search."""

from typing import Literal

from pydantic import Field

from f2scrapy.crawl.arguments import KeywordArgs, PaginationArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.search import SEARCHES, Search
from f2scrapy.platforms.tiktok.items.search import SearchResult


class SearchArgs(PaginationArgs, KeywordArgs):
    """Arguments of a search."""

    type: Literal["general", "video"] = "general"
    offset: int = Field(0, ge=0)  # results to skip, from the report of a stopped run


class TiktokSearchSpider(ApiSpider):
    """Yields results in their ranking: `FoundPost`, `SearchResult`.

    scrapy crawl tiktok_search -a keyword=moon -a type=video
    """

    name = "tiktok_search"
    mode = "search"
    args: SearchArgs
    item = SearchResult
    endpoints = (Search,)

    def build_first_page(self, link: Link) -> Search:
        return SEARCHES[self.args.type](keyword=link.id, offset=self.args.offset)
