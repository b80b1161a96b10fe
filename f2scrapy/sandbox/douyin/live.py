"""Serve Douyin's live rooms: by web_rid, by room_id, and live status by uid."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.catalogue import NEWEST, User
from f2scrapy.sandbox.checks import WEB, Requirements, Route
from f2scrapy.sandbox.douyin.addresses import make_avatar
from f2scrapy.sandbox.http_types import (
    Page,
    Reply,
    Request,
    encode_json,
    respond_html,
    respond_json,
)
from f2scrapy.sandbox.state import State

HOST = "live.douyin.com"
ON_AIR, PAUSED, OVER = 2, 3, 4
_PANORAMA = frozenset({"mixed"})  # users with a 360° room
_NEVER = frozenset({"empty"})  # users who were never on air
_BROADCASTS = 10  # room ids reserved for a user
_FIRST_RID, _FIRST_ROOM = 660_000_000_000, 7_600_000_000_000_000_000
_QUALITIES = (  # key of the player, its older name, label, Mbit/s, width, height, fps
    ("origin", "ORIGION", "原画", 8, 0, 0, 60),
    ("uhd", "FULL_HD1", "蓝光", 6, 1920, 1080, 60),
    ("hd", "HD1", "超清", 4, 1280, 720, 60),
    ("sd", "SD2", "高清", 2, 960, 540, 30),
    ("ld", "SD1", "标清", 1, 640, 360, 25),
    ("ao", "", "", 0, 0, 0, 0),
)


@dataclass(frozen=True)
class Broadcast:
    """A broadcast of a user; only the latest can be on air."""

    user: User
    back: int = 0  # 0 = latest, 1 = the one before …
    on_air: bool = False
    paused: bool = False  # by its host

    @property
    def room_id(self) -> str:
        return str(_FIRST_ROOM + self.user.number * _BROADCASTS + self.back)

    @property
    def status(self) -> int:
        if not self.on_air or self.back:
            return OVER
        return PAUSED if self.paused else ON_AIR

    @property
    def panorama(self) -> bool:
        return self.user.name in _PANORAMA

    @property
    def start(self) -> int:
        """Seconds since 1970."""
        return int(NEWEST.timestamp()) - self.back * 86_400


def make_web_rid(user: User) -> str:
    """Return the number in the link of the user's room."""
    return str(_FIRST_RID + user.number)


def find_latest(user: User, state: State, platform: str = "douyin") -> Broadcast | None:
    """Return the user's latest broadcast; None if there never was one."""
    if user.name in _NEVER:
        return None
    return Broadcast(
        user, 0, state.is_on_air(user, Broadcast(user).room_id, platform), state.is_paused()
    )


def find_broadcast(room_id: str, state: State, platform: str = "douyin") -> Broadcast | None:
    """Return the broadcast with that id; None if there is none."""
    number, back = divmod(int(room_id) - _FIRST_ROOM if room_id.isdecimal() else -1, _BROADCASTS)
    users = (user for user in state.catalogue.users if user.name not in _NEVER)
    user = next((user for user in users if user.number == number), None)
    if user is None:
        return None
    return Broadcast(user, back, state.is_on_air(user, room_id, platform), state.is_paused())


# The interfaces


def serve_enter(request: Request, state: State) -> Reply:
    """Serve a room by its web_rid: few fields if it is not on air; 360° rooms are hidden."""
    rid = request.params.get("web_rid", "")
    user = next((u for u in state.catalogue.users if make_web_rid(u) == rid), None)
    if user is None:
        return _respond({"data": [], "enter_room_id": "", "room_status": 2}, state)
    last = find_latest(user, state)
    on_air = last is not None and last.status == ON_AIR
    is_voice = on_air and state.faults.find("voice") is not None
    is_hidden = on_air and last is not None and (last.panorama or is_voice)
    rooms = [_build_entered(last, state)] if last and not is_hidden else []
    return _respond({
        "data": rooms, "enter_room_id": last.room_id if last else "",
        "user": _build_owner(user, state), "room_status": int(is_voice) if on_air else 2,
        "qrcode_url": "", "enter_mode": int(is_voice), "similar_rooms": [],
        "partition_road_map": _PARTITIONS if on_air else {},
    }, state)  # fmt: skip


