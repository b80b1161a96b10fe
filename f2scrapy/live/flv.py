"""Parse FLV tags from a byte stream, and find the whole part of an FLV file; no I/O.

Layout: Adobe Flash Video File Format Specification 10.1, annex E; HEVC and AV1 as in Enhanced RTMP
(version 1), several tracks as in version 2 (`flv_tracks`). Chinese CDNs send HEVC as codec 12
(2023), AV1 as 13 and VVC as 14 (flvAnalyser 2021, ireader's libflv), which ffmpeg 6.1 cannot read:
such tags are converted to those of Enhanced RTMP.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from f2scrapy.errors import ProtocolError
from f2scrapy.live.flv_tracks import AUDIO, VIDEO, is_enhanced, join_track, split_tracks
from f2scrapy.live.fragment import Fragment, Setup

SCRIPT = 18
_FILE_HEADER, _TAG_HEADER, _TAG_LENGTH = 9, 11, 4  # bytes; the length follows each tag
_HAS_AUDIO, _HAS_VIDEO = 4, 1
_FILTERED = 0x20  # of a tag's type; the two bits above it are 0
_AVC, _AAC, _ENHANCED_AUDIO = 7, 10, 9
_AV1 = 13
_ADDED_CODECS = {12: b"hvc1", _AV1: b"av01", 14: b"vvc1"}  # of Chinese CDNs → of Enhanced RTMP
_KEY_FRAME = 1
_PICTURES = (1, 3)  # types of packets of Enhanced RTMP: with and without a composition time
_VIDEO_HEADER = 5  # bytes: codec, packet type, composition time
_ENHANCED_HEADER = 5  # bytes: packet type, codec
_HEADERS = {AUDIO: 2, VIDEO: _VIDEO_HEADER, SCRIPT: 1 << 24}  # bytes of a tag without any media
_AUDIO_ONLY_MS = 3000  # a stream without a video tag for this long has no video
_METADATA = b"onMetaData"  # the script tag that describes the file
# Numbers of AMF that are of another file: a looped one that is broadcast (1 h), or -1. Players show
# the duration as it is stated; 0 lets them look at the last tag.
_STATED_LENGTH = re.compile(rb"(\0\x08(?:duration|filesize)\0).{8}", re.DOTALL)
_HALF_RANGE = 1 << 31  # of the 32-bit times in ms, which wrap after 49 days
_MAX_DURATION_MS = 1000  # a longer distance between two tags is not the first one's duration


@dataclass(frozen=True, slots=True)
class Tag(Fragment):
    """A tag without its header, so that its time can be relative to its segment."""

    kind: int = SCRIPT
    number: int = 0  # of the track among those of its kind

    @property
    def made_ms(self) -> int:
        return self.time_ms

    @property
    def is_media(self) -> bool:
        return not _is_setup(self.kind, self.data) and len(self.data) > _HEADERS[self.kind]

    @property
    def track(self) -> int:
        return _join_number(self.kind, self.number)

    def encode(self, zero_ms: int) -> bytes:
        body = join_track(self.kind, self.number, self.data)
        return encode_tag(self.kind, max(0, self.time_ms - zero_ms), body)


def _join_number(kind: int, number: int) -> int:
    """Return what distinguishes a track; that of the first one is its kind."""
    return kind | number << 8


def encode_tag(kind: int, time_ms: int, body: bytes) -> bytes:
    """Return a tag and the length field after it."""
    head = bytes([kind]) + len(body).to_bytes(3, "big")
    moment = (time_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([time_ms >> 24 & 0xFF])
    return b"%b%b\0\0\0%b%b" % (head, moment, body, struct.pack(">I", _TAG_HEADER + len(body)))


class FlvParser:
    """Splits a byte stream, in chunks of any size, into complete tags.

    A tag torn at the end of the stream is never returned.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._flags: int | None = None  # of the file header; None until it has come
        self._metadata = b""
        self._sequence_headers = {VIDEO: b"", AUDIO: b""}  # track → setup of its decoder
        self._numbers: dict[tuple[int, int], int] = {}  # kind and number sent → number from 0 on
        self._setup = Setup(".flv", (b"", b""), b"")
        self._last_ms: dict[int, int] = {}  # track → ms of its last tag
        self._times_ms: dict[int, int] = {}  # track → unwrapped time of its last tag
        self._start_ms: int | None = None
        self.can_begin = False  # a segment can begin: an entry point has come

    @property
    def missing_part(self) -> str:
        """The part without which the video cannot be decoded; "" if there is none."""
        if self.can_begin or VIDEO not in self._last_ms:
            return ""
        return "key frame" if self._sequence_headers[VIDEO] else "sequence header"

    def feed(self, data: bytes) -> list[Tag]:
        """Add bytes and return the tags that are complete now.

        Raises:
            ProtocolError: the stream is not FLV.
        """
        self._buffer += data
        at = self._skip_header()
        if at is None:
            return []
        tags: list[Tag] = []
        while len(self._buffer) >= at + _FILE_HEADER + _TAG_LENGTH:
            if self._buffer[at : at + 4] == b"FLV\x01":  # of another push behind the first one
                at += _FILE_HEADER + _TAG_LENGTH
                continue
            size = int.from_bytes(self._buffer[at + 1 : at + 4], "big")
            end = at + _TAG_HEADER + size + _TAG_LENGTH
            is_tag = self._buffer[at] & ~_FILTERED in (AUDIO, VIDEO, SCRIPT)
            if not is_tag and not tags:  # else the next call raises: the tags before it are whole
                raise ProtocolError("the FLV stream is out of step")
            if not is_tag or len(self._buffer) < end:
                break
            tags += self._read_tags(bytes(self._buffer[at : end - _TAG_LENGTH]))
            at = end
        del self._buffer[:at]
        return tags

    def _skip_header(self) -> int | None:
        """Return the offset of the next tag in the buffer; None before the header is complete."""
        if self._flags is not None:
            return 0
        if len(self._buffer) < _FILE_HEADER + _TAG_LENGTH:
            return None
        if self._buffer[:3] != b"FLV":
            raise ProtocolError("this is not FLV")
        self._flags = self._buffer[4]
        return int.from_bytes(self._buffer[5:9], "big") + _TAG_LENGTH

    def _read_tags(self, raw: bytes) -> Iterator[Tag]:
        """Yield the tags of each track in a tag as it was sent."""
        kind, body = raw[0] & 0x1F, raw[_TAG_HEADER:]
        if kind == SCRIPT:
            self._store_metadata(body)
            return
        ms = int.from_bytes(raw[4:7], "big") | raw[7] << 24
        for number, plain in split_tracks(kind, body):
            known = self._numbers.setdefault((kind, number), self._count_tracks(kind))
            if tag := self._read_tag(kind, known, ms, plain):
                yield tag

    def _count_tracks(self, kind: int) -> int:
        return sum(one == kind for one, _ in self._numbers)

    def _read_tag(self, kind: int, number: int, ms: int, body: bytes) -> Tag | None:
        track = _join_number(kind, number)
        if kind == VIDEO and len(body) >= _VIDEO_HEADER and body[0] & 0x8F in _ADDED_CODECS:
            body = _convert_codec(body)
        if _is_setup(kind, body):
            return self._store_sequence_header(kind, number, body)
        if kind == VIDEO and _is_end(body):
            return None
        time_ms = self._unwrap_time(track, ms)
        if time_ms < self._last_ms.get(track, time_ms) - _MAX_DURATION_MS:
            self._last_ms.clear()  # the encoder has restarted
        self._start_ms = min(time_ms, time_ms if self._start_ms is None else self._start_ms)
        duration = min(_MAX_DURATION_MS, max(0, time_ms - self._last_ms.get(track, time_ms)))
        self._last_ms[track] = time_ms
        is_entry = not number and self._is_entry(kind, time_ms, body)
        self.can_begin = self.can_begin or is_entry
        return Tag(self._setup, time_ms, duration, is_entry, body, kind, number)

    def _unwrap_time(self, track: int, ms: int) -> int:
        """Return a 32-bit time as the full time nearest to the last one of its track."""
        last = self._times_ms.get(track, max(self._times_ms.values(), default=ms))
        time_ms = last + (ms - last + _HALF_RANGE) % (2 * _HALF_RANGE) - _HALF_RANGE
        self._times_ms[track] = time_ms
        return time_ms

    def _store_metadata(self, script: bytes) -> None:
        """Keep the description of the stream; other scripts are for players (cue points, beats)."""
        if _METADATA in script[:32]:
            self._metadata = _STATED_LENGTH.sub(lambda found: found[1] + bytes(8), script)
            self._rebuild_setup()

    def _store_sequence_header(self, kind: int, number: int, body: bytes) -> Tag | None:
        """Update a decoder's setup; return it as a tag of its segment if it comes late.

        Its time is that of the tags around it: servers write 0, regardless of the stream's clock.
        """
        track = _join_number(kind, number)
        is_empty = len(body) <= (_ENHANCED_HEADER if is_enhanced(kind, body) else _HEADERS[kind])
        if is_empty or self._sequence_headers.get(track) == body:
            return None  # encoders that do not know it yet send an empty one
        self._sequence_headers[track] = body
        self._rebuild_setup()
        if not self._last_ms or (kind == VIDEO and VIDEO not in self._last_ms):
            return None  # the first picture begins a file
        time_ms = self._last_ms.get(track, max(self._last_ms.values()))
        return Tag(self._setup, time_ms, 0, False, body, kind, number)

    def _rebuild_setup(self) -> None:
        headers = self._sequence_headers  # the first two are those of the first tracks
        parts = tuple(headers.values())
        tags: list[tuple[int, bytes]] = [(SCRIPT, self._metadata)]
        tags += [(track & 0xFF, join_track(track & 0xFF, track >> 8, body))
                 for track, body in headers.items() if body]  # fmt: skip
        flags = (_HAS_VIDEO if parts[0] else 0) | (_HAS_AUDIO if parts[1] else 0)
        head = b"FLV\x01" + bytes([flags or self._flags or 5]) + b"\0\0\0\x09\0\0\0\0"
        head += b"".join(encode_tag(kind, 0, body) for kind, body in tags if body)
        self._setup = Setup(".flv", parts, head)

    def _is_entry(self, kind: int, time_ms: int, body: bytes) -> bool:
        """Return whether it is a decodable key frame, or, without video, any tag."""
        if kind == VIDEO:
            has_setup = bool(self._sequence_headers[VIDEO]) or not _needs_setup(body)
            return has_setup and body[0] >> 4 & 7 == _KEY_FRAME and not _is_description(body)
        if self._sequence_headers[VIDEO] or VIDEO in self._last_ms:
            return False
        is_audio_only = time_ms - (self._start_ms or 0) >= _AUDIO_ONLY_MS
        return is_audio_only or not (self._flags or 0) & _HAS_VIDEO


