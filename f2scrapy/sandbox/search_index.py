"""What a search finds: the users whose name or nickname holds the keyword, and their works.

An offset counts places, and the places of HOLE are empty: pages there are short or have no rows. A
later page begins with the last place of the one before.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

from f2scrapy.sandbox.catalogue import NEWEST, User, Work, work_at
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.works import is_album, likes

POOL = 300  # works of a user that a search can find
HOLE = range(20, 40)
_DAY_S = 86_400


def users(ask: Ask, world: World) -> list[User]:
    word = ask.params.get("keyword", "")
    open_ones = (user for user in world.catalogue.users if not user.secret and not user.banned)
    return [u for u in open_ones if word and (word in u.name or word in world.nickname(u))]


def works(users: list[User], chosen: dict[str, str]) -> list[Work]:
    """The works of `users` that the filters leave, in the order asked for."""
    days = int(chosen.get("publish_time") or 0)
    since = NEWEST.timestamp() - days * _DAY_S if days else 0
    content = chosen.get("content_type", "0")
    found = [
        work
        for user in users
        for work in (work_at(user, position) for position in range(min(user.count, POOL)))
        if work.create_time >= since and content in ("0", "2" if is_album(work) else "1")
    ]
    if chosen.get("sort_type") == "2":
        found.sort(key=lambda work: -work.create_ms)
    if chosen.get("sort_type") == "1":
        found.sort(key=lambda work: -likes(work))
    return found


class Part(NamedTuple):
    """Some of what was found, and where it goes on."""

    shown: list[Any]
    offset: int
    end: int  # the next page's offset
    more: bool
    search_id: str


def part(ask: Ask, world: World, found: list[Any], size: int) -> Part:
    """The results at the offset asked for; another search's id is noted."""
    offset = max(0, ask.number("offset"))
    if offset and not ask.params.get("search_id", "").startswith(_stamp(ask)):
        world.note(ask, "search_id of another search")
    end = offset + size
    places = range(offset - 1 if offset else 0, end)
    shown = [found[_index(p)] for p in places if p not in HOLE and _index(p) < len(found)]
    return Part(shown, offset, end, _index(end) < len(found), f"{_stamp(ask)}{offset:06X}")


def _index(place: int) -> int:
    """Which result stands at `place`, or is the next after it."""
    return place if place < HOLE.start else max(place - len(HOLE), HOLE.start)


def _stamp(ask: Ask) -> str:
    """What the ids of all pages of one search begin with."""
    word = ask.params.get("keyword", "").encode()
    return f"20261101{blake2b(word, digest_size=9).hexdigest().upper()}"
