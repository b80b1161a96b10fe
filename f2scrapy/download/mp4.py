"""Read the boxes of MP4 files: their tracks, and how far the file has to reach (ISO 14496-12)."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import BinaryIO

# Bytes of a table of samples that are read. A video of 19 hours at 60 frames per second has 16 MB;
# what lies beyond a larger table is not checked.
MAX_TABLE = 16 << 20
_SAMPLES = [b"moov", b"trak", b"mdia", b"minf", b"stbl"]
ENCRYPTED = "encrypted"  # a kind of track
_ENCRYPTED = (b"encv", b"enca")  # formats of samples
_TABLES = frozenset({b"stsz", b"stsc", b"stco", b"co64"})


def iter_boxes(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each box in a part of the file, the start of its content, and its end."""
    while start + 8 <= stop:
        file.seek(start)
        header = file.read(16)
        length, name, begin = int.from_bytes(header[:4], "big"), header[4:8], start + 8
        if length == 1:  # a 64-bit length follows the name
            length, begin = int.from_bytes(header[8:16], "big"), start + 16
        end = start + length if length else stop  # 0 means "to the end of the file"
        if end < begin:
            return
        yield name, begin, end
        start = end


def find_boxes(
    file: BinaryIO, names: list[bytes], start: int, stop: int
) -> Iterator[tuple[int, int]]:
    """Yield the start and end of the content of each box within boxes of these names."""
    name, *inner = names
    for found, begin, end in iter_boxes(file, start, stop):
        if found != name:
            continue
        if inner:
            yield from find_boxes(file, inner, begin, min(end, stop))
        else:
            yield begin, min(end, stop)


def read_handlers(file: BinaryIO, size: int) -> frozenset[str]:
    """Return the kinds of tracks in a file of `size` bytes, "vide" and "soun" among them.

    Each that is encrypted (ISO 23001-7) is of the kind ENCRYPTED.
    """
    tracks = find_boxes(file, [b"moov", b"trak", b"mdia"], 0, size)
    return frozenset(kind for track in tracks for kind in _read_kinds(file, *track))


def has_media(file: BinaryIO, size: int) -> bool:
    """Return whether a file of `size` bytes has the boxes without which it plays nothing."""
    return {b"moov", b"mdat"} <= {name for name, _, _ in iter_boxes(file, 0, size)}


def find_samples_end(file: BinaryIO, size: int) -> int:
    """Return the end of the last picture or sound that the file's own tables name; 0 = none.

    It is more than `size` if the file was cut, even if the cut is exactly between two boxes.
    """
    ends = [_find_track_end(file, *table) for table in find_boxes(file, _SAMPLES, 0, size)]
    ends += [_find_segments_end(file, *index) for index in find_boxes(file, [b"sidx"], 0, size)]
    return max(ends, default=0)


def _read_kinds(file: BinaryIO, start: int, stop: int) -> Iterator[str]:
    """Yield the type in a track's handler box, or ENCRYPTED; each is behind 8 other bytes or 12."""
    formats = find_boxes(file, [b"minf", b"stbl", b"stsd"], start, stop)
    if any(_read(file, at + 12, at + 16) in _ENCRYPTED for at, _ in formats):
        yield ENCRYPTED
        return
    for at, _ in find_boxes(file, [b"hdlr"], start, stop):
        yield _read(file, at + 8, at + 12).decode("latin-1")


def _find_track_end(file: BinaryIO, start: int, stop: int) -> int:
    """Return the end of a track's last chunk: chunks are runs of samples, each with its offset."""
    tables = {
        name: _read(file, begin, min(end, stop))
        for name, begin, end in iter_boxes(file, start, stop)
        if name in _TABLES
    }
    offsets = _read_numbers(tables.get(b"stco", b"")[8:], "I")
    offsets = offsets or _read_numbers(tables.get(b"co64", b"")[8:], "Q")
    counts = _list_chunk_sizes(_read_numbers(tables.get(b"stsc", b"")[8:], "I"), len(offsets))
    bounds = _sum_sizes(tables.get(b"stsz", b""))
    at = end = 0
    for offset, count in zip(offsets, counts, strict=False):
        first, at = at, min(at + count, len(bounds) - 1)
        if bounds[at] > bounds[first]:
            end = max(end, offset + bounds[at] - bounds[first])
    return end


def _list_chunk_sizes(runs: array[int], chunks: int) -> Iterator[int]:
    """Yield the number of samples of each chunk, from runs of chunks with the same number."""
    firsts, counts = [*runs[0::3], chunks + 1], runs[1::3]
    for (first, following), count in zip(pairwise(firsts), counts, strict=False):
        for _ in range(first, min(following, chunks + 1)):
            yield count


def _sum_sizes(table: bytes) -> list[int]:
    """Return the bytes before each sample, and those of all; samples may have one size."""
    same, count = int.from_bytes(table[4:8], "big"), int.from_bytes(table[8:12], "big")
    if same:
        return list(accumulate([same] * min(count, MAX_TABLE // 4), initial=0))
    return list(accumulate(_read_numbers(table[12:], "I"), initial=0))


def _find_segments_end(file: BinaryIO, start: int, stop: int) -> int:
    """Return the end of the last segment of an index, which counts from the index's own end."""
    data = _read(file, start, stop)
    width = 8 if data[:1] == b"\x01" else 4
    head = 12 + 2 * width  # version, flags, two numbers; then a time and the distance
    distance = int.from_bytes(data[head - width : head], "big")
    lengths = _read_numbers(data[head + 4 :], "I")[0::3]
    return stop + distance + sum(length & 0x7FFFFFFF for length in lengths)


def _read(file: BinaryIO, start: int, stop: int) -> bytes:
    if stop - start > MAX_TABLE:
        return b""
    file.seek(start)
    return file.read(stop - start)


def _read_numbers(data: bytes, code: str) -> array[int]:
    """Return the unsigned numbers of 4 ("I") or 8 bytes ("Q") in `data`; a rest is left out."""
    numbers = array(code)
    numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
