"""www.douyin.com: works that belong together, or that the platform puts together.

A collection has the works of a user who publishes a series. What is similar, recommended or new is
drawn from other users' works, the same on every run. The platform's ways with pages are in it: rows
that come again, an empty page in the midst, true for 1, a cursor as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import islice

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User, Work, work_at
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, row
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.work_lists import SIMILAR, drawn

FOLLOWED = ("demo", "gap")  # whom the account follows
FRIENDS = ("pinned", "one")
_FRIENDS_A_PAGE = 10
_GAP_MS = 500  # a cursor that is so far off leads to an empty page
_OWN = replace(WEB, account=True)
_LOG = {"log_pb": {"impr_id": LOG_ID}}


def _size(ask: Ask, usual: int) -> int:
    return ask.rows(usual)


# Collections


def mix(ask: Ask, world: World) -> Answer | Page:
    """Episodes of a collection after the one `cursor` names."""
    user = world.catalogue.series(ask.params.get("mix_id", ""))
    if user is None:
        return refusals.status(2053, "合集不存在")
    start = min(max(0, ask.number("cursor")), user.count)
    end = min(start + _size(ask, 20), user.count)
    works = [work_at(user, user.count - 1 - n) for n in range(start, end)]
    episodes = {str(work.aweme_id): user.count - work.position for work in works}
    fields = {"status_code": 0, "cursor": end, "has_more": int(end < user.count),
              "item_id_to_episode": compact(episodes).decode(), **_LOG}  # fmt: skip
    return Page(tuple(row(work, world, "list") for work in works), "aweme_list", "cursor", fields)


# Similar works and recommendations


def related(ask: Ask, world: World) -> Page:
    """Works similar to one that are not yet shown, as far as filterGids tells."""
    aweme_id = ask.number("aweme_id")
    shown = ask.params.get("filterGids", "").split(",")
    if str(aweme_id) not in shown:
        world.note(ask, "filterGids is without the work itself")
    chosen = drawn(world, aweme_id % 10_000, SIMILAR)
    left = [work for work in chosen if str(work.aweme_id) not in shown]
    size = _size(ask, 20)
    fields = {"status_code": 0, "has_more": len(left) > size, **_LOG}
    rows = tuple(row(work, world, "list") for work in left[:size])
    return Page(rows, "aweme_list", "", fields)


def tab_feed(ask: Ask, world: World) -> Page:
    """Another choice for each refresh_index; the first row was the last of the choice before."""
    size, index = _size(ask, 10), max(1, ask.number("refresh_index", 1))
    start = (index - 1) * (size - 1) if size > 1 else index - 1
    rows = tuple(row(work, world, "list") for work in drawn(world, start, size))
    return Page(rows, "aweme_list", "", {"status_code": 0, "has_more": 1, **_LOG})


# News of people


def follow_feed(ask: Ask, world: World) -> Page:
    """Works of the users followed, newest first; the cursor is a text."""
    page = _news(ask, world, FOLLOWED, _size(ask, 20))
    return page.with_fields(cursor=str(page.fields["cursor"]), level=1)


def friend_feed(ask: Ask, world: World) -> Page:
    """Works of friends, newest first; the second page is empty, and not the last."""
    cursor = ask.number("cursor")
    told = {ask.params.get(name) for name in ("level", "pull_type", "refresh_type")}
    if cursor and told != {"2"}:
        world.note(ask, "level, pull_type and refresh_type are not the level of the page before")
    page = _news(ask, world, FRIENDS, _FRIENDS_A_PAGE).with_fields(level=2)
    if cursor == 0:
        return page.with_fields(cursor=page.fields["cursor"] + _GAP_MS)
    if cursor % 1000 < _GAP_MS:
        return page
    return replace(page, rows=()).with_fields(cursor=cursor - _GAP_MS, has_more=True)


def _news(ask: Ask, world: World, names: tuple[str, ...], size: int) -> Page:
    """The newest works of these users that are older than the cursor; 0 = now."""
    cursor = ask.number("cursor")
    users = [world.catalogue.by_name[name] for name in names]
    everything = merge(*map(_all, users), key=lambda work: -work.create_ms)
    older = (work for work in everything if not cursor or work.create_ms < cursor)
    works = list(islice(older, size + 1))
    shown = works[:size]
    fields = {"status_code": 0, "cursor": shown[-1].create_ms if shown else cursor,
              "has_more": len(works) > size, "friend_update_count": 0, **_LOG}  # fmt: skip
    rows = tuple(_told(row(work, world, "list")) for work in shown)
    return Page(rows, "data", "cursor", fields)


def _all(user: User) -> Iterator[Work]:
    return (work_at(user, position) for position in range(user.count))


def _told(work: bytes) -> bytes:
    return b'{"aweme":%b,"comment_list":null,"feed_type":1,"like_list":null,"source":4}' % work


# Around a work


def locate_post(ask: Ask, world: World) -> Answer | Page:
    """The page of a user's list that has a work in its middle."""
    user = world.catalogue.user(ask.params.get("sec_user_id", ""))
    work = world.catalogue.work(ask.number("locate_item_id"))
    if user is None or work is None or work.user is not user or user.secret:
        return refusals.status(2053, "作品不存在")
    if ask.number("locate_item_cursor") // 1000 != work.create_time:
        world.note(ask, "locate_item_cursor is not when the work was published")
    size = _size(ask, 10)
    start = max(0, min(work.position - size // 2, user.count - size))
    works = [work_at(user, n) for n in range(start, min(start + size, user.count))]
    fields = {"status_code": 0, "min_cursor": works[0].create_ms, "locate_item_cursor":
              work.create_ms, "max_cursor": works[-1].create_ms,
              "has_more": int(start + size < user.count), **_LOG}  # fmt: skip
    rows = tuple(row(work, world, "list") for work in works)
    return Page(rows, "aweme_list", "max_cursor", fields)


_API = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_API}/mix/aweme/"): Route("list", mix, WEB),
    (HOST, f"{_API}/aweme/related/"): Route("list", related, WEB),
    (HOST, f"{_API}/tab/feed/"): Route("list", tab_feed, WEB),
    (HOST, f"{_API}/follow/feed/"): Route("list", follow_feed, _OWN),
    (HOST, f"{_API}/familiar/feed/"): Route("list", friend_feed, replace(_OWN, method="POST")),
    (HOST, f"{_API}/locate/post/"): Route("list", locate_post, WEB),
}
