"""Mix random, fixed and data bytes bit by bit, as both layouts of a_bogus do."""

from collections.abc import Callable
from functools import lru_cache

# Three bytes of data and a random one become four bytes; masks of the data bits in the first three.
_KEPT = (110, 189, 211)


def blend(fixed: tuple[int, int], low: int, high: int) -> bytes:
    """Return four bytes with half of the bits from *fixed*, half from two random bytes."""
    first, second = fixed
    return bytes(
        (
            low & 170 | first & 85,
            low & 85 | first & 170,
            high & 170 | second & 85,
            high & 85 | second & 170,
        )
    )


def unblend(four: bytes) -> tuple[tuple[int, int], int, int]:
    """Return the arguments of `blend`."""
    a, b, c, d = four
    return (a & 85 | b & 170, c & 85 | d & 170), a & 170 | b & 85, c & 170 | d & 85


def expand(data: bytes, random: Callable[[], float]) -> bytes:
    """Return four bytes for every three of *data* and a random byte.

    Up to two remaining bytes are appended unchanged, but a 0 in second place is dropped.
    """
    whole = len(data) // 3
    rest = data[whole * 3 :]
    a, b, c = (data[at : whole * 3 : 3] for at in range(3))
    noise = bytes([int(1000 * random()) & 255 for _ in range(whole)])
    output = bytearray(whole * 4)
    output[0::4] = _mix(a, noise, _KEPT[0])
    output[1::4] = _mix(b, noise, _KEPT[1])
    output[2::4] = _mix(c, noise, _KEPT[2])
    output[3::4] = _pack_lost_bits(a, b, c)
    return bytes(output) + (rest[:1] if rest[1:] == b"\0" else rest)


def contract(data: bytes) -> bytes:
    """Return the argument of `expand`, without the 0 that it may have dropped."""
    whole = len(data) // 4
    a, b, c, lost = (data[at : whole * 4 : 4] for at in range(4))
    output = bytearray(whole * 3)
    output[0::3] = _mix(a, lost, _KEPT[0])
    output[1::3] = _mix(b, lost, _KEPT[1])
    output[2::3] = _mix(c, lost, _KEPT[2])
    return bytes(output) + data[whole * 4 :]


def _pack_lost_bits(a: bytes, b: bytes, c: bytes) -> bytes:
    """Return the remaining bits of three bytes, which do not overlap and fill one byte."""
    return _mix(c, _mix(b, a, 255 ^ _KEPT[1]), 255 ^ _KEPT[2])


def _mix(kept: bytes, filler: bytes, mask: int) -> bytes:
    """Return bytes with the bits of *mask* from *kept*, the others from *filler*."""
    bits = _repeat_mask(mask, len(kept))
    wide = int.from_bytes(kept, "big") & bits | int.from_bytes(filler, "big") & ~bits
    return wide.to_bytes(len(kept), "big")


@lru_cache(256)
def _repeat_mask(mask: int, size: int) -> int:
    return int.from_bytes(bytes((mask,)) * size, "big")
