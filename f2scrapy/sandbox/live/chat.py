"""Chat: what is said and given in a live room: the same on every run, computed and never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from f2scrapy.sandbox.live import chat_messages as shapes
from f2scrapy.sandbox.live.chat_messages import Gift
from f2scrapy.sandbox.protobuf import packed

_FIRST_ID = 7_500_000_000_000_000_000  # of messages
_ROOM_IDS = 100_000_000  # messages a room can have
_TURN = 20  # messages in which each common kind has had its share
_GIFT_SLOTS = (14, 15)
_COMMENTS = 6  # that TikTok tells who comes in


@dataclass(frozen=True)
class Pace:
    """How rooms are set up; seconds, where nothing else is said."""

    rate: float = 10.0  # messages a second in each room
    seconds: float = 0.0  # how long a room is on air once somebody listens; 0 = for ever
    after: float = 0.0  # when they go on air
    frame: float = 0.1  # between two frames
    heartbeat: float = 10.0  # that clients are told; who misses three is dropped
    ack: float = 10.0  # a frame that wants an ack and has none for so long ends its connection
    fresh: float = 600.0  # how old what im/fetch or a frame told may be when a socket is opened
    history: int = 15  # messages of the past that who comes in is told


@dataclass(frozen=True)
class Stream:
    """The messages of one broadcast; number 0 is the first."""

    platform: str
    room_id: str
    pace: Pace
    began: float  # seconds since 1970

    @cached_property
    def total(self) -> int | None:
        """How many there are before the one that ends the room; None = it never ends."""
        return int(self.pace.rate * self.pace.seconds) if self.pace.seconds else None

    def position(self, now: float) -> int:
        """How many have been told by `now`."""
        told = max(0, int((now - self.began) * self.pace.rate))
        return told if self.total is None or told <= self.total else self.total + 1

    def over(self, position: int) -> bool:
        """Whether nothing follows."""
        return self.total is not None and position > self.total

    def time_ms(self, number: int) -> int:
        return int((self.began + (number + 1) / self.pace.rate) * 1000)

    @cached_property
    def _first(self) -> int:
        return _FIRST_ID + int(self.room_id) % 10_000_000 * _ROOM_IDS

    def msg_id(self, number: int) -> int:
        return self._first + number

    def strange_id(self, number: int) -> int:
        """Of a message that is none of the room's."""
        return self._first + _ROOM_IDS // 2 + number

    def message(self, number: int, *, old: bool = False) -> bytes:
        """One of them, as it stands in a Response; `old` is TikTok's word for one of the past."""
        method = self.method(number)
        common = {1: method, 2: self.msg_id(number), 3: int(self.room_id),
                  4: self.time_ms(number), 6: True}  # fmt: skip
        if method == shapes.GIFT:
            body = shapes.gift(self._gift_number(number), self.platform)
        else:
            body = shapes.body(method, number, self.platform)
        payload = packed({1: common, **body})
        return packed({1: method, 2: payload, 3: self.msg_id(number), 4: 1, 6: old})

    def comments(self, end: int) -> list[bytes]:
        """The last before that number, as messages of the past."""
        said = (n for n in range(end - 1, -1, -1) if self.method(n) == shapes.CHAT)
        return [self.message(number, old=True) for number in sorted(islice(said, _COMMENTS))]

    def method(self, number: int) -> str:
        if number == self.total:
            return shapes.CONTROL
        turn, slot = divmod(number, _TURN)
        common = shapes.COMMON[slot] if slot < len(shapes.COMMON) else ""
        others = shapes.OTHERS[self.platform]
        return common or others[turn % len(others)]

    # The oracle

    def gifts(self, first: int, end: int) -> Iterator[Gift]:
        """What is given by the messages from `first` to `end`, that one not counted."""
        for number in range(first, end):
            if number % _TURN in _GIFT_SLOTS and number != self.total:
                yield shapes.given(self._gift_number(number))

    def coins(self, first: int, end: int) -> dict[str, int]:
        """Coins by uid of who gave them, as somebody counts who was told these messages."""
        counts: dict[int, Gift] = {}
        for gift in self.gifts(first, end):
            best = counts.get(gift.group)
            counts[gift.group] = gift if best is None or gift.count > best.count else best
        sums: Counter[str] = Counter()
        for gift in counts.values():
            sums[shapes.uid(gift.giver)] += gift.count * gift.coins
        return dict(sums)

    @staticmethod
    def _gift_number(number: int) -> int:
        turn, slot = divmod(number, _TURN)
        return turn * len(_GIFT_SLOTS) + slot - _GIFT_SLOTS[0]
