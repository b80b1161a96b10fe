"""Find the gaps of a room: outages after which the platform did not repeat the missed messages.

No platform states it. A new connection starts one frame before the last received one (see
`frames.Connection.rewind`), so two signs together prove that nothing is missing: the last messages
come again, and the messages after them follow no longer silence than is usual for the room. In an
outage much longer than that, a silence that ends as soon as usual is as good. The answer of
im/fetch proves nothing: it may hold the last comments only. Without proof an outage is a gap: from
the last received message to the first message created in it, or to the next connection.

The start of a room has no messages to compare with: the time before the first connection is a gap
if, at the pace the room then has, it would have sent messages in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from f2scrapy.danmaku.messages import Gap, parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message

NEAR = timedelta(seconds=1)  # by so much messages may be late
_ENDING = timedelta(seconds=5)  # a room may drop connections this long before it shows as ended
_RECENT = 64  # messages from which the usual silence of a room is computed
_TOO_FEW = 8  # messages that are not enough for it
_LONGEST_USUAL = timedelta(seconds=10)  # upper limit of a usual silence


@dataclass
class Outage:
    """A time without connection; times are of this machine's clock unless stated otherwise."""

    last_frame: datetime
    broke: datetime  # until then there was nothing to receive
    last_created: datetime | None  # server time of the last message; at the start, of im/fetch
    reason: str
    is_start: bool  # before the first connection was open
    is_quiet: bool  # a connection that sent no message in it: perhaps there was none
    last_ids: frozenset[int]  # msg_ids of the last frame
    reopened: datetime | None = None  # None = no new connection yet
    has_new: bool = False  # a message apart from `last_ids` came after it
    repeated_ids: set[int] = field(default_factory=set)  # of `last_ids`, received again
    created: list[datetime] = field(default_factory=list)  # server times of messages after it