def serve_reflow(request: Request, state: State) -> Reply:
    """Serve one broadcast by its room_id; refuse requests with cookies."""
    if request.cookies:
        state.note_violation(request, f"cookies sent to {request.host}")
        return refuse(10002, "invalid session", state)
    broadcast = find_broadcast(request.params.get("room_id", ""), state)
    if broadcast is None:
        return refuse(30003, "直播间不存在", state)
    viewer = {"id": 0, "nickname": ""}
    return _respond({"room": _build_reflowed(broadcast, state), "user": viewer}, state)


def serve_live_status(request: Request, state: State) -> Reply:
    """Serve the live status of users, by uid."""
    if request.params.get("channel") != "test":
        state.note_violation(request, "channel is not test")
    users = [u for u in state.catalogue.users if u.uid == request.params.get("user_ids")]
    if not users:
        return refuse(10011, "param error", state)
    rows = [_build_live_status(user, state) for user in users]
    return _respond(
        [{"scene_id": request.get_int("distribution_scenes"), "user_live": rows}], state
    )


def _build_live_status(user: User, state: State) -> dict[str, Any]:
    last = find_latest(user, state)
    room = last.room_id if last and last.status == ON_AIR else "0"
    return {"user_id": int(user.uid), "user_id_str": user.uid, "live_status": int(room != "0"),
            "room_id": int(room), "room_id_str": room}  # fmt: skip


def serve_following_live(request: Request, state: State) -> Page:
    """Serve all users on air, as if the account followed all of them."""
    del request
    users = [u for u in state.catalogue.users if _build_live_status(u, state)["live_status"]]
    rows = [
        {"cover_type": 1, "is_recommend": False, "tag_name": "关注", "title_type": 0,
         "uniq_id": make_web_rid(user), "web_rid": make_web_rid(user),
         "room": _build_entered(Broadcast(user, 0, on_air=True), state)}
        for user in users
    ]  # fmt: skip
    fields = {"status_code": 0, "extra": _build_extra(state)}
    return Page(tuple(encode_json(row) for row in rows), "data.data", "", fields, id_key="id_str")


def list_viewers(broadcast: Broadcast, state: State) -> list[User]:
    """Return the viewers of a broadcast, the one who gave most first."""
    owner = broadcast.user
    return [user for user in state.catalogue.users if user is not owner and not user.banned]


def serve_rank(request: Request, state: State) -> Reply | Page:
    """Serve the ranking of a broadcast's viewers; none if it is over."""
    broadcast = find_broadcast(request.params.get("room_id", ""), state)
    if broadcast is None:
        return refuse(30003, "直播间不存在", state)
    owner = (broadcast.user.uid, broadcast.user.sec_user_id)
    if (request.params.get("anchor_id"), request.params.get("sec_anchor_id")) != owner:
        state.note_violation(request, "the owner of the room is another one")
    users = list_viewers(broadcast, state) if broadcast.status == ON_AIR else []
    rows = tuple(
        encode_json({"rank": rank, "score": 0, "delta": "", "gap_description": "距上一名 9",
                     "user": _build_owner(user, state) | {"display_id": user.unique_id}})
        for rank, user in enumerate(users, 1)
    )  # fmt: skip
    fields = {"extra": _build_extra(state), "status_code": 0}
    return Page(rows, "data.ranks", "", fields, id_key="user")


# JSON


def _build_extra(state: State) -> dict[str, Any]:
    return {"now": int(state.clock() * 1000)}


def _respond(data: Any, state: State) -> Reply:
    return respond_json({"data": data, "extra": _build_extra(state), "status_code": 0})


def refuse(code: int, words: str, state: State) -> Reply:
    data = {"message": words, "prompts": words}
    return respond_json({"data": data, "extra": _build_extra(state), "status_code": code})


_PARTITIONS = {
    "partition": {"id_str": "1", "type": 1, "title": "娱乐天地"},
    "sub_partition": {"partition": {"id_str": "1017806", "type": 1, "title": "聊天"}},
}


def _build_room(broadcast: Broadcast, state: State) -> dict[str, Any]:
    """Return the fields of a room that both interfaces have."""
    title = f"{state.get_nickname(broadcast.user)}的直播间"
    return {
        "id_str": broadcast.room_id, "status": broadcast.status, "title": title,
        "live_room_mode": 0, "mosaic_status": 0, "has_commerce_goods": False,
        "like_count": 756 + broadcast.user.number,
    }  # fmt: skip


