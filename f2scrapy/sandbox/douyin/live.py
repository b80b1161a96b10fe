"""Live rooms: live.douyin.com by web_rid, webcast.amemv.com by room_id, who is on air."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from f2scrapy.sandbox.catalogue import NEWEST, User
from f2scrapy.sandbox.checks import WEB, Guard, Route
from f2scrapy.sandbox.douyin.addresses import avatar
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.state import World

HOST = "live.douyin.com"
ON_AIR, OVER = 2, 4
_PANORAMA = frozenset({"mixed"})  # shows 360°
_NEVER = frozenset({"empty"})  # has never been on air
_BROADCASTS = 10  # the latest, and those before
_FIRST_RID, _FIRST_ROOM = 660_000_000_000, 7_600_000_000_000_000_000
_QUALITIES = (  # the player's key, its older name, what people see, Mbit/s, width, height, fps
    ("origin", "ORIGION", "原画", 8, 0, 0, 60),
    ("uhd", "FULL_HD1", "蓝光", 6, 1920, 1080, 60),
    ("hd", "HD1", "超清", 4, 1280, 720, 60),
    ("sd", "SD2", "高清", 2, 960, 540, 30),
    ("ld", "SD1", "标清", 1, 640, 360, 25),
    ("ao", "", "", 0, 0, 0, 0),
)


@dataclass(frozen=True)
class Broadcast:
    """One broadcast of a user; only the latest may be on air."""

    user: User
    back: int = 0  # 0 = the latest, 1 = the one before …
    on_air: bool = False

    @property
    def room_id(self) -> str:
        return str(_FIRST_ROOM + self.user.number * _BROADCASTS + self.back)

    @property
    def status(self) -> int:
        return ON_AIR if self.on_air and not self.back else OVER

    @property
    def panorama(self) -> bool:
        return self.user.name in _PANORAMA

    @property
    def start(self) -> int:
        """Seconds since 1970."""
        return int(NEWEST.timestamp()) - self.back * 86_400


def web_rid(user: User) -> str:
    """The number in the link of the user's room."""
    return str(_FIRST_RID + user.number)


def latest(user: User, world: World, platform: str = "douyin") -> Broadcast | None:
    """The user's latest broadcast; None where there never was one."""
    if user.name in _NEVER:
        return None
    return Broadcast(user, 0, world.on_air(user, Broadcast(user).room_id, platform))


def broadcast_of(room_id: str, world: World, platform: str = "douyin") -> Broadcast | None:
    """The broadcast of that id; None where there was none."""
    number, back = divmod(int(room_id) - _FIRST_ROOM if room_id.isdecimal() else -1, _BROADCASTS)
    users = (user for user in world.catalogue.users if user.name not in _NEVER)
    user = next((user for user in users if user.number == number), None)
    return Broadcast(user, back, world.on_air(user, room_id, platform)) if user else None


# The interfaces


def enter(ask: Ask, world: World) -> Answer:
    """A room by its web_rid: in full on air, a little else; 360° is not shown here."""
    asked = ask.params.get("web_rid", "")
    user = next((u for u in world.catalogue.users if web_rid(u) == asked), None)
    if user is None:
        return _told({"data": [], "enter_room_id": "", "room_status": 2}, world)
    last = latest(user, world)
    on_air = last is not None and last.status == ON_AIR
    rooms = [_entered(last, world)] if last and not (on_air and last.panorama) else []
    return _told({
        "data": rooms, "enter_room_id": last.room_id if last else "", "user": _owner(user, world),
        "room_status": 0 if on_air else 2, "qrcode_url": "", "enter_mode": 0, "similar_rooms": [],
        "partition_road_map": _PARTITIONS if on_air else {},
    }, world)  # fmt: skip


def reflow(ask: Ask, world: World) -> Answer:
    """One broadcast by its room_id; whoever brings cookies is turned away."""
    if ask.cookies:
        world.note(ask, f"cookies sent to {ask.host}")
        return refused(10002, "invalid session", world)
    broadcast = broadcast_of(ask.params.get("room_id", ""), world)
    if broadcast is None:
        return refused(30003, "直播间不存在", world)
    viewer = {"id": 0, "nickname": ""}
    return _told({"room": _reflowed(broadcast, world), "user": viewer}, world)


