"""Send requests through the connections of the crawl's identity, which look like its browser's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, ClassVar

from scrapy import Request
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import make_response

from f2scrapy.api.http_client import Failure, HttpError, HttpResponse
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.requests import PrivateNetworkAddress, refuse_long
from f2scrapy.crawl.shared import get_http_client

_ERRORS: dict[Failure, type[Exception]] = {
    Failure.TIMEOUT: DownloadTimeoutError,
    Failure.UNKNOWN_HOST: CannotResolveHostError,
    Failure.REFUSED: DownloadConnectionRefusedError,
    Failure.CERTIFICATE: DownloadConnectionRefusedError,
    Failure.CUT: ResponseDataLossError,
    Failure.BAD_ADDRESS: UnsupportedURLSchemeError,
    Failure.PRIVATE: PrivateNetworkAddress,
}


class IdentityTransport:
    """Scrapy's requests by the HTTP client of the identity, with Scrapy's exceptions and stats."""

    find_proxy: ClassVar[Any] = BaseStreamingDownloadHandler._extract_proxy_url_with_creds
    _extract_proxy = staticmethod(BaseStreamingDownloadHandler._extract_proxy)  # for the former

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._proxy_auth_encoding = crawler.settings["HTTPPROXY_AUTH_ENCODING"]

    async def ask(
        self, request: Request, sent: PreparedRequest, *, guarded: bool = False
    ) -> Response:
        """Return the response with its body in memory.

        `guarded`: an answer of the platform names the host, which may not lead into the local
        network.
        """
        self.crawler.stats.inc_value("f2/requests")
        limit = request.meta.get("download_maxsize", self._max_size)
        started = time.monotonic()
        try:
            reply = await get_http_client(self.crawler).send(
                request.method, sent, request.body, seconds=get_timeout(request), limit=limit,
                unpack=False, proxy=self.find_proxy(request), guarded=guarded,
            )  # fmt: skip
        except HttpError as error:
            if error.failure is Failure.TOO_LONG:
                raise refuse_long(request, self.crawler.settings) from error
            raise _to_scrapy(error) from error
        request.meta["download_latency"] = time.monotonic() - started
        return make_response(**_build_args(request, reply), body=reply.body)

    def open_file(
        self, asking: PreparedRequest, request: Request
    ) -> AbstractAsyncContextManager[HttpResponse]:
        """Send *asking* and yield its response, see `await_headers`."""
        opened = get_http_client(self.crawler).open(
            "GET", asking, seconds=get_timeout(request), proxy=self.find_proxy(request),
            guarded=True,
        )  # fmt: skip
        return await_headers(self.crawler, request, opened)


@asynccontextmanager
async def await_headers(
    crawler: Crawler, request: Request, opened: AbstractAsyncContextManager[HttpResponse]
) -> AsyncIterator[HttpResponse]:
    """Yield the response of *opened*; its headers must come within DOWNLOAD_TIMEOUT.

    Raises:
        Exception: one of Scrapy's, as of all failures of downloads.
    """
    crawler.stats.inc_value("f2/requests")
    limit, started = get_timeout(request), time.monotonic()
    try:
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit):
                    reply = await stack.enter_async_context(opened)
            except TimeoutError as e:
                raise DownloadTimeoutError(f"no answer within {limit:g} s") from e
            request.meta["download_latency"] = time.monotonic() - started
            yield reply
    except HttpError as error:
        raise _to_scrapy(error) from error


def get_timeout(request: Request) -> float:
    default = BaseStreamingDownloadHandler._DEFAULT_CONNECT_TIMEOUT
    return float(request.meta.get("download_timeout", default))


def _to_scrapy(error: HttpError) -> Exception:
    """Return the exception by which Scrapy, and our retry, know a failure."""
    return _ERRORS.get(error.failure, DownloadFailedError)(str(error))


def _build_args(request: Request, reply: HttpResponse) -> dict[str, Any]:
    return {
        "url": request.url,
        "status": reply.status,
        "headers": Headers([*reply.fields]),
        "protocol": reply.protocol,
    }
