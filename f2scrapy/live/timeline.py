"""Keep a stream's times while they are continuous, and their clock."""

from __future__ import annotations

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Fragment

JUMP_MS = 3000  # a longer step is a jump; streams with little content send little
_MAX_STEP_BACK_MS = 100  # a shorter step back is tolerated: some streams are out of order
_SUSPECT_STEP_MS = 500  # a longer step is a pause or a clock that was set
_MAX_LAG_MS = 500  # lag of audio behind video, if a clock was set between them


class Timeline:
    """Accepts fragments until their times jump; later ones belong to another timeline.

    An encoder that restarts, or sets its clock, continues with other times on the same connection
    (FLV; in HLS the playlist marks it). The clock of the times before does not apply to them.
    """

    def __init__(self, before: Timeline | None = None) -> None:
        self.clock = Clock()
        self._ends: dict[int, int] = {}  # track → ms of its last fragment
        self._before = before._ends if before else {}

    def accept(self, fragment: Fragment, arrival: float) -> bool:
        """Accept a fragment that arrived at `arrival` (s since 1970); False if its time jumps."""
        if self._ends and not self._is_continuous(fragment, arrival):
            return False
        self._ends[fragment.track] = fragment.time_ms
        self.clock.observe(fragment.made_ms, arrival)
        return True

    def is_behind(self, fragment: Fragment) -> bool:
        """Return whether a fragment still has times from before the jump, e.g. on another track."""
        last = self._before.get(fragment.track)
        is_behind = last is not None and 0 <= fragment.time_ms - last <= _MAX_LAG_MS
        return is_behind and fragment.track not in self._ends

    def _is_continuous(self, fragment: Fragment, arrival: float) -> bool:
        """Return whether a fragment continues its track.

        Audio and video may be apart by up to JUMP_MS; each continues from its own last time. A
        longer step than _SUSPECT_STEP_MS is a pause only if the fragment took that time to arrive.
        """
        latest = max(self._ends.values())
        earliest = self._ends.get(fragment.track, latest - JUMP_MS) - _MAX_STEP_BACK_MS
        step = fragment.time_ms - latest
        if fragment.time_ms < earliest or step > JUMP_MS:
            return False
        return step < _SUSPECT_STEP_MS or not self.clock.is_too_early(fragment.made_ms, arrival)
