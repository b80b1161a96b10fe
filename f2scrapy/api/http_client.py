"""Send requests as an identity's browser does: one handshake, HTTP/2, headers in its order.

The handshake needs curl_cffi (MIT; libcurl with Chromium's TLS library). Without it, requests go
out over aiohttp with the same headers, and a warning says so.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from f2scrapy.api.identity import Identity
from f2scrapy.api.proxy import find_proxy
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.errors import F2Error

logger = logging.getLogger(__name__)


class Failure(Enum):
    """The reason why there is no response."""

    TIMEOUT = "no answer in time"
    UNKNOWN_HOST = "the host is unknown"
    REFUSED = "no connection could be made"
    CERTIFICATE = "the host's certificate is not valid"
    BROKEN = "the connection broke off"
    CUT = "the answer broke off"
    CORRUPT = "the answer cannot be decompressed"
    TOO_LONG = "the answer is too long to be held in memory"
    BAD_ADDRESS = "this is not a valid address"
    PRIVATE = "the host is a name within the local network"


class HttpError(F2Error):
    """There is no response. The text names neither address nor secret."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure.value}{f' ({detail})' if detail else ''}")
        self.failure = failure


@dataclass
class HttpResponse:
    """A response; its body comes through `chunks` and is then in `body`."""

    status: int
    fields: Sequence[tuple[str, str]] = field(repr=False)  # headers, in order
    protocol: str  # such as HTTP/2
    chunks: AsyncIterator[bytes] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def get(self, name: str) -> str:
        """Return a header; "" = there is none."""
        return next(iter(self.get_all(name)), "")

    def get_all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key.lower() == name.lower())


@dataclass(frozen=True)
class Sending:
    """A request for an engine. `url` is the address on the wire, byte for byte."""

    method: str
    url: str = field(repr=False)
    fields: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    weight: int  # of the HTTP/2 stream
    proxy: str | None = field(repr=False)
    timeout: float  # seconds, to connect
    unpack: bool  # decompress the body
    addresses: Sequence[str] = field(default=(), repr=False)  # of the host; () = not resolved yet


class Engine(Protocol):
    """Connections that look like one browser's."""

    active: int  # open exchanges

    @asynccontextmanager
    def open(self, sending: Sending) -> AsyncIterator[HttpResponse]:
        """Yield the response as soon as its headers are here; leaving early breaks it off.

        Raises:
            HttpError: there is none, or its body ends early.
        """

    async def close(self) -> None: ...


