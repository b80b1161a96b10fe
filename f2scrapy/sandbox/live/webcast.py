"""Serve im/fetch of both platforms, and check the handshakes of sockets.

A cursor is `t-MS_r-N_d-1_u-1_h-1` after N - 1 messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import Requirements, Route, check_user_agent
from f2scrapy.sandbox.douyin import live as douyin_live
from f2scrapy.sandbox.http_types import Reply, Request, respond_json
from f2scrapy.sandbox.live.chat import MessageStream
from f2scrapy.sandbox.live.chat_messages import GIFT
from f2scrapy.sandbox.protobuf import pack
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.tiktok.checks import WEB
from f2scrapy.signing import SignatureError, verify

DOUYIN_SOCKET = ("webcast5-ws-web-hl.douyin.com", "/webcast/im/push/v2/")
PUSH_HOST = "webcast-ws.eu.tiktok.com"  # as in a push_server of 2026; another one in the US
TIKTOK_SOCKET = ("webcast16-ws-alisg.tiktok.com", "/webcast/im/ws_proxy/ws_reuse_supplement/")
# Hosts that other clients open: phonecopy 0.0.7 and stream-rec on Douyin, piratetok-live-py 0.3.0
# (2026-10) on TikTok, which asks no im/fetch before.
_DOUYIN_HOSTS = r"webcast\d+-ws-web-[a-z]{2}\.douyin\.com"
_TIKTOK_HOSTS = r"webcast-ws(\.eu|\.us)?\.tiktok\.com"
_CURSOR = re.compile(r"t-\d+_r-(\d+)_d-1_u-1_h-1")
_MOST = 5000  # messages of one answer
_FETCH_TIME = re.compile(r"\|fetch_time:(\d+)\|")


def get_stream(request: Request, state: State) -> MessageStream:
    return state.get_stream(request.platform, request.params.get("room_id", "0"))


def make_cursor(position: int, now: float) -> str:
    return f"t-{int(now * 1000)}_r-{position + 1}_d-1_u-1_h-1"


def read_position(request: Request, state: State) -> int | None:
    """Return how many messages the client has received by its cursor; None = unknown."""
    found = _CURSOR.fullmatch(request.params.get("cursor", ""))
    no_replay = any(map(state.faults.find, ("no_replay", "history", "echo")))
    return int(found[1]) - 1 if found and not no_replay else None


def make_internal_ext(request: Request, now: float) -> str:
    visitor = request.params.get("user_unique_id") or request.params.get("device_id") or "0"
    ms = int(now * 1000)
    return (
        f"internal_src:dim|wss_push_room_id:{request.params.get('room_id')}|wss_push_did:{visitor}|"
        f"first_req_ms:{ms}|fetch_time:{ms}|seq:1|wss_info:0-{ms}-0-0"
    )


def build_response(
    request: Request, state: State, first: int, end: int, **more: Any
) -> dict[int, Any]:
    """Return the fields of a Response with the messages from `first` to `end`, `end` excluded."""
    stream, now = get_stream(request, state), state.clock()
    hides = state.faults.find("guest_gifts") and request.cookies.get("sessionid") != SESSION

    def is_shown(number: int) -> bool:
        return not (hides and stream.get_method(number) == GIFT)

    return {
        1: [stream.build_message(number) for number in range(first, end) if is_shown(number)],
        2: make_cursor(end, now), 3: 1000, 4: int(now * 1000), 5: make_internal_ext(request, now),
        6: 1, 7: [{1: name, 2: value} for name, value in more.get("route", {}).items()],
        8: int(stream.pace.heartbeat * 1000), 9: more.get("need_ack", False),
        10: more.get("push_server", ""), 11: more.get("is_first", False),
    }  # fmt: skip


# im/fetch


def serve_douyin_fetch(request: Request, state: State) -> Reply:
    """Reply with the start of a broadcast's messages, as JSON or protobuf."""
    if f"Mozilla/{request.params.get('browser_version')}" != request.user_agent:
        state.note_violation(request, "UA param mismatch: browser_version")
    broadcast = douyin_live.find_broadcast(
        request.params.get("room_id", ""), state, request.platform
    )
    if broadcast is None or not request.params.get("user_unique_id", "").isdecimal():
        return douyin_live.refuse(10011, "param error", state)
    if request.params.get("resp_content_type") == "protobuf":
        return _respond_protobuf(request, state)
    return _respond_json(request, broadcast.room_id, state)


def serve_tiktok_fetch(request: Request, state: State) -> Reply:
    """Reply with the start of the messages as protobuf, and the way to the socket.

    The push server and the names of the route parameters are those of answers that TikTokLive
    7.0.1 and others read (2026-07).
    """
    room_id = request.params.get("room_id", "")
    if not room_id.isdecimal() or request.params.get("resp_content_type") != "protobuf":
        return refusals.refuse_status(10011, "param error")
    visitor = request.params.get("device_id", "0")
    route = {"wrss": state.issue_route(room_id), "wss_push_room_id": room_id,
             "wss_push_did": visitor, "imprp": f"imprp{room_id}"}  # fmt: skip
    named = not state.faults.find("no_push_server")
    server = f"wss://{PUSH_HOST}{TIKTOK_SOCKET[1]}" if named else ""
    return _respond_protobuf(request, state, route=route, push_server=server, is_first=True)


def _respond_protobuf(request: Request, state: State, **more: Any) -> Reply:
    stream = get_stream(request, state)
    end, seen = stream.count_sent(state.clock()), read_position(request, state)
    first = max(0, end - stream.pace.history) if seen is None else max(seen, end - _MOST)
    fields = build_response(request, state, min(first, end), end, **more)
    if state.faults.find("history"):
        fields[1] = stream.build_past_comments(end)
    return Reply(body=pack(fields), content_type="application/protobuffer")


