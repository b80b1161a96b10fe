"""Keep a stream's times while they are continuous, and their clock."""

from __future__ import annotations

from dataclasses import replace

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Fragment

JUMP_MS = 3000  # a longer step is a jump; streams with little content send little
_MAX_STEP_BACK_MS = 100  # a shorter step back is tolerated: some streams are out of order
_SUSPECT_STEP_MS = 500  # a longer step is a pause or a clock that was set
_MAX_LAG_MS = 500  # lag of audio behind video, if a clock was set between them
_MAX_WAIT_MS = 5000  # of the stream or of ours, until the other tracks show whether they jump, too
_MAX_WAITING = 5000  # fragments that wait for that


class Timeline:
    """Places fragments on one time axis until the times of all tracks jump.

    Each track has an offset of its own: sound and picture may have two clocks (FLV, reports of
    2024-2026). If one track jumps and the others go on, it is moved to its place among them. If all
    jump, as after a restart of the encoder, the fragments after that belong to another timeline:
    the clock of the times before does not apply to them. (In HLS the playlist marks it.)
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.waiting: list[tuple[Fragment, float]] = []  # after a jump, with their arrivals
        self.has_jumped = False  # all tracks have jumped: `waiting` belongs to another timeline
        self._ends: dict[int, int] = {}  # track → ms of its last fragment, in its place
        self._offsets: dict[int, int] = {}  # track → ms to add
        self._latest: dict[int, int] = {}  # track → latest ms of all tracks at its last fragment
        self._steps: dict[int, int] = {}  # track → ms between its last two fragments
        self._jumped_at = 0  # latest ms of all tracks at the jump

    def place(self, fragment: Fragment, arrival: float) -> list[Fragment]:
        """Return the fragments that can be written now, with their places as times.

        After a jump, fragments wait until the other tracks show whether they jump, too. `arrival`
        is in s since 1970.
        """
        placed = self._move(fragment)
        if fragment.track not in self._get_waiting_tracks() and (
            self._is_continuous(placed, arrival) or self._align_track(placed)
        ):
            placed = self._move(fragment)
            self._accept(placed, arrival)
            return [placed, *(self.end_waiting() if self._is_decided(placed) else ())]
        if not self.waiting:
            self._jumped_at = max(self._ends.values())
        self.waiting.append((fragment, arrival))
        self.has_jumped = self._get_waiting_tracks() >= {*self._ends} or self._has_waited()
        return []

    def end_waiting(self) -> list[Fragment]:
        """Move the tracks that have jumped to their places; return their fragments."""
        waiting, self.waiting, self.has_jumped = self.waiting, [], False
        placed: list[Fragment] = []
        seen: set[int] = set()
        for one, arrival in waiting:
            if one.track in seen:
                placed += self.place(one, arrival)
            else:
                placed.append(self._move_jumped(one, arrival))
            seen.add(one.track)
        return placed

    def _move_jumped(self, first: Fragment, arrival: float) -> Fragment:
        """Place the first fragment of a track that has jumped, as long after its last as usual."""
        track = first.track
        went_on = max(self._steps.get(track, 0), self._jumped_at - self._latest[track])
        self._offsets[track] = self._ends[track] + went_on - first.time_ms
        placed = replace(self._move(first), duration_ms=min(first.duration_ms, went_on))
        self._accept(placed, arrival)
        return placed

    def _move(self, fragment: Fragment) -> Fragment:
        offset = self._offsets.get(fragment.track, 0)
        return replace(fragment, time_ms=fragment.time_ms + offset) if offset else fragment

    def _accept(self, placed: Fragment, arrival: float) -> None:
        if placed.track in self._ends:
            self._steps[placed.track] = max(0, placed.time_ms - self._ends[placed.track])
        self._ends[placed.track] = placed.time_ms
        self._latest[placed.track] = max(self._ends.values())
        self.clock.observe(placed.made_ms, arrival)

    def _get_waiting_tracks(self) -> set[int]:
        return {one.track for one, _ in self.waiting}

    def _is_decided(self, placed: Fragment) -> bool:
        """Return whether a track has gone on for so long that it cannot be from before the jump."""
        return bool(self.waiting) and placed.time_ms - self._jumped_at > _MAX_LAG_MS

    def _has_waited(self) -> bool:
        """Return whether the other tracks have been silent for too long to wait for them."""
        (first, began), (last, now) = self.waiting[0], self.waiting[-1]
        is_late = last.track == first.track and last.time_ms - first.time_ms > _MAX_WAIT_MS
        return is_late or now - began > _MAX_WAIT_MS / 1000 or len(self.waiting) > _MAX_WAITING

    def _align_track(self, placed: Fragment) -> bool:
        """Give a track that is new, and far from the others, their time; False if it is known."""
        if placed.track in self._ends:
            return False
        self._offsets[placed.track] = max(self._ends.values()) - placed.time_ms
        return True

    def _is_continuous(self, placed: Fragment, arrival: float) -> bool:
        """Return whether a fragment continues its track.

        Audio and video may be apart by up to JUMP_MS; each continues from its own last time. A
        longer step than _SUSPECT_STEP_MS is a pause only if the fragment took that time to arrive.
        """
        if not self._ends:
            return True
        latest = max(self._ends.values())
        earliest = self._ends.get(placed.track, latest - JUMP_MS) - _MAX_STEP_BACK_MS
        step = placed.time_ms - latest
        if placed.time_ms < earliest or step > JUMP_MS:
            return False
        return step < _SUSPECT_STEP_MS or not self.clock.is_too_early(placed.made_ms, arrival)
