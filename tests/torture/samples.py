"""Answers of the sandbox, to be bent by the trials."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.model.endpoint import Endpoint, decode_json
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.endpoints import comments as douyin_comments
from f2scrapy.platforms.douyin.endpoints import live as douyin_live
from f2scrapy.platforms.douyin.endpoints import posts as douyin_posts
from f2scrapy.platforms.douyin.endpoints import users as douyin_users
from f2scrapy.platforms.douyin.items.comments import Comment as DouyinComment
from f2scrapy.platforms.douyin.items.live import LiveRoom as DouyinRoom
from f2scrapy.platforms.douyin.items.posts import Post as DouyinPost
from f2scrapy.platforms.douyin.items.users import User as DouyinUser
from f2scrapy.platforms.tiktok.endpoints import posts as tiktok_posts
from f2scrapy.platforms.tiktok.endpoints import users as tiktok_users
from f2scrapy.platforms.tiktok.items.posts import Post as TiktokPost
from f2scrapy.platforms.tiktok.items.users import User as TiktokUser
from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.server import Sandbox, run_sandbox

ROOM = "660000000001"  # of the sandbox's first live room
ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    [],
    {},
    0,
    -1,
    True,
    False,
    1.5,
    1e400,
    float("nan"),
    2**70,
    10**400,
    [None],
    [[]],
    [{}],
    {"": None},
    "9" * 400,
    "\ud800",
    "\x00\x1b[2J\u202e",
    "../../etc/passwd",
    "=1+1",
    "https://[::1/x",
    "//",
    "a" * 3000,
)


@dataclass(frozen=True)
class Sample:
    """An interface, a true answer of it, and the item of its rows."""

    endpoint: Endpoint
    answer: Any
    item: type[Item]

    @property
    def rows(self) -> list[Any]:
        return self.endpoint.read_rows(self.answer)


def load_samples(folder: Any) -> list[Sample]:
    """Ask a sandbox for one answer of each kind."""
    with run_sandbox() as sandbox:
        return asyncio.run(_ask_all(sandbox, str(folder)))


async def _ask_all(sandbox: Sandbox, folder: str) -> list[Sample]:
    user = sandbox.state.catalogue.by_name["clean200"]
    work = str(build_work(user, 3).aweme_id)
    wanted: dict[str, list[tuple[Endpoint, type[Item]]]] = {
        "douyin": [
            (douyin_posts.UserPost(sec_user_id=user.sec_user_id), DouyinPost),
            (douyin_posts.PostDetail(aweme_id=work), DouyinPost),
            (douyin_users.UserProfile(sec_user_id=user.sec_user_id), DouyinUser),
            (douyin_comments.PostComment(aweme_id=work), DouyinComment),
            (douyin_live.LiveEnter(web_rid=ROOM), DouyinRoom),
        ],
        "tiktok": [
            (tiktok_posts.UserPost(sec_user_id=user.sec_user_id), TiktokPost),
            (tiktok_posts.PostDetail(itemId=work), TiktokPost),
            (tiktok_users.UserProfile(unique_id=user.unique_id), TiktokUser),
        ],
    }
    found = []
    for platform, pairs in wanted.items():
        options = {"F2_SANDBOX": sandbox.url, "F2_PATH": folder, "F2_PACE": "0"}
        async with Session(platform, guest=True, **options) as session:
            found += [Sample(one, await session.ask(one), item) for one, item in pairs]
    return found


def list_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each value within a JSON value, the first three of each list."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:3])
    for name, inner in pairs:
        yield (*place, name)
        if isinstance(inner, dict | list):
            yield from list_places(inner, (*place, name))


def bend(chance: random.Random, value: Any, times: int) -> Any:
    """Return a copy with odd values in some places, or with members missing."""
    copy = json.loads(json.dumps(value))
    for _ in range(times):
        if places := list(list_places(copy)) if isinstance(copy, dict | list) else []:
            put(copy, chance.choice(places), chance)
    return copy


def bend_row(chance: random.Random, row: Any, times: int) -> Any:
    """Return a row with odd values as it is after the answer was decoded."""
    return decode_json(json.dumps(bend(chance, row, times)))


def put(value: Any, place: tuple[Any, ...], chance: random.Random) -> None:
    for step in place[:-1]:
        value = value[step]
    if chance.random() < 0.1:
        del value[place[-1]]
    else:
        value[place[-1]] = deepcopy(chance.choice(ODD))  # it may be bent, too
