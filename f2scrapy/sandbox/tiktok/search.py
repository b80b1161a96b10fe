"""Serve the searches of www.tiktok.com; `search_index` computes the results."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox import search_index
from f2scrapy.sandbox.catalogue import User, Work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Page, Request, encode_json
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.addresses import make_avatar_url
from f2scrapy.sandbox.tiktok.checks import HOST, OPEN, WEB
from f2scrapy.sandbox.tiktok.lists import CHAIN, build_row
from f2scrapy.sandbox.tiktok.shapes import count_hearts


def serve_posts(request: Request, state: State) -> Page:
    """Serve works only."""
    found = search_index.find_works(search_index.find_users(request, state), dict(request.params))
    return _build_page(request, state, found, "item_list")


def serve_general(request: Request, state: State) -> Page:
    """Serve a card of users first, then their works."""
    users = search_index.find_users(request, state)
    cards = [users] if users else []
    return _build_page(
        request, state, [*cards, *search_index.find_works(users, dict(request.params))], "data"
    )


def _build_page(request: Request, state: State, found: list[Any], rows_key: str) -> Page:
    """Return the requested results; pages after the first have booleans, and a cursor as text."""
    results = search_index.get_page(request, state, found, request.get_count())
    chain = request.cookies.get(CHAIN, "")
    fields = {
        "status_code": 0, "qc": "", "cursor": str(results.end) if results.offset else results.end,
        "has_more": results.has_more if results.offset else int(results.has_more), "ad_info": {},
        "extra": {"now": 1793534400000, "logid": results.search_id, "fatal_item_ids": [],
                  "search_request_id": "", "api_debug_info": None},
        "log_pb": {"impr_id": results.search_id}, "backtrace": "",
        "global_doodle_config": {"feedback_survey": None},
    }  # fmt: skip
    rows = tuple(_build_row(result, rows_key, state, chain) for result in results.shown)
    return Page(
        rows, rows_key, "cursor", fields, cursor_param="offset", id_key="id", omit_empty_rows=True
    )


def _build_row(result: Work | list[User], rows_key: str, state: State, chain: str) -> bytes:
    if isinstance(result, list):
        return encode_json(_build_user_card(result, state))
    item = build_row(result, state, "list", chain)
    if rows_key == "item_list":
        return item
    about = encode_json({"doc_id_str": str(result.aweme_id)})
    return b'{"type":1,"item":%b,"common":%b}' % (item, about)


def _build_user_card(users: list[User], state: State) -> dict[str, Any]:
    nulls = "position uniqid_position effects musics items mix_list challenges"
    rows = [
        {"user_info": _build_user(user, state), **dict.fromkeys(nulls.split())} for user in users
    ]
    return {"type": 4, "user_list": rows, "has_top_user": 0, "view_more": True,
            "card_title": "Users", "common": {"doc_id_str": "1"}}  # fmt: skip


def _build_user(user: User, state: State) -> dict[str, Any]:
    face = {
        "uri": user.uid,
        "url_list": [make_avatar_url(user.uid, 100)],
        "width": 720,
        "height": 720,
    }
    return {
        "uid": user.uid, "nickname": state.get_nickname(user), "signature": "记录生活",
        "avatar_thumb": face, "follow_status": 0, "follower_count": user.followers,
        "total_favorited": count_hearts(user), "custom_verify": "",
        "unique_id": user.unique_id, "room_id": 0, "room_id_str": "0",
        "enterprise_verify_reason": "", "sec_uid": user.sec_user_id,
    }  # fmt: skip


def serve_suggestions(request: Request, state: State) -> Page:
    """Serve words that begin with the keyword."""
    del state
    words = [f"{request.params.get('keyword', '')} {word}" for word in ("cat", "dog", "moon")]
    rows = [{"content": word, "pos": [], "word_record": {"group_id": str(100 + number),
             "words_content": word, "words_position": number}}
            for number, word in enumerate(words)]  # fmt: skip
    return Page(tuple(map(encode_json, rows)), "sug_list", "", {"status_code": 0}, id_key="content")


EXACT = {
    (HOST, "/api/search/item/full/"): Route("list", serve_posts, WEB),
    (HOST, "/api/search/general/full/"): Route("list", serve_general, WEB),
    (HOST, "/api/search/general/preview/"): Route("list", serve_suggestions, OPEN),
}
