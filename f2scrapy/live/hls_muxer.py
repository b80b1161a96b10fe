"""Join pieces of picture and sound that HLS sends apart (EXT-X-MEDIA) to pieces of MPEG-TS.

PyAV is an extra (`remux`) of this project, so it is imported on use.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from typing import Any

from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import StreamError

_PACKET = 188  # bytes of MPEG-TS
_HAS_PAYLOAD = 0x10
# Packed audio has the time of its first sample in an ID3 tag, in 1/90000 s (RFC 8216, 3.4).
_OWNER = b"com.apple.streaming.transportStreamTimestamp\0"
_TICKS = 90_000  # a second
_TIME_MASK = (1 << 33) - 1


class HlsMuxer:
    """Joins the pieces of one stream, in their order.

    Raises:
        ProtocolError: PyAV is not installed.
    """

    def __init__(self) -> None:
        if not find_spec("av"):
            raise ProtocolError(
                "sound and picture of this stream are apart (EXT-X-MEDIA): install PyAV (pip "
                "install av)"
            )
        self._av = importlib.import_module("av")
        self._counters: dict[int, int] = {}  # by PID: number of the next packet

    def join(self, picture: bytes, sounds: Sequence[bytes]) -> bytes:
        """Return one piece with all packets, in order of their times; blocks.

        Each argument is a whole piece, behind its initialization section.

        Raises:
            StreamError: one of them is no media.
        """
        try:
            data = self._join(picture, sounds)
        except (OSError, ValueError):  # PyAV's errors are both
            raise StreamError("picture and sound of a piece cannot be joined") from None
        return b"".join(self._number_packets(data))

    def _join(self, picture: bytes, sounds: Sequence[bytes]) -> bytes:
        joined = io.BytesIO()
        options = {"mpegts_copyts": "1"}
        packets: list[tuple[float, Any]] = []
        with (
            ExitStack() as stack,
            self._av.open(joined, "w", format="mpegts", options=options) as out,
        ):
            tracks: dict[str, Any] = {}
            for kind, piece in (("video", picture), *(("audio", sound) for sound in sounds)):
                source = stack.enter_context(self._av.open(io.BytesIO(piece)))
                [stream, *_] = (one for one in source.streams if one.type == kind)
                if kind not in tracks:
                    tracks[kind] = out.add_stream_from_template(stream)
                for packet in _read_packets(source, stream, _read_start(piece)):
                    packet.stream = tracks[kind]
                    packets.append((float(packet.dts * packet.time_base), packet))
            for _, packet in sorted(packets, key=lambda one: one[0]):
                out.mux(packet)
        return joined.getvalue()

    def _number_packets(self, data: bytes) -> Iterator[bytes]:
        """Yield the packets with counters that go on from the piece before."""
        for at in range(0, len(data), _PACKET):
            packet = bytearray(data[at : at + _PACKET])
            pid = int.from_bytes(packet[1:3], "big") & 0x1FFF
            number = self._counters.get(pid, 0)
            self._counters[pid] = number + bool(packet[3] & _HAS_PAYLOAD)
            packet[3] = packet[3] & 0xF0 | number & 0xF
            yield bytes(packet)


def _read_packets(source: Any, stream: Any, start: int | None) -> Iterator[Any]:
    """Yield the packets of a stream, from `start` (in 1/90000 s) on if the piece states it."""
    for packet in source.demux(stream):
        if packet.dts is None:
            continue
        if start is not None:
            moved = round(start / _TICKS / packet.time_base)
            packet.pts, packet.dts = packet.pts + moved, packet.dts + moved
        yield packet


def _read_start(piece: bytes) -> int | None:
    at = piece[:200].find(_OWNER) + len(_OWNER)
    if at < len(_OWNER):
        return None
    return int.from_bytes(piece[at : at + 8], "big") & _TIME_MASK
