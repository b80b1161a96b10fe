"""Holes: when nobody listened to a room, and whether it was told later what was said meanwhile.

No platform says so. What shows it: a message that comes again, or one that was made in the hole.
Where neither comes first, nobody knows, and the hole is a gap. The moment before the first
connection is one only if the room would have said something in it, at the pace it then has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from f2scrapy.danmaku.messages import Gap

NEAR = timedelta(seconds=1)  # what a platform tells again begins so soon after the break


@dataclass(frozen=True)
class Hole:
    """From when on nothing was heard, by this machine's clock."""

    began: datetime
    broke: datetime  # until then there was nothing to hear
    reason: str
    start: bool  # before the first connection was open


class Holes:
    """Those of one room, one after the other."""

    def __init__(self, room_id: str) -> None:
        self.open: Hole | None = None
        self._room_id = room_id
        self._ahead = self._vague = timedelta()
        self._theirs = datetime.min.replace(tzinfo=UTC)  # the clock, when it was told

    def clock(self, theirs: datetime, asked: datetime, heard: datetime) -> None:
        """The platform's clock, told between two moments of ours."""
        self._theirs = theirs
        self._ahead = theirs - heard
        self._vague = heard - asked

    def lose(
        self, heard: datetime, broke: datetime, told: datetime | None, reason: str,
        *, start: bool = False,
    ) -> None:  # fmt: skip
        """Nothing was heard after `heard`; the last message was made at `told`, by their clock.

        What is on its way when a connection breaks is lost: the hole begins with that message.
        """
        if self.open is None:
            made = told - self._ahead - self._vague if told else heard
            began = min(max(made, heard - NEAR), heard)
            self.open = Hole(began, broke, reason, start)

    def mend(self, times: Collection[datetime], back: datetime, *, repeated: bool) -> Gap | None:
        """Judge the hole by the first messages after it; None = it was told what happened in it.

        `times` are when they were made, by their clock; `back` is when somebody asked for them.
        """
        hole, self.open = self.open, None
        if hole is None:
            return None
        ours = (time - self._ahead for time in times)
        ended = min((time for time in ours if time > hole.began), default=back)
        again = ended < back and ended - hole.broke <= NEAR
        return None if repeated or again or self._seamless(hole, times) else self._gap(hole, ended)

    def _seamless(self, hole: Hole, times: Collection[datetime]) -> bool:
        """Whether a room begins as if nothing was left out, by the platform's clock alone."""
        later = sorted(time for time in times if time > self._theirs)
        return hole.start and (not later or later[0] - self._theirs <= _usual(later))

    def close(self, now: datetime) -> Gap | None:
        """Nothing more comes: a hole that is open stays one."""
        hole, self.open = self.open, None
        return self._gap(hole, now) if hole and not hole.start else None

    def torn(self, heard: datetime, now: datetime, reason: str) -> Gap:
        """What came between could not be read."""
        return Gap(began=heard, ended=now, reason=reason, room_id=self._room_id)

    def _gap(self, hole: Hole, ended: datetime) -> Gap:
        return Gap(began=hole.began, ended=ended, reason=hole.reason, room_id=self._room_id)


def _usual(times: Sequence[datetime]) -> timedelta:
    """How long a room may say nothing, by the times of some messages: three times the usual."""
    if len(times) < 2:
        return NEAR
    return min(NEAR, 3 * (times[-1] - times[0]) / (len(times) - 1))
