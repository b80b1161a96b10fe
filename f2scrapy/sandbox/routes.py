"""Map host and path to the handler of an interface."""

from __future__ import annotations

import re
from functools import cache

from f2scrapy.sandbox import cdn, gateway, links, recorded_answers, tokens
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin import comments as douyin_comments
from f2scrapy.sandbox.douyin import danmaku as douyin_danmaku
from f2scrapy.sandbox.douyin import favorites as douyin_favorites
from f2scrapy.sandbox.douyin import feeds as douyin_feeds
from f2scrapy.sandbox.douyin import lists as douyin_lists
from f2scrapy.sandbox.douyin import live as douyin_live
from f2scrapy.sandbox.douyin import pages as douyin_pages
from f2scrapy.sandbox.douyin import replays as douyin_replays
from f2scrapy.sandbox.douyin import search as douyin_search
from f2scrapy.sandbox.douyin import share as douyin_share
from f2scrapy.sandbox.douyin import topics as douyin_topics
from f2scrapy.sandbox.douyin import users as douyin_users
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.live import streams, webcast
from f2scrapy.sandbox.site import login, script
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok import feeds as tiktok_feeds
from f2scrapy.sandbox.tiktok import lists as tiktok_lists
from f2scrapy.sandbox.tiktok import live as tiktok_live
from f2scrapy.sandbox.tiktok import pages as tiktok_pages
from f2scrapy.sandbox.tiktok import people as tiktok_people
from f2scrapy.sandbox.tiktok import search as tiktok_search
from f2scrapy.sandbox.tiktok import tokens as tiktok_tokens
from f2scrapy.sandbox.tiktok import topics as tiktok_topics

EXACT: dict[tuple[str, str], Route] = {
    **douyin_lists.EXACT,
    **douyin_comments.EXACT,
    **douyin_danmaku.EXACT,
    **douyin_favorites.EXACT,
    **douyin_feeds.EXACT,
    **douyin_live.EXACT,
    **douyin_replays.EXACT,
    **douyin_search.EXACT,
    **douyin_topics.EXACT,
    **douyin_users.EXACT,
    **tiktok_lists.EXACT,
    **tiktok_feeds.EXACT,
    **tiktok_live.EXACT,
    **tiktok_people.EXACT,
    **tiktok_search.EXACT,
    **tiktok_tokens.EXACT,
    **tiktok_topics.EXACT,
    **tokens.EXACT,
    **script.EXACT,
    **login.EXACT,
    **webcast.EXACT,
}
# A second host of Douyin, and the interfaces it was seen with in captures of 2026-03.
MIRROR = "www-hj.douyin.com"
MIRRORED = frozenset(
    f"/aweme/v1/web/{path}/"
    for path in (
        "comment/list",
        "comment/list/reply",
        "aweme/favorite",
        "aweme/listcollection",
        "query/user",
        "danmaku/get_v2",
    )
)
PATTERNS: dict[str, Route] = {
    **douyin_favorites.PATTERNS,
    **streams.PATTERNS,
    **webcast.PATTERNS,
    **douyin_live.PATTERNS,
    **cdn.PATTERNS,
    **douyin_share.PATTERNS,
    **links.PATTERNS,
    **douyin_pages.PATTERNS,
    **tiktok_live.PATTERNS,
    **tiktok_pages.PATTERNS,
}


def find_route(request: Request, state: State) -> Route:
    """Return the route of a request; `links.OUTSIDE` for a host of neither platform."""
    if found := recorded_answers.find_route(request, state):
        return found
    host = "www.douyin.com" if request.host == MIRROR else request.host
    exact = None if host != request.host and request.path not in MIRRORED else (
        EXACT.get((host, request.path))
    )  # fmt: skip
    if exact and gateway.is_open_channel(request):
        return Route("open", exact.handler)
    if exact:
        return exact
    address = request.host + request.path
    return next((r for form, r in _compile_patterns() if form.fullmatch(address)), links.OUTSIDE)


@cache
def _compile_patterns() -> list[tuple[re.Pattern[str], Route]]:
    return [(re.compile(form, re.DOTALL), route) for form, route in PATTERNS.items()]
