"""Read HLS playlists: which pieces to fetch, and which are missing; no I/O.

A piece is a media segment of the playlist; a segment is a file of the recording. The parser is
m3u8's. streamlink follows playlists too, but with two threads per stream, over requests: that fits
neither the sandbox nor one event loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import m3u8

from f2scrapy.download import filetype
from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import Fragment, Setup, StreamError
from f2scrapy.live.hls_resource import Key, Resource, join_address, read_key, read_range
from f2scrapy.model.endpoint import convert_errors

EDGE = 3  # pieces before the newest one, where reading a stream begins
_RESTART_PIECES = 10  # a playlist that ends this many pieces earlier is a new stream
# File names kept: a known number with another name means a new stream.
_NAMES_KEPT = 100
# Distance of a new stream on the time axis, so that the old one's clock does not apply to it.
_RESTART_MS = 86_400_000
_MAX_DURATION_S = 3600.0  # s of a piece; a longer one is invalid
_MAX_PAUSE_S = 10.0
_PACKET = 188  # bytes of MPEG-TS


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece (media segment) of a stream."""

    media: Resource
    init: Resource | None  # the initialization section of fMP4; None if there is none
    key: Key | None  # None if it is not encrypted
    time_ms: int  # by the stream's clock, which begins with its first piece
    duration_ms: int
    generation: int  # differs if it does not continue the piece before
    date: datetime | None  # when it was made, by the platform's clock; None if not stated

    @property
    def url(self) -> str:
        return self.media.url

    def build_fragment(self, init: bytes, body: bytes, lost_pieces: int = 0) -> Fragment:
        """Return the piece as a fragment; `lost_pieces` of the stream could not be fetched.

        Raises:
            StreamError: it is empty, or a page in place of a piece.
        """
        if not body or body.lstrip()[:1] in (b"<", b"{"):
            raise StreamError("a piece is no media")
        suffix = ".mp4" if self.init else _detect_suffix(body)
        if suffix == ".ts":
            body = body[: len(body) // _PACKET * _PACKET]
        setup = Setup(suffix, (b"%d/%d" % (self.generation, lost_pieces), init), init)
        return Fragment(setup, self.time_ms, self.duration_ms, True, body)


def _detect_suffix(body: bytes) -> str:
    if body.startswith(b"\x47"):
        return ".ts"
    found = filetype.get_suffix(filetype.detect_media_type(body[: filetype.HEAD]))
    return ".aac" if found == ".mp3" else found or ".ts"  # packed audio begins with an ID3 tag


class Variant(NamedTuple):
    """A stream of a master playlist."""

    url: str
    sound_url: str  # of the playlist of its sound; "" if the sound is within its pieces


class _Row(NamedTuple):
    """A row of a playlist."""

    number: int
    media: Resource
    name: str
    row: Any  # of m3u8


class PlaylistFollower:
    """Keeps track of the pieces read from a stream, over all connections to it."""

    def __init__(self) -> None:
        self.has_ended = False  # the playlist declares its end
        self.lost_pieces = 0  # how many pieces could not be fetched, or came again
        self.last_hash = 0  # of the bytes of the last piece
        self.pause = 1.0  # s until the playlist should be fetched again
        self.restarts = 0  # how often the numbering has restarted
        self.sound: PlaylistFollower | None = None  # of the sound, if it is apart
        self._next_number: int | None = None  # number of the next piece to read
        self._renumbered = 0  # added to the numbers of playlists; see `_find_wrong_step`
        self._names: dict[int, str] = {}  # piece number → file name, without its signature
        self._rows: dict[int, _Row] = {}  # of the last playlist
        self.waiting: dict[Piece, Any] = {}  # pieces to fetch, in their order; None = not yet come
        self._listed: frozenset[str] = frozenset()  # file names in the last playlist
        self._read_at: float | None = None  # when the last playlist was read, in s
        self._ends_lines: bool | None = None  # whether playlists end with a newline; None = unknown
        self._time_ms = 0
        self._generation = 0

    def choose_variant(self, text: str, url: str) -> Variant | None:
        """Return the best stream of a master playlist; None for a media playlist.

        A stream with its sound in its pieces is better than one without.

        Raises:
            StreamError: the playlist cannot be read.
        """
        playlist = _parse_playlist(text)
        if not playlist.is_variant:
            return None
        if not playlist.playlists:
            raise StreamError("the list of streams is incomplete")
        complete = [one for one in playlist.playlists if not _find_sound(one)]
        best = max(complete or playlist.playlists, key=lambda one: one.stream_info.bandwidth or 0)
        sound = _find_sound(best)
        return Variant(join_address(url, str(best.uri)), join_address(url, sound) if sound else "")

    def is_listed(self, piece: Piece) -> bool:
        """Return whether the last playlist has the piece, so that it can still be fetched."""
        return _get_name(piece.media) in self._listed

    def read_new_pieces(self, text: str, url: str, moment: float | None = None) -> list[Piece]:
        """Return the pieces of a playlist that are new.

        `moment` is the time of reading, in s by any clock: what was missed since the last playlist
        cannot be longer. None = not known.

        Raises:
            StreamError: the playlist cannot be read.
            ProtocolError: its pieces are encrypted otherwise than by AES-128.
        """
        playlist = _parse_playlist(self._drop_torn_line(text))
        first = (playlist.media_sequence or 0) + self._renumbered
        rows = _read_rows(playlist, first, url, self._rows.get(first - 1))
        if step := self._find_wrong_step(rows, moment):
            self._renumbered -= step
            first -= step
            rows = [one._replace(number=one.number - step) for one in rows]
        if not all(0 <= (one.row.duration or 0) < _MAX_DURATION_S for one in rows):
            raise StreamError("the playlist has a piece of impossible duration")
        target = min(max(playlist.target_duration or 1, 1), _MAX_PAUSE_S)
        if rows:
            self._update_position(first, rows, moment)
            self._rows = {one.number: one for one in rows}
        start = self._next_number or 0
        pieces = [self._build_piece(one, url) for one in rows if one.number >= start]
        if rows:
            self._next_number = max(self._next_number or 0, first + len(rows))
        self.has_ended = bool(playlist.is_endlist)
        self.pause = target / (2 if not pieces else 1)
        return pieces

    def _find_wrong_step(self, rows: Sequence[_Row], moment: float | None) -> int:
        """Return by how much the numbers of pieces differ from those of the last playlist; 0 = not.

        A piece is known by its name: playlists state no number, always 0, a smaller one after a
        restart of the server, or count more than they add (reports of 2015-2024). Servers that use
        names again skip at least as many pieces as a playlist lists, and time passes.
        """
        before, now = _index_names(self._rows.values()), _index_names(rows)
        steps = {now[name] - before[name] for name in before.keys() & now.keys()}
        if len(steps) != 1:
            return 0
        [step] = steps
        has_time = self._estimate_missed(step, rows, moment) == _measure_pieces(step, rows)
        return 0 if step >= len(rows) and has_time else step

    def _drop_torn_line(self, text: str) -> str:
        """Remove a last line that may be incomplete; the first playlist shows whether lines end."""
        if text.endswith(("\n", "#EXT-X-ENDLIST")):
            self._ends_lines = True
        elif self._ends_lines is not False:
            text = text[: text.rfind("\n") + 1]
            self._ends_lines = self._ends_lines or False
        return text

    def begin_again(self) -> None:
        """Take the next pieces for those of another stream, with a clock of its own."""
        self._time_ms += _RESTART_MS
        self._generation += 1

    def _update_position(self, first: int, rows: Sequence[_Row], moment: float | None) -> None:
        """Choose the entry near the live edge; count the pieces missed since the last playlist."""
        if self._has_restarted(first, rows):
            self._next_number, self._names = None, {}
            self.begin_again()
            self.restarts += 1
        self._names |= {one.number: one.name for one in rows}
        self._names = {n: self._names[n] for n in sorted(self._names)[-_NAMES_KEPT:]}
        if self._next_number is None:
            self._next_number = first + self._choose_entry(rows, moment)
        missed = first - self._next_number
        if missed > 0:
            self._time_ms += int(self._estimate_missed(missed, rows, moment) * 1000)
            self._generation += 1
        self._listed = frozenset(one.name for one in rows)
        self._read_at = moment

    def _choose_entry(self, rows: Sequence[_Row], moment: float | None) -> int:
        """Return the index of the first row to read: near the live edge.

        If the numbering has restarted, the rows that came since the last playlist are new, too.
        """
        entry = max(0, len(rows) - EDGE)
        if self._read_at is None or moment is None:
            return entry
        listed, left = self._listed, moment - self._read_at
        while entry and left > 0 and rows[entry - 1].name not in listed:
            entry -= 1
            left -= rows[entry].row.duration or 0
        return next((n for n in range(entry, len(rows)) if rows[n].name not in listed), len(rows))

    def _estimate_missed(self, missed: int, rows: Sequence[_Row], moment: float | None) -> float:
        """Return the seconds of missed pieces, by their number if that much time has passed.

        Numbers also jump forward without a reason, e.g. to the time of day (reports of 2025).
        """
        listed, seconds = _measure_pieces(len(rows), rows), _measure_pieces(missed, rows)
        if moment is None or self._read_at is None:
            return seconds
        passed = moment - self._read_at
        return seconds if seconds <= passed + listed else max(0.0, passed - listed)

    def _has_restarted(self, first: int, rows: Sequence[_Row]) -> bool:
        """Return whether the numbering has restarted; a CDN edge that lags has the same names."""
        if self._next_number is None:
            return False
        renamed = any(self._names.get(one.number, one.name) != one.name for one in rows)
        return renamed or first + len(rows) < self._next_number - _RESTART_PIECES

    def _build_piece(self, listed: _Row, url: str) -> Piece:
        row, init = listed.row, None
        if section := row.init_section:
            init = read_range(_add_offset(section.byterange), join_address(url, section.uri))
        self._generation += bool(row.discontinuity)
        duration = round((row.duration or 0) * 1000)
        piece = Piece(
            listed.media, init, read_key(row, url, listed.number - self._renumbered),
            self._time_ms, duration, self._generation, row.program_date_time,
        )  # fmt: skip
        self._time_ms += duration
        return piece


def _find_sound(variant: Any) -> str:
    """Return the address of the sound of a stream; "" if the sound is within its pieces."""
    sounds = [media for media in variant.media if media.type == "AUDIO"]
    chosen = sorted(sounds, key=lambda media: media.default != "YES")[:1]
    return str(chosen[0].uri or "") if chosen else ""


def _read_rows(playlist: Any, first: int, url: str, before: _Row | None) -> list[_Row]:
    """Return the pieces that a playlist lists; `first` is the number of the first one.

    `before` is the piece before that, if an earlier playlist had it: a range may follow it.
    """
    rows: list[_Row] = []
    for number, row in enumerate(playlist.segments, first):
        if row.uri:
            last = before.media if before else None
            media = read_range(row.byterange or "", join_address(url, row.uri), last)
            before = _Row(number, media, _get_name(media), row)
            rows.append(before)
    return rows


def _measure_pieces(count: int, rows: Sequence[_Row]) -> float:
    """Return the seconds of so many pieces, as long as those of `rows`."""
    return count * float(sum(one.row.duration or 0 for one in rows)) / len(rows)


def _index_names(rows: Collection[_Row]) -> dict[str, int]:
    """Return the numbers of pieces by their names, of names that occur once."""
    counts = Counter(one.name for one in rows)
    return {one.name: one.number for one in rows if counts[one.name] == 1}


def _add_offset(text: str | None) -> str:
    """Return a byte range with its offset, which is 0 unless it is stated."""
    return f"{text}@0" if text and "@" not in text else text or ""


def _get_name(media: Resource) -> str:
    """Return the name of a piece, the same on all CDN edges and for all signatures."""
    name = urlsplit(media.url).path.rpartition("/")[2]
    return name if media.length is None else f"{name}@{media.start}"


def _parse_playlist(text: str) -> Any:
    if not text.lstrip("\ufeff \r\n").startswith("#EXTM3U"):
        raise StreamError("this is not a playlist")
    try:
        with convert_errors():
            return m3u8.loads(text)
    except (ProtocolError, m3u8.ParseError) as error:
        raise StreamError("the playlist cannot be read") from error
