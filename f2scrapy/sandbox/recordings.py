"""Recordings: the works, profiles and media addresses of a folder of real answers.

Every work of a platform found in the folder is published by one user, "recorded", and by its own
author too. Media are made up, small, of the kind their addresses or fields say; sizes in the
answers served are those of the media made up, all else is as recorded. Addresses never expire.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from f2scrapy.sandbox.catalogue import Sizes, User
from f2scrapy.sandbox.http_types import compact
from f2scrapy.sandbox.media import Asset

Json = dict[str, Any]
PLAYER = re.compile(r"https?://[\w.]+/aweme/v1/play/")  # of either platform: it leads to a CDN
USER = User(98, "recorded", 0, nickname="录制")  # who lists all; the catalogue has none of it


@dataclass(frozen=True)
class Form:
    """How a platform's answers are read."""

    platform: str
    hosts: str  # of media, as a regular expression
    mirrors: tuple[str, ...]  # names under which an object tells the addresses of its one file
    sizes: tuple[str, ...]  # … and its size
    work_id: Callable[[Json], str]  # "" = the object is no work
    when: Callable[[Json], int]  # s since 1970; 0 = not told
    author: Callable[[Json], str]  # sec_user_id; "" = not told
    profiles: Callable[[Json], Iterable[tuple[str, Json]]]  # in an object, by sec_user_id
    made: Callable[[list[str], str, str, Sizes], Asset]  # from mirrors, field, key and sizes
    skipped: tuple[str, ...] = ()  # beginnings of names of files that are not read


class Part(NamedTuple):
    """Some rows of a list, newest first, and their place in it."""

    rows: tuple[bytes, ...]
    first: int  # ms of the first row; the cursor asked for where there is none
    last: int  # … of the last
    more: bool


class Recordings:
    """All works of a platform, by id and by who lists them; all media, by address."""

    def __init__(self, form: Form, folder: Path, sizes: Sizes) -> None:
        self._form, self._sizes = form, sizes
        self.assets: dict[str, Asset] = {}  # by address, see `bare`
        self.mirrors: dict[str, str] = {}  # the player's address → a CDN's of the same file
        objects = list(_all_objects(form, folder))
        found = _longest((id_, row) for row in objects if (id_ := form.work_id(row)))
        works = sorted(found.items(), key=lambda w: (form.when(w[1]), w[0]), reverse=True)
        for _, work in works:
            self._adopt(work, "")
        self.works = {id_: compact(work) for id_, work in works}
        self.profiles = _longest(known for row in objects for known in form.profiles(row))
        self.lists = {USER.sec_user_id: self._timed(works)}  # (ms, id), newest first
        for sec in {form.author(work) for _, work in works} - {""}:
            self.lists[sec] = self._timed([w for w in works if form.author(w[1]) == sec])

    def _timed(self, works: list[tuple[str, Json]]) -> list[tuple[int, str]]:
        """Works of one second are a millisecond apart, so that cursors differ."""
        rows: list[tuple[int, str]] = []
        for id_, work in reversed(works):
            ms = max(1, self._form.when(work) * 1000)
            rows.append((max(ms, rows[-1][0] + 1) if rows else ms, id_))
        return rows[::-1]

    def page(self, sec_user_id: str, cursor: int, count: int) -> Part:
        """Works older than *cursor* (ms, 0 = now)."""
        listed = self.lists[sec_user_id]
        start = bisect_right(listed, -cursor, key=lambda row: -row[0]) if cursor else 0
        rows = listed[start : start + count]
        first, last = (rows[0][0], rows[-1][0]) if rows else (cursor, cursor)
        served = tuple(self.works[id_] for _, id_ in rows)
        return Part(served, first, last, start + count < len(listed))

    def profile(self, sec_user_id: str) -> Json:
        """As recorded; somebody's, where there is none of this user."""
        return self.profiles.get(sec_user_id) or next(iter(self.profiles.values()), {})

    # Media

    def _adopt(self, value: Any, field: str) -> None:
        """Finds every address in *value* and states the true size of what it leads to."""
        if isinstance(value, dict):
            self._adopt_file(value, field)
            for name, member in value.items():
                self._adopt(member, name)
        elif isinstance(value, list):
            for member in value:
                self._adopt(member, field)
        elif self._is_medium(value):
            self._asset([value], field)

    def _adopt_file(self, value: Json, field: str) -> None:
        told = (url for name in self._form.mirrors for url in _each(value.get(name)))
        urls = [url for url in told if self._is_medium(url)]
        if not urls:
            return
        asset = self._asset(urls, field)
        for name in self._form.sizes:
            if isinstance(value.get(name), int | str):  # TikTok's pages have texts for numbers
                value[name] = type(value[name])(asset.size)

    def _is_medium(self, text: Any) -> bool:
        if not isinstance(text, str) or not text.startswith(("http://", "https://")):
            return False
        return bool(PLAYER.match(text) or re.fullmatch(self._form.hosts, urlsplit(text).netloc))

    def _asset(self, urls: list[str], field: str) -> Asset:
        """The one file behind *urls*, which are mirrors of one another."""
        known = next((self.assets[bare(u)] for u in urls if bare(u) in self.assets), None)
        key = blake2b(bare(urls[0]).encode(), digest_size=9).hexdigest()
        asset = known or self._form.made(urls, field, key, self._sizes)
        elsewhere = next((url for url in urls if not PLAYER.match(url)), "")
        for url in urls:
            self.assets[bare(url)] = asset
            if elsewhere and PLAYER.match(url):
                self.mirrors[bare(url)] = elsewhere
        return asset


def bare(url: str) -> str:
    """An address without scheme, unquoted: as different clients may write it."""
    return unquote(url.partition("://")[2])


def _each(urls: Any) -> Iterable[Any]:
    """What stands where addresses are told: one, a list of them, or mirrors by name."""
    if isinstance(urls, dict):
        return urls.values()
    return urls if isinstance(urls, list) else [urls]


# Reading the folder


def _all_objects(form: Form, folder: Path) -> Iterator[Json]:
    for path in sorted((folder / form.platform / "json").glob("*.json")):
        if not path.name.startswith(form.skipped):
            yield from _objects(json.loads(path.read_bytes()))


def _objects(value: Any) -> Iterator[Json]:
    """Every object in *value*, outermost first."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for member in _each(value):
            yield from _objects(member)


def _longest(found: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """Each thing once, in its longest form."""
    kept: dict[str, Json] = {}
    for id_, thing in found:
        if len(thing) > len(kept.get(id_, ())):
            kept[id_] = thing
    return kept
