"""Convert HTML pages of www.tiktok.com to the shape of the interfaces' answers.

A page holds its data as JSON in script elements. There are three generations: __NEXT_DATA__ (until
2021), SIGI_STATE (until 2023, on live pages still) and __UNIVERSAL_DATA_FOR_REHYDRATION__. A page
may hold several. The result has the page's statusCode, which may be a refusal. Fields that a page
lacks are missing in the result.

    answer = parse_detail(read_page_data(html))
    post = Post.parse(answer["itemInfo"]["itemStruct"])
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import convert_errors, decode_json, get_path
from f2scrapy.platforms.common.pages import iterate_scripts

_IDS = ("__NEXT_DATA__", "SIGI_STATE", "__UNIVERSAL_DATA_FOR_REHYDRATION__")


def read_page_data(html: str) -> Mapping[str, Any]:
    """Return the data of an HTML page by the names of its blocks.

    Raises:
        ProtocolError: the page has none, such as a captcha page.
    """
    blocks: dict[str, Any] = {}
    for name, written in iterate_scripts(html, _IDS):
        try:
            data = decode_json(written)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise ProtocolError(f"the page's {name} is no JSON object")
        inside = data.get("__DEFAULT_SCOPE__") or get_path(data, "props.pageProps")
        blocks |= inside if isinstance(inside, dict) else data
    if not blocks:
        raise ProtocolError("the page holds none of " + ", ".join(_IDS))
    return blocks


# All of these raise ProtocolError if the data are those of another page.


@convert_errors()
def parse_detail(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the work of a page /@name/video/ID or /photo/ID in the shape of item/detail."""
    if (found := _get_block(data, "webapp.video-detail", "itemInfo")) is not None:
        return found
    status = _read_status(data, "VideoPage")
    work = next(iter((data.get("ItemModule") or {}).values()), None)
    return status | ({"itemInfo": {"itemStruct": work}} if work else {})


@convert_errors()
def parse_profile(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the user of a page /@name in the shape of user/detail."""
    if (found := _get_block(data, "webapp.user-detail", "userInfo")) is not None:
        return found
    status = _read_status(data, "UserPage")
    name = get_path(data, "UserPage.uniqueId")
    user = (get_path(data, "UserModule.users") or {}).get(name)
    stats = (get_path(data, "UserModule.stats") or {}).get(name)
    return status | ({"userInfo": {"user": user, "stats": stats}} if user else {})


@convert_errors()
def parse_live(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the room of a page /@name/live in the shape of user/room."""
    room = get_path(data, "LiveRoom.liveRoomUserInfo")
    if not isinstance(room, dict):
        raise ProtocolError("LiveRoom: not on this page")
    return {"statusCode": 0, "data": room}


@convert_errors()
def parse_context(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the site's view of the visitor: wid, webIdCreatedTime, region, language …"""
    found = data.get("webapp.app-context") or get_path(data, "AppContext.appContext")
    if not isinstance(found, dict):
        raise ProtocolError("webapp.app-context: not on this page")
    return found


def _get_block(data: Mapping[str, Any], name: str, content: str) -> dict[str, Any] | None:
    """Return the answer itself, which the newest and oldest pages hold; None = another page."""
    found = data.get(name) or (data if content in data else None)
    if not isinstance(found, dict):
        return None
    answer = {key: found[key] for key in (content, "statusCode", "statusMsg") if key in found}
    return {"statusCode": 0} | answer


def _read_status(data: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Return the statusCode of a page of 2023."""
    if not isinstance(data.get(page), dict):
        raise ProtocolError(f"{page}: not on this page")
    return {"statusCode": data[page].get("statusCode") or 0}
