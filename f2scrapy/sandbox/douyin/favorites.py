"""Serve liked works on www.douyin.com, and the account's own lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import cdn, refusals, work_lists
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, build_row
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_html
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.work_lists import ACCOUNT, COLLECTED, NEWEST_MS, STEP_MS, Folder, TimeSlice

SONGS = 45
WATCHED, WATCHED_FROM = 45, 300  # works the account watched, and the first of them
KEPT, KEPT_FROM = 33, 400  # to watch later
# A folder of several pages, a name invalid in file systems, an empty folder, two folders of one
# name with common works; then enough folders for several pages of folders.
FOLDERS = (
    Folder(0, "旅行", 0, 50),
    Folder(1, "做饭/菜谱 ", 50, 7),
    Folder(2, "空的", 0, 0),
    Folder(3, "旅行", 0, 3),
    *(Folder(n, f"收藏夹{n}", 100 + n, 1) for n in range(4, 23)),
)


def serve_user_like(request: Request, state: State) -> Reply | Page:
    """Serve works a user likes; none if the list is private."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "用户不存在")
    count = user.likes if user.shows_likes and not user.secret else 0
    span = TimeSlice.from_request(request, "max_cursor", count)
    return _build_page(
        span,
        "max_cursor",
        "aweme_list",
        lambda n: _build_work_row(n + 7 * user.number, state),
        min_cursor=0,
    )


def serve_user_collection(request: Request, state: State) -> Reply | Page:
    """Serve works the account collected (POST); body and URL must have the same cursor."""
    body = request.json()
    if not isinstance(body, dict) or body.get("cursor") != request.get_int("cursor"):
        state.note_violation(request, "body: cursor differs from the URL")
        return refusals.refuse_status(5, "参数不合法")
    span = TimeSlice.from_request(request, "cursor", COLLECTED, unit=1000)
    return _build_page(
        span, "cursor", "aweme_list", lambda n: _build_work_row(n, state), cursor_str=""
    )


def serve_user_collects(request: Request, state: State) -> Page:
    """Serve the account's folders; here `has_more` is a boolean."""
    span = TimeSlice.from_request(request, "cursor", len(FOLDERS))
    page = _build_page(
        span, "cursor", "collects_list", lambda n: encode_json(_build_folder(FOLDERS[n], state))
    )
    more = bool(page.fields["has_more"])
    return replace(page, id_key="collects_id").with_fields(has_more=more, total_number=len(FOLDERS))


def serve_user_collects_video(request: Request, state: State) -> Reply | Page:
    """Serve works in a folder; every second page is empty with `has_more` set."""
    collects_id = request.params.get("collects_id", "")
    folder = next((folder for folder in FOLDERS if folder.id == collects_id), None)
    if folder is None:
        return refusals.refuse_status(5, "收藏夹不存在")
    span = TimeSlice.from_request(request, "cursor", folder.count)
    page = _build_page(
        span, "cursor", "aweme_list", lambda n: _build_work_row(folder.start + n, state)
    )
    if page.rows and span.cursor and (NEWEST_MS - span.cursor) % STEP_MS == 0:
        return replace(page, rows=()).with_fields(cursor=span.cursor - 1, has_more=True)
    return page


def serve_user_music_collection(request: Request, state: State) -> Page:
    """Serve music the account collected; the cursor is text."""
    del state
    span = TimeSlice.from_request(request, "cursor", SONGS)
    page = _build_page(span, "cursor", "mc_list", lambda n: encode_json(_build_song(n)), msg="")
    return replace(page, id_key="id").with_fields(cursor=str(page.fields["cursor"]))


def serve_history(request: Request, state: State) -> Page:
    """Serve works the account watched."""
    span = TimeSlice.from_request(request, "max_cursor", WATCHED)
    return _build_page(
        span, "max_cursor", "aweme_list", lambda n: _build_work_row(n, state, WATCHED_FROM)
    )


def serve_watch_later(request: Request, state: State) -> Page:
    """Serve works the account keeps, 20 a page from position `offset` on."""
    start = max(0, request.get_int("offset"))
    rows = [_build_work_row(n, state, KEPT_FROM) for n in range(start, min(start + 20, KEPT))]
    fields = {"status_code": 0, "offset": start, "has_more": start + 20 < KEPT, "list_num": KEPT,
              "invalid_item_ids": None}  # fmt: skip
    return Page(tuple(rows), "items", "offset", fields)


def _build_page(
    span: TimeSlice, cursor: str, key: str, row: Callable[[int], bytes], **fields: Any
) -> Page:
    common = {
        "status_code": 0,
        cursor: span.next_cursor,
        "has_more": int(span.has_more),
        "log_pb": {"impr_id": LOG_ID},
    }
    return Page(span.build_rows(row), key, cursor, common | fields)


def _build_work_row(number: int, state: State, start: int = 0) -> bytes:
    return build_row(work_lists.get_work(start + number, state), state, "list")


