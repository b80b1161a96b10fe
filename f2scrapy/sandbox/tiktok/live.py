"""www.tiktok.com and webcast.tiktok.com: live rooms by uniqueId, broadcasts by room_id."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.douyin.live import ON_AIR, Broadcast, broadcast_of, latest
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.refusals import tiktok_status
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.addresses import avatar, avatars
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import BANNED, ENVELOPE, LOG_ID, NO_USER
from f2scrapy.sandbox.tiktok.pages import Visitor, shown

WEBCAST = "webcast.tiktok.com"
_QUALITIES = (  # the player's key, what people see, Mbit/s, width, height, as the address ends
    ("origin", "Original", 8.0, 1920, 1080, "or4"),
    ("uhd_60", "1080p60", 5.0, 1920, 1080, "uhd60"),
    ("hd_60", "720p60", 3.0, 1280, 720, "hd60"),
    ("hd", "720p", 2.0, 1280, 720, "hd"),
    ("sd", "540p", 1.0, 960, 540, "sd"),
    ("ld", "360p", 0.6, 640, 360, "ld"),
    ("ao", "", 0.1, 0, 0, ""),
)


def user_room(ask: Ask, world: World) -> Answer:
    """The room of a user; who was never on air has few words for data."""
    if ask.number("sourceType") != 54:
        world.note(ask, "sourceType is not 54")
    user = world.catalogue.anybody(unique_id=ask.params.get("uniqueId", ""))
    if user is None or user.banned:
        return tiktok_status(NO_USER if user is None else BANNED)
    extra = {"fatal_item_ids": [], "logid": LOG_ID, "now": int(world.clock() * 1000)}
    return reply({"data": room_json(user, world), "message": "", **ENVELOPE, "extra": extra})


def room_json(user: User, world: World) -> dict[str, Any]:
    """User, counts and room; without a room where there never was a broadcast."""
    last = latest(user, world, "tiktok")
    stats = {"followingCount": user.following, "followerCount": user.followers}
    told = {"user": _user(user, last, world), "stats": stats}
    if last is None:
        return {**told, "isFollowing": False, "needLogin": False}
    return {**told, "liveRoom": _live_room(last, world)}


def _user(user: User, last: Broadcast | None, world: World) -> dict[str, Any]:
    return {
        **avatars(user.uid), "id": user.uid, "nickname": world.nickname(user),
        "secUid": user.sec_user_id, "secret": user.secret, "uniqueId": user.unique_id,
        "verified": False, "roomId": last.room_id if last else "", "signature": "记录生活",
        "status": last.status if last else 0, "followStatus": 0,
    }  # fmt: skip


def _live_room(last: Broadcast, world: World) -> dict[str, Any]:
    """A broadcast; one that is over has no streams."""
    user, on_air = last.user, last.status == ON_AIR
    streams = {
        "streamData": _streams(last, "h264", world),
        "hevcStreamData": _streams(last, "h265", world),
    }
    return {
        "coverUrl": avatar(user.uid, 720), "title": f"{world.nickname(user)}的直播",
        "squareCoverImg": f"https://p16-webcast.tiktokcdn.com/webcast-sg/{user.uid}.image",
        "paidEvent": {"event_id": 0, "paid_type": 0}, "startTime": last.start,
        "status": last.status, "liveSubOnly": 0, "liveRoomMode": 0, "hashTagId": 5, "gameTagId": 0,
        "liveRoomStats": {"enterCount": 34_567, "userCount": 12_345 if on_air else 0},
        "streamId": str(690_000 + user.number) if on_air else "", "multiStreamScene": 1,
        "multiStreamSource": 1, **(streams if on_air else {}),
    }  # fmt: skip


def _streams(last: Broadcast, codec: str, world: World) -> dict[str, Any]:
    rows = [{"icon_type": 0, "level": 10 - n, "name": name, "resolution": "", "sdk_key": key,
             "v_codec": codec} for n, (key, name, *_) in enumerate(_QUALITIES) if name]  # fmt: skip
    data = {key: {"main": _line(last, n, codec, world)} for n, (key, *_) in enumerate(_QUALITIES)}
    common = {"session_id": f"0-{last.room_id}", "rule_ids": "{}", "user_count": 12_345}
    told = compact({"common": common, "data": data}).decode()
    options = {"default_quality": rows[-2], "qualities": rows, "show_quality_button": False}
    return {"pull_data": {"options": options, "stream_data": told}}


def _line(last: Broadcast, n: int, codec: str, world: World) -> dict[str, Any]:
    key, _, mbit, width, height, suffix = _QUALITIES[n]
    technical = {"VCodec": codec, "vbitrate": int(mbit * 1_000_000), "gop": 4, "cdn_name": "fcdn",
                 "stream_suffix": suffix,
                 "resolution": f"{width}x{height}" if width else ""}  # fmt: skip
    signing = world.sign_media(last.room_id, "detail")
    signed = f"expire={signing.expires}&sign={signing.signature}"
    name = f"stream-{last.room_id}_{codec}_{suffix or key}"
    audio = "&only_audio=1" if key == "ao" else ""
    hls = f"https://pull-hls-f16-sg01.tiktokcdn.com/game/{name}/index.m3u8?{signed}"
    return {
        "flv": f"https://pull-f5-sg01.tiktokcdn.com/game/{name}.flv?{signed}{audio}",
        "hls": "" if audio else hls,
        **dict.fromkeys(("cmaf", "dash", "lls", "tsl", "tile", "rtc"), ""),
        "sdk_params": compact(technical).decode(),
    }


def check_alive(ask: Ask, world: World) -> Page:
    """Which of some broadcasts are on air; of those that never were, nothing is said but no."""
    rows = []
    for room_id in ask.params.get("room_ids", "").split(","):
        broadcast = broadcast_of(room_id, world, "tiktok")
        alive = broadcast is not None and broadcast.status == ON_AIR
        known = int(room_id) if room_id.isdecimal() else 0
        rows.append(compact({"alive": alive, "room_id": known, "room_id_str": room_id}))
    fields = {"extra": {"now": int(world.clock() * 1000)}, "status_code": 0}
    return Page(tuple(rows), "data", "", fields, id_key="room_id")


def live_page(ask: Ask, world: World) -> Answer:
    """/@uniqueId/live"""
    user = world.catalogue.anybody(unique_id=ask.path.split("/")[1].removeprefix("@"))
    known = user is not None and not user.banned
    room = {
        "loadingState": {"getRecommendLive": 0, "getUserInfo": 2 if known else 3, "getUserStat": 0},
        "needLogin": False, "showLiveGate": False, "isAgeGateRoom": False,
        "recommendLiveRooms": [], "liveRoomStatus": 0,
        "liveRoomUserInfo": room_json(user, world) if user and known else None,
    }  # fmt: skip
    current = {"loadingState": {"enterRoom": 0}, "roomInfo": None, "anchorId": "", "roomId": "",
               "liveType": "video_live", "enterRoomWithSSR": True,
               "playMode": "webpage"}  # fmt: skip
    state = {"LiveRoom": room, "CurrentRoom": current}
    return shown({}, Visitor.of(ask, world), ask, world, SIGI_STATE=state)


EXACT = {
    (HOST, "/api-live/user/room/"): Route("detail", user_room, WEB),
    (WEBCAST, "/webcast/room/check_alive/"): Route("detail", check_alive, WEB),
}
PATTERNS = {r"www\.tiktok\.com/@[\w.]+/live/?": Route("page", live_page)}