def _build_entered(broadcast: Broadcast, state: State) -> dict[str, Any]:
    room = {
        **_build_room(broadcast, state),
        "status_str": str(broadcast.status),
        "user_count_str": "0",
    }
    if broadcast.status != ON_AIR:
        return {**room, "like_count": 0}
    return {
        **room, **_build_display(broadcast, state), "user_count_str": "1.2万+",
        "owner": _build_owner(broadcast.user, state),
        "stats": {"total_user_desp": "", "like_count": 0, "total_user_str": "3.4万+",
                  "user_count_str": "12345"},
    }  # fmt: skip


def _build_reflowed(broadcast: Broadcast, state: State) -> dict[str, Any]:
    user, over = broadcast.user, broadcast.status == OVER
    owner = _build_owner(user, state)
    follows = {"following_count": 42, "follower_count": 1200 + user.number, "follow_status": 0}
    return {
        **_build_room(broadcast, state), **_build_display(broadcast, state),
        "id": int(broadcast.room_id), "create_time": broadcast.start,
        "finish_time": broadcast.start + 7200 if over else 0,
        "user_count": 0 if over else 12345, "stream_id": 690_000 + user.number,
        "stream_id_str": str(690_000 + user.number),
        "stats": {"total_user": 34_567, "total_user_str": "3.4万+", "user_count_str": "0"},
        "owner": {
            **owner, "id": int(user.uid), "web_rid": make_web_rid(user), "gender": 1,
            "city": "杭州", "display_id": user.unique_id,
            "short_id": 10_000 + user.number, "verified": True,
            "signature": "记录生活", "avatar_large": make_avatar("1080x1080", user.uid),
            "follow_info": follows,
        },
    }  # fmt: skip


def _build_owner(user: User, state: State) -> dict[str, Any]:
    return {
        "id_str": user.uid, "sec_uid": user.sec_user_id, "nickname": state.get_nickname(user),
        "avatar_thumb": make_avatar("100x100", user.uid), "follow_info": {"follow_status": 0},
    }  # fmt: skip


def _build_display(broadcast: Broadcast, state: State) -> dict[str, Any]:
    cover = f"https://p3-webcast-sign.douyinpic.com/webcast-cover/{broadcast.room_id}~tplv.image"
    return {
        "cover": {"url_list": [cover]},
        "room_auth": {"Chat": True, "Gift": True, "Digg": True, "Share": 1},
        "stream_url": _build_stream_url(broadcast, state),
    }


def _build_stream_url(broadcast: Broadcast, state: State) -> dict[str, Any]:
    keys = ["ao"] if state.faults.find("voice") else [key for key, *_ in _QUALITIES]
    maps = {suffix: {old: _make_address(broadcast, key, suffix, state)
                     for key, old, *_ in _QUALITIES if old and key in keys and key != "origin"}
            for suffix in ("flv", "m3u8")}  # fmt: skip
    qualities = [{"name": name, "sdk_key": key, "v_codec": "264", "v_bit_rate": mbit * 1_000_000}
                 for key, _, name, mbit, *_ in _QUALITIES if name]  # fmt: skip
    data = {key: {"main": _build_line(broadcast, key, state)} for key in keys}
    stream_data = encode_json({"common": {"app_id": "100745"}, "data": data}).decode()
    return {
        "flv_pull_url": maps["flv"], "hls_pull_url_map": maps["m3u8"], "default_resolution": "HD1",
        "resolution_name": {old: name for _, old, name, *_ in _QUALITIES if old},
        "extra": {"width": 1920, "height": 1080, "fps": 0}, "stream_orientation": 2,
        "vr_type": int(broadcast.panorama), "pull_datas": {},
        "live_core_sdk_data": {"pull_data": {"options": {"qualities": qualities},
                                             "stream_data": stream_data}},
    }  # fmt: skip


def _build_line(broadcast: Broadcast, key: str, state: State) -> dict[str, Any]:
    _, _, _, mbit, width, height, fps = next(row for row in _QUALITIES if row[0] == key)
    size = f"{width}x{height}" if width else ""
    technical = {"VCodec": "h264", "vbitrate": mbit * 1_000_000, "resolution": size, "gop": 4,
                 "drType": "sdr", "fps": fps}  # fmt: skip
    hls = _make_address(broadcast, key, "m3u8", state) if key != "ao" else ""
    return {"flv": _make_address(broadcast, key, "flv", state), "hls": hls, "cmaf": "", "dash": "",
            "lls": "", "sdk_params": encode_json(technical).decode()}  # fmt: skip


