"""Record users, works and files in the archive, once the files are on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.records import NOTHING_WANTED
from f2scrapy.archive.works import is_news
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.key_set import KeySet
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind

SOON_S = 0.5  # until files are recorded, if no other work begins before
MOST_QUEUED = 10  # works that a kill may leave unrecorded; some of their files are fetched again
AGAIN_S = 1.0  # likewise, after the archive has refused


class ArchivePipeline:
    """Records each file with its work, and the state of works that have none.

    Only files on disk are recorded, and each once; those of several works in one commit. If the
    user wants no files, nothing is recorded.
    """

    crawler: Crawler
    run_log: RunLog | None = None  # for files that were removed; None until the spider opens

    def __init__(self, archive: Archive, wanted: frozenset[MediaKind]) -> None:
        self.archive = archive
        self.wanted = wanted
        self._sources = KeySet()  # works of which this run has recorded files; the text is the list
        self._loop: asyncio.AbstractEventLoop | None = None  # None = there is no later
        self._timer: asyncio.TimerHandle | None = None
        self._user = ("", "", "")  # of the last item: most lists have one author

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        if options.plan:
            raise NotConfigured
        made = cls(get_archive(crawler), options.media)
        made.crawler = crawler
        return made

    async def open_spider(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.run_log = get_run_log(self.crawler)

    async def close_spider(self) -> None:
        """Write what is queued; report files that were removed since they were recorded."""
        assert self.run_log is not None
        if self._timer:
            self._timer.cancel()
        try:
            await self.archive.run(self.archive.flush)
        except OSError as error:
            detail = f"its files are on disk, and not in the archive: {error.strerror}"
            for key in self.archive.list_queued():
                self.run_log.add_lost(key, Outcome.DISK, detail, source=self._find_source(key))
        for key, assets in self.archive.gone.items():
            source = self._find_source(key)
            self.run_log.add_lost(key, Outcome.DISK, _describe(assets), source=source)
        await self._report_lost()

    async def _report_lost(self) -> None:
        """Report files that were removed since they were recorded; the next run fetches them."""
        assert self.run_log is not None
        try:
            for key, assets in (await self.archive.run(self._find_gone)).items():
                source = self._find_source(key)
                self.run_log.add_lost(key, Outcome.DISK, _describe(assets), source=source)
        except OSError as error:
            detail = f"its files cannot be looked for: {error.strerror}"
            self.run_log.add_gap("archive", Outcome.DISK, detail)

    def _find_gone(self) -> dict[str, list[str]]:
        """Return the assets that were recorded in this run, and are kept no more, by work."""
        gone: dict[str, list[str]] = {}
        for key, file in self.archive.iter_files_of(self._sources):
            if not self.archive.is_kept(key, file):
                gone.setdefault(key, []).append(file.asset)
        return gone

    def _find_source(self, key: str) -> str:
        """Return the list of a work; "" = unknown: a full disk may hold the temporary file, too."""
        try:
            return self._sources.get_text(key)
        except OSError:
            return ""

    @own_items
    def process_item(self, item: Item) -> Item:
        if self.wanted and item.state is not Outcome.OK:
            self.archive.update_work(item.key, item.state)
        if self.wanted and item.state is Outcome.OK and self._lacks_wanted(item):
            self.archive.update_work(item.key, NOTHING_WANTED)
        if item.files:
            self._record_files(item)
            self._record_author(item)
        return item

    def _lacks_wanted(self, item: Item) -> bool:
        """Return whether a work has files, and none of the wanted kinds."""
        return item.kind == "post" and bool(item.assets) and not item.list_wanted(self.wanted)

    def _record_author(self, item: Item) -> None:
        """Record the author of archived files; other users in lists are not recorded."""
        user = (item.platform, getattr(item, "sec_user_id", ""), getattr(item, "nickname", ""))
        if all(user) and user != self._user:
            self.archive.update_user(*user)
            self._user = user

    def _record_files(self, item: Item) -> None:
        media = ((file, item.assets.get(file.asset)) for file in item.files)
        # Segments of a broadcast belong to no media.
        files = [(file, medium.renditions if medium else ()) for file, medium in media]
        known = item.archived or self.archive.read_work(item.key)
        news = [(file, offered) for file, offered in files if is_news(file, offered, known.files)]
        if news:
            self.archive.queue_files(item.key, item.path, news)
            if self._loop is None:
                self.archive.flush()
            elif len(self.archive.list_queued()) >= MOST_QUEUED:
                self._flush()
            else:
                self._flush_in(SOON_S)
        self._sources.add(item.key, item.source)

    def _flush(self) -> None:
        """Write what is queued; what the archive refuses now is tried again, at last at the end."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
        try:
            self.archive.flush()
        except OSError:
            self._flush_in(AGAIN_S)

    def _flush_in(self, seconds: float) -> None:
        if self._loop and not self._timer:
            self._timer = self._loop.call_later(seconds, self._flush)


def _describe(assets: Iterable[str]) -> str:
    return f"removed while the run went on: {', '.join(assets)}"
