"""Files for players have each event at its time, and texts of strangers as plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.danmaku_events import ROOM, START, evil_text, get_time, make_chat, make_gift

from f2scrapy.danmaku.clock import Mark, build_open_clock, build_segment_clock, collect_segments
from f2scrapy.danmaku.messages import User
from f2scrapy.danmaku.sinks import MAX_TEXT
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.timed import DEFAULT_LOOK, Look, TimedSink
from f2scrapy.danmaku.words import choose_language, describe_gift

pytestmark = pytest.mark.clock

calm = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
CLOCK = build_open_clock(START)
WIDTH, ACROSS, LANES = DEFAULT_LOOK.width, DEFAULT_LOOK.seconds, 14


def write_file(kind: type[TimedSink], folder: Path, *events: Any, clock: Any = CLOCK) -> str:
    """Return the text of the file with these events."""
    path = folder / f"a{kind.suffix}"
    path.unlink(missing_ok=True)
    sink = kind(folder / "a", clock)
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    return path.read_text("utf-8")


def parse_dialogues(text: str) -> list[list[str]]:
    """Return the fields of the lines with texts."""
    return [line[10:].split(",", 9) for line in text.split("\n") if line.startswith("Dialogue: ")]


# The clock


def test_open_clock_has_no_position_before_the_start() -> None:
    assert (CLOCK(get_time(1.5)), CLOCK(get_time(-1))) == (1.5, None)


def test_segment_clock_is_linear_between_its_marks() -> None:
    marks = [
        *(
            Mark(get_time(10), "one", 0),
            Mark(get_time(20), "one", 10_000),
            Mark(get_time(30), "one", 22_000),
        ),
        *(Mark(get_time(33), "two", 500), Mark(get_time(40), "two", 7500)),
    ]
    clock = build_segment_clock("one", marks)
    positions = [clock(get_time(s)) for s in (9.9, 10, 15, 20, 25, 30, 31)]
    assert positions == [None, 0, 5, 10, 16, 22, None]
    assert build_segment_clock("two", marks)(get_time(36)) == 3.5
    assert collect_segments(marks) == ["one", "two"]
    assert build_segment_clock("three", marks)(get_time(36)) is None


def test_a_mark_is_an_entry_of_a_journal() -> None:
    mark = Mark(get_time(10.25), "2026-11-21_晚上好", 1234)
    assert mark.as_dict()["kind"] == "clock"
    assert Mark.from_dict(mark.as_dict()) == mark


@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 10**7)), min_size=1), st.floats(0, 1e5))
@calm
def test_a_position_lies_within_the_marks(points: list[tuple[float, int]], seconds: float) -> None:
    position = build_segment_clock("s", [Mark(get_time(when), "s", ms) for when, ms in points])(
        get_time(seconds)
    )
    known = [ms / 1000 for _, ms in points]
    assert position is None or min(known) - 1e-6 <= position <= max(known) + 1e-6


# Both


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_events_of_other_times_are_left_out(kind: type[TimedSink], tmp_path: Path) -> None:
    text = write_file(
        kind, tmp_path, make_chat("early", create_time=get_time(-5)), make_chat("right")
    )
    assert "right" in text
    assert "early" not in text


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_an_event_without_time_has_the_time_of_the_one_before(
    kind: type[TimedSink], tmp_path: Path
) -> None:
    text = write_file(
        kind, tmp_path, make_chat("a", create_time=get_time(77)), make_chat("b", create_time=None)
    )
    assert len(re.findall(r"0:01:17\.00|77\.000", text)) == 2


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_of_a_combo_the_end_counts(kind: type[TimedSink], tmp_path: Path) -> None:
    steps = [make_gift(repeat_count=n, repeat_end=n == 3) for n in (1, 2, 3)]
    single = make_gift(gift_name="跑车", repeat_count=1, repeat_end=False, combo=False)
    text = write_file(kind, tmp_path, *steps, single)
    assert (text.count("小心心"), text.count("跑车")) == (1, 1)


@pytest.mark.parametrize("kind", [Ass, Bilibili])
def test_a_second_run_continues_the_clock_of_the_first(
    kind: type[TimedSink], tmp_path: Path
) -> None:
    event = make_chat(create_time=get_time(60))
    for seconds, title in ((0, "a"), (30, "a much longer title" * 9)):
        sink = kind(tmp_path / "a", now=lambda seconds=seconds: get_time(seconds))
        sink.open(replace(ROOM, title=title))
        sink.write([event])
        sink.close()
    text = (tmp_path / f"a{kind.suffix}").read_text("utf-8")
    assert len(re.findall(r"0:01:00\.00|60\.000", text)) == 2


# ASS


@given(texts=st.lists(evil_text, min_size=1))
@calm
def test_ass_shows_text_and_no_commands(texts: list[str], tmp_path: Path) -> None:
    events = [make_chat(f"A{text}", nickname=text) for text in texts]
    text = write_file(Ass, tmp_path, *events)
    lines = parse_dialogues(text)
    assert len(lines) == len(texts)
    for fields in lines:
        shown = re.sub(r"^\{\\move\([-\d,]+\)\}", "", fields[9])
        assert shown.startswith("A")
        assert not set(shown) & set("{}\\\r\x00\x1b\u202e\u2028")
        assert fields[5:9] == ["0", "0", "0", ""]
    assert len(text.splitlines()) == len(texts) + text[: text.index("Dialogue")].count("\n")


def test_ass_moves_from_edge_to_edge(tmp_path: Path) -> None:
    [fields] = parse_dialogues(
        write_file(Ass, tmp_path, make_chat("你好ab", create_time=get_time(3661.5)))
    )
    assert fields[1:5] == ["1:01:01.50", "1:01:13.50", "Chat", "小明"]
    assert fields[9] == f"{{\\move({WIDTH},0,-152,0)}}你好ab"


@given(texts=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 40)), max_size=LANES))
@calm
def test_ass_texts_meet_in_no_lane(texts: list[tuple[float, int]], tmp_path: Path) -> None:
    texts.sort()
    lines = parse_dialogues(
        write_file(Ass, tmp_path, *(make_chat("字" * n, create_time=get_time(s)) for s, n in texts))
    )
    lanes: dict[int, tuple[float, int]] = {}
    for (seconds, count), fields in zip(texts, lines, strict=True):
        top = int(fields[9].split(",")[1])
        if top in lanes:
            began, width = lanes[top]
            own = count * 48
            assert compute_right(began, width, seconds) <= WIDTH + 1
            assert (
                compute_right(began, width, began + ACROSS)
                <= compute_left(seconds, own, began + ACROSS) + 1
            )
        lanes[top] = (seconds, count * 48)


def compute_left(began: float, width: int, seconds: float) -> float:
    """Return the position of the left end of a text at a time, in pixels."""
    return WIDTH - (seconds - began) / ACROSS * (WIDTH + width)


def compute_right(began: float, width: int, seconds: float) -> float:
    return compute_left(began, width, seconds) + width


def test_a_very_long_text_is_cut(tmp_path: Path) -> None:
    [fields] = parse_dialogues(write_file(Ass, tmp_path, make_chat("字" * 5000)))
    assert fields[9].endswith("字…")
    assert fields[9].count("字") == MAX_TEXT


# XML


@given(texts=st.lists(evil_text, min_size=1))
@calm
def test_xml_is_well_formed_for_any_text(texts: list[str], tmp_path: Path) -> None:
    events = [e for text in texts for e in (make_chat(text, text), make_gift(text, text))]
    root = ET.fromstring(write_file(Bilibili, tmp_path, *events))
    assert [each.tag for each in root] == ["metadata", "chatserver", *["d", "gift"] * len(texts)]
    for each in root.iter("d"):
        assert each.attrib.keys() == {"p", "user"}
        assert not set(each.text or "") & set("\x1b\u202e\u2028")


def test_xml_of_one_chat_and_one_gift(tmp_path: Path) -> None:
    event = make_chat("<好>", nickname='"小"', create_time=get_time(61.25), msg_id=7)
    lines = write_file(Bilibili, tmp_path, event, make_gift()).splitlines()
    sent = int(get_time(61.25).timestamp())
    assert lines[-3:] == [
        f'<d p="61.250,1,25,16777215,{sent},0,3224b088,7" user=\'"小"\'>&lt;好&gt;</d>',
        '<gift ts="2.000" user="小红" giftname="小心心" giftcount="3" price="1"/>',
        "</i>",
    ]
    assert lines[3] == (
        f'<metadata platform="douyin" room_id="{ROOM.room_id}" nickname="主播" title="晚上好"/>'
    )


def test_xml_is_well_formed_before_it_is_closed(tmp_path: Path) -> None:
    sink = Bilibili(tmp_path / "a", CLOCK)
    sink.open(ROOM)
    for count in range(3):
        root = ET.parse(tmp_path / "a.xml").getroot()
        assert len(root.findall("d")) == count
        sink.write([make_chat()])
    sink.close()


# The look, and the language


def write_with(look: Look, folder: Path, *events: Any, kind: type[TimedSink] = Ass) -> str:
    sink = kind(folder / "look", CLOCK, look)
    sink.open(ROOM)
    sink.write(events)
    sink.close()
    return (folder / f"look{kind.suffix}").read_text("utf-8")


def test_a_portrait_video_has_a_portrait_canvas(tmp_path: Path) -> None:
    text = write_with(Look(width=1080, height=1920), tmp_path, *[make_chat("字" * 40)] * 40)
    assert "PlayResX: 1080\nPlayResY: 1920\n" in text
    moves = [line.split("move(")[1].split(")")[0] for line in text.splitlines() if "move(" in line]
    starts, tops = ({int(move.split(",")[at]) for move in moves} for at in (0, 1))
    assert starts == {1080}
    assert 1000 < max(tops) < 1920 * 3 // 4
    assert re.search(r"Style: Chat,sans-serif,48,", text)


@pytest.mark.parametrize(
    ("look", "style", "end"),
    [
        (Look(size=2), "sans-serif,96,&H00FFFFFF,&H00FFFFFF,&H80000000", "0:00:13.00"),
        (Look(seconds=5), "sans-serif,48,&H00FFFFFF", "0:00:06.00"),
        (Look(opacity=0.5), "sans-serif,48,&H80FFFFFF,&H80FFFFFF,&HC0000000", "0:00:13.00"),
        (Look(opacity=0), "sans-serif,48,&HFFFFFFFF,&HFFFFFFFF,&HFF000000", "0:00:13.00"),
        (Look(width=960, height=540), "sans-serif,24,&H00FFFFFF", "0:00:13.00"),
    ],
)
def test_size_speed_and_opacity_are_options(
    look: Look, style: str, end: str, tmp_path: Path
) -> None:
    text = write_with(look, tmp_path, make_chat())
    assert style in text
    assert parse_dialogues(text)[0][2] == end


def test_a_larger_size_is_larger_in_xml(tmp_path: Path) -> None:
    text = write_with(Look(size=1.2), tmp_path, make_chat(), kind=Bilibili)
    assert ET.fromstring(text).find("d").attrib["p"].split(",")[2] == "30"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "小红 sent 小心心 x3"), ("zh", "小红 送出 小心心 x3")]
)
def test_gifts_are_in_the_language_of_the_user(language: Any, text: str, tmp_path: Path) -> None:
    [fields] = parse_dialogues(write_with(Look(language=language), tmp_path, make_gift()))
    assert fields[9].endswith(f"}}{text}")


@pytest.mark.parametrize(
    ("option", "environ", "language"),
    [
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("auto", {"LANG": "", "LC_MESSAGES": "zh_TW"}, "zh"),
        ("auto", {"LANG": "en_US.UTF-8"}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_is_that_of_the_environment(
    option: str, environ: dict[str, str], language: str
) -> None:
    assert choose_language(option, environ) == language


def test_a_gift_to_a_guest_names_the_guest_in_chinese() -> None:
    gift = make_gift(to_user=User(user_id="8", nickname="嘉宾"), gift_name="")
    assert describe_gift(gift, "zh") == "小红 给 嘉宾 送出 礼物 0 x3"
