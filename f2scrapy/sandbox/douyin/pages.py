"""Serve the HTML pages of www.douyin.com, with their state as RENDER_DATA.

The state is the answer of the interfaces under other names: camelCase, grouped as in pages of 2023.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from f2scrapy.sandbox import gateway
from f2scrapy.sandbox.catalogue import GONE, Work, build_work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin.addresses import Json
from f2scrapy.sandbox.douyin.lists import HOST, build_row
from f2scrapy.sandbox.douyin.profile import build_profile
from f2scrapy.sandbox.http_types import Reply, Request, redirect, respond_html
from f2scrapy.sandbox.proof import build_tag
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.works import is_album

_HTML = (
    '<!DOCTYPE html><html><head><title>抖音</title>%s</head><body><div id="root"></div>'
    '<script id="RENDER_DATA" type="application/json">%s</script></body></html>'
)
_SAME = ("aweme_id", "aweme_type", "group_id", "desc", "create_time", "author_user_id",
         "text_extra", "aweme_control", "music", "comment_gid", "is_ads")  # fmt: skip
_EPISODES = 6  # on the page of a collection


def serve_page(request: Request, state: State) -> Reply:
    """Serve the page a browser sees; it sets a ttwid and a uifid."""
    kind, _, name = request.path.strip("/").partition("/")
    work = state.catalogue.find_work(int(name)) if name.isdecimal() else None
    if kind == "video" and work and is_album(work):  # links to albums may say /video/
        return redirect(f"https://{HOST}/note/{name}")
    blocks = {
        "1": {"isClient": False, "pathname": request.path},
        "_location": request.path,
        "app": [],
    }
    if kind in ("video", "note", "slides"):
        blocks["46"] = _build_work_block(name, work, state)
    elif kind == "user":
        blocks["41"] = _build_user_block(name, state)
    elif kind == "collection":
        blocks["6"] = _build_mix_block(name, state)
    return respond_html(
        _HTML % (build_tag(), quote(json.dumps(blocks, ensure_ascii=False))),
        cookies=gateway.list_new_cookies(request, state),
    )


def serve_live_home(request: Request, state: State) -> Reply:
    """Serve the start page of live.douyin.com; like every real page, it sets a uifid."""
    blocks = {"1": {"isClient": False, "pathname": request.path}}
    text = _HTML % ("", quote(json.dumps(blocks)))
    return respond_html(text, cookies=gateway.list_new_cookies(request, state))


def _build_work_block(aweme_id: str, work: Work | None, state: State) -> Json:
    """Return the state of a work; hidden works are empty, as in the interface."""
    if work is None or work.user.secret or work.recipe in GONE:
        return {"awemeId": aweme_id, "aweme": {"statusCode": 0, "detail": None}}
    shown = _convert_work(json.loads(build_row(work, state, "detail")))
    return {"awemeId": aweme_id, "aweme": {"statusCode": 0, "detail": _to_camel_case(shown)}}


def _build_user_block(sec_user_id: str, state: State) -> Json:
    user = state.catalogue.find_visible(sec_user_id)
    if user is None:
        return {"uid": sec_user_id, "user": {"statusCode": 2053, "user": None}}
    shown = _convert_user(build_profile(user, state.get_nickname(user)))
    return {"uid": sec_user_id, "user": {"statusCode": 0, "user": _to_camel_case(shown)}}


def _build_mix_block(mix_id: str, state: State) -> Json:
    user = state.catalogue.find_series(mix_id)
    if user is None:
        return {"mixId": mix_id, "mixInfo": {"statusCode": 2053, "data": None}}
    first = min(user.count, _EPISODES)
    works = [build_work(user, user.count - 1 - n) for n in range(first)]
    rows = [
        _to_camel_case(_convert_work(json.loads(build_row(work, state, "list")))) for work in works
    ]
    shown = {"mixId": mix_id, "statusCode": 0, "data": rows, "currentEpisode": 1,
             "hasMore": int(first < user.count), "cursor": first}  # fmt: skip
    return {"mixId": mix_id, "mixInfo": shown}


def _to_camel_case(value: Any) -> Any:
    """Return the value with keys in camelCase, recursively."""
    if isinstance(value, dict):
        return {
            re.sub(r"_(\w)", lambda m: m[1].upper(), k): _to_camel_case(v) for k, v in value.items()
        }
    return [_to_camel_case(inner) for inner in value] if isinstance(value, list) else value


def _convert_work(work: Json) -> Json:
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
        "video": _convert_video(work["video"]),
        "images": [_convert_image(image) for image in work["images"] or ()],
    }


def _convert_video(video: Json) -> Json:
    return {
        **{name: video.get(name) for name in ("width", "height", "ratio", "duration")},
        **_convert_file(video["play_addr"]),
        **_convert_file(video.get("play_addr_265"), "_h265"),
        "bit_rate_list": [
            _convert_file(gear["play_addr"])
            | {name: gear[name] for name in ("is_h265", "quality_type", "bit_rate", "gear_name")}
            | {"video_format": gear["format"]}
            for gear in video["bit_rate"] or ()
        ],
        "cover": _strip_scheme(video["cover"]["url_list"][0]),
        "cover_url_list": video["cover"]["url_list"],
        "origin_cover": _strip_scheme(next(iter(video["origin_cover"]["url_list"]), "")),
    }


def _convert_file(address: Json | None, suffix: str = "") -> Json:
    """Return the mirrors, and separately the platform's player."""
    if address is None:
        return {}
    urls = address["url_list"]
    player = next((url for url in urls if f"//{HOST}/" in url), "")
    mirrors = [{"src": _strip_scheme(url)} for url in urls if url != player]
    size = {name: address.get(name) for name in ("width", "height", "data_size")}
    return size | {f"play_addr{suffix}": mirrors, f"play_api{suffix}": _strip_scheme(player)}


def _convert_image(image: Json) -> Json:
    moving = image.get("video")
    return {**image, "video": _convert_video(moving)} if moving else image


def _convert_user(user: Json) -> Json:
    return user | {
        "desc": user["signature"],
        "avatar_url": _strip_scheme(user["avatar_larger"]["url_list"][0]),
        "avatar300_url": _strip_scheme(user["avatar_300x300"]["url_list"][0]),
        "gender": None,
        "age": None,
        "school": None,
        "user_canceled": False,
    }


def _strip_scheme(url: str) -> str:
    return url.removeprefix("https:")


PATTERNS = {
    r"live\.douyin\.com/?": Route("home", serve_live_home),
    r"www\.douyin\.com/(discover|((user|video|note|slides|collection|share)/.*))?": Route(
        "page", serve_page
    ),
}
