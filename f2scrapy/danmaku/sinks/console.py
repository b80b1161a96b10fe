"""Console: what happens in the rooms, line by line; on a terminal above a line for each room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import ClassVar, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Event, Gift, Like, RoomUserSeq
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import counts_whole, shown
from f2scrapy.text import CHINA, make_visible

# What people say, give and do. The rest comes by the hundred, and the line below counts some of it.
SHOWN = frozenset(
    {
        *("chat", "emoji_chat", "screen_chat", "hot_chat", "question", "gift", "light_gift"),
        *("social", "fansclub", "subscription", "room", "control", "gap"),
    }
)
LINES_A_SECOND = 40  # what people can follow, and more than they can read

_STYLES = {"chat": "", "gift": "yellow", "social": "magenta", "gap": "bold red", "control": "bold"}


class View:
    """The console, shared by all rooms; use it as a context, and `sink` for each room.

    `kinds` are the kinds of events to show.
    """

    def __init__(self, console: Console, kinds: frozenset[str] = SHOWN) -> None:
        self.console = console
        self._kinds = kinds
        self._rooms: list[RoomLines] = []
        self._second = 0.0
        self._left = 0  # lines this second may still have
        self._live = Live(
            console=console, get_renderable=self._status, refresh_per_second=4, transient=True
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

    def sink(self) -> RoomLines:
        """What shows the events of one room."""
        return RoomLines(self)

    def opened(self, room: RoomLines) -> None:
        self._rooms.append(room)

    def closed(self, room: RoomLines) -> None:
        self._rooms.remove(room)

    def shows(self, event: Event) -> bool:
        """Whether an event is shown: its kind is, and it is no step of a combo that goes on."""
        return event.kind in self._kinds and counts_whole(event)

    def show(self, room: RoomLines, events: Sequence[Event]) -> None:
        """Print a line for each, as long as people can follow; then, how many more there were."""
        if monotonic() - self._second >= 1:
            self._second, self._left = monotonic(), LINES_A_SECOND
        told = events[: self._left]
        self._left -= len(told)
        where = f"[{room.name}] " if len(self._rooms) > 1 else ""
        for event in told:
            self.console.print(_line(where, event), soft_wrap=True)
        room.left_out += len(events) - len(told)

    def _status(self) -> Table:
        table = Table(show_header=False, box=None, padding=(0, 2), style="dim")
        for room in self._rooms:
            table.add_row(*map(Text, room.status()))
        return table


class RoomLines:
    """A sink: one room on the console."""

    blocks: ClassVar = False

    def __init__(self, view: View) -> None:
        self._view = view
        self._counts: Counter[str] = Counter()
        self._gifts = Gifts()
        self._messages = 0
        self._viewers = self._likes = 0
        self.name = ""
        self.left_out = 0  # lines there was no time for

    def open(self, room: Room) -> None:
        self.name = make_visible(room.nickname or room.web_rid or room.room_id)
        self._began = monotonic()
        self._view.opened(self)

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
        self._view.show(self, [event for event in events if self._view.shows(event)])

    def close(self) -> None:
        self._view.closed(self)

    def status(self) -> list[str]:
        """How it goes: viewers, likes, messages a second since the start, what was missed."""
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


def _line(where: str, event: Event) -> Text:
    moment = (event.create_time or datetime.now(UTC)).astimezone(CHINA)
    line = Text().append(f"{moment:%H:%M:%S} {where}", style="dim")
    return line.append(shown(event.text), style=_STYLES.get(event.kind, "cyan"))
