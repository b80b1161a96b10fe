"""Test the sandbox's chat sockets: handshakes, messages, faults."""

import asyncio
import gzip
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from support.socket_listener import (
    OTHER,
    ROOM,
    Listener,
    decode_frame,
    get_ids,
    get_text,
    run_listener,
)
from yarl import URL

from f2scrapy.sandbox.live import chat_messages
from f2scrapy.sandbox.live.chat import ChatOptions, MessageStream
from f2scrapy.sandbox.live.webcast import TIKTOK_SOCKET
from f2scrapy.sandbox.protobuf import pack, unpack
from f2scrapy.sandbox.state import SESSION

TIKTOK_FETCH = "https://webcast.tiktok.com/webcast/fetch"  # as a signer asks it for others


async def receive_ids(listener: Listener, count: int) -> list[int]:
    """Return the ids of the first messages, and acknowledge each frame."""
    found: list[int] = []
    async with listener.open_socket(await listener.make_url()) as socket:
        while len(found) < count:
            frame, response = decode_frame((await socket.receive()).data)
            found += get_ids(response)
            if response.get(9):
                await socket.send_bytes(pack({2: frame[2][0], 7: "ack", 8: get_text(response, 5)}))
    return found


async def test_messages_follow_the_cursor() -> None:
    async with run_listener() as listener:
        found = await receive_ids(listener, 100)
        first = listener.browser.sandbox.state.get_stream("douyin", ROOM).get_msg_id(0)
        assert found[0] - first < 50
        assert found == list(range(found[0], found[0] + len(found)))
        assert not listener.browser.violations


async def test_missed_messages_are_sent_again_unless_switched_off() -> None:
    async with run_listener() as listener:
        begin = await listener.fetch()
        url = await listener.make_url(cursor=get_text(begin, 2))
        await asyncio.sleep(0.2)
        async with listener.open_socket(url) as socket:
            _, response = decode_frame((await socket.receive()).data)
        now = listener.browser.sandbox.state.get_stream("douyin", ROOM)
        assert get_ids(response)[0] == now.get_msg_id(0)
        await listener.browser.get("https://__fault", "POST", data="no_replay")
        async with listener.open_socket(
            await listener.make_url(cursor=get_text(begin, 2), x="1")
        ) as socket:
            _, response = decode_frame((await socket.receive()).data)
        assert get_ids(response)[0] > now.get_msg_id(100)


async def test_a_connection_is_closed_right_after_its_last_frames() -> None:
    async with run_listener("snap=30") as it, it.open_socket(await it.make_url()) as socket:
        frames = [get_ids(decode_frame(message.data)[1]) async for message in socket]
    assert sum(map(len, frames)) == 30
    assert len(frames[-1]) == 1


async def test_the_last_frame_is_repeated_without_the_missed_ones() -> None:
    async with run_listener("echo", rate=100) as listener:
        received = await receive_ids(listener, 40)
        await asyncio.sleep(0.2)
        async with listener.open_socket(await listener.make_url()) as socket:
            _, response = decode_frame((await socket.receive()).data)
    assert get_ids(response)[0] <= received[-1]
    assert next(id_ for id_ in get_ids(response) if id_ > received[-1]) > received[-1] + 10


async def test_a_new_listener_receives_the_last_comments() -> None:
    async with run_listener("history") as listener:
        await listener.fetch()
        await asyncio.sleep(0.2)
        begin = await listener.fetch()
        async with listener.open_socket(await listener.make_url()) as socket:
            _, response = decode_frame((await socket.receive()).data)
    for first in (begin[1], response[1][:6]):
        past = [unpack(message) for message in first]
        assert [(get_text(message, 1), message[6]) for message in past] == [
            (chat_messages.CHAT, [1])
        ] * 6


@pytest.mark.parametrize(
    ("pace", "message"),
    [({"ack": 0.1}, "frames are not acked"), ({"heartbeat": 0.05}, "no heartbeat")],
)
async def test_a_client_without_acks_or_heartbeats_is_dropped(
    pace: dict[str, float], message: str
) -> None:
    async with run_listener(**pace) as listener, asyncio.timeout(10):
        async with listener.open_socket(await listener.make_url()) as socket:
            kinds = [frame.type async for frame in socket]
        assert kinds
        assert listener.browser.violations == [message]
        assert listener.browser.sandbox.state.report.sockets["dropped"] == 1


async def test_an_ack_needs_the_internal_ext_of_its_frame() -> None:
    async with run_listener() as listener:
        async with listener.open_socket(await listener.make_url()) as socket:
            frame, _ = decode_frame((await socket.receive()).data)
            await socket.send_bytes(pack({2: frame[2][0], 7: "ack", 8: "something"}))
            await socket.send_bytes(pack({7: "wrong"}))
            await socket.send_bytes(b"\xff")
            await socket.send_bytes(pack({7: "hb"}))
            while unpack((await socket.receive()).data)[7] != [b"hb"]:
                pass
        assert listener.browser.violations == [
            "an ack without the frame's internal_ext",
            "a frame of type 'wrong'",
            "a malformed frame",
        ]


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"signature": "0"}, 200, "signature: "),
        ({"internal_ext": "internal_src:dim"}, 403, "internal_ext is of another room"),
        ({"cursor": ""}, 403, "parameter cursor missing"),
    ],
)
async def test_a_wrong_handshake_is_refused(
    changes: dict[str, str], status: int, message: str
) -> None:
    async with run_listener() as listener:
        listener.signed = "signature" not in changes
        url = await listener.make_url(**changes)
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with listener.open_socket(url):
                pass
        assert caught.value.status == status
        assert listener.browser.violations[0].startswith(message)


