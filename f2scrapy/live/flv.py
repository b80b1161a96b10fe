"""FLV: bytes of a stream in, whole tags out; and where a file of them is whole. No I/O.

Layout: Adobe Flash Video File Format Specification 10.1, annex E; HEVC and AV1 as in Enhanced RTMP
(version 1). Chinese CDNs send HEVC as codec 12 (2023), which ffmpeg 6.1 cannot read and 8.0 can:
such tags become those of Enhanced RTMP, which both read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import Setup, Unit

AUDIO, VIDEO, SCRIPT = 8, 9, 18
_HEADER, _TAG, _AFTER = 9, 11, 4  # bytes: of the file's header, a tag's, the length behind it
_HAS_AUDIO, _HAS_VIDEO = 4, 1
_AVC, _HEVC, _AAC, _ENHANCED_SOUND = 7, 12, 10, 9
_KEY = 1
_HEVC_HEAD = 5  # bytes: codec, kind of packet, how much later than decoded it is shown
_SOUND_ONLY_MS = 3000  # a stream that shows no picture for so long has none
_METADATA = b"onMetaData"  # the name of the script that tells what is in the file
_HALF = 1 << 31  # of the times there are, in ms: after 49 days they begin anew
_LONGEST_MS = 1000  # what two tags lie apart is not taken for the first one's length beyond that


@dataclass(frozen=True, slots=True)
class Tag(Unit):
    """A tag without its header, so that its time can be that of its segment."""

    kind: int = SCRIPT

    @property
    def made_ms(self) -> int:
        return self.time_ms

    @property
    def track(self) -> int:
        return self.kind

    def written(self, zero_ms: int) -> bytes:
        return tag(self.kind, max(0, self.time_ms - zero_ms), self.data)


def tag(kind: int, time_ms: int, body: bytes) -> bytes:
    """A tag, and the length that stands behind each."""
    head = bytes([kind]) + len(body).to_bytes(3, "big")
    moment = (time_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([time_ms >> 24 & 0xFF])
    return b"%b%b\0\0\0%b%b" % (head, moment, body, struct.pack(">I", _TAG + len(body)))


class FlvStream:
    """Takes what comes in whatever pieces; gives the tags that are complete.

    A tag torn at the end stays inside and is never given.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._flags: int | None = None  # of the header; None = it has not come
        self._script = b""
        self._sets = {VIDEO: b"", AUDIO: b""}  # what decoders need first: sequence headers
        self._setup = Setup(".flv", (b"", b""), b"")
        self._last: dict[int, int] = {}  # kind → ms of its last tag
        self._time_ms: int | None = None  # of the last tag
        self._began_ms: int | None = None
        self.begun = False  # a segment could begin

    @property
    def lack(self) -> str:
        """What of a picture that comes is wanting for that; "" = nothing."""
        if self.begun or VIDEO not in self._last:
            return ""
        return "key frame" if self._sets[VIDEO] else "sequence header"

    def feed(self, data: bytes) -> list[Tag]:
        """The tags that are whole now.

        Raises:
            ProtocolError: this is no FLV.
        """
        self._buffer += data
        at = self._begin()
        if at is None:
            return []
        tags = []
        while len(self._buffer) >= at + _TAG:
            size = int.from_bytes(self._buffer[at + 1 : at + 4], "big")
            end = at + _TAG + size + _AFTER
            if self._buffer[at] & 0x1F not in (AUDIO, VIDEO, SCRIPT):
                raise ProtocolError("the stream of FLV is out of step")
            if len(self._buffer) < end:
                break
            found = self._read(bytes(self._buffer[at : end - _AFTER]))
            tags += [found] if found else []
            at = end
        del self._buffer[:at]
        return tags

    def _begin(self) -> int | None:
        """Where the next tag begins: the first one behind the header; None = that is not there."""
        if self._flags is not None:
            return 0
        if len(self._buffer) < _HEADER + _AFTER:
            return None
        if self._buffer[:3] != b"FLV":
            raise ProtocolError("this is no FLV")
        self._flags = self._buffer[4]
        return int.from_bytes(self._buffer[5:9], "big") + _AFTER

    def _read(self, raw: bytes) -> Tag | None:
        kind, body = raw[0] & 0x1F, raw[_TAG:]
        if kind == VIDEO and len(body) >= _HEVC_HEAD and body[0] & 0x8F == _HEVC:
            body = _enhanced(body)
        if kind == SCRIPT:
            self._describe(body)
            return None
        if _is_setup(kind, body):
            return self._set_up(kind, body)
        if not body or (_is_end(body) and kind == VIDEO):
            return None
        time_ms = self._unwrapped(int.from_bytes(raw[4:7], "big") | raw[7] << 24)
        if time_ms < self._last.get(kind, time_ms) - _LONGEST_MS:
            self._last.clear()  # the encoder began anew
        self._began_ms = min(time_ms, time_ms if self._began_ms is None else self._began_ms)
        length = min(_LONGEST_MS, max(0, time_ms - self._last.get(kind, time_ms)))
        self._last[kind] = time_ms
        entry = self._is_entry(kind, time_ms, body)
        self.begun = self.begun or entry
        return Tag(self._setup, time_ms, length, entry, body, kind)

    def _unwrapped(self, ms: int) -> int:
        """A time of 32 bits as the one that is nearest to the last."""
        last = ms if self._time_ms is None else self._time_ms
        self._time_ms = last + (ms - last + _HALF) % (2 * _HALF) - _HALF
        return self._time_ms

    def _describe(self, script: bytes) -> None:
        """Keep what is told of the stream; other scripts are the player's (cues, beats)."""
        if _METADATA in script[:32]:
            self._script = script
            self._renew()

    def _set_up(self, kind: int, body: bytes) -> Tag | None:
        """A decoder's setup; one that comes late is a tag of its segment, too.

        Its time is where it stands: servers write 0 into it, whatever the stream's clock says.
        """
        if self._sets[kind] == body:
            return None
        self._sets[kind] = body
        self._renew()
        if not self._last:
            return None
        return Tag(self._setup, max(self._last.values()), 0, False, body, kind)

    def _renew(self) -> None:
        parts = (self._sets[VIDEO], self._sets[AUDIO])
        first = [(SCRIPT, self._script), (VIDEO, parts[0]), (AUDIO, parts[1])]
        flags = (_HAS_VIDEO if parts[0] else 0) | (_HAS_AUDIO if parts[1] else 0)
        head = b"FLV\x01" + bytes([flags or self._flags or 5]) + b"\0\0\0\x09\0\0\0\0"
        head += b"".join(tag(kind, 0, body) for kind, body in first if body)
        self._setup = Setup(".flv", parts, head)

    def _is_entry(self, kind: int, time_ms: int, body: bytes) -> bool:
        """A key frame that can be decoded; where there is no picture, anything."""
        if kind == VIDEO:
            ready = bool(self._sets[VIDEO]) or not _wants_setup(body)
            return ready and body[0] >> 4 & 7 == _KEY
        if self._sets[VIDEO] or VIDEO in self._last:
            return False
        silent = time_ms - (self._began_ms or 0) >= _SOUND_ONLY_MS
        return silent or not (self._flags or 0) & _HAS_VIDEO


