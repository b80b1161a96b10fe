"""Convert HTML pages of www.douyin.com to the shape of the interfaces' answers.

A page holds its data as RENDER_DATA: percent-encoded JSON in the script element of that id. Its
blocks are keyed by numbers that change from build to build; names are in camelCase and grouped
differently from the interfaces' (pages of 2023; later ones may lack it). Endpoints and items read
the result like an answer. Fields that a page lacks are missing in it.

    answer = parse_detail(read_render_data(html))
    post = Post.parse(answer["aweme_detail"])
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import convert_errors, decode_json, get_path
from f2scrapy.platforms.common.pages import iterate_scripts

_ID = "RENDER_DATA"


def read_render_data(html: str) -> Mapping[str, Any]:
    """Return the RENDER_DATA of an HTML page.

    Raises:
        ProtocolError: the page has none, such as a captcha page.
    """
    written = next((text for _, text in iterate_scripts(html, (_ID,))), None)
    if written is None:
        raise ProtocolError("the page holds no RENDER_DATA")
    try:
        data = decode_json(unquote(written))
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise ProtocolError("the page's RENDER_DATA is no JSON object")
    return data


# All of these raise ProtocolError if the data are those of another page.


@convert_errors()
def parse_detail(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the work of a page /video/ID or /note/ID in the shape of aweme/detail.

    Of a page /collection/ID it is the open work.
    """
    return {"aweme_detail": _convert_work(_find(data, "aweme.detail"))}


@convert_errors()
def parse_works(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the works that a page lists, with the cursor of the next page.

    The first of a collection are in the shape of mix/aweme, those of a user in that of aweme/post.
    """
    block = _find(data, "mixInfo", "post")
    rows = block.get("data")
    if not isinstance(rows, list):
        raise ProtocolError("data: not on this page")
    paging = _to_snake_case({name: value for name, value in block.items() if name != "data"})
    works = [_convert_work(row) if isinstance(row, dict) else row for row in rows]
    return {**paging, "aweme_list": works}


@convert_errors()
def parse_profile(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the user of a page /user/ID in the shape of user/profile/other."""
    return {"user": _convert_user(_find(data, "user.user"))}


@convert_errors()
def parse_music(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the music of a page /music/ID in the shape of a row in lists of music."""
    return _convert_music(_to_snake_case(_find(data, "musicDetail")))


def _find(data: Mapping[str, Any], *paths: str) -> dict[str, Any]:
    """Return the object at one of the paths, in the first block that has it."""
    found = (get_path(block, path) for block in data.values() for path in paths)
    for value in found:
        if isinstance(value, dict):
            return value
    raise ProtocolError(f"{' or '.join(paths)}: not on this page")


# From the shape of pages to that of answers


def _to_snake_case(value: Any) -> Any:
    """Return `value` with all names in snake_case, at every depth."""
    if isinstance(value, dict):
        named = ((re.sub(r"(?<=[a-z0-9])[A-Z]", r"_\g<0>", k).lower(), v) for k, v in value.items())
        return {name: _to_snake_case(member) for name, member in named}
    return [_to_snake_case(member) for member in value] if isinstance(value, list) else value


def _convert_work(data: Any) -> dict[str, Any]:
    work: dict[str, Any] = _to_snake_case(data)
    tag, status, mix = (_get_group(work, name) for name in ("tag", "status", "mix_info"))
    return work | {
        "author": work.get("author_info"),
        "statistics": work.get("stats"),
        "is_top": tag.get("is_top"),
        "is_story": tag.get("is_story"),
        "status": status
        | {
            "in_reviewing": status.get("is_reviewing"),
            "private_status": status.get("private_status") or int(bool(work.get("is_private"))),
        },
        "mix_info": mix | {"statis": {"current_episode": mix.get("current_episode")}},
        "seo_info": {"seo_ocr_content": get_path(work, "seo_info.ocr_content")},
        "music": _convert_music(_get_group(work, "music")),
        "video": _convert_video(_get_group(work, "video")),
        "images": [_convert_image(image) for image in _get_groups(work, "images")],
    }


def _get_group(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object under a name; {} for "" and null, which pages have instead of none."""
    group = value.get(name)
    return group if isinstance(group, dict) else {}


def _get_groups(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = value.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _convert_music(music: dict[str, Any]) -> dict[str, Any]:
    """Convert music; its `id` is too large for JavaScript, `id_str` is exact."""
    cover = music.get("cover_hd") or music.get("cover_medium")
    return music | {"id": music.get("id_str") or music.get("id"), "cover_hd": cover}


def _convert_video(video: dict[str, Any]) -> dict[str, Any]:
    return video | {
        "play_addr": _make_address(video, "play_addr", "play_api"),
        "play_addr_265": {"url_list": _collect_urls(video, "play_addr_h265", "play_api_h265")},
        "bit_rate": [
            gear
            | {
                "play_addr": _make_address(gear, "play_addr", "play_api"),
                "format": gear.get("video_format"),
            }
            for gear in _get_groups(video, "bit_rate_list")
        ],
        "cover": {"url_list": _collect_urls(video, "cover_url_list", "cover")},
        "origin_cover": {"url_list": _collect_urls(video, "origin_cover")},
    }


def _convert_image(image: dict[str, Any]) -> dict[str, Any]:
    moving = image.get("video")
    return image | {"video": _convert_video(moving) if isinstance(moving, dict) else None}


def _make_address(video: dict[str, Any], *names: str) -> dict[str, Any]:
    known = {name: video.get(name) for name in ("width", "height", "data_size")}
    return known | {"url_list": _collect_urls(video, *names)}


def _collect_urls(value: dict[str, Any], *names: str) -> list[str]:
    """Return the URLs under these names: one, several, or objects with `src`; all https."""
    found: list[str] = []
    for name in names:
        given = value.get(name) or []
        for entry in given if isinstance(given, list) else [given]:
            url = entry.get("src") if isinstance(entry, dict) else entry
            if isinstance(url, str) and url:
                found.append(f"https:{url}" if url.startswith("//") else url)
    return list(dict.fromkeys(found))


def _convert_user(data: Any) -> dict[str, Any]:
    user: dict[str, Any] = _to_snake_case(data)
    renamed = {"user_age": user.get("age"), "school_name": user.get("school")}
    return user | {name: value for name, value in renamed.items() if value is not None} | {
        "signature": user.get("desc"),
        "avatar_larger": {"url_list": _collect_urls(user, "avatar_url", "avatar300_url")},
    }  # fmt: skip
