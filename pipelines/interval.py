"""Drop items that were published outside the user's interval."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.model.item import Item


class IntervalPipeline:
    """Keeps items from within `interval`, and items without a date; None keeps all."""

    def __init__(self, interval: Interval | None) -> None:
        self.interval = interval

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        args = getattr(crawler.spider, "args", None)
        return cls(getattr(args, "interval", None))

    @own_items
    def process_item(self, item: Item) -> Item:
        if self.interval and item.published and not self.interval.contains(item.published):
            raise Skipped("interval")
        return item
