"""HLS: playlists in, the pieces to fetch out, and which of them are missing. No I/O.

The parser is m3u8's. streamlink would follow playlists, too, but with a thread for each stream and
another for its writer, over requests: neither the sandbox's door nor one event loop fits that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import m3u8

from f2scrapy.download import filetype
from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import Broken, Setup, Unit
from f2scrapy.model.endpoint import readable

EDGE = 3  # pieces before the newest with which a stream is entered
_RESTART = 10  # a list whose end lies so many pieces before what is there is a new stream
_KNOWN = 100  # pieces whose names are remembered: such a number with another name is a new stream
_ANEW_MS = 86_400_000  # by which a new stream is later: nothing of the old one's clock holds for it
_LONGEST = 3600.0  # seconds of a piece, and of a wait for the next one: more is nonsense
_SLOWEST = 10.0
_PACKET = 188  # bytes of MPEG-TS


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a stream."""

    url: str
    init_url: str  # of what stands before it in fMP4; "" = nothing
    time_ms: int  # by the stream's clock, which begins with its first piece
    length_ms: int
    generation: int  # another one = no continuation of the piece before
    date: datetime | None  # when it was made, by the platform's clock

    def unit(self, init: bytes, body: bytes, losses: int = 0) -> Unit:
        """The piece with its bytes, behind so many that could not be fetched."""
        suffix = ".mp4" if self.init_url else _suffix(body)
        if suffix == ".ts":
            body = body[: len(body) // _PACKET * _PACKET]
        setup = Setup(suffix, (b"%d/%d" % (self.generation, losses), init), init)
        return Unit(setup, self.time_ms, self.length_ms, True, body)


def _suffix(body: bytes) -> str:
    if body.startswith(b"\x47"):
        return ".ts"
    found = filetype.suffix(filetype.media_type(body[: filetype.HEAD]))
    return ".aac" if found == ".mp3" else found or ".ts"  # packed audio begins with an ID3 tag


class Follower:
    """Knows what of a stream has been taken; one for all connections to it."""

    def __init__(self) -> None:
        self.ended = False  # the stream says that it is over
        self.losses = 0  # pieces that could not be fetched
        self.pause = 1.0  # seconds until the playlist is worth another look
        self.restarts = 0  # how often its numbers have begun anew
        self._next: int | None = None  # number of the piece to take next
        self._names: dict[int, str] = {}  # of pieces by number, without what is signed
        self._tidy: bool | None = None  # whether its lists end with the end of a line
        self._time_ms = 0
        self._generation = 0

    def variant(self, text: str, url: str) -> str:
        """The address of the best stream, where `text` is a list of streams; "" = it is none.

        Raises:
            Broken: it cannot be read.
            ProtocolError: none of them has its sound with it.
        """
        playlist = _parsed(text)
        if not playlist.is_variant:
            return ""
        if not playlist.playlists:
            raise Broken("the list of streams is torn")
        whole = [one for one in playlist.playlists if not any(map(_is_sound, one.media))]
        if not whole:
            raise ProtocolError("sound and picture of this stream come apart (EXT-X-MEDIA)")
        best = max(whole, key=lambda one: one.stream_info.bandwidth or 0)
        return urljoin(url, str(best.uri))

    def take(self, text: str, url: str) -> list[Piece]:
        """The pieces that are new in a playlist.

        Raises:
            Broken: it cannot be read.
            ProtocolError: its pieces are encrypted, or parts of files.
        """
        playlist = _parsed(self._untorn(text))
        first = playlist.media_sequence or 0
        rows = [(n, row) for n, row in enumerate(playlist.segments, first) if row.uri]
        if not all(0 <= (row.duration or 0) < _LONGEST for _, row in rows):
            raise Broken("the playlist names a piece that lasts nobody knows how long")
        target = min(max(playlist.target_duration or 1, 1), _SLOWEST)
        if rows:
            self._find_place(first, rows)
        pieces = [self._piece(row, url) for number, row in rows if number >= (self._next or 0)]
        self._next = max(self._next or 0, first + len(rows)) if rows else self._next
        self.ended = bool(playlist.is_endlist)
        self.pause = target / (2 if not pieces else 1)
        return pieces

    def _untorn(self, text: str) -> str:
        """Without the end of a line that may go on; the first list shows whether lines end."""
        if text.endswith(("\n", "#EXT-X-ENDLIST")):
            self._tidy = True
        elif self._tidy is not False:
            text = text[: text.rfind("\n") + 1]
            self._tidy = self._tidy or False
        return text

    def _find_place(self, first: int, rows: list[tuple[int, Any]]) -> None:
        """Enters a stream near its end; notes what was missed since the last look."""
        if self._is_another(first, rows):
            self._next, self._names = None, {}
            self._time_ms += _ANEW_MS
            self._generation += 1
            self.restarts += 1
        self._names |= {number: _path(row.uri) for number, row in rows}
        self._names = {n: self._names[n] for n in sorted(self._names)[-_KNOWN:]}
        if self._next is None:
            self._next = first + max(0, len(rows) - EDGE)
        missed = first - self._next
        if missed > 0:
            usual = sum(row.duration or 0 for _, row in rows) / len(rows)
            self._time_ms += int(missed * usual * 1000)
            self._generation += 1

    def _is_another(self, first: int, rows: list[tuple[int, Any]]) -> bool:
        """Whether its numbers have begun anew; an edge that is behind has the same names."""
        if self._next is None:
            return False
        renamed = any(self._names.get(n, _path(row.uri)) != _path(row.uri) for n, row in rows)
        return renamed or first + len(rows) < self._next - _RESTART

    def _piece(self, row: Any, url: str) -> Piece:
        if row.key is not None and row.key.method not in (None, "NONE"):
            raise ProtocolError("the pieces of this stream are encrypted")
        if row.byterange or (row.init_section and row.init_section.byterange):
            raise ProtocolError("the pieces of this stream are parts of files (EXT-X-BYTERANGE)")
        self._generation += bool(row.discontinuity)
        length = round((row.duration or 0) * 1000)
        init = urljoin(url, row.init_section.uri) if row.init_section else ""
        piece = Piece(
            urljoin(url, row.uri), init, self._time_ms, length, self._generation,
            row.program_date_time,
        )  # fmt: skip
        self._time_ms += length
        return piece


def _is_sound(media: Any) -> bool:
    """Whether this is sound by itself; without an address it is in the pieces of the stream."""
    return media.type == "AUDIO" and bool(media.uri)


def _path(uri: str) -> str:
    """The name of a piece, the same at all edges and however it is signed."""
    return urlsplit(uri).path.rpartition("/")[2]


def _parsed(text: str) -> Any:
    if not text.lstrip("\ufeff \r\n").startswith("#EXTM3U"):
        raise Broken("this is no playlist")
    try:
        with readable():
            return m3u8.loads(text)
    except (ProtocolError, m3u8.ParseError) as error:
        raise Broken("the playlist cannot be read") from error
