"""Routes: which function answers for which host and path."""

from __future__ import annotations

import re
from functools import cache

from f2scrapy.sandbox import (
    cdn,
    douyin,
    douyin_comments,
    douyin_favorites,
    douyin_feeds,
    douyin_live,
    douyin_pages,
    douyin_search,
    douyin_users,
    links,
    recorded,
    streams,
    tiktok,
    tiktok_feeds,
    tiktok_live,
    tiktok_pages,
    tiktok_people,
    tiktok_search,
    tiktok_tokens,
    tokens,
    webcast,
)
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.exchange import Ask
from f2scrapy.sandbox.world import World

EXACT: dict[tuple[str, str], Route] = {
    **douyin.EXACT,
    **douyin_comments.EXACT,
    **douyin_favorites.EXACT,
    **douyin_feeds.EXACT,
    **douyin_live.EXACT,
    **douyin_search.EXACT,
    **douyin_users.EXACT,
    **tiktok.EXACT,
    **tiktok_feeds.EXACT,
    **tiktok_live.EXACT,
    **tiktok_people.EXACT,
    **tiktok_search.EXACT,
    **tiktok_tokens.EXACT,
    **tokens.EXACT,
    **webcast.EXACT,
}
PATTERNS: dict[str, Route] = {
    **douyin_favorites.PATTERNS,
    **streams.PATTERNS,
    **cdn.PATTERNS,
    **links.PATTERNS,
    **douyin_pages.PATTERNS,
    **tiktok_live.PATTERNS,
    **tiktok_pages.PATTERNS,
}


def find(ask: Ask, world: World) -> Route:
    """The interface of that address; that of a stranger's host where it is none of ours."""
    if found := recorded.find(ask, world):
        return found
    exact = EXACT.get((ask.host, ask.path))
    if exact:
        return exact
    address = ask.host + ask.path
    return next((r for form, r in _compiled() if form.fullmatch(address)), links.OUTSIDE)


@cache
def _compiled() -> list[tuple[re.Pattern[str], Route]]:
    return [(re.compile(form, re.DOTALL), route) for form, route in PATTERNS.items()]
