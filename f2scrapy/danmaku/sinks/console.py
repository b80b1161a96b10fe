"""Print events to the console, a line each; on a terminal with a status line for each room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import ClassVar, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from f2scrapy.danmaku.gifts import ComboMerger, Gifts
from f2scrapy.danmaku.messages import Event, Gift, Like, RoomUserSeq
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import sanitize
from f2scrapy.language import translate_message
from f2scrapy.text import CHINA, make_visible

# Events of users. The other kinds come by the hundred; the status line counts some of them.
DEFAULT_KINDS = frozenset(
    {
        *("chat", "emoji_chat", "screen_chat", "hot_chat", "question", "gift", "light_gift"),
        *("social", "fansclub", "subscription", "room", "control", "gap"),
    }
)
LINES_A_SECOND = 40  # people can follow them, but not read them all

_STYLES = {"chat": "", "gift": "yellow", "social": "magenta", "gap": "bold red", "control": "bold"}


class View:
    """The console, shared by all rooms: a context manager that makes a sink for each room.

    `kinds` are the kinds of events to show.
    """

    def __init__(self, console: Console, kinds: frozenset[str] = DEFAULT_KINDS) -> None:
        self.console = console
        self._kinds = kinds
        self._rooms: list[RoomLines] = []
        self._second = 0.0
        self._left = 0  # lines that may still be printed in this second
        self._live = Live(
            console=console,
            get_renderable=self._render_status,
            refresh_per_second=4,
            transient=True,
        )

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._live.stop()

    def make_sink(self) -> RoomLines:
        """Return the sink of one room."""
        return RoomLines(self)

    def add_room(self, room: RoomLines) -> None:
        self._rooms.append(room)

    def remove_room(self, room: RoomLines) -> None:
        self._rooms.remove(room)

    def is_shown(self, event: Event) -> bool:
        """Return True if the event is of a kind to show."""
        return event.kind in self._kinds

    def show(self, room: RoomLines, events: Sequence[Event]) -> None:
        """Print a line for each event, up to `LINES_A_SECOND`; count the others."""
        if monotonic() - self._second >= 1:
            self._second, self._left = monotonic(), LINES_A_SECOND
        printed = events[: self._left]
        self._left -= len(printed)
        prefix = f"[{room.name}] " if len(self._rooms) > 1 else ""
        for event in printed:
            self.console.print(_format_line(prefix, event), soft_wrap=True)
        room.left_out += len(events) - len(printed)

    def _render_status(self) -> Table:
        table = Table(show_header=False, box=None, padding=(0, 2), style="dim")
        for room in self._rooms:
            table.add_row(*map(Text, map(translate_message, room.collect_status())))
        return table


class RoomLines:
    """A sink: one room on the console."""

    blocks: ClassVar = False

    def __init__(self, view: View) -> None:
        self._view = view
        self._counts: Counter[str] = Counter()
        self._gifts = Gifts()
        self._combos = ComboMerger()
        self._messages = 0
        self._viewers = self._likes = 0
        self.name = ""
        self.left_out = 0  # lines that were not printed

    def open(self, room: Room) -> None:
        self.name = make_visible(room.nickname or room.web_rid or room.room_id)
        self._began = monotonic()
        self._view.add_room(self)

    def write(self, events: Sequence[Event]) -> None:
        self._messages += len(events)
        for event in events:
            self._counts[event.kind] += 1
            if isinstance(event, Gift):
                self._gifts.add(event)
            elif isinstance(event, RoomUserSeq):
                self._viewers = event.total
            elif isinstance(event, Like):
                self._likes = max(self._likes, event.total)
        self._show(self._combos.merge(events))

    def _show(self, events: Iterable[Event]) -> None:
        self._view.show(self, [event for event in events if self._view.is_shown(event)])

    def close(self) -> None:
        self._show(self._combos.close())
        self._view.remove_room(self)

    def collect_status(self) -> list[str]:
        """Return the cells of the status line: viewers, likes, messages a second, gaps …"""
        seconds = max(monotonic() - self._began, 1)
        counts = self._counts
        cells = [
            self.name,
            f"{self._viewers} viewers",
            f"{self._likes} likes",
            f"{counts['chat']} chats",
            f"{self._gifts.count} gifts",
            f"{self._messages / seconds:.0f}/s",
        ]
        cells += [f"{counts['gap']} gaps"] if counts["gap"] else []
        return cells + ([f"{self.left_out} lines not shown"] if self.left_out else [])


def _format_line(prefix: str, event: Event) -> Text:
    moment = (event.moment or datetime.now(UTC)).astimezone(CHINA)
    line = Text().append(f"{moment:%H:%M:%S} {prefix}", style="dim")
    return line.append(sanitize(event.text), style=_STYLES.get(event.kind, "cyan"))