@dataclass
class Beginning:
    """Selects the tags of a connection that can be recorded, from its first ones on.

    If sound is alone for so long that no picture is expected, all of it is recorded. A picture that
    comes earlier is the beginning. Pictures before the first key frame cannot be decoded.
    """

    _early: list[Tag] = field(default_factory=list)  # sound; it is not known if a picture comes
    _has_begun: bool = False
    _has_picture: bool = False

    def select(self, tags: Iterable[Tag]) -> list[Tag]:
        """Return the tags to record now, in their order."""
        return [ready for tag in tags for ready in self._release(tag)]

    def _release(self, tag: Tag) -> list[Tag]:
        if tag.kind == VIDEO and not self._has_picture:
            self._early.clear()
            self._has_picture = tag.is_entry
            self._has_begun = self._has_begun or tag.is_entry
            return [tag] if tag.is_entry else []
        if self._has_begun:
            return [tag]
        self._early.append(tag)
        if not tag.is_entry:
            return []
        self._has_begun = True
        early, self._early = self._early, []
        return [replace(one, setup=tag.setup, is_entry=one.is_media) for one in early]


def _convert_codec(body: bytes) -> bytes:
    """Return a video tag of one of `_ADDED_CODECS` in the form of Enhanced RTMP.

    Only frames have a composition time there, and those of AV1 have none.
    """
    codec, packet = body[0] & 0xF, body[1] & 0xF
    head = bytes([0x80 | body[0] & 0x70 | packet]) + _ADDED_CODECS[codec]
    has_offset = packet == 1 and codec != _AV1
    return head + body[2 if has_offset else _VIDEO_HEADER :]


