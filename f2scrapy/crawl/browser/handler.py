"""Download by the connections of the identity, the browser's page, or aiohttp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.browser.route import BY_PAGE, get_browser_route
from f2scrapy.crawl.identity_transport import IdentityTransport
from f2scrapy.crawl.requests import PREPARED, MediaFile, get_purpose, is_stopping
from f2scrapy.crawl.shared import close_http_client, get_gate
from f2scrapy.errors import Outcome, Refused

if TYPE_CHECKING:
    from f2scrapy.crawl.file_handler import FileHandler
    from f2scrapy.crawl.file_saver import FileSaver

_SAVERS: WeakKeyDictionary[Crawler, FileSaver] = WeakKeyDictionary()


def get_file_saver(crawler: Crawler) -> FileSaver:
    """Return the one part of this crawl that saves files; it is closed with the engine.

    Not by the download handler alone: without a request to it, as when all pages come from
    Scrapy's cache, there is none.
    """
    if crawler not in _SAVERS:  # aiohttp costs 0.2 s to import (2026-11), and lists have no files
        from f2scrapy.crawl.file_saver import FileSaver  # noqa: PLC0415

        _SAVERS[crawler] = FileSaver(crawler)
        crawler.signals.connect(_close_connections, signals.engine_stopped)
    return _SAVERS[crawler]


async def _close_connections(sender: Crawler) -> None:
    """Close what the requests of a crawl have opened; a second call does nothing."""
    await close_http_client(sender)
    if saver := _SAVERS.pop(sender, None):
        await saver.close()


class DownloadHandler:
    """Scrapy download handler for http and https; both share one browser.

    Requests of interfaces, pages and tokens go through the connections of the identity, files to
    disk through `FileSaver`, all others through `FileHandler`. A request of a user's own spider
    with `meta={"playwright": True}` is scrapy-playwright's. By inheritance, its handler would send
    all other requests by Scrapy's own.
    """

    lazy = True  # the transport needs a loop that runs

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._identity = IdentityTransport(crawler)
        self._files: FileHandler | None = None
        self._route = get_browser_route(crawler)
        self._gate = get_gate(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Return the response; see `FileSaver` and `Pages` for the errors.

        Raises:
            Refused: INTERRUPTED, once the run is stopping.
        """
        if request.meta.get(BY_PAGE):
            async with self._gate.take_turn(request):
                return await self._route.pages.ask(request)
        if request.meta.get("playwright"):
            return await self._route.pages.navigate(request)
        if is_stopping(self._crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped before it")
        sent: PreparedRequest | None = request.meta.get(PREPARED)
        purpose = get_purpose(request)
        if sent and not isinstance(purpose, MediaFile):
            async with self._gate.take_turn(request):
                return await self._identity.ask(request, sent)
        if isinstance(purpose, MediaFile) and purpose.save_to:
            return await get_file_saver(self._crawler).save(request, purpose.save_to)
        return await self._get_files().download_request(request)

    def _get_files(self) -> FileHandler:
        if self._files is None:
            from f2scrapy.crawl.file_handler import FileHandler  # noqa: PLC0415

            self._files = FileHandler.from_crawler(self._crawler)
        return self._files

    async def close(self) -> None:
        await _close_connections(self._crawler)
        if self._files is not None:
            await self._files.close()
        await self._route.close()
