"""Put the files of each work into the store of F2_PUBLISH."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_options
from f2scrapy.model.item import Item


class PublishPipeline:
    """Passes a work once its files are in the store; one that lacks some is a gap.

    While a work waits, others are downloaded: at most CONCURRENT_ITEMS.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        if not options.publish or not options.media or options.plan:
            raise NotConfigured
        return cls(crawler)

    async def open_spider(self) -> None:
        from f2scrapy.crawl.publisher import build_publisher  # noqa: PLC0415 - most runs need none

        self.publisher = build_publisher(self.crawler)

    @own_items
    async def process_item(self, item: Item) -> Item:
        if item.files:
            await self.publisher.publish_work(item.key, item.source)
        return item

    async def close_spider(self) -> None:
        await self.publisher.finish()
