"""The console shows the chosen kinds of events, and texts of strangers as plain text."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import example, given
from rich.console import Console
from support.danmaku_events import ROOM, evil_text, get_time, make_chat, make_gift

from f2scrapy.danmaku.messages import Event, Gap, Like, Member, RoomUserSeq
from f2scrapy.danmaku.sinks import MAX_TEXT
from f2scrapy.danmaku.sinks.console import DEFAULT_KINDS, LINES_A_SECOND, View

pytestmark = pytest.mark.clock

LIKE = Like(count=3, total=1200, create_time=get_time(3))
VIEWERS = RoomUserSeq(total=88, total_user=4000, create_time=get_time(3))
GAP = Gap(began=get_time(1), ended=get_time(4), reason="the connection was lost")


def print_events(*events: Event, kinds: str = "", terminal: bool = False) -> str:
    """Return the output of the console for these events."""
    console = Console(file=StringIO(), force_terminal=terminal, width=120, color_system=None)
    with View(console, frozenset(kinds.split(",")) if kinds else DEFAULT_KINDS) as view:
        sink = view.make_sink()
        sink.open(ROOM)
        sink.write(events)
        sink.close()
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_line_has_the_time_in_china_nickname_and_text() -> None:
    assert print_events(make_chat(), make_gift()).splitlines() == [
        "20:00:01 小明: 你好",
        "20:00:02 小红 sent 小心心 x3",
    ]


def test_frequent_kinds_are_shown_on_request() -> None:
    events = [LIKE, VIEWERS, Member(create_time=get_time(3)), GAP]
    assert print_events(*events).count("\n") == 1
    assert "gap of 3.0 s" in print_events(*events)
    assert print_events(make_chat(), *events, kinds="like,room_user_seq").count("\n") == 2


def test_steps_of_a_combo_are_no_lines() -> None:
    steps = [make_gift(repeat_count=n, repeat_end=n == 3) for n in (1, 2, 3)]
    assert print_events(*steps).splitlines() == ["20:00:02 小红 sent 小心心 x3"]


def test_lines_beyond_the_limit_are_counted() -> None:
    console = Console(file=StringIO(), width=120)
    view = View(console)
    sink = view.make_sink()
    sink.open(ROOM)
    sink.write([make_chat(str(n)) for n in range(10 * LINES_A_SECOND)])
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().count("\n") == LINES_A_SECOND
    assert f"{9 * LINES_A_SECOND} lines not shown" in sink.collect_status()


def test_the_status_line_counts_events() -> None:
    view = View(Console(file=StringIO()))
    sink = view.make_sink()
    sink.open(ROOM)
    sink.write(
        [make_chat(), make_chat(), make_gift(repeat_end=False), make_gift(), LIKE, VIEWERS, GAP]
    )
    name, *cells = sink.collect_status()
    assert name == "主播"
    assert cells[:4] == ["88 viewers", "1200 likes", "2 chats", "3 gifts"]
    assert cells[-1] == "1 gaps"


def test_with_several_rooms_each_line_names_its_own() -> None:
    console = Console(file=StringIO(), width=120)
    view = View(console)
    for name in ("one", "two"):
        sink = view.make_sink()
        sink.open(replace(ROOM, nickname=name))
    sink.write([make_chat()])
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == "20:00:01 [two] 小明: 你好\n"


def test_a_terminal_is_left_as_it_was() -> None:
    text = print_events(make_chat(), terminal=True)
    assert "小明: 你好" in text
    assert text.endswith("\x1b[?25h") or text.count("\x1b[?25l") == text.count("\x1b[?25h")


@given(text=evil_text)
@example(text=" ")  # a nickname without any visible character: no blank stands for it
@example(text="a  b")
def test_no_text_moves_the_cursor_or_is_markup(text: str) -> None:
    line = print_events(make_chat(f"[{text}]", nickname=text))
    assert line.count("\n") == 1
    assert not set(line) & set("\x1b\x9b\x07\r\x00\u202e\u2066\u200b\u2028")
    if text.isascii() and text.isprintable() and len(text) < MAX_TEXT // 3:
        assert line == f"20:00:01 {' '.join(f'{text}: [{text}]'.split())}\n"