class HttpClient:
    """The connections of one identity, for all requests of a program but files.

    A renewed guest gets new connections: over the old ones, and by TLS resumption, a server would
    see one browser change its cookies. `sandbox` is F2_SANDBOX; `verify` False trusts any host.
    `find_proxy` returns the proxy for an address; None = none.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        sandbox: str = "",
        verify: bool = True,
        find_proxy: Callable[[str], str | None] = find_proxy,
    ) -> None:
        self._identity, self._sandbox, self._verify = identity, sandbox, verify
        self._find_proxy = find_proxy
        self._engine: Engine | None = None
        self._guest = identity.guest
        self._retired: list[Engine] = []  # of earlier guests, with open exchanges

    async def send(
        self,
        method: str,
        request: PreparedRequest,
        body: bytes = b"",
        *,
        seconds: float,
        limit: int,
        unpack: bool = True,
        proxy: str | None = None,
        guarded: bool = False,
    ) -> HttpResponse:
        """Return the response with its whole body; redirects are not followed.

        `seconds` is the time for all of it, `limit` the bytes of the body (0 = no limit), after
        decompression if `unpack`. `proxy` replaces the environment's. `guarded`: an answer of the
        platform names the host, which may not lead into the local network.

        Raises:
            HttpError: there is no response within these limits.
        """
        try:
            async with (
                asyncio.timeout(seconds),
                self.open(
                    method,
                    request,
                    body,
                    seconds=seconds,
                    unpack=unpack,
                    proxy=proxy,
                    guarded=guarded,
                ) as it,
            ):
                it.body = await _read(it, limit)
                return it
        except TimeoutError:
            raise HttpError(Failure.TIMEOUT) from None

    @asynccontextmanager
    async def open(
        self,
        method: str,
        request: PreparedRequest,
        body: bytes = b"",
        *,
        seconds: float,
        unpack: bool = False,
        proxy: str | None = None,
        guarded: bool = False,
    ) -> AsyncIterator[HttpResponse]:
        """Yield a response whose body is read by and by; `seconds` is the time to connect.

        See `send` for the other options.

        Raises:
            HttpError: there is no response, or its body ends early.
            InputError: the environment's proxy cannot be used.
        """
        url = to_sandbox(self._sandbox, request.url) if self._sandbox else request.url
        proxy = proxy or self._find_proxy(url)
        addresses = await self._resolve(url) if guarded and not proxy else ()
        sending = Sending(
            method, url, [*request.headers.items()], body,
            self._identity.profile.browser.kinds[request.kind].weight,
            proxy, seconds, unpack, addresses,
        )  # fmt: skip
        engine = self._get_engine()
        engine.active += 1
        try:
            async with engine.open(sending) as response:
                yield response
        finally:
            engine.active -= 1
            await self._close_retired()

    async def close_idle(self) -> None:
        """Close the connections, unless one is in use; the next request opens another one."""
        if self._engine and not self._engine.active:
            engine, self._engine = self._engine, None
            await engine.close()

    async def close(self) -> None:
        engines = [*self._retired, *([self._engine] if self._engine else [])]
        self._retired, self._engine = [], None
        for engine in engines:
            await engine.close()

    async def _resolve(self, url: str) -> Sequence[str]:
        """Return the addresses of a host, which are outside of the local network.

        Raises:
            HttpError: there are none.
        """
        # It imports aiohttp, which few programs need.
        from f2scrapy.api.resolver import (  # noqa: PLC0415
            PrivateAddress,
            build_resolver,
            is_guarded,
        )

        parts = urlsplit(url)
        resolver = build_resolver(self._identity.profile, self._sandbox)
        before = is_guarded.set(True)
        try:
            family = socket.AF_UNSPEC
            found = await resolver.resolve(parts.hostname or "", parts.port or 0, family)
        except PrivateAddress:
            raise HttpError(Failure.PRIVATE) from None
        except OSError:
            raise HttpError(Failure.UNKNOWN_HOST) from None
        finally:
            is_guarded.reset(before)
            await resolver.close()
        return [result["host"] for result in found]

    def _get_engine(self) -> Engine:
        """Return the connections of the present guest."""
        if self._engine and self._guest != self._identity.guest:
            self._retired.append(self._engine)
            self._engine = None
        if self._engine is None:
            self._guest = self._identity.guest
            self._engine = self._make_engine()
        return self._engine

    def _make_engine(self) -> Engine:
        try:  # it costs 50 ms to import, and may be absent
            from f2scrapy.api.curl_engine import CurlEngine  # noqa: PLC0415
        except ImportError:
            from f2scrapy.api.aiohttp_client import AiohttpEngine  # noqa: PLC0415
            from f2scrapy.api.resolver import build_resolver  # noqa: PLC0415

            _warn_once()
            resolver = build_resolver(self._identity.profile, self._sandbox)
            return AiohttpEngine(resolver, verify=self._verify)
        return CurlEngine(self._identity.profile.browser.tls, verify=self._verify)

    async def _close_retired(self) -> None:
        idle = [engine for engine in self._retired if not engine.active]
        self._retired = [engine for engine in self._retired if engine.active]
        for engine in idle:
            await engine.close()


async def _read(response: HttpResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.chunks:
        body += chunk
        if limit and len(body) > limit:
            raise HttpError(Failure.TOO_LONG, f"more than {limit} bytes")
    return bytes(body)


@cache
def _warn_once() -> None:
    logger.warning(
        "curl_cffi cannot be imported: servers see Python's TLS handshake and no HTTP/2, and may"
        " refuse us; pip install curl_cffi"
    )
