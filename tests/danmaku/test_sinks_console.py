"""The console view: what people asked to see, as plain text whatever a stranger wrote."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from hypothesis import given, settings
from rich.console import Console
from support.danmaku_events import ROOM, at, chat, evil, gift

from f2scrapy.danmaku.messages import Event, Gap, Like, Member, RoomUserSeq
from f2scrapy.danmaku.sinks.console import LINES_A_SECOND, SHOWN, View

LIKE = Like(count=3, total=1200, create_time=at(3))
VIEWERS = RoomUserSeq(total=88, total_user=4000, create_time=at(3))
GAP = Gap(began=at(1), ended=at(4), reason="the connection was lost")


def shown(*events: Event, kinds: str = "", terminal: bool = False) -> str:
    """What stands on the console after these."""
    console = Console(file=StringIO(), force_terminal=terminal, width=120, color_system=None)
    with View(console, frozenset(kinds.split(",")) if kinds else SHOWN) as view:
        sink = view.sink()
        sink.open(ROOM)
        sink.write(events)
        sink.close()
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_line_has_the_time_in_china_and_who_said_what() -> None:
    assert shown(chat(), gift()).splitlines() == [
        "20:00:01 小明: 你好",
        "20:00:02 小红 sent 小心心 x3",
    ]


def test_what_comes_by_the_hundred_is_shown_when_asked_for() -> None:
    events = [LIKE, VIEWERS, Member(create_time=at(3)), GAP]
    assert shown(*events).count("\n") == 1
    assert "gap of 3.0 s" in shown(*events)
    assert shown(chat(), *events, kinds="like,room_user_seq").count("\n") == 2


def test_steps_of_a_combo_are_no_lines() -> None:
    steps = [gift(repeat_count=n, repeat_end=n == 3) for n in (1, 2, 3)]
    assert shown(*steps).splitlines() == ["20:00:02 小红 sent 小心心 x3"]


def test_more_than_people_can_follow_is_counted() -> None:
    console = Console(file=StringIO(), width=120)
    view = View(console)
    sink = view.sink()
    sink.open(ROOM)
    sink.write([chat(str(n)) for n in range(10 * LINES_A_SECOND)])
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().count("\n") == LINES_A_SECOND
    assert f"{9 * LINES_A_SECOND} lines not shown" in sink.status()


def test_the_line_below_counts() -> None:
    view = View(Console(file=StringIO()))
    sink = view.sink()
    sink.open(ROOM)
    sink.write([chat(), chat(), gift(repeat_end=False), gift(), LIKE, VIEWERS, GAP])
    name, *cells = sink.status()
    assert name == "主播"
    assert cells[:4] == ["88 viewers", "1200 likes", "2 chats", "3 gifts"]
    assert cells[-1] == "1 gaps"


def test_with_several_rooms_each_line_names_its_own() -> None:
    console = Console(file=StringIO(), width=120)
    view = View(console)
    for name in ("one", "two"):
        sink = view.sink()
        sink.open(replace(ROOM, nickname=name))
    sink.write([chat()])
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == "20:00:01 [two] 小明: 你好\n"


def test_a_terminal_is_left_as_it_was() -> None:
    text = shown(chat(), terminal=True)
    assert "小明: 你好" in text
    assert text.endswith("\x1b[?25h") or text.count("\x1b[?25l") == text.count("\x1b[?25h")


@given(text=evil)
@settings(deadline=None)
def test_no_text_moves_the_cursor_or_is_markup(text: str) -> None:
    line = shown(chat(f"[{text}]", nickname=text))
    assert line.count("\n") == 1
    assert not set(line) & set("\x1b\x9b\x07\r\x00\u202e\u2066\u200b\u2028")
    if text.isascii() and text.isprintable():
        assert line == f"20:00:01 {' '.join(f'{text}: [{text}]'.split(' '))}\n"
