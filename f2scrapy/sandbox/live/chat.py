"""Compute the messages and gifts of a live room, the same on every run; nothing is stored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from f2scrapy.sandbox.live import chat_messages
from f2scrapy.sandbox.live.chat_messages import Gift
from f2scrapy.sandbox.protobuf import pack

_FIRST_ID = 7_500_000_000_000_000_000  # of messages
_ROOM_IDS = 100_000_000  # most messages of a room
_TURN = 20  # messages in one cycle of the common kinds
_GIFT_SLOTS = (14, 15)
_COMMENTS = 6  # sent by TikTok to a viewer who enters


@dataclass(frozen=True)
class ChatOptions:
    """How rooms are set up; times are in seconds."""

    rate: float = 10.0  # messages a second in each room
    seconds: float = 0.0  # time on air from the first listener on; 0 = for ever
    after: float = 0.0  # time until rooms go on air
    frame: float = 0.1  # between two frames
    heartbeat: float = (
        10.0  # interval sent to clients; after three missed ones the connection is dropped
    )
    ack: float = 10.0  # longest wait for an ack before the connection is dropped
    fresh: float = math.inf  # s, greatest age of the internal_ext a socket is opened with
    history: int = 15  # past messages sent to a viewer who enters


@dataclass(frozen=True)
class MessageStream:
    """The messages of one broadcast; number 0 is the first."""

    platform: str
    room_id: str
    pace: ChatOptions
    began: float  # seconds since 1970

    @cached_property
    def total(self) -> int | None:
        """Number of messages before the one that ends the room; None = it never ends."""
        return int(self.pace.rate * self.pace.seconds) if self.pace.seconds else None

    def count_sent(self, now: float) -> int:
        """Return how many messages were sent by `now`."""
        sent = max(0, int((now - self.began) * self.pace.rate))
        return sent if self.total is None or sent <= self.total else self.total + 1

    def is_over(self, position: int) -> bool:
        """Return whether no message follows."""
        return self.total is not None and position > self.total

    def compute_time_ms(self, number: int) -> int:
        return int((self.began + (number + 1) / self.pace.rate) * 1000)

    @cached_property
    def _first(self) -> int:
        return _FIRST_ID + int(self.room_id) % 10_000_000 * _ROOM_IDS

    def get_msg_id(self, number: int) -> int:
        return self._first + number

    def get_foreign_id(self, number: int) -> int:
        """Return the id of a message that is not one of the room's."""
        return self._first + _ROOM_IDS // 2 + number

    def build_message(self, number: int, *, old: bool = False) -> bytes:
        """Return a message as in a Response; `old` marks a past one, as TikTok does."""
        method = self.get_method(number)
        common = {1: method, 2: self.get_msg_id(number), 3: int(self.room_id),
                  4: self.compute_time_ms(number), 6: True}  # fmt: skip
        if method == chat_messages.GIFT:
            body = chat_messages.build_gift(self._get_gift_number(number), self.platform)
        else:
            body = chat_messages.build_body(method, number, self.platform)
        payload = pack({1: common, **body})
        return pack({1: method, 2: payload, 3: self.get_msg_id(number), 4: 1, 6: old})

    def build_past_comments(self, end: int) -> list[bytes]:
        """Return the last comments before message `end`, marked as past."""
        numbers = (n for n in range(end - 1, -1, -1) if self.get_method(n) == chat_messages.CHAT)
        return [
            self.build_message(number, old=True) for number in sorted(islice(numbers, _COMMENTS))
        ]

    def get_method(self, number: int) -> str:
        if number == self.total:
            return chat_messages.CONTROL
        cycle, slot = divmod(number, _TURN)
        common = chat_messages.COMMON[slot] if slot < len(chat_messages.COMMON) else ""
        others = chat_messages.OTHERS[self.platform]
        return common or others[cycle % len(others)]

    # Expected values for tests

    def iter_gifts(self, first: int, end: int) -> Iterator[Gift]:
        """Yield the gifts in the messages from `first` to `end`, `end` excluded."""
        for number in range(first, end):
            if number % _TURN in _GIFT_SLOTS and number != self.total:
                yield chat_messages.compute_gift(self._get_gift_number(number))

    def sum_coins(self, first: int, end: int) -> dict[str, int]:
        """Return coins by uid of the giver, as a correct client counts these messages."""
        counts: dict[int, Gift] = {}
        for gift in self.iter_gifts(first, end):
            best = counts.get(gift.group)
            counts[gift.group] = gift if best is None or gift.count > best.count else best
        sums: Counter[str] = Counter()
        for gift in counts.values():
            sums[chat_messages.make_uid(gift.giver)] += gift.count * gift.coins
        return dict(sums)

    @staticmethod
    def _get_gift_number(number: int) -> int:
        cycle, slot = divmod(number, _TURN)
        return cycle * len(_GIFT_SLOTS) + slot - _GIFT_SLOTS[0]
