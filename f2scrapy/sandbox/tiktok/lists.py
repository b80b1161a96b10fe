"""Serve works of a user, single works and profiles on www.tiktok.com."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from f2scrapy.sandbox.catalogue import User, Work, build_work, count_newer, list_works
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.refusals import refuse_tiktok
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.checks import HOST, OPEN, WEB
from f2scrapy.sandbox.tiktok.shapes import build_stats, build_user
from f2scrapy.sandbox.tiktok.works import build_item_json

CHAIN = "tt_chain_token"  # cookie that media addresses are bound to
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
WEEK_MS = 7 * 86_400_000


def find_owner(request: Request, state: State) -> User | int:
    """Return the user of a list, or the status that says why there is none."""
    sec_user_id = request.params.get("secUid", "")
    if not sec_user_id:
        return BAD_PARAMETER
    user = state.catalogue.find_user(sec_user_id)
    if user is None:
        return NO_USER
    return BANNED if user.banned else user


def serve_user_post(request: Request, state: State) -> Reply | Page:
    """Serve works of a user, newest first; none of a private account."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    cursor = max(0, request.get_int("cursor"))
    works = list_works(user, cursor, request.get_count(16, MOST))
    oldest = works[-1].create_ms if works else cursor
    more = bool(works) and bool(list_works(user, oldest, 1))
    if not more:
        state.apply_renamed_after(user)
    return build_item_page(works, request, state, cursor=str(oldest), more=more)


def serve_creator_posts(request: Request, state: State) -> Reply | Page:
    """Serve works older than `cursor` (ms), newest first; the answer has no cursor.

    As read by yt-dlp 2026.10.26 and gallery-dl 1.32.18. With the fault "weekly" a page shows the
    works of one week, and may be empty. A cursor of now is the top of the list, also where this
    machine's clock is behind the works of the sandbox.
    """
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    cursor, now = request.get_int("cursor"), int(state.clock() * 1000)
    is_top = cursor <= 0 or abs(cursor - now) < 60_000
    first = 0 if is_top else count_newer(user, cursor)
    shown = range(first, min(first + request.get_count(15, MOST), user.count))
    if state.faults.find("weekly"):
        newest = build_work(user, 0).create_ms if user.count else 0
        before = max(now, newest) if is_top else cursor
        shown = range(first, min(shown.stop, count_newer(user, before - WEEK_MS)))
    works = [] if user.secret else [build_work(user, place) for place in shown]
    page = build_item_page(works, request, state, cursor="0", more=False)
    more = not user.secret and shown.stop < user.count
    fields = {**ENVELOPE, "hasMoreLatest": False, "hasMorePrevious": more}
    return replace(page, fields=fields, cursor_key="", more_key="hasMorePrevious")


def build_item_page(
    works: list[Work], request: Request, state: State, *, cursor: str, more: bool
) -> Page:
    """Return a page of items; `itemList` is missing if there are none."""
    fields = {"cursor": cursor, "hasMore": more, **ENVELOPE}
    rows = tuple(build_row(work, state, "list", request.cookies.get(CHAIN, "")) for work in works)
    return build_page(rows, fields)


def build_works_page(works: list[Work], request: Request, state: State, usual: int = 20) -> Page:
    """Return the works of a list from position `cursor` on."""
    start = max(0, request.get_int("cursor"))
    shown = works[start : start + request.get_count(usual, MOST)]
    end = start + len(shown)
    return build_item_page(shown, request, state, cursor=str(end), more=end < len(works))


def build_rows_page(
    rows: list[dict[str, Any]], request: Request, rows_key: str, id_key: str = "id"
) -> Page:
    """Return the rows of a list, which are no works, from position `cursor` on."""
    start = max(0, request.get_int("cursor"))
    shown = rows[start : start + request.get_count()]
    end = start + len(shown)
    fields = {"cursor": str(end), "hasMore": end < len(rows), **ENVELOPE}
    page = build_page(tuple(encode_json(row) for row in shown), fields, rows_key)
    return replace(page, id_key=id_key)


def build_page(rows: tuple[bytes, ...], fields: dict[str, Any], rows_key: str = "itemList") -> Page:
    """Return a page of rows identified by `id`."""
    return Page(
        rows, rows_key, "cursor", fields, id_key="id", more_key="hasMore", omit_empty_rows=True
    )


def build_row(work: Work, state: State, origin: str, chain: str) -> bytes:
    """Return an item as JSON, its media signed for *origin* and for the cookie *chain*."""
    signing = state.sign_media(str(work.aweme_id), origin, chain)
    return build_item_json(work, state.get_nickname(work.user), signing, state.options.sizes)


def get_hidden_status(work: Work | None) -> int:
    """Return the status in place of a work; 0 if it is visible."""
    if work is None:
        return NO_WORK
    if work.user.secret:
        return PRIVATE_ACCOUNT
    hidden = {"private": PRIVATE_WORK, "deleted": NO_WORK, "prohibited": PROHIBITED_WORK}
    return hidden.get(work.recipe, 0)


def serve_item_detail(request: Request, state: State) -> Reply:
    """Serve one work."""
    work = state.catalogue.find_work(request.get_int("itemId"))
    hidden = get_hidden_status(work)
    if work is None or hidden:
        return refuse_tiktok(hidden)
    item = build_row(work, state, "detail", request.cookies.get(CHAIN, ""))
    rest = encode_json({**ENVELOPE, "shareMeta": build_share_meta(work)})
    return Reply(body=b'{"itemInfo":{"itemStruct":%b},%b' % (item, rest[1:]))


def build_share_meta(work: Work) -> dict[str, str]:
    return {"desc": work.desc[:100], "title": f"{work.user.nickname} on TikTok"}


def serve_profile(request: Request, state: State) -> Reply:
    """Serve a profile by secUid or uniqueId; of a private account, only the user."""
    user = state.catalogue.find_user(
        request.params.get("secUid", ""), request.params.get("uniqueId", "")
    )
    if user is None or user.banned:
        return refuse_tiktok(NO_USER if user is None else BANNED)
    state.apply_renamed(user, request)
    return respond_json({**ENVELOPE, **build_user_detail(user, state)})


def build_user_detail(user: User, state: State) -> dict[str, Any]:
    """Return the fields of a user that interface and page have."""
    status = PRIVATE_ACCOUNT if user.secret else 0
    nickname = state.get_nickname(user)
    meta = {
        "title": f"{nickname} on TikTok",
        "desc": f"@{user.unique_id} {user.followers} Followers",
    }
    return {"userInfo": {"user": build_user(user, nickname), **build_stats(user)},
            "shareMeta": meta, "statusCode": status, "status_code": status}  # fmt: skip


EXACT = {
    (HOST, "/api/post/item_list/"): Route("list", serve_user_post, WEB),
    (HOST, "/api/creator/item_list/"): Route("list", serve_creator_posts, OPEN),
    (HOST, "/api/item/detail/"): Route("detail", serve_item_detail, WEB),
    (HOST, "/api/user/detail/"): Route("profile", serve_profile, WEB),
}
