"""Serve followings, followers and the query_user interface of www.douyin.com."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from hashlib import blake2b

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID, Json, make_avatar, make_picture
from f2scrapy.sandbox.douyin.lists import HOST
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.people import compute_follow_time, count_people, get_person
from f2scrapy.sandbox.state import SESSION, State


def serve_following(request: Request, state: State) -> Reply | Page:
    """Serve the users a user follows."""
    return _serve_list(request, state, "followings")


def serve_follower(request: Request, state: State) -> Reply | Page:
    """Serve the followers of a user."""
    return _serve_list(request, state, "followers")


def _serve_list(request: Request, state: State, key: str) -> Reply | Page:
    sec_user_id, uid = (request.params.get(name, "") for name in ("sec_user_id", "user_id"))
    user = state.catalogue.find_visible(sec_user_id, uid)
    build_page = _ORDERS.get((key, request.get_int("source_type")))
    if user is None or build_page is None:
        return refusals.refuse_status(5, "参数不合法")
    if user.secret:
        return refusals.refuse_status(2096, "由于该用户隐私设置，列表不可见")
    return build_page(request, user, key)


def _build_latest(request: Request, user: User, key: str) -> Page:
    """Return people from `max_time` downwards; the row at that time is repeated."""
    people, before = range(count_people(user, key)), request.get_int("max_time")
    start = bisect_left(people, -before, key=lambda p: -compute_follow_time(p)) if before else 0
    return _build_page(request, user, key, people, start, cursors=("min_time", "max_time"))


def _build_oldest(request: Request, user: User, key: str) -> Page:
    """Return people from `min_time` upwards; the row at that time is repeated."""
    people = range(count_people(user, key))[::-1]
    start = bisect_left(people, request.get_int("min_time"), key=compute_follow_time)
    return _build_page(request, user, key, people, start, cursors=("max_time", "min_time"))


def _build_by_offset(request: Request, user: User, key: str) -> Page:
    people, start = range(count_people(user, key)), max(0, request.get_int("offset"))
    return _build_page(request, user, key, people, start, cursors=("offset", "offset"))


_ORDERS: dict[tuple[str, int], Callable[[Request, User, str], Page]] = {
    ("followings", 1): _build_latest,
    ("followings", 3): _build_oldest,
    ("followings", 4): _build_by_offset,
    ("followers", 1): _build_latest,
    ("followers", 2): _build_by_offset,
}


def _build_page(
    request: Request,
    user: User,
    key: str,
    people: Sequence[int],
    start: int,
    *,
    cursors: tuple[str, str],
) -> Page:
    """Return `people` from `start` on; `cursors` are its fields in answer and request."""
    count = request.get_count()
    shown = people[start : start + count]
    times = [compute_follow_time(position) for position in shown] or [0]
    cursor, asked_by = cursors
    fields = {
        "status_code": 0,
        "has_more": start + count < len(people),
        "hotsoon_has_more": 0,
        "hotsoon_text": "",
        "log_pb": {"impr_id": LOG_ID},
        "max_time": max(times),
        "min_time": min(times),
        "myself_user_id": "",
        "offset": start + len(shown) if cursor == "offset" else 0,
        "rec_has_more": False,
        "store_page": '{"hide_followx_filter":true}',
        "total": len(people),
        "vcd_count": 1,
    }
    rows = tuple(encode_json(build_person(user, key, position)) for position in shown)
    return Page(rows, key, cursor, fields, cursor_param=asked_by, id_key="sec_uid")


def build_person(user: User, key: str, position: int) -> Json:
    """Return one row; some are private, some lack fields of the others."""
    stranger = get_person(user, key, position)
    digest, uid = stranger.digest, stranger.uid
    face = make_avatar("100x100", uid)
    nulls = "biz_account_info card_entries cha_list hometown is_blocked is_top relation_label"
    row: Json = {
        "uid": uid,
        "sec_uid": stranger.sec_user_id,
        "short_id": str(10_000_000 + position),
        "unique_id": f"person{position}" if position % 3 else "",
        "nickname": f"路人{position}🌿" if position % 5 else f"=路人{position}",
        "signature": "看看\n就好" if position % 2 else "",
        "secret": int(position % 11 == 7),
        "create_time": 1_500_000_000 + position if key == "followings" else 0,
        "aweme_count": digest[5],
        "favoriting_count": digest[6] * 7,
        "follower_count": digest[7] * 11,
        "following_count": digest[8] * 3,
        "total_favorited": digest[9] * 101,
        "follow_status": 0,
        "follower_status": 0,
        "is_block": False,
        "is_gov_media_vip": False,
        "is_mix_user": position % 2 == 0,
        "is_phone_binded": False,
        "is_star": False,
        "is_verified": position % 4 == 0,
        "language": "zh-Hans",
        "live_status": 0,
        "room_id": 0,
        "user_canceled": False,
        **dict.fromkeys(nulls.split()),
        **{f"avatar_{size}": face for size in ("larger", "medium", "thumb")},
        "cover_url": [make_picture([f"https://p3-pc-sign.douyinpic.com/obj/{uid}"])],
    }
    if position % 7:
        row["aweme_control"] = {"can_comment": True, "can_forward": True, "can_share": True,
                                "can_show_comment": True}  # fmt: skip
    return row


def serve_query_user(request: Request, state: State) -> Reply:
    """Serve the platform's id of the requesting browser.

    A guest has a user_uid, of type 0 (answers of guests of 2024-01 to 2026-09).
    """
    digest = blake2b(request.cookies.get("ttwid", "").encode(), digest_size=8).digest()
    now, logged_in = int(state.clock()), request.cookies.get("sessionid") == SESSION
    return respond_json({
        "browser_name": request.params.get("browser_name", ""), "create_time": now - 86_400,
        "firebase_instance_id": "", "last_time": now, "user_agent": request.user_agent,
        "id": state.derive_webid(state.issue_ttwid(request.cookies.get("ttwid", ""))),
        "user_uid": str(4_000_000_000_000_000 + int.from_bytes(digest[:4], "big")),
        "user_uid_type": 12 if logged_in else 0,
    })  # fmt: skip


_BELOW = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_BELOW}/user/following/list/"): Route("list", serve_following, WEB),
    (HOST, f"{_BELOW}/user/follower/list/"): Route("list", serve_follower, WEB),
    (HOST, f"{_BELOW}/query/user/"): Route("profile", serve_query_user, WEB),
    (HOST, f"{_BELOW}/query/user"): Route("profile", serve_query_user, WEB),
}
