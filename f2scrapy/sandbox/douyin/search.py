"""www.douyin.com: searches. The first page sends numbers, the later ones text and true."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from f2scrapy.sandbox import search_index
from f2scrapy.sandbox.catalogue import NEWEST, User, Work
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.lists import HOST, row
from f2scrapy.sandbox.douyin.profile import profile_json
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.state import World

_WORDS_EACH = 9  # one card of related words after so many works

Row = Callable[[Any, World], bytes]


# Pages


def _page(ask: Ask, world: World, found: list[Any], row: Row, rows_key: str) -> Page:
    """The results at the offset asked for, and where it goes on."""
    part = search_index.part(ask, world, found, ask.rows(15))
    fields = {
        "status_code": 0,
        "cursor": str(part.end) if part.offset else part.end,
        "has_more": part.more if part.offset else int(part.more),
        "global_doodle_config": {"keyword": ask.params.get("keyword"), "home_text": "作品"},
        "log_pb": {"impr_id": part.search_id},
    }
    rows = tuple(row(result, world) for result in part.shown)
    return Page(rows, rows_key, "cursor", fields, asked_by="offset")


def _card(work: Work, world: World) -> bytes:
    about = {"type": 1, "doc_type": 153, "provider_doc_id_str": str(work.aweme_id),
             "card_id": "douyin.doctype_aweme_video", "sub_card_list": None}  # fmt: skip
    return b'%b,"aweme_info":%b}' % (compact(about)[:-1], row(work, world, "list"))


def _user_card(user: User, world: World) -> bytes:
    info = profile_json(user, world.nickname(user))
    return compact({"user_info": info, "position": None, "items": None})


def _mixed(result: Any, world: World) -> bytes:
    if isinstance(result, Work):
        return _card(result, world)
    if isinstance(result, User):
        card = {"type": 4, "card_unique_name": "user", "aweme_info": None,
                "user_list": [json.loads(_user_card(result, world))]}  # fmt: skip
        return compact(card)
    words = [{"related_word": f"{result}{n}", "word_record": {"words_position": n}}
             for n in range(8)]  # fmt: skip
    card = {"type": 6, "card_id": "douyin.doctype_related_search", "doc_type": 108,
            "provider_doc_id_str": _number(result), "related_word_list": words}  # fmt: skip
    return compact(card)


def _number(text: str) -> str:
    return str(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


def _room_card(user: User, world: World) -> bytes:
    room = {
        "id": int(_number(user.name)), "id_str": _number(user.name), "status": 2,
        "title": f"{world.nickname(user)}的直播", "create_time": int(NEWEST.timestamp()),
        "stats": {"total_user_str": "1.2万", "user_count_str": "345"},
        "owner": {"id_str": user.uid, "nickname": world.nickname(user), "signature": "",
                  "sec_uid": user.sec_user_id, "web_rid": str(500_000_000_000 + user.number)},
    }  # fmt: skip
    lives = {"aweme_id": room["id_str"], "aweme_type": 101, "rawdata": json.dumps(room)}
    return compact({"lives": lives, "position": None})


# Interfaces


def general(ask: Ask, world: World) -> Page:
    """Users first, then their works, with a card of words between."""
    chosen = json.loads(ask.params.get("filter_selected") or "{}")
    users = search_index.users(ask, world)
    found = [*users, *search_index.works(users, chosen)]
    return _page(ask, world, list(_with_words(found, ask)), _mixed, "data")


def _with_words(found: list[Any], ask: Ask) -> Iterator[Any]:
    for number, result in enumerate(found, 1):
        yield result
        if number % _WORDS_EACH == 0:
            yield f"{ask.params['keyword']}{number}"


def videos(ask: Ask, world: World) -> Page:
    """Works only."""
    found = search_index.works(search_index.users(ask, world), dict(ask.params))
    return _page(ask, world, found, _card, "data")


def users(ask: Ask, world: World) -> Page:
    """Users only."""
    return _page(ask, world, search_index.users(ask, world), _user_card, "user_list")


def rooms(ask: Ask, world: World) -> Page:
    """Rooms only: every second user is on air."""
    return _page(ask, world, search_index.users(ask, world)[::2], _room_card, "data")


def within(ask: Ask, world: World) -> Page:
    """Works of one user whose text holds the keyword."""
    word = ask.params.get("keyword", "")
    owner = [user for user in world.catalogue.users if user.uid == ask.params.get("from_user")]
    works = [work for work in search_index.works(owner, dict(ask.params)) if word in work.desc]
    return _page(ask, world, works, lambda work, world: b'{"item":%b}' % row(work, world, "list"),
                 "aweme_list")  # fmt: skip


def words(ask: Ask, world: World) -> Answer:
    """Words that begin with what was typed."""
    del world
    typed = ask.params.get("query", "")
    found = [{"id": _number(f"{typed}{n}"), "word": f"{typed}{n}", "info": "{}"}
             for n in range(min(ask.number("count", 8), 10))]  # fmt: skip
    return reply({"errno": "0", "msg": "success",
                  "data": [{"type": "recom_search", "words": found, "qrecs": []}]})  # fmt: skip


_PATH = "/aweme/v1/web"
EXACT = {
    (HOST, f"{_PATH}/general/search/single/"): Route("list", general, WEB),
    (HOST, f"{_PATH}/search/item/"): Route("list", videos, WEB),
    (HOST, f"{_PATH}/discover/search/"): Route("list", users, WEB),
    (HOST, f"{_PATH}/live/search/"): Route("list", rooms, WEB),
    (HOST, f"{_PATH}/home/search/item/"): Route("list", within, WEB),
    (HOST, f"{_PATH}/api/suggest_words/"): Route("list", words, WEB),
}
