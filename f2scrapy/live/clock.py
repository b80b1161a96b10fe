"""Map stream times to wall-clock times, and wall-clock times to places in a recording's files."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from f2scrapy.live.pace import Point, Sample, Stretch, build_points
from f2scrapy.model.endpoint import get_path

_LONGEST_STEP_MS = 3_600_000  # after a longer step of the stream, its clock is another one
_MAX_STRETCHES = 64  # the last ones, for the segments that are still open
_SHOWN_S = 0.005
_JITTER_S = 0.25  # an arrival earlier by less than this is network jitter
_BURST_S = 2.0  # without an earlier arrival for this long, the first burst is over
_EARLY_TOLERANCE_S = 0.5  # an arrival earlier by more than this belongs to another clock
_MAX_AHEAD_S = 86_400  # a clock of the platform further from ours is none


def read_server_ahead(answer: Mapping[str, Any], moment: float) -> float | None:
    """Return the seconds by which the platform's clock is ahead of ours; None if not plausible.

    Answers about live rooms of both platforms have `extra.now`, in ms. `moment` is the time of the
    answer in s since 1970 by our clock.
    """
    now = get_path(answer, "extra.now")
    if not isinstance(now, int | float):
        return None
    earliest, latest = (moment - _MAX_AHEAD_S) * 1000, (moment + _MAX_AHEAD_S) * 1000
    return now / 1000 - moment if earliest < now < latest else None


class Clock:
    """Estimates when each moment of a stream was made, from the earliest arrivals.

    A connection begins with a burst of older data, and the network may be late, but nothing arrives
    before it is made. The clock may drift, and run at another pace than ours.
    """

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []
        self._points: list[Point] = []  # [] = outdated
        self._earliest = (float("inf"), 0.0)  # (s to add, s since 1970 of the first such arrival)

    def observe(self, made_ms: int, arrival: float) -> None:
        """Record that data made at `made_ms` of the stream arrived at `arrival` (s since 1970)."""
        offset = arrival - made_ms / 1000
        if offset < self._earliest[0] - _JITTER_S:
            self._earliest = (offset, arrival)
        latest = self._stretches[-1].latest_ms if self._stretches else None
        if latest is None or made_ms - latest > _LONGEST_STEP_MS:
            self._stretches.append(Stretch())
        if later := self._stretches[-1].observe(Sample(made_ms, arrival)):
            self._stretches.append(later)
        del self._stretches[:-_MAX_STRETCHES]
        self._points = []

    def is_too_early(self, made_ms: int, arrival: float) -> bool:
        """Return whether the data arrived before it can have been made; False during a burst."""
        is_sure = bool(self._stretches) and arrival - self._earliest[1] >= _BURST_S
        return is_sure and arrival < self.to_wall_time(made_ms) - _EARLY_TOLERANCE_S

    def to_wall_time(self, time_ms: int) -> float:
        """Return when a moment of the stream was made, in s since 1970 by our clock."""
        points = self._points = self._points or build_points(self._stretches)
        index = bisect_right(points, time_ms, key=lambda point: point.ms)
        before, after = points[max(0, index - 1)], points[min(index, len(points) - 1)]
        if after.is_linked and after is not before:
            part = (time_ms - before.ms) / (after.ms - before.ms)
            return before.wall + part * (after.wall - before.wall)
        nearest = min(before, after, key=lambda point: abs(point.ms - time_ms))
        return nearest.wall + (time_ms - nearest.ms) / 1000 * nearest.pace

    def list_points(self, start_ms: int, end_ms: int) -> list[tuple[float, float]]:
        """Return the points (s of media, s since 1970) of a segment; the first is its start.

        Those are left out that are where our clock would be, counting from the point before.
        """
        start = self.to_wall_time(start_ms)
        between = [point.ms for point in self._points if start_ms < point.ms < end_ms]
        found = [(0.0, start)]
        for ms in (*between, end_ms):
            seconds, wall = (ms - start_ms) / 1000, self.to_wall_time(ms)
            if abs(wall - found[-1][1] - (seconds - found[-1][0])) > _SHOWN_S:
                found.append((seconds, wall))
        return found


class Span(NamedTuple):
    """A segment in wall-clock time."""

    file: str
    seconds: float
    points: Sequence[tuple[float, float]]  # seconds of media, s since 1970

    @property
    def start(self) -> float:
        return self.points[0][1]

    @property
    def end(self) -> float:
        """Wall-clock time of the last moment."""
        media, wall = self.points[-1]
        return wall + self.seconds - media


class ClockMap:
    """Finds the place of a wall-clock moment in a recording's files, to align danmaku.

    ClockMap.read(Path("…_session.json")).locate(message.time.timestamp())
    """

    def __init__(self, spans: Sequence[Span], server_ahead: float = 0.0) -> None:
        self.spans = sorted(spans, key=lambda span: span.start)
        self.server_ahead = server_ahead  # s by which the platform's clock is ahead of ours

    @classmethod
    def read(cls, path: Path) -> ClockMap:
        """Read the map from a recording's session file."""
        session = json.loads(path.read_text("utf-8"))
        rows = (row for row in session["segments"] if row["clock"])
        spans = [Span(row["file"], row["seconds"], [*map(tuple, row["clock"])]) for row in rows]
        return cls(spans, session["server_ahead"] or 0.0)

    def locate(self, moment: float, *, local: bool = False) -> tuple[str, float] | None:
        """Return the file and the seconds in it of a moment (s since 1970); None if no file has it.

        `moment` is by the platform's clock, with `local` by ours. Of two overlapping segments the
        later one is returned.
        """
        wall = moment if local else moment - self.server_ahead
        for span in reversed(self.spans):
            if span.start <= wall <= span.end:
                return span.file, _find_place(span.points, wall)
        return None


def _find_place(points: Sequence[tuple[float, float]], wall: float) -> float:
    """Return the seconds of media at a moment: linear between points, at our pace after them."""
    index = bisect_right(points, wall, key=lambda point: point[1])
    media, before = points[index - 1]
    if index == len(points):
        return media + wall - before
    later_media, after = points[index]
    return media + (wall - before) / (after - before) * (later_media - media)
