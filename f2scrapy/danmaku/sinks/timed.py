"""Write files for players, with each event at its position in a video."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from f2scrapy.danmaku.clock import Clock, Now, build_open_clock, read_now
from f2scrapy.danmaku.gifts import ComboMerger
from f2scrapy.danmaku.messages import Chat, Event, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.danmaku.words import Language

_START = re.compile(rb"start=(\d{4}-[\dT:.+-]+)")


@dataclass(frozen=True)
class Look:
    """The look of texts on the picture, and their language."""

    width: int = 1920  # px of the canvas; players scale it to the picture
    height: int = 1080
    size: float = 1.0  # of letters, beside the usual size
    seconds: float = 12.0  # that a text takes to cross the picture
    opacity: float = 1.0  # 0 = not visible
    language: Language = "en"


DEFAULT_LOOK = Look()


class TimedSink(ABC):
    """The base of files with chats and gifts; time 0 is that of `clock`.

    `clock` None = time 0 is the first start of the file. A combo of gifts appears once, with its
    final count; if the combo has no end message, the line is written later than its neighbours.
    An event without time has the time of the one before. `written` is the number of lines.
    """

    blocks: ClassVar = True
    suffix: ClassVar[str]
    foot: ClassVar = b""

    def __init__(
        self,
        base: Path,
        clock: Clock | None = None,
        look: Look = DEFAULT_LOOK,
        now: Now = read_now,
    ) -> None:
        self._look, self._now = look, now
        self._path = base.with_name(f"{base.name}{self.suffix}")
        self._clock = clock
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._combos = ComboMerger()
        self.written = 0

    def open(self, room: Room) -> None:
        now = self._now()
        self._lines = LineFile(
            self._path, self.format_header(room, f"start={now.isoformat()}"), self.foot
        )
        begun = _START.search(self._lines.read_start())
        start = datetime.fromisoformat(begun[1].decode()) if begun else now
        self._clock = self._clock or build_open_clock(start)

    def write(self, events: Sequence[Event]) -> None:
        self._append(self._combos.merge(events))

    def close(self) -> None:
        try:
            self._append(self._combos.close())
        finally:
            self._lines.close()

    def _append(self, events: Iterable[Event]) -> None:
        rows = list(self._format_rows(events))
        self._lines.append("".join(rows).encode())
        self.written += len(rows)

    @abstractmethod
    def format_header(self, room: Room, start: str) -> bytes:
        """Return the beginning of the file, with `start` before any text of strangers."""

    @abstractmethod
    def format_chat(self, seconds: float, event: Chat) -> str:
        """Return the line of a chat."""

    @abstractmethod
    def format_gift(self, seconds: float, event: Gift) -> str:
        """Return the line of a gift."""

    def _format_rows(self, events: Iterable[Event]) -> Iterator[str]:
        assert self._clock
        for event in events:
            self._latest = moment = event.moment or self._latest
            seconds = self._clock(moment)
            if seconds is None:
                continue
            if isinstance(event, Chat):
                yield self.format_chat(seconds, event)
            elif isinstance(event, Gift):
                yield self.format_gift(seconds, event)
