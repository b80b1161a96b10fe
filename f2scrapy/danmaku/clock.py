"""Clock: from the time of an event to the place in a video where it belongs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

Clock = Callable[[datetime], float | None]  # s from the video's start; None = not within it


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """At this moment a recording was at this place: a journal's line of kind "clock".

    A segment has one mark at its start, one at its end, and as many between as are known.
    """

    server_time: datetime  # aware, UTC
    segment: str  # the name of its file, without suffix
    media_ms: int  # from the start of the segment

    @classmethod
    def read(cls, fact: dict[str, Any]) -> Self:
        """From a line of a journal.

        Raises:
            ValueError, KeyError: it is none.
        """
        moment = datetime.fromisoformat(fact["server_time"])
        return cls(moment, str(fact["segment"]), int(fact["media_ms"]))

    def fact(self) -> dict[str, Any]:
        """As a line of a journal."""
        time = self.server_time.isoformat()
        values = {"segment": self.segment, "server_time": time, "media_ms": self.media_ms}
        return {"kind": "clock", **values}


def since(start: datetime) -> Clock:
    """The clock of a video that was begun at `start` and is still going on."""

    def place(moment: datetime) -> float | None:
        seconds = (moment - start).total_seconds()
        return seconds if seconds >= 0 else None

    return place


def within(segment: str, marks: Iterable[Mark]) -> Clock:
    """The clock of one segment of a recording: straight between its marks, nothing outside them."""
    own = sorted(mark for mark in marks if mark.segment == segment)
    times = [mark.server_time for mark in own]

    def place(moment: datetime) -> float | None:
        after = min(bisect_right(times, moment), len(own) - 1)
        if not own or not times[0] <= moment <= times[-1]:
            return None
        first, last = own[max(after - 1, 0)], own[after]
        span = (last.server_time - first.server_time).total_seconds()
        part = (moment - first.server_time).total_seconds() / span if span else 0.0
        return (first.media_ms + part * (last.media_ms - first.media_ms)) / 1000

    return place


def segments(marks: Iterable[Mark]) -> list[str]:
    """The segments these marks are of, in their order."""
    return list(dict.fromkeys(mark.segment for mark in sorted(marks)))
