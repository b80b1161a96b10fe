"""Recordings: the works, profiles and media addresses of a folder of real answers.

Every work found in the folder is published by one user, "recorded", and by its own author too.
Media are made up, small, of the kind their addresses say; `data_size` and `size` in the answers
served are those of the media made up, all else is as recorded. Addresses never expire.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from f2scrapy.sandbox.catalogue import Sizes, User
from f2scrapy.sandbox.exchange import Page, compact
from f2scrapy.sandbox.media import HOSTS, Asset

Json = dict[str, Any]
_PLAYER = re.compile(r"https?://[\w.]+/aweme/v1/play/")


class Recordings:
    """All works of a folder, by id and by who lists them; all media, by address."""

    def __init__(self, folder: Path, sizes: Sizes, number: int = 98) -> None:
        self._sizes = sizes
        self.assets: dict[str, Asset] = {}  # by address, see `bare`
        self.mirrors: dict[str, str] = {}  # the player's address → a CDN's of the same file
        works = sorted(_works(folder), key=_when, reverse=True)
        for work in works:
            self._adopt(work)
        self.works = {work["aweme_id"]: compact(work) for work in works}
        self.user = User(number, "recorded", len(works), nickname="录制")
        self.lists: dict[str, list[tuple[int, str]]] = {self.user.sec_user_id: _timed(works)}
        for sec in {_author(work) for work in works} - {""}:
            self.lists[sec] = _timed([work for work in works if _author(work) == sec])
        self.profiles = {user["sec_uid"]: user for user in _users(folder)}

    def _adopt(self, value: Any) -> None:
        """Finds every address in *value* and states the true size of what it leads to."""
        if isinstance(value, dict):
            self._adopt_file(value)
            for member in value.values():
                self._adopt(member)
        elif isinstance(value, list):
            for member in value:
                self._adopt(member)
        elif isinstance(value, str) and _is_medium(value):
            self._asset([value])

    def _adopt_file(self, value: Json) -> None:
        urls = value.get("url_list")
        urls = list(urls.values()) if isinstance(urls, dict) else urls
        if not isinstance(urls, list) or not (urls := [u for u in urls if _is_medium(u)]):
            return
        asset = self._asset(urls)
        for name in ("data_size", "size"):
            if isinstance(value.get(name), int):
                value[name] = asset.size

    def _asset(self, urls: list[str]) -> Asset:
        """The one file behind *urls*, which are mirrors of one another."""
        known = next((self.assets[bare(u)] for u in urls if bare(u) in self.assets), None)
        asset = known or self._made(urls)
        elsewhere = next((url for url in urls if not _PLAYER.match(url)), "")
        for url in urls:
            self.assets[bare(url)] = asset
            if elsewhere and _PLAYER.match(url):
                self.mirrors[bare(url)] = elsewhere
        return asset

    def _made(self, urls: list[str]) -> Asset:
        key = blake2b(bare(urls[0]).encode(), digest_size=9).hexdigest()
        return self._sizes.asset(_kind(urls), key)

    def page(self, sec_user_id: str, cursor: int, count: int) -> Page:
        """Works older than *cursor* (ms, 0 = now), newest first."""
        listed = self.lists[sec_user_id]
        start = bisect_right(listed, -cursor, key=lambda row: -row[0]) if cursor else 0
        rows = listed[start : start + count]
        fields = {
            "status_code": 0,
            "min_cursor": rows[0][0] if rows and cursor else 0,
            "max_cursor": rows[-1][0] if rows else cursor,
            "has_more": int(start + count < len(listed)),
        }
        return Page(tuple(self.works[id_] for _, id_ in rows), "aweme_list", "max_cursor", fields)

    def profile(self, sec_user_id: str, nickname: str) -> Json:
        """A recorded profile that counts what is listed here."""
        kept = self.profiles.get(sec_user_id) or next(iter(self.profiles.values()), {})
        own = {"sec_uid": sec_user_id, "aweme_count": len(self.lists[sec_user_id])}
        return kept | own | ({} if sec_user_id in self.profiles else {"nickname": nickname})


# Reading the folder


def _answers(folder: Path) -> Iterator[Any]:
    for path in sorted((folder / "douyin" / "json").glob("*.json")):
        if not path.name.startswith("render_data"):
            yield json.loads(path.read_bytes())


def _objects(value: Any) -> Iterator[Json]:
    """Every object in *value*, outermost first."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from _objects(member)


def _works(folder: Path) -> list[Json]:
    """Each work once, in its longest form."""
    found: dict[str, Json] = {}
    for answer in _answers(folder):
        for work in _objects(answer):
            if isinstance(work.get("aweme_id"), str) and "aweme_type" in work and "author" in work:
                known = found.get(work["aweme_id"])
                if known is None or len(work) > len(known):
                    found[work["aweme_id"]] = work
    return list(found.values())


def _users(folder: Path) -> Iterator[Json]:
    for answer in _answers(folder):
        for user in _objects(answer):
            if "sec_uid" in user and "aweme_count" in user and "signature" in user:
                yield user


def _when(work: Json) -> tuple[int, str]:
    return work.get("create_time") or 0, work["aweme_id"]


def _author(work: Json) -> str:
    return str((work.get("author") or {}).get("sec_uid") or "")


def _timed(works: list[Json]) -> list[tuple[int, str]]:
    """(ms, id), newest first; works of one second are a millisecond apart, so cursors differ."""
    rows: list[tuple[int, str]] = []
    for work in reversed(works):
        ms = max(1, (work.get("create_time") or 0) * 1000)
        rows.append((max(ms, rows[-1][0] + 1) if rows else ms, work["aweme_id"]))
    return rows[::-1]


# Addresses


def bare(url: str) -> str:
    """An address without scheme, unquoted: as different clients may write it."""
    return unquote(url.partition("://")[2])


def _is_medium(text: Any) -> bool:
    if not isinstance(text, str) or not text.startswith(("http://", "https://")):
        return False
    return bool(_PLAYER.match(text) or re.fullmatch(HOSTS, urlsplit(text).netloc))


def _kind(urls: list[str]) -> str:
    path = urlsplit(urls[0]).path
    for suffix, kind in _SUFFIXES.items():
        if path.endswith(suffix):
            return kind
    if any("vod.com" in url or _PLAYER.match(url) for url in urls):
        return "mp4"
    return "mp3" if "douyinstatic.com" in urls[0] else "jpeg"


_SUFFIXES = {".mp3": "mp3", ".m4a": "mp3", ".mp4": "mp4", ".webp": "webp", ".png": "png",
             ".json": "json"}  # fmt: skip
