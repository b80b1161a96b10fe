"""Describe the recorded answers of each platform, and the kinds of the files in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from f2scrapy.sandbox.catalogue import Sizes
from f2scrapy.sandbox.media import HOSTS, Asset, TextAsset
from f2scrapy.sandbox.recordings import PLAYER, AnswerLayout, Json
from f2scrapy.sandbox.tiktok.addresses import LANGUAGES, make_subtitles

_SUFFIXES = {".mp3": "mp3", ".m4a": "mp3", ".mp4": "mp4", ".webp": "webp", ".png": "png",
             ".jpeg": "jpeg", ".json": "json"}  # fmt: skip


def _guess_kind(url: str) -> str:
    path = urlsplit(url).path
    return next((kind for suffix, kind in _SUFFIXES.items() if path.endswith(suffix)), "")


def _build_utterances(key: str) -> Asset:
    """Return captions by speech recognition."""
    words = [{"text": "Hello there", "start_time": 60, "end_time": 1360}]
    return TextAsset.from_text(key, "json", json.dumps({"utterances": words}))


# Douyin: the addresses show the kind of the file


def _read_aweme_id(row: Json) -> str:
    known = isinstance(row.get("aweme_id"), str) and "aweme_type" in row and "author" in row
    return row["aweme_id"] if known else ""


def _read_sec_uid(work: Json) -> str:
    return str((work.get("author") or {}).get("sec_uid") or "")


def _find_users(row: Json) -> Iterator[tuple[str, Json]]:
    if "sec_uid" in row and "aweme_count" in row and "signature" in row:
        yield row["sec_uid"], row


def _build_by_address(urls: list[str], field: str, key: str, sizes: Sizes) -> Asset:
    if field == "url":  # of captions, as no other field is called
        return _build_utterances(key)
    is_video = any("vod.com" in url or PLAYER.match(url) for url in urls)
    default = "mp4" if is_video else "mp3" if "douyinstatic.com" in urls[0] else "jpeg"
    return sizes.build_asset(_guess_kind(urls[0]) or default, key)


DOUYIN = AnswerLayout(
    platform="douyin",
    hosts=HOSTS,
    mirrors=("url_list",),
    sizes=("data_size", "size"),
    work_id=_read_aweme_id,
    create_time=lambda work: work.get("create_time") or 0,
    author=_read_sec_uid,
    profiles=_find_users,
    build_asset=_build_by_address,
    skipped=("render_data",),  # the state of HTML pages: its keys are camelCase
)


# TikTok: videos, music and captions share their hosts; the field shows the kind of the file


def _read_item_id(row: Json) -> str:
    """Return the id of a work; guests get classified works without a video."""
    is_work = "createTime" in row and ("video" in row or "isContentClassified" in row)
    return row["id"] if is_work and isinstance(row.get("id"), str) else ""


def _read_sec_user_id(work: Json) -> str:
    """Return the author's secUid; pages of 2023 have a name where all others have an object."""
    author = work.get("author")
    sec_uid = author.get("secUid") if isinstance(author, dict) else work.get("authorSecId")
    return str(sec_uid or "")


def _find_people(row: Json) -> Iterator[tuple[str, Json]]:
    """Yield the users of a page of 2023, of a profile, or the author of a work."""
    user, stats, users = row.get("user"), row.get("stats"), row.get("users")
    if isinstance(users, dict) and isinstance(stats, dict):
        yield from ((user["secUid"], {"user": user, "stats": stats.get(name) or {}})
                    for name, user in users.items())  # fmt: skip
    elif isinstance(user, dict) and "secUid" in user and "videoCount" in (stats or {}):
        yield user["secUid"], row
    elif _read_item_id(row) and isinstance(author := row["author"], dict):
        yield author["secUid"], {"user": author, "stats": row.get("authorStats") or {}}


_FIELDS = {"video": "mp4", "PlayAddr": "mp4", "PlayAddrStruct": "mp4", "downloadAddr": "mp4",
           "playUrl": "mp3", "subtitleInfos": "vtt", "captionInfos": "vtt",
           "dynamicCover": "webp"}  # fmt: skip


def _build_by_field(urls: list[str], field: str, key: str, sizes: Sizes) -> Asset:
    kind = _FIELDS.get(field) or _guess_kind(urls[0]) or "jpeg"
    if kind == "mp4" and "/media-video-" in urls[0]:
        kind = "mute.mp4"  # a picture track, for players that load the sound apart
    if kind == "vtt" and "/cc-json/" in urls[0]:
        return _build_utterances(key)
    if kind == "vtt":
        return TextAsset.from_text(key, kind, make_subtitles(key, LANGUAGES[0]))
    return sizes.build_asset(kind, key)


TIKTOK = AnswerLayout(
    platform="tiktok",
    hosts=r"(v\d[\w-]*|webapp-sg)(\.us)?\.tiktok\.com"
    r"|[\w.-]+\.((tiktokcdn(-\w+)?|tiktokv|ibyteimg)\.com|akamaized\.net)",
    mirrors=("UrlList", "urlList", "Url", "url", "playAddr"),
    sizes=("DataSize", "Size", "size"),
    work_id=_read_item_id,
    create_time=lambda work: int(work["createTime"]),
    author=_read_sec_user_id,
    profiles=_find_people,
    build_asset=_build_by_field,
)
