"""www.tiktok.com: what users like and collect, playlists, what is similar or recommended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import User, Work, work_at
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact
from f2scrapy.sandbox.refusals import tiktok_status
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.addresses import avatar
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import (
    BAD_PARAMETER,
    ENVELOPE,
    MOST,
    item_page,
    items,
    owner,
)
from f2scrapy.sandbox.work_lists import ACCOUNT, COLLECTED, SIMILAR, Folder, Span, drawn

# The playlists of the account, of its own works: a long one, a name no file system takes, an empty
# one, two of one name with works in common; then so many that their list has several pages, too.
PLAYLISTS = (
    Folder(0, "旅行", 0, 12),
    Folder(1, "做饭/菜谱 ", 12, 7),
    Folder(2, "空的", 0, 0),
    Folder(3, "旅行", 0, 3),
    *(Folder(n, f"列表{n}", n, 1) for n in range(4, 23)),
)


def user_like(ask: Ask, world: World) -> Answer | Page:
    """Works a user likes; nothing where only the user sees them."""
    user = owner(ask, world)
    if isinstance(user, int):
        return tiktok_status(user)
    count = user.likes if user.shows_likes and not user.secret else 0
    return _span(ask, world, count, 7 * user.number)


def user_collect(ask: Ask, world: World) -> Answer | Page:
    """Works the account collected; of others, nothing."""
    user = owner(ask, world)
    if isinstance(user, int):
        return tiktok_status(user)
    return _span(ask, world, COLLECTED if user.name == ACCOUNT else 0, 0)


def _span(ask: Ask, world: World, count: int, start: int) -> Page:
    span = Span.asked(ask, "cursor", count, most=MOST)
    works = [work_lists.work(start + number, world) for number in span.rows]
    return item_page(works, ask, world, cursor=str(span.next), more=span.more)


# Playlists


def playlists_of(user: User) -> tuple[Folder, ...]:
    """The playlists of a user; a series is one."""
    if user.series:
        return (Folder(user.number, f"{user.nickname}合集", 0, user.count),)
    return PLAYLISTS if user.name == ACCOUNT else ()


def mix_id(user: User, playlist: Folder) -> str:
    return user.mix_id if user.series else playlist.id


def user_playlist(ask: Ask, world: World) -> Answer | Page:
    """The playlists of a user; the cursor counts them."""
    user = owner(ask, world)
    if isinstance(user, int):
        return tiktok_status(user)
    whole, start = playlists_of(user), max(0, ask.number("cursor"))
    shown = whole[start : start + ask.rows()]
    end = start + len(shown)
    fields = {"cursor": str(end), "hasMore": end < len(whole), **ENVELOPE}
    rows = tuple(compact(_playlist(user, playlist, world)) for playlist in shown)
    return items(rows, fields, "playList")


def _playlist(user: User, playlist: Folder, world: World) -> dict[str, Any]:
    ids = {"id": mix_id(user, playlist), "mixId": mix_id(user, playlist)}
    creator = {"id": user.uid, "nickname": world.nickname(user), "secUid": user.sec_user_id,
               "uniqueId": user.unique_id}  # fmt: skip
    return {**ids, "name": playlist.name, "mixName": playlist.name, "creator": creator,
            "cover": avatar(user.uid, 720), "videoCount": playlist.count}  # fmt: skip


def mix(ask: Ask, world: World) -> Answer | Page:
    """Works of a playlist after the one `cursor` names; of a series, the oldest first."""
    works = _episodes(ask.params.get("mixId", ""), world)
    if works is None:
        return tiktok_status(BAD_PARAMETER)
    start = max(0, ask.number("cursor"))
    shown = works[start : start + ask.rows(most=MOST)]
    end = start + len(shown)
    return item_page(shown, ask, world, cursor=str(end), more=end < len(works))


def _episodes(wanted: str, world: World) -> list[Work] | None:
    for user in world.catalogue.users:
        for playlist in playlists_of(user):
            if mix_id(user, playlist) == wanted:
                places = range(playlist.start, playlist.start + playlist.count)
                works = [work_at(user, place) for place in places]
                return works[::-1] if user.series else works
    return None


# What the platform chooses


def related(ask: Ask, world: World) -> Answer | Page:
    """Works similar to one; the cursor counts them."""
    item_id = ask.number("itemID")
    if world.catalogue.work(item_id) is None:
        return tiktok_status(BAD_PARAMETER)
    start = max(0, ask.number("cursor"))
    end = min(start + ask.rows(16), SIMILAR)
    works = drawn(world, item_id % 10_000 + start, max(0, end - start))
    return item_page(works, ask, world, cursor=str(end), more=end < SIMILAR)


def recommend(ask: Ask, world: World) -> Page:
    """Another choice each time a visitor asks; its first row was the last of the one before."""
    device, size = ask.params.get("device_id", ""), ask.rows(6, 30)
    start = world.pulls[device] * max(size - 1, 1)
    world.pulls[device] += 1
    page = item_page(drawn(world, start, size), ask, world, cursor="0", more=True)
    return replace(page, cursor_key="").without("cursor")


EXACT = {
    (HOST, "/api/favorite/item_list/"): Route("list", user_like, WEB),
    (HOST, "/api/user/collect/item_list/"): Route("list", user_collect, replace(WEB, account=True)),
    (HOST, "/api/user/playlist/"): Route("list", user_playlist, WEB),
    (HOST, "/api/mix/item_list/"): Route("list", mix, WEB),
    (HOST, "/api/related/item_list/"): Route("list", related, WEB),
    (HOST, "/api/recommend/item_list/"): Route("list", recommend, WEB),
}
