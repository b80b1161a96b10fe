"""Keep a stream's times while they are continuous, and their clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Fragment

JUMP_MS = 3000  # a longer step is a jump; streams with little content send little
_MAX_STEP_BACK_MS = 100  # a shorter step back is tolerated: some streams are out of order
_SUSPECT_STEP_MS = 500  # a longer step is a pause or a clock that was set
_MAX_LAG_MS = 500  # lag of audio behind video, if a clock was set between them
_LEAP = 1.5  # usual steps; a longer one is that from a B-frame to the next picture but one
_MAX_WAIT_MS = 5000  # of the stream or of ours, until the other tracks show whether they jump, too
_MAX_WAITING = 5000  # fragments that wait for that


class Timeline:
    """Places fragments on one time axis until the times of all tracks jump.

    Each track has an offset of its own: sound and picture may have two clocks (FLV, reports of
    2024-2026). If one track jumps and the others go on, it is moved to its place among them. If all
    jump, as after a restart of the encoder, the fragments after that belong to another timeline:
    the clock of the times before does not apply to them. A few times that are wrong by themselves,
    such as 0 on each key frame, are replaced. (In HLS the playlist marks a jump.)
    """

    def __init__(self, before: Timeline | None = None, arrival: float = 0.0) -> None:
        """Begin, after the timeline `before` that ended with a jump of all tracks at `arrival`."""
        self.clock = Clock()
        self._inherited = before._offsets if before else {}
        self._lag_ms = before._measure_lag(arrival) if before else 0
        self.waiting: list[tuple[Fragment, float]] = []  # after a jump, with their arrivals
        self.has_jumped = False  # all tracks have jumped: `waiting` belongs to another timeline
        self.ends_soon = False  # the next entry belongs to another timeline
        self._ends: dict[int, int] = {}  # track → ms of its last fragment, in its place
        self._arrivals: dict[int, float] = {}  # track → when that arrived, in s since 1970
        self._offsets: dict[int, int] = {}  # track → ms to add
        self._latest: dict[int, int] = {}  # track → latest ms of all tracks at its last fragment
        self._steps: dict[int, int] = {}  # track → ms between its last two fragments
        # track → its time; when it came: latest of all, and ms by which it was behind that
        self._still: dict[int, tuple[int, int, int]] = {}
        self._own_offsets: dict[int, int] = {}  # of tracks whose times stand still, before that
        self._jumped_at = 0  # latest ms of all tracks at the jump

    def place(self, fragment: Fragment, arrival: float) -> list[Fragment]:
        """Return the fragments that can be written now, with their places as times.

        After a jump, fragments wait until the other tracks show whether they jump, too. `arrival`
        is in s since 1970.
        """
        self._inherit(fragment)
        self._follow_others(fragment)
        placed, waiting = self._move(fragment), self._list_waiting(fragment.track)
        if self.ends_soon and fragment.is_entry:
            self.waiting.append((fragment, arrival))
            self.has_jumped = True
            return []
        if waiting and (
            self._has_returned(placed, waiting[-1], arrival) or self._was_in_order(waiting, placed)
        ):
            *filled, placed = self._fill_times(waiting, placed)
            return [*filled, *self._go_on(placed, arrival)]
        if not waiting and (self._is_continuous(placed, arrival) or self._align_track(placed)):
            return self._go_on(self._move(fragment), arrival)
        if not self.waiting:
            self._jumped_at = max(self._ends.values())
        self.waiting.append((fragment, arrival))
        is_sure = (
            bool(waiting)
            and self._get_waiting_tracks() >= {*self._ends}
            and not self._is_just_behind(placed)
        )
        self.has_jumped = is_sure or self._has_waited()
        return []

    def find_start_ms(self, first: Fragment, arrival: float) -> int:
        """Return where a segment that goes on with `first` begins: a track may lag behind it.

        What follows of that track would be from before the beginning, and dropped.
        """
        if not self._ends.keys() - {first.track}:
            return first.time_ms - self._lag_ms
        earliest = min(self._list_following(arrival, first.track), default=first.time_ms)
        return earliest if 0 < first.time_ms - earliest <= JUMP_MS else first.time_ms

    def _list_following(self, arrival: float, beside: int) -> list[int]:
        """Return where the tracks go on that have sent something lately, without one of them."""
        return [
            end + self._steps.get(track, 0)
            for track, end in self._ends.items()
            if arrival - self._arrivals[track] < JUMP_MS / 1000 and track != beside
        ]

    def _measure_lag(self, arrival: float) -> int:
        """Return by how many ms a track lags behind the others, at most."""
        latest = max(self._ends, key=self._ends.__getitem__, default=0)
        earliest = min(self._list_following(arrival, latest), default=self._ends.get(latest, 0))
        lag = self._ends.get(latest, 0) - earliest
        return lag if 0 < lag <= JUMP_MS else 0

    def end_waiting(self) -> list[Fragment]:
        """Move the tracks that have jumped to their places; return their fragments."""
        waiting, self.waiting, self.has_jumped = self.waiting, [], False
        last = {one.track: one for one, _ in waiting}
        placed: list[Fragment] = []
        seen: set[int] = set()
        for one, arrival in waiting:
            if one.track in seen:
                placed += self.place(one, arrival)
            else:
                placed.append(self._move_jumped(one, last[one.track], arrival))
            seen.add(one.track)
        return placed

    def end_before_entry(self) -> list[Fragment]:
        """Return what waits before the first entry, and must stay in the file before the jump.

        Without an entry that is all, and the next one ends the timeline.
        """
        entries = [index for index, (one, _) in enumerate(self.waiting) if one.is_entry]
        first = entries[0] if entries else len(self.waiting)
        rest, self.waiting = self.waiting[first:], self.waiting[:first]
        placed = self.end_waiting()
        self.waiting += rest
        self.has_jumped, self.ends_soon = bool(rest), True
        return placed

    def skip_lost_time(self, arrival: float) -> None:
        """Add the time that has passed since the last fragment, if all tracks have jumped."""
        lost = arrival - self.clock.to_wall_time(self._jumped_at)
        if lost > _SUSPECT_STEP_MS / 1000:
            self._jumped_at += round(lost * 1000)

    def _go_on(self, placed: Fragment, arrival: float) -> list[Fragment]:
        self._accept(placed, arrival)
        return [placed, *(self.end_waiting() if self._is_decided(placed) else ())]

    def _move_jumped(self, first: Fragment, last: Fragment, arrival: float) -> Fragment:
        """Place the first fragment of a track that has jumped, as long after its last as usual.

        A track that was only late, and has come up with the others, keeps its times.
        """
        track, before = first.track, self._ends[first.track]
        went_on = max(self._steps.get(track, 0), self._jumped_at - self._latest[track])
        moved, latest = self._move(first).time_ms, max(self._ends.values())
        is_late = before - _MAX_STEP_BACK_MS <= moved <= latest
        if not (is_late and abs(latest - self._move(last).time_ms) < JUMP_MS):
            self._offsets[track] = before + went_on - first.time_ms
        placed = replace(self._move(first), duration_ms=min(first.duration_ms, went_on))
        self._accept(placed, arrival)
        return placed

    def _has_returned(self, placed: Fragment, last: Fragment, arrival: float) -> bool:
        """Return whether a track goes on where it was before the times that wait."""
        before, jumped = self._ends[placed.track], self._move(last).time_ms
        step = abs(placed.time_ms - jumped)
        has_returned = step > max(_SUSPECT_STEP_MS, abs(placed.time_ms - before))
        return has_returned and self._is_continuous(placed, arrival)

    def _was_in_order(self, waiting: list[Fragment], placed: Fragment) -> bool:
        """Return whether the times that wait are those of showing, not of decoding.

        Some senders write them (reports of 2014-2026): B-frames have earlier times than the picture
        before them, and the next picture is far behind the last of them. A clock that was set back
        goes on by its usual step.
        """
        if not all(map(self._is_just_behind, map(self._move, waiting))):
            return False
        before = self._ends[placed.track]
        times = sorted([*(self._move(one).time_ms for one in waiting), before])
        usual = max(later - earlier for earlier, later in pairwise(times))
        leap = placed.time_ms - self._move(waiting[-1]).time_ms
        return placed.time_ms > before and leap > _LEAP * usual

    def _is_just_behind(self, placed: Fragment) -> bool:
        """Return whether the time of a fragment is shortly before the last one of its track."""
        before = self._ends[placed.track]
        return before - _SUSPECT_STEP_MS <= placed.time_ms <= before

    def _fill_times(self, waiting: list[Fragment], placed: Fragment) -> list[Fragment]:
        """Give fragments with wrong times those between the last fragment and `placed`."""
        track, before = placed.track, self._ends[placed.track]
        self.waiting = [pair for pair in self.waiting if pair[0].track != track]
        filled = [*waiting, placed]
        step = max(0, placed.time_ms - before) / len(filled)
        return [
            replace(
                one,
                time_ms=max(placed.time_ms, before) - round(step * left),
                duration_ms=round(step),
            )
            for left, one in zip(reversed(range(len(filled))), filled, strict=True)
        ]

    def _move(self, fragment: Fragment) -> Fragment:
        offset = self._offsets.get(fragment.track, 0)
        return replace(fragment, time_ms=fragment.time_ms + offset) if offset else fragment

    def _inherit(self, fragment: Fragment) -> None:
        """Keep the distance of a track's clock from that of the first one, if it still fits."""
        track, time_ms = fragment.track, fragment.time_ms
        if not self._ends or track in self._ends or track in self._offsets:
            return
        latest, first = max(self._ends.values()), next(iter(self._ends))
        distance = self._inherited.get(track, 0) - self._inherited.get(first, 0)
        if abs(time_ms + distance - latest) < abs(time_ms - latest):
            self._offsets[track] = distance

    def _follow_others(self, fragment: Fragment) -> None:
        """Give a track whose time stands still that of the others (a camera wrote 0, 2024)."""
        track, time_ms = fragment.track, fragment.time_ms
        latest = max(self._ends.values(), default=time_ms)
        known, since, lag = self._still.get(track, (None, 0, 0))
        if known != time_ms:
            own = self._own_offsets.pop(track, None)
            if own is not None and abs(time_ms + own - latest + lag) < _SUSPECT_STEP_MS:
                self._offsets[track] = own
            lag = latest - self._move(fragment).time_ms
            self._still[track] = time_ms, latest, lag if 0 < lag <= JUMP_MS else 0
        elif latest - since > _SUSPECT_STEP_MS:
            self._own_offsets.setdefault(track, self._offsets.get(track, 0))
            self._offsets[track] = latest - lag - time_ms

    def _accept(self, placed: Fragment, arrival: float) -> None:
        step = placed.time_ms - self._ends.get(placed.track, placed.time_ms)
        if 0 < step < _SUSPECT_STEP_MS:
            self._steps[placed.track] = step
        self._ends[placed.track], self._arrivals[placed.track] = placed.time_ms, arrival
        self._latest[placed.track] = max(self._ends.values())
        self.clock.observe(placed.made_ms, arrival)

    def _get_waiting_tracks(self) -> set[int]:
        return {one.track for one, _ in self.waiting}

    def _list_waiting(self, track: int) -> list[Fragment]:
        return [one for one, _ in self.waiting if one.track == track]

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
        if placed.time_ms < earliest or step > JUMP_MS or self._was_stopped(placed, arrival):
            return False
        return step < _SUSPECT_STEP_MS or not self.clock.is_too_early(placed.made_ms, arrival)

    def _was_stopped(self, placed: Fragment, arrival: float) -> bool:
        """Return whether the clock of a track stood still while the track was silent."""
        silence = arrival - self._arrivals.get(placed.track, arrival)
        is_behind = max(self._ends.values()) - placed.time_ms > JUMP_MS
        return is_behind and silence > JUMP_MS / 1000
