"""Serve live rooms of TikTok: by uniqueId on www.tiktok.com, by room_id on webcast.tiktok.com."""

from __future__ import annotations

import json
from typing import Any

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin.live import ON_AIR, Broadcast, find_broadcast, find_latest
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.refusals import refuse_tiktok
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.addresses import make_avatar_url, make_avatars
from f2scrapy.sandbox.tiktok.checks import HOST, OPEN
from f2scrapy.sandbox.tiktok.lists import BANNED, ENVELOPE, LOG_ID, NO_USER
from f2scrapy.sandbox.tiktok.pages import Visitor, render_page

WEBCAST, US_WEBCAST = "webcast.tiktok.com", "webcast.us.tiktok.com"
_QUALITIES = (  # key of the player, label, Mbit/s, width, height, suffix of the address
    ("origin", "Original", 8.0, 1920, 1080, "or4"),
    ("uhd_60", "1080p60", 5.0, 1920, 1080, "uhd60"),
    ("hd_60", "720p60", 3.0, 1280, 720, "hd60"),
    ("hd", "720p", 2.0, 1280, 720, "hd"),
    ("sd", "540p", 1.0, 960, 540, "sd"),
    ("ld", "360p", 0.6, 640, 360, "ld"),
    ("ao", "", 0.1, 0, 0, ""),
)


def serve_user_room(request: Request, state: State) -> Reply:
    """Serve the room of a user; few fields if the user was never on air."""
    if request.get_int("sourceType") != 54:
        state.note_violation(request, "sourceType is not 54")
    user = state.catalogue.find_user(unique_id=request.params.get("uniqueId", ""))
    if user is None or user.banned:
        return refuse_tiktok(NO_USER if user is None else BANNED)
    extra = {"fatal_item_ids": [], "logid": LOG_ID, "now": int(state.clock() * 1000)}
    return respond_json(
        {"data": build_room_data(user, state), "message": "", **ENVELOPE, "extra": extra}
    )


def build_room_data(user: User, state: State) -> dict[str, Any]:
    """Return user, counts and room; no room if there never was a broadcast."""
    last = find_latest(user, state, "tiktok")
    stats = {"followingCount": user.following, "followerCount": user.followers}
    data = {"user": _build_user(user, last, state), "stats": stats}
    if last is None:
        return {**data, "isFollowing": False, "needLogin": False}
    return {**data, "liveRoom": _build_live_room(last, state)}


def _build_user(user: User, last: Broadcast | None, state: State) -> dict[str, Any]:
    return {
        **make_avatars(user.uid), "id": user.uid, "nickname": state.get_nickname(user),
        "secUid": user.sec_user_id, "secret": user.secret, "uniqueId": user.unique_id,
        "verified": False, "roomId": last.room_id if last else "", "signature": "记录生活",
        "status": last.status if last else 0, "followStatus": 0,
    }  # fmt: skip


def _build_live_room(last: Broadcast, state: State) -> dict[str, Any]:
    """Return a broadcast; without streams if it is over."""
    user, on_air = last.user, last.status == ON_AIR
    streams = {
        "streamData": _build_streams(last, "h264", state),
        "hevcStreamData": _build_streams(last, "h265", state),
    }
    return {
        "coverUrl": make_avatar_url(user.uid, 720), "title": f"{state.get_nickname(user)}的直播",
        "squareCoverImg": f"https://p16-webcast.tiktokcdn.com/webcast-sg/{user.uid}.image",
        "paidEvent": {"event_id": 0, "paid_type": 0}, "startTime": last.start,
        "status": last.status, "liveSubOnly": 0, "liveRoomMode": 0, "hashTagId": 5, "gameTagId": 0,
        "liveRoomStats": {"enterCount": 34_567, "userCount": 12_345 if on_air else 0},
        "streamId": str(690_000 + user.number) if on_air else "", "multiStreamScene": 1,
        "multiStreamSource": 1, **(streams if on_air else {}),
    }  # fmt: skip


def _build_streams(last: Broadcast, codec: str, state: State) -> dict[str, Any]:
    rows = [{"icon_type": 0, "level": 10 - n, "name": name, "resolution": "", "sdk_key": key,
             "v_codec": codec} for n, (key, name, *_) in enumerate(_QUALITIES) if name]  # fmt: skip
    data = {
        key: {"main": _build_line(last, n, codec, state)} for n, (key, *_) in enumerate(_QUALITIES)
    }
    common = {"session_id": f"0-{last.room_id}", "rule_ids": "{}", "user_count": 12_345}
    stream_data = encode_json({"common": common, "data": data}).decode()
    options = {"default_quality": rows[-2], "qualities": rows, "show_quality_button": False}
    return {"pull_data": {"options": options, "stream_data": stream_data}}


