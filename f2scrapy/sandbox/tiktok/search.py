"""www.tiktok.com: searches; see `findings` for what is found."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox import search_index
from f2scrapy.sandbox.catalogue import User, Work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Ask, Page, compact
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.addresses import avatar
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import CHAIN, row
from f2scrapy.sandbox.tiktok.shapes import hearts


def posts(ask: Ask, world: World) -> Page:
    """Works only."""
    found = search_index.works(search_index.users(ask, world), dict(ask.params))
    return _page(ask, world, found, "item_list")


def general(ask: Ask, world: World) -> Page:
    """A card of users first, then their works."""
    users = search_index.users(ask, world)
    cards = [users] if users else []
    return _page(ask, world, [*cards, *search_index.works(users, dict(ask.params))], "data")


def _page(ask: Ask, world: World, found: list[Any], rows_key: str) -> Page:
    """The results at the offset asked for; later pages say true for 1, and the cursor as text."""
    part = search_index.part(ask, world, found, ask.rows())
    chain = ask.cookies.get(CHAIN, "")
    fields = {
        "status_code": 0, "qc": "", "cursor": str(part.end) if part.offset else part.end,
        "has_more": part.more if part.offset else int(part.more), "ad_info": {},
        "extra": {"now": 1793534400000, "logid": part.search_id, "fatal_item_ids": [],
                  "search_request_id": "", "api_debug_info": None},
        "log_pb": {"impr_id": part.search_id}, "backtrace": "",
        "global_doodle_config": {"feedback_survey": None},
    }  # fmt: skip
    rows = tuple(_row(result, rows_key, world, chain) for result in part.shown)
    return Page(rows, rows_key, "cursor", fields, asked_by="offset", id_key="id", bare=True)


def _row(result: Work | list[User], rows_key: str, world: World, chain: str) -> bytes:
    if isinstance(result, list):
        return compact(_user_card(result, world))
    item = row(result, world, "list", chain)
    if rows_key == "item_list":
        return item
    about = compact({"doc_id_str": str(result.aweme_id)})
    return b'{"type":1,"item":%b,"common":%b}' % (item, about)


def _user_card(users: list[User], world: World) -> dict[str, Any]:
    nulls = "position uniqid_position effects musics items mix_list challenges"
    rows = [{"user_info": _user(user, world), **dict.fromkeys(nulls.split())} for user in users]
    return {"type": 4, "user_list": rows, "has_top_user": 0, "view_more": True,
            "card_title": "Users", "common": {"doc_id_str": "1"}}  # fmt: skip


def _user(user: User, world: World) -> dict[str, Any]:
    face = {"uri": user.uid, "url_list": [avatar(user.uid, 100)], "width": 720, "height": 720}
    return {
        "uid": user.uid, "nickname": world.nickname(user), "signature": "记录生活",
        "avatar_thumb": face, "follow_status": 0, "follower_count": user.followers,
        "total_favorited": hearts(user), "custom_verify": "",
        "unique_id": user.unique_id, "room_id": 0, "room_id_str": "0",
        "enterprise_verify_reason": "", "sec_uid": user.sec_user_id,
    }  # fmt: skip


EXACT = {
    (HOST, "/api/search/item/full/"): Route("list", posts, WEB),
    (HOST, "/api/search/general/full/"): Route("list", general, WEB),
}
