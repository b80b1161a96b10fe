"""www.douyin.com: lists, works, profiles."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User, Work, listed
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.profile import profile_json
from f2scrapy.sandbox.douyin.works import work_json
from f2scrapy.sandbox.http_types import Answer, Ask, Page, reply
from f2scrapy.sandbox.state import World

HOST = "www.douyin.com"


def user_post(ask: Ask, world: World) -> Answer | Page:
    """Works of a user, newest first."""
    user = world.catalogue.user(ask.params.get("sec_user_id", ""))
    if user is None:
        return refusals.status(2053, "用户不存在")
    cursor = max(0, ask.number("max_cursor"))
    count = ask.rows(18)
    works = listed(user, cursor, count)
    return _works_page(user, works, cursor, world)


def _works_page(user: User, works: list[Work], cursor: int, world: World) -> Page:
    oldest = works[-1] if works else None
    more = oldest is not None and bool(listed(user, oldest.create_ms, 1))
    if not more:
        world.seen_to_the_end(user)
    fields = {
        "status_code": 0,
        "min_cursor": 0 if cursor == 0 or not works else works[0].create_ms,
        "max_cursor": oldest.create_ms if oldest else cursor,
        "has_more": int(more),
        "time_list": ["2026·11", "2026·10", "2026·09"],
        "log_pb": {"impr_id": LOG_ID},
        "request_item_cursor": 0,
        "post_serial": 2,
        "replace_series_cover": 1,
    }
    rows = tuple(row(work, world, "list") for work in works)
    return Page(rows, "aweme_list", "max_cursor", fields)


def row(work: Work, world: World, origin: str) -> bytes:
    """A work in an answer, its media addresses signed for *origin*, "list" or "detail"."""
    signing = world.sign_media(str(work.aweme_id), origin)
    return work_json(work, world.nickname(work.user), signing, world.options.sizes)


def aweme_detail(ask: Ask, world: World) -> Answer:
    """One work; null where it cannot be seen."""
    aweme_id = ask.params.get("aweme_id", "")
    work = world.catalogue.work(ask.number("aweme_id"))
    hidden = {"private": "status_self_see", "deleted": "status_deleted",
              "prohibited": "core_dep"}  # fmt: skip
    if work is None or work.user.secret:
        return reply(_no_work(aweme_id, "not_exist"))
    if work.recipe in hidden:
        return reply(_no_work(aweme_id, hidden[work.recipe]))
    body = b'{"aweme_detail":%b,"log_pb":{"impr_id":"0"},"status_code":0}'
    return Answer(body=body % row(work, world, "detail"))


def _no_work(aweme_id: str, reason: str) -> dict[str, Any]:
    told = {
        "aweme_id": aweme_id,
        "detail_msg": "因作品权限或已被删除，无法观看，去看看其他作品吧",
        "filter_reason": reason,
        "icon": "",
        "notice": "抱歉，作品不见了",
    }
    return {"aweme_detail": None, "filter_detail": told, "log_pb": {"impr_id": "0"},
            "status_code": 0}  # fmt: skip


def profile(ask: Ask, world: World) -> Answer:
    """A user as others see it."""
    user = world.catalogue.user(ask.params.get("sec_user_id", ""))
    if user is None:
        return refusals.status(2053, "用户不存在")
    world.met(user, ask)
    now = int(world.clock() * 1000)
    told = {"fatal_item_ids": [], "logid": LOG_ID, "now": now}
    return reply({"extra": told, "log_pb": {"impr_id": "0"}, "status_code": 0, "status_msg": None,
                  "user": profile_json(user, world.nickname(user))})  # fmt: skip


EXACT = {
    (HOST, "/aweme/v1/web/aweme/post/"): Route("list", user_post, WEB),
    (HOST, "/aweme/v1/web/aweme/detail/"): Route("detail", aweme_detail, WEB),
    (HOST, "/aweme/v1/web/user/profile/other/"): Route("profile", profile, WEB),
}