async def test_a_signature_is_valid_once_and_a_ttwid_for_one_room() -> None:
    async with run_listener() as listener:
        url = await listener.make_url()
        listener.cookie = f"ttwid={listener.browser.sandbox.state.issue_ttwid()}"
        async with listener.open_socket(url):
            for again in (url, await listener.make_url(OTHER)):
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    async with listener.open_socket(again):
                        pass
        assert listener.browser.violations == [
            "signature was used before", "one ttwid watches two rooms",
        ]  # fmt: skip


async def test_faults_of_frames() -> None:
    for fault in ("torn:1", "bomb:1", "strange:1", "twice:1", "shuffled:1", "flood:1"):
        async with run_listener(fault) as listener:
            async with listener.open_socket(await listener.make_url()) as socket:
                data = [(await socket.receive()).data for _ in range(6)]
            name = fault.partition(":")[0]
            assert _EFFECTS[name](data), fault


_EFFECTS = {
    "torn": lambda data: unpack(data[0])[8][0][:2] == b"\x1f\x8b" and _is_truncated(data[0]),
    "bomb": lambda data: len(gzip.decompress(unpack(data[0])[8][0])) == 64 << 20,
    "strange": lambda data: b"NobodyKnows" in gzip.decompress(unpack(data[0])[8][0]),
    "twice": lambda data: data[0] == data[1] != data[2],
    "shuffled": lambda data: get_ids(decode_frame(data[0])[1]) > get_ids(decode_frame(data[1])[1]),
    "flood": lambda data: [get_ids(decode_frame(one)[1]) for one in data[1:]] == [[]] * 5,
}


def _is_truncated(data: bytes) -> bool:
    try:
        decode_frame(data)
    except EOFError:
        return True
    return False


async def test_gifts_for_accounts_only() -> None:
    async with run_listener("guest_gifts", rate=200) as listener:
        methods = []
        for cookie in ("", f"; sessionid={SESSION}"):
            visitor = listener.browser.sandbox.state.issue_ttwid()
            listener.cookie = f"ttwid={visitor}{cookie}"
            async with listener.open_socket(await listener.make_url(x=cookie[2:5])) as socket:
                frames = [decode_frame((await socket.receive()).data)[1] for _ in range(6)]
            messages = [unpack(message) for frame in frames for message in frame[1]]
            methods.append({get_text(message, 1) for message in messages})
        assert chat_messages.CHAT in methods[0] & methods[1]
        assert [chat_messages.GIFT in found for found in methods] == [False, True]


async def test_faults_of_connections() -> None:
    async with run_listener("drop=20:1", "silent=20:1", "blocked~socket@3") as listener:
        async with listener.open_socket(await listener.make_url()) as socket:
            kinds = [message.type async for message in socket]
        assert kinds[-1] == aiohttp.WSMsgType.BINARY  # no close frame
        async with listener.open_socket(await listener.make_url(x="1")) as socket:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(_read_all(socket), 1)
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with listener.open_socket(await listener.make_url(x="12")):
                pass
        assert caught.value.headers["Handshake-Msg"] == "DEVICE_BLOCKED"


