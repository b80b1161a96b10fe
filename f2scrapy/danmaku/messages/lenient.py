"""Parse protobuf whose texts may not be UTF-8.

A server that cuts a name after so many bytes leaves a part of a letter, and one written in Java may
send an emoji as two surrogates. protobuf refuses the whole message for it: a gift would count for
nothing. All clients with strict parsers share this (reports of 2022-2026).
"""

from functools import cache
from typing import Any, TypeVar, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

_Kind = TypeVar("_Kind", bound=Message)


def parse(kind: type[_Kind], data: bytes) -> _Kind:
    """Parse a message; bytes of a text that are no letter become U+FFFD.

    Raises:
        DecodeError: *data* is no message of *kind*.
    """
    try:
        return kind.FromString(data)
    except DecodeError:
        descriptor = cast("Descriptor", kind.DESCRIPTOR)
        message = _build_lenient(descriptor).FromString(data)
        _repair_texts(message, descriptor)
        return kind.FromString(message.SerializeToString())


@cache
def _build_lenient(kind: Descriptor) -> type[Message]:
    """Return the class of the same message with bytes in place of texts."""
    pool = DescriptorPool()
    _add_file(pool, kind.file)
    return GetMessageClass(pool.FindMessageTypeByName(kind.full_name))


def _add_file(pool: DescriptorPool, file: FileDescriptor) -> None:
    for needed in file.dependencies:
        _add_file(pool, needed)
    copy = FileDescriptorProto()
    file.CopyToProto(copy)
    for message in copy.message_type:
        _replace_texts(message)
    pool.Add(copy)


def _replace_texts(message: DescriptorProto) -> None:
    message.options.ClearField("map_entry")  # bytes are no key of a map; it is a list of pairs
    for field in message.field:
        if field.type == FieldDescriptorProto.TYPE_STRING:
            field.type = FieldDescriptorProto.TYPE_BYTES
    for nested in message.nested_type:
        _replace_texts(nested)


def _repair_texts(message: Message, kind: Descriptor) -> None:
    for field, value in message.ListFields():
        own, values = kind.fields_by_number[field.number], cast("Any", value)
        if own.type == FieldDescriptor.TYPE_STRING:
            if field.is_repeated:
                values[:] = map(_repair_text, values)
            else:
                setattr(message, field.name, _repair_text(values))
        elif own.message_type:
            for one in values if field.is_repeated else (values,):
                _repair_texts(one, own.message_type)


def _repair_text(content: bytes) -> bytes:
    try:
        pairs = content.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace").encode()
    return pairs.decode("utf-16-le", "replace").encode()
