"""www.douyin.com: searches. A keyword finds the users whose name or nickname holds it.

Results are their works, the newest POOL of each. An offset counts places, and the places of HOLE
are empty: pages there are short or have no rows. A later page begins with the last place of the one
before. The first page sends numbers, the later ones text and true.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from f2scrapy.sandbox.catalogue import NEWEST, User, Work, work_at
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin import HOST, row
from f2scrapy.sandbox.douyin_shapes import profile_json
from f2scrapy.sandbox.exchange import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.works import is_album, likes
from f2scrapy.sandbox.world import World

POOL = 300  # works of a user that a search can find
HOLE = range(20, 40)
_DAY_S = 86_400
_WORDS_EACH = 9  # one card of related words after so many works

Row = Callable[[Any, World], bytes]


# What is found


def _users(ask: Ask, world: World) -> list[User]:
    word = ask.params.get("keyword", "")
    open_ones = (user for user in world.catalogue.users if not user.secret)
    return [u for u in open_ones if word and (word in u.name or word in world.nickname(u))]


def _works(users: list[User], chosen: dict[str, str]) -> list[Work]:
    """The works of `users` that the filters leave, in the order asked for."""
    days = int(chosen.get("publish_time") or 0)
    since = NEWEST.timestamp() - days * _DAY_S if days else 0
    content = chosen.get("content_type", "0")
    found = [
        work
        for user in users
        for work in (work_at(user, position) for position in range(min(user.count, POOL)))
        if work.create_time >= since and content in ("0", "2" if is_album(work) else "1")
    ]
    if chosen.get("sort_type") == "2":
        found.sort(key=lambda work: -work.create_ms)
    if chosen.get("sort_type") == "1":
        found.sort(key=lambda work: -likes(work))
    return found


# Pages


def _page(ask: Ask, world: World, found: list[Any], row: Row, rows_key: str) -> Page:
    """The results at the offset asked for, and where it goes on."""
    size = ask.rows(15)
    offset = max(0, ask.number("offset"))
    if offset and not ask.params.get("search_id", "").startswith(_stamp(ask)):
        world.note(ask, "search_id of another search")
    end = offset + size
    places = range(offset - 1 if offset else 0, end)
    shown = [found[_index(p)] for p in places if p not in HOLE and _index(p) < len(found)]
    more = _index(end) < len(found)
    fields = {
        "status_code": 0,
        "cursor": str(end) if offset else end,
        "has_more": more if offset else int(more),
        "global_doodle_config": {"keyword": ask.params.get("keyword"), "home_text": "作品"},
        "log_pb": {"impr_id": f"{_stamp(ask)}{offset:06X}"},
    }
    rows = tuple(row(result, world) for result in shown)
    return Page(rows, rows_key, "cursor", fields, asked_by="offset")


def _index(place: int) -> int:
    """Which result stands at `place`, or is the next after it."""
    return place if place < HOLE.start else max(place - len(HOLE), HOLE.start)


def _stamp(ask: Ask) -> str:
    """What the ids of all pages of one search begin with."""
    word = ask.params.get("keyword", "").encode()
    return f"20261101{blake2b(word, digest_size=9).hexdigest().upper()}"


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
    users = _users(ask, world)
    found = [*users, *_works(users, chosen)]
    return _page(ask, world, list(_with_words(found, ask)), _mixed, "data")


def _with_words(found: list[Any], ask: Ask) -> Iterator[Any]:
    for number, result in enumerate(found, 1):
        yield result
        if number % _WORDS_EACH == 0:
            yield f"{ask.params['keyword']}{number}"


def videos(ask: Ask, world: World) -> Page:
    """Works only."""
    found = _works(_users(ask, world), dict(ask.params))
    return _page(ask, world, found, _card, "data")


def users(ask: Ask, world: World) -> Page:
    """Users only."""
    return _page(ask, world, _users(ask, world), _user_card, "user_list")


def rooms(ask: Ask, world: World) -> Page:
    """Rooms only: every second user is on air."""
    return _page(ask, world, _users(ask, world)[::2], _room_card, "data")


def within(ask: Ask, world: World) -> Page:
    """Works of one user whose text holds the keyword."""
    word = ask.params.get("keyword", "")
    owner = [user for user in world.catalogue.users if user.uid == ask.params.get("from_user")]
    works = [work for work in _works(owner, dict(ask.params)) if word in work.desc]
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
