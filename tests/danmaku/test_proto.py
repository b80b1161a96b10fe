"""The generated code equals the .proto files, and both fit the recorded wire types."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message as Proto

from f2scrapy.danmaku.messages.table import TABLE
from f2scrapy.danmaku.proto import base_pb2, douyin_pb2, shared_pb2, tiktok_pb2

MODULES = (base_pb2, shared_pb2, douyin_pb2, tiktok_pb2)
FOLDER = Path(base_pb2.__file__).parent
MESSAGE = re.compile(r"^message (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  [\w<>, .]+? (\w+) = (\d+);", re.MULTILINE)
VARINT = {"int32", "int64", "uint32", "uint64", "bool"}
# Wire types in the notation of PROTO_FACTS.md.
WIRE_TYPE = re.compile(r"(varint|len|32bit|64bit)x\d+")
WIRE = {
    FieldDescriptor.TYPE_FLOAT: "32bit",
    FieldDescriptor.TYPE_STRING: "len",
    FieldDescriptor.TYPE_BYTES: "len",
    FieldDescriptor.TYPE_MESSAGE: "len",
}


def get_messages(name: str) -> dict[str, Descriptor]:
    module = next(module for module in MODULES if module.__name__.endswith(f".{name}_pb2"))
    found: dict[str, Descriptor] = module.DESCRIPTOR.message_types_by_name
    return found


@pytest.mark.parametrize("name", ["base", "shared", "douyin", "tiktok"])
def test_generated_code_equals_the_proto_file(name: str) -> None:
    source = (FOLDER / f"{name}.proto").read_text("utf-8")
    written = {title: dict(FIELD.findall(body)) for title, body in MESSAGE.findall(source)}
    generated = {
        title: {field.name: str(field.number) for field in message.fields}
        for title, message in get_messages(name).items()
    }
    assert written == generated, "make proto"


def read_facts(shared: Path) -> Iterator[tuple[str, str, int, str]]:
    """Return platform, message, field number and wire type of all recorded fields."""
    platform = message = ""
    for row in (shared / "reference/webcast/PROTO_FACTS.md").read_text("utf-8").splitlines():
        if row.startswith("## "):
            platform = row[3:].lower()
        elif row.startswith("### "):
            message = row[4:]
        elif (cells := row.split(" | "))[0].strip("| ").isdecimal():
            kinds = WIRE_TYPE.findall(cells[-1])
            if len(kinds) == 1:
                yield platform, message, int(cells[0].strip("| ")), kinds[0]


def test_numbers_have_the_recorded_wire_types(shared: Path) -> None:
    wrong = []
    for platform, name, number, wire_type in read_facts(shared):
        for module in ("base", "shared", platform):
            message = get_messages(module).get(name)
            field = message.fields_by_number.get(number) if message else None
            if field is None:
                continue
            packed = field.is_repeated and wire_type == "len"
            if WIRE.get(field.type, "varint") != wire_type and not packed:
                wrong.append((platform, name, field.name, wire_type))
    # Anonymised, or only on the other platform: the parser keeps them as unknown fields.
    assert [each for each in wrong if each[2] not in MIXED] == []


MIXED = {"total_count", "send_time", "event_time", "fans_club_info"}


def read_recorded(shared: Path) -> Iterator[tuple[type[Proto], bytes]]:
    folder = shared / "reference/recorded"
    found = json.loads((folder / "tiktok/frames/events_by_method.json").read_bytes())
    for method, samples in found.items():
        rule = TABLE.get(method)
        for sample in samples if rule else ():
            yield rule.proto, base64.b64decode(sample["eventData"])


def measure(message: Any) -> int:
    """Return the size in bytes of a message that is serialized again."""
    return len(message.SerializeToString())


def test_unnamed_fields_survive(shared: Path) -> None:
    sizes = [
        (kind.DESCRIPTOR.name, len(payload), measure(kind.FromString(payload)))
        for kind, payload in read_recorded(shared)
    ]
    assert len(sizes) > 300
    lost = [size for size in sizes if size[2] < size[1] * 0.98]
    assert lost == []


def test_an_unknown_field_is_written_again() -> None:
    message = base_pb2.Message.FromString(b"\x0a\x01m\xc2\x3e\x05extra")
    assert message.method == "m"
    assert b"extra" in message.SerializeToString()
