"""Reports of users of other recorders and chat collectors have the right result here."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.danmaku_events import ROOM

from f2scrapy.danmaku.clock import build_open_clock
from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Barrage, Envelope, Event, Gift, as_dict, parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import Journal, read_entries

ARRIVED = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)

Load = Callable[[str], list[Event]]


@pytest.fixture
def load(shared: Path) -> Load:
    """load("04"): the events of a case, each received a second after the one before."""

    def read(number: str) -> list[Event]:
        [path] = (shared / "reference/cases/live").glob(f"{number}-*.json")
        messages = json.loads(path.read_bytes())["messages"]
        return [
            parse_message(
                Message.FromString(base64.b64decode(text)),
                received=ARRIVED + timedelta(seconds=index),
                keep_payload=True,
            )
            for index, text in enumerate(messages)
        ]

    return read


def write_xml(folder: Path, events: list[Event]) -> ET.Element:
    first = min(event.moment for event in events if event.moment)
    sink = Bilibili(folder / "a", build_open_clock(first))
    sink.open(ROOM)
    for event in events:
        sink.write([event])
    sink.close()
    return ET.parse(folder / "a.xml").getroot()


def write_ass(folder: Path, events: list[Event]) -> list[str]:
    first = min(event.moment for event in events if event.moment)
    sink = Ass(folder / "a", build_open_clock(first))
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    text = (folder / "a.ass").read_text("utf-8")
    return [line for line in text.splitlines() if line.startswith("Dialogue")]


@pytest.mark.parametrize(("case", "count", "coins"), [("04", 3, 90_000), ("05", 188, 188)])
def test_a_combo_without_end_is_one_line(
    case: str, count: int, coins: int, load: Load, tmp_path: Path
) -> None:
    events = load(case)
    gifts = Gifts()
    for event in events:
        assert isinstance(event, Gift)
        gifts.add(event)
    assert (gifts.count, gifts.coins) == (count, coins)
    [line] = write_xml(tmp_path, events).findall("gift")
    assert int(line.attrib["giftcount"]) == count
    assert int(line.attrib["giftcount"]) * int(line.attrib["price"]) == coins
    [dialogue] = write_ass(tmp_path, events)
    assert dialogue.endswith(f" x{count}")


@pytest.mark.parametrize(("case", "coins"), [("04", 90_000), ("05", 188), ("07", 2)])
def test_the_sum_of_a_column_is_the_sum_of_coins(
    case: str, coins: int, load: Load, tmp_path: Path
) -> None:
    sink = Database(tmp_path / "a")
    sink.open(ROOM)
    sink.write(load(case))
    sink.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        assert db.execute("SELECT sum(coins) FROM events").fetchone() == (coins,)


def test_users_that_a_room_hides_stay_apart(load: Load, tmp_path: Path) -> None:
    events, gifts = load("07"), Gifts()
    for event in events:
        assert isinstance(event, Gift)
        gifts.add(event)
    assert (gifts.count, gifts.coins, len(gifts.givers)) == (2, 2, 2)
    assert {giver.user.nickname for giver in gifts.givers.values()} == {"用***", "时***"}
    lines = write_xml(tmp_path, events).findall("gift")
    assert [line.attrib["user"] for line in lines] == ["用***", "时***"]


def test_a_user_who_became_a_super_fan(load: Load) -> None:
    [event] = load("09")
    assert isinstance(event, Barrage)
    assert event.nickname == "ViewerA"
    assert event.key == "ttlive_superFan_commentNotif_someoneBecameSuperFan"
    assert event.sub_type == "BecomingSuperFanLv10"
    assert event.is_super_fan
    assert event.text == "ViewerA just became a Super Fan"


def test_a_box_for_super_fans(load: Load) -> None:
    [event] = load("11")
    assert isinstance(event, Envelope)
    assert (event.business_type, event.sender, event.nickname) == (19, "ViewerA", "ViewerA")
    assert event.user
    assert event.user.user_id == "901"
    assert event.is_super_fan_box
    assert event.text == "ViewerA: a Super Fan box for 5"


def test_an_event_without_platform_time_has_its_arrival(load: Load, tmp_path: Path) -> None:
    events = load("14")
    sink = Journal(tmp_path / "a")
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    entries = [entry for entry in read_entries(tmp_path / "a.jsonl") if entry][1:]
    times = [datetime.fromisoformat(entry["received_time"]) for entry in entries]
    assert times == [ARRIVED + timedelta(seconds=n) for n in range(3)]
    back = list(JournalReader(tmp_path / "a.jsonl").read_events())
    assert [event.moment for event in back] == times
    rows = write_xml(tmp_path, back).findall("d")
    assert [float(row.attrib["p"].split(",")[0]) for row in rows] == [0, 1, 2]
    starts = [line.split(",")[1] for line in write_ass(tmp_path, back)]
    assert starts == ["0:00:00.00", "0:00:01.00", "0:00:02.00"]


# Statements of other people's recordings


def pick(entry: Any, path: str) -> Any:
    """Return a value such as user.nickname or ranks[0].user.level."""
    for name in path.replace("[", ".").replace("]", "").split("."):
        entry = entry[int(name)] if name.isdecimal() else entry[name]
    return entry


def read_truth(shared: Path, name: str) -> Any:
    return json.loads((shared / f"reference/cases/truth/{name}.json").read_bytes())


def parse_hex(case: dict[str, Any]) -> dict[str, Any]:
    payload = bytes.fromhex(case["payload_hex"])
    return as_dict(parse_message(Message(method=case["method"], payload=payload)))


def test_battles_and_shares_of_douyin(shared: Path) -> None:
    battle, share, _ = read_truth(shared, "danmaku_douyin")
    found = parse_hex(battle)
    assert {name: found[name] for name in battle["right"]} == battle["right"]
    assert found["armies"] == (
        {"host_id": "11", "user_id": "31", "nickname": "giver A", "score": 4100},
    )
    assert found["results"] == {"11": "won", "22": "lost"}
    found = parse_hex(share)
    assert (found["room_id"], found["create_time"]) == ("70", share["right"]["create_time"])
    assert pick(found, "user.nickname") == "sharer"


def test_the_level_in_the_name_of_an_icon(shared: Path) -> None:
    case = read_truth(shared, "danmaku_douyin")[2]
    assert pick(parse_hex(case), "ranks[0].user.level") == 9


def test_the_level_in_a_fan_club_of_tiktok(shared: Path) -> None:
    case = read_truth(shared, "danmaku_tiktok_fans_level")
    user = parse_hex(case)["user"]
    assert {name: user[name] for name in case["right"]} == case["right"]
