"""Write Scrapy's feeds from a pipeline; a feed that fails becomes a gap in the report."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, FileFeedStorage
from scrapy.utils.defer import ensure_awaitable

from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.feed_checks import hide_credentials
from f2scrapy.crawl.feed_files import FeedFileStorage
from f2scrapy.crawl.reading import get_reading_log
from f2scrapy.errors import Outcome
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)


class Feeds(FeedExporter):
    """Scrapy's feed exporter; a pipeline calls `write`, where Scrapy waits for all pipelines.

    So a row is written before the archive records its work, and a work without a row is not
    recorded.
    """

    _group: list[Any]  # items with rows that are not flushed
    _writing: asyncio.Task[None] | None  # that flushes them; None = there are none
    _written: dict[FeedSlot, int]  # rows of each feed that are in its file

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        feeds = super().from_crawler(crawler)
        feeds._group, feeds._writing, feeds._written = [], None, {}
        crawler.signals.disconnect(feeds.item_scraped, signals.item_scraped)
        return feeds

    def write(self, item: Any) -> None:
        """Write an item's row to each feed, and flush it to the system.

        Raises:
            OSError: a row cannot be written.
        """
        try:
            self._export(item)
        finally:  # a feed that fails keeps no other from its row
            self._flush()

    async def write_in_group(self, item: Any) -> None:
        """Write an item's row, those of one moment together if they are remembered as given.

        So a page costs the archive one transaction, and a kill finds no row that is written and
        not remembered, but for the moment between these two.

        Raises:
            OSError: a row of the group cannot be written; none of them is remembered.
        """
        if get_reading_log(self.crawler).is_idle:
            self.write(item)
            return
        self._export(item)
        self._group.append(item)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_group())
        await self._writing

    async def _write_group(self) -> None:
        """Write the rows of all items that have come before the event loop begins this."""
        items, self._group, self._writing = self._group, [], None
        self._flush()
        get_reading_log(self.crawler).add_rows(items)

    def _export(self, item: Any) -> None:
        assert self.crawler.spider is not None
        self.item_scraped(item, self.crawler.spider)

    def _flush(self) -> None:
        failures = []
        for slot in self.slots:
            if failure := _flush(slot):
                failures.append(failure)
                slot.itemcount = self._written.get(slot, 0)  # the others are dropped
            self._written[slot] = slot.itemcount
        if failures:
            raise failures[0]

    async def _close_slot(self, slot: FeedSlot, spider: Spider) -> None:  # noqa: ARG002 - Scrapy's
        """Close a feed and report its failure; Scrapy only logs a traceback, or nothing."""
        if slot.itemcount or (slot.store_empty and slot.batch_id == 1):
            try:
                await self._finish(slot)
            except Exception as error:
                why = _describe(error)
                logger.debug("%s", why, exc_info=True)
                detail = f"the feed is not complete: {why}"
                outcome = choose_outcome(error)
                get_run_log(self.crawler).add_gap(hide_credentials(slot.uri), outcome, detail)
            else:
                self._log_end(slot)
        await self.crawler.signals.send_catch_log_async(signals.feed_slot_closed, slot=slot)

    async def _finish(self, slot: FeedSlot) -> None:
        slot.start_exporting()
        slot.finish_exporting()
        file = self._get_file(slot)
        if isinstance(slot.storage, FeedFileStorage) and self._keeps_old(slot):
            slot.storage.discard(file)
            return
        local = slot.storage.path if isinstance(slot.storage, FileFeedStorage) else ""
        is_same = local and not getattr(slot.storage, "is_converted", False)
        written = os.fstat(file.fileno()) if is_same else None
        await ensure_awaitable(slot.storage.store(file))
        if written and not os.path.samestat(written, os.stat(local)):  # noqa: PTH116 - in no time
            raise OSError(errno.ESTALE, "another file has taken its place")

    def _keeps_old(self, slot: FeedSlot) -> bool:
        """Return whether an old file stays: this run has no row, and some may be missing."""
        storage = slot.storage
        if not isinstance(storage, FeedFileStorage) or storage.part is None:
            return False
        has_rows = slot.itemcount or storage.has_old_rows
        is_answered = get_run_log(self.crawler).is_answered
        return not (has_rows or is_answered) and storage.target.exists()

    def _log_end(self, slot: FeedSlot) -> None:
        place = hide_credentials(slot.uri)
        if self._keeps_old(slot):
            logger.warning("%s stays as it was: this run has no rows for it", place)
        else:
            logger.info("%s in %s", pluralize(slot.itemcount, "row"), place)


def _flush(slot: FeedSlot) -> OSError | None:
    try:
        if slot.file is not None:
            slot.file.flush()
    except OSError as error:
        return error
    return None


def choose_outcome(error: Exception) -> Outcome:
    """Return the outcome of a row that was not written: a pipe's reader may have ended."""
    return Outcome.INTERRUPTED if isinstance(error, BrokenPipeError) else Outcome.DISK


def _describe(error: Exception) -> str:
    """Return words without addresses, which may hold credentials."""
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
