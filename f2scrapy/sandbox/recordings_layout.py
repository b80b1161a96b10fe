"""How the recorded answers of each platform are read, and of what kind the files in them are."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from f2scrapy.sandbox.catalogue import Sizes
from f2scrapy.sandbox.media import HOSTS, Asset, Text
from f2scrapy.sandbox.recordings import PLAYER, Form, Json
from f2scrapy.sandbox.tiktok.addresses import LANGUAGES, subtitles

_SUFFIXES = {".mp3": "mp3", ".m4a": "mp3", ".mp4": "mp4", ".webp": "webp", ".png": "png",
             ".jpeg": "jpeg", ".json": "json"}  # fmt: skip


def _by_suffix(url: str) -> str:
    path = urlsplit(url).path
    return next((kind for suffix, kind in _SUFFIXES.items() if path.endswith(suffix)), "")


# Douyin: the addresses say what they lead to


def _aweme_id(row: Json) -> str:
    known = isinstance(row.get("aweme_id"), str) and "aweme_type" in row and "author" in row
    return row["aweme_id"] if known else ""


def _sec_uid(work: Json) -> str:
    return str((work.get("author") or {}).get("sec_uid") or "")


def _users(row: Json) -> Iterator[tuple[str, Json]]:
    if "sec_uid" in row and "aweme_count" in row and "signature" in row:
        yield row["sec_uid"], row


def _by_address(urls: list[str], field: str, key: str, sizes: Sizes) -> Asset:
    del field
    film = any("vod.com" in url or PLAYER.match(url) for url in urls)
    rest = "mp4" if film else "mp3" if "douyinstatic.com" in urls[0] else "jpeg"
    return sizes.asset(_by_suffix(urls[0]) or rest, key)


DOUYIN = Form(
    platform="douyin",
    hosts=HOSTS,
    mirrors=("url_list",),
    sizes=("data_size", "size"),
    work_id=_aweme_id,
    when=lambda work: work.get("create_time") or 0,
    author=_sec_uid,
    profiles=_users,
    made=_by_address,
    skipped=("render_data",),  # the state of HTML pages: it spells its keys otherwise
)


# TikTok: films, sound and captions come from the same hosts; the fields say what is what


def _item_id(row: Json) -> str:
    known = isinstance(row.get("id"), str) and "createTime" in row and "video" in row
    return row["id"] if known else ""


def _sec_user_id(work: Json) -> str:
    """Pages of 2023 have the author's name where an object stands everywhere else."""
    author = work.get("author")
    told = author.get("secUid") if isinstance(author, dict) else work.get("authorSecId")
    return str(told or "")


def _people(row: Json) -> Iterator[tuple[str, Json]]:
    """The users of a page of 2023, of a profile, and at least who made a work."""
    user, stats, users = row.get("user"), row.get("stats"), row.get("users")
    if isinstance(users, dict) and isinstance(stats, dict):
        yield from ((user["secUid"], {"user": user, "stats": stats.get(name) or {}})
                    for name, user in users.items())  # fmt: skip
    elif isinstance(user, dict) and "secUid" in user and "videoCount" in (stats or {}):
        yield user["secUid"], row
    elif _item_id(row) and isinstance(author := row["author"], dict):
        yield author["secUid"], {"user": author, "stats": row.get("authorStats") or {}}


_FIELDS = {"video": "mp4", "PlayAddr": "mp4", "PlayAddrStruct": "mp4", "downloadAddr": "mp4",
           "playUrl": "mp3", "subtitleInfos": "vtt", "captionInfos": "vtt",
           "dynamicCover": "webp"}  # fmt: skip


def _by_field(urls: list[str], field: str, key: str, sizes: Sizes) -> Asset:
    kind = _FIELDS.get(field) or _by_suffix(urls[0]) or "jpeg"
    if kind == "vtt":
        return Text.of(key, kind, subtitles(key, LANGUAGES[0]))
    return sizes.asset(kind, key)


TIKTOK = Form(
    platform="tiktok",
    hosts=r"(v\d[\w-]*|webapp-sg)(\.us)?\.tiktok\.com"
    r"|[\w.-]+\.((tiktokcdn(-\w+)?|tiktokv|ibyteimg)\.com|akamaized\.net)",
    mirrors=("UrlList", "urlList", "Url", "url", "playAddr"),
    sizes=("DataSize", "Size", "size"),
    work_id=_item_id,
    when=lambda work: int(work["createTime"]),
    author=_sec_user_id,
    profiles=_people,
    made=_by_field,
)
