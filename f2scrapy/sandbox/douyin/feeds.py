"""Serve mixes, similar works, recommendations and feeds of www.douyin.com.

A mix has the works of a user who publishes a series. Similar, recommended and new works are drawn
from other users, the same on every run. Paging has the platform's irregularities: repeated rows,
an empty page before the end, true for 1, a cursor as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import islice

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User, Work, build_work
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, build_row
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.work_lists import SIMILAR, draw_works

FOLLOWED = ("demo", "gap")  # users the account follows
FRIENDS = ("pinned", "one")
_FRIENDS_A_PAGE = 10
_GAP_MS = 500  # a cursor with this offset returns an empty page
_OWN = replace(WEB, account=True)
_LOG = {"log_pb": {"impr_id": LOG_ID}}


# Mixes


def serve_mix(request: Request, state: State) -> Reply | Page:
    """Serve the episodes of a mix after the one `cursor` names."""
    user = state.catalogue.find_series(request.params.get("mix_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "合集不存在")
    start = min(max(0, request.get_int("cursor")), user.count)
    end = min(start + request.get_count(20), user.count)
    works = [build_work(user, user.count - 1 - n) for n in range(start, end)]
    episodes = {str(work.aweme_id): user.count - work.position for work in works}
    fields = {"status_code": 0, "cursor": end, "has_more": int(end < user.count),
              "item_id_to_episode": encode_json(episodes).decode(), **_LOG}  # fmt: skip
    return Page(
        tuple(build_row(work, state, "list") for work in works), "aweme_list", "cursor", fields
    )


# Similar works and recommendations


def serve_related(request: Request, state: State) -> Page:
    """Serve works similar to one, without those in filterGids."""
    aweme_id = request.get_int("aweme_id")
    shown = request.params.get("filterGids", "").split(",")
    if str(aweme_id) not in shown:
        state.note_violation(request, "filterGids lacks the work itself")
    chosen = draw_works(state, aweme_id % 10_000, SIMILAR)
    left = [work for work in chosen if str(work.aweme_id) not in shown]
    size = request.get_count(20)
    fields = {"status_code": 0, "has_more": len(left) > size, **_LOG}
    rows = tuple(build_row(work, state, "list") for work in left[:size])
    return Page(rows, "aweme_list", "", fields)


def serve_tab_feed(request: Request, state: State) -> Page:
    """Serve another choice for each refresh_index; its first row was the last one before."""
    size, index = request.get_count(10), max(1, request.get_int("refresh_index", 1))
    start = (index - 1) * (size - 1) if size > 1 else index - 1
    rows = tuple(build_row(work, state, "list") for work in draw_works(state, start, size))
    return Page(rows, "aweme_list", "", {"status_code": 0, "has_more": 1, **_LOG})


def serve_channel_feed(request: Request, state: State) -> Page:
    """Serve another choice for each channel and refresh_index."""
    index, size = max(1, request.get_int("refresh_index")), request.get_count()
    if request.get_int("pull_type") != (2 if index > 1 else 0):
        state.note_violation(request, "pull_type is not that of the page")
    works = draw_works(state, request.get_int("tag_id") + (index - 1) * size, size)
    rows = tuple(build_row(work, state, "list") for work in works)
    return Page(rows, "aweme_list", "", {"status_code": 0, "has_more": 1, **_LOG})


# New works of users


def serve_follow_feed(request: Request, state: State) -> Page:
    """Serve works of followed users, newest first; the cursor is text."""
    page = _build_news_page(request, state, FOLLOWED, request.get_count(20))
    return page.with_fields(cursor=str(page.fields["cursor"]), level=1)


def serve_friend_feed(request: Request, state: State) -> Page:
    """Serve works of friends, newest first; the second page is empty and not the last."""
    cursor = request.get_int("cursor")
    levels = {request.params.get(name) for name in ("level", "pull_type", "refresh_type")}
    if cursor and levels != {"2"}:
        state.note_violation(
            request, "level, pull_type and refresh_type differ from the level of the page before"
        )
    page = _build_news_page(request, state, FRIENDS, _FRIENDS_A_PAGE).with_fields(level=2)
    if cursor == 0:
        return page.with_fields(cursor=page.fields["cursor"] + _GAP_MS)
    if cursor % 1000 < _GAP_MS:
        return page
    return replace(page, rows=()).with_fields(cursor=cursor - _GAP_MS, has_more=True)


def _build_news_page(request: Request, state: State, names: tuple[str, ...], size: int) -> Page:
    """Return the newest works of these users that are older than the cursor; 0 = now."""
    cursor = request.get_int("cursor")
    users = [state.catalogue.by_name[name] for name in names]
    everything = merge(*map(_iter_works, users), key=lambda work: -work.create_ms)
    older = (work for work in everything if not cursor or work.create_ms < cursor)
    works = list(islice(older, size + 1))
    shown = works[:size]
    fields = {"status_code": 0, "cursor": shown[-1].create_ms if shown else cursor,
              "has_more": len(works) > size, "friend_update_count": 0, **_LOG}  # fmt: skip
    rows = tuple(_wrap_row(build_row(work, state, "list")) for work in shown)
    return Page(rows, "data", "cursor", fields)


def _iter_works(user: User) -> Iterator[Work]:
    return (build_work(user, position) for position in range(user.count))


def _wrap_row(work: bytes) -> bytes:
    return b'{"aweme":%b,"comment_list":null,"feed_type":1,"like_list":null,"source":4}' % work


# Position of a work


def serve_locate_post(request: Request, state: State) -> Reply | Page:
    """Serve the page of a user's list that has a work in its middle."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    work = state.catalogue.find_work(request.get_int("locate_item_id"))
    if user is None or work is None or work.user is not user or user.secret:
        return refusals.refuse_status(2053, "作品不存在")
    if request.get_int("locate_item_cursor") // 1000 != work.create_time:
        state.note_violation(request, "locate_item_cursor is not the time of the work")
    size = request.get_count(10)
    start = max(0, min(work.position - size // 2, user.count - size))
    works = [build_work(user, n) for n in range(start, min(start + size, user.count))]
    fields = {"status_code": 0, "min_cursor": works[0].create_ms, "locate_item_cursor":
              work.create_ms, "max_cursor": works[-1].create_ms,
              "has_more": int(start + size < user.count), **_LOG}  # fmt: skip
    rows = tuple(build_row(work, state, "list") for work in works)
    return Page(rows, "aweme_list", "max_cursor", fields)


_API = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_API}/mix/aweme/"): Route("list", serve_mix, WEB),
    (HOST, f"{_API}/aweme/related/"): Route("list", serve_related, WEB),
    (HOST, f"{_API}/tab/feed/"): Route("list", serve_tab_feed, WEB),
    (HOST, "/aweme/v2/web/module/feed/"): Route(
        "list", serve_channel_feed, replace(WEB, method="POST")
    ),
    (HOST, f"{_API}/follow/feed/"): Route("list", serve_follow_feed, _OWN),
    (HOST, f"{_API}/familiar/feed/"): Route(
        "list", serve_friend_feed, replace(_OWN, method="POST")
    ),
    (HOST, f"{_API}/locate/post/"): Route("list", serve_locate_post, WEB),
}
