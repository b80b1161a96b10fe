"""Serve the searches of www.douyin.com, and its board of topics.

Pages of a search after the first have text and booleans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from f2scrapy.sandbox import search_index
from f2scrapy.sandbox.catalogue import NEWEST, PHRASES, User, Work
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.lists import HOST, build_row
from f2scrapy.sandbox.douyin.profile import build_profile
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.state import State

TOPICS = 50  # on the board, beside the pinned one
RISING = 3  # rising topics; the first is the last one on the board
_BOARD_PARAMS = {"detail_list": "1", "source": "6", "main_billboard_count": "5"}
_WORDS_EACH = 9  # works between two cards of related words

Row = Callable[[Any, State], bytes]


# Pages


def _build_page(request: Request, state: State, found: list[Any], row: Row, rows_key: str) -> Page:
    """Return the results at the requested offset, and the next offset."""
    results = search_index.get_page(request, state, found, request.get_count(15))
    fields = {
        "status_code": 0,
        "cursor": str(results.end) if results.offset else results.end,
        "has_more": results.has_more if results.offset else int(results.has_more),
        "global_doodle_config": {"keyword": request.params.get("keyword"), "home_text": "作品"},
        "log_pb": {"impr_id": results.search_id},
    }
    rows = tuple(row(result, state) for result in results.shown)
    return Page(rows, rows_key, "cursor", fields, cursor_param="offset")


def _build_work_card(work: Work, state: State) -> bytes:
    about = {"type": 1, "doc_type": 153, "provider_doc_id_str": str(work.aweme_id),
             "card_id": "douyin.doctype_aweme_video", "sub_card_list": None}  # fmt: skip
    return b'%b,"aweme_info":%b}' % (encode_json(about)[:-1], build_row(work, state, "list"))


def _build_user_card(user: User, state: State) -> bytes:
    info = build_profile(user, state.get_nickname(user))
    return encode_json({"user_info": info, "position": None, "items": None})


def _build_mixed_card(result: Any, state: State) -> bytes:
    if isinstance(result, Work):
        return _build_work_card(result, state)
    if isinstance(result, User):
        card = {"type": 4, "card_unique_name": "user", "aweme_info": None,
                "user_list": [json.loads(_build_user_card(result, state))]}  # fmt: skip
        return encode_json(card)
    words = [{"related_word": f"{result}{n}", "word_record": {"words_position": n}}
             for n in range(8)]  # fmt: skip
    card = {"type": 6, "card_id": "douyin.doctype_related_search", "doc_type": 108,
            "provider_doc_id_str": _hash_number(result), "related_word_list": words}  # fmt: skip
    return encode_json(card)


def _hash_number(text: str) -> str:
    return str(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


def _build_room_card(user: User, state: State) -> bytes:
    room = {
        "id": int(_hash_number(user.name)), "id_str": _hash_number(user.name), "status": 2,
        "title": f"{state.get_nickname(user)}的直播", "create_time": int(NEWEST.timestamp()),
        "stats": {"total_user_str": "1.2万", "user_count_str": "345"},
        "owner": {"id_str": user.uid, "nickname": state.get_nickname(user), "signature": "",
                  "sec_uid": user.sec_user_id, "web_rid": str(500_000_000_000 + user.number)},
    }  # fmt: skip
    lives = {"aweme_id": room["id_str"], "aweme_type": 101, "rawdata": json.dumps(room)}
    return encode_json({"lives": lives, "position": None})


# Interfaces


def serve_general(request: Request, state: State) -> Page:
    """Serve users first, then their works, with cards of related words between."""
    chosen = json.loads(request.params.get("filter_selected") or "{}")
    users = search_index.find_users(request, state)
    found = [*users, *search_index.find_works(users, chosen)]
    return _build_page(
        request, state, list(_insert_words(found, request)), _build_mixed_card, "data"
    )


def _insert_words(found: list[Any], request: Request) -> Iterator[Any]:
    for number, result in enumerate(found, 1):
        yield result
        if number % _WORDS_EACH == 0:
            yield f"{request.params['keyword']}{number}"


def serve_videos(request: Request, state: State) -> Page:
    """Serve works only."""
    found = search_index.find_works(search_index.find_users(request, state), dict(request.params))
    return _build_page(request, state, found, _build_work_card, "data")


def serve_users(request: Request, state: State) -> Page:
    """Serve users only."""
    return _build_page(
        request, state, search_index.find_users(request, state), _build_user_card, "user_list"
    )


def serve_rooms(request: Request, state: State) -> Page:
    """Serve rooms only: every second user is on air."""
    return _build_page(
        request, state, search_index.find_users(request, state)[::2], _build_room_card, "data"
    )


def serve_user_search(request: Request, state: State) -> Page:
    """Serve works of one user with the keyword in their text."""
    keyword = request.params.get("keyword", "")
    owner = [user for user in state.catalogue.users if user.uid == request.params.get("from_user")]
    works = [
        work
        for work in search_index.find_works(owner, dict(request.params))
        if keyword in work.desc
    ]
    return _build_page(request, state, works, _build_item, "aweme_list")


def _build_item(work: Work, state: State) -> bytes:
    return b'{"item":%b}' % build_row(work, state, "list")


def serve_suggestions(request: Request, state: State) -> Reply:
    """Serve suggestions: words that begin with the query."""
    del state
    typed = request.params.get("query", "")
    found = [{"id": _hash_number(f"{typed}{n}"), "word": f"{typed}{n}", "info": "{}"}
             for n in range(min(request.get_int("count", 8), 10))]  # fmt: skip
    data = [{"type": "recom_search", "words": found, "qrecs": []}]
    return respond_json({"errno": "0", "msg": "success", "data": data})


# The board of topics


def serve_hot_search(request: Request, state: State) -> Reply:
    """Serve the board: a pinned topic, fifty ranked ones; then rising ones, one of them ranked."""
    for name, value in _BOARD_PARAMS.items():
        if request.params.get(name) != value:
            state.note_violation(request, f"{name} is not {value}")
    board = [_build_topic(n) | {"position": n, "hot_value": 12_000_000 - n * 100_000}
             for n in range(TOPICS + 1)]  # fmt: skip
    rising = [_build_topic(n) for n in range(TOPICS, TOPICS + RISING)]
    data = {"active_time": f"{NEWEST:%Y-%m-%d %H:%M:%S}", "word_list": board,
            "trending_list": rising}  # fmt: skip
    return respond_json({"status_code": 0, "data": data})


def _build_topic(number: int) -> dict[str, Any]:
    word = f"{PHRASES[number % len(PHRASES)]}{number}"
    cover = f"https://p3-sign.douyinpic.com/tos-cn-p-0015/{_hash_number(word)}~noop.jpeg"
    return {
        "word": word, "sentence_id": _hash_number(word), "video_count": number % 7,
        "event_time": int(NEWEST.timestamp()) - number * 600, "label": number % 4,
        "word_cover": {"uri": "", "url_list": [cover]},
    }  # fmt: skip


_PATH = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_PATH}/general/search/single/"): Route("list", serve_general, WEB),
    (HOST, f"{_PATH}/search/item/"): Route("list", serve_videos, WEB),
    (HOST, f"{_PATH}/discover/search/"): Route("list", serve_users, WEB),
    (HOST, f"{_PATH}/live/search/"): Route("list", serve_rooms, WEB),
    (HOST, f"{_PATH}/home/search/item/"): Route("list", serve_user_search, WEB),
    (HOST, f"{_PATH}/api/suggest_words/"): Route("list", serve_suggestions, WEB),
    (HOST, f"{_PATH}/hot/search/list/"): Route("list", serve_hot_search, WEB),
}