def _respond_json(request: Request, room_id: str, state: State) -> Reply:
    now = state.clock()
    ms = int(now * 1000)
    place = make_cursor(get_stream(request, state).count_sent(now), now)
    common = {"method": "WebcastRoomMessage", "msg_id": f"{ms}000001",
              "room_id": room_id, "is_show_msg": True}  # fmt: skip
    return respond_json({"status_code": 0, "data": [{"common": common}],
                         "internal_ext": make_internal_ext(request, now),
                         "extra": {"now": ms, "cursor": place}})  # fmt: skip


# Handshakes


def check_handshake(request: Request, state: State) -> Reply | None:
    """Return the refusal of a handshake; None if the socket may be opened."""
    found = list(_find_violations(request, state))
    for message in found:
        state.note_violation(request, message)
    if not found:
        return None
    # A missing User-Agent, too, is DEVICE_BLOCKED (TikTok-Live-Connector #187, #189).
    if found[0].startswith(("signature", "User-Agent")):
        return refusals.refuse_socket()
    return refusals.refuse_http(403)


def _find_violations(request: Request, state: State) -> Iterator[str]:
    if message := check_user_agent(request.user_agent):
        yield message
    # TikTokLive 7.0.1 sends neither cursor nor internal_ext to TikTok's socket.
    wanted = ("room_id", "cursor", "internal_ext", "compress")
    for name in wanted if request.platform == "douyin" else ("room_id",):
        if not request.params.get(name):
            yield f"parameter {name} missing"
    room_id, sent = request.params.get("room_id", ""), request.params.get("internal_ext", "")
    if sent and f"wss_push_room_id:{room_id}|" not in sent:
        yield "internal_ext is of another room"
    check = _check_douyin if request.platform == "douyin" else _check_tiktok
    yield from check(request, room_id, state)


def _check_douyin(request: Request, room_id: str, state: State) -> Iterator[str]:
    visitor = request.params.get("user_unique_id", "")
    if f"wss_push_did:{visitor}|" not in request.params.get("internal_ext", ""):
        yield "internal_ext is of another visitor"
    # F2 0.0.1.7 receives messages without an Origin; a browser's is that of the page, and that of
    # Python's websocket-client the socket's own (douyin-live-chat 1.0.4).
    origin = request.headers.get("Origin", "https://live.douyin.com").partition("://")[2]
    if origin not in ("live.douyin.com", request.host):
        yield "Origin is not https://live.douyin.com"
    ttwid = request.cookies.get("ttwid", "")
    rooms = {
        room for (visitor, room), open_ in state.watching.items() if visitor == ttwid and open_
    }
    if state.is_checked("ttwid") and rooms - {room_id}:
        yield "one ttwid watches two rooms"
    if not state.is_checked("signature"):
        return
    fetched = _FETCH_TIME.search(request.params.get("internal_ext", ""))
    if not fetched or state.clock() - int(fetched[1]) / 1000 > state.options.chat.fresh:
        yield "signature: expired"
    try:
        verify("webcast", request.query, b"", request.user_agent)
    except SignatureError as error:
        yield f"signature: {error}"
    signature = f"{room_id} {request.params.get('signature')}"
    if signature in state.signatures:
        yield "signature was used before"
    state.signatures.add(signature)


def _check_tiktok(request: Request, room_id: str, state: State) -> Iterator[str]:
    direct = "wrss" not in request.params and request.params.get("ws_direct") == "1"
    if direct and re.fullmatch(_TIKTOK_HOSTS, request.host):
        yield from _check_direct(request, state)
        return
    if not state.is_known_route(request.params.get("wrss", ""), room_id):
        yield "wrss was not issued for this room"
    named = not state.faults.find("no_push_server")
    if named and request.host != PUSH_HOST:
        yield "not the push_server of im/fetch"
    if named and request.params.get("wss_push_room_id") != room_id:
        yield "route parameters of im/fetch missing"


def _check_direct(request: Request, state: State) -> Iterator[str]:
    """Check a handshake without im/fetch: a ttwid of a page suffices; else DEVICE_BLOCKED."""
    if state.is_checked("ttwid") and not state.is_known_ttwid(request.cookies.get("ttwid", "")):
        yield "signature: neither a route of im/fetch nor a ttwid issued here"


def refuse_plain(request: Request, state: State) -> Reply:
    """Refuse a request to a socket's address that is no handshake."""
    del request, state
    return refusals.refuse_http(400)


_VISITOR = Requirements(visitor=True)
# Without X-Bogus it answers 200 and 0 bytes: that is why TikTokLive and its kin ask a signer.
_SIGNED = Requirements(referer=WEB.referer, schemes=WEB.schemes)
EXACT = {
    ("live.douyin.com", "/webcast/im/fetch/"): Route(
        "detail", serve_douyin_fetch, replace(douyin_live.ROOM, params=())
    ),
    ("webcast.tiktok.com", "/webcast/im/fetch/"): Route("detail", serve_tiktok_fetch, _SIGNED),
    # As a hosted signer asks it for its clients: see `peers/`.
    ("webcast.tiktok.com", "/webcast/fetch"): Route("detail", serve_tiktok_fetch),
    DOUYIN_SOCKET: Route("socket", refuse_plain, _VISITOR),
    TIKTOK_SOCKET: Route("socket", refuse_plain),
}
PATTERNS = {
    _DOUYIN_HOSTS + DOUYIN_SOCKET[1]: Route("socket", refuse_plain, _VISITOR),
    _TIKTOK_HOSTS + TIKTOK_SOCKET[1]: Route("socket", refuse_plain),
}
