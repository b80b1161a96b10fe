"""Timeline: the times of a stream as long as they follow each other, and their clock."""

from __future__ import annotations

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Unit

JUMP_MS = 3000  # what may be missing: a stream that shows little sends little
_BACK_MS = 100  # by so much times go back where a stream is untidy
_SET_MS = 500  # from here on a step may be no pause, but a clock that was set
_LATE_MS = 500  # of sound behind the picture, where a clock was set between them


class Timeline:
    """Takes units until their times jump; what comes then belongs to another timeline.

    An encoder that begins anew, or is set, goes on with other times on the same connection
    (FLV; HLS tells of it). Nothing that is known of the times before holds for them.
    """

    def __init__(self, before: Timeline | None = None) -> None:
        self.clock = Clock()
        self._ends: dict[int, int] = {}  # track → ms of its last unit
        self._before = before._ends if before else {}

    def takes(self, unit: Unit, arrival: float) -> bool:
        """Whether a unit that came at `arrival` (s since 1970) follows those before it."""
        if self._ends and not self._follows(unit, arrival):
            return False
        self._ends[unit.track] = unit.time_ms
        self.clock.see(unit.made_ms, arrival)
        return True

    def is_behind(self, unit: Unit) -> bool:
        """Whether a unit still has the times from before the jump, as another track's may."""
        last = self._before.get(unit.track)
        behind = last is not None and 0 <= unit.time_ms - last <= _LATE_MS
        return behind and unit.track not in self._ends

    def _follows(self, unit: Unit, arrival: float) -> bool:
        """Sound and picture may lie apart by what may be missing; each goes on from where it was.

        A step that is a pause of the stream takes its time to come.
        """
        furthest = max(self._ends.values())
        back = self._ends.get(unit.track, furthest - JUMP_MS) - _BACK_MS
        step = unit.time_ms - furthest
        if unit.time_ms < back or step > JUMP_MS:
            return False
        return step < _SET_MS or not self.clock.too_early(unit.made_ms, arrival)
