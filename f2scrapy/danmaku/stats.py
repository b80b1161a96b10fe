"""Count the gifts, chats and viewers in journals of rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import (
    Chat,
    Event,
    Gap,
    Gift,
    LightGift,
    RoomStats,
    RoomUserSeq,
    User,
)

MINUTE = timedelta(minutes=1)


@dataclass
class Person:
    """The part of one user: chats, gifts and coins; ``user`` as in the last event."""

    user: User
    chats: int = 0
    gifts: int = 0
    coins: int = 0


@dataclass
class GiftTotal:
    """All gifts of one name and price."""

    gift_id: int
    name: str
    count: int = 0
    coins: int = 0
    givers: set[str] = field(default_factory=set, repr=False)


@dataclass
class Minute:
    """One minute; ``viewers`` is the last number in it, None if no message had one."""

    chats: int = 0
    chatters: set[str] = field(default_factory=set, repr=False)
    gifts: int = 0
    coins: int = 0
    viewers: int | None = None


@dataclass
class Report:
    """The numbers of all journals; users by platform and `User.identity`, minutes by their start.

    ``light_gifts`` are the coins of small gifts without giver, which no other number includes.
    """

    rooms: list[str] = field(default_factory=list)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    gifts: dict[tuple[str, int, str], GiftTotal] = field(default_factory=dict)
    minutes: dict[datetime, Minute] = field(default_factory=dict)
    chats: int = 0
    gift_count: int = 0
    coins: int = 0
    light_gifts: int = 0
    gaps: int = 0
    gap_seconds: float = 0.0
    unreadable: int = 0  # lines

    def rank_people(self) -> list[Person]:
        """Return the users, those with the most coins first, then those with the most chats."""
        return sorted(
            self.people.values(), key=lambda each: (-each.coins, -each.gifts, -each.chats)
        )

    def rank_gifts(self) -> list[GiftTotal]:
        """Return the gifts, those with the most coins first."""
        return sorted(self.gifts.values(), key=lambda each: (-each.coins, -each.count))

    def list_minutes(self) -> list[tuple[datetime, Minute]]:
        """Return all minutes from the first to the last, also those without events."""
        if not self.minutes:
            return []
        first, last = min(self.minutes), max(self.minutes)
        count = int((last - first) / MINUTE) + 1
        if count > _MAX_MINUTES:  # journals of different days
            return sorted(self.minutes.items())
        times = (first + MINUTE * index for index in range(count))
        return [(time, self.minutes.get(time, Minute())) for time in times]


_MAX_MINUTES = 3 * 24 * 60


def count_journals(journals: Iterable[Path]) -> Report:
    """Return the numbers of these journals; an event in two journals of one room counts once.

    Raises:
        InputError: a file cannot be read, or is no journal.
    """
    counter = _Counter()
    for journal in journals:
        reader = JournalReader(journal)
        counter.add_journal(reader)
    return counter.report


class _Counter:
    """Adds journals to a report."""

    def __init__(self) -> None:
        self.report = Report()
        self._gifts: dict[tuple[str, str], Gifts] = {}  # of each room
        self._known: set[tuple[str, str, int]] = set()  # platform, room_id, msg_id

    def add_journal(self, reader: JournalReader) -> None:
        room = reader.room
        name = str(room)
        if name not in self.report.rooms:
            self.report.rooms.append(name)
        for event in reader.read_events():
            self._add(room.platform, event, event.room_id or room.room_id)
        self.report.unreadable += reader.unreadable

    def _add(self, platform: str, event: Event, room_id: str) -> None:
        if isinstance(event, Gap):
            self.report.gaps += 1
            self.report.gap_seconds += (event.ended - event.began).total_seconds()
        elif isinstance(event, RoomUserSeq) or (
            isinstance(event, RoomStats) and event.display_value
        ):
            self._add_viewers(event)
        elif isinstance(event, Chat | Gift | LightGift) and self._is_new(platform, room_id, event):
            if isinstance(event, Chat):
                self._add_chat(platform, event)
            elif isinstance(event, Gift):
                self._add_gift(platform, room_id, event)
            else:
                self.report.light_gifts += event.count * event.diamond_count

    def _is_new(self, platform: str, room_id: str, event: Event) -> bool:
        key = platform, room_id, event.msg_id
        if event.msg_id and key in self._known:
            return False
        self._known.add(key)
        return True

    def _add_viewers(self, event: RoomUserSeq | RoomStats) -> None:
        if minute := self._find_minute(event):
            minute.viewers = event.total if isinstance(event, RoomUserSeq) else event.display_value

    def _add_chat(self, platform: str, event: Chat) -> None:
        self.report.chats += 1
        self._find_person(platform, event).chats += 1
        if minute := self._find_minute(event):
            minute.chats += 1
            minute.chatters.add(event.user.identity if event.user else "")

    def _add_gift(self, platform: str, room_id: str, gift: Gift) -> None:
        report = self.report
        net = self._gifts.setdefault((platform, room_id), Gifts()).add(gift)
        report.gift_count += net.given
        report.coins += net.coins
        person = self._find_person(platform, gift)
        person.gifts += net.given
        person.coins += net.coins
        key = platform, gift.gift_id, gift.gift_name
        total = report.gifts.setdefault(key, GiftTotal(gift.gift_id, gift.gift_name))
        total.count += net.given
        total.coins += net.coins
        total.givers.add(person.user.identity)
        if minute := self._find_minute(gift):
            minute.gifts += net.given
            minute.coins += net.coins

    def _find_person(self, platform: str, event: Event) -> Person:
        user = event.user or User()
        person = self.report.people.setdefault((platform, user.identity), Person(user))
        person.user = user
        return person

    def _find_minute(self, event: Event) -> Minute | None:
        """Return the minute of an event; None if the event has no time, as in old journals."""
        if event.moment is None:
            return None
        start = event.moment.replace(second=0, microsecond=0)
        return self.report.minutes.setdefault(start, Minute())