def _build_line(last: Broadcast, n: int, codec: str, state: State) -> dict[str, Any]:
    key, _, mbit, width, height, suffix = _QUALITIES[n]
    technical = {"VCodec": codec, "vbitrate": int(mbit * 1_000_000), "gop": 4, "cdn_name": "fcdn",
                 "stream_suffix": suffix,
                 "resolution": f"{width}x{height}" if width else ""}  # fmt: skip
    signing = state.sign_media(last.room_id, "detail")
    signed = f"expire={signing.expires}&sign={signing.signature}"
    name = f"stream-{last.room_id}_{codec}_{suffix or key}"
    audio = "&only_audio=1" if key == "ao" else ""
    hls = f"https://pull-hls-f16-sg01.tiktokcdn.com/game/{name}/index.m3u8?{signed}"
    return {
        "flv": f"https://pull-f5-sg01.tiktokcdn.com/game/{name}.flv?{signed}{audio}",
        "hls": "" if audio else hls,
        **dict.fromkeys(("cmaf", "dash", "lls", "tsl", "tile", "rtc"), ""),
        "sdk_params": encode_json(technical).decode(),
    }


def serve_check_alive(request: Request, state: State) -> Page:
    """Serve which broadcasts are on air; an unknown one is not alive."""
    rows = []
    for room_id in request.params.get("room_ids", "").split(","):
        broadcast = find_broadcast(room_id, state, "tiktok")
        alive = broadcast is not None and broadcast.status == ON_AIR
        known = int(room_id) if room_id.isdecimal() else 0
        rows.append(encode_json({"alive": alive, "room_id": known, "room_id_str": room_id}))
    fields = {"extra": {"now": int(state.clock() * 1000)}, "status_code": 0}
    return Page(tuple(rows), "data", "", fields, id_key="room_id")


def serve_room_info(request: Request, state: State) -> Reply:
    """Serve a broadcast by its room_id, in the names of the app, as yt-dlp 2026.10.26 reads it."""
    broadcast = find_broadcast(request.params.get("room_id", ""), state, "tiktok")
    if broadcast is None:
        return respond_json({"data": {"message": "room not found"}, "status_code": 30003})
    user, on_air = broadcast.user, broadcast.status == ON_AIR
    room = _build_live_room(broadcast, state)
    pulls = room.get("streamData", {}).get("pull_data", {})
    lines = decode_lines(pulls)
    data = {
        "id": int(broadcast.room_id), "id_str": broadcast.room_id, "status": broadcast.status,
        "title": room["title"], "create_time": broadcast.start, "user_count": 12_345,
        "cover": {"url_list": [room["coverUrl"]]},
        "owner": {"id_str": user.uid, "display_id": user.unique_id, "sec_uid": user.sec_user_id,
                  "nickname": state.get_nickname(user)},
        "stats": {"total_user": 34_567},
        "stream_url": {
            "flv_pull_url": {name: lines[key] for name, key in _FLV_NAMES.items() if key in lines},
            "rtmp_pull_url": lines.get("origin", ""), "hls_pull_url": "",
            "live_core_sdk_data": {"pull_data": pulls},
        } if on_air else {},
    }  # fmt: skip
    return respond_json({"data": data, "extra": {"now": int(state.clock() * 1000)},
                         "status_code": 0})  # fmt: skip


_FLV_NAMES = {"FULL_HD1": "uhd_60", "HD1": "hd", "SD1": "ld", "SD2": "sd"}


def decode_lines(pulls: dict[str, Any]) -> dict[str, str]:
    """Return the FLV address of each quality."""
    data = json.loads(pulls["stream_data"])["data"] if pulls else {}
    return {key: lines["main"]["flv"] for key, lines in data.items()}


def serve_live_page(request: Request, state: State) -> Reply:
    """Serve /@uniqueId/live."""
    user = state.catalogue.find_user(unique_id=request.path.split("/")[1].removeprefix("@"))
    known = user is not None and not user.banned
    room = {
        "loadingState": {"getRecommendLive": 0, "getUserInfo": 2 if known else 3, "getUserStat": 0},
        "needLogin": False, "showLiveGate": False, "isAgeGateRoom": False,
        "recommendLiveRooms": [], "liveRoomStatus": 0,
        "liveRoomUserInfo": build_room_data(user, state) if user and known else None,
    }  # fmt: skip
    current = {"loadingState": {"enterRoom": 0}, "roomInfo": None, "anchorId": "", "roomId": "",
               "liveType": "video_live", "enterRoomWithSSR": True,
               "playMode": "webpage"}  # fmt: skip
    page_state = {"LiveRoom": room, "CurrentRoom": current}
    return render_page(
        {}, Visitor.from_request(request, state), request, state, SIGI_STATE=page_state
    )


EXACT = {
    # streamlink 8.6.3 asks without the last slash, TikTokLive 7.0.1 with it; both sign nothing.
    (HOST, "/api-live/user/room/"): Route("detail", serve_user_room, OPEN),
    (HOST, "/api-live/user/room"): Route("detail", serve_user_room, OPEN),
    # In the US by another host (captures of 2026).
    (WEBCAST, "/webcast/room/check_alive/"): Route("detail", serve_check_alive, OPEN),
    (US_WEBCAST, "/webcast/room/check_alive/"): Route("detail", serve_check_alive, OPEN),
    (WEBCAST, "/webcast/room/info"): Route("detail", serve_room_info, OPEN),
    (WEBCAST, "/webcast/room/info/"): Route("detail", serve_room_info, OPEN),
}
PATTERNS = {r"www\.tiktok\.com/@[\w.]+/live/?": Route("page", serve_live_page)}
