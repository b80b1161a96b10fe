"""Files for players: what is said stands at its place, and cannot be more than text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.danmaku_events import ROOM, START, at, chat, evil, gift

from f2scrapy.danmaku.clock import Mark, segments, since, within
from f2scrapy.danmaku.sinks import LONGEST
from f2scrapy.danmaku.sinks.ass import ACROSS, LANES, WIDTH, Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.timed import Timed

calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CLOCK = since(START)


def made(kind: type[Timed], folder: Path, *events: Any, clock: Any = CLOCK) -> str:
    """The file that these events make."""
    path = folder / f"a{kind.suffix}"
    path.unlink(missing_ok=True)
    sink = kind(folder / "a", clock)
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    return path.read_text("utf-8")


def dialogues(text: str) -> list[list[str]]:
    """Fields of the lines that show something."""
    return [line[10:].split(",", 9) for line in text.split("\n") if line.startswith("Dialogue: ")]


# The clock


def test_since_knows_nothing_before_the_start() -> None:
    assert (CLOCK(at(1.5)), CLOCK(at(-1))) == (1.5, None)


def test_within_a_segment_the_place_is_between_its_marks() -> None:
    marks = [
        *(Mark(at(10), "one", 0), Mark(at(20), "one", 10_000), Mark(at(30), "one", 22_000)),
        *(Mark(at(33), "two", 500), Mark(at(40), "two", 7500)),
    ]
    clock = within("one", marks)
    places = [clock(at(s)) for s in (9.9, 10, 15, 20, 25, 30, 31)]
    assert places == [None, 0, 5, 10, 16, 22, None]
    assert within("two", marks)(at(36)) == 3.5
    assert segments(marks) == ["one", "two"]
    assert within("three", marks)(at(36)) is None


def test_a_mark_is_a_line_of_a_journal() -> None:
    mark = Mark(at(10.25), "2026-11-21_晚上好", 1234)
    assert mark.fact()["kind"] == "clock"
    assert Mark.read(mark.fact()) == mark


@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 10**7)), min_size=1), st.floats(0, 1e5))
@calm
def test_a_place_lies_within_the_marks(points: list[tuple[float, int]], seconds: float) -> None:
    place = within("s", [Mark(at(when), "s", ms) for when, ms in points])(at(seconds))
    known = [ms / 1000 for _, ms in points]
    assert place is None or min(known) - 1e-6 <= place <= max(known) + 1e-6


# Both


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_events_of_other_times_are_left_out(kind: type[Timed], tmp_path: Path) -> None:
    text = made(kind, tmp_path, chat("early", create_time=at(-5)), chat("right"))
    assert "right" in text
    assert "early" not in text


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_an_event_without_time_stands_where_the_one_before_it_does(
    kind: type[Timed], tmp_path: Path
) -> None:
    text = made(kind, tmp_path, chat("a", create_time=at(77)), chat("b", create_time=None))
    assert len(re.findall(r"0:01:17\.00|77\.000", text)) == 2


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_of_a_combo_the_end_counts(kind: type[Timed], tmp_path: Path) -> None:
    steps = [gift(repeat_count=n, repeat_end=n == 3) for n in (1, 2, 3)]
    single = gift(gift_name="跑车", repeat_count=1, repeat_end=False, combo=False)
    text = made(kind, tmp_path, *steps, single)
    assert (text.count("小心心"), text.count("跑车")) == (1, 1)


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_a_second_run_goes_on_with_the_first_ones_clock(kind: type[Timed], tmp_path: Path) -> None:
    event = chat(create_time=datetime.now(UTC) + timedelta(seconds=60))
    for title in ("a", "a much longer title" * 9):
        sink = kind(tmp_path / "a")
        sink.open(replace(ROOM, title=title))
        sink.write([event])
        sink.close()
        sleep(0.05)
    text = (tmp_path / f"a{kind.suffix}").read_text("utf-8")
    first, second = re.findall(r"^Dialogue: 0,([\d:.]+)|p=\"([\d.]+)", text, re.MULTILINE)
    assert first == second


# ASS


@given(texts=st.lists(evil, min_size=1))
@calm
def test_ass_shows_text_and_obeys_none(texts: list[str], tmp_path: Path) -> None:
    events = [chat(f"A{text}", nickname=text) for text in texts]
    text = made(Ass, tmp_path, *events)
    lines = dialogues(text)
    assert len(lines) == len(texts)
    for fields in lines:
        shown = re.sub(r"^\{\\move\([-\d,]+\)\}", "", fields[9])
        assert shown.startswith("A")
        assert not set(shown) & set("{}\\\r\x00\x1b\u202e\u2028")
        assert fields[5:9] == ["0", "0", "0", ""]
    assert len(text.splitlines()) == len(texts) + text[: text.index("Dialogue")].count("\n")


def test_ass_moves_from_edge_to_edge(tmp_path: Path) -> None:
    [fields] = dialogues(made(Ass, tmp_path, chat("你好ab", create_time=at(3661.5))))
    assert fields[1:5] == ["1:01:01.50", "1:01:13.50", "Chat", "小明"]
    assert fields[9] == f"{{\\move({WIDTH},0,-152,0)}}你好ab"


@given(texts=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 40)), max_size=LANES))
@calm
def test_ass_texts_meet_in_no_lane(texts: list[tuple[float, int]], tmp_path: Path) -> None:
    texts.sort()
    lines = dialogues(made(Ass, tmp_path, *(chat("字" * n, create_time=at(s)) for s, n in texts)))
    lanes: dict[int, tuple[float, int]] = {}
    for (seconds, count), fields in zip(texts, lines, strict=True):
        top = int(fields[9].split(",")[1])
        if top in lanes:
            began, width = lanes[top]
            own = count * 48
            assert right(began, width, seconds) <= WIDTH + 1
            assert right(began, width, began + ACROSS) <= left(seconds, own, began + ACROSS) + 1
        lanes[top] = (seconds, count * 48)


def left(began: float, width: int, seconds: float) -> float:
    """Where the left end of a text is then, in pixels."""
    return WIDTH - (seconds - began) / ACROSS * (WIDTH + width)


def right(began: float, width: int, seconds: float) -> float:
    return left(began, width, seconds) + width


def test_a_very_long_text_is_cut(tmp_path: Path) -> None:
    [fields] = dialogues(made(Ass, tmp_path, chat("字" * 5000)))
    assert fields[9].endswith("字…")
    assert fields[9].count("字") == LONGEST


# XML


@given(texts=st.lists(evil, min_size=1))
@calm
def test_xml_is_xml_whatever_was_said(texts: list[str], tmp_path: Path) -> None:
    events = [e for text in texts for e in (chat(text, text), gift(text, text))]
    root = ET.fromstring(made(Bilibili, tmp_path, *events))
    assert [each.tag for each in root] == ["metadata", "chatserver", *["d", "gift"] * len(texts)]
    for each in root.iter("d"):
        assert each.attrib.keys() == {"p", "user"}
        assert not set(each.text or "") & set("\x1b\u202e\u2028")


def test_xml_by_example(tmp_path: Path) -> None:
    event = chat("<好>", nickname='"小"', create_time=at(61.25), msg_id=7)
    lines = made(Bilibili, tmp_path, event, gift()).splitlines()
    sent = int(at(61.25).timestamp())
    assert lines[-3:] == [
        f'<d p="61.250,1,25,16777215,{sent},0,3224b088,7" user=\'"小"\'>&lt;好&gt;</d>',
        '<gift ts="2.000" user="小红" giftname="小心心" giftcount="3" price="1"/>',
        "</i>",
    ]
    assert lines[3] == (
        f'<metadata platform="douyin" room_id="{ROOM.room_id}" nickname="主播" title="晚上好"/>'
    )


def test_xml_is_whole_before_it_is_closed(tmp_path: Path) -> None:
    sink = Bilibili(tmp_path / "a", CLOCK)
    sink.open(ROOM)
    for count in range(3):
        root = ET.parse(tmp_path / "a.xml").getroot()
        assert len(root.findall("d")) == count
        sink.write([chat()])
    sink.close()
