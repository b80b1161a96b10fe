"""www.douyin.com: who follows whom, and who asks; the people are computed and never kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from hashlib import blake2b

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID, Json, avatar, picture
from f2scrapy.sandbox.douyin.lists import HOST
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.people import count_of, follow, followed_at
from f2scrapy.sandbox.state import World


def following(ask: Ask, world: World) -> Answer | Page:
    """Whom a user follows."""
    return _listed(ask, world, "followings")


def follower(ask: Ask, world: World) -> Answer | Page:
    """Who follows a user."""
    return _listed(ask, world, "followers")


def _listed(ask: Ask, world: World, key: str) -> Answer | Page:
    user = world.catalogue.user(ask.params.get("sec_user_id", ""))
    turn = _TURNS.get((key, ask.number("source_type")))
    if user is None or turn is None:
        return refusals.status(5, "参数不合法")
    if user.secret:
        return refusals.status(2096, "由于该用户隐私设置，列表不可见")
    return turn(ask, user, key)


def _latest(ask: Ask, user: User, key: str) -> Page:
    """From `max_time` downwards; the row that bears it is shown again."""
    people, before = range(count_of(user, key)), ask.number("max_time")
    start = bisect_left(people, -before, key=lambda p: -followed_at(p)) if before else 0
    return _page(ask, user, key, people, start, turns=("min_time", "max_time"))


def _oldest(ask: Ask, user: User, key: str) -> Page:
    """From `min_time` upwards; the row that bears it is shown again."""
    people = range(count_of(user, key))[::-1]
    start = bisect_left(people, ask.number("min_time"), key=followed_at)
    return _page(ask, user, key, people, start, turns=("max_time", "min_time"))


def _by_offset(ask: Ask, user: User, key: str) -> Page:
    people, start = range(count_of(user, key)), max(0, ask.number("offset"))
    return _page(ask, user, key, people, start, turns=("offset", "offset"))


_TURNS: dict[tuple[str, int], Callable[[Ask, User, str], Page]] = {
    ("followings", 1): _latest,
    ("followings", 3): _oldest,
    ("followings", 4): _by_offset,
    ("followers", 1): _latest,
    ("followers", 2): _by_offset,
}


def _page(
    ask: Ask, user: User, key: str, people: Sequence[int], start: int, *, turns: tuple[str, str]
) -> Page:
    """`people` from `start` on; `turns` are where the answer has the cursor, and the request."""
    count = ask.rows()
    shown = people[start : start + count]
    times = [followed_at(position) for position in shown] or [0]
    cursor, asked_by = turns
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
    rows = tuple(compact(person(user, key, position)) for position in shown)
    return Page(rows, key, cursor, fields, asked_by=asked_by, id_key="sec_uid")


def person(user: User, key: str, position: int) -> Json:
    """One row of a list; some are private, some lack what others have."""
    who = follow(user, key, position)
    digest, uid = who.digest, who.uid
    face = avatar("100x100", uid)
    nulls = "biz_account_info card_entries cha_list hometown is_blocked is_top relation_label"
    row: Json = {
        "uid": uid,
        "sec_uid": who.sec_user_id,
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
        "cover_url": [picture([f"https://p3-pc-sign.douyinpic.com/obj/{uid}"])],
    }
    if position % 7:
        row["aweme_control"] = {"can_comment": True, "can_forward": True, "can_share": True,
                                "can_show_comment": True}  # fmt: skip
    return row


def query_user(ask: Ask, world: World) -> Answer:
    """What the platform calls the asking browser."""
    digest = blake2b(ask.cookies.get("ttwid", "").encode(), digest_size=8).digest()
    now = int(world.clock())
    return reply({
        "browser_name": ask.params.get("browser_name", ""), "create_time": now - 86_400,
        "firebase_instance_id": "", "last_time": now, "user_agent": ask.user_agent,
        "id": str(7_000_000_000_000_000_000 + int.from_bytes(digest, "big") % 10**18),
        "user_uid": "0", "user_uid_type": 12,
    })  # fmt: skip


_BELOW = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_BELOW}/user/following/list/"): Route("list", following, WEB),
    (HOST, f"{_BELOW}/user/follower/list/"): Route("list", follower, WEB),
    (HOST, f"{_BELOW}/query/user/"): Route("profile", query_user, WEB),
}
