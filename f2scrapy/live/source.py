"""Read the fragments of a stream as they arrive, from FLV or HLS."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from f2scrapy.api.aiohttp_client import (
    AUTOMATIC,
    BrowserRequest,
    SocksConnector,
    build_tls_context,
)
from f2scrapy.api.browser_headers import insert_headers
from f2scrapy.api.http_client import HttpClient, HttpError
from f2scrapy.api.identity import Identity
from f2scrapy.api.private_network import is_private_url
from f2scrapy.api.proxy import find_proxy
from f2scrapy.api.resolver import build_resolver, is_guarded
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import PreparedRequest, build_stream_request
from f2scrapy.errors import ProtocolError
from f2scrapy.live.arrival import Arrival
from f2scrapy.live.flv import Beginning, FlvParser
from f2scrapy.live.fragment import Fragment, StreamError, UnreadableStream
from f2scrapy.live.hls import PlaylistFollower
from f2scrapy.live.hls_reader import HlsReader, Playlist
from f2scrapy.live.hls_resource import Resource
from f2scrapy.model.stream import StreamAddress
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

_MAX_REDIRECTS = 5  # to an edge of the CDN
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_READ_BYTES = 1 << 16  # per read
_TRIES = 3  # to fetch a piece of HLS, before its playlist is read again
# Of a playlist: a thousand pieces with signed addresses. Those of live rooms have 3 to 10; to parse
# 1 MB would stop all rooms for seconds.
_MAX_PLAYLIST_BYTES = 256 << 10
_BROKEN = (  # raised for addresses and data that cannot be read
    aiohttp.ClientError, HttpError, OSError, ValueError, TypeError, LookupError, ArithmeticError,
    AttributeError,
)  # fmt: skip


class _Response(NamedTuple):
    status: int
    location: str  # of a redirect; "" = none
    chunks: AsyncIterator[bytes]
    url: str


@dataclass
class StreamSource:
    """Reads streams with the headers of an identity's browser, without cookies.

    A source serves any number of rooms. An address that is refused with 403 is asked once more
    through connections that look like the browser's, and so are the next ones of its host.
    """

    identity: Identity
    sandbox: str = ""  # F2_SANDBOX
    stall: float = 30.0  # seconds without picture or sound after which a stream is given up
    count_browser_try: Callable[[], object] = lambda: None  # called for each second try

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=SocksConnector(
                limit=0,
                ssl=build_tls_context(),
                resolver=build_resolver(self.identity.profile, self.sandbox),
            ),
            request_class=BrowserRequest,
            skip_auto_headers=AUTOMATIC,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self.stall, sock_read=self.stall
            ),
            read_bufsize=_READ_BYTES,
        )
        self._browser = HttpClient(self.identity, sandbox=self.sandbox)
        self._browser_hosts: set[str] = set()  # that serve nothing else
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.close()
        await self._browser.close()

    async def read_arrivals(
        self, address: StreamAddress, follower: PlaylistFollower | None = None
    ) -> AsyncGenerator[Arrival]:
        """Yield the data of an address; ends only if the stream declares its end.

        `follower` keeps track of the HLS pieces read from the broadcast; None for a new one.

        Raises:
            StreamError: the stream cannot be read, or ends early.
            UnreadableStream: the stream cannot be recorded.
        """
        is_flv = address.form == "flv"
        read = (
            self._read_flv(address)
            if is_flv
            else self._read_hls(address, follower or PlaylistFollower())
        )
        try:
            async with aclosing(read) as arrivals:
                async for arrival in arrivals:
                    yield arrival
        except ProtocolError as error:
            raise UnreadableStream(str(error)) from error
        except TimeoutError:
            raise StreamError(f"no data for {self.stall:g} s", "stall") from None
        except _BROKEN as error:
            raise StreamError(describe_error(error)) from None  # its text contains the URL

    async def _read_flv(self, address: StreamAddress) -> AsyncGenerator[Arrival]:
        stream, opened, silence = FlvParser(), time.monotonic(), Silence(self.stall)
        beginning = Beginning()
        async with self._open_final(address.url) as response:
            while True:
                async with silence.limit():
                    chunk = await anext(response.chunks, b"")
                tags = stream.feed(chunk)
                silence.end_with(tags)
                if stream.missing_part and (not chunk or time.monotonic() - opened > self.stall):
                    raise UnreadableStream(f"the video cannot be decoded: no {stream.missing_part}")
                if not chunk:
                    raise StreamError("the connection was closed")
                if ready := beginning.select(tags):
                    yield Arrival(ready, time.time())

    async def _read_hls(
        self, address: StreamAddress, follower: PlaylistFollower
    ) -> AsyncGenerator[Arrival]:
        reader = HlsReader(address.name, self._fetch_playlist, self._fetch_body, self.stall)
        async with aclosing(reader.read_arrivals(address.url, follower)) as arrivals:
            async for arrival in arrivals:
                yield arrival

    async def _fetch_playlist(self, url: str) -> Playlist:
        async with asyncio.timeout(self.stall), self._open_final(url) as response:
            body = await _read_body(response.chunks, _MAX_PLAYLIST_BYTES)
            return Playlist(response.url, body.decode("utf-8", "replace"))

    async def _fetch_body(self, wanted: Resource, limit: int) -> bytes:
        """Fetch a file, or a range of one, of at most `limit` bytes.

        Raises:
            StreamError: three tries have failed.
        """
        for left in reversed(range(_TRIES)):
            try:
                async with (
                    asyncio.timeout(self.stall),
                    self._open_final(wanted.url, wanted.headers) as response,
                ):
                    body = await _read_body(response.chunks, limit)
                    return wanted.cut(body, is_whole_file=response.status == 200)
            except (*_BROKEN, StreamError) as error:
                if not left:
                    raise StreamError(
                        f"a piece cannot be fetched: {describe_error(error)}"
                    ) from None
                await asyncio.sleep(0.2)
        raise AssertionError

    @asynccontextmanager
    async def _open_final(
        self, url: str, wanted: Mapping[str, str] = NO_HEADERS
    ) -> AsyncIterator[_Response]:
        """Open the response behind a URL, after redirects; `wanted` are further headers.

        Raises:
            StreamError: the status is not 200, or 206 for a range, or a redirect is not allowed.
        """
        for _ in range(_MAX_REDIRECTS):
            if urlsplit(url).scheme not in {"http", "https"} or is_private_url(url, self.sandbox):
                break
            async with self._open_response(url, wanted) as response:
                if response.location:
                    url = urljoin(url, response.location)
                    continue
                if response.status not in ({200, 206} if wanted else {200}):
                    raise StreamError(f"HTTP {response.status}")
                yield response
                return
        raise StreamError("redirected to an address that is not allowed, or too often")

    @asynccontextmanager
    async def _open_response(self, url: str, wanted: Mapping[str, str]) -> AsyncIterator[_Response]:
        """Open the response of a URL; one of 403 by another kind of connection."""
        sent = build_stream_request(self.identity, url)
        sent = replace(sent, headers=insert_headers(sent.headers, wanted))
        host = urlsplit(url).netloc
        if host not in self._browser_hosts:
            async with self._open_by_aiohttp(sent) as response:
                if response.status != 403:
                    yield response
                    return
            self.count_browser_try()
            logger.info("%s: HTTP 403; requested once more as the browser does", host)
        async with self._browser.open(
            "GET", sent, seconds=self.stall, unpack=True, guarded=True
        ) as reply:
            if reply.status in {200, 206}:
                self._browser_hosts.add(host)
            yield _Response(reply.status, reply.get("Location"), reply.chunks, url)

    @asynccontextmanager
    async def _open_by_aiohttp(self, sent: PreparedRequest) -> AsyncIterator[_Response]:
        is_guarded.set(True)
        door = to_sandbox(self.sandbox, sent.url) if self.sandbox else sent.url
        async with self._http.get(
            URL(door, encoded=True), headers=sent.headers, allow_redirects=False,
            proxy=find_proxy(door),
        ) as response:  # fmt: skip
            location = response.headers.get("Location", "")
            yield _Response(response.status, location, response.content.iter_any(), sent.url)


@dataclass
class Silence:
    """The time a stream has sent neither picture nor sound, without that of writing them.

    Descriptions of the stream, empty tags and parts of a tag that never ends do not count.
    """

    stall: float  # seconds until the stream is given up
    _waited: float = 0.0  # seconds
    _latest: dict[int, int] = field(default_factory=dict)  # track → ms by its clock, of media

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """Wait for data within the block.

        Raises:
            TimeoutError: the stream has been silent for too long.
        """
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.stall - self._waited):
                yield
        finally:
            self._waited += time.monotonic() - began

    def end_with(self, fragments: Sequence[Fragment]) -> None:
        """End the silence if there is media that the stream has not sent before."""
        latest: dict[int, int] = {}
        for one in fragments:
            if one.is_media:
                latest[one.track] = max(one.time_ms, latest.get(one.track, one.time_ms))
        if latest.items() - self._latest.items():
            self._waited = 0.0
        self._latest |= latest


async def _read_body(body: AsyncIterator[bytes], limit: int) -> bytes:
    """Read a whole body.

    Raises:
        StreamError: it is larger than `limit`.
    """
    blocks, size = [], 0
    async for block in body:
        blocks.append(block)
        size += len(block)
        if size > limit:
            raise StreamError(f"more than {limit} bytes")
    return b"".join(blocks)
