"""Fetch the media files of an item, from mirrors or at refreshed addresses if needed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from functools import cached_property, partial
from itertools import chain
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Response

from f2scrapy.archive.database import is_busy
from f2scrapy.crawl.danmaku_subtitles import write_subtitles
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.fetch_item import fetch_rows, refresh_media
from f2scrapy.crawl.fetch_state import FetchState, FileMissing, SoundMissing
from f2scrapy.crawl.file_downloads import FileDownloads
from f2scrapy.crawl.measure import measure_original
from f2scrapy.crawl.media_files import CONTENT, MediaFiles, find_tracks, mark_silent
from f2scrapy.crawl.middlewares.redirect import check_address
from f2scrapy.crawl.motion_photos import make_motion_photo
from f2scrapy.crawl.orphans import remove_parts
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.requests import BAD_ADDRESS, get_network_errors, is_stopping, make_media_request
from f2scrapy.crawl.shared import get_archive, get_identity, get_options
from f2scrapy.download.part_file import (
    DiskError,
    FileBusy,
    FileMoved,
    is_too_long,
    write_whole,
)
from f2scrapy.download.transfer import BrokenContent, NoSound, SaveTo
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.item import Item
from f2scrapy.model.media import CONTENT_KINDS, File, Media, MediaKind, Rendition
from f2scrapy.model.rendition import choose, rank
from f2scrapy.text import describe_error, format_redacted_traceback

logger = logging.getLogger(__name__)

PATIENCE = 120.0  # seconds to wait for a file that another run is writing
SEARCH = 600.0  # seconds after which no further rendition is tried

# After one of these another rendition may be complete.
OF_THE_FILE = frozenset({Outcome.MEDIA_BROKEN, Outcome.NETWORK})


def is_passing(error: OSError) -> bool:
    """Return whether another run, or a lock of the archive, is the cause, and soon over."""
    return isinstance(error, FileNotFoundError) or is_busy(error)


class MediaPipeline:
    """Sets `item.files`; missing files go to the run log, and the item passes without them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        options = get_options(crawler)
        self.wanted = options.media - {MediaKind.LIVE}
        if not self.wanted:
            raise NotConfigured
        # A slot of Scrapy 2.19 starts all its waiting requests at once, despite its concurrency.
        self.semaphore = asyncio.Semaphore(options.media_concurrency)
        self.policy = options.rendition
        self.upgrade = options.upgrade
        self.network_errors = get_network_errors(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        self.run_log = get_run_log(self.crawler)
        archive, template = get_archive(self.crawler), get_options(self.crawler).naming
        self.files = MediaFiles(archive, template, self.policy, upgrade=self.upgrade)

    @cached_property
    def downloads(self) -> FileDownloads:
        """The way of files; a user's own spider has no identity, and no files of ours."""
        return FileDownloads(self.crawler)

    @own_items
    async def process_item(self, item: Item) -> Item:
        wanted = item.list_wanted(self.wanted)
        if not wanted or item.state is not Outcome.OK:
            return item
        state = FetchState(item)
        if any(media.is_unknown for media in wanted):
            wanted = await self._find_content(state)
        self._report_unoffered(item)
        started = () if is_stopping(self.crawler) else wanted
        results = await self._try_all(state, started)
        while any(isinstance(result, FileMissing) and result.too_long for result in results):
            if not await self.files.archive.run(partial(self.files.shorten_path, item)):
                break
            results = await self._try_all(state, started)
        item.files = [result for result in results if isinstance(result, File)]
        missing = [result for result in results if isinstance(result, FileMissing)]
        fetched = any(file.rendition for file in item.files)
        if is_stopping(self.crawler) and not fetched and len(item.files) < len(wanted):
            self.run_log.add_gap(item.key, Outcome.INTERRUPTED, "not begun", source=item.source)
            raise DropItem("not begun", log_level="DEBUG")  # the next run gives its row
        if missing:
            detail = "; ".join(map(str, missing))
            self.run_log.add_gap(item.key, missing[0].outcome, detail, source=item.source)
        return item

    async def _try_all(
        self, state: FetchState, wanted: Sequence[Media]
    ) -> list[File | FileMissing | None]:
        """Fetch files; then those that are made of some of them, or link them by their names."""
        made = [media for media in wanted if media.figures or media.kind is MediaKind.MOTION_PHOTO]
        results = await self._try_each(state, [media for media in wanted if media not in made])
        state.files = {file.asset: file for file in results if isinstance(file, File)}
        state.item.files = [*state.files.values()]
        return [*results, *await self._try_each(state, made)]

    async def _try_each(
        self, state: FetchState, wanted: Sequence[Media]
    ) -> list[File | FileMissing | None]:
        if len(wanted) == 1:  # most works; a task of its own is for several at once
            return [await self._try(state, wanted[0])]
        return await asyncio.gather(*(self._try(state, media) for media in wanted))

    async def _try(self, state: FetchState, media: Media) -> File | FileMissing | None:
        try:
            if media.kind is MediaKind.MOTION_PHOTO:
                return await make_motion_photo(self.files, state.item, media, self.run_log)
            return await self._wait_and_fetch(state, media)
        except FileMissing as missing:
            return FileMissing(missing.outcome, f"{media.asset}: {missing}")
        except (DiskError, OSError) as error:
            too_long = is_too_long(error, self.files.build_path(state.item, media))
            return FileMissing(Outcome.DISK, f"{media.asset}: {error}", too_long=too_long)
        except Exception as error:  # noqa: BLE001 - a fault in one file never costs the others
            logger.error("%s: %s", state.item.key, format_redacted_traceback(error))
            detail = f"{media.asset}: {type(error).__name__}"
            return FileMissing(Outcome.INTERNAL, detail)

    async def _wait_and_fetch(self, state: FetchState, media: Media) -> File:
        """Fetch a file; wait while another run is writing it, or has just moved its folder."""
        end, is_again, was_moved = time.monotonic() + PATIENCE, False, False
        while True:
            try:
                if is_again:
                    self.files.reread(state.item)
                file = await self._fetch(state, media)
                if was_moved:  # the other run may have fetched the file, too
                    remove_parts(self.files.build_path(state.item, media))
                return file
            except (FileBusy, FileMoved, OSError) as busy:
                was_moved = was_moved or isinstance(busy, FileMoved)
                if isinstance(busy, OSError) and not is_passing(busy):
                    raise
                if time.monotonic() > end or is_stopping(self.crawler):
                    raise FileMissing(Outcome.INTERRUPTED, "another run is fetching it") from busy
                await asyncio.sleep(0.5)
                is_again = True

    async def _find_content(self, state: FetchState) -> list[Media]:
        """Return the wanted files of a work, with those that only its own interface shows."""
        item = state.item
        unknown = next(media for media in item.assets.values() if media.is_unknown)
        try:
            found = await self._refresh(state, unknown)
        except FileMissing:  # fetching it raises the same
            found = {}
        if any(media.kind in CONTENT_KINDS for media in found.values()):
            del item.assets[unknown.asset]
            item.assets.update(found)
        return item.list_wanted(self.wanted)

    def _report_unoffered(self, item: Item) -> None:
        for kind, why in item.list_unoffered():
            if kind in self.wanted:
                self.run_log.add_not_taken(item.key, kind, why)

    # The choice of rendition

    async def _fetch(self, state: FetchState, media: Media) -> File:
        if media.text is not None or media.first_page is not None:
            return await self._make_text(state, media)
        if not media.renditions:  # the work's own interface may show more, or a reason
            media = (await self._refresh(state, media)).get(media.asset, media)
        if not media.renditions:
            raise FileMissing(media.absence, media.absence_detail)
        if self.upgrade:
            media = self.files.recall_silent(state.item, media)
        best, unmet = choose(media.renditions, self.policy)
        existing = self.files.find_existing(state.item, media, best)
        if existing is not None:
            return existing
        media, best = await self._prefer_original(state, media, best)
        if unmet and media.kind is MediaKind.VIDEO:
            message = "%s: F2_RENDITION: %s; the nearest is taken: %s"
            logger.info(message, state.item.key, unmet, best.key)
            why = "no encoding meets all of the wishes"
            self.run_log.add_not_taken(state.item.key, "the wished rendition", why)
        try:
            return await self._fetch_mirrors(state, media, best)
        except FileMissing as missing:
            if missing.outcome not in OF_THE_FILE:
                raise
            if isinstance(missing, SoundMissing) or missing.outcome is Outcome.NETWORK:
                return await self._fetch_any(state, media, best, missing)
        return await self._fetch_again(state, media, best)

    async def _prefer_original(
        self, state: FetchState, media: Media, best: Rendition
    ) -> tuple[Media, Rendition]:
        """Return the media with the upload itself, if it is wanted, and larger than `best`."""
        if not (self.policy.original and media.kind is MediaKind.VIDEO):
            return media, best
        found = await measure_original(self.crawler, media.original, best)
        if found is None:
            why = "the platform offers none that is larger than the best encoding"
            self.run_log.add_not_taken(state.item.key, "the original", why)
            return media, best
        media = media.model_copy(update={"renditions": (*media.renditions, found)})
        state.item.assets[media.asset] = media
        return media, found

    async def _fetch_again(self, state: FetchState, media: Media, best: Rendition) -> File:
        """Fetch `best` at its new address, or else another rendition."""
        try:
            fresh = (await self._refresh(state, media)).get(media.asset, media)
        except FileMissing as refused:  # the list has shown the other renditions
            return await self._fetch_any(state, media, best, refused)
        again = self._find_matching(fresh, best)
        try:
            return await self._fetch_mirrors(state, fresh, again)
        except FileMissing as failed:
            if failed.outcome not in OF_THE_FILE:
                raise
            return await self._fetch_any(state, fresh, again, failed)

    async def _fetch_any(
        self, state: FetchState, media: Media, tried: Rendition, missing: FileMissing
    ) -> File:
        """Fetch the best rendition after `tried`, and after `missing` as its result.

        All that differ in address are tried, in the end those without sound.
        """
        end = time.monotonic() + SEARCH
        mute = [tried] if isinstance(missing, SoundMissing) else []
        done = set(tried.urls)
        offered = (rank(media.renditions, self.policy), rank(media.spare, self.policy))
        for rendition in chain(*offered):
            if done.issuperset(rendition.urls):
                continue
            if time.monotonic() > end or is_stopping(self.crawler):
                break
            done.update(rendition.urls)
            existing = self.files.find_existing(state.item, media, rendition)
            if existing is not None:
                return existing
            try:
                return await self._fetch_mirrors(state, media, rendition)
            except SoundMissing:
                mute.append(rendition)
            except FileMissing as failed:
                if failed.outcome not in OF_THE_FILE:
                    raise
        if not mute:
            raise missing
        silent = mute[0].model_copy(update={"is_silent": True})
        return await self._fetch_mirrors(state, media, silent)

    def _find_matching(self, media: Media, wanted: Rendition) -> Rendition:
        """Return the same rendition at its new addresses, or else the best one."""
        matching = (rendition for rendition in media.renditions if rendition.key == wanted.key)
        return next(matching, None) or choose(media.renditions, self.policy).rendition

    async def _refresh(self, state: FetchState, media: Media) -> dict[str, Media]:
        """Return the item's media at new addresses, requested once per item.

        A guest gets none of a work that is shown to accounts only.
        """
        identity = get_identity(self.crawler)
        if media.absence is Outcome.LOGIN_REQUIRED and not identity.is_logged_in:
            raise FileMissing(identity.refine_outcome(media.absence), media.absence_detail)
        if state.refresh is None:
            state.refresh = asyncio.ensure_future(refresh_media(self.crawler, state.item))
        try:
            return await state.refresh
        except Refused as refused:
            # An ambiguous refusal does not outweigh the addresses that the list has just shown.
            is_contradicted = refused.ambiguous and bool(media.renditions)
            outcome = Outcome.MEDIA_BROKEN if is_contradicted else refused.outcome
            raise FileMissing(outcome, f"requested again: {refused.detail}") from refused

    # Download

    async def _fetch_mirrors(self, state: FetchState, media: Media, rendition: Rendition) -> File:
        missing = FileMissing(Outcome.MEDIA_BROKEN, "the answer names no address")
        fetch = self._download if media.to_text is None else self._derive_text
        for url in rendition.urls:
            try:
                return await fetch(url, state, media, rendition)
            except SoundMissing:  # the other mirrors have the same
                known = state.item.assets.get(media.asset, media)
                state.item.assets[media.asset] = mark_silent(known, {rendition.key})
                raise
            except FileMissing as failed:
                missing = failed
        raise missing

    async def _download(
        self, url: str, state: FetchState, media: Media, rendition: Rendition
    ) -> File:
        key = f"{state.item.key}/{media.asset}/{rendition.key}"
        save_to = SaveTo(
            self.files.build_path(state.item, media),
            key,
            CONTENT[media.kind],
            announced=rendition.size,
            tracks=find_tracks(media, rendition),
            suffix_from_content=True,
            root=self.files.archive.root,
        )
        request = make_media_request(url, save_to, max_retry_times=2)
        response = await self._send(request)
        saved = response.meta.get("saved")
        if response.status == 403:
            get_identity(self.crawler).expire_media_tokens()
        if saved is None:
            raise FileMissing(Outcome.MEDIA_BROKEN, f"HTTP {response.status}")
        if rendition.is_silent and media.kind is MediaKind.VIDEO:
            self.run_log.add_not_taken(state.item.key, "sound", "no encoding with it is offered")
        return self.files.as_file(state.item, media, saved.path, saved.size, rendition.key)

    async def _derive_text(
        self, url: str, state: FetchState, media: Media, rendition: Rendition
    ) -> File:
        """Write a text that is derived from the file at `url`."""
        assert media.to_text is not None
        if url not in state.downloads:
            request = make_media_request(url, max_retry_times=2)
            state.downloads[url] = asyncio.ensure_future(self._send(request))
        response = await state.downloads[url]
        if response.status != 200:
            raise FileMissing(Outcome.MEDIA_BROKEN, f"HTTP {response.status}")
        try:
            text = media.to_text(response.body)
        except ProtocolError as error:
            raise FileMissing(Outcome.MEDIA_BROKEN, str(error)) from error
        return await self._write_text(state, media, text, rendition.key)

    async def _make_text(self, state: FetchState, media: Media) -> File:
        """Write a text of the answer, or one that is made of the rows of a list."""
        if media.text is not None:
            text = state.format_text(media.text, media.figures)
            return await self._write_text(state, media, text)
        assert media.first_page is not None
        assert media.write_rows is not None
        if media.first_page not in state.rows:
            rows = fetch_rows(self.crawler, media.first_page)
            state.rows[media.first_page] = asyncio.ensure_future(rows)
        try:
            text = media.write_rows(await state.rows[media.first_page])
        except Refused as refused:
            raise FileMissing(refused.outcome, refused.detail) from refused
        except ProtocolError as error:
            raise FileMissing(Outcome.SCHEMA_CHANGED, str(error)) from error
        if media.suffix.endswith(".ass"):
            text = await asyncio.to_thread(write_subtitles, text, state.item, self.crawler)
        return await self._write_text(state, media, text)

    async def _send(self, request: Request) -> Response:
        try:
            check_address(self.crawler, request)
            async with self.semaphore:
                return await self.downloads.download(request)
        except Refused as refused:
            raise FileMissing(refused.outcome, refused.detail) from refused
        except self.network_errors as error:
            raise FileMissing(Outcome.NETWORK, describe_error(error)) from error
        except NoSound as error:
            raise SoundMissing(Outcome.MEDIA_BROKEN, str(error)) from error
        except (BrokenContent, *BAD_ADDRESS) as error:
            raise FileMissing(Outcome.MEDIA_BROKEN, describe_error(error)) from error

    async def _write_text(
        self, state: FetchState, media: Media, text: str, rendition: str = ""
    ) -> File:
        data = text.encode()
        path = self.files.build_path(state.item, media)
        key, root = f"{state.item.key}/{media.asset}", self.files.archive.root
        await asyncio.to_thread(write_whole, path, key, data, root)
        return self.files.as_file(state.item, media, path, len(data), rendition)
