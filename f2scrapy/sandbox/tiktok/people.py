"""www.tiktok.com: comments, replies, and who follows whom."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.comments import Part, Said, below, of_work
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.people import Stranger, count_of, follow, followed_at
from f2scrapy.sandbox.refusals import tiktok_status
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.addresses import avatar, avatars
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import (
    ENVELOPE,
    LOG_ID,
    PRIVATE_ACCOUNT,
    items,
    owner,
    why_hidden,
)

_NULLS = (
    "account_labels ad_cover_url advance_feature_item_order advanced_feature_info bold_fields "
    "can_message_follow_status_list can_set_geofencing cha_list cover_url events geofencing "
    "followers_detail homepage_bottom_toast item_list mutual_relation_avatars need_points "
    "platform_sync_info relative_users search_highlight shield_edit_field_info type_label "
    "user_profile_guide user_tags white_cover_url"
)


# Comments: these interfaces speak in snake_case


def comments(ask: Ask, world: World) -> Answer | Page:
    """What is said of a work, page by page; a full page never knows that it is the last."""
    work = world.catalogue.work(ask.number("aweme_id"))
    if work is None or why_hidden(work):
        return _nothing(0)
    part = of_work(work, max(0, ask.number("cursor")), ask.rows(most=50))
    return _page(part) if part.rows else _nothing(part.total)


def replies(ask: Ask, world: World) -> Answer | Page:
    """What is said to a comment."""
    work = world.catalogue.work(ask.number("item_id"))
    if work is None:
        return _nothing(0)
    cursor, count = max(0, ask.number("cursor")), ask.rows(most=50)
    return _page(below(work, ask.number("comment_id"), cursor, count))


def _envelope(cursor: int, more: bool, total: int) -> dict[str, Any]:
    return {
        "alias_comment_deleted": False, "cursor": cursor, "has_filtered_comments": 0,
        "extra": {"api_debug_info": None, "fatal_item_ids": None, "now": 1793534400000},
        "has_more": int(more), "log_pb": {"impr_id": LOG_ID}, "reply_style": 2, "status_code": 0,
        "status_msg": "", "top_gifts": None, "total": total,
    }  # fmt: skip


def _page(part: Part) -> Page:
    rows = tuple(compact(comment_json(said)) for said in part.rows)
    fields = _envelope(part.cursor, part.more, part.total)
    return Page(rows, "comments", "cursor", fields, id_key="cid")


def _nothing(total: int) -> Answer:
    return reply({**_envelope(0, False, total), "comments": None})


def comment_json(said: Said) -> dict[str, Any]:
    """One row of a list; some bear a picture, some show their first reply."""
    who, work = said.by, said.work
    pictured = who.digest[2] % 10 == 0
    row = {
        "author_pin": False,
        "aweme_id": str(work.aweme_id),
        "cid": said.cid,
        "collect_stat": 0,
        "comment_language": "zh",
        "create_time": work.create_time + 60 * said.place,
        "digg_count": who.digest[1],
        "image_list": [_picture(said)] if pictured else None,
        "is_author_digged": who.digest[3] % 16 == 0,
        "label_list": [{"text": "作者赞过", "type": 20}] if who.digest[3] % 16 == 0 else None,
        "no_show": False,
        "reply_comment": None,
        "reply_id": said.answers,
        "reply_to_reply_id": said.answers_reply,
        "share_info": {"acl": {"code": 1, "extra": "{}"}, "desc": "", "title": "", "url": ""},
        "status": 1,
        "text": f"说得好{said.thread}-{said.place}👏" if who.digest[0] % 9 else "",
        "text_extra": [],
        "trans_btn_style": 0,
        "user": _speaker(who),
        "user_buried": False,
        "user_digged": 0,
    }
    return row if said.place else row | _as_comment(said)


def _as_comment(said: Said) -> dict[str, Any]:
    shown = said.replies and said.thread % 2
    return {
        "reply_comment": [comment_json(said._replace(place=1))] if shown else None,
        "reply_comment_total": said.replies,
        "sort_tags": "{}",
        "stick_position": 0,
    }


def _speaker(who: Stranger) -> dict[str, Any]:
    face = {"uri": who.uid, "url_list": [avatar(who.uid, 100)] * 2, "url_prefix": None}
    return {**dict.fromkeys(_NULLS.split()), "avatar_thumb": face, "custom_verify": "",
            "enterprise_verify_reason": "", "nickname": f"路人{who.uid[-4:]}",
            "sec_uid": who.sec_user_id, "uid": who.uid,
            "unique_id": f"person{who.uid}"}  # fmt: skip


def _picture(said: Said) -> dict[str, Any]:
    urls = [f"https://{host}-comment-sign-sg.tiktokcdn.com/comment/{said.cid}~tplv.image"
            for host in ("p16", "p19")]  # fmt: skip
    picture = {"uri": said.cid, "url_list": urls, "url_prefix": None, "width": 720, "height": 1520}
    return {"crop_url": picture, "origin_url": picture}


# Who follows whom


def user_list(ask: Ask, world: World) -> Answer | Page:
    """Followings (scene 21) or followers (67) from `minCursor`, a time in s, downwards."""
    user, key = owner(ask, world), _SCENES.get(ask.number("scene"))
    if isinstance(user, int) or key is None:
        return tiktok_status(user if isinstance(user, int) else 10201)
    if user.secret:
        return tiktok_status(PRIVATE_ACCOUNT)
    return _people(ask, user, key)


_SCENES = {21: "followings", 67: "followers"}


def _people(ask: Ask, user: User, key: str) -> Page:
    """Those who came into the list before the time asked for; 0 = now."""
    everybody, before = range(count_of(user, key)), max(0, ask.number("minCursor"))
    start = bisect_right(everybody, -before, key=lambda p: -followed_at(p)) if before else 0
    shown = everybody[start : start + ask.rows(30, 30)]
    fields = {
        "hasMore": bool(shown) and shown[-1] + 1 < len(everybody),
        "isTruncated": False,
        "maxCursor": before,
        "minCursor": followed_at(shown[-1]) if shown else before,
        "total": len(everybody),
        **ENVELOPE,
    }
    rows = tuple(compact(person(user, key, position)) for position in shown)
    return replace(items(rows, fields, "userList"), cursor_key="minCursor", id_key="secUid")


def person(user: User, key: str, position: int) -> dict[str, Any]:
    """One row of a list; some are private, some without a name."""
    who = follow(user, key, position)
    counts = {"diggCount": who.digest[6] * 7, "followerCount": who.digest[7] * 11,
              "followingCount": who.digest[8] * 3, "friendCount": 0,
              "heart": who.digest[9] * 101, "heartCount": who.digest[9] * 101,
              "videoCount": who.digest[5]}  # fmt: skip
    shown = {
        "id": who.uid, **avatars(who.uid), "commentSetting": 0, "downloadSetting": 0,
        "duetSetting": 0, "ftc": False, "isADVirtual": False,
        "nickname": f"路人{position}🌿" if position % 5 else "", "openFavorite": False,
        "privateAccount": position % 11 == 7, "relation": 0, "secUid": who.sec_user_id,
        "secret": position % 11 == 7, "signature": "看看\n就好" if position % 2 else "",
        "stitchSetting": 0, "ttSeller": False, "uniqueId": f"person{who.uid}",
        "verified": position % 4 == 0,
    }  # fmt: skip
    texts = {name: str(count) for name, count in counts.items()}
    return {"user": shown, "stats": counts, "statsV2": texts}


EXACT = {
    (HOST, "/api/comment/list/"): Route("list", comments, WEB),
    (HOST, "/api/comment/list/reply/"): Route("list", replies, WEB),
    (HOST, "/api/user/list/"): Route("list", user_list, WEB),
}
