"""Write video frames and silence as FLV tags and as MPEG-TS packets."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import cache

AUDIO, VIDEO, SCRIPT = 8, 9, 18  # FLV tag types
FLV_HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
_PACKET = 188  # bytes of MPEG-TS
_PAT, _PMT, _VIDEO_PID = 0, 0x1000, 0x100

# AAC-LC, 16 kHz, mono: AudioSpecificConfig, and 1024 silent samples (ISO 14496-3: one element
# without any scale factor band).
AAC_SETUP, SILENCE, SILENCE_MS = b"\x14\x08", b"\x00\x00\x00\x07", 64


def build_flv_tag(kind: int, ms: int, body: bytes) -> bytes:
    """Return one tag and its length; a timestamp has 32 bits, the highest eight last."""
    head = struct.pack(">B", kind) + len(body).to_bytes(3, "big")
    moment = (ms & 0xFFFFFF).to_bytes(3, "big") + bytes([ms >> 24 & 0xFF])
    return head + moment + b"\0\0\0" + body + struct.pack(">I", 11 + len(body))


def build_flv_metadata(width: int, height: int, fps: int) -> bytes:
    """Return the body of onMetaData."""
    values = {"width": width, "height": height, "framerate": fps, "videocodecid": 7}
    pairs = b"".join(
        struct.pack(">H", len(name)) + name.encode() + struct.pack(">Bd", 0, value)
        for name, value in values.items()
    )
    name = b"onMetaData"
    return struct.pack(">BH", 2, len(name)) + name + struct.pack(">BI", 8, len(values)) + pairs + (
        b"\0\0\x09"
    )  # fmt: skip


def build_avc_setup(sps: bytes, pps: bytes) -> bytes:
    """Return the video body before all frames: AVCDecoderConfigurationRecord."""
    record = (
        b"\x01" + sps[1:4] + b"\xff\xe1" + _prefix_size(sps, 2) + b"\x01" + _prefix_size(pps, 2)
    )
    return b"\x17\x00\x00\x00\x00" + record


def build_avc_frame(*nals: bytes, key: bool) -> bytes:
    """Return the video body of one frame."""
    head = (b"\x17" if key else b"\x27") + b"\x01\x00\x00\x00"
    return head + b"".join(_prefix_size(nal, 4) for nal in nals)


def build_aac_setup() -> bytes:
    return b"\xaf\x00" + AAC_SETUP


def build_aac_silence() -> bytes:
    return b"\xaf\x01" + SILENCE


def _prefix_size(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


# MPEG-TS


def build_transport_stream(frames: Iterable[tuple[int, bytes]]) -> bytes:
    """Return frames as a piece of HLS; each has its time in ms and is an Annex B access unit."""
    packets = [_build_table(_PAT, _PROGRAMS, 0), _build_table(_PMT, _STREAMS, 0)]
    count = 0
    for ms, frame in frames:
        for packet in _iter_packets(_build_pes(ms, frame), ms, count):
            packets.append(packet)
            count += 1
    return b"".join(packets)


_PROGRAMS = b"\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01" + struct.pack(">H", 0xE000 | _PMT)
_STREAMS = (
    b"\x02\xb0\x12\x00\x01\xc1\x00\x00" + struct.pack(">H", 0xE000 | _VIDEO_PID) + b"\xf0\x00"
    b"\x1b" + struct.pack(">H", 0xE000 | _VIDEO_PID) + b"\xf0\x00"
)  # fmt: skip


def _build_table(pid: int, section: bytes, count: int) -> bytes:
    body = b"\0" + section + struct.pack(">I", _compute_crc(section))
    return (struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10 | count) + body).ljust(_PACKET, b"\xff")


def _build_pes(ms: int, frame: bytes) -> bytes:
    """Return a PES packet: its time, then an access unit delimiter and the frame."""
    pts = ms * 90 & (1 << 33) - 1
    stamp = bytes([0x21 | pts >> 29 & 0x0E]) + struct.pack(
        ">HH", pts >> 14 & 0xFFFE | 1, pts << 1 & 0xFFFE | 1
    )
    return b"\0\0\x01\xe0\0\0\x80\x80\x05" + stamp + b"\0\0\0\x01\x09\xf0" + frame


def _iter_packets(data: bytes, ms: int, count: int) -> Iterator[bytes]:
    clock = _build_clock_field(ms)
    while data:
        room = _PACKET - 4 - len(clock)
        start = 0x4000 if clock else 0
        chunk, data = data[:room], data[room:]
        field = clock
        if len(chunk) < room or clock:
            field = _stuff_field(clock, _PACKET - 4 - len(chunk))
        mode = 0x30 if field else 0x10
        yield struct.pack(">BHB", 0x47, start | _VIDEO_PID, mode | count % 16) + field + chunk
        clock, count = b"", count + 1


def _build_clock_field(ms: int) -> bytes:
    """Return an adaptation field with the program clock."""
    base = ms * 90 & (1 << 33) - 1
    return b"\x07\x10" + struct.pack(">IH", base >> 1, (base & 1) << 15 | 0x7E00)


def _stuff_field(field: bytes, size: int) -> bytes:
    """Return an adaptation field of that size, with the content of `field`."""
    inner = (field[1:] or b"\0")[: size - 1]
    return bytes([size - 1]) + inner.ljust(size - 1, b"\xff")


@cache
def _build_crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        rest = value << 24
        for _ in range(8):
            rest = (rest << 1 ^ (0x04C11DB7 if rest & 1 << 31 else 0)) & 0xFFFFFFFF
        table.append(rest)
    return tuple(table)


def _compute_crc(data: bytes) -> int:
    """Return the CRC-32 of MPEG."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value << 8 & 0xFFFFFFFF ^ _build_crc_table()[value >> 24 ^ byte]
    return value
