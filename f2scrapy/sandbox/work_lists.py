"""Works put together by others than their authors: liked, collected, recommended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from f2scrapy.sandbox.catalogue import NEWEST, Work, work_at
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.state import World

ACCOUNT = "demo"  # who is logged in
COLLECTED = 150  # works of the account's collection
NEWEST_MS = int(NEWEST.timestamp() * 1000)
STEP_MS = 3_600_000  # between two likes
SIMILAR = 50  # works similar to one
_STOCK = "big20k"  # what is similar or recommended is drawn from here
_AUTHORS = ("clean200", "big20k", "files2000")  # whose works are liked and collected


def work(number: int, world: World) -> Work:
    """The work that stands at this place of what is liked and collected."""
    user = world.catalogue.by_name[_AUTHORS[number % len(_AUTHORS)]]
    return work_at(user, number // len(_AUTHORS))


def drawn(world: World, start: int, count: int) -> list[Work]:
    """What is similar or recommended: another choice for another `start`."""
    stock = world.catalogue.by_name[_STOCK]
    return [work_at(stock, (start + n) * 7919 % stock.count) for n in range(count)]


@dataclass(frozen=True)
class Folder:
    """A folder or a playlist: `count` works of some list, from the one at `start` on."""

    number: int
    name: str
    start: int
    count: int

    @property
    def id(self) -> str:
        return str(7_100_000_000_000_000_000 + self.number)


@dataclass(frozen=True)
class Span:
    """A part of a list whose rows lie a step of time apart, the newest first.

    The cursor is the time of its last row.
    """

    cursor: int  # as it was asked for
    rows: range  # positions, 0 = the newest
    count: int
    unit: int  # of the cursor: how many of it are a ms

    @classmethod
    def asked(cls, ask: Ask, name: str, count: int, *, unit: int = 1, most: int = 20) -> Span:
        cursor = max(0, ask.number(name))
        start = max(0, (NEWEST_MS * unit - cursor) // (STEP_MS * unit) + 1) if cursor else 0
        end = start + ask.rows(most=most)
        return cls(cursor, range(start, min(end, count)), count, unit)

    @property
    def next(self) -> int:
        """The cursor of the next part."""
        return (NEWEST_MS - self.rows[-1] * STEP_MS) * self.unit if self.rows else self.cursor

    @property
    def more(self) -> bool:
        return bool(self.rows) and self.rows[-1] + 1 < self.count

    def filled(self, row: Callable[[int], Any]) -> tuple[Any, ...]:
        return tuple(row(n) for n in self.rows)
