"""Results of Douyin's search."""

from typing import Literal

from pydantic import Field

from f2scrapy.crawl.arguments import KeywordArgs, PaginationArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.search import SEARCHES, Filters, Search
from f2scrapy.platforms.douyin.items.search import SearchResult


class SearchArgs(Filters, PaginationArgs, KeywordArgs):
    """Arguments of a search."""

    type: Literal["general", "video", "user", "live"] = "general"
    offset: int = Field(0, ge=0)  # results to skip, from the report of a stopped run


class DouyinSearchSpider(ApiSpider):
    """Yields results in their ranking: `FoundPost`, `FoundUser`, `FoundRoom`, `SearchResult`.

    scrapy crawl douyin_search -a keyword=猫 -a type=video -a sort=likes -a published=week
    """

    name = "douyin_search"
    mode = "search"
    args: SearchArgs
    item = SearchResult
    endpoints = (Search,)

    def build_first_page(self, link: Link) -> Search:
        return SEARCHES[self.args.type].with_filters(link.id, self.args, self.args.offset)