def _build_folder(folder: Folder, state: State) -> dict[str, Any]:
    user = state.catalogue.by_name[ACCOUNT]
    url = f"https://p3-pc-sign.douyinpic.com/tos-cn-i-0813/collects{folder.number}.jpeg"
    return {
        "app_id": 1128,
        "collects_cover": {"uri": "", "url_list": [url]},
        "collects_id": folder.id,
        "collects_name": folder.name,
        "create_time": NEWEST_MS // 1000 - folder.number * 86_400,
        "follow_status": 0,
        "followed_count": 0,
        "is_normal_status": True,
        "item_type": 2,
        "last_collect_time": NEWEST_MS // 1000,
        "play_count": folder.number,
        "states": 0,
        "status": 1,
        "system_type": 0,
        "total_number": folder.count,
        "user_id": user.uid,
        "user_info": {"nickname": state.get_nickname(user), "uid": user.uid},
    }


# Music


def make_song_id(number: int) -> str:
    return str(6_900_000_000_000_000_000 + number)


def has_lyrics(number: int) -> bool:
    return number % 5 != 4


def _build_song(number: int) -> dict[str, Any]:
    name = make_song_id(number)
    lyrics = f"https://sf3-cdn-tos.douyinstatic.com/obj/tos-cn-lyric/{name}.json"
    mirrors = [f"https://{host}.douyinstatic.com/obj/ies-music/{name}.mp3"
               for host in ("sf5-hl-cdn-tos", "sf6-cdn-tos")]  # fmt: skip
    cover = f"https://p3-pc.douyinpic.com/aweme/720x720/tos-cn-v-2774/{name}.jpeg"
    return {
        "id": int(name),
        "mid": name,
        "title": f"第{number}首歌",
        "author": f"歌手{number % 7}",
        "album": "专辑",
        "audition_duration": 60,
        "duration": 180 + number,
        "collect_stat": 1,
        "music_status": 0,
        "status": 1,
        "cover_hd": {"uri": "", "url_list": [cover], "width": 720, "height": 720},
        "is_commerce_music": False,
        "is_original": False,
        "is_original_sound": number % 2 == 0,
        "lyric_type": 2 if has_lyrics(number) else 0,
        "lyric_url": lyrics if has_lyrics(number) else None,
        "play_url": {"uri": mirrors[0], "url_list": mirrors, "width": 720, "height": 720},
        "strong_beat_url": {"uri": "", "url_list": [mirrors[0].replace(".mp3", "-beat.json")]},
        "owner_id": "",
        "owner_nickname": "",
        "owner_handle": "",
        "sec_uid": "",
    }


def build_lyrics(number: int) -> list[dict[str, Any]]:
    """Return the answer of a lyrics address."""
    return [{"text": f"第{n}行", "timeId": f"{n * 31.25 + number:.3f}"} for n in range(4)]


def build_song_asset(number: int, kind: str, state: State) -> Asset:
    """Return the sound ("mp3") or the cover ("jpeg") of a song."""
    return state.options.sizes.build_asset(kind, f"song-{make_song_id(number)}")


_FILE = re.compile(r"/(69\d{17})\.(mp3|jpeg|json)$")


def serve_media(request: Request, state: State) -> Reply:
    """Serve a file of a song."""
    if not cdn.is_welcome(request, state, request.platform):
        return respond_html("<h1>403 Forbidden</h1>", 403)
    name, kind = _FILE.search(request.path).groups()  # type: ignore[union-attr]
    number = int(name) - int(make_song_id(0))
    if kind == "json":
        return Reply(body=encode_json(build_lyrics(number)))
    return Reply(asset=build_song_asset(number, kind, state))


_OWN = replace(WEB, account=True)
EXACT = {
    (HOST, "/aweme/v1/web/aweme/favorite/"): Route("list", serve_user_like, WEB),
    (HOST, "/aweme/v1/web/aweme/listcollection/"): Route(
        "list", serve_user_collection, replace(_OWN, method="POST")
    ),
    (HOST, "/aweme/v1/web/collects/list/"): Route("list", serve_user_collects, _OWN),
    (HOST, "/aweme/v1/web/collects/video/list/"): Route("list", serve_user_collects_video, _OWN),
    (HOST, "/aweme/v1/web/music/listcollection/"): Route("list", serve_user_music_collection, _OWN),
    # Asked by public clients (2026); no answers are recorded in this project.
    (HOST, "/aweme/v1/web/history/read/"): Route("list", serve_history, _OWN),
    (HOST, "/aweme/v1/web/watchlater/list/"): Route("list", serve_watch_later, _OWN),
}
PATTERNS = {
    r"\w[\w-]+\.douyinstatic\.com/obj/(ies-music|tos-cn-lyric)/69\d{17}\.(mp3|json)": Route(
        "media", serve_media
    ),
    r"\w[\w-]+\.douyinpic\.com/aweme/720x720/tos-cn-v-2774/69\d{17}\.jpeg": Route(
        "media", serve_media
    ),
}