async def _read_all(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def test_the_room_ends_with_a_control_message() -> None:
    async with run_listener(rate=100, seconds=0.3) as listener:
        async with listener.open_socket(await listener.make_url()) as socket:
            last = [m.data async for m in socket if m.type == aiohttp.WSMsgType.BINARY][-1]
        message = unpack(decode_frame(last)[1][1][-1])
        assert message[1] == [chat_messages.CONTROL.encode()]
        params = {"room_id": ROOM, "end": "31"}
        room = (await listener.browser.get(f"https://__room?{urlencode(params)}")).json()
        assert room["told"] == 31
        stream = listener.browser.sandbox.state.get_stream("douyin", ROOM)
        assert room["coins"] == stream.sum_coins(0, 31)


async def test_tiktok_requires_the_route_it_issued() -> None:
    async with run_listener() as listener:
        query_params = {"room_id": ROOM, "resp_content_type": "protobuf"}
        reply = await listener.browser.get(f"{TIKTOK_FETCH}?{urlencode(query_params)}")
        begin = unpack(reply.body)
        route = {get_text(e, 1): get_text(e, 2) for e in map(unpack, begin[7])}
        params = {"room_id": ROOM, "compress": "gzip", **route}
        url = get_text(begin, 10).replace("wss", "https") + "?"
        async with listener.open_socket(url + urlencode(params, quote_via=quote)) as socket:
            await socket.send_bytes(pack({7: "im_enter_room", 8: {1: int(ROOM)}}))
            assert unpack((await socket.receive()).data)[7] == [b"im_enter_room_resp"]
            _, response = decode_frame((await socket.receive()).data)
        assert get_ids(response)
        for host, changes in ((url, {"wrss": "1.x"}), (url, {"wss_push_room_id": ""}),
                              (f"https://{''.join(TIKTOK_SOCKET)}?", {})):  # fmt: skip
            with pytest.raises(aiohttp.WSServerHandshakeError):
                async with listener.open_socket(host + urlencode(params | changes)):
                    pass
        assert listener.browser.violations == [
            "wrss was not issued for this room",
            "route parameters of im/fetch missing",
            "not the push_server of im/fetch",
        ]


@pytest.mark.parametrize("host", ["webcast-ws", "webcast-ws.us"])
async def test_tiktok_opens_a_socket_without_im_fetch_for_a_ttwid(host: str) -> None:
    """As piratetok-live-py 0.3.0 opens it (2026-10)."""
    async with run_listener() as listener:
        query = urlencode({"room_id": ROOM, "ws_direct": "1", "compress": ""})
        url = f"https://{host}.tiktok.com{TIKTOK_SOCKET[1]}?{query}"
        async with listener.open_socket(url) as socket:
            await socket.send_bytes(pack({7: "im_enter_room", 8: {1: int(ROOM)}}))
            assert unpack((await socket.receive()).data)[7] == [b"im_enter_room_resp"]
            frame, response = decode_frame((await socket.receive()).data)
        assert get_ids(response)
        assert frame[8][0][:2] != b"\x1f\x8b"  # not compressed, as compress says
        assert not listener.browser.violations
        listener.cookie = "ttwid=1"
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with listener.open_socket(url):
                pass
        assert caught.value.headers["Handshake-Msg"] == "DEVICE_BLOCKED"


@pytest.mark.parametrize("entered", ["", OTHER])
async def test_tiktok_sends_nothing_to_a_client_outside_of_the_room(entered: str) -> None:
    async with run_listener("no_push_server") as listener:
        query_params = {"room_id": ROOM, "resp_content_type": "protobuf"}
        begin = unpack(
            (await listener.browser.get(f"{TIKTOK_FETCH}?{urlencode(query_params)}")).body
        )
        route = {get_text(e, 1): get_text(e, 2) for e in map(unpack, begin[7])}
        query = urlencode({"room_id": ROOM, "compress": "gzip", **route})
        assert not begin[10]
        async with listener.open_socket(f"https://{''.join(TIKTOK_SOCKET)}?{query}") as socket:
            if entered:
                await socket.send_bytes(pack({7: "im_enter_room", 8: {1: int(entered)}}))
                assert unpack((await socket.receive()).data)[7] == [b"im_enter_room_resp"]
            await socket.send_bytes(pack({7: "hb"}))
            assert unpack((await socket.receive()).data)[7] == [b"hb"]
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=0.3)


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_a_stream_has_every_method_and_is_reproducible(platform: str) -> None:
    streams = [MessageStream(platform, ROOM, ChatOptions(rate=10), 1000.0) for _ in range(2)]
    methods = {streams[0].get_method(number) for number in range(2000)}
    assert methods == {*chat_messages.COMMON, *chat_messages.OTHERS[platform]}
    assert [streams[0].build_message(n) for n in range(50)] == [
        streams[1].build_message(n) for n in range(50)
    ]
    assert streams[0].sum_coins(0, 50) == streams[1].sum_coins(0, 50)


def test_combos_count_once() -> None:
    stream = MessageStream("douyin", ROOM, ChatOptions(), 0.0)
    gifts = list(stream.iter_gifts(0, 400))
    best: dict[int, int] = {}
    for gift in gifts:
        best[gift.group] = max(best.get(gift.group, 0), gift.count * gift.coins)
    assert len(best) < len(gifts) == 40
    assert sum(stream.sum_coins(0, 400).values()) == sum(best.values())


def test_protobuf_round_trip() -> None:
    data = pack({1: 300, 2: "猫", 3: {1: True, 2: 0}, 4: [b"a", b"b"], 5: -1})
    found = unpack(data)
    assert (found[1], found[2], found[4]) == ([300], ["猫".encode()], [b"a", b"b"])
    assert unpack(found[3][0]) == {1: [1]}
    assert found[5] == [2**64 - 1]
    with pytest.raises(ValueError, match="not protobuf"):
        unpack(data[:-1])


async def test_a_socket_without_a_browsers_name_is_blocked() -> None:
    async with run_listener() as listener:
        url = URL(listener.browser.sandbox.to_sandbox(await listener.make_url()), encoded=True)
        ttwid = listener.browser.sandbox.state.issue_ttwid()
        headers = {"User-Agent": "Python/3.11 websockets/15.0", "Cookie": f"ttwid={ttwid}"}
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await listener.browser.http.ws_connect(url, headers=headers)
        assert caught.value.headers["Handshake-Msg"] == "DEVICE_BLOCKED"
