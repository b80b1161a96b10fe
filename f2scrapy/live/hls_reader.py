"""Read a stream of HLS: fetch its playlist again and again, and each new piece once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from f2scrapy.live.arrival import Arrival
from f2scrapy.live.fragment import Setup, StreamError
from f2scrapy.live.hls import Piece, PlaylistFollower
from f2scrapy.live.hls_muxer import HlsMuxer
from f2scrapy.live.hls_resource import KEY_BYTES, Key, Resource

logger = logging.getLogger(__name__)

_LATE_PIECE_S = 0.3  # until then, if the edge does not have a listed piece yet
_MAX_PIECE_BYTES = 64 << 20  # 10 s at 50 Mbit/s
_MAX_INIT_BYTES = 1 << 20  # of an initialization section; observed ones have 1 kB (2026)
_MAX_KNOWN = 4  # initialization sections and keys kept: each new signature is another address


class Playlist(NamedTuple):
    """A playlist, and its address after redirects, to which the addresses in it are relative."""

    url: str
    text: str


class _Fetched(NamedTuple):
    """A piece with its initialization section, and when it came, in s since 1970."""

    init: bytes
    body: bytes
    at: float


_Waiting = dict[Piece, _Fetched | None]


@dataclass
class HlsReader:
    """Reads one stream over one connection; `name` names its address in the log.

    `fetch_playlist` and `fetch`, which fetches a file of at most so many bytes, raise StreamError.
    `stall` is the time in seconds without a new piece after which the stream is given up.
    """

    name: str
    fetch_playlist: Callable[[str], Awaitable[Playlist]]
    fetch: Callable[[Resource, int], Awaitable[bytes]]
    stall: float
    _generation: int = 0  # of the last piece
    _known: dict[Resource, bytes] = field(default_factory=dict)  # initialization sections and keys

    async def read_arrivals(self, url: str, follower: PlaylistFollower) -> AsyncGenerator[Arrival]:
        """Yield the new pieces of a playlist, or of the best one that it lists.

        Raises:
            StreamError: the playlist cannot be fetched or read.
            TimeoutError: no new piece came for too long.
            ProtocolError: the stream cannot be recorded, or not without PyAV.
        """
        playlist, sound_url = await self.fetch_playlist(url), ""
        if variant := follower.choose_variant(playlist.text, playlist.url):
            url, sound_url = variant
            playlist = await self.fetch_playlist(url)
        joiner = SoundJoiner() if sound_url else None
        if joiner:
            follower.sound = follower.sound or PlaylistFollower()
        last_data = time.monotonic()
        while True:
            if joiner and follower.sound:
                sound = await self.fetch_playlist(sound_url)
                await self._read_playlist(sound, follower.sound)
                joiner.sounds += _take_arrivals(follower.sound.waiting, follower.sound)
            await self._read_playlist(playlist, follower)
            for arrival in _take_arrivals(follower.waiting, follower):
                last_data = time.monotonic()
                yield await joiner.join(arrival) if joiner else arrival
            if follower.has_ended and not follower.waiting:
                return
            if time.monotonic() - last_data > self.stall:
                raise TimeoutError
            await asyncio.sleep(_LATE_PIECE_S if follower.waiting else follower.pause)
            playlist = await self.fetch_playlist(url)

    async def _read_playlist(self, playlist: Playlist, follower: PlaylistFollower) -> None:
        """Fetch the new pieces of a playlist, and those that still wait."""
        restarts = follower.restarts
        for piece in follower.read_new_pieces(playlist.text, playlist.url, time.monotonic()):
            follower.waiting[piece] = None
        if follower.restarts > restarts:
            logger.info("%s: the numbering of its pieces has restarted", self.name)
        await self._fetch_pieces(follower.waiting)

    async def _fetch_pieces(self, waiting: _Waiting) -> None:
        """Fetch the pieces that wait; one that fails goes on waiting.

        Playlists list pieces before the edge of the CDN has them.
        """
        for piece in [piece for piece, found in waiting.items() if found is None]:
            with suppress(StreamError):
                fetched = await self._fetch_piece(piece)
                piece.build_fragment(fetched.init, fetched.body)  # refuses a page in place of it
                waiting[piece] = fetched

    async def _fetch_piece(self, piece: Piece) -> _Fetched:
        """Fetch a piece with its initialization section, and decrypt both."""
        if piece.init and piece.generation != self._generation:
            self._known.pop(piece.init, None)  # it may be another one under the same address
        init = await self._fetch_once(piece.init, _MAX_INIT_BYTES) if piece.init else b""
        self._generation = piece.generation
        body = await self.fetch(piece.media, _MAX_PIECE_BYTES)
        if piece.key:
            init, body = await self._decrypt(piece.key, init, body)
        return _Fetched(init, body, time.time())

    async def _decrypt(self, key: Key, init: bytes, body: bytes) -> tuple[bytes, bytes]:
        """Decrypt a piece and its initialization section.

        If that fails, the key is fetched again next time: a server may change it in its place.
        """
        resource = Resource(key.url)
        value = await self._fetch_once(resource, KEY_BYTES)
        try:
            return (init if _is_plain(init) else key.decrypt(value, init)), key.decrypt(value, body)
        except StreamError:
            del self._known[resource]
            raise

    async def _fetch_once(self, wanted: Resource, limit: int) -> bytes:
        """Return an initialization section or a key, of the last ones or fetched."""
        if wanted not in self._known:
            self._known[wanted] = await self.fetch(wanted, limit)
            if len(self._known) > _MAX_KNOWN:
                del self._known[next(iter(self._known))]
        return self._known[wanted]


@dataclass
class SoundJoiner:
    """Joins the pieces of a stream with those of its sound, as far as they have come.

    Raises:
        ProtocolError: PyAV is not installed.
    """

    sounds: list[Arrival] = field(default_factory=list)  # that wait for a picture
    _muxer: HlsMuxer = field(default_factory=HlsMuxer)
    _sound_parts: tuple[bytes, ...] = (b"", b"")  # of the last sound's setup

    async def join(self, picture: Arrival) -> Arrival:
        """Return a piece of the stream with its sound.

        Raises:
            StreamError: they are no media.
        """
        sounds, self.sounds = [one for arrival in self.sounds for one in arrival.fragments], []
        [fragment] = picture.fragments
        data = await asyncio.to_thread(
            self._muxer.join,
            fragment.setup.head + fragment.data,
            [one.setup.head + one.data for one in sounds],
        )
        for one in sounds:
            self._sound_parts = one.setup.parts
        setup = Setup(".ts", (*fragment.setup.parts, *self._sound_parts), b"")
        joined = replace(fragment, setup=setup, data=data)
        return replace(picture, fragments=[joined])


def _is_plain(init: bytes) -> bool:
    """Return whether an initialization section is not encrypted: the key may come after it."""
    return not init or init[4:8] in (b"ftyp", b"styp", b"moov")


def _take_arrivals(waiting: _Waiting, follower: PlaylistFollower) -> Iterator[Arrival]:
    """Take the first pieces, in their order, up to one that can still come.

    A piece that is listed no longer is lost: the stream goes on without it. So is one that has the
    bytes of the piece before: an edge that is stuck sends one piece under many names (reports of
    2024 and 2025). Only sound without times may be equal.
    """
    for piece, found in [*waiting.items()]:
        if found is None and follower.is_listed(piece) and not follower.has_ended:
            return
        del waiting[piece]
        if found is None:
            follower.lost_pieces += 1
            continue
        made = piece.date.timestamp() + piece.duration_ms / 1000 if piece.date else None
        fragment = piece.build_fragment(found.init, found.body, follower.lost_pieces)
        before, follower.last_hash = follower.last_hash, hash(found.body)
        if before == follower.last_hash and fragment.setup.suffix != ".aac":
            follower.lost_pieces += 1
            continue
        yield Arrival([fragment], found.at, made)
