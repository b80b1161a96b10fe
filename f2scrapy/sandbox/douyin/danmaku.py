"""Serve danmaku of videos on www.douyin.com and its mirror.

Asked by ikenxuan/amagi (2026); no answer is recorded in this project.
"""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.danmaku import Danmaku, list_danmaku
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.works import compute_duration_ms

_WINDOW_MS = 32_000


def serve_danmaku(request: Request, state: State) -> Reply | Page:
    """Serve the danmaku from `start_time` to `end_time` (ms); null for a window without any."""
    work = state.catalogue.find_work(request.get_int("item_id"))
    if work is None or request.params.get("group_id") != request.params.get("item_id"):
        return refusals.refuse_status(5, "参数不合法")
    start, end = request.get_int("start_time"), request.get_int("end_time")
    if end - start > _WINDOW_MS or request.get_int("duration") != compute_duration_ms(work):
        state.note_violation(request, "the window or the duration is not that of the site")
    shown = [one for one in list_danmaku(work) if start <= one.offset_ms < end]
    rows = tuple(encode_json(_build_row(one)) for one in shown)
    fields = {"status_code": 0, "start_time": start, "end_time": end, "total": len(rows),
              "log_pb": {"impr_id": LOG_ID}}  # fmt: skip
    if not rows:
        return respond_json(fields | {"danmaku_list": None})
    return Page(rows, "danmaku_list", "", fields, id_key="danmaku_id")


def _build_row(danmaku: Danmaku) -> dict[str, Any]:
    return {"danmaku_id": danmaku.id, "text": danmaku.text, "offset_time": danmaku.offset_ms}


EXACT = {(HOST, "/aweme/v1/web/danmaku/get_v2/"): Route("list", serve_danmaku, WEB)}
