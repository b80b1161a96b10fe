"""Fetch the files of an item: mirrors, lapsed addresses, and what is there already."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Response

from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.fetch_item import refresh_media
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.requests import BAD_ADDRESS, is_stopping, media_request, network_errors
from f2scrapy.crawl.shared import get_archive, get_identity, get_options
from f2scrapy.download import filetype
from f2scrapy.download.part_file import DiskError, FileBusy, FileMoved, write_whole
from f2scrapy.download.transfer import BrokenContent, SaveTo
from f2scrapy.errors import F2Error, Outcome, ProtocolError, Refused
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, Media, MediaKind, Rendition
from f2scrapy.model.rendition import Policy, choose, is_better
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

# What the first bytes of a file of each kind have to show.
_CONTENT = {
    MediaKind.VIDEO: "video",
    MediaKind.LIVE_PHOTO: "video",
    MediaKind.IMAGE: "image",
    MediaKind.COVER: "image",
    MediaKind.MUSIC: "audio",
}
PATIENCE = 120.0  # seconds that a file is waited for which another run is writing
RENDITIONS = 3  # how many are tried when the chosen one is nowhere to be had
_OTHER_SUFFIXES = (".jpeg", ".png", ".gif", ".heic", ".avif", ".webp", ".m4a", ".aac")


class Missing(F2Error):
    """A file cannot be had now; `outcome` says why, the text what was seen."""

    def __init__(self, outcome: Outcome, seen: str) -> None:
        super().__init__(seen)
        self.outcome = outcome


@dataclass
class Work:
    """One item whose files are being fetched."""

    item: Item
    renewal: asyncio.Task[dict[str, Media]] | None = None  # its media with addresses made anew
    # What its texts are made of, by address: two files may be made of one.
    sources: dict[str, asyncio.Task[Response]] = field(default_factory=dict)


class MediaPipeline:
    """Sets `item.files`; what cannot be had goes to the ledger, and the item goes on without it."""

    def __init__(
        self,
        crawler: Crawler,
        wanted: frozenset[MediaKind],
        wish: Policy,
        *,
        upgrade: bool,
        at_once: int,
    ) -> None:
        self.crawler = crawler
        # A slot of Scrapy 2.19 starts all that waits in one go, whatever its concurrency says.
        self.turns = asyncio.Semaphore(at_once)
        self.wanted = wanted
        self.wish = wish
        self.upgrade = upgrade
        self.network = network_errors(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        wanted = options.media - {MediaKind.LIVE}
        if not wanted:
            raise NotConfigured
        return cls(
            crawler,
            wanted,
            options.rendition,
            upgrade=options.upgrade,
            at_once=options.media_concurrency,
        )

    async def open_spider(self) -> None:
        self.run_log = get_run_log(self.crawler)
        self.archive = get_archive(self.crawler)

    @own_items
    async def process_item(self, item: Item) -> Item:
        wanted = [file for file in item.assets.values() if file.kind in self.wanted]
        if not wanted or item.state is not Outcome.OK:
            return item
        work = Work(item)
        files = () if is_stopping(self.crawler) else wanted
        results = await asyncio.gather(*(self._try(work, file) for file in files))
        item.files = [result for result in results if isinstance(result, File)]
        missing = [result for result in results if isinstance(result, Missing)]
        fetched = any(file.rendition for file in item.files)
        if is_stopping(self.crawler) and not fetched and len(item.files) < len(wanted):
            self.run_log.add_gap(item.key, Outcome.INTERRUPTED, "not begun", source=item.source)
            raise DropItem("not begun", log_level="DEBUG")  # the next run gives its row
        if missing:
            seen = "; ".join(map(str, missing))
            self.run_log.add_gap(item.key, missing[0].outcome, seen, source=item.source)
        return item

    async def _try(self, work: Work, file: Media) -> File | Missing:
        try:
            return await self._in_turn(work, file)
        except Missing as missing:
            return Missing(missing.outcome, f"{file.asset}: {missing}")
        except (DiskError, OSError) as error:
            return Missing(Outcome.DISK, f"{file.asset}: {error}")

    async def _in_turn(self, work: Work, file: Media) -> File:
        """The file, once no other run is writing it, or has moved it; then it is there."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return await self._file(work, file)
            except (FileBusy, FileMoved, FileNotFoundError) as busy:
                if time.monotonic() > end or is_stopping(self.crawler):
                    raise Missing(Outcome.INTERRUPTED, "another run is fetching it") from busy
                await asyncio.sleep(0.5)

    async def _file(self, work: Work, file: Media) -> File:
        if file.text is not None:
            return await self._written(work, file, file.text)
        if not file.renditions:  # what its own interface says may be more, or why
            file = (await self._renewed(work, file)).get(file.asset, file)
        if not file.renditions:
            raise Missing(Outcome.MEDIA_BROKEN, "the answer names no address")
        best, lack = choose(file.renditions, self.wish)
        here = self._here(work, file, best)
        if here is not None:
            return here
        if lack and file.kind is MediaKind.VIDEO:
            told = "%s: F2_RENDITION: %s; the nearest is taken: %s"
            logger.info(told, work.item.key, lack, best.key)
        try:
            return await self._fetch(work, file, best)
        except Missing as missing:
            if missing.outcome is not Outcome.MEDIA_BROKEN:
                raise
        anew = (await self._renewed(work, file)).get(file.asset, file)
        return await self._any_of(work, anew, self._same(anew, best))

    async def _any_of(
        self, work: Work, file: Media, first: Rendition, tries: int = RENDITIONS
    ) -> File:
        """`first`, or the next best that is really there; none is left out for a slow network."""
        left = [one for one in file.renditions if one != first]
        try:
            return await self._fetch(work, file, first)
        except Missing as missing:
            if missing.outcome is not Outcome.MEDIA_BROKEN or not left or tries == 1:
                raise
        rest = file.model_copy(update={"renditions": tuple(left)})
        return await self._any_of(work, rest, choose(left, self.wish).rendition, tries - 1)

    def _same(self, file: Media, wanted: Rendition) -> Rendition:
        """The rendition that was chosen before, at its new addresses."""
        same = (one for one in file.renditions if one.key == wanted.key)
        return next(same, None) or choose(file.renditions, self.wish).rendition

    # What is there already

    def _here(self, work: Work, file: Media, rendition: Rendition) -> File | None:
        held = self.archive.get_files(work.item.key).get(file.asset)
        if held is None:
            return self._adopted(work, file, rendition) if file.kind in _CONTENT else None
        if self.upgrade and held.rendition != rendition.key:
            taken = self.archive.get_renditions(work.item.key).get(file.asset)
            if taken is None or is_better(rendition, taken, self.wish):
                return None
        here = self.archive.is_on_disk(held)
        return self._kept(work, file, Path(held.path), held.size, held.rendition) if here else None

    def _adopted(self, work: Work, file: Media, rendition: Rendition) -> File | None:
        """A file under its final name, which the archive missed: the last run was killed there."""
        place = self._place(work, file)
        if not place.parent.is_dir():
            return None
        for found in (place, *(place.with_suffix(end) for end in _OTHER_SUFFIXES)):
            if not found.is_file():
                continue
            with found.open("rb") as opened:
                kind = filetype.detect_media_type(opened.read(filetype.HEAD))
            size = found.stat().st_size
            fits = rendition.size in (0, size) and filetype.can_serve_as(kind, _CONTENT[file.kind])
            if fits:
                return self._kept(work, file, self._named(found, kind), size, rendition.key)
        return None

    # What has to be fetched or written

    async def _fetch(self, work: Work, file: Media, rendition: Rendition) -> File:
        missing = Missing(Outcome.MEDIA_BROKEN, "the answer names no address")
        for url in rendition.urls:
            try:
                return await self._from(url, work, file, rendition)
            except Missing as refused:
                missing = refused
        raise missing

    async def _from(self, url: str, work: Work, file: Media, rendition: Rendition) -> File:
        if file.to_text is not None:
            return await self._made(url, work, file, rendition)
        key = f"{work.item.key}/{file.asset}/{rendition.key}"
        save_to = SaveTo(self._place(work, file), key, _CONTENT[file.kind])
        request = media_request(url, save_to, max_retry_times=2)
        response = await self._answer(request)
        saved = response.meta.get("saved")
        if response.status == 403:
            get_identity(self.crawler).media_refused()
        if saved is None:
            raise Missing(Outcome.MEDIA_BROKEN, f"HTTP {response.status}")
        place = self._named(saved.path, saved.media_type)
        return self._kept(work, file, place, saved.size, rendition.key)

    async def _made(self, url: str, work: Work, file: Media, rendition: Rendition) -> File:
        """A text that is made of what lies at `url`."""
        assert file.to_text is not None
        if url not in work.sources:
            request = media_request(url, max_retry_times=2)
            work.sources[url] = asyncio.ensure_future(self._answer(request))
        response = await work.sources[url]
        if response.status != 200:
            raise Missing(Outcome.MEDIA_BROKEN, f"HTTP {response.status}")
        try:
            text = file.to_text(response.body)
        except ProtocolError as error:
            raise Missing(Outcome.MEDIA_BROKEN, str(error)) from error
        return await self._written(work, file, text, rendition.key)

    async def _answer(self, request: Request) -> Response:
        try:
            async with self.turns:
                return await self.crawler.engine.download_async(request)
        except Refused as refused:
            raise Missing(refused.outcome, refused.detail) from refused
        except self.network as error:
            raise Missing(Outcome.NETWORK, describe_error(error)) from error
        except (BrokenContent, *BAD_ADDRESS) as error:
            raise Missing(Outcome.MEDIA_BROKEN, describe_error(error)) from error

    async def _renewed(self, work: Work, file: Media) -> dict[str, Media]:
        if work.renewal is None:
            work.renewal = asyncio.ensure_future(refresh_media(self.crawler, work.item))
        try:
            return await work.renewal
        except Refused as refused:
            # A doubtful word against the addresses its list has just shown explains nothing.
            doubt = refused.ambiguous and bool(file.renditions)
            outcome = Outcome.MEDIA_BROKEN if doubt else refused.outcome
            raise Missing(outcome, f"asked anew: {refused.detail}") from refused

    async def _written(self, work: Work, file: Media, text: str, rendition: str = "") -> File:
        data = text.encode()
        place = self._place(work, file)
        await asyncio.to_thread(write_whole, place, f"{work.item.key}/{file.asset}", data)
        return self._kept(work, file, place, len(data), rendition)

    # Names

    def _place(self, work: Work, file: Media) -> Path:
        """Where it lies now: another run may have moved the work since it was named."""
        path = self.archive.get_path(work.item.key) or work.item.path
        return self.archive.root / f"{path}{file.suffix}"

    def _named(self, place: Path, media_type: str) -> Path:
        """The file under the suffix of what it is; the platforms send JPEG where they say WebP."""
        true = place.with_suffix(filetype.get_suffix(media_type) or place.suffix)
        with suppress(FileNotFoundError):  # another run was as fast
            place.replace(true)
        return true

    def _kept(self, work: Work, file: Media, place: Path, size: int, key: str = "") -> File:
        """As if nobody had moved the work: `Archive.add_files` finds where it lies."""
        path = work.item.path + Path(file.suffix).with_suffix(place.suffix).name
        return File(asset=file.asset, path=path, size=size, rendition=key)
