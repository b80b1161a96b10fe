"""Protobuf by field numbers: written and read without anybody's schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}  # wire type → bytes


def packed(fields: Mapping[int, Any]) -> bytes:
    """A message: number → int, bool, str, bytes, a message as a dict, or a list of these.

    What is empty is left out, as the platforms do.
    """
    out = bytearray()
    for number, value in fields.items():
        for one in value if isinstance(value, list) else (value,):
            if one:
                _pack(out, number, one)
    return bytes(out)


def _pack(out: bytearray, number: int, value: Any) -> None:
    if isinstance(value, int):
        out += _varint(number << 3 | _VARINT)
        out += _varint(value & 0xFFFFFFFFFFFFFFFF)
        return
    if isinstance(value, dict):
        value = packed(value)
    raw = value.encode() if isinstance(value, str) else value
    out += _varint(number << 3 | _BYTES)
    out += _varint(len(raw))
    out += raw


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def unpacked(data: bytes) -> Mapping[int, Sequence[Any]]:
    """Number → all its values, ints and bytes; none for a number that is not there.

    Raises:
        ValueError: it is no protobuf.
    """
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for number, value in _fields(data):
        found[number].append(value)
    return found


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        tag, at = _read(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _read(data, at)
            yield tag >> 3, value
            continue
        size, at = _read(data, at) if kind == _BYTES else (_FIXED.get(kind, -1), at)
        if size < 0 or at + size > len(data):
            raise ValueError("no protobuf")
        yield tag >> 3, data[at : at + size]
        at += size


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("no protobuf")
