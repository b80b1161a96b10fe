"""Clock: which moment of the world a moment of a stream is; and the map danmaku are laid out by."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from f2scrapy.model.endpoint import look

_WINDOW_MS = 60_000  # of a stream, for which one point is kept
_CREEP = 1e-4  # by so much a stream's clock may run slower than ours
_NOISE_S = 0.25  # what arrives sooner by less tells nothing new
_SURE_S = 2.0  # what nothing has beaten for so long is no burst any more
_EARLY_S = 0.5  # what arrives sooner by more is not of this clock


def ahead(page: Mapping[str, Any], moment: float) -> float | None:
    """Seconds by which the platform's clock is before ours; None = it is not told.

    The answers about live rooms of both platforms have it, in ms. `moment` is when it was told, in
    s since 1970 by our clock.
    """
    now = look(page, "extra.now")
    return now / 1000 - moment if isinstance(now, int | float) else None


class Clock:
    """Learns from when things arrive: what arrives soonest after it was made tells the most.

    A connection begins with a burst of what was made before, and the network may be late, but
    nothing arrives before it is made. One point for each minute follows clocks that drift.
    """

    def __init__(self) -> None:
        self._points: list[tuple[int, float]] = []  # ms of the stream, s to be added to it
        self._soonest = (float("inf"), 0.0)  # s to be added, and when that was first seen

    def see(self, made_ms: int, arrival: float) -> None:
        """What was made at `made_ms` of the stream came at `arrival` (s since 1970)."""
        offset = arrival - made_ms / 1000
        if offset < self._soonest[0] - _NOISE_S:
            self._soonest = (offset, arrival)
        if not self._points:
            self._points.append((made_ms, offset))
            return
        began, known = self._points[-1]
        if made_ms - began >= _WINDOW_MS:
            late = known + (made_ms - began) / 1000 * _CREEP
            self._points.append((made_ms, min(offset, late)))
        elif offset < known:
            self._points[-1] = (began, offset)

    def too_early(self, made_ms: int, arrival: float) -> bool:
        """Whether that came before it can have been made; a burst tells nothing of that."""
        sure = bool(self._points) and arrival - self._soonest[1] >= _SURE_S
        return sure and arrival < self.wall(made_ms) - _EARLY_S

    def wall(self, time_ms: int) -> float:
        """When that moment of the stream was made, in s since 1970 by our clock."""
        place = bisect_right(self._points, (time_ms, float("inf"))) - 1
        return time_ms / 1000 + self._points[max(0, place)][1]

    def between(self, start_ms: int, end_ms: int) -> list[tuple[float, float]]:
        """Points of a segment: seconds of media, s since 1970; the first is its beginning."""
        inside = [ms for ms, _ in self._points if start_ms < ms < end_ms]
        return [((ms - start_ms) / 1000, self.wall(ms)) for ms in (start_ms, *inside)]


class Span(NamedTuple):
    """One segment in the world's time."""

    file: str
    seconds: float
    points: Sequence[tuple[float, float]]  # seconds of media, s since 1970

    @property
    def start(self) -> float:
        return self.points[0][1]

    @property
    def end(self) -> float:
        """When its last moment was made."""
        media, wall = self.points[-1]
        return wall + self.seconds - media


class ClockMap:
    """Where in a recording's files a moment of the world is; what danmaku are laid out by.

    ClockMap.read(Path("…_session.json")).place(message.time.timestamp())
    """

    def __init__(self, spans: Sequence[Span], ahead: float = 0.0) -> None:
        self.spans = sorted(spans, key=lambda span: span.start)
        self.ahead = ahead  # seconds by which the platform's clock is before ours

    @classmethod
    def read(cls, path: Path) -> ClockMap:
        """The map of a recording's session file."""
        told = json.loads(path.read_text("utf-8"))
        rows = (row for row in told["segments"] if row["clock"])
        spans = [Span(row["file"], row["seconds"], [*map(tuple, row["clock"])]) for row in rows]
        return cls(spans, told["server_ahead"] or 0.0)

    def place(self, moment: float, *, local: bool = False) -> tuple[str, float] | None:
        """File and seconds in it of a moment in s since 1970; None = no file has it.

        `moment` is by the platform's clock; with `local` by ours. Where two segments overlap, the
        later one has it.
        """
        wall = moment if local else moment - self.ahead
        for span in reversed(self.spans):
            if span.start <= wall <= span.end:
                nearest = [point for point in span.points if point[1] <= wall][-1]
                return span.file, nearest[0] + wall - nearest[1]
        return None
