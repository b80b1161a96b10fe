"""Pages of www.douyin.com: what they are drawn from stands in them, as RENDER_DATA.

The interfaces' answers under other names: camelCase, and grouped as in pages of 2023.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from f2scrapy.sandbox.catalogue import GONE, Work, work_at
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin.addresses import Json
from f2scrapy.sandbox.douyin.lists import HOST, row
from f2scrapy.sandbox.douyin.profile import profile_json
from f2scrapy.sandbox.http_types import Answer, Ask, html, redirect
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.works import is_album

_HTML = (
    '<!DOCTYPE html><html><head><title>抖音</title></head><body><div id="root"></div>'
    '<script id="RENDER_DATA" type="application/json">%s</script></body></html>'
)
_SAME = ("aweme_id", "aweme_type", "group_id", "desc", "create_time", "author_user_id",
         "text_extra", "aweme_control", "music", "comment_gid", "is_ads")  # fmt: skip
_EPISODES = 6  # on the page of a collection


def page(ask: Ask, world: World) -> Answer:
    """What a browser sees; visitors are given a ttwid."""
    kind, _, name = ask.path.strip("/").partition("/")
    work = world.catalogue.work(int(name)) if name.isdecimal() else None
    if kind == "video" and work and is_album(work):  # one address for all works, to begin with
        return redirect(f"https://{HOST}/note/{name}")
    blocks = {"1": {"isClient": False, "pathname": ask.path}, "_location": ask.path, "app": []}
    if kind in ("video", "note", "slides"):
        blocks["46"] = _of_work(name, work, world)
    elif kind == "user":
        blocks["41"] = _of_user(name, world)
    elif kind == "collection":
        blocks["6"] = _of_mix(name, world)
    cookie = f"ttwid={world.issue_ttwid()}; Path=/; Domain=douyin.com; Max-Age=31536000; HttpOnly"
    return html(_HTML % quote(json.dumps(blocks, ensure_ascii=False)), cookies=[cookie])


def _of_work(aweme_id: str, work: Work | None, world: World) -> Json:
    """Hidden works are not shown, as little as the interface answers them."""
    if work is None or work.user.secret or work.recipe in GONE:
        return {"awemeId": aweme_id, "aweme": {"statusCode": 0, "detail": None}}
    shown = _work(json.loads(row(work, world, "detail")))
    return {"awemeId": aweme_id, "aweme": {"statusCode": 0, "detail": _camel(shown)}}


def _of_user(sec_user_id: str, world: World) -> Json:
    user = world.catalogue.user(sec_user_id)
    if user is None:
        return {"uid": sec_user_id, "user": {"statusCode": 2053, "user": None}}
    shown = _user(profile_json(user, world.nickname(user)))
    return {"uid": sec_user_id, "user": {"statusCode": 0, "user": _camel(shown)}}


def _of_mix(mix_id: str, world: World) -> Json:
    user = world.catalogue.series(mix_id)
    if user is None:
        return {"mixId": mix_id, "mixInfo": {"statusCode": 2053, "data": None}}
    first = min(user.count, _EPISODES)
    works = [work_at(user, user.count - 1 - n) for n in range(first)]
    rows = [_camel(_work(json.loads(row(work, world, "list")))) for work in works]
    shown = {"mixId": mix_id, "statusCode": 0, "data": rows, "currentEpisode": 1,
             "hasMore": int(first < user.count), "cursor": first}  # fmt: skip
    return {"mixId": mix_id, "mixInfo": shown}


def _camel(value: Any) -> Any:
    """The same with names in camelCase, all the way down."""
    if isinstance(value, dict):
        return {re.sub(r"_(\w)", lambda m: m[1].upper(), k): _camel(v) for k, v in value.items()}
    return [_camel(inner) for inner in value] if isinstance(value, list) else value


def _work(work: Json) -> Json:
    status, mix = work["status"], work.get("mix_info")
    return {name: work[name] for name in _SAME if name in work} | {
        "author_info": work.get("author"),
        "stats": work["statistics"],
        "tag": {"is_top": bool(work["is_top"]), "is_story": False},
        "status": {**status, "is_reviewing": status["in_reviewing"]},
        "is_private": bool(status["private_status"]),
        "share_info": {"share_url": work["share_url"]},
        "seo_info": {},
        "mix_info": {**mix, **mix["statis"]} if mix else {"status": -1},
        "video": _video(work["video"]),
        "images": [_image(image) for image in work["images"] or ()],
    }


def _video(video: Json) -> Json:
    return {
        **{name: video.get(name) for name in ("width", "height", "ratio", "duration")},
        **_file(video["play_addr"]),
        **_file(video.get("play_addr_265"), "_h265"),
        "bit_rate_list": [
            _file(gear["play_addr"])
            | {name: gear[name] for name in ("is_h265", "quality_type", "bit_rate", "gear_name")}
            | {"video_format": gear["format"]}
            for gear in video["bit_rate"] or ()
        ],
        "cover": _bare(video["cover"]["url_list"][0]),
        "cover_url_list": video["cover"]["url_list"],
        "origin_cover": _bare(next(iter(video["origin_cover"]["url_list"]), "")),
    }


def _file(address: Json | None, suffix: str = "") -> Json:
    """The mirrors, and the platform's player apart from them."""
    if address is None:
        return {}
    urls = address["url_list"]
    player = next((url for url in urls if f"//{HOST}/" in url), "")
    mirrors = [{"src": _bare(url)} for url in urls if url != player]
    size = {name: address.get(name) for name in ("width", "height", "data_size")}
    return size | {f"play_addr{suffix}": mirrors, f"play_api{suffix}": _bare(player)}


def _image(image: Json) -> Json:
    moving = image.get("video")
    return {**image, "video": _video(moving)} if moving else image


def _user(user: Json) -> Json:
    return user | {
        "desc": user["signature"],
        "avatar_url": _bare(user["avatar_larger"]["url_list"][0]),
        "avatar300_url": _bare(user["avatar_300x300"]["url_list"][0]),
        "gender": None,
        "age": None,
        "school": None,
        "user_canceled": False,
    }


def _bare(url: str) -> str:
    return url.removeprefix("https:")


PATTERNS = {
    r"www\.douyin\.com/((user|video|note|slides|collection|share)/.*)?": Route("page", page),
}
