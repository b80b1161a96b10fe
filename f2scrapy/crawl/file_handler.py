"""Fetch files into memory, and requests of a user's own spider, by aiohttp."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NoReturn

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Headers, Response

from f2scrapy.api.aiohttp_client import BrowserRequest, SocksConnector, build_tls_context
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.resolver import build_resolver, find_private_address, is_guarded
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.config.options import Options
from f2scrapy.crawl.identity_transport import IdentityTransport
from f2scrapy.crawl.requests import (
    PREPARED,
    PrivateNetworkAddress,
    get_purpose,
    refuse_long,
)
from f2scrapy.crawl.shared import get_options
from f2scrapy.platforms import find_platform


class _WireHeaders(Headers):
    """Scrapy's headers, sent in the order and spelling of `wire`."""

    wire: Mapping[str, str]

    def to_tuple_list(self) -> list[tuple[str, str]]:
        return [*self.wire.items()]


class FileHandler(AiohttpDownloadHandler):
    """Scrapy download handler for small files, and for requests of a user's own spider.

    A file that is refused with 403 is asked for once more through the connections of the identity,
    see `FileSaver`. Setting: F2_SANDBOX. Stats: f2/requests (tries), f2/browser_tries.
    """

    lazy = True
    experimental = False  # no warning for users: our own tests check the handler

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        options = get_options(crawler)
        self._sandbox = options.sandbox
        self._identity = IdentityTransport(crawler)
        self._use_connector(verify=crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"))
        self._guard_names(options)
        self._session._request_class = BrowserRequest
        self._session._retry_connection = False  # `outcome.py` retries with a new signature
        # Scrapy 2.19 warns once with the signed address; the retry logs the same without it.
        self._fail_on_dataloss_warned = True

    async def close(self) -> None:
        await self._unused_connector.close()
        await super().close()

    async def download_request(self, request: Request) -> Response:
        response = await super().download_request(request)
        sent: PreparedRequest | None = request.meta.get(PREPARED)
        if sent and response.status == 403:
            self.crawler.stats.inc_value("f2/browser_tries")
            response = await self._identity.ask(request, sent, guarded=True)
        return response

    def _use_connector(self, *, verify: bool) -> None:
        """Replace Scrapy's connector by one that knows SOCKS, and its TLS by Python's own.

        It has no limits of connections, these are Scrapy's slots: the timeout of a request that
        waits in the connector is already running, long files would block short answers, and with
        the sandbox all hosts are one.
        """
        assert self._session.connector
        self._unused_connector = self._session.connector
        self._session._connector = SocksConnector(limit=0, local_addr=self._bind_address)
        self._ssl_context = build_tls_context(verify=verify)

    def _guard_names(self, options: Options) -> None:
        """Let no name of a platform's answer lead into the local network."""
        platform = find_platform(self.crawler.spidercls.name)
        connector = self._session.connector
        if not platform or not isinstance(connector, aiohttp.TCPConnector):
            return
        profile = load_profile(platform, options.client, options.file_name)
        connector._resolver = build_resolver(profile, options.sandbox, connector._resolver)

    def _cancel_maxsize(  # type: ignore[override]  # static there, and called by instances
        self, size: int, limit: int, request: Request, *, expected: bool
    ) -> NoReturn:
        """Cancel a download without Scrapy's warning, which shows tokens and signature."""
        del size, limit, expected
        raise refuse_long(request, self.crawler.settings)

    @asynccontextmanager
    async def _make_request(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - Scrapy's hook
    ) -> AsyncIterator[_ClientResponse]:
        self.crawler.stats.inc_value("f2/requests")
        is_guarded.set(get_purpose(request) is not None)
        try:
            async with super()._make_request(self._to_wire(request), timeout) as response:
                yield response
        except CannotResolveHostError as error:
            if find_private_address(error):
                raise PrivateNetworkAddress("a name within the local network") from error
            raise

    @staticmethod
    def _request_headers(request: Request) -> Headers:
        """Return the headers to send, as the identity's browser writes them."""
        sent: PreparedRequest | None = request.meta.get(PREPARED)
        if sent is None:
            return AiohttpDownloadHandler._request_headers(request)
        headers = _WireHeaders()
        headers.wire = sent.headers
        return headers

    def _to_wire(self, request: Request) -> Request:
        """Return the request with the exact URL to send, in the sandbox if there is one."""
        if not self._sandbox and request.meta.get("verbatim_url"):
            return request
        meta = {**request.meta, "verbatim_url": True}
        if not self._sandbox:
            return request.replace(meta=meta)
        meta.pop("proxy", None)  # a proxy cannot reach the sandbox
        return request.replace(url=to_sandbox(self._sandbox, request.url), meta=meta)
