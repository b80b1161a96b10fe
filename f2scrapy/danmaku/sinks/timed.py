"""Timed: files for players, in which an event stands at its place in a video."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from f2scrapy.danmaku.clock import Clock, since
from f2scrapy.danmaku.messages import Chat, Event, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import counts_whole
from f2scrapy.danmaku.sinks.lines import Lines

_START = re.compile(rb"start=(\d{4}-[\dT:.+-]+)")


class Timed(ABC):
    """What people say and give, at `clock`'s place; None = counted from when the file was begun.

    A combo of gifts appears once, with its final count.
    """

    blocks: ClassVar = True
    suffix: ClassVar[str]
    foot: ClassVar = b""

    def __init__(self, base: Path, clock: Clock | None = None) -> None:
        self._path = base.with_name(f"{base.name}{self.suffix}")
        self._clock = clock
        self._latest = datetime.min.replace(tzinfo=UTC)

    def open(self, room: Room) -> None:
        now = datetime.now(UTC)
        self._lines = Lines(self._path, self.head(room, f"start={now.isoformat()}"), self.foot)
        begun = _START.search(self._lines.start())
        start = datetime.fromisoformat(begun[1].decode()) if begun else now
        self._clock = self._clock or since(start)

    def write(self, events: Sequence[Event]) -> None:
        self._lines.append("".join(self._rows(events)).encode())

    def close(self) -> None:
        self._lines.close()

    @abstractmethod
    def head(self, room: Room, start: str) -> bytes:
        """How the file begins; `start` has to stand in it before anything a stranger wrote."""

    @abstractmethod
    def chat(self, seconds: float, event: Chat) -> str:
        """The line of what somebody said."""

    @abstractmethod
    def gift(self, seconds: float, event: Gift) -> str:
        """The line of what somebody gave."""

    def _rows(self, events: Sequence[Event]) -> Iterator[str]:
        assert self._clock
        for event in events:
            self._latest = moment = event.create_time or self._latest
            seconds = self._clock(moment)
            if seconds is None:
                continue
            if isinstance(event, Chat):
                yield self.chat(seconds, event)
            elif isinstance(event, Gift) and counts_whole(event):
                yield self.gift(seconds, event)
