"""Compute lists of works by several authors: liked, collected, similar, recommended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from f2scrapy.sandbox.catalogue import NEWEST, TAGS, Work, build_work, make_hashtag_id
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import State

ACCOUNT = "demo"  # the user that is logged in
COLLECTED = 150  # works the account collected
NEWEST_MS = int(NEWEST.timestamp() * 1000)
STEP_MS = 3_600_000  # between two rows
SIMILAR = 50  # similar works of one work
_STOCK = "big20k"  # source of similar and recommended works
_AUTHORS = ("clean200", "big20k", "files2000")  # authors of liked and collected works


def get_work(number: int, state: State) -> Work:
    """Return the work at this position of liked and collected works."""
    user = state.catalogue.by_name[_AUTHORS[number % len(_AUTHORS)]]
    return build_work(user, number // len(_AUTHORS))


def draw_works(state: State, start: int, count: int) -> list[Work]:
    """Return similar or recommended works: another choice for another `start`."""
    stock = state.catalogue.by_name[_STOCK]
    return [build_work(stock, (start + n) * 7919 % stock.count) for n in range(count)]


def list_with_sound(state: State, music_id: int) -> list[Work]:
    """Return works with a sound: the work it was made for, then others; none if it is unknown."""
    work = state.catalogue.find_work(music_id)
    return [work, *draw_works(state, music_id % 10_000, SIMILAR - 1)] if work else []


def find_hashtag(hashtag_id: str) -> str:
    """Return the name of a hashtag; "" = there is none with that id."""
    return next((tag for tag in TAGS if make_hashtag_id(tag) == hashtag_id), "")


def list_tagged(state: State, tag: str) -> list[Work]:
    """Return works with a hashtag."""
    users = (state.catalogue.by_name[name] for name in ("demo", "clean200"))
    works = (build_work(user, position) for user in users for position in range(user.count))
    return [work for work in works if work.tag == tag]


@dataclass(frozen=True)
class Folder:
    """A folder or playlist: `count` works of a list, from position `start` on."""

    number: int
    name: str
    start: int
    count: int

    @property
    def id(self) -> str:
        return str(7_100_000_000_000_000_000 + self.number)


@dataclass(frozen=True)
class TimeSlice:
    """A page of a list with rows a fixed step of time apart, newest first.

    The cursor is the time of the last row.
    """

    cursor: int  # as requested
    rows: range  # positions, 0 = the newest
    count: int
    unit: int  # cursor units per ms

    @classmethod
    def from_request(
        cls, request: Request, name: str, count: int, *, unit: int = 1, most: int = 20
    ) -> TimeSlice:
        cursor = max(0, request.get_int(name))
        start = max(0, (NEWEST_MS * unit - cursor) // (STEP_MS * unit) + 1) if cursor else 0
        end = start + request.get_count(most=most)
        return cls(cursor, range(start, min(end, count)), count, unit)

    @property
    def next_cursor(self) -> int:
        """Cursor of the next page."""
        return (NEWEST_MS - self.rows[-1] * STEP_MS) * self.unit if self.rows else self.cursor

    @property
    def has_more(self) -> bool:
        return bool(self.rows) and self.rows[-1] + 1 < self.count

    def build_rows(self, row: Callable[[int], Any]) -> tuple[Any, ...]:
        return tuple(row(n) for n in self.rows)
