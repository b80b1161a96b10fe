"""Serve the share pages of www.iesdouyin.com to phones, with a work as _ROUTER_DATA.

The names are those that a dozen clients read (videofetch 0.9.1, douyinsolver 1.0.0, 2026-06 and
others); no page is recorded in this project. A desktop browser is redirected to www.douyin.com.
"""

from __future__ import annotations

import json
import re
from typing import Any

from f2scrapy.sandbox.catalogue import GONE, Work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin.addresses import make_avatar
from f2scrapy.sandbox.douyin.lists import build_row
from f2scrapy.sandbox.http_types import Reply, Request, encode_json, respond_html
from f2scrapy.sandbox.links import serve_share_page
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.works import is_album

_PHONE = re.compile(r"\b(iPhone|iPad|Android)\b")
_HTML = (
    "<!DOCTYPE html><html><head><title>抖音</title></head><body>"
    "<script>window._ROUTER_DATA = %s</script></body></html>"
)
_PLAYER = "https://aweme.snssdk.com/aweme/v1/playwm/?line=0&logo_name=aweme_diversion_search"
_SAME = ("aweme_id", "aweme_type", "group_id", "desc", "create_time", "author", "music",
         "text_extra", "statistics", "duration", "author_user_id")  # fmt: skip
_SIZES = ("width", "height", "duration", "cover")


def serve_work(request: Request, state: State) -> Reply:
    """Serve /share/video/ID and its kin; a hidden work is named in `filter_list`."""
    if not _PHONE.search(request.user_agent):
        return serve_share_page(request, state)
    aweme_id = request.path.rstrip("/").rpartition("/")[2]
    work = state.catalogue.find_work(int(aweme_id))
    shown = work is not None and work.recipe not in GONE and not work.user.secret
    found = {
        "status_code": 0, "status_msg": "success", "is_oversea": 0,
        "item_list": [_build_item(work, state)] if work and shown else [],
        "filter_list": [] if shown else [{"aweme_id": aweme_id, "filter_reason": "core_dep"}],
    }  # fmt: skip
    kind = "note" if work and is_album(work) else "video"
    page = {"lastPath": aweme_id, "renderInSSR": 1, "videoInfoRes": found}
    data = {"loaderData": {f"{kind}_layout": None, f"{kind}_(id)/page": page}, "errors": None}
    return respond_html(_HTML % encode_json(data).decode().replace("</", "<\\u002F"))


def _build_item(work: Work, state: State) -> dict[str, Any]:
    row = json.loads(build_row(work, state, "detail"))
    video = row["video"]
    item = {name: row.get(name) for name in _SAME}
    item["author"] = {**row["author"], "unique_id": work.user.unique_id,
                      "avatar_medium": make_avatar("720x720", work.user.uid)}  # fmt: skip
    item["video"] = {name: video.get(name) for name in _SIZES} | {"play_addr": _build_player(work)}
    if images := row.get("images"):
        item["images"] = images
    return item


def _build_player(work: Work) -> dict[str, Any]:
    """Return the address of the player with a watermark; without "wm" it serves the plain file."""
    uri = f"v0300fg10000{work.aweme_id}"
    return {"uri": uri, "url_list": [f"{_PLAYER}&ratio=720p&video_id={uri}"]}


PATTERNS = {
    r"(www|m)\.(iesdouyin|amemv|douyin)\.com/share/(video|note|slides)/\d+/?": Route(
        "page", serve_work
    )
}
