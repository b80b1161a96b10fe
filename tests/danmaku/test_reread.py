"""A journal keeps messages as they came, and a later version reads them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.danmaku_events import ROOM, get_time, make_chat

from f2scrapy.danmaku.__main__ import main
from f2scrapy.danmaku.messages import Event, Gap, Unknown, parse_message
from f2scrapy.danmaku.proto import base_pb2 as base
from f2scrapy.danmaku.proto import shared_pb2 as proto
from f2scrapy.danmaku.reread import reread
from f2scrapy.danmaku.sinks import journal as module
from f2scrapy.danmaku.sinks.journal import Journal, read_entries
from f2scrapy.errors import InputError

RECEIVED = get_time(4)


def make_message(number: int) -> base.Message:
    chat = proto.ChatMessage(
        common=base.Common(msg_id=number, create_time=1_795_262_400_000 + number),
        user=base.User(id=42, nickname="小明"),
        content=f"text {number}",
    )
    payload = chat.SerializeToString()
    return base.Message(method="WebcastChatMessage", payload=payload, msg_id=number)


def parse(message: base.Message) -> Event:
    return parse_message(message, room_id=ROOM.room_id, received=RECEIVED, keep_payload=True)


def write(folder: Path, *batches: list[Event], **options: Any) -> Path:
    sink = Journal(folder / "a", **options)
    sink.open(ROOM)
    for batch in batches:
        sink.write(batch)
    sink.close()
    return folder / "a.jsonl"


def forget(path: Path, *names: str) -> None:
    """Remove fields from all events, as if an earlier version had not known them."""
    entries = [entry for entry in read_entries(path) if entry]
    for entry in entries:
        for name in names:
            entry.pop(name, None)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def read(path: Path) -> list[dict[str, Any]]:
    return [entry for entry in read_entries(path) if entry]


def test_fields_of_later_versions_come_from_the_messages(tmp_path: Path) -> None:
    gap = Gap(began=get_time(1), ended=get_time(2), reason="drop")
    strange = Unknown(method="WebcastNewMessage", msg_id=9, payload=b"\x08\x01")
    events = [parse(make_message(1)), gap, strange, parse(make_message(2))]
    path = write(tmp_path, events, [parse(make_message(3))])
    before = read(path)
    forget(path, "content", "emotes")
    counts = reread(path, tmp_path / "b.jsonl")
    assert read(tmp_path / "b.jsonl") == before
    assert (counts.events, counts.parsed, counts.changed, counts.unreadable) == (5, 4, 4, 0)
    assert reread(tmp_path / "b.jsonl", tmp_path / "c.jsonl").changed == 0


def test_an_unknown_message_is_read_once_it_is_known(tmp_path: Path) -> None:
    message = make_message(1)
    old = Unknown(method=message.method, msg_id=1, payload=message.payload, room_id="7")
    path = write(tmp_path, [old])
    reread(path, tmp_path / "b.jsonl")
    [_, entry] = read(tmp_path / "b.jsonl")
    assert (entry["kind"], entry["content"], entry["room_id"]) == ("chat", "text 1", "7")


def test_events_without_their_message_stay(tmp_path: Path) -> None:
    path = write(tmp_path, [make_chat("one")], [parse(make_message(2))], payloads=False)
    assert "payloads" not in path.read_text()
    entries = read(path)
    entries.append({"kind": "of another version", "method": "x", "field": [1]})
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    counts = reread(path, tmp_path / "b.jsonl")
    assert (counts.events, counts.parsed) == (3, 0)
    assert read(tmp_path / "b.jsonl") == entries


def test_damaged_messages_are_counted_and_their_events_stay(tmp_path: Path) -> None:
    path = write(tmp_path, [parse(make_message(1))])
    opened, entry = read(path)
    entry["payloads"] = entry["payloads"][:40]
    path.write_text(f"{json.dumps(opened)}\n{json.dumps(entry)}\n" + '{"kind":"torn')
    counts = reread(path, tmp_path / "b.jsonl")
    assert (counts.events, counts.parsed, counts.unreadable) == (1, 0, 2)
    assert read(tmp_path / "b.jsonl")[1]["content"] == "text 1"


def test_large_batches_are_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 200)
    path = write(tmp_path, [parse(make_message(n)) for n in range(1, 21)])
    assert path.read_text().count('"payloads"') > 3
    forget(path, "content")
    assert reread(path, tmp_path / "b.jsonl").parsed == 20
    texts = [entry["content"] for entry in read(tmp_path / "b.jsonl")[1:]]
    assert texts == [f"text {n}" for n in range(1, 21)]


def test_all_parts_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, *[[parse(make_message(n))] for n in range(1, 9)], part_bytes=1500)
    assert (tmp_path / "a.2.jsonl").exists()
    assert reread(path, tmp_path / "b.jsonl").parsed == 8


def test_the_command_states_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    forget(write(tmp_path, [parse(make_message(1)), make_chat("old", msg_id=8)]), "content")
    assert main(["reread", "a.jsonl", "-o", "b.jsonl"]) == 0
    words = "b.jsonl: 2 events, 1 of them parsed again, 1 have other values\n"
    assert capsys.readouterr().out == words
    assert main(["reread", "a.jsonl", "-o", "b.jsonl"]) == 1
    assert "b.jsonl: this file exists" in capsys.readouterr().err
    with pytest.raises(InputError, match="this is no file"):
        reread(tmp_path / "none.jsonl", tmp_path / "c.jsonl")


def test_recorded_messages_come_back_whole(shared: Path, tmp_path: Path) -> None:
    folder = shared / "reference/recorded/douyin/frames"
    messages = [
        base.Message(method=f"Webcast{path.stem}", payload=path.read_bytes(), msg_id=number)
        for number, path in enumerate(sorted(folder.glob("*Message.bin")), 1)
    ]
    path = write(tmp_path, [parse(message) for message in messages])
    before = read(path)
    forget(path, "user", "content", "ranks")
    counts = reread(path, tmp_path / "b.jsonl")
    assert counts.parsed == len(messages)
    assert read(tmp_path / "b.jsonl") == before
