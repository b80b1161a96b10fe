"""www.douyin.com: what users like, and what the account collected: works, folders, music."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import cdn, refusals, work_lists
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, row
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, html
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.work_lists import ACCOUNT, COLLECTED, NEWEST_MS, STEP_MS, Folder, Span

SONGS = 45
# One of several pages, a name no file system takes, an empty one, two of one name with works in
# common; then so many that their list has several pages, too.
FOLDERS = (
    Folder(0, "旅行", 0, 50),
    Folder(1, "做饭/菜谱 ", 50, 7),
    Folder(2, "空的", 0, 0),
    Folder(3, "旅行", 0, 3),
    *(Folder(n, f"收藏夹{n}", 100 + n, 1) for n in range(4, 23)),
)


def user_like(ask: Ask, world: World) -> Answer | Page:
    """Works a user likes; nothing where only the user sees them."""
    user = world.catalogue.user(ask.params.get("sec_user_id", ""))
    if user is None:
        return refusals.status(2053, "用户不存在")
    count = user.likes if user.shows_likes and not user.secret else 0
    span = Span.asked(ask, "max_cursor", count)
    return _page(
        span, "max_cursor", "aweme_list", lambda n: _work(n + 7 * user.number, world), min_cursor=0
    )


def user_collection(ask: Ask, world: World) -> Answer | Page:
    """Works the account collected; asked for by POST, and the body says what the URL says."""
    body = ask.json()
    if not isinstance(body, dict) or body.get("cursor") != ask.number("cursor"):
        world.note(ask, "body: cursor is not that of the URL")
        return refusals.status(5, "参数不合法")
    span = Span.asked(ask, "cursor", COLLECTED, unit=1000)
    return _page(span, "cursor", "aweme_list", lambda n: _work(n, world), cursor_str="")


def user_collects(ask: Ask, world: World) -> Page:
    """The account's folders; `has_more` is true or false here."""
    span = Span.asked(ask, "cursor", len(FOLDERS))
    page = _page(span, "cursor", "collects_list", lambda n: compact(_folder(FOLDERS[n], world)))
    more = bool(page.fields["has_more"])
    return replace(page, id_key="collects_id").with_fields(has_more=more, total_number=len(FOLDERS))


def user_collects_video(ask: Ask, world: World) -> Answer | Page:
    """Works in a folder; every other page is empty and says that there are more."""
    wanted = ask.params.get("collects_id", "")
    folder = next((folder for folder in FOLDERS if folder.id == wanted), None)
    if folder is None:
        return refusals.status(5, "收藏夹不存在")
    span = Span.asked(ask, "cursor", folder.count)
    page = _page(span, "cursor", "aweme_list", lambda n: _work(folder.start + n, world))
    if page.rows and span.cursor and (NEWEST_MS - span.cursor) % STEP_MS == 0:
        return replace(page, rows=()).with_fields(cursor=span.cursor - 1, has_more=True)
    return page


def user_music_collection(ask: Ask, world: World) -> Page:
    """Music the account collected; the cursor comes as text."""
    del world
    span = Span.asked(ask, "cursor", SONGS)
    page = _page(span, "cursor", "mc_list", lambda n: compact(_song(n)), msg="")
    return replace(page, id_key="id").with_fields(cursor=str(page.fields["cursor"]))


def _page(span: Span, cursor: str, key: str, row: Callable[[int], bytes], **fields: Any) -> Page:
    told = {
        "status_code": 0,
        cursor: span.next,
        "has_more": int(span.more),
        "log_pb": {"impr_id": LOG_ID},
    }
    return Page(span.filled(row), key, cursor, told | fields)


def _work(number: int, world: World, start: int = 0) -> bytes:
    return row(work_lists.work(start + number, world), world, "list")


def _folder(folder: Folder, world: World) -> dict[str, Any]:
    user = world.catalogue.by_name[ACCOUNT]
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
        "user_info": {"nickname": world.nickname(user), "uid": user.uid},
    }


# Music


def song_id(number: int) -> str:
    return str(6_900_000_000_000_000_000 + number)


def has_lyrics(number: int) -> bool:
    return number % 5 != 4


def _song(number: int) -> dict[str, Any]:
    name = song_id(number)
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


def lyrics(number: int) -> list[dict[str, Any]]:
    """What a lyric address answers."""
    return [{"text": f"第{n}行", "timeId": f"{n * 31.25 + number:.3f}"} for n in range(4)]


def song_asset(number: int, kind: str, world: World) -> Asset:
    """The sound ("mp3") or the cover ("jpeg") of a song."""
    return world.options.sizes.asset(kind, f"song-{song_id(number)}")


_FILE = re.compile(r"/(69\d{17})\.(mp3|jpeg|json)$")


def medium(ask: Ask, world: World) -> Answer:
    """A file of a song."""
    if not cdn.welcome(ask, world, ask.platform):
        return html("<h1>403 Forbidden</h1>", 403)
    name, kind = _FILE.search(ask.path).groups()  # type: ignore[union-attr]
    number = int(name) - int(song_id(0))
    if kind == "json":
        return Answer(body=compact(lyrics(number)))
    return Answer(asset=song_asset(number, kind, world))


_OWN = replace(WEB, account=True)
EXACT = {
    (HOST, "/aweme/v1/web/aweme/favorite/"): Route("list", user_like, WEB),
    (HOST, "/aweme/v1/web/aweme/listcollection/"): Route(
        "list", user_collection, replace(_OWN, method="POST")
    ),
    (HOST, "/aweme/v1/web/collects/list/"): Route("list", user_collects, _OWN),
    (HOST, "/aweme/v1/web/collects/video/list/"): Route("list", user_collects_video, _OWN),
    (HOST, "/aweme/v1/web/music/listcollection/"): Route("list", user_music_collection, _OWN),
}
PATTERNS = {
    r"\w[\w-]+\.douyinstatic\.com/obj/(ies-music|tos-cn-lyric)/69\d{17}\.(mp3|json)": Route(
        "media", medium
    ),
    r"\w[\w-]+\.douyinpic\.com/aweme/720x720/tos-cn-v-2774/69\d{17}\.jpeg": Route("media", medium),
}
