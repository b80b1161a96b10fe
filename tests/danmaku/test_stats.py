"""The numbers of a room are those of its journal: each gift once, each user apart."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from support.danmaku_events import EVIL, ROOM, START, get_time, make_chat, make_gift
from support.live_rooms import Play, serve_rooms

from f2scrapy.danmaku.__main__ import main
from f2scrapy.danmaku.messages import Event, Gap, LightGift, RoomUserSeq, User
from f2scrapy.danmaku.sinks.journal import Journal
from f2scrapy.danmaku.stats import Report, count_journals
from f2scrapy.danmaku.stats_report import show_report
from f2scrapy.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"


def write_journal(folder: Path, *events: Event, name: str = "a") -> Path:
    sink = Journal(folder / name)
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    return folder / f"{name}.jsonl"


def make_combo(
    count: int, nickname: str = "小红", first_id: int = 100, **values: Any
) -> list[Event]:
    """Return the messages of one combo, without an end message."""
    group = {"group_id": first_id, "repeat_end": False, "combo": True}
    return [
        make_gift(nickname, msg_id=first_id + n, repeat_count=n, **group | values)
        for n in range(1, count + 1)
    ]


def make_room() -> list[Event]:
    """Return a room of two minutes: 2 chats, 5 gifts of 1 coin, 2 of 30."""
    dear = make_combo(
        2, "大哥", 200, gift_name="跑车", gift_id=7, diamond_count=30,
        create_time=get_time(70), user=User(user_id="9", nickname="大哥"),
    )  # fmt: skip
    return [
        RoomUserSeq(msg_id=1, total=50, create_time=get_time(3)),
        make_chat("一", msg_id=2, create_time=get_time(5)),
        *make_combo(5),
        make_chat("二", msg_id=3, create_time=get_time(65)),
        *dear,
        RoomUserSeq(msg_id=4, total=80, create_time=get_time(75)),
    ]


def test_sums_of_users_gifts_and_minutes(tmp_path: Path) -> None:
    report = count_journals([write_journal(tmp_path, *make_room())])
    assert (report.chats, report.gift_count, report.coins) == (2, 7, 65)
    people = [(each.user.nickname, each.coins, each.gifts) for each in report.rank_people()]
    assert people == [("大哥", 60, 2), ("小红", 5, 5), ("小明", 0, 0)]
    assert report.rank_people()[2].chats == 2
    gifts = [(each.name, each.count, each.coins) for each in report.rank_gifts()]
    assert gifts == [("跑车", 2, 60), ("小心心", 5, 5)]
    minutes = report.list_minutes()
    assert [start - START for start, _ in minutes] == [timedelta(0), timedelta(minutes=1)]
    assert [(each.viewers, each.chats, each.coins) for _, each in minutes] == [
        (50, 1, 5),
        (80, 1, 60),
    ]


def test_an_event_in_two_journals_of_one_room_counts_once(tmp_path: Path) -> None:
    journals = [write_journal(tmp_path, *make_room(), name=name) for name in ("a", "b")]
    assert count_journals(journals) == count_journals(journals[:1])


def test_minutes_without_events_are_listed(tmp_path: Path) -> None:
    events = [make_chat(msg_id=n, create_time=get_time(180 * n)) for n in range(2)]
    minutes = count_journals([write_journal(tmp_path, *events)]).list_minutes()
    assert [each.chats for _, each in minutes] == [1, 0, 0, 1]


def test_hidden_users_are_counted_apart(tmp_path: Path) -> None:
    gifts = [
        make_gift(msg_id=n, user=User(user_id="111111", nickname=name))
        for n, name in enumerate(("用***", "时***"), 5)
    ]
    people = count_journals([write_journal(tmp_path, *gifts)]).rank_people()
    assert [(each.user.nickname, each.coins) for each in people] == [("用***", 3), ("时***", 3)]


def show(report: Report, top: int = 20) -> str:
    console = Console(file=StringIO(), width=120)
    show_report(report, console, top)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_what_is_missing_is_stated(tmp_path: Path) -> None:
    gap = Gap(began=get_time(0), ended=get_time(30), reason="drop")
    light = LightGift(msg_id=9, gift_name="灯", diamond_count=2, count=4)
    path = write_journal(tmp_path, *make_room(), gap, light)
    with path.open("ab") as file:
        file.write(b'{"kind":"chat","content":"torn')
    shown = show(count_journals([path]))
    assert "2 chats, 7 gifts, 65 coins, 3 users; " in shown
    assert "8 coins of small gifts without giver; 1 gap of 30 s in all; 1 line could not" in shown


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as start:
        yield start


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
async def test_the_sums_of_a_room_with_drops_are_those_of_the_sandbox(
    platform: str, play: Play, tmp_path: Path
) -> None:
    rooms = await play("drop=80:2", "twice:0.1", platform=platform, rate=300, seconds=1)
    events = await rooms.watch()
    first, second = (
        write_journal(tmp_path, *part, name=name)
        for name, part in (("one", events[:170]), ("two", events[140:]))  # two runs, overlapping
    )
    report = count_journals([first, second])
    ledger = rooms.get_stream().sum_coins(0, 301)
    assert {each.user.user_id: each.coins for each in report.rank_people() if each.coins} == ledger
    assert report.coins == sum(ledger.values())
    assert sum(minute.coins for _, minute in report.list_minutes()) == report.coins
    assert sum(gift.coins for gift in report.rank_gifts()) == report.coins


def test_the_tables_show_the_first_rows(tmp_path: Path) -> None:
    shown = show(count_journals([write_journal(tmp_path, *make_room())]), top=1)
    assert "大哥" in shown
    assert "小明" not in shown
    assert "… 2 more" in shown


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_writes_tables_and_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_journal(tmp_path, *make_room())
    assert main(["stats", "a.jsonl", "-o", "n.csv", "-o", "n.svg"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "n.svg"
    people, gifts, minutes = (
        read_table(tmp_path / f"n_{name}.csv") for name in ("people", "gifts", "minutes")
    )
    for rows in (people, gifts, minutes):
        assert sum(int(row["coins"]) for row in rows) == 65
    assert [row["minute"] for row in minutes] == [
        "2026-11-21T20:00+08:00",
        "2026-11-21T20:01+08:00",
    ]
    root = ET.parse(tmp_path / "n.svg").getroot()
    curves = {
        group.findtext(f"{SVG}title"): group.find(f"{SVG}polyline").attrib["points"].split()  # type: ignore[union-attr]
        for group in root.iter(f"{SVG}g")
    }
    assert list(curves) == ["viewers", "chats", "coins"]
    heights = {
        name: [float(point.split(",")[1]) for point in points] for name, points in curves.items()
    }
    assert heights["viewers"][0] > heights["viewers"][1]  # 50, then 80: y grows downwards
    assert heights["chats"][0] == heights["chats"][1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("stats a.jsonl -o n.png", "n.png: unknown suffix; use one of .csv, .svg"),
        ("stats a.jsonl -o old.svg", "old.svg: this file exists"),
        ("stats b.jsonl", "b.jsonl: cannot be read"),
        ("stats", "the following arguments are required: journal"),
    ],
)
def test_bad_input_is_one_line(
    command: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_journal(tmp_path, *make_room())
    (tmp_path / "old.svg").write_text("mine")
    assert main(command.split()) == 1
    assert words in capsys.readouterr().err
    assert (tmp_path / "old.svg").read_text() == "mine"


def test_texts_of_strangers_are_harmless(tmp_path: Path) -> None:
    events = [
        make_gift(text, text, msg_id=n, user=User(user_id=f"u{n}", nickname=text))
        for n, text in enumerate(EVIL, 1)
    ]
    path = write_journal(tmp_path, *events)
    report = count_journals([path])
    assert report.gift_count == 3 * len(EVIL)
    assert not set(show(report, 99)) & set("\x1b\x9b\x00\u202e")
    main(["stats", str(path), "-o", str(tmp_path / "n.csv"), "-o", str(tmp_path / "n.svg")])
    rows = read_table(tmp_path / "n_people.csv")
    assert len(rows) == len(EVIL)
    assert not [row for row in rows if row["nickname"].startswith(("=", "+", "-", "@", "\t", "\r"))]
    ET.parse(tmp_path / "n.svg")


def test_a_file_that_is_no_journal_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="this is no journal"):
        count_journals([tmp_path / "x.jsonl"])
