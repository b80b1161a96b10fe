"""The interfaces that answer from recordings; they stand before the usual ones."""

from __future__ import annotations

import json
import re
from typing import Any

from f2scrapy.sandbox import cdn
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin import lists as douyin
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, html, redirect, reply
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.recordings import USER, Recordings, bare
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok import lists as tiktok
from f2scrapy.sandbox.tiktok import pages as tiktok_pages
from f2scrapy.sandbox.tiktok.checks import HOST as TIKTOK_HOST
from f2scrapy.sandbox.tiktok.checks import WEB as TIKTOK_WEB

# Douyin


def aweme_post(ask: Ask, world: World) -> Answer | Page:
    recorded, sec = world.recorded["douyin"], ask.params.get("sec_user_id", "")
    if sec not in recorded.lists:
        return douyin.user_post(ask, world)
    cursor = max(0, ask.number("max_cursor"))
    part = recorded.page(sec, cursor, ask.rows(18))
    fields = {
        "status_code": 0,
        "min_cursor": part.first if cursor else 0,
        "max_cursor": part.last,
        "has_more": int(part.more),
    }
    return Page(part.rows, "aweme_list", "max_cursor", fields)


def aweme_detail(ask: Ask, world: World) -> Answer:
    row = world.recorded["douyin"].works.get(ask.params.get("aweme_id", ""))
    if row is None:
        return douyin.aweme_detail(ask, world)
    return Answer(body=b'{"aweme_detail":%b,"log_pb":{"impr_id":"0"},"status_code":0}' % row)


def profile_other(ask: Ask, world: World) -> Answer:
    """A recorded profile that counts what is listed here."""
    recorded, sec = world.recorded["douyin"], ask.params.get("sec_user_id", "")
    if sec not in recorded.lists:
        return douyin.profile(ask, world)
    told = {"sec_uid": sec, "aweme_count": len(recorded.lists[sec])}
    if sec not in recorded.profiles:
        told["nickname"] = world.nickname(USER)
    return reply({"status_code": 0, "user": recorded.profile(sec) | told})


# TikTok


def item_list(ask: Ask, world: World) -> Answer | Page:
    recorded, sec = world.recorded["tiktok"], ask.params.get("secUid", "")
    if sec not in recorded.lists:
        return tiktok.user_post(ask, world)
    part = recorded.page(sec, max(0, ask.number("cursor")), ask.rows(16, tiktok.MOST))
    fields = {"cursor": str(part.last), "hasMore": part.more, **tiktok.ENVELOPE}
    return tiktok.items(part.rows, fields)


def item_detail(ask: Ask, world: World) -> Answer:
    row = world.recorded["tiktok"].works.get(ask.params.get("itemId", ""))
    if row is None:
        return tiktok.item_detail(ask, world)
    rest = compact(tiktok.ENVELOPE)
    return Answer(body=b'{"itemInfo":{"itemStruct":%b},%b' % (row, rest[1:]))


def user_detail(ask: Ask, world: World) -> Answer:
    sec = _named(ask.params.get("uniqueId", ""), world) or ask.params.get("secUid", "")
    if sec not in world.recorded["tiktok"].lists:
        return tiktok.profile(ask, world)
    return reply({**tiktok.ENVELOPE, "userInfo": _user_info(sec, world)})


def user_page(ask: Ask, world: World) -> Answer:
    """/@uniqueId"""
    sec = _named(ask.path.strip("/").removeprefix("@"), world)
    if not sec:
        return tiktok_pages.user_page(ask, world)
    told = {"userInfo": _user_info(sec, world), "statusCode": 0, "statusMsg": ""}
    return _shown({"webapp.user-detail": told}, ask, world)


def work_page(ask: Ask, world: World) -> Answer:
    """/@anybody/video/ID"""
    row = world.recorded["tiktok"].works.get(ask.path.rstrip("/").rpartition("/")[2])
    if row is None:
        return tiktok_pages.work_page(ask, world)
    told = {"itemInfo": {"itemStruct": json.loads(row)}, "statusCode": 0, "statusMsg": ""}
    return _shown({"webapp.video-detail": told}, ask, world)


def _shown(scope: dict[str, Any], ask: Ask, world: World) -> Answer:
    return tiktok_pages.shown(scope, tiktok_pages.Visitor.of(ask, world), ask, world)


def _named(unique_id: str, world: World) -> str:
    """The sec_user_id of who has that name; "" where nobody recorded has."""
    if unique_id == USER.unique_id:
        return USER.sec_user_id
    recorded = world.recorded["tiktok"]
    known = (
        (sec, told["user"]) for sec, told in recorded.profiles.items() if sec in recorded.lists
    )
    return next((sec for sec, user in known if user.get("uniqueId") == unique_id), "")


def _user_info(sec: str, world: World) -> dict[str, Any]:
    """A recorded profile that counts what is listed here."""
    recorded = world.recorded["tiktok"]
    told, count = recorded.profile(sec), len(recorded.lists[sec])
    own: dict[str, Any] = {"secUid": sec}
    if sec not in recorded.profiles:
        own |= {"uniqueId": USER.unique_id, "id": USER.uid, "nickname": world.nickname(USER)}
    stats = {name: told[name] | {"videoCount": kind(count)}
             for name, kind in (("stats", int), ("statsV2", str)) if name in told}  # fmt: skip
    return told | stats | {"user": told.get("user", {}) | own}


# Media


def asset(ask: Ask, world: World) -> Asset | None:
    """The file a recorded address names; None where it names none."""
    found = _holder(ask, world)
    return found[1].assets[bare(ask.url)] if found else None


def _holder(ask: Ask, world: World) -> tuple[str, Recordings] | None:
    """The platform that told this address, which may be of a host that serves others, too."""
    key = bare(ask.url)
    return next((pair for pair in world.recorded.items() if key in pair[1].assets), None)


def medium(ask: Ask, world: World) -> Answer:
    """What a recorded address leads to; the player leads on to a CDN."""
    found = _holder(ask, world)
    assert found is not None
    platform, recorded = found
    key = bare(ask.url)
    if key in recorded.mirrors:
        return redirect(recorded.mirrors[key])
    if not cdn.welcome(ask, world, platform):
        return html("<h1>403 Forbidden</h1>", 403)
    return Answer(asset=recorded.assets[key])


_MEDIUM = Route("media", medium)
EXACT = {
    (douyin.HOST, "/aweme/v1/web/aweme/post/"): Route("list", aweme_post, WEB),
    (douyin.HOST, "/aweme/v1/web/aweme/detail/"): Route("detail", aweme_detail, WEB),
    (douyin.HOST, "/aweme/v1/web/user/profile/other/"): Route("profile", profile_other, WEB),
    (TIKTOK_HOST, "/api/post/item_list/"): Route("list", item_list, TIKTOK_WEB),
    (TIKTOK_HOST, "/api/item/detail/"): Route("detail", item_detail, TIKTOK_WEB),
    (TIKTOK_HOST, "/api/user/detail/"): Route("profile", user_detail, TIKTOK_WEB),
}
PATTERNS = {
    r"www\.tiktok\.com/@[\w.]+/?": Route("page", user_page),
    r"www\.tiktok\.com/@[\w.]*/(video|photo)/\d+/?": Route("page", work_page),
}


def find(ask: Ask, world: World) -> Route | None:
    """The interface of that address, if it is one that has recordings."""
    if not world.recorded:
        return None
    if _holder(ask, world):
        return _MEDIUM
    pages = (route for form, route in PATTERNS.items() if re.fullmatch(form, ask.host + ask.path))
    return EXACT.get((ask.host, ask.path)) or next(pages, None)
