"""Serve works of a user, single works and profiles on www.douyin.com."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User, Work, list_works
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.profile import build_profile
from f2scrapy.sandbox.douyin.works import build_work_json
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.work_lists import ACCOUNT

HOST = "www.douyin.com"


def serve_user_post(request: Request, state: State) -> Reply | Page:
    """Serve works of a user, newest first."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "用户不存在")
    cursor = max(0, request.get_int("max_cursor"))
    count = request.get_count(18)
    works = list_works(user, cursor, count)
    return _build_page(user, works, cursor, state)


def _build_page(user: User, works: list[Work], cursor: int, state: State) -> Page:
    oldest = works[-1] if works else None
    more = oldest is not None and bool(list_works(user, oldest.create_ms, 1))
    if not more:
        state.apply_renamed_after(user)
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
    rows = tuple(build_row(work, state, "list") for work in works)
    return Page(rows, "aweme_list", "max_cursor", fields)


def build_row(work: Work, state: State, origin: str) -> bytes:
    """Return a work as JSON, its media addresses signed for *origin*, "list" or "detail"."""
    signing = state.sign_media(str(work.aweme_id), origin)
    return build_work_json(work, state.get_nickname(work.user), signing, state.options.sizes,
                           whole=origin == "detail")  # fmt: skip


def build_works_page(works: list[Work], request: Request, state: State) -> Page:
    """Return the works of a list from position `cursor` on."""
    rows = [build_row(work, state, "list") for work in works]
    return _cut_page(rows, request, "aweme_list", "aweme_id")


def build_rows_page(
    rows: list[dict[str, Any]], request: Request, rows_key: str, id_key: str
) -> Page:
    """Return the rows of a list, which are no works, from position `cursor` on."""
    return _cut_page([encode_json(row) for row in rows], request, rows_key, id_key)


def _cut_page(rows: list[bytes], request: Request, rows_key: str, id_key: str) -> Page:
    start = max(0, request.get_int("cursor"))
    shown = tuple(rows[start : start + request.get_count()])
    end = start + len(shown)
    fields = {"status_code": 0, "cursor": end, "has_more": int(end < len(rows)),
              "log_pb": {"impr_id": LOG_ID}}  # fmt: skip
    return Page(shown, rows_key, "cursor", fields, id_key=id_key)


def serve_aweme_detail(request: Request, state: State) -> Reply:
    """Serve one work; null if it is hidden."""
    aweme_id = request.params.get("aweme_id", "")
    work = state.catalogue.find_work(request.get_int("aweme_id"))
    hidden = {"private": "status_self_see", "deleted": "status_deleted",
              "prohibited": "core_dep"}  # fmt: skip
    if work is None or work.user.secret:
        return respond_json(_build_missing(aweme_id, "not_exist"))
    if work.recipe in hidden:
        return respond_json(_build_missing(aweme_id, hidden[work.recipe]))
    body = b'{"aweme_detail":%b,"log_pb":{"impr_id":"0"},"status_code":0}'
    return Reply(body=body % build_row(work, state, "detail"))


def _build_missing(aweme_id: str, reason: str) -> dict[str, Any]:
    detail = {
        "aweme_id": aweme_id,
        "detail_msg": "因作品权限或已被删除，无法观看，去看看其他作品吧",
        "filter_reason": reason,
        "icon": "",
        "notice": "抱歉，作品不见了",
    }
    return {"aweme_detail": None, "filter_detail": detail, "log_pb": {"impr_id": "0"},
            "status_code": 0}  # fmt: skip


def serve_profile(request: Request, state: State) -> Reply:
    """Serve the profile of a user as other users see it."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "用户不存在")
    state.apply_renamed(user, request)
    now = int(state.clock() * 1000)
    extra = {"fatal_item_ids": [], "logid": LOG_ID, "now": now}
    return respond_json({"extra": extra, "log_pb": {"impr_id": "0"}, "status_code": 0,
                         "status_msg": None,
                         "user": build_profile(user, state.get_nickname(user))})  # fmt: skip


def serve_own_profile(request: Request, state: State) -> Reply:
    """Serve the profile of the account; a guest, and an expired login, get status 8."""
    if request.cookies.get("sessionid") != SESSION:
        return refusals.refuse_status(8, "用户未登录")
    user = state.catalogue.by_name[ACCOUNT]
    return respond_json({"log_pb": {"impr_id": "0"}, "status_code": 0, "status_msg": None,
                         "user": build_profile(user, state.get_nickname(user))})  # fmt: skip


def serve_mix_list(request: Request, state: State) -> Reply | Page:
    """Serve the collections of a user; a series is one."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "用户不存在")
    rows = (encode_json(build_mix(user, state)),) if user.series else ()
    fields = {"status_code": 0, "cursor": len(rows), "has_more": 0, "total": len(rows),
              "log_pb": {"impr_id": LOG_ID}}  # fmt: skip
    return Page(rows, "mix_infos", "cursor", fields, id_key="mix_id")


def serve_mix_detail(request: Request, state: State) -> Reply:
    """Serve one collection."""
    user = state.catalogue.find_series(request.params.get("mix_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "合集不存在")
    return respond_json({"mix_info": build_mix(user, state), "status_code": 0,
                         "log_pb": {"impr_id": LOG_ID}})  # fmt: skip


def build_mix(user: User, state: State) -> dict[str, Any]:
    nickname = state.get_nickname(user)
    return {
        "mix_id": user.mix_id, "mix_name": f"{nickname}合集", "desc": "", "mix_type": 0,
        "author": {"uid": user.uid, "sec_uid": user.sec_user_id, "nickname": nickname},
        "statis": {"updated_to_episode": user.count, "play_vv": 0, "collect_vv": 0},
        "status": {"status": 2, "is_collected": 0},
    }  # fmt: skip


EXACT = {
    (HOST, "/aweme/v1/web/aweme/post/"): Route("list", serve_user_post, WEB),
    (HOST, "/aweme/v1/web/aweme/detail/"): Route("detail", serve_aweme_detail, WEB),
    (HOST, "/aweme/v1/web/user/profile/other/"): Route("profile", serve_profile, WEB),
    # Asked by jiji262/douyin-downloader (2026); no answer is recorded in this project.
    (HOST, "/aweme/v1/web/user/profile/self/"): Route("account", serve_own_profile, WEB),
    (HOST, "/aweme/v1/web/mix/list/"): Route("list", serve_mix_list, WEB),
    (HOST, "/aweme/v1/web/mix/detail/"): Route("detail", serve_mix_detail, WEB),
}
