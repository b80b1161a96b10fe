"""Live rooms of the sandbox: who may listen, what is told, and what can be made to go wrong."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from support.sandbox_client import AGENT, Browser, visit
from yarl import URL

from f2scrapy.sandbox.live import chat_messages as shapes
from f2scrapy.sandbox.live.chat import Pace, Stream
from f2scrapy.sandbox.live.webcast import DOUYIN_SOCKET, TIKTOK_SOCKET
from f2scrapy.sandbox.protobuf import packed, unpacked
from f2scrapy.sandbox.state import Options
from f2scrapy.signing import Unsigned, sign

ROOM, OTHER = "7600000000000004000", "7600000000000004010"  # room0, room1
WHO = "7310000000000000001"
FETCH = "https://live.douyin.com/webcast/im/fetch/"
TIKTOK_FETCH = "https://webcast.tiktok.com/webcast/im/fetch/"
STUB = {"live_id": "1", "aid": "6383", "version_code": "180800", "did_rule": "3",
        "webcast_sdk_version": "1.0.14-beta.0", "device_platform": "web",
        "identity": "audience"}  # fmt: skip


@dataclass
class Listener:
    """A browser with a socket, who reads frames by hand."""

    browser: Browser
    changes: dict[str, str] = field(default_factory=dict)  # of the socket's parameters
    cookie: str = ""
    signed: bool = True

    async def fetch(self, room_id: str = ROOM, **params: str) -> dict[int, Any]:
        """What im/fetch says."""
        asked = {"room_id": room_id, "user_unique_id": WHO, "resp_content_type": "protobuf",
                 "browser_version": AGENT.removeprefix("Mozilla/"), **params}  # fmt: skip
        ask = self.browser.but(params=asked).signed("x")
        query = ask[0].partition("?")[2]
        reply = await self.browser.get(f"{FETCH}?{query}", headers=ask[1])
        return dict(unpacked(reply.body))

    async def url(self, room_id: str = ROOM, **changes: str) -> str:
        begin = await self.fetch(room_id)
        params = {**STUB, "room_id": room_id, "user_unique_id": WHO, "compress": "gzip",
                  "cursor": text(begin, 2), "internal_ext": text(begin, 5)} | changes  # fmt: skip
        query = urlencode(params, quote_via=quote)
        if self.signed:
            ask = Unsigned(query, b"", AGENT, "", 0, lambda: 0.37 + len(query) % 7 / 100)
            query = sign("webcast", ask).query
        return f"https://{''.join(DOUYIN_SOCKET)}?{query}"

    @asynccontextmanager
    async def socket(self, url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        cookie = self.cookie or f"ttwid={self.browser.sandbox.world.issue_ttwid()}"
        headers = {"User-Agent": AGENT, "Cookie": cookie, "Origin": "https://live.douyin.com"}
        door = URL(self.browser.sandbox.door(url), encoded=True)
        async with self.browser.http.ws_connect(door, headers=headers, max_msg_size=0) as socket:
            yield socket


def text(fields: Any, number: int) -> str:
    return b"".join(fields[number]).decode()


def opened(data: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    """A frame, and the Response in it."""
    frame = dict(unpacked(data))
    payload = frame[8][0]
    plain = gzip.decompress(payload) if payload[:2] == b"\x1f\x8b" else payload
    return frame, dict(unpacked(plain))


def ids(response: dict[int, Any]) -> list[int]:
    return [unpacked(message)[3][0] for message in response.get(1, ())]


@asynccontextmanager
async def listening(*faults: str, **pace: Any) -> AsyncIterator[Listener]:
    chat = Pace(**{"rate": 1000, "frame": 0.02, **pace})
    async with visit(Options(faults=faults, rooms=2, chat=chat)) as browser:
        yield Listener(browser)


async def told(listener: Listener, count: int) -> list[int]:
    """The ids of the first messages, acks and all."""
    found: list[int] = []
    async with listener.socket(await listener.url()) as socket:
        while len(found) < count:
            frame, response = opened((await socket.receive()).data)
            found += ids(response)
            if response.get(9):
                await socket.send_bytes(packed({2: frame[2][0], 7: "ack", 8: text(response, 5)}))
    return found


async def test_messages_are_told_from_the_cursor_on() -> None:
    async with listening() as listener:
        found = await told(listener, 100)
        first = listener.browser.sandbox.world.stream("douyin", ROOM).msg_id(0)
        assert found[0] - first < 50
        assert found == list(range(found[0], found[0] + len(found)))
        assert not listener.browser.violations


async def test_a_client_that_returns_is_told_what_it_missed_unless_switched_off() -> None:
    async with listening() as listener:
        begin = await listener.fetch()
        url = await listener.url(cursor=text(begin, 2))
        await asyncio.sleep(0.2)
        async with listener.socket(url) as socket:
            _, response = opened((await socket.receive()).data)
        now = listener.browser.sandbox.world.stream("douyin", ROOM)
        assert ids(response)[0] == now.msg_id(0)
        await listener.browser.get("https://__fault", "POST", data="no_replay")
        async with listener.socket(await listener.url(cursor=text(begin, 2), x="1")) as socket:
            _, response = opened((await socket.receive()).data)
        assert ids(response)[0] > now.msg_id(100)


async def test_a_connection_is_closed_right_behind_its_last_frames() -> None:
    async with listening("snap=30") as it, it.socket(await it.url()) as socket:
        frames = [ids(opened(message.data)[1]) async for message in socket]
    assert sum(map(len, frames)) == 30
    assert len(frames[-1]) == 1


async def test_the_last_frame_comes_again_and_nothing_that_followed() -> None:
    async with listening("echo", rate=100) as listener:
        heard = await told(listener, 40)
        await asyncio.sleep(0.2)
        async with listener.socket(await listener.url()) as socket:
            _, response = opened((await socket.receive()).data)
    assert ids(response)[0] <= heard[-1]
    assert next(id_ for id_ in ids(response) if id_ > heard[-1]) > heard[-1] + 10


async def test_who_comes_is_told_the_last_comments() -> None:
    async with listening("history") as listener:
        await listener.fetch()
        await asyncio.sleep(0.2)
        begin = await listener.fetch()
        async with listener.socket(await listener.url()) as socket:
            _, response = opened((await socket.receive()).data)
    for first in (begin[1], response[1][:6]):
        past = [unpacked(message) for message in first]
        assert [(text(message, 1), message[6]) for message in past] == [(shapes.CHAT, [1])] * 6


@pytest.mark.parametrize(
    ("pace", "what"),
    [({"ack": 0.1}, "frames are not acked"), ({"heartbeat": 0.05}, "no heartbeat")],
)
async def test_who_does_not_answer_is_dropped(pace: dict[str, float], what: str) -> None:
    async with listening(**pace) as listener, asyncio.timeout(10):
        async with listener.socket(await listener.url()) as socket:
            kinds = [message.type async for message in socket]
        assert kinds
        assert listener.browser.violations == [what]
        assert listener.browser.sandbox.world.report.sockets["dropped"] == 1


async def test_an_ack_bears_the_frames_internal_ext() -> None:
    async with listening() as listener:
        async with listener.socket(await listener.url()) as socket:
            frame, _ = opened((await socket.receive()).data)
            await socket.send_bytes(packed({2: frame[2][0], 7: "ack", 8: "something"}))
            await socket.send_bytes(packed({7: "wrong"}))
            await socket.send_bytes(b"\xff")
            await socket.send_bytes(packed({7: "hb"}))
            while unpacked((await socket.receive()).data)[7] != [b"hb"]:
                pass
        assert listener.browser.violations == [
            "an ack without the frame's internal_ext",
            "a frame of type 'wrong'",
            "a frame that is none",
        ]


@pytest.mark.parametrize(
    ("changes", "status", "what"),
    [
        ({"signature": "0"}, 200, "signature: "),
        ({"internal_ext": "internal_src:dim"}, 403, "internal_ext is of another room"),
        ({"cursor": ""}, 403, "parameter cursor missing"),
    ],
)
async def test_a_wrong_handshake(changes: dict[str, str], status: int, what: str) -> None:
    async with listening() as listener:
        listener.signed = "signature" not in changes
        url = await listener.url(**changes)
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with listener.socket(url):
                pass
        assert caught.value.status == status
        assert listener.browser.violations[0].startswith(what)


async def test_a_signature_is_good_once_and_a_visitor_for_one_room() -> None:
    async with listening() as listener:
        url = await listener.url()
        listener.cookie = f"ttwid={listener.browser.sandbox.world.issue_ttwid()}"
        async with listener.socket(url):
            for again in (url, await listener.url(OTHER)):
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    async with listener.socket(again):
                        pass
        assert listener.browser.violations == [
            "signature was used before", "one ttwid watches two rooms",
        ]  # fmt: skip


async def test_faults_of_frames() -> None:
    for fault in ("torn:1", "bomb:1", "strange:1", "twice:1", "shuffled:1", "flood:1"):
        async with listening(fault) as listener:
            async with listener.socket(await listener.url()) as socket:
                data = [(await socket.receive()).data for _ in range(6)]
            name = fault.partition(":")[0]
            assert _odd[name](data), fault


_odd = {
    "torn": lambda data: unpacked(data[0])[8][0][:2] == b"\x1f\x8b" and _fails(data[0]),
    "bomb": lambda data: len(gzip.decompress(unpacked(data[0])[8][0])) == 64 << 20,
    "strange": lambda data: b"NobodyKnows" in gzip.decompress(unpacked(data[0])[8][0]),
    "twice": lambda data: data[0] == data[1] != data[2],
    "shuffled": lambda data: ids(opened(data[0])[1]) > ids(opened(data[1])[1]),
    "flood": lambda data: [ids(opened(one)[1]) for one in data[1:]] == [[]] * 5,
}


def _fails(data: bytes) -> bool:
    try:
        opened(data)
    except EOFError:
        return True
    return False


async def test_faults_of_connections() -> None:
    async with listening("drop=20:1", "silent=20:1", "blocked~socket@3") as listener:
        async with listener.socket(await listener.url()) as socket:
            kinds = [message.type async for message in socket]
        assert kinds[-1] == aiohttp.WSMsgType.BINARY  # no goodbye
        async with listener.socket(await listener.url(x="1")) as socket:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(_until_end(socket), 1)
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with listener.socket(await listener.url(x="12")):
                pass
        assert caught.value.headers["Handshake-Msg"] == "DEVICE_BLOCKED"


async def _until_end(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def test_the_room_ends_and_says_so() -> None:
    async with listening(rate=100, seconds=0.3) as listener:
        async with listener.socket(await listener.url()) as socket:
            last = [m.data async for m in socket if m.type == aiohttp.WSMsgType.BINARY][-1]
        message = unpacked(opened(last)[1][1][-1])
        assert message[1] == [shapes.CONTROL.encode()]
        params = {"room_id": ROOM, "end": "31"}
        room = (await listener.browser.get(f"https://__room?{urlencode(params)}")).json()
        assert room["told"] == 31
        stream = listener.browser.sandbox.world.stream("douyin", ROOM)
        assert room["coins"] == stream.coins(0, 31)


async def test_tiktok_wants_the_route_it_gave() -> None:
    async with listening() as listener:
        asked = {"room_id": ROOM, "resp_content_type": "protobuf"}
        reply = await listener.browser.get(f"{TIKTOK_FETCH}?{urlencode(asked)}")
        begin = unpacked(reply.body)
        route = {text(e, 1): text(e, 2) for e in map(unpacked, begin[7])}
        params = {"room_id": ROOM, "compress": "gzip", "cursor": text(begin, 2),
                  "internal_ext": text(begin, 5), "wrss": route["wrss"]}  # fmt: skip
        url = f"https://{''.join(TIKTOK_SOCKET)}?"
        async with listener.socket(url + urlencode(params, quote_via=quote)) as socket:
            _, response = opened((await socket.receive()).data)
        assert ids(response)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with listener.socket(url + urlencode(params | {"wrss": "1.x"})):
                pass
        assert listener.browser.violations == ["wrss was not given for this room"]


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_a_stream_holds_every_kind_and_is_the_same_each_time(platform: str) -> None:
    streams = [Stream(platform, ROOM, Pace(rate=10), 1000.0) for _ in range(2)]
    methods = {streams[0].method(number) for number in range(2000)}
    assert methods == {*shapes.COMMON, *shapes.OTHERS[platform]}
    assert [streams[0].message(n) for n in range(50)] == [streams[1].message(n) for n in range(50)]
    assert streams[0].coins(0, 50) == streams[1].coins(0, 50)


def test_combos_count_once() -> None:
    stream = Stream("douyin", ROOM, Pace(), 0.0)
    gifts = list(stream.gifts(0, 400))
    best: dict[int, int] = {}
    for gift in gifts:
        best[gift.group] = max(best.get(gift.group, 0), gift.count * gift.coins)
    assert len(best) < len(gifts) == 40
    assert sum(stream.coins(0, 400).values()) == sum(best.values())


def test_protobuf_there_and_back() -> None:
    data = packed({1: 300, 2: "猫", 3: {1: True, 2: 0}, 4: [b"a", b"b"], 5: -1})
    found = unpacked(data)
    assert (found[1], found[2], found[4]) == ([300], ["猫".encode()], [b"a", b"b"])
    assert unpacked(found[3][0]) == {1: [1]}
    assert found[5] == [2**64 - 1]
    with pytest.raises(ValueError, match="no protobuf"):
        unpacked(data[:-1])
