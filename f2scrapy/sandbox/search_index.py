"""Compute search results: users with the keyword in name or nickname, and their works.

An offset counts positions. The positions of HOLE are empty: pages there are short or have no rows.
A later page starts with the last position of the page before.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

from f2scrapy.sandbox.catalogue import NEWEST, User, Work, build_work
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.works import count_likes, is_album

POOL = 300  # searchable works of a user
HOLE = range(20, 40)
_DAY_S = 86_400


def find_users(request: Request, state: State) -> list[User]:
    word = request.params.get("keyword", "")
    visible = (user for user in state.catalogue.users if not user.secret and not user.banned)
    return [u for u in visible if word and (word in u.name or word in state.get_nickname(u))]


def find_works(users: list[User], filters: dict[str, str]) -> list[Work]:
    """Return the works of `users` that pass the filters, in the requested order."""
    days = int(filters.get("publish_time") or 0)
    since = NEWEST.timestamp() - days * _DAY_S if days else 0
    content = filters.get("content_type", "0")
    found = [
        work
        for user in users
        for work in (build_work(user, position) for position in range(min(user.count, POOL)))
        if work.create_time >= since and content in ("0", "2" if is_album(work) else "1")
    ]
    if filters.get("sort_type") == "2":
        found.sort(key=lambda work: -work.create_ms)
    if filters.get("sort_type") == "1":
        found.sort(key=lambda work: -count_likes(work))
    return found


class SearchPage(NamedTuple):
    """A page of results, and where the next one starts."""

    shown: list[Any]
    offset: int
    end: int  # offset of the next page
    has_more: bool
    search_id: str


def get_page(request: Request, state: State, found: list[Any], size: int) -> SearchPage:
    """Return the results at the requested offset; note a search_id of another search."""
    offset = max(0, request.get_int("offset"))
    if offset and not request.params.get("search_id", "").startswith(_make_stamp(request)):
        state.note_violation(request, "search_id of another search")
    end = offset + size
    places = range(offset - 1 if offset else 0, end)
    shown = [found[_find_index(p)] for p in places if p not in HOLE and _find_index(p) < len(found)]
    return SearchPage(
        shown, offset, end, _find_index(end) < len(found), f"{_make_stamp(request)}{offset:06X}"
    )


def _find_index(place: int) -> int:
    """Return the index of the result at `place`, or of the next one after it."""
    return place if place < HOLE.start else max(place - len(HOLE), HOLE.start)


def _make_stamp(request: Request) -> str:
    """Return the prefix of the search_id on all pages of one search."""
    word = request.params.get("keyword", "").encode()
    return f"20261101{blake2b(word, digest_size=9).hexdigest().upper()}"
