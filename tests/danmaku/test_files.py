"""Check the paths of the files of a room, and that each file takes every kind of event."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.danmaku_events import EVIL, ROOM

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.danmaku.files import FILES
from f2scrapy.danmaku.messages import KINDS, Event, parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.rooms import reserve_room_path

pytestmark = pytest.mark.clock

TEMPLATE = Template("{create}_{desc}")
calm = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(tmp_path / "f2scrapy.db", tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(("folderize", "depth"), [(False, 4), (True, 5)])
def test_path_of_a_room(folderize: bool, depth: int, archive: Archive, tmp_path: Path) -> None:
    base = reserve_room_path(archive, TEMPLATE, ROOM, folderize=folderize)
    parts = base.relative_to(tmp_path).parts
    assert parts[:3] == ("douyin", "live", "主播")
    assert set(parts[3:]) == {"2026-11-21 20-00-00_晚上好"}
    assert len(parts) == depth


def test_a_broadcast_keeps_its_own_path(archive: Archive) -> None:
    first = reserve_room_path(archive, TEMPLATE, ROOM, folderize=False)
    renamed = replace(ROOM, title="another title")
    assert reserve_room_path(archive, TEMPLATE, renamed, folderize=False) == first
    next_one = replace(ROOM, room_id="7380001112223334446")
    assert (
        reserve_room_path(archive, TEMPLATE, next_one, folderize=False).name
        == f"{first.name}_{next_one.id}"
    )


def test_files_follow_a_new_nickname(archive: Archive) -> None:
    base = reserve_room_path(archive, TEMPLATE, ROOM, folderize=False)
    journal = FILES["journal"](base)
    journal.open(ROOM)
    journal.close()
    renamed = reserve_room_path(
        archive, TEMPLATE, replace(ROOM, nickname="新名字"), folderize=False
    )
    assert renamed.parent.name == "新名字"
    assert renamed.with_name(f"{renamed.name}.jsonl").is_file()


@given(
    nickname=st.one_of(st.text(), st.sampled_from(["../../x", "/etc", "CON", "..", *EVIL])),
    title=st.one_of(st.text(), st.sampled_from(["../../x", "a/b", "", *EVIL])),
    room_id=st.integers(10**18, 10**19),
)
@calm
def test_no_name_leads_out_of_the_root(
    nickname: str, title: str, room_id: int, archive: Archive, tmp_path: Path
) -> None:
    nickname, title = (text.encode(errors="replace").decode() for text in (nickname, title))
    room = replace(ROOM, nickname=nickname, title=title, room_id=str(room_id), sec_user_id=title)
    base = reserve_room_path(archive, TEMPLATE, room, folderize=True)
    assert base.parent.parent.parent == tmp_path / "douyin/live"


def read_recorded(shared: Path) -> list[Event]:
    """Return an event for each recorded payload."""
    found = []
    for number, path in enumerate(sorted(shared.glob("reference/recorded/*/frames/*.bin"))):
        method = f"Webcast{path.stem.removeprefix('Webcast')}"
        message = Message(method=method, msg_id=number + 1, payload=path.read_bytes())
        found.append(parse_message(message, room_id=ROOM.room_id))
    return found


@pytest.mark.parametrize("name", FILES)
def test_each_file_takes_every_recorded_event(name: str, shared: Path, tmp_path: Path) -> None:
    events = read_recorded(shared)
    assert len(events) > 40
    assert len({event.kind for event in events} & KINDS) > 10
    sink = FILES[name](tmp_path / "a")
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    if name == "journal":
        assert list(JournalReader(tmp_path / "a.jsonl").read_events()) == events


def test_the_command_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    value = project["project"]["scripts"]["f2-danmaku"]
    assert EntryPoint("f2-danmaku", value, "console_scripts").load().__name__ == "main"
