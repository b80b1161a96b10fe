"""Writes the feeds' rows, before the archive remembers the work."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.extensions.feeds import Feeds
from f2scrapy.crawl.extensions.ledger import Ledger
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item


class FeedPipeline:
    """An item whose row cannot be written goes no further: the next run gives it again."""

    def __init__(self, feeds: Feeds, crawler: Crawler) -> None:
        self.feeds = feeds
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        feeds = crawler.get_extension(Feeds)
        if feeds is None:
            raise NotConfigured
        return cls(feeds, crawler)

    def process_item(self, item: Item) -> Item:
        try:
            self.feeds.write(item)
        except OSError as error:
            ledger = self.crawler.get_extension(Ledger)
            assert ledger is not None
            why = f"its row cannot be written: {error.strerror}"
            ledger.gap(item.key, Outcome.DISK, why, source=item.source)
            raise Skipped("without a row") from error
        return item