def _make_address(broadcast: Broadcast, key: str, suffix: str, state: State) -> str:
    signing = state.sign_media(broadcast.room_id, "detail")
    host = f"pull-{'flv' if suffix == 'flv' else 'hls'}-l1.douyincdn.com"
    name = f"stream-{broadcast.room_id}_{key}.{suffix}"
    return f"http://{host}/thirdgame/{name}?expire={signing.expires}&sign={signing.signature}"


def serve_room_page(request: Request, state: State) -> Reply:
    """Serve the page of a room, with its state as streamlink 8.6.3 reads it."""
    # Without a cookie the page is a script that makes some; readers send __ac_nonce, of any value,
    # or a ttwid (streamlink #6059, douyin-live-chat 1.0.4, phonecopy 0.0.7).
    if not {"__ac_nonce", "ttwid"} & request.cookies.keys():
        return refusals.refuse_script_page()
    rid = request.path.strip("/")
    user = next((u for u in state.catalogue.users if make_web_rid(u) == rid), None)
    last = find_latest(user, state) if user else None
    ttwid = state.issue_ttwid(request.cookies.get("ttwid", ""))
    page_state = ["$", "$L12", None, {"state": _build_room_state(rid, last, ttwid, state)}]
    pushed = encode_json("c:" + encode_json(page_state).decode() + "\n").decode()
    cookie = f"ttwid={ttwid}; Path=/; Domain=douyin.com; Max-Age=31536000; HttpOnly"
    return respond_html(_PAGE % pushed, cookies=[cookie])


def _build_room_state(rid: str, last: Broadcast | None, ttwid: str, state: State) -> dict[str, Any]:
    """Return the state of the page of a room, by the names that its readers look for.

    These are streamlink 7.6 to 8.6.3, douyin-live-chat 1.0.4 and phonecopy 0.0.7.
    """
    shown: dict[str, Any] = {}
    if last and not last.panorama:
        owner = _build_owner(last.user, state)
        room = _build_entered(last, state)
        shown = {"room": room, "roomId": last.room_id, "web_rid": rid, "anchor": owner}
    streams = None
    if shown and last and last.status == ON_AIR:
        pull_data = _build_stream_url(last, state)["live_core_sdk_data"]["pull_data"]
        streams = json.loads(pull_data["stream_data"])["data"]
    return {
        "roomStore": {"roomInfo": shown},
        "linkmicStore": {},
        "userStore": {"odin": {"user_type": 12, "user_unique_id": state.derive_webid(ttwid)}},
        "streamStore": {"streamData": {"H264_streamData": {"stream": streams}}},
    }


_PAGE = (
    "<!DOCTYPE html><html><head><title>抖音直播</title></head><body>"
    '<script nonce="">(self.__pace_f=self.__pace_f||[]).push([0])</script>'
    '<script nonce="">self.__pace_f.push([1,%s])</script></body></html>'
)
ROOM = Requirements(
    # F2 0.0.1.7 sends the first, a browser in a room the second (jiji262/douyin-downloader, too).
    referer=("https://www.douyin.com/", "https://live.douyin.com/"),
    schemes=WEB.schemes,
    # streamget 4.0.10 (2026-05) names Chrome 116 here and 123 in the User-Agent, and sends neither
    # cookie_enabled nor a screen.
    params=("aid", "live_id", "device_platform", "browser_language", "browser_platform",
            "browser_name", "browser_version"),
    matches_agent=False,
    visitor=True,
)  # fmt: skip
_REFLOW = replace(
    ROOM,
    referer=("https://www.douyin.com/", "https://webcast.amemv.com/"),  # F2, the page in a browser
    params=("verifyFp", "type_id", "live_id", "version_code", "app_id"),
    visitor=False,
)
EXACT = {
    (HOST, "/webcast/room/web/enter/"): Route("detail", serve_enter, ROOM),
    (HOST, "/webcast/distribution/check_user_live_status/"): Route(
        "detail", serve_live_status, WEB
    ),
    # Asked by cv-cat/DouYin_Spider (2026); no answer is recorded in this project.
    (HOST, "/webcast/ranklist/audience/"): Route("list", serve_rank, ROOM),
    ("webcast.amemv.com", "/webcast/room/reflow/info/"): Route("detail", serve_reflow, _REFLOW),
    ("www.douyin.com", "/webcast/web/feed/follow/"): Route(
        "list", serve_following_live, replace(WEB, account=True)
    ),
}
PATTERNS = {r"live\.douyin\.com/\d{6,15}/?": Route("page", serve_room_page)}
