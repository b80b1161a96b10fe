"""Drop items that the user's filters leave out."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from f2scrapy.crawl.item_filter import ItemFilter
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.model.item import Item


class FilterPipeline:
    """Keeps the items that the arguments want: `interval`, `kinds`, `likes`, `seconds`, `match`."""

    def __init__(self, wanted: ItemFilter) -> None:
        self.wanted = wanted

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(ItemFilter.of_arguments(getattr(crawler.spider, "args", None)))

    @own_items
    def process_item(self, item: Item) -> Item:
        if reason := self.wanted.find_reason(item):
            raise Skipped(reason)
        return item
