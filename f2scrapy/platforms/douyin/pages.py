"""Pages of www.douyin.com as answers: what a page was drawn from stands in it, as RENDER_DATA.

It is JSON, percent-encoded, in the script element of that id: blocks under numbers that change from
build to build, their names in camelCase and grouped in other ways than the interfaces' (pages of
2023; later ones may lack it). Here it gets the shape of the interfaces' answers, so that endpoints
and items read both alike. What a page does not say is missing in the answer.

    page = detail(render_data(html))
    post = Post.read(page["aweme_detail"])
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import from_text, look

_SCRIPT = re.compile(r"<script[^<>]*\bid=[\"']RENDER_DATA[\"'][^<>]*>(.*?)</script>", re.DOTALL)


def render_data(html: str) -> Mapping[str, Any]:
    """What the page was drawn from.

    Raises:
        ProtocolError: there is nothing of the kind, as in a page that asks for a captcha.
    """
    found = _SCRIPT.search(html)
    if found is None:
        raise ProtocolError("the page holds no RENDER_DATA")
    try:
        data = from_text(unquote(found[1]))
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise ProtocolError("the page's RENDER_DATA is no JSON object")
    return data


# All of these raise ProtocolError where the page is another one.


def detail(data: Mapping[str, Any]) -> dict[str, Any]:
    """The work of a page /video/ID or /note/ID, or the one open on /collection/ID, as aweme/detail
    answers it.
    """
    return {"aweme_detail": _work(_find(data, "aweme.detail"))}


def works(data: Mapping[str, Any]) -> dict[str, Any]:
    """The works a page lists, and where the list goes on: the first of a collection, as mix/aweme
    answers them, or of a user, as aweme/post does.
    """
    shown = _find(data, "mixInfo", "post")
    rows = shown.get("data")
    if not isinstance(rows, list):
        raise ProtocolError("data: not on this page")
    paging = _snake({name: value for name, value in shown.items() if name != "data"})
    return {**paging, "aweme_list": [_work(row) for row in rows]}


def profile(data: Mapping[str, Any]) -> dict[str, Any]:
    """The user of a page /user/ID, as user/profile/other answers it."""
    return {"user": _user(_find(data, "user.user"))}


def music(data: Mapping[str, Any]) -> dict[str, Any]:
    """The music of a page /music/ID, as lists of music hold it."""
    return _music(_snake(_find(data, "musicDetail")))


def _find(data: Mapping[str, Any], *paths: str) -> dict[str, Any]:
    """What stands at one of the paths, in the first block that has it."""
    found = (look(block, path) for block in data.values() for path in paths)
    for value in found:
        if isinstance(value, dict):
            return value
    raise ProtocolError(f"{' or '.join(paths)}: not on this page")


# From the page's shape to that of answers


def _snake(value: Any) -> Any:
    """The same with names in snake_case, all the way down."""
    if isinstance(value, dict):
        named = ((re.sub(r"(?<=[a-z0-9])[A-Z]", r"_\g<0>", k).lower(), v) for k, v in value.items())
        return {name: _snake(inner) for name, inner in named}
    return [_snake(inner) for inner in value] if isinstance(value, list) else value


def _work(page: Any) -> dict[str, Any]:
    work: dict[str, Any] = _snake(page)
    tag, status, mix = (_group(work, name) for name in ("tag", "status", "mix_info"))
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
        "seo_info": {"seo_ocr_content": look(work, "seo_info.ocr_content")},
        "music": _music(_group(work, "music")),
        "video": _video(_group(work, "video")),
        "images": [_image(image) for image in _groups(work, "images")],
    }


def _group(value: dict[str, Any], name: str) -> dict[str, Any]:
    """What is grouped under a name; pages have "" or null where there is nothing."""
    group = value.get(name)
    return group if isinstance(group, dict) else {}


def _groups(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = value.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _music(music: dict[str, Any]) -> dict[str, Any]:
    """`id` is a number that JavaScript cannot hold; the text beside it is exact."""
    cover = music.get("cover_hd") or music.get("cover_medium")
    return music | {"id": music.get("id_str") or music.get("id"), "cover_hd": cover}


def _video(video: dict[str, Any]) -> dict[str, Any]:
    return video | {
        "play_addr": _address(video, "play_addr", "play_api"),
        "play_addr_265": {"url_list": _urls(video, "play_addr_h265", "play_api_h265")},
        "bit_rate": [
            gear
            | {
                "play_addr": _address(gear, "play_addr", "play_api"),
                "format": gear.get("video_format"),
            }
            for gear in _groups(video, "bit_rate_list")
        ],
        "cover": {"url_list": _urls(video, "cover_url_list", "cover")},
        "origin_cover": {"url_list": _urls(video, "origin_cover")},
    }


def _image(image: dict[str, Any]) -> dict[str, Any]:
    moving = image.get("video")
    return image | {"video": _video(moving) if isinstance(moving, dict) else None}


def _address(video: dict[str, Any], *names: str) -> dict[str, Any]:
    known = {name: video.get(name) for name in ("width", "height", "data_size")}
    return known | {"url_list": _urls(video, *names)}


def _urls(value: dict[str, Any], *names: str) -> list[str]:
    """The addresses under these names, be it one, several, or several with `src`; all https."""
    found: list[str] = []
    for name in names:
        given = value.get(name) or []
        for one in given if isinstance(given, list) else [given]:
            url = one.get("src") if isinstance(one, dict) else one
            found += [f"https:{url}" if url.startswith("//") else url] if url else []
    return list(dict.fromkeys(found))


def _user(page: Any) -> dict[str, Any]:
    user: dict[str, Any] = _snake(page)
    told = {"user_age": user.get("age"), "school_name": user.get("school")}
    return user | {name: value for name, value in told.items() if value is not None} | {
        "signature": user.get("desc"),
        "avatar_larger": {"url_list": _urls(user, "avatar_url", "avatar300_url")},
    }  # fmt: skip
