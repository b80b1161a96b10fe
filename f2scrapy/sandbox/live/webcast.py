"""Where messages of live rooms begin: im/fetch of both platforms, and who may open a socket.

A cursor is `t-MS_r-N_d-1_u-1_h-1`, where N - 1 messages have been told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import Guard, Route, implausible
from f2scrapy.sandbox.douyin import live as douyin_live
from f2scrapy.sandbox.http_types import Answer, Ask, reply
from f2scrapy.sandbox.live.chat import Stream
from f2scrapy.sandbox.live.chat_messages import GIFT
from f2scrapy.sandbox.protobuf import packed
from f2scrapy.sandbox.state import SESSION, World
from f2scrapy.signing import SignatureError, verify

DOUYIN_SOCKET = ("webcast5-ws-web-hl.douyin.com", "/webcast/im/push/v2/")
TIKTOK_SOCKET = ("webcast16-ws-alisg.tiktok.com", "/webcast/im/ws_proxy/ws_reuse_supplement/")
_CURSOR = re.compile(r"t-\d+_r-(\d+)_d-1_u-1_h-1")
_MOST = 5000  # messages of one answer
_TOLD = re.compile(r"\|fetch_time:(\d+)\|")


def platform_of(ask: Ask) -> str:
    return "tiktok" if ask.host.endswith(".tiktok.com") else "douyin"


def stream_of(ask: Ask, world: World) -> Stream:
    return world.stream(platform_of(ask), ask.params.get("room_id", "0"))


def cursor(position: int, now: float) -> str:
    return f"t-{int(now * 1000)}_r-{position + 1}_d-1_u-1_h-1"


def position(ask: Ask, world: World) -> int | None:
    """How many messages the client says it has been told; None = it does not say."""
    found = _CURSOR.fullmatch(ask.params.get("cursor", ""))
    forgotten = any(map(world.faults.on, ("no_replay", "history", "echo")))
    return int(found[1]) - 1 if found and not forgotten else None


def internal_ext(ask: Ask, now: float) -> str:
    who = ask.params.get("user_unique_id") or ask.params.get("device_id") or "0"
    ms = int(now * 1000)
    return (
        f"internal_src:dim|wss_push_room_id:{ask.params.get('room_id')}|wss_push_did:{who}|"
        f"first_req_ms:{ms}|fetch_time:{ms}|seq:1|wss_info:0-{ms}-0-0"
    )


def response(ask: Ask, world: World, first: int, end: int, **more: Any) -> dict[int, Any]:
    """The fields of a Response that tells the messages from `first` to `end`, not that one."""
    stream, now = stream_of(ask, world), world.clock()
    hides = world.faults.on("guest_gifts") and ask.cookies.get("sessionid") != SESSION

    def shows(number: int) -> bool:
        return not (hides and stream.method(number) == GIFT)

    return {
        1: [stream.message(number) for number in range(first, end) if shows(number)],
        2: cursor(end, now), 3: 1000, 4: int(now * 1000), 5: internal_ext(ask, now),
        6: 1, 7: [{1: name, 2: value} for name, value in more.get("route", {}).items()],
        8: int(stream.pace.heartbeat * 1000), 9: more.get("need_ack", False),
    }  # fmt: skip


# im/fetch


def douyin_fetch(ask: Ask, world: World) -> Answer:
    """Where the messages of a broadcast begin, as JSON or in protobuf."""
    if f"Mozilla/{ask.params.get('browser_version')}" != ask.user_agent:
        world.note(ask, "UA param mismatch: browser_version")
    broadcast = douyin_live.broadcast_of(ask.params.get("room_id", ""), world, ask.platform)
    if broadcast is None or not ask.params.get("user_unique_id", "").isdecimal():
        return douyin_live.refused(10011, "param error", world)
    return _fetched(ask, world) if ask.params.get("resp_content_type") == "protobuf" else (
        _as_json(ask, broadcast.room_id, world)
    )  # fmt: skip


def tiktok_fetch(ask: Ask, world: World) -> Answer:
    """The same of TikTok, which is always protobuf, with what its socket wants to see."""
    room_id = ask.params.get("room_id", "")
    if not room_id.isdecimal() or ask.params.get("resp_content_type") != "protobuf":
        return refusals.status(10011, "param error")
    return _fetched(ask, world, {"wrss": world.issue_route(room_id)})


def _fetched(ask: Ask, world: World, route: dict[str, str] | None = None) -> Answer:
    stream = stream_of(ask, world)
    end, told = stream.position(world.clock()), position(ask, world)
    first = max(0, end - stream.pace.history) if told is None else max(told, end - _MOST)
    fields = response(ask, world, min(first, end), end, route=route or {})
    if world.faults.on("history"):
        fields[1] = stream.comments(end)
    return Answer(body=packed(fields), content_type="application/protobuffer")


def _as_json(ask: Ask, room_id: str, world: World) -> Answer:
    now = world.clock()
    ms = int(now * 1000)
    where = cursor(stream_of(ask, world).position(now), now)
    common = {"method": "WebcastRoomMessage", "msg_id": f"{ms}000001",
              "room_id": room_id, "is_show_msg": True}  # fmt: skip
    return reply({"status_code": 0, "data": [{"common": common}],
                  "internal_ext": internal_ext(ask, now),
                  "extra": {"now": ms, "cursor": where}})  # fmt: skip


# Who may open a socket


def handshake(ask: Ask, world: World) -> Answer | None:
    """The refusal of a handshake; None where the socket may be opened."""
    found = list(_flaws(ask, world))
    for what in found:
        world.note(ask, what)
    if not found:
        return None
    return refusals.blocked() if found[0].startswith("signature") else refusals.http(403)


def _flaws(ask: Ask, world: World) -> Iterator[str]:
    if what := implausible(ask.user_agent):
        yield what
    for name in ("room_id", "cursor", "internal_ext", "compress"):
        if not ask.params.get(name):
            yield f"parameter {name} missing"
    room_id = ask.params.get("room_id", "")
    if f"wss_push_room_id:{room_id}|" not in ask.params.get("internal_ext", ""):
        yield "internal_ext is of another room"
    yield from (_douyin if platform_of(ask) == "douyin" else _tiktok)(ask, room_id, world)


def _douyin(ask: Ask, room_id: str, world: World) -> Iterator[str]:
    who = ask.params.get("user_unique_id", "")
    if f"wss_push_did:{who}|" not in ask.params.get("internal_ext", ""):
        yield "internal_ext is of another visitor"
    if ask.headers.get("Origin") != "https://live.douyin.com":
        yield "Origin is not https://live.douyin.com"
    ttwid = ask.cookies.get("ttwid", "")
    rooms = {
        room for (visitor, room), open_ in world.watching.items() if visitor == ttwid and open_
    }
    if world.checks("ttwid") and rooms - {room_id}:
        yield "one ttwid watches two rooms"
    if not world.checks("signature"):
        return
    made = _TOLD.search(ask.params.get("internal_ext", ""))
    if not made or world.clock() - int(made[1]) / 1000 > world.options.chat.fresh:
        yield "signature: expired"
    try:
        verify("webcast", ask.query, b"", ask.user_agent)
    except SignatureError as error:
        yield f"signature: {error}"
    signature = f"{room_id} {ask.params.get('signature')}"
    if signature in world.signatures:
        yield "signature was used before"
    world.signatures.add(signature)


def _tiktok(ask: Ask, room_id: str, world: World) -> Iterator[str]:
    if not world.knows_route(ask.params.get("wrss", ""), room_id):
        yield "wrss was not given for this room"


def no_socket(ask: Ask, world: World) -> Answer:
    """What a socket's address answers to who does not ask for a socket."""
    del ask, world
    return refusals.http(400)


_VISITOR = Guard(visitor=True)
EXACT = {
    ("live.douyin.com", "/webcast/im/fetch/"): Route(
        "detail", douyin_fetch, replace(douyin_live.ROOM, params=())
    ),
    ("webcast.tiktok.com", "/webcast/im/fetch/"): Route("detail", tiktok_fetch),
    DOUYIN_SOCKET: Route("socket", no_socket, _VISITOR),
    TIKTOK_SOCKET: Route("socket", no_socket),
}
