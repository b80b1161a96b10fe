"""Holes: when nobody listened to a room, and whether it was told later what was said meanwhile.

No platform says so. What shows it: a message that comes again, or one that was made in the hole.
Where neither comes first, nobody knows, and the hole is a gap.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from f2scrapy.danmaku.messages import Gap

NEAR = timedelta(seconds=1)  # what a platform tells again begins so soon after the break


@dataclass(frozen=True)
class Hole:
    """From when on nothing was heard, by this machine's clock."""

    began: datetime
    broke: datetime  # until then there was nothing to hear
    reason: str
    least: timedelta  # what is shorter is none


class Holes:
    """Those of one room, one after the other."""

    def __init__(self, room_id: str) -> None:
        self.open: Hole | None = None
        self._room_id = room_id
        self._ahead = self._vague = timedelta()

    def clock(self, theirs: datetime, asked: datetime, heard: datetime) -> None:
        """The platform's clock, told between two moments of ours."""
        self._ahead = theirs - heard
        self._vague = heard - asked

    def lose(
        self, heard: datetime, broke: datetime, told: datetime | None, reason: str,
        least: timedelta = timedelta(),
    ) -> None:  # fmt: skip
        """Nothing was heard after `heard`; the last message was made at `told`, by their clock.

        What is on its way when a connection breaks is lost: the hole begins with that message.
        """
        if self.open is None:
            made = told - self._ahead - self._vague if told else heard
            began = min(max(made, heard - NEAR), heard)
            self.open = Hole(began, broke, reason, least)

    def mend(self, times: Collection[datetime], back: datetime, *, repeated: bool) -> Gap | None:
        """Judge the hole by the first messages after it; None = it was told what happened in it.

        `times` are when they were made, by their clock; `back` is when somebody asked for them.
        """
        hole, self.open = self.open, None
        if hole is None:
            return None
        ours = (time - self._ahead for time in times)
        ended = min((time for time in ours if hole.began < time < back), default=None)
        if repeated or (ended and ended - hole.broke <= NEAR):
            return None
        return self._gap(hole, ended or back)

    def close(self, now: datetime) -> Gap | None:
        """Nothing more comes: a hole that is open stays one."""
        hole, self.open = self.open, None
        return self._gap(hole, now) if hole else None

    def torn(self, heard: datetime, now: datetime, reason: str) -> Gap:
        """What came between could not be read."""
        return Gap(began=heard, ended=now, reason=reason, room_id=self._room_id)

    def _gap(self, hole: Hole, ended: datetime) -> Gap | None:
        if ended - hole.began <= hole.least:
            return None
        return Gap(began=hole.began, ended=ended, reason=hole.reason, room_id=self._room_id)
