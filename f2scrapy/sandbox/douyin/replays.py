"""Serve replays of broadcasts on www.douyin.com.

Asked by jiji262/douyin-downloader (2026); no answer is recorded in this project.
"""

from __future__ import annotations

import json
from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import Work, build_work
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, build_row
from f2scrapy.sandbox.http_types import Reply, Request, respond_json
from f2scrapy.sandbox.state import State

FIRST = 7_331_203_341_890_049_000  # the replay of work 0 of the user below; 1 = work 1 …
_OWNER, _COUNT = "demo", 4
_ROOM = 7_600_000_000_000_009_000
_LOG = {"log_pb": {"impr_id": LOG_ID}}


def find_work(episode_id: str, state: State) -> Work | None:
    """Return the work with the files of a replay; an image set has none, nor has its replay."""
    number = int(episode_id) - FIRST if episode_id.isdecimal() else -1
    owner = state.catalogue.by_name[_OWNER]
    return build_work(owner, number) if number in range(_COUNT) else None


def serve_replay(request: Request, state: State) -> Reply:
    """Serve a replay; some have their addresses in the list of their broadcast alone."""
    episode_id = request.params.get("episode_id", "")
    work = find_work(episode_id, state)
    if work is None:
        return refusals.refuse_status(5, "参数不合法")
    episode = _build_episode(episode_id, work, state)
    if work.position > 1:
        del episode["video_info"]
    return respond_json({"data": {"episode": episode}, "status_code": 0, **_LOG})


def serve_replay_list(request: Request, state: State) -> Reply:
    """Serve the replays of a broadcast: all there are."""
    if request.params.get("room_id") != str(_ROOM):
        return refusals.refuse_status(5, "参数不合法")
    ids = [str(FIRST + number) for number in range(_COUNT)]
    rows = [_build_episode(one, work, state) for one in ids if (work := find_work(one, state))]
    return respond_json({"data": {"all_replay": [{"info_list": rows}]}, "status_code": 0, **_LOG})


def _build_episode(episode_id: str, work: Work, state: State) -> dict[str, Any]:
    row = json.loads(build_row(work, state, "detail"))
    video = row["video"]
    tracks = [
        {"main": gear["play_addr"]["url_list"][0], "backup": gear["play_addr"]["url_list"][1],
         "definition": gear["gear_name"], "width": gear["play_addr"]["width"],
         "height": gear["play_addr"]["height"]}
        for gear in video["bit_rate"] or () if gear["format"] != "dash"
    ]  # fmt: skip
    sound = {"main": row["music"]["play_url"]["url_list"][0], "width": 0, "height": 0}
    return {
        "episode_id": int(episode_id), "episode_id_str": episode_id, "title": work.text,
        "attach_room_id_str": str(_ROOM), "cover": video["cover"],
        "owner": {"id_str": work.user.uid, "sec_uid": work.user.sec_user_id,
                  "nickname": state.get_nickname(work.user)},
        "episode_extra_basic_info": {"room_start_time": work.create_time},
        "video_info": {"duration": 3600, "unfold_play_info": {"play_urls": [*tracks, sound]}},
    }  # fmt: skip


_API = "/aweme/v1/web/show/episode"
EXACT = {
    (HOST, f"{_API}/enter/"): Route("detail", serve_replay, WEB),
    (HOST, f"{_API}/replay_list/"): Route("detail", serve_replay_list, WEB),
}
