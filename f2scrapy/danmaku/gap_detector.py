"""Holes: when nobody listened to a room, and whether it was told later what was said meanwhile.

No platform says so. A new connection asks from a frame further back than was heard (see
`frames.Connection.back`), hence two things together show it: what was heard last comes again, and
what follows comes after no longer silence than the room is used to. A silence that ends as soon as
usual, in a hole much longer than that, is as good. What im/fetch tells proves nothing: it may be
the last comments alone. Else a hole is a gap: from the last sign of life to the first message that
was made in it, or to the moment when somebody listened again.

Where messages begin is in no reach of that, since nothing was heard before: the moment before the
first connection is a gap if the room would have said something in it, at the pace it then has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from f2scrapy.danmaku.messages import Gap, read
from f2scrapy.danmaku.proto.base_pb2 import Message

NEAR = timedelta(seconds=1)  # by so much messages may be late
_ENDING = timedelta(seconds=5)  # a room breaks its connections so long before it is seen to be over
_PACE = 64  # messages by which it is known what a room is used to
_FEW = 8  # messages by which it is not
_QUIETEST = timedelta(seconds=10)  # no room is used to a longer silence


@dataclass
class Hole:
    """From when on nothing was heard; by this machine's clock, but for what messages bear."""

    heard: datetime
    broke: datetime  # until then there was nothing to hear
    told: datetime | None  # when the last message was made; at the start, when im/fetch told them
    reason: str
    start: bool  # before the first connection was open
    tail: frozenset[int]  # what was heard last: msg_ids
    opened: datetime | None = None  # somebody listens again
    alive: bool = False  # something else than the tail was heard since
    again: set[int] = field(default_factory=set)  # of the tail
    times: list[datetime] = field(default_factory=list)  # when what was told since was made


class Holes:
    """Those of one room, one after the other."""

    def __init__(self, room_id: str) -> None:
        self._open: Hole | None = None
        self._room_id = room_id
        self._ahead = self._vague = timedelta()
        self._told: datetime | None = None  # until then all was told, by their clock
        self._last: Sequence[Message] = ()  # frame that told something new
        self._recent: deque[Message] = deque(maxlen=_PACE)

    def clock(self, theirs: datetime, asked: datetime, heard: datetime) -> None:
        """The platform's clock, told between two moments of ours."""
        self._told = self._told or theirs
        self._ahead = theirs - heard
        self._vague = heard - asked

    def lose(
        self, heard: datetime, broke: datetime, reason: str, *, start: bool = False
    ) -> Gap | None:
        """Nothing was heard after `heard`; of the hole before, nothing more is known."""
        hole = self._open
        if hole and not hole.alive:
            hole.opened = None
            return None
        self._told = max(_times(self._recent), default=self._told)
        self._open = Hole(heard, broke, self._told, reason, start, _ids(self._last) - {0})
        return self._judged(hole, hole.opened) if hole and hole.opened else None

    def opened(self, now: datetime) -> None:
        """Somebody listens again."""
        if self._open:
            self._open.opened = now

    def hear(self, messages: Sequence[Message], *, new: bool) -> Gap | None:
        """A frame came, with these messages; returns the hole before, if it shows to be a gap.

        Messages of the past, which who comes in is told, are neither proof nor pace.
        """
        gap = self._fill(self._open, messages) if self._open else None
        if new:
            self._last = messages
            self._recent.extend(messages[-_PACE:])
        return gap

    def _fill(self, hole: Hole, messages: Sequence[Message]) -> Gap | None:
        ids = _ids(messages)
        hole.alive = hole.alive or not ids or ids - hole.tail != frozenset()
        hole.again |= hole.tail & ids
        later = (message for message in messages if message.msg_id not in hole.tail)
        hole.times += (time for time in _times(later) if not hole.told or time > hole.told)
        if not hole.opened or len(hole.times) < (_FEW if hole.start else 1):
            return None
        self._open = None
        return self._judged(hole, hole.opened)

    def close(self, now: datetime, *, over: bool) -> Gap | None:
        """Nothing more comes, and the room is `over`, or nobody listens any more."""
        hole, self._open = self._open, None
        if hole is None:
            return None
        if hole.opened:
            return self._judged(hole, hole.opened)
        if (over and now - hole.broke <= _ENDING) or (hole.start and now - hole.heard <= NEAR):
            return None
        return self._gap(hole, now, "no other was opened")

    def torn(self, heard: datetime, now: datetime, reason: str) -> Gap:
        """What came between could not be read."""
        return Gap(began=heard, ended=now, reason=reason, room_id=self._room_id)

    # Proof

    def _judged(self, hole: Hole, opened: datetime) -> Gap | None:
        """The hole as a gap; None = it was told what happened in it."""
        first = min(hole.times, default=None)
        usual, away = self._usual(hole, opened, first), opened - hole.heard
        silence = min(away, first - hole.told) if first and hole.told else away
        again = hole.again == hole.tail != frozenset()
        if silence <= usual and (hole.start or again or away > 2 * usual):
            return None
        ended = min(opened, first - self._ahead + self._vague) if first else opened
        shown = "nothing of this was" if again else "nothing shows that this was"
        return self._gap(hole, ended, f"{shown} told again")

    def _usual(self, hole: Hole, opened: datetime, first: datetime | None) -> timedelta:
        """How long a room may say nothing: twice what it did of late."""
        before = [] if hole.start else _times(self._recent)
        quiet = [first - self._ahead - self._vague - opened] if first else []
        longest = max([timedelta(), *quiet, *_silences(before), *_silences(hole.times)])
        known = len(before) + len(hole.times) > _FEW
        return max(2 * min(longest, _QUIETEST), timedelta() if known else NEAR)

    def _gap(self, hole: Hole, ended: datetime, why: str) -> Gap:
        made = hole.told - self._ahead - self._vague if hole.told else hole.heard
        began = min(max(made, hole.heard - NEAR), hole.heard)
        self._recent.clear()  # a gap is no silence
        reason = hole.reason if hole.start else f"{hole.reason}; {why}"
        return Gap(began=began, ended=max(began, ended), reason=reason, room_id=self._room_id)


def _ids(messages: Iterable[Message]) -> frozenset[int]:
    return frozenset(message.msg_id for message in messages if not message.is_history)


def _times(messages: Iterable[Message]) -> list[datetime]:
    """When they were made, as far as they say so."""
    live = (message for message in messages if not message.is_history)
    return [time for message in live if (time := read(message).create_time)]


def _silences(times: Iterable[datetime]) -> list[timedelta]:
    return [after - before for before, after in pairwise(sorted(times))]
