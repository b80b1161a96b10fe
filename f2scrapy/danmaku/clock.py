"""Convert the time of an event to its position in a video."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

Clock = Callable[[datetime], float | None]  # s from the video's start; None = outside of it
Now = Callable[[], datetime]  # aware, UTC


def read_now() -> datetime:
    """Return the time of this machine, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The position of a recording at one moment: a journal entry of kind "clock".

    A segment has one mark at its start, one at its end, and as many between as are known.
    """

    server_time: datetime  # aware, UTC
    segment: str  # the name of its file, without suffix
    media_ms: int  # from the start of the segment

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> Self:
        """Return the mark of a journal entry.

        Raises:
            ValueError, KeyError: the entry is no mark.
        """
        moment = datetime.fromisoformat(entry["server_time"])
        return cls(moment, str(entry["segment"]), int(entry["media_ms"]))

    def as_dict(self) -> dict[str, Any]:
        """Return the mark as a journal entry."""
        time = self.server_time.isoformat()
        values = {"segment": self.segment, "server_time": time, "media_ms": self.media_ms}
        return {"kind": "clock", **values}


def build_open_clock(start: datetime) -> Clock:
    """Return the clock of a video that begins at `start` and has no end yet."""

    def locate(moment: datetime) -> float | None:
        seconds = (moment - start).total_seconds()
        return seconds if seconds >= 0 else None

    return locate


def build_segment_clock(segment: str, marks: Iterable[Mark]) -> Clock:
    """Return the clock of one segment: linear between its marks, None outside them."""
    own = sorted(mark for mark in marks if mark.segment == segment)
    times = [mark.server_time for mark in own]

    def locate(moment: datetime) -> float | None:
        after = min(bisect_right(times, moment), len(own) - 1)
        if not own or not times[0] <= moment <= times[-1]:
            return None
        first, last = own[max(after - 1, 0)], own[after]
        span = (last.server_time - first.server_time).total_seconds()
        part = (moment - first.server_time).total_seconds() / span if span else 0.0
        return (first.media_ms + part * (last.media_ms - first.media_ms)) / 1000

    return locate


def collect_segments(marks: Iterable[Mark]) -> list[str]:
    """Return the names of the segments that have marks, in order of time."""
    return list(dict.fromkeys(mark.segment for mark in sorted(marks)))
