"""Connect with aiohttp as a browser does: SOCKS proxies as well, TLS as it comes, no more headers.

For files and streams, which come three times as fast as through libcurl (2026-11).
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.tracing import Trace
from multidict import CIMultiDict
from yarl import URL

from f2scrapy.api.http_client import Failure, HttpError, HttpResponse, Sending
from f2scrapy.api.resolver import PublicResolver, find_private_address, is_guarded

if TYPE_CHECKING:
    from python_socks.async_.asyncio import Proxy

AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # headers aiohttp adds
_SOCKS = {"socks5", "socks5h"}


def build_tls_context(*, verify: bool = True) -> ssl.SSLContext:
    """Return Python's own TLS, with the one protocol that aiohttp speaks.

    All connections share it: it has 0.8 MB, and takes tens of milliseconds (measured 2026-11).
    """
    known = ssl.get_default_verify_paths()
    names = known.openssl_cafile_env, known.openssl_capath_env
    return _build_tls_context(verify, *map(os.environ.get, names))


@cache
def _build_tls_context(verify: bool, *_trusted: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class BrowserRequest(ClientRequest):
    """Sends what browsers send on HTTP/1.1: Connection, no Priority, no Content-Length of no body.

    Recorded from Chromium 156 (f2scrapy/sandbox/tls/chromium.json).
    """

    def update_headers(self, headers: Any) -> None:
        super().update_headers(headers)
        sent = [*self.headers.items()]  # Host comes first
        kept = [(name, value) for name, value in sent[1:] if name.lower() != "priority"]
        self.headers = CIMultiDict([sent[0], ("Connection", "keep-alive"), *kept])

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        super().update_body_from_data(body or None, _stacklevel + 1)

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        if self.proxy and self.proxy.scheme in _SOCKS:
            self.proxy = None  # the connection is to the host itself: no absolute address
        return await super().send(conn)


class SocksConnector(aiohttp.TCPConnector):
    """Connects through socks5:// (names are resolved here) and socks5h:// (by the proxy), too."""

    async def _create_proxy_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's hook
    ) -> tuple[asyncio.BaseTransport, ResponseHandler]:
        assert req.proxy
        if req.proxy.scheme not in _SOCKS:
            return await super()._create_proxy_connection(req, traces, timeout)
        # Few have such a proxy; importing it costs 20 ms.
        from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError  # noqa: PLC0415

        context = self._get_ssl_context(req)
        try:
            socket = await _build_proxy(req).connect(
                str(req.url.raw_host), req.port or 443, timeout=timeout.sock_connect
            )
            return await self._loop.create_connection(
                self._factory, sock=socket, ssl=context,
                server_hostname=req.url.raw_host if context else None,
            )  # fmt: skip
        except ProxyTimeoutError:
            raise TimeoutError from None
        except ssl.CertificateError as error:
            raise aiohttp.ClientConnectorCertificateError(req.connection_key, error) from None
        except (ProxyConnectionError, ProxyError, OSError) as error:
            text = "the SOCKS proxy makes no connection"
            failed = OSError(getattr(error, "errno", None) or 0, text)
            raise aiohttp.ClientProxyConnectionError(req.connection_key, failed) from None


def _build_proxy(req: ClientRequest) -> Proxy:
    from python_socks import ProxyType  # noqa: PLC0415
    from python_socks.async_.asyncio import Proxy  # noqa: PLC0415

    proxy = req.proxy
    assert proxy
    return Proxy(
        ProxyType.SOCKS5,
        str(proxy.host),
        proxy.port or 1080,
        username=proxy.user,
        password=proxy.password,
        rdns=proxy.scheme == "socks5h",
    )


class AiohttpEngine:
    """Connections of aiohttp with a browser's headers; for lack of a better engine."""

    def __init__(
        self,
        resolver: PublicResolver | None,
        *,
        verify: bool = True,
        local_addr: tuple[str, int] | None = None,
    ) -> None:
        self.active = 0
        self._resolver = resolver
        self._verify = verify
        self._sessions = {
            unpack: aiohttp.ClientSession(
                connector=SocksConnector(limit=0, resolver=resolver, local_addr=local_addr),
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=BrowserRequest,
                skip_auto_headers=AUTOMATIC,
                auto_decompress=unpack,
            )
            for unpack in (True, False)
        }
        for session in self._sessions.values():
            session._retry_connection = False  # our callers retry, with a new signature

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        if self._resolver:
            await self._resolver.close()

    @asynccontextmanager
    async def open(self, sending: Sending) -> AsyncIterator[HttpResponse]:
        """See `http_client.Engine`."""
        length = [("Content-Length", str(len(sending.body)))] if sending.body else []
        if sending.addresses:  # aiohttp asks for them once more
            is_guarded.set(True)
        try:
            response = await self._sessions[sending.unpack].request(
                sending.method, URL(sending.url, encoded=True), data=sending.body or None,
                headers=[*length, *sending.fields], proxy=sending.proxy, allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=sending.timeout),
                ssl=self._get_tls(sending),
            )  # fmt: skip
        except (aiohttp.ClientError, ValueError) as error:
            raise HttpError(_get_failure(error)) from None
        version = response.version
        protocol = f"HTTP/{version.major}.{version.minor}" if version else ""
        async with response:
            try:
                yield HttpResponse(response.status, [*response.headers.items()], protocol,
                                   _iterate_chunks(response))  # fmt: skip
            except aiohttp.ClientError as error:
                raise HttpError(_get_failure(error)) from None

    def _get_tls(self, sending: Sending) -> ssl.SSLContext | bool:
        """Return the TLS of a connection; an address of http needs none, nor the time for it."""
        needed = sending.proxy or not sending.url.startswith("http:")
        return build_tls_context(verify=self._verify) if needed else True


async def _iterate_chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the body as it comes; aiohttp's `iter_any` joins what has come meanwhile: a copy."""
    async for chunk, _ in response.content.iter_chunks():
        if chunk:
            yield chunk


_FAILURES: list[tuple[type[Exception], Failure]] = [
    (aiohttp.ClientConnectorDNSError, Failure.UNKNOWN_HOST),
    (aiohttp.ClientConnectorCertificateError, Failure.CERTIFICATE),
    (aiohttp.ClientConnectorError, Failure.REFUSED),
    (aiohttp.ClientHttpProxyError, Failure.REFUSED),
    (aiohttp.InvalidURL, Failure.BAD_ADDRESS),
    (aiohttp.ServerTimeoutError, Failure.TIMEOUT),
    (aiohttp.ClientPayloadError, Failure.CUT),
]


def _get_failure(error: Exception) -> Failure:
    if find_private_address(error):
        return Failure.PRIVATE
    return next((found for kind, found in _FAILURES if isinstance(error, kind)), Failure.BROKEN)
