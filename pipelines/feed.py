"""Write rows to the feeds, before the archive records the work."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.extensions.feeds import Feeds, choose_outcome
from f2scrapy.crawl.extensions.report import get_run_log, identify_item
from f2scrapy.crawl.skipped import Skipped

logger = logging.getLogger(__name__)


class FeedPipeline:
    """Writes each item's row; an item without one is dropped, for the next run to repeat.

    The run ends as by Ctrl-C if the reader of a pipe has ended, such as `| head`: no further row
    could be kept.
    """

    def __init__(self, feeds: Feeds, crawler: Crawler) -> None:
        self.feeds = feeds
        self.crawler = crawler
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        feeds = crawler.get_extension(Feeds)
        if feeds is None:
            raise NotConfigured
        return cls(feeds, crawler)

    async def process_item(self, item: Any) -> Any:
        try:
            await self.feeds.write_in_group(item)
        except OSError as error:
            why = f"its row cannot be written: {error.strerror}"
            key, source = identify_item(item)
            get_run_log(self.crawler).add_gap(key, choose_outcome(error), why, source=source)
            if isinstance(error, BrokenPipeError):
                self._stop()
            raise Skipped("without a row") from error
        return item

    def _stop(self) -> None:
        """Stop the crawl, once; it waits for this item, so this must not wait for it."""
        if self._stopping is None:
            logger.info("the reader of the feed has ended: the run ends, too")
            self._stopping = asyncio.create_task(self.crawler.stop_async())
