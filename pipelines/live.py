"""Record a room on air until its broadcast ends; other items pass meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.fetch_item import fetch_item
from f2scrapy.crawl.identity_gate import UNGATED
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import (
    get_archive,
    get_given_options,
    get_identity,
    get_options,
)
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, MediaKind

if TYPE_CHECKING:
    from f2scrapy.live.companion import Companion
    from f2scrapy.live.recorder import Recorder
    from f2scrapy.live.recording_options import RecordingOptions


class LivePipeline:
    """Adds a broadcast's segments to `item.files`; gaps and failures go to the run log.

    The room is fetched again through the engine, with its retries. Recordings end when the crawl
    is stopping. Few crawls record: the parts of a recorder, with aiohttp, are imported when one
    does (0.3 s, 2026-11).
    """

    def __init__(self, crawler: Crawler, rules: RecordingOptions) -> None:
        self.crawler = crawler
        self.rules = rules
        self.stop = asyncio.Event()
        self._stop_check = create_looping_call(self._check_stop)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        if MediaKind.LIVE not in options.media:
            raise NotConfigured
        from f2scrapy.live.recording_options import RecordingOptions  # noqa: PLC0415 - see the class

        return cls(crawler, RecordingOptions.from_options(options))

    def _build_companion(self) -> Companion | None:
        """Return the recorder of messages, if F2_LIVE_DANMAKU wants them."""
        if not get_options(self.crawler).live_danmaku:
            return None
        from f2scrapy.live.danmaku import build_danmaku_recorder  # noqa: PLC0415 - others do not load danmaku

        return build_danmaku_recorder(get_given_options(self.crawler))

    async def open_spider(self) -> None:
        from f2scrapy.live.recover import recover_broadcasts  # noqa: PLC0415
        from f2scrapy.live.source import StreamSource  # noqa: PLC0415

        self.run_log = get_run_log(self.crawler)
        self.archive = get_archive(self.crawler)
        options = get_options(self.crawler)
        self.source = StreamSource(
            get_identity(self.crawler), options.sandbox, options.stall,
            lambda: self.crawler.stats.inc_value("f2/browser_tries"),
        )  # fmt: skip
        await self.source.__aenter__()
        self._stop_check.start(0.5)
        self.companion = self._build_companion()
        finish = self.companion.finish if self.companion else None
        await recover_broadcasts(self.archive, self.rules, finish)

    async def close_spider(self) -> None:
        self._stop_check.stop()
        await self.source.__aexit__(None, None, None)

    @own_items
    async def process_item(self, item: Item) -> Item:
        if all(medium.kind is not MediaKind.LIVE for medium in item.assets.values()):
            return item
        from f2scrapy.live.archived import build_files  # noqa: PLC0415
        from f2scrapy.live.companion import build_target, record_with  # noqa: PLC0415
        from f2scrapy.live.recorder import Recorder  # noqa: PLC0415

        room: Any = item
        base = self.archive.root / item.path

        async def refresh() -> Any:
            return await self._fetch_room(recorder)

        recorder = Recorder(room, base, self.source, refresh, self.rules)
        recording = await record_with(self.companion, build_target(room), recorder, self.stop)
        files = build_files(self.archive, recording)
        item.files = [*item.files, *files]
        self._count_files(files)
        if recording.overall_outcome is not Outcome.OK:
            self.run_log.add_gap(
                item.key, recording.overall_outcome, recording.summary, source=item.source
            )
        return item

    def _check_stop(self) -> None:
        """End recordings when the crawl stops: Scrapy waits for items, and these may take days."""
        engine = self.crawler.engine
        if not self.crawler.crawling or (engine and engine._slot and engine._slot.closing):
            self.stop.set()

    async def _fetch_room(self, recorder: Recorder) -> Any:
        from f2scrapy.live.clock import read_server_ahead  # noqa: PLC0415

        room: Any = recorder.room
        fresh, answer = await fetch_item(
            self.crawler, room.detail_endpoint(), type(room), **{UNGATED: True}
        )
        recorder.record.server_ahead = read_server_ahead(answer, time.time())
        return fresh

    def _count_files(self, files: Collection[File]) -> None:
        stats = self.crawler.stats
        stats.inc_value("f2/files", len(files))
        stats.inc_value("f2/bytes", sum(file.size for file in files))