def live_status(ask: Ask, world: World) -> Answer:
    """Who is on air, by uid."""
    if ask.params.get("channel") != "test":
        world.note(ask, "channel is not test")
    users = [u for u in world.catalogue.users if u.uid == ask.params.get("user_ids")]
    if not users:
        return refused(10011, "param error", world)
    rows = [_on_air(user, world) for user in users]
    return _told([{"scene_id": ask.number("distribution_scenes"), "user_live": rows}], world)


def _on_air(user: User, world: World) -> dict[str, Any]:
    last = latest(user, world)
    room = last.room_id if last and last.status == ON_AIR else "0"
    return {"user_id": int(user.uid), "user_id_str": user.uid, "live_status": int(room != "0"),
            "room_id": int(room), "room_id_str": room}  # fmt: skip


def following_live(ask: Ask, world: World) -> Page:
    """Everybody on air, as if the account followed all."""
    del ask
    users = [u for u in world.catalogue.users if _on_air(u, world)["live_status"]]
    rows = [
        {"cover_type": 1, "is_recommend": False, "tag_name": "关注", "title_type": 0,
         "uniq_id": web_rid(user), "web_rid": web_rid(user),
         "room": _entered(Broadcast(user, 0, on_air=True), world)}
        for user in users
    ]  # fmt: skip
    fields = {"status_code": 0, "extra": _extra(world)}
    return Page(tuple(compact(row) for row in rows), "data.data", "", fields, id_key="id_str")


# Their shapes


def _extra(world: World) -> dict[str, Any]:
    return {"now": int(world.clock() * 1000)}


def _told(data: Any, world: World) -> Answer:
    return reply({"data": data, "extra": _extra(world), "status_code": 0})


def refused(code: int, words: str, world: World) -> Answer:
    told = {"message": words, "prompts": words}
    return reply({"data": told, "extra": _extra(world), "status_code": code})


_PARTITIONS = {
    "partition": {"id_str": "1", "type": 1, "title": "娱乐天地"},
    "sub_partition": {"partition": {"id_str": "1017806", "type": 1, "title": "聊天"}},
}


def _room(broadcast: Broadcast, world: World) -> dict[str, Any]:
    """What both interfaces tell of a room."""
    title = f"{world.nickname(broadcast.user)}的直播间"
    return {
        "id_str": broadcast.room_id, "status": broadcast.status, "title": title,
        "live_room_mode": 0, "mosaic_status": 0, "has_commerce_goods": False,
        "like_count": 756 + broadcast.user.number,
    }  # fmt: skip


def _entered(broadcast: Broadcast, world: World) -> dict[str, Any]:
    room = {**_room(broadcast, world), "status_str": str(broadcast.status), "user_count_str": "0"}
    if broadcast.status != ON_AIR:
        return {**room, "like_count": 0}
    return {
        **room, **_shown(broadcast, world), "user_count_str": "1.2万+",
        "owner": _owner(broadcast.user, world),
        "stats": {"total_user_desp": "", "like_count": 0, "total_user_str": "3.4万+",
                  "user_count_str": "12345"},
    }  # fmt: skip


def _reflowed(broadcast: Broadcast, world: World) -> dict[str, Any]:
    user, over = broadcast.user, broadcast.status == OVER
    owner = _owner(user, world)
    follows = {"following_count": 42, "follower_count": 1200 + user.number, "follow_status": 0}
    return {
        **_room(broadcast, world), **_shown(broadcast, world), "id": int(broadcast.room_id),
        "create_time": broadcast.start, "finish_time": broadcast.start + 7200 if over else 0,
        "user_count": 0 if over else 12345, "stream_id": 690_000 + user.number,
        "stream_id_str": str(690_000 + user.number),
        "stats": {"total_user": 34_567, "total_user_str": "3.4万+", "user_count_str": "0"},
        "owner": {
            **owner, "id": int(user.uid), "web_rid": web_rid(user), "gender": 1, "city": "杭州",
            "display_id": user.unique_id, "short_id": 10_000 + user.number, "verified": True,
            "signature": "记录生活", "avatar_large": avatar("1080x1080", user.uid),
            "follow_info": follows,
        },
    }  # fmt: skip


