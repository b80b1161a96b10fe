"""Parse protobuf whose texts may not be UTF-8.

A server that cuts a name after so many bytes leaves a part of a letter, and one written in Java may
send an emoji as two surrogates. protobuf refuses the whole message for it: a gift would count for
nothing. All clients with strict parsers share this (reports of 2022-2026).
"""

from typing import TypeVar, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

_Kind = TypeVar("_Kind", bound=Message)

_MAX_DEPTH = 100  # of messages in messages, as protobuf has it
_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5  # types on the wire


def parse(kind: type[_Kind], data: bytes) -> _Kind:
    """Parse a message; bytes of a text that are no letter become U+FFFD.

    Raises:
        DecodeError: *data* is no message of *kind*.
    """
    try:
        return kind.FromString(data)
    except DecodeError:
        return kind.FromString(repair_texts(data, cast("Descriptor", kind.DESCRIPTOR)))


def repair_texts(data: bytes, kind: Descriptor, depth: int = 0) -> bytes:
    """Return a message with texts that are UTF-8; *data* itself if it is torn or too deep."""
    repaired, at = bytearray(), 0
    try:
        while at < len(data):
            start = at
            tag, at = _read_varint(data, at)
            size, at = _measure_field(data, at, tag & 7)
            field = kind.fields_by_number.get(tag >> 3)
            if tag & 7 != _SIZED or field is None:
                at += size
                repaired += data[start:at]
                continue
            content = _repair_field(data[at : at + size], field, depth)
            repaired += _build_varint(tag) + _build_varint(len(content)) + content
            at += size
    except IndexError:
        return data
    return bytes(repaired) if at == len(data) else data


def _repair_field(content: bytes, field: FieldDescriptor, depth: int) -> bytes:
    if field.type == FieldDescriptor.TYPE_STRING:
        return _decode_text(content).encode()
    if field.message_type and depth < _MAX_DEPTH:
        return repair_texts(content, field.message_type, depth + 1)
    return content


def _decode_text(content: bytes) -> str:
    try:
        pairs = content.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")
    return pairs.decode("utf-16-le", "replace")


def _measure_field(data: bytes, at: int, wire: int) -> tuple[int, int]:
    """Return the bytes of a value, and where it begins.

    Raises:
        IndexError: there is none.
    """
    if wire == _SIZED:
        return _read_varint(data, at)
    if wire == _VARINT:
        return _read_varint(data, at)[1] - at, at
    if wire in (_EIGHT_BYTES, _FOUR_BYTES):
        return 8 if wire == _EIGHT_BYTES else 4, at
    raise IndexError("a group, which no message of the platforms has")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number, and where it ends.

    Raises:
        IndexError: it has no end within 10 bytes.
    """
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise IndexError("a number of more than 64 bits")


def _build_varint(value: int) -> bytes:
    built = bytearray()
    while value >= 0x80:
        built.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*built, value])
