"""Picture: a clock as H.264 video, made without an encoder: one macroblock is one bit.

The picture is a grid of black and white squares of 16 pixels; read line by line they are a number
of 48 bits: 41 of milliseconds since 1970, 7 of a check sum. Key frames send all squares as plain
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
_I_PCM = {"I": 25, "P": 30}  # its mb_type, by slice
_PLAIN = {bit: bytes([_WHITE if bit else _BLACK]) * 256 + bytes([_GREY]) * 128 for bit in (0, 1)}
_EMULATION = re.compile(rb"\x00\x00(?=[\x00-\x03])")


@dataclass(frozen=True)
class Grid:
    """How the squares lie; another grid is another resolution."""

    columns: int = 8
    rows: int = 6

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.columns * SQUARE, self.rows * SQUARE


WIDE = Grid(12, 4)


def squares(ms: int) -> tuple[int, ...]:
    """The bits of a moment, the highest first."""
    number = ms * (_CHECK + 1) + ms % _CHECK + 1
    return tuple(number >> (BITS - 1 - place) & 1 for place in range(BITS))


def told(luma: bytes, line: int, width: int) -> int:
    """The moment a decoded picture shows, in ms since 1970.

    `luma` are its rows of `line` bytes each.

    Raises:
        ValueError: the check sum says that it is not to be trusted.
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


def sequence(grid: Grid) -> bytes:
    """The sequence parameter set of a grid."""
    fields = [
        _ue(0),
        _ue(4),
        _ue(2),
        _ue(1),
        "0",
        _ue(grid.columns - 1),
        _ue(grid.rows - 1),
        "1100",
    ]
    return b"\x67\x42\xc0\x1e" + _packed("".join(fields))


def picture_set() -> bytes:
    """The picture parameter set: CAVLC, the slice says whether it is deblocked."""
    fields = [_ue(0), _ue(0), "00", _ue(0), _ue(0), _ue(0), "000", _ue(0), _ue(0), _ue(0), "100"]
    return b"\x68" + _packed("".join(fields))


@lru_cache(256)
def key_frame(ms: int, turn: int) -> bytes:
    """A picture that needs no other; `turn` tells it from the key frame before it."""
    head = [_ue(0), _ue(7), _ue(0), f"{0:08b}", _ue(turn % 2), "00", _ue(0), _ue(1)]
    return _slice(b"\x65", "".join(head), ((0, bit) for bit in squares(ms)), "I")


@lru_cache(256)
def next_frame(ms: int, before_ms: int, number: int) -> bytes:
    """The picture after the one of `before_ms`, `number` frames behind its key frame."""
    head = [_ue(0), _ue(5), _ue(0), f"{number % 256:08b}", "00", "0", _ue(0), _ue(1)]
    same = [old == new for old, new in zip(squares(before_ms), squares(ms), strict=True)]
    return _slice(b"\x61", "".join(head), _changes(same, squares(ms)), "P", _tail(same))


@lru_cache(4)
def filler(size: int) -> bytes:
    """A unit that decoders pass over."""
    return b"\x0c" + b"\xff" * size + b"\x80"


def _changes(same: Sequence[bool], bits: Sequence[int]) -> Iterable[tuple[int, int]]:
    """How many squares are passed over before each that changes, and what that is now."""
    passed = 0
    for unchanged, bit in zip(same, bits, strict=True):
        if unchanged:
            passed += 1
            continue
        yield passed, bit
        passed = 0


def _tail(same: Sequence[bool]) -> int:
    runs = [(unchanged, len(list(run))) for unchanged, run in groupby(same)]
    unchanged, length = runs[-1]
    return length if unchanged else 0


def _slice(
    kind: bytes, bits: str, blocks: Iterable[tuple[int, int]], of: str, tail: int = 0
) -> bytes:
    done = b""
    for passed, bit in blocks:
        bits += (_ue(passed) if of == "P" else "") + _ue(_I_PCM[of])
        done += _aligned(bits) + _PLAIN[bit]
        bits = ""
    return kind + _escaped(done + _trailing(bits + (_ue(tail) if tail else "")))


def _ue(value: int) -> str:
    """Exp-Golomb; 0 is the same signed and unsigned."""
    code = f"{value + 1:b}"
    return "0" * (len(code) - 1) + code


def _aligned(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


def _trailing(bits: str) -> bytes:
    return _aligned(f"{bits}1")


def _packed(bits: str) -> bytes:
    return _escaped(_trailing(bits))


def _escaped(data: bytes) -> bytes:
    return _EMULATION.sub(b"\x00\x00\x03", data)
