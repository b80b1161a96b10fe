"""Draw a clock as H.264 video without an encoder: one macroblock is one bit.

The picture is a grid of black and white squares of 16 pixels. Read line by line, they are a number
of 48 bits: 41 of milliseconds since 1970, 7 of a checksum. Key frames send all squares as plain
samples (I_PCM, ITU-T H.264 7.3.5), frames between them only those that changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

BITS = 48
SQUARE = 16  # pixels
_CHECK = 127
_WHITE, _BLACK, _GREY = 235, 16, 128
_I_PCM = {"I": 25, "P": 30}  # mb_type of I_PCM, by slice type
_PLAIN = {bit: bytes([_WHITE if bit else _BLACK]) * 256 + bytes([_GREY]) * 128 for bit in (0, 1)}
_EMULATION = re.compile(rb"\x00\x00(?=[\x00-\x03])")


@dataclass(frozen=True)
class Grid:
    """Arrangement of the squares; another grid is another resolution."""

    columns: int = 8
    rows: int = 6

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.columns * SQUARE, self.rows * SQUARE


WIDE = Grid(12, 4)


def compute_squares(ms: int) -> tuple[int, ...]:
    """Return the bits of a moment, the highest first."""
    number = ms * (_CHECK + 1) + ms % _CHECK + 1
    return tuple(number >> (BITS - 1 - place) & 1 for place in range(BITS))


def read_clock(luma: bytes, line: int, width: int) -> int:
    """Return the moment a decoded picture shows, in ms since 1970.

    `luma` holds the luma rows of the picture, `line` bytes each.

    Raises:
        ValueError: the checksum is wrong.
    """
    columns, number, half = width // SQUARE, 0, SQUARE // 2
    for place in range(BITS):
        row, column = divmod(place, columns)
        bright = luma[(row * SQUARE + half) * line + column * SQUARE + half]
        number = number << 1 | (bright > 128)
    ms, check = divmod(number, _CHECK + 1)
    if ms % _CHECK + 1 != check:
        raise ValueError("the picture shows no clock")
    return ms


def build_sps(grid: Grid) -> bytes:
    """Return the sequence parameter set of a grid."""
    fields = [
        _encode_ue(0),
        _encode_ue(4),
        _encode_ue(2),
        _encode_ue(1),
        "0",
        _encode_ue(grid.columns - 1),
        _encode_ue(grid.rows - 1),
        "1100",
    ]
    return b"\x67\x42\xc0\x1e" + _pack_bits("".join(fields))


def build_pps() -> bytes:
    """Return the picture parameter set: CAVLC, deblocking is chosen by the slice."""
    fields = [
        _encode_ue(0),
        _encode_ue(0),
        "00",
        _encode_ue(0),
        _encode_ue(0),
        _encode_ue(0),
        "000",
        _encode_ue(0),
        _encode_ue(0),
        _encode_ue(0),
        "100",
    ]
    return b"\x68" + _pack_bits("".join(fields))


@lru_cache(256)
def draw_key_frame(ms: int, turn: int) -> bytes:
    """Return a picture that needs no other one; `turn` differs between key frames."""
    head = [
        _encode_ue(0),
        _encode_ue(7),
        _encode_ue(0),
        f"{0:08b}",
        _encode_ue(turn % 2),
        "00",
        _encode_ue(0),
        _encode_ue(1),
    ]
    return _build_slice(b"\x65", "".join(head), ((0, bit) for bit in compute_squares(ms)), "I")


@lru_cache(256)
def draw_next_frame(ms: int, before_ms: int, number: int) -> bytes:
    """Return the picture after that of `before_ms`, `number` frames after its key frame."""
    head = [
        _encode_ue(0),
        _encode_ue(5),
        _encode_ue(0),
        f"{number % 256:08b}",
        "00",
        "0",
        _encode_ue(0),
        _encode_ue(1),
    ]
    same = [
        old == new for old, new in zip(compute_squares(before_ms), compute_squares(ms), strict=True)
    ]
    return _build_slice(
        b"\x61", "".join(head), _iter_changes(same, compute_squares(ms)), "P", _count_tail(same)
    )


@lru_cache(4)
def build_filler(size: int) -> bytes:
    """Return a NAL unit that decoders skip."""
    return b"\x0c" + b"\xff" * size + b"\x80"


def _iter_changes(same: Sequence[bool], bits: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield each square that changes: the number of squares skipped before it, its bit."""
    passed = 0
    for unchanged, bit in zip(same, bits, strict=True):
        if unchanged:
            passed += 1
            continue
        yield passed, bit
        passed = 0


def _count_tail(same: Sequence[bool]) -> int:
    runs = [(unchanged, len(list(run))) for unchanged, run in groupby(same)]
    unchanged, length = runs[-1]
    return length if unchanged else 0


def _build_slice(
    kind: bytes, bits: str, blocks: Iterable[tuple[int, int]], of: str, tail: int = 0
) -> bytes:
    done = b""
    for passed, bit in blocks:
        bits += (_encode_ue(passed) if of == "P" else "") + _encode_ue(_I_PCM[of])
        done += _align(bits) + _PLAIN[bit]
        bits = ""
    return kind + _escape(done + _add_trailing(bits + (_encode_ue(tail) if tail else "")))


def _encode_ue(value: int) -> str:
    """Return the Exp-Golomb code; 0 is the same signed and unsigned."""
    code = f"{value + 1:b}"
    return "0" * (len(code) - 1) + code


def _align(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


def _add_trailing(bits: str) -> bytes:
    return _align(f"{bits}1")


def _pack_bits(bits: str) -> bytes:
    return _escape(_add_trailing(bits))


def _escape(data: bytes) -> bytes:
    return _EMULATION.sub(b"\x00\x00\x03", data)
