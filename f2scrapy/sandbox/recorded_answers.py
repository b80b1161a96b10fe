"""Reply from recordings; these routes precede the generated ones."""

from __future__ import annotations

import json
import re
from typing import Any

from f2scrapy.sandbox import cdn
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin import lists as douyin_lists
from f2scrapy.sandbox.http_types import (
    Page,
    Reply,
    Request,
    encode_json,
    redirect,
    respond_html,
    respond_json,
)
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.recordings import USER, Recordings, strip_scheme
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok import lists as tiktok_lists
from f2scrapy.sandbox.tiktok import pages
from f2scrapy.sandbox.tiktok.checks import HOST as TIKTOK_HOST
from f2scrapy.sandbox.tiktok.checks import WEB as TIKTOK_WEB

# Douyin


def serve_aweme_post(request: Request, state: State) -> Reply | Page:
    recorded, sec = state.recorded["douyin"], request.params.get("sec_user_id", "")
    if sec not in recorded.lists:
        return douyin_lists.serve_user_post(request, state)
    cursor = max(0, request.get_int("max_cursor"))
    page = recorded.get_page(sec, cursor, request.get_count(18))
    fields = {
        "status_code": 0,
        "min_cursor": page.first if cursor else 0,
        "max_cursor": page.last,
        "has_more": int(page.has_more),
    }
    return Page(page.rows, "aweme_list", "max_cursor", fields)


def serve_aweme_detail(request: Request, state: State) -> Reply:
    row = state.recorded["douyin"].works.get(request.params.get("aweme_id", ""))
    if row is None:
        return douyin_lists.serve_aweme_detail(request, state)
    return Reply(body=b'{"aweme_detail":%b,"log_pb":{"impr_id":"0"},"status_code":0}' % row)


def serve_profile_other(request: Request, state: State) -> Reply:
    """Reply with a recorded profile that counts the works listed here."""
    recorded, sec = state.recorded["douyin"], request.params.get("sec_user_id", "")
    if sec not in recorded.lists:
        return douyin_lists.serve_profile(request, state)
    counted = {"sec_uid": sec, "aweme_count": len(recorded.lists[sec])}
    if sec not in recorded.profiles:
        counted["nickname"] = state.get_nickname(USER)
    return respond_json({"status_code": 0, "user": recorded.get_profile(sec) | counted})


# TikTok


def serve_item_list(request: Request, state: State) -> Reply | Page:
    recorded, sec = state.recorded["tiktok"], request.params.get("secUid", "")
    if sec not in recorded.lists:
        return tiktok_lists.serve_user_post(request, state)
    page = recorded.get_page(
        sec, max(0, request.get_int("cursor")), request.get_count(16, tiktok_lists.MOST)
    )
    fields = {"cursor": str(page.last), "hasMore": page.has_more, **tiktok_lists.ENVELOPE}
    return tiktok_lists.build_page(page.rows, fields)


def serve_item_detail(request: Request, state: State) -> Reply:
    row = state.recorded["tiktok"].works.get(request.params.get("itemId", ""))
    if row is None:
        return tiktok_lists.serve_item_detail(request, state)
    rest = encode_json(tiktok_lists.ENVELOPE)
    return Reply(body=b'{"itemInfo":{"itemStruct":%b},%b' % (row, rest[1:]))


def serve_user_detail(request: Request, state: State) -> Reply:
    sec = _find_sec_user_id(request.params.get("uniqueId", ""), state) or request.params.get(
        "secUid", ""
    )
    if sec not in state.recorded["tiktok"].lists:
        return tiktok_lists.serve_profile(request, state)
    return respond_json({**tiktok_lists.ENVELOPE, "userInfo": _build_user_info(sec, state)})


def serve_user_page(request: Request, state: State) -> Reply:
    """Serve /@uniqueId."""
    sec = _find_sec_user_id(request.path.strip("/").removeprefix("@"), state)
    if not sec:
        return pages.serve_user_page(request, state)
    detail = {"userInfo": _build_user_info(sec, state), "statusCode": 0, "statusMsg": ""}
    return _render_page({"webapp.user-detail": detail}, request, state)


