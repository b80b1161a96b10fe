"""Read the works, profiles and media addresses in a folder of recorded answers.

Each recorded work is listed by the user "recorded" and by its own author. Media are generated:
small files of the kind their addresses or fields indicate. Sizes in the answers are those of the
generated files, everything else is as recorded. Addresses never expire.
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
from f2scrapy.sandbox.http_types import encode_json
from f2scrapy.sandbox.media import Asset

Json = dict[str, Any]
PLAYER = re.compile(r"https?://[\w.]+/aweme/v1/play/")  # of both platforms; redirects to a CDN
# The user who lists all recorded works; the catalogue has none of them.
USER = User(98, "recorded", 0, nickname="录制")


@dataclass(frozen=True)
class AnswerLayout:
    """How to read the answers of a platform."""

    platform: str
    hosts: str  # media hosts, as a regular expression
    mirrors: tuple[str, ...]  # fields with the addresses of an object's file
    sizes: tuple[str, ...]  # fields with its size
    work_id: Callable[[Json], str]  # "" = the object is no work
    create_time: Callable[[Json], int]  # s since 1970; 0 = unknown
    author: Callable[[Json], str]  # sec_user_id; "" = unknown
    profiles: Callable[[Json], Iterable[tuple[str, Json]]]  # of an object, by sec_user_id
    build_asset: Callable[[list[str], str, str, Sizes], Asset]  # from mirrors, field, key, sizes
    skipped: tuple[str, ...] = ()  # prefixes of file names to skip


class RecordedPage(NamedTuple):
    """Rows of a list, newest first, and their place in it."""

    rows: tuple[bytes, ...]
    first: int  # ms of the first row; the requested cursor if there is none
    last: int  # ms of the last row, likewise
    has_more: bool


class Recordings:
    """All works of a platform by id and by user, and all media by address."""

    def __init__(self, layout: AnswerLayout, folder: Path, sizes: Sizes) -> None:
        self._layout, self._sizes = layout, sizes
        self.assets: dict[str, Asset] = {}  # by address without scheme, see `strip_scheme`
        self.mirrors: dict[str, str] = {}  # address of the player → CDN address of the same file
        objects = list(_read_objects(layout, folder))
        found = _keep_longest((id_, row) for row in objects if (id_ := layout.work_id(row)))
        works = sorted(found.items(), key=lambda w: (layout.create_time(w[1]), w[0]), reverse=True)
        for _, work in works:
            self._adopt(work, "")
        self.works = {id_: encode_json(work) for id_, work in works}
        self.profiles = _keep_longest(known for row in objects for known in layout.profiles(row))
        self.lists = {USER.sec_user_id: self._assign_times(works)}  # (ms, id), newest first
        for sec in {layout.author(work) for _, work in works} - {""}:
            self.lists[sec] = self._assign_times([w for w in works if layout.author(w[1]) == sec])

    def _assign_times(self, works: list[tuple[str, Json]]) -> list[tuple[int, str]]:
        """Return (ms, id) pairs; works of one second are one ms apart, so that cursors differ."""
        rows: list[tuple[int, str]] = []
        for id_, work in reversed(works):
            ms = max(1, self._layout.create_time(work) * 1000)
            rows.append((max(ms, rows[-1][0] + 1) if rows else ms, id_))
        return rows[::-1]

    def get_page(self, sec_user_id: str, cursor: int, count: int) -> RecordedPage:
        """Return works older than *cursor* (ms, 0 = now)."""
        listed = self.lists[sec_user_id]
        start = bisect_right(listed, -cursor, key=lambda row: -row[0]) if cursor else 0
        rows = listed[start : start + count]
        first, last = (rows[0][0], rows[-1][0]) if rows else (cursor, cursor)
        served = tuple(self.works[id_] for _, id_ in rows)
        return RecordedPage(served, first, last, start + count < len(listed))

    def get_profile(self, sec_user_id: str) -> Json:
        """Return the recorded profile; any other one if this user has none."""
        return self.profiles.get(sec_user_id) or next(iter(self.profiles.values()), {})

    # Media

    def _adopt(self, value: Any, field: str) -> None:
        """Find every address in *value* and set the size fields to the generated sizes."""
        if isinstance(value, dict):
            self._adopt_file(value, field)
            for name, member in value.items():
                self._adopt(member, name)
        elif isinstance(value, list):
            for member in value:
                self._adopt(member, field)
        elif self._is_media_url(value):
            self._assign_asset([value], field)

    def _adopt_file(self, value: Json, field: str) -> None:
        mirrors = (url for name in self._layout.mirrors for url in _iter_values(value.get(name)))
        urls = [url for url in mirrors if self._is_media_url(url)]
        if not urls:
            return
        asset = self._assign_asset(urls, field)
        for name in self._layout.sizes:
            if isinstance(value.get(name), int | str):  # pages of TikTok have numbers as text
                value[name] = type(value[name])(asset.size)

    def _is_media_url(self, text: Any) -> bool:
        if not isinstance(text, str) or not text.startswith(("http://", "https://")):
            return False
        return bool(PLAYER.match(text) or re.fullmatch(self._layout.hosts, urlsplit(text).netloc))

    def _assign_asset(self, urls: list[str], field: str) -> Asset:
        """Return the file behind *urls*, which are mirrors of one another."""
        known = next(
            (self.assets[strip_scheme(u)] for u in urls if strip_scheme(u) in self.assets), None
        )
        key = blake2b(strip_scheme(urls[0]).encode(), digest_size=9).hexdigest()
        asset = known or self._layout.build_asset(urls, field, key, self._sizes)
        cdn_url = next((url for url in urls if not PLAYER.match(url)), "")
        for url in urls:
            self.assets[strip_scheme(url)] = asset
            if cdn_url and PLAYER.match(url):
                self.mirrors[strip_scheme(url)] = cdn_url
        return asset


def strip_scheme(url: str) -> str:
    """Return an address unquoted and without scheme, because clients quote differently."""
    return unquote(url.partition("://")[2])


def _iter_values(urls: Any) -> Iterable[Any]:
    """Return the addresses of a field: one, a list, or mirrors by name."""
    if isinstance(urls, dict):
        return urls.values()
    return urls if isinstance(urls, list) else [urls]


# Reading the folder


def _read_objects(layout: AnswerLayout, folder: Path) -> Iterator[Json]:
    for path in sorted((folder / layout.platform / "json").glob("*.json")):
        if not path.name.startswith(layout.skipped):
            yield from _iter_objects(json.loads(path.read_bytes()))


def _iter_objects(value: Any) -> Iterator[Json]:
    """Yield every object in *value*, outermost first."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for member in _iter_values(value):
            yield from _iter_objects(member)


def _keep_longest(found: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """Return each object once, in its longest form."""
    kept: dict[str, Json] = {}
    for id_, value in found:
        if len(value) > len(kept.get(id_, ())):
            kept[id_] = value
    return kept