def _owner(user: User, world: World) -> dict[str, Any]:
    return {
        "id_str": user.uid, "sec_uid": user.sec_user_id, "nickname": world.nickname(user),
        "avatar_thumb": avatar("100x100", user.uid), "follow_info": {"follow_status": 0},
    }  # fmt: skip


def _shown(broadcast: Broadcast, world: World) -> dict[str, Any]:
    cover = f"https://p3-webcast-sign.douyinpic.com/webcast-cover/{broadcast.room_id}~tplv.image"
    return {
        "cover": {"url_list": [cover]},
        "room_auth": {"Chat": True, "Gift": True, "Digg": True, "Share": 1},
        "stream_url": _stream_url(broadcast, world),
    }


def _stream_url(broadcast: Broadcast, world: World) -> dict[str, Any]:
    maps = {suffix: {old: _address(broadcast, key, suffix, world)
                     for key, old, *_ in _QUALITIES if old and key != "origin"}
            for suffix in ("flv", "m3u8")}  # fmt: skip
    qualities = [{"name": name, "sdk_key": key, "v_codec": "264", "v_bit_rate": mbit * 1_000_000}
                 for key, _, name, mbit, *_ in _QUALITIES if name]  # fmt: skip
    data = {key: {"main": _line(broadcast, key, world)} for key, *_ in _QUALITIES}
    told = compact({"common": {"app_id": "100745"}, "data": data}).decode()
    return {
        "flv_pull_url": maps["flv"], "hls_pull_url_map": maps["m3u8"], "default_resolution": "HD1",
        "resolution_name": {old: name for _, old, name, *_ in _QUALITIES if old},
        "extra": {"width": 1920, "height": 1080, "fps": 0}, "stream_orientation": 2,
        "vr_type": int(broadcast.panorama), "pull_datas": {},
        "live_core_sdk_data": {"pull_data": {"options": {"qualities": qualities},
                                             "stream_data": told}},
    }  # fmt: skip


def _line(broadcast: Broadcast, key: str, world: World) -> dict[str, Any]:
    _, _, _, mbit, width, height, fps = next(row for row in _QUALITIES if row[0] == key)
    size = f"{width}x{height}" if width else ""
    technical = {"VCodec": "h264", "vbitrate": mbit * 1_000_000, "resolution": size, "gop": 4,
                 "drType": "sdr", "fps": fps}  # fmt: skip
    hls = _address(broadcast, key, "m3u8", world) if key != "ao" else ""
    return {"flv": _address(broadcast, key, "flv", world), "hls": hls, "cmaf": "", "dash": "",
            "lls": "", "sdk_params": compact(technical).decode()}  # fmt: skip


def _address(broadcast: Broadcast, key: str, suffix: str, world: World) -> str:
    signing = world.sign_media(broadcast.room_id, "detail")
    host = f"pull-{'flv' if suffix == 'flv' else 'hls'}-l1.douyincdn.com"
    name = f"stream-{broadcast.room_id}_{key}.{suffix}"
    return f"http://{host}/thirdgame/{name}?expire={signing.expires}&sign={signing.signature}"


ROOM = Guard(
    referer="https://www.douyin.com/",
    schemes=WEB.schemes,
    params=("aid", "live_id", "device_platform", "cookie_enabled", "screen_width",
            "browser_language", "browser_platform", "browser_name", "browser_version"),
    visitor=True,
)  # fmt: skip
_REFLOW = replace(
    ROOM, params=("verifyFp", "type_id", "live_id", "version_code", "app_id"), visitor=False
)
EXACT = {
    (HOST, "/webcast/room/web/enter/"): Route("detail", enter, ROOM),
    (HOST, "/webcast/distribution/check_user_live_status/"): Route("detail", live_status, WEB),
    ("webcast.amemv.com", "/webcast/room/reflow/info/"): Route("detail", reflow, _REFLOW),
    ("www.douyin.com", "/webcast/web/feed/follow/"): Route(
        "list", following_live, replace(WEB, account=True)
    ),
}
