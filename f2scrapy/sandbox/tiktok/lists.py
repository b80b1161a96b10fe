"""www.tiktok.com: works of a user, one work, profiles."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox.catalogue import User, Work, listed
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.refusals import tiktok_status
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.shapes import stats_json, user_json
from f2scrapy.sandbox.tiktok.works import item_json

CHAIN = "tt_chain_token"  # the cookie media addresses are bound to
LOG_ID = "20261101200000A1B2C3D4E5F60718293A"
ENVELOPE = {
    "extra": {"fatal_item_ids": [], "logid": LOG_ID, "now": 1793534400000},
    "log_pb": {"impr_id": LOG_ID},
    "statusCode": 0,
    "status_code": 0,
    "status_msg": "",
}
BAD_PARAMETER, NO_USER, NO_WORK, PRIVATE_WORK, PROHIBITED_WORK = 10201, 10202, 10204, 10216, 10217
BANNED, PRIVATE_ACCOUNT = 10221, 10222
MOST = 35  # rows of a page


def owner(ask: Ask, world: World) -> User | int:
    """The user a list is asked of, or the status that says why there is none."""
    sec_user_id = ask.params.get("secUid", "")
    if not sec_user_id:
        return BAD_PARAMETER
    user = world.catalogue.anybody(sec_user_id)
    if user is None:
        return NO_USER
    return BANNED if user.banned else user


def user_post(ask: Ask, world: World) -> Answer | Page:
    """Works of a user, newest first; none of a private account's."""
    user = owner(ask, world)
    if isinstance(user, int):
        return tiktok_status(user)
    cursor = max(0, ask.number("cursor"))
    works = listed(user, cursor, ask.rows(16, MOST))
    oldest = works[-1].create_ms if works else cursor
    more = bool(works) and bool(listed(user, oldest, 1))
    if not more:
        world.seen_to_the_end(user)
    return item_page(works, ask, world, cursor=str(oldest), more=more)


def item_page(works: list[Work], ask: Ask, world: World, *, cursor: str, more: bool) -> Page:
    """A page of items; `itemList` is missing where there are none."""
    fields = {"cursor": cursor, "hasMore": more, **ENVELOPE}
    rows = tuple(row(work, world, "list", ask.cookies.get(CHAIN, "")) for work in works)
    return items(rows, fields)


def items(rows: tuple[bytes, ...], fields: dict[str, Any], rows_key: str = "itemList") -> Page:
    """Rows that are known by their `id`, as TikTok pages them."""
    return Page(rows, rows_key, "cursor", fields, id_key="id", more_key="hasMore", bare=True)


def row(work: Work, world: World, origin: str, chain: str) -> bytes:
    """An item in an answer, its media signed for *origin* and for who has the cookie *chain*."""
    signing = world.sign_media(str(work.aweme_id), origin, chain)
    return item_json(work, world.nickname(work.user), signing, world.options.sizes)


def why_hidden(work: Work | None) -> int:
    """The status in place of a work; 0 where it can be seen."""
    if work is None:
        return NO_WORK
    if work.user.secret:
        return PRIVATE_ACCOUNT
    hidden = {"private": PRIVATE_WORK, "deleted": NO_WORK, "prohibited": PROHIBITED_WORK}
    return hidden.get(work.recipe, 0)


def item_detail(ask: Ask, world: World) -> Answer:
    """One work."""
    work = world.catalogue.work(ask.number("itemId"))
    hidden = why_hidden(work)
    if work is None or hidden:
        return tiktok_status(hidden)
    item = row(work, world, "detail", ask.cookies.get(CHAIN, ""))
    rest = compact({**ENVELOPE, "shareMeta": share_meta(work)})
    return Answer(body=b'{"itemInfo":{"itemStruct":%b},%b' % (item, rest[1:]))


def share_meta(work: Work) -> dict[str, str]:
    return {"desc": work.desc[:100], "title": f"{work.user.nickname} on TikTok"}


def profile(ask: Ask, world: World) -> Answer:
    """A user as others see it, by secUid or uniqueId; of a private account, who it is."""
    user = world.catalogue.anybody(ask.params.get("secUid", ""), ask.params.get("uniqueId", ""))
    if user is None or user.banned:
        return tiktok_status(NO_USER if user is None else BANNED)
    world.met(user, ask)
    return reply({**ENVELOPE, **user_detail(user, world)})


def user_detail(user: User, world: World) -> dict[str, Any]:
    """What interface and page say of a user."""
    status = PRIVATE_ACCOUNT if user.secret else 0
    nickname = world.nickname(user)
    meta = {
        "title": f"{nickname} on TikTok",
        "desc": f"@{user.unique_id} {user.followers} Followers",
    }
    return {"userInfo": {"user": user_json(user, nickname), **stats_json(user)}, "shareMeta": meta,
            "statusCode": status, "status_code": status}  # fmt: skip


EXACT = {
    (HOST, "/api/post/item_list/"): Route("list", user_post, WEB),
    (HOST, "/api/item/detail/"): Route("detail", item_detail, WEB),
    (HOST, "/api/user/detail/"): Route("profile", profile, WEB),
}