def serve_work_page(request: Request, state: State) -> Reply:
    """Serve /@uniqueId/video/ID; any uniqueId is accepted."""
    row = state.recorded["tiktok"].works.get(request.path.rstrip("/").rpartition("/")[2])
    if row is None:
        return pages.serve_work_page(request, state)
    detail = {"itemInfo": {"itemStruct": json.loads(row)}, "statusCode": 0, "statusMsg": ""}
    return _render_page({"webapp.video-detail": detail}, request, state)


def _render_page(scope: dict[str, Any], request: Request, state: State) -> Reply:
    return pages.render_page(scope, pages.Visitor.from_request(request, state), request, state)


def _find_sec_user_id(unique_id: str, state: State) -> str:
    """Return the sec_user_id of a recorded unique_id; "" if there is none."""
    if unique_id == USER.unique_id:
        return USER.sec_user_id
    recorded = state.recorded["tiktok"]
    known = (
        (sec, profile["user"])
        for sec, profile in recorded.profiles.items()
        if sec in recorded.lists
    )
    return next((sec for sec, user in known if user.get("uniqueId") == unique_id), "")


def _build_user_info(sec: str, state: State) -> dict[str, Any]:
    """Return a recorded profile that counts the works listed here."""
    recorded = state.recorded["tiktok"]
    profile, count = recorded.get_profile(sec), len(recorded.lists[sec])
    identity: dict[str, Any] = {"secUid": sec}
    if sec not in recorded.profiles:
        identity |= {
            "uniqueId": USER.unique_id,
            "id": USER.uid,
            "nickname": state.get_nickname(USER),
        }
    stats = {name: profile[name] | {"videoCount": kind(count)}
             for name, kind in (("stats", int), ("statsV2", str)) if name in profile}  # fmt: skip
    return profile | stats | {"user": profile.get("user", {}) | identity}


# Media


def find_asset(request: Request, state: State) -> Asset | None:
    """Return the file of a recorded address; None if the address is not recorded."""
    found = _find_recordings(request, state)
    return found[1].assets[strip_scheme(request.url)] if found else None


def _find_recordings(request: Request, state: State) -> tuple[str, Recordings] | None:
    """Return the platform of an address and its recordings; a host may serve both platforms."""
    key = strip_scheme(request.url)
    return next((pair for pair in state.recorded.items() if key in pair[1].assets), None)


def serve_media(request: Request, state: State) -> Reply:
    """Serve a recorded address; the player redirects to a CDN."""
    found = _find_recordings(request, state)
    assert found is not None
    platform, recorded = found
    key = strip_scheme(request.url)
    if key in recorded.mirrors:
        return redirect(recorded.mirrors[key])
    if not cdn.is_welcome(request, state, platform):
        return respond_html("<h1>403 Forbidden</h1>", 403)
    return Reply(asset=recorded.assets[key])


_MEDIUM = Route("media", serve_media)
EXACT = {
    (douyin_lists.HOST, "/aweme/v1/web/aweme/post/"): Route("list", serve_aweme_post, WEB),
    (douyin_lists.HOST, "/aweme/v1/web/aweme/detail/"): Route("detail", serve_aweme_detail, WEB),
    (douyin_lists.HOST, "/aweme/v1/web/user/profile/other/"): Route(
        "profile", serve_profile_other, WEB
    ),
    (TIKTOK_HOST, "/api/post/item_list/"): Route("list", serve_item_list, TIKTOK_WEB),
    (TIKTOK_HOST, "/api/item/detail/"): Route("detail", serve_item_detail, TIKTOK_WEB),
    (TIKTOK_HOST, "/api/user/detail/"): Route("profile", serve_user_detail, TIKTOK_WEB),
}
PATTERNS = {
    r"www\.tiktok\.com/@[\w.]+/?": Route("page", serve_user_page),
    r"www\.tiktok\.com/@[\w.]*/(video|photo)/\d+/?": Route("page", serve_work_page),
}


def find_route(request: Request, state: State) -> Route | None:
    """Return the route of a request if it has recordings."""
    if not state.recorded:
        return None
    if _find_recordings(request, state):
        return _MEDIUM
    matching = (
        route for form, route in PATTERNS.items() if re.fullmatch(form, request.host + request.path)
    )
    return EXACT.get((request.host, request.path)) or next(matching, None)
