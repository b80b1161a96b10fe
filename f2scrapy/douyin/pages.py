"""Pages of www.douyin.com as items: what a page was drawn from stands in it, as RENDER_DATA.

It is JSON, percent-encoded, in the script element of that id: blocks under numbers that change from
build to build, their names in camelCase and grouped in other ways than the interfaces' (pages of
2023; later ones may lack it). Here it gets the shape of the interfaces' answers, so that the items
read both alike. What a page does not say is empty in the item.

    data = render_data(html)
    post = post_of(data)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from f2scrapy.douyin.items.favorites import Sound
from f2scrapy.douyin.items.posts import Post
from f2scrapy.douyin.items.users import User
from f2scrapy.endpoint import look
from f2scrapy.errors import ProtocolError

_SCRIPT = re.compile(r"<script[^>]*\bid=[\"']RENDER_DATA[\"'][^>]*>(.*?)</script>", re.DOTALL)


def render_data(html: str) -> Mapping[str, Any]:
    """What the page was drawn from.

    Raises:
        ProtocolError: there is nothing of the kind, as in a page that asks for a captcha.
    """
    found = _SCRIPT.search(html)
    if found is None:
        raise ProtocolError("the page holds no RENDER_DATA")
    try:
        data = json.loads(unquote(found[1]))
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise ProtocolError("the page's RENDER_DATA is no JSON object")
    return data


# All of these raise ProtocolError where the page is another one, and pydantic's ValidationError
# where what it shows cannot be read.


def post_of(data: Mapping[str, Any]) -> Post:
    """The work of a page /video/ID or /note/ID; the one that is open on /collection/ID."""
    return Post.model_validate(_work(_find(data, "aweme.detail")))


def posts_of(data: Mapping[str, Any]) -> list[Post]:
    """The works listed by a page: the first of a collection, or of a user."""
    rows = _find(data, "mixInfo.data", "post.data")
    return [Post.model_validate(_work(row)) for row in rows]


def user_of(data: Mapping[str, Any]) -> User:
    """The user of a page /user/ID."""
    return User.model_validate(_user(_find(data, "user.user")))


def sound_of(data: Mapping[str, Any]) -> Sound:
    """The music of a page /music/ID."""
    return Sound.model_validate(_music(_snake(_find(data, "musicDetail"))))


def _find(data: Mapping[str, Any], *paths: str) -> Any:
    """What stands at one of the paths in the first block that has something there."""
    found = (look(block, path) for block in data.values() for path in paths)
    for value in found:
        if value is not None:
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
    tag, status, mix = (work.get(name) or {} for name in ("tag", "status", "mix_info"))
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
        "music": _music(work.get("music") or {}),
        "video": _video(work.get("video") or {}),
        "images": [_image(image) for image in work.get("images") or ()],
    }


def _music(music: dict[str, Any]) -> dict[str, Any]:
    """`id` is a number that JavaScript cannot hold; the text beside it is exact."""
    cover = music.get("cover_hd") or music.get("cover_medium")
    return music | {"id": music.get("id_str") or music.get("id"), "cover_hd": cover}


def _video(video: dict[str, Any]) -> dict[str, Any]:
    gears = video.get("bit_rate_list") or ()
    return video | {
        "play_addr": _address(video, "play_addr", "play_api"),
        "play_addr_265": {"url_list": _urls(video, "play_addr_h265", "play_api_h265")},
        "bit_rate": [
            gear
            | {
                "play_addr": _address(gear, "play_addr", "play_api"),
                "format": gear.get("video_format"),
            }
            for gear in gears
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