def _enhanced(body: bytes) -> bytes:
    """A video tag of codec 12 as Enhanced RTMP has it: only frames tell when they are shown."""
    head = bytes([0x80 | body[0] & 0x70 | body[1] & 0xF]) + b"hvc1"
    return head + body[2:] if body[1] == 1 else head + body[_HEVC_HEAD:]


def _is_setup(kind: int, body: bytes) -> bool:
    if len(body) < 2:
        return False
    if kind == AUDIO:
        form = body[0] >> 4
        return (form == _AAC and body[1] == 0) or (form == _ENHANCED_SOUND and body[0] & 0xF == 0)
    if body[0] & 0x80:  # Enhanced RTMP: the packet's type where the codec's number was
        return body[0] & 0xF == 0
    return body[0] & 0xF == _AVC and body[1] == 0


def _wants_setup(body: bytes) -> bool:
    """Whether a video tag is of a codec whose frames mean nothing without a sequence header."""
    return bool(body[0] & 0x80) or body[0] & 0xF == _AVC


def _is_end(body: bytes) -> bool:
    """A video tag that only says that a sequence has ended."""
    if body[0] & 0x80:
        return body[0] & 0xF == 2
    return body[0] & 0xF == _AVC and body[1:2] == b"\x02"


def whole(file: BinaryIO, size: int) -> tuple[int, int]:
    """How many bytes of a file of `size` are whole tags, and the ms up to the last one's time.

    0 bytes where there is no frame.
    """
    file.seek(0)
    header = file.read(_HEADER + _AFTER)
    at, last_ms, frames = len(header), 0, 0
    while True:
        head = file.read(_TAG)
        end = at + _TAG + int.from_bytes(head[1:4], "big") + _AFTER
        if len(head) < _TAG or end > size:
            return (at, last_ms) if frames else (0, 0)
        last_ms = max(last_ms, int.from_bytes(head[4:7], "big") | head[7] << 24)
        frames += head[0] in (AUDIO, VIDEO)
        at = end
        file.seek(at)
