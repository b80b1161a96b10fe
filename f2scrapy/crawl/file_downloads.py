"""Download files past Scrapy's engine, whose way costs more CPU than the file itself.

A picture of 200 kB costs 2.1 ms by way of the engine: slots, signals, and a chain of middlewares
that change nothing for a file (2026-11).
"""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.downloadtimeout import DownloadTimeoutMiddleware
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.downloadermiddlewares.stats import DownloaderStats
from scrapy.http import Response

from f2scrapy.api.signed_request import FileRequests
from f2scrapy.crawl.browser.handler import get_file_saver
from f2scrapy.crawl.middlewares.outcome import OutcomeMiddleware
from f2scrapy.crawl.middlewares.proxy import ProxyMiddleware
from f2scrapy.crawl.middlewares.redirect import QuietRedirectMiddleware
from f2scrapy.crawl.middlewares.signing import SigningMiddleware
from f2scrapy.crawl.middlewares.unpacking import UnpackingMiddleware
from f2scrapy.crawl.requests import PREPARED, MediaFile, get_purpose, is_stopping
from f2scrapy.crawl.shared import get_identity
from f2scrapy.download.transfer import SaveTo
from f2scrapy.errors import Outcome, Refused

logger = logging.getLogger(__name__)

# Those of `settings.py`; what each does for a file is done here, or nothing.
_KNOWN = frozenset(
    (DownloadTimeoutMiddleware, QuietRedirectMiddleware, ProxyMiddleware, DownloaderStats,
     HttpCacheMiddleware, OutcomeMiddleware, SigningMiddleware, UnpackingMiddleware)
)  # fmt: skip


class FileDownloads:
    """Sends requests for files, retries them, and follows their redirects, as Scrapy's engine does.

    If the settings have other middlewares than ours, files go through the engine and them all.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.engine is not None
        self._crawler = crawler
        self._requests = FileRequests(get_identity(crawler))
        present = crawler.engine.downloader.middleware.middlewares
        parts: Any = {type(one): one for one in present}
        used = (OutcomeMiddleware, QuietRedirectMiddleware, SigningMiddleware)
        self._is_plain = parts.keys() >= {*used} and parts.keys() <= _KNOWN
        self._outcome, self._redirect, self._signing = map(parts.get, used)
        preparing = (DownloadTimeoutMiddleware, ProxyMiddleware)  # each may be turned off
        self._preparing = [parts[kind] for kind in preparing if kind in parts]

    async def download(self, request: Request) -> Response:
        """Return the response to a request of a `MediaFile`; the engine sends those to memory.

        See `FileSaver` for the errors; Refused: INTERRUPTED, once the run is stopping.
        """
        purpose = get_purpose(request)
        save = purpose.save_to if isinstance(purpose, MediaFile) else None
        if save is None or not self._is_plain:
            response: Response = await self._crawler.engine.download_async(request)
            return response
        while True:
            result = await self._try(request, save)
            if isinstance(result, Response):
                return result
            request = result

    async def _try(self, request: Request, save: SaveTo) -> Request | Response:
        """Return the response, or the request of another try or of a redirect's target."""
        try:
            response = await self._send(request, save)
        except Exception as error:
            again: Request | None = await self._outcome.process_exception(request, error)
            if again is None:
                raise
            return again
        logger.debug("Crawled (%d) <GET %s>", response.status, request.url)
        self._signing.learn_cookies(response)
        checked = await self._outcome.process_response(request, response)
        if isinstance(checked, Request):
            return checked
        result: Request | Response = self._redirect.process_response(request, checked)
        return result

    async def _send(self, request: Request, save: SaveTo) -> Response:
        if is_stopping(self._crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped before it")
        for part in self._preparing:
            part.process_request(request)
        request.meta[PREPARED] = self._requests.build(request.url, save.kind)
        try:
            response = await get_file_saver(self._crawler).save(request, save)
        finally:
            del request.meta[PREPARED]
        response.request = request
        return response