def _is_setup(kind: int, body: bytes) -> bool:
    if len(body) < 2:
        return False
    if kind == AUDIO:
        form = body[0] >> 4
        return (form == _AAC and body[1] == 0) or (form == _ENHANCED_AUDIO and body[0] & 0xF == 0)
    if body[0] & 0x80:  # Enhanced RTMP: packet type in place of the codec number
        return body[0] & 0xF == 0
    return body[0] & 0xF == _AVC and body[1] == 0


def _needs_setup(body: bytes) -> bool:
    """Return whether frames of the codec cannot be decoded without a sequence header."""
    return bool(body[0] & 0x80) or body[0] & 0xF == _AVC


def _is_description(body: bytes) -> bool:
    """Return whether a video tag of Enhanced RTMP has metadata in place of a picture."""
    return bool(body[0] & 0x80) and body[0] & 0xF not in _PICTURES


def _is_end(body: bytes) -> bool:
    """Return whether a video tag only marks the end of a sequence."""
    if body[0] & 0x80:
        return body[0] & 0xF == 2
    return body[0] & 0xF == _AVC and body[1:2] == b"\x02"


def measure_whole_tags(file: BinaryIO, size: int) -> tuple[int, int]:
    """Return the bytes of a file of `size` that are whole tags, and the latest time in ms.

    0 bytes if there is no frame.
    """
    whole, last_ms, frames = 0, 0, 0
    for kind, ms, end in _iter_tags(file, size):
        whole, last_ms = end, max(last_ms, ms)
        frames += kind in (AUDIO, VIDEO)
    return (whole, last_ms) if frames else (0, 0)


def measure_head(file: BinaryIO, size: int) -> int:
    """Return the bytes of a file of `size` up to the first tag of each of its kinds of tracks.

    For a kind that never comes, all tags are looked at.
    """
    seen: dict[int, int] = {}
    for kind, _, end in _iter_tags(file, size):
        seen.setdefault(kind, end)
        if {AUDIO, VIDEO} <= seen.keys():
            break
    return max((seen[kind] for kind in (AUDIO, VIDEO) if kind in seen), default=0)


def _iter_tags(file: BinaryIO, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, time in ms, and end in bytes of each whole tag of a file."""
    file.seek(0)
    at = len(file.read(_FILE_HEADER + _TAG_LENGTH))
    while True:
        head = file.read(_TAG_HEADER)
        end = at + _TAG_HEADER + int.from_bytes(head[1:4], "big") + _TAG_LENGTH
        if len(head) < _TAG_HEADER or end > size:
            return
        yield head[0], int.from_bytes(head[4:7], "big") | head[7] << 24, end
        at = end
        file.seek(at)
