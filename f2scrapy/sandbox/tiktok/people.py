"""Serve comments, replies, followings and followers of www.tiktok.com."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.comments import Comment, CommentPage, list_comments, list_replies
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.people import Stranger, compute_follow_time, count_people, get_person
from f2scrapy.sandbox.refusals import refuse_tiktok
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.tiktok.addresses import make_avatar_url, make_avatars
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import (
    ENVELOPE,
    LOG_ID,
    PRIVATE_ACCOUNT,
    build_page,
    find_owner,
    get_hidden_status,
)
from f2scrapy.sandbox.work_lists import ACCOUNT

_NULLS = (
    "account_labels ad_cover_url advance_feature_item_order advanced_feature_info bold_fields "
    "can_message_follow_status_list can_set_geofencing cha_list cover_url events geofencing "
    "followers_detail homepage_bottom_toast item_list mutual_relation_avatars need_points "
    "platform_sync_info relative_users search_highlight shield_edit_field_info type_label "
    "user_profile_guide user_tags white_cover_url"
)


# Comments: these interfaces use snake_case


def serve_comments(request: Request, state: State) -> Reply | Page:
    """Serve comments page by page; a full page always says that there are more."""
    work = state.catalogue.find_work(request.get_int("aweme_id"))
    if work is None or get_hidden_status(work):
        return _respond_empty(0)
    page = list_comments(work, max(0, request.get_int("cursor")), request.get_count(most=50))
    return _build_page(page) if page.rows else _respond_empty(page.total)


def serve_replies(request: Request, state: State) -> Reply | Page:
    """Serve the replies to a comment."""
    work = state.catalogue.find_work(request.get_int("item_id"))
    if work is None:
        return _respond_empty(0)
    cursor, count = max(0, request.get_int("cursor")), request.get_count(most=50)
    return _build_page(list_replies(work, request.get_int("comment_id"), cursor, count))


def _build_envelope(cursor: int, more: bool, total: int) -> dict[str, Any]:
    return {
        "alias_comment_deleted": False, "cursor": cursor, "has_filtered_comments": 0,
        "extra": {"api_debug_info": None, "fatal_item_ids": None, "now": 1793534400000},
        "has_more": int(more), "log_pb": {"impr_id": LOG_ID}, "reply_style": 2, "status_code": 0,
        "status_msg": "", "top_gifts": None, "total": total,
    }  # fmt: skip


def _build_page(page: CommentPage) -> Page:
    rows = tuple(encode_json(build_comment(comment)) for comment in page.rows)
    fields = _build_envelope(page.cursor, page.has_more, page.total)
    return Page(rows, "comments", "cursor", fields, id_key="cid")


def _respond_empty(total: int) -> Reply:
    return respond_json({**_build_envelope(0, False, total), "comments": None})


def build_comment(comment: Comment) -> dict[str, Any]:
    """Return one row; some have a picture, some include their first reply."""
    stranger, work = comment.author, comment.work
    pictured = stranger.digest[2] % 10 == 0
    row = {
        "author_pin": False,
        "aweme_id": str(work.aweme_id),
        "cid": comment.cid,
        "collect_stat": 0,
        "comment_language": "zh",
        "create_time": work.create_time + 60 * comment.place,
        "digg_count": stranger.digest[1],
        "image_list": [_build_picture(comment)] if pictured else None,
        "is_author_digged": stranger.digest[3] % 16 == 0,
        "label_list": [{"text": "作者赞过", "type": 20}] if stranger.digest[3] % 16 == 0 else None,
        "no_show": False,
        "reply_comment": None,
        "reply_id": comment.reply_id,
        "reply_to_reply_id": comment.reply_to_reply_id,
        "share_info": {"acl": {"code": 1, "extra": "{}"}, "desc": "", "title": "", "url": ""},
        "status": 1,
        "text": f"说得好{comment.thread}-{comment.place}👏" if stranger.digest[0] % 9 else "",
        "text_extra": [],
        "trans_btn_style": 0,
        "user": _build_author(stranger),
        "user_buried": False,
        "user_digged": 0,
    }
    return row if comment.place else row | _build_comment_part(comment)


def _build_comment_part(comment: Comment) -> dict[str, Any]:
    shown = comment.reply_count and comment.thread % 2
    return {
        "reply_comment": [build_comment(comment._replace(place=1))] if shown else None,
        "reply_comment_total": comment.reply_count,
        "sort_tags": "{}",
        "stick_position": 0,
    }


def _build_author(stranger: Stranger) -> dict[str, Any]:
    face = {
        "uri": stranger.uid,
        "url_list": [make_avatar_url(stranger.uid, 100)] * 2,
        "url_prefix": None,
    }
    return {**dict.fromkeys(_NULLS.split()), "avatar_thumb": face, "custom_verify": "",
            "enterprise_verify_reason": "", "nickname": f"路人{stranger.uid[-4:]}",
            "sec_uid": stranger.sec_user_id, "uid": stranger.uid,
            "unique_id": f"person{stranger.uid}"}  # fmt: skip


def _build_picture(comment: Comment) -> dict[str, Any]:
    urls = [f"https://{host}-comment-sign-sg.tiktokcdn.com/comment/{comment.cid}~tplv.image"
            for host in ("p16", "p19")]  # fmt: skip
    picture = {
        "uri": comment.cid,
        "url_list": urls,
        "url_prefix": None,
        "width": 720,
        "height": 1520,
    }
    return {"crop_url": picture, "origin_url": picture}


# Followings and followers


def serve_user_list(request: Request, state: State) -> Reply | Page:
    """Serve followings (scene 21) or followers (67) from `minCursor` downwards, a time in s."""
    user, key = find_owner(request, state), _SCENES.get(request.get_int("scene"))
    if isinstance(user, int) or key is None:
        return refuse_tiktok(user if isinstance(user, int) else 10201)
    if user.secret:
        return refuse_tiktok(PRIVATE_ACCOUNT)
    return _build_people_page(request, user, key)


_SCENES = {21: "followings", 67: "followers"}


def _build_people_page(request: Request, user: User, key: str) -> Page:
    """Return the people added to the list before the requested time; 0 = now.

    There is no maxCursor: an answer of 2025-10 has none, and another project measured (2026-09)
    that minCursor alone goes on.
    """
    people, before = range(count_people(user, key)), max(0, request.get_int("minCursor"))
    start = bisect_right(people, -before, key=lambda p: -compute_follow_time(p)) if before else 0
    shown = people[start : start + request.get_count(30, 30)]
    fields = {
        "hasMore": bool(shown) and shown[-1] + 1 < len(people),
        "isTruncated": False,
        "minCursor": compute_follow_time(shown[-1]) if shown else before,
        "total": len(people),
        **ENVELOPE,
    }
    rows = tuple(encode_json(build_person(user, key, position)) for position in shown)
    return replace(build_page(rows, fields, "userList"), cursor_key="minCursor", id_key="secUid")


def build_person(user: User, key: str, position: int) -> dict[str, Any]:
    """Return one row; some are private, some have no nickname."""
    stranger = get_person(user, key, position)
    counts = {"diggCount": stranger.digest[6] * 7, "followerCount": stranger.digest[7] * 11,
              "followingCount": stranger.digest[8] * 3, "friendCount": 0,
              "heart": stranger.digest[9] * 101, "heartCount": stranger.digest[9] * 101,
              "videoCount": stranger.digest[5]}  # fmt: skip
    shown = {
        "id": stranger.uid, **make_avatars(stranger.uid), "commentSetting": 0, "downloadSetting": 0,
        "duetSetting": 0, "ftc": False, "isADVirtual": False,
        "nickname": f"路人{position}🌿" if position % 5 else "", "openFavorite": False,
        "privateAccount": position % 11 == 7, "relation": 0, "secUid": stranger.sec_user_id,
        "secret": position % 11 == 7, "signature": "看看\n就好" if position % 2 else "",
        "stitchSetting": 0, "ttSeller": False, "uniqueId": f"person{stranger.uid}",
        "verified": position % 4 == 0,
    }  # fmt: skip
    texts = {name: str(count) for name, count in counts.items()}
    return {"user": shown, "stats": counts, "statsV2": texts}


# The account


def serve_account(request: Request, state: State) -> Reply:
    """Serve whose login it is, as the interface of the site's login does."""
    if request.cookies.get("sessionid") != SESSION:
        data = {"captcha": "", "desc_url": "", "error_code": 1,
                "description": "Session expired, please sign in again"}  # fmt: skip
        return respond_json({"data": data, "message": "error"})
    user = state.catalogue.by_name[ACCOUNT]
    return respond_json({"message": "success", "data": {
        "app_id": 1459, "user_id": int(user.uid), "user_id_str": user.uid, "mobile": "",
        "sec_user_id": user.sec_user_id, "username": user.unique_id,
        "screen_name": state.get_nickname(user), "avatar_url": make_avatar_url(user.uid, 100),
    }})  # fmt: skip


EXACT = {
    (HOST, "/passport/web/account/info/"): Route("account", serve_account),
    (HOST, "/api/comment/list/"): Route("list", serve_comments, WEB),
    (HOST, "/api/comment/list/reply/"): Route("list", serve_replies, WEB),
    (HOST, "/api/user/list/"): Route("list", serve_user_list, WEB),
}
