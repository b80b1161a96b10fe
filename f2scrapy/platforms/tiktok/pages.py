"""Pages of www.tiktok.com as answers: what a page was drawn from stands in it, as JSON.

There are three generations: __NEXT_DATA__ (until 2021), SIGI_STATE (until 2023, live pages still)
and __UNIVERSAL_DATA_FOR_REHYDRATION__. A page may hold several. Here each gets the shape of the
interfaces' answers, with the statusCode the page was given: it may be a refusal. What a page does
not say is missing in the answer.

    page = detail(page_data(html))
    post = Post.read(page["itemInfo"]["itemStruct"])
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import from_text, look

_IDS = ("__NEXT_DATA__", "SIGI_STATE", "__UNIVERSAL_DATA_FOR_REHYDRATION__")
_SCRIPT = re.compile(
    rf"<script[^<>]*\bid=[\"']({'|'.join(_IDS)})[\"'][^<>]*>(.*?)</script>", re.DOTALL
)


def page_data(html: str) -> Mapping[str, Any]:
    """What the page was drawn from, all of it under the names of its blocks.

    Raises:
        ProtocolError: there is nothing of the kind, as in a page that asks for a captcha.
    """
    blocks: dict[str, Any] = {}
    for name, written in _SCRIPT.findall(html):
        try:
            data = from_text(written)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise ProtocolError(f"the page's {name} is no JSON object")
        inside = data.get("__DEFAULT_SCOPE__") or look(data, "props.pageProps")
        blocks |= inside if isinstance(inside, dict) else data
    if not blocks:
        raise ProtocolError("the page holds none of " + ", ".join(_IDS))
    return blocks


# All of these raise ProtocolError where the page is another one.


def detail(data: Mapping[str, Any]) -> dict[str, Any]:
    """The work of a page /@name/video/ID or /photo/ID, as item/detail answers it."""
    if (found := _block(data, "webapp.video-detail", "itemInfo")) is not None:
        return found
    status = _status(data, "VideoPage")
    work = next(iter((data.get("ItemModule") or {}).values()), None)
    return status | ({"itemInfo": {"itemStruct": work}} if work else {})


def profile(data: Mapping[str, Any]) -> dict[str, Any]:
    """The user of a page /@name, as user/detail answers it."""
    if (found := _block(data, "webapp.user-detail", "userInfo")) is not None:
        return found
    status = _status(data, "UserPage")
    name = look(data, "UserPage.uniqueId")
    user = (look(data, "UserModule.users") or {}).get(name)
    stats = (look(data, "UserModule.stats") or {}).get(name)
    return status | ({"userInfo": {"user": user, "stats": stats}} if user else {})


def live(data: Mapping[str, Any]) -> dict[str, Any]:
    """The room of a page /@name/live, as user/room answers it."""
    room = look(data, "LiveRoom.liveRoomUserInfo")
    if not isinstance(room, dict):
        raise ProtocolError("LiveRoom: not on this page")
    return {"statusCode": 0, "data": room}


def context(data: Mapping[str, Any]) -> dict[str, Any]:
    """Who asks, as the site sees it: wid, webIdCreatedTime, region, language …"""
    found = data.get("webapp.app-context") or look(data, "AppContext.appContext")
    if not isinstance(found, dict):
        raise ProtocolError("webapp.app-context: not on this page")
    return found


def _block(data: Mapping[str, Any], name: str, thing: str) -> dict[str, Any] | None:
    """What pages of today, or of the oldest kind, hold: the answer itself."""
    found = data.get(name) or (data if thing in data else None)
    if not isinstance(found, dict):
        return None
    told = {key: found[key] for key in (thing, "statusCode", "statusMsg") if key in found}
    return {"statusCode": 0} | told


def _status(data: Mapping[str, Any], page: str) -> dict[str, Any]:
    """How a page of 2023 was answered."""
    if not isinstance(data.get(page), dict):
        raise ProtocolError(f"{page}: not on this page")
    return {"statusCode": data[page].get("statusCode") or 0}