class GapDetector:
    """Follows the frames of one room and returns its gaps, one after the other."""

    def __init__(self, room_id: str) -> None:
        self._outage: Outage | None = None
        self._room_id = room_id
        self.server_ahead = timedelta()  # by so much the server's clock is ahead of this machine's
        self._uncertainty = timedelta()
        self._last_created: datetime | None = None  # server time up to which nothing is missing
        self._last: Sequence[Message] = ()  # the last frame with a new message
        self._recent: deque[Message] = deque(maxlen=_RECENT)

    def set_clock(self, server_time: datetime, asked: datetime, answered: datetime) -> None:
        """Compare the server's clock with this machine's times of request and answer."""
        self._last_created = self._last_created or server_time
        self.server_ahead = server_time - answered
        self._uncertainty = answered - asked

    def start_outage(
        self,
        last_frame: datetime,
        broke: datetime,
        reason: str,
        *,
        start: bool = False,
        is_quiet: bool = False,
    ) -> Gap | None:
        """Begin an outage; return the previous one, which ends here, if it is a gap."""
        outage = self._outage
        if outage and outage.is_start and is_quiet:
            return None  # so few messages show no pace
        if outage and not outage.has_new and (is_quiet or not outage.is_quiet):
            outage.reopened = None
            return None
        self._last_created = max(_collect_times(self._recent), default=self._last_created)
        last_ids = _collect_ids(self._last) - {0}
        created = self._last_created
        self._outage = Outage(last_frame, broke, created, reason, start, is_quiet, last_ids)
        return self._judge(outage, outage.reopened) if outage and outage.reopened else None

    def mark_open(self, now: datetime) -> None:
        """Record that a new connection is open."""
        if self._outage and not self._outage.reopened:
            self._outage.reopened = now

    def add_messages(self, messages: Sequence[Message], *, new: bool) -> Gap | None:
        """Add the messages of a frame; return the outage before it if it proves to be a gap.

        Messages of the past, which the platform sends to each new viewer, count neither as proof
        nor for the pace.
        """
        gap = self._update(self._outage, messages) if self._outage else None
        if new:
            self._last = messages
            self._recent.extend(messages[-_RECENT:])
        return gap

    def _update(self, outage: Outage, messages: Sequence[Message]) -> Gap | None:
        ids, last_created = _collect_ids(messages), outage.last_created
        outage.has_new = outage.has_new or not ids or ids - outage.last_ids != frozenset()
        outage.repeated_ids |= outage.last_ids & ids
        later = (message for message in messages if message.msg_id not in outage.last_ids)
        times = _collect_times(later)
        outage.created += (time for time in times if not last_created or time > last_created)
        if not outage.reopened or len(outage.created) < (_TOO_FEW if outage.is_start else 1):
            return None
        self._outage = None
        return self._judge(outage, outage.reopened)

    def close(self, now: datetime, *, over: bool) -> Gap | None:
        """End the detection; return the open outage if it is a gap. `over`: the room has ended."""
        outage, self._outage = self._outage, None
        if outage is None:
            return None
        if outage.reopened:
            return self._judge(outage, outage.reopened)
        has_just_ended = over and now - outage.broke <= _ENDING
        if has_just_ended or (outage.is_start and now - outage.last_frame <= NEAR):
            return None
        return self._build_gap(outage, now, "no further connection was opened")

    def build_unreadable_gap(self, last_frame: datetime, now: datetime, reason: str) -> Gap:
        """Return the gap for a frame that cannot be parsed."""
        return Gap(began=last_frame, ended=now, reason=reason, room_id=self._room_id)

    # Proof

    def _judge(self, outage: Outage, reopened: datetime) -> Gap | None:
        """Return the outage as a gap; None if its messages were received later."""
        first = min(outage.created, default=None)
        if outage.is_quiet and self._was_room_quiet(outage, reopened, first):
            return None
        usual = self._estimate_silence(outage, reopened, first)
        away = reopened - outage.last_frame
        last = outage.last_created
        silence = min(away, first - last) if first and last else away
        is_repeated = outage.repeated_ids == outage.last_ids != frozenset()
        if silence <= usual and (outage.is_start or is_repeated or away > 2 * usual):
            return None
        ended = reopened
        if first:
            ended = min(reopened, first - self.server_ahead + self._uncertainty)
        shown = "its messages did not come" if is_repeated else "no sign that its messages came"
        return self._build_gap(outage, ended, f"{shown} again")

    def _was_room_quiet(self, outage: Outage, reopened: datetime, first: datetime | None) -> bool:
        """Return whether the room itself may have sent nothing, by its pace before and after."""
        before = _collect_times(self._recent)
        if not first or len(before) <= _TOO_FEW:
            return True
        usual = 2 * max(_measure_silences(before))
        is_usual = reopened - outage.last_frame <= usual
        return is_usual or first - self.server_ahead - reopened > max(usual, NEAR)

    def _estimate_silence(
        self, outage: Outage, reopened: datetime, first: datetime | None
    ) -> timedelta:
        """Return the silence that is usual for the room: twice its longest recent one."""
        before = [] if outage.is_start else _collect_times(self._recent)
        quiet = [first - self.server_ahead - self._uncertainty - reopened] if first else []
        silences = (*_measure_silences(before), *_measure_silences(outage.created))
        longest = max([timedelta(), *quiet, *silences])
        is_known = len(before) + len(outage.created) > _TOO_FEW
        return max(2 * min(longest, _LONGEST_USUAL), timedelta() if is_known else NEAR)

    def _build_gap(self, outage: Outage, ended: datetime, detail: str) -> Gap:
        created, last_frame = outage.last_created, outage.last_frame
        shift = self.server_ahead + self._uncertainty
        began = min(max(created - shift if created else last_frame, last_frame - NEAR), last_frame)
        self._recent.clear()  # a gap is no silence
        reason = outage.reason if outage.is_start else f"{outage.reason}; {detail}"
        return Gap(began=began, ended=max(began, ended), reason=reason, room_id=self._room_id)


def _collect_ids(messages: Iterable[Message]) -> frozenset[int]:
    return frozenset(message.msg_id for message in messages if not message.is_history)


def _collect_times(messages: Iterable[Message]) -> list[datetime]:
    """Return the server times of messages; messages of the past and without time are left out."""
    live = (message for message in messages if not message.is_history)
    return [time for message in live if (time := parse_message(message).create_time)]


def _measure_silences(times: Iterable[datetime]) -> list[timedelta]:
    return [after - before for before, after in pairwise(sorted(times))]
