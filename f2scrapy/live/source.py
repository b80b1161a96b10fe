"""Source: the units of a stream as they arrive, whatever form it has."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from f2scrapy.api import signed_request
from f2scrapy.api.identity import Identity
from f2scrapy.api.private_network import is_inside
from f2scrapy.api.proxy import proxy_for
from f2scrapy.api.sandbox_url import through_door
from f2scrapy.errors import ProtocolError
from f2scrapy.live.flv import FlvStream
from f2scrapy.live.fragment import Broken, Unit, Unreadable
from f2scrapy.live.hls import Follower, Piece
from f2scrapy.model.stream import Address
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

_HOPS = 5  # redirects to a CDN's edge
_READ = 1 << 16  # bytes at a time
_TRIES = 3  # of a piece of HLS
_PIECE = 64 << 20  # bytes a piece may have


@dataclass(frozen=True)
class Arrival:
    """What came together."""

    units: Sequence[Unit]
    at: float  # s since 1970, by our clock
    made: float | None = None  # the same, when its end was made, where the stream says so


@dataclass
class Source:
    """Streams are read by it: as an identity's browser does, without a cookie, by the door.

    One of them serves any number of rooms.
    """

    identity: Identity
    sandbox: str = ""  # F2_SANDBOX
    stall: float = 30.0  # seconds without a byte, or a beginning, after which one is given up

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self.stall, sock_read=self.stall
            ),
            read_bufsize=_READ,
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def arrivals(
        self, address: Address, follower: Follower | None = None
    ) -> AsyncGenerator[Arrival]:
        """What comes from an address; it ends only where the stream says that it is over.

        `follower` knows what of a broadcast's HLS has been taken; None = nothing.

        Raises:
            Broken: it cannot be had, or breaks off.
            Unreadable: nothing that comes can be recorded.
        """
        flv = address.form == "flv"
        read = self._flv(address) if flv else self._hls(address, follower or Follower())
        try:
            async with aclosing(read) as arrivals:
                async for arrival in arrivals:
                    yield arrival
        except ProtocolError as error:
            raise Unreadable(str(error)) from error
        except TimeoutError:
            raise Broken(f"nothing came for {self.stall:g} s", "stall") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Broken(describe_error(error)) from None  # its text holds the URL

    async def _flv(self, address: Address) -> AsyncGenerator[Arrival]:
        stream, opened = FlvStream(), time.monotonic()
        async with self._answer(address.url) as response:
            while True:
                async with asyncio.timeout(self.stall):
                    chunk = await response.content.readany()
                tags = stream.feed(chunk)
                if stream.lack and (not chunk or time.monotonic() - opened > self.stall):
                    raise Unreadable(f"its picture cannot be decoded: it has no {stream.lack}")
                if not chunk:
                    raise Broken("the connection was closed")
                if tags and stream.begun:
                    yield Arrival(tags, time.time())

    async def _hls(self, address: Address, follower: Follower) -> AsyncGenerator[Arrival]:
        url = address.url
        text = await self._text(url)
        if variant := follower.variant(text, url):
            url, text = variant, await self._text(variant)
        inits: dict[str, bytes] = {"": b""}
        fed = time.monotonic()
        while True:
            restarts = follower.restarts
            pieces = follower.take(text, url)
            if follower.restarts > restarts:
                logger.info("%s: the numbers of its pieces began anew", address.name)
            for piece in pieces:
                if arrival := await self._piece(piece, follower, inits):
                    fed = time.monotonic()
                    yield arrival
            if follower.ended:
                return
            if time.monotonic() - fed > self.stall:
                raise TimeoutError
            await asyncio.sleep(follower.pause)
            text = await self._text(url)

    async def _piece(
        self, piece: Piece, follower: Follower, inits: dict[str, bytes]
    ) -> Arrival | None:
        """A piece as a unit; None where it cannot be had: the stream goes on without it."""
        try:
            if piece.init_url not in inits:
                inits[piece.init_url] = await self._body(piece.init_url)
            body = await self._body(piece.url)
            unit = piece.unit(inits[piece.init_url], body, follower.losses)
        except Broken:
            follower.losses += 1
            return None
        now = time.time()
        made = piece.date.timestamp() + piece.length_ms / 1000 if piece.date else None
        return Arrival([unit], now, made)

    async def _text(self, url: str) -> str:
        async with asyncio.timeout(self.stall), self._answer(url) as response:
            return (await _all_of(response)).decode("utf-8", "replace")

    async def _body(self, url: str) -> bytes:
        """A whole file.

        Raises:
            Broken: it could not be had, nor at the second and third try.
        """
        for left in reversed(range(_TRIES)):
            try:
                async with asyncio.timeout(self.stall), self._answer(url) as response:
                    return await _all_of(response)
            except (aiohttp.ClientError, OSError, TimeoutError, Broken) as error:
                if not left:
                    raise Broken(f"a piece cannot be had: {describe_error(error)}") from None
                await asyncio.sleep(0.2)
        raise AssertionError

    @asynccontextmanager
    async def _answer(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of an address, or of where it leads.

        Raises:
            Broken: it is none.
        """
        for _ in range(_HOPS):
            if urlsplit(url).scheme not in {"http", "https"} or is_inside(url, self.sandbox):
                break
            headers = dict(signed_request.build_file_request(self.identity, url).headers) | {
                "Accept-Encoding": "identity"
            }
            door = through_door(self.sandbox, url) if self.sandbox else url
            async with self._http.get(
                URL(door, encoded=True), headers=headers, allow_redirects=False,
                proxy=proxy_for(door),
            ) as response:  # fmt: skip
                if onward := response.headers.get("Location"):
                    url = urljoin(url, onward)
                    continue
                if response.status != 200:
                    raise Broken(f"HTTP {response.status}")
                yield response
                return
        raise Broken("it leads nowhere")


async def _all_of(response: aiohttp.ClientResponse) -> bytes:
    """A body to its end, of a size that can be held."""
    blocks, size = [], 0
    async for block in response.content.iter_any():
        blocks.append(block)
        size += len(block)
        if size > _PIECE:
            raise Broken(f"more than {_PIECE} bytes")
    return b"".join(blocks)
