"""Encode and decode protobuf by field numbers, without a schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}  # wire type → bytes


def pack(fields: Mapping[int, Any]) -> bytes:
    """Return a message: number → int, bool, str, bytes, a message as a dict, or a list of these.

    Empty values are left out, as the platforms do.
    """
    out = bytearray()
    for number, value in fields.items():
        for one in value if isinstance(value, list) else (value,):
            if one:
                _pack_field(out, number, one)
    return bytes(out)


def _pack_field(out: bytearray, number: int, value: Any) -> None:
    if isinstance(value, int):
        out += _encode_varint(number << 3 | _VARINT)
        out += _encode_varint(value & 0xFFFFFFFFFFFFFFFF)
        return
    if isinstance(value, dict):
        value = pack(value)
    raw = value.encode() if isinstance(value, str) else value
    out += _encode_varint(number << 3 | _BYTES)
    out += _encode_varint(len(raw))
    out += raw


def _encode_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def unpack(data: bytes) -> Mapping[int, Sequence[Any]]:
    """Return number → all its values, ints and bytes; empty for a missing number.

    Raises:
        ValueError: the data is no protobuf.
    """
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for number, value in _iter_fields(data):
        found[number].append(value)
    return found


def _iter_fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        tag, at = _decode_varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _decode_varint(data, at)
            yield tag >> 3, value
            continue
        size, at = _decode_varint(data, at) if kind == _BYTES else (_FIXED.get(kind, -1), at)
        if size < 0 or at + size > len(data):
            raise ValueError("not protobuf")
        yield tag >> 3, data[at : at + size]
        at += size


def _decode_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("not protobuf")
