"""The relay: who may listen, to what, and that nobody waits for a listener."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from support.danmaku_events import ROOM, chat, gift
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from f2scrapy.danmaku.sinks import relay as module
from f2scrapy.danmaku.sinks.relay import Relay, RoomRelay

OTHER = replace(ROOM, room_id="7380009999999999999", web_rid="1234567")


@asynccontextmanager
async def running(token: str = "") -> AsyncIterator[tuple[Relay, RoomRelay, RoomRelay]]:
    """A relay with two rooms."""
    async with Relay(0, token) as relay:
        sinks = relay.sink(), relay.sink()
        for sink, room in zip(sinks, (ROOM, OTHER), strict=True):
            sink.open(room)
        yield relay, *sinks


def client(relay: Relay, path: str = "/", **options: Any) -> connect:
    return connect(f"ws://127.0.0.1:{relay.port}{path}", proxy=None, **options)


async def next_of(wire: ClientConnection, count: int, seconds: float = 10) -> list[dict[str, Any]]:
    async with asyncio.timeout(seconds):
        return [json.loads(await wire.recv()) for _ in range(count)]


async def test_a_client_hears_of_all_rooms_then_of_all_events() -> None:
    async with running() as (relay, one, two), client(relay) as wire:
        rooms = await next_of(wire, 2)
        assert [room["room_id"] for room in rooms] == [ROOM.room_id, OTHER.room_id]
        one.write([chat("一")])
        two.write([chat("二"), gift()])
        events = await next_of(wire, 3)
    assert [(event["kind"], event.get("content")) for event in events] == [
        *(("chat", "一"), ("chat", "二"), ("gift", None))
    ]


@pytest.mark.parametrize("path", ["/1234567", "/7380009999999999999", "/1234567?kinds=chat,gap"])
async def test_a_client_hears_what_it_asked_for(path: str) -> None:
    async with running() as (relay, one, two), client(relay, path) as wire:
        assert [room["web_rid"] for room in await next_of(wire, 1)] == ["1234567"]
        one.write([chat("一")])
        two.write([*([] if "?" not in path else [gift()]), chat("二")])
        assert [event["content"] for event in await next_of(wire, 1)] == ["二"]


async def test_clients_come_and_go() -> None:
    async with running() as (relay, one, _):
        for n in range(3):
            async with client(relay) as wire:
                await next_of(wire, 2)
                one.write([chat(str(n))])
                assert [event["content"] for event in await next_of(wire, 1)] == [str(n)]
        one.write([chat()])
        one.close()
        async with client(relay) as wire:
            assert [room["room_id"] for room in await next_of(wire, 1)] == [OTHER.room_id]


@pytest.mark.parametrize(
    ("token", "path", "headers", "status"),
    [
        ("", "/", {"Origin": "https://evil.example"}, 403),
        ("", "/", {"Origin": "null"}, 403),
        ("s3cret", "/", {}, 401),
        ("s3cret", "/?token=wrong", {}, 401),
        ("s3cret", "/?token=", {"Authorization": "Bearer "}, 401),
        ("s3cret", "/?token=wrong", {"Origin": "https://evil.example"}, 401),
        ("s3cret", "/?token=%ff%00é", {}, 401),
    ],
)
async def test_strangers_are_turned_away(
    token: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with running(token) as (relay, *_):
        with pytest.raises(InvalidStatus) as refusal:
            await client(relay, path, additional_headers=headers)
    assert refusal.value.response.status_code == status


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", ""])
async def test_a_name_made_to_lead_here_is_turned_away(host: str) -> None:
    async with running("s3cret") as (relay, *_):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(
            f"GET /?token=s3cret HTTP/1.1\r\nHost: {host.format(port=relay.port)}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert b" 421 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/?token=s3cret", {}),
        ("/", {"Authorization": "Bearer s3cret"}),
        ("/?token=s3cret", {"Origin": "https://overlay.example"}),
    ],
)
async def test_who_knows_the_token_comes_in(path: str, headers: dict[str, str]) -> None:
    async with (
        running("s3cret") as (relay, *_),
        client(relay, path, additional_headers=headers) as wire,
    ):
        assert len(await next_of(wire, 2)) == 2


async def test_it_listens_on_this_machine_only() -> None:
    async with running() as (relay, *_):
        assert {s.getsockname()[0] for s in relay._server.sockets} == {"127.0.0.1"}


async def test_the_token_stands_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with running("s3cret") as (relay, *_), client(relay, "/?token=s3cret") as wire:
        caplog.clear()  # the client's own
        await next_of(wire, 2)
        with pytest.raises(InvalidStatus):
            await client(relay, "/?token=s3cret5")
    records = [r.getMessage() for r in caplog.records if not r.name.startswith("websockets.client")]
    assert not [text for text in records if "s3cret" in text]


async def test_who_reads_too_slowly_misses_events_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BEHIND", 100_000)
    async with running() as (relay, one, _), client(relay, max_queue=1, close_timeout=0.1) as slow:
        await next_of(slow, 2)
        for n in range(400):
            one.write([chat("字" * 10_000, msg_id=n)])
        kinds: Counter[str] = Counter()
        async with asyncio.timeout(10):
            while "missed" not in kinds:
                try:
                    [fact] = await next_of(slow, 1, seconds=0.2)
                except TimeoutError:  # all that waited is read
                    one.write([chat()])
                else:
                    kinds[fact["kind"]] += 1
        assert kinds["chat"] + fact["count"] == 400


async def test_who_does_not_read_holds_up_no_end() -> None:
    async with AsyncExitStack() as stack:
        relay, one, _ = await stack.enter_async_context(running())
        _, writer = await asyncio.open_connection("127.0.0.1", relay.port, limit=1)
        writer.write(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{relay.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        for n in range(800):
            one.write([chat("字" * 10_000, msg_id=n)])
            await asyncio.sleep(0.001)
        began = time.monotonic()
    assert time.monotonic() - began < 10, "a client is pinged after 20 s"
    writer.close()


async def test_who_talks_too_much_is_cut_off_and_nobody_else_is() -> None:
    async with running() as (relay, one, _), client(relay) as loud, client(relay) as quiet:
        await next_of(quiet, 2)
        await loud.send("x" * 5000)
        with pytest.raises(ConnectionClosed):
            await next_of(loud, 3)
        one.write([chat()])
        assert [event["kind"] for event in await next_of(quiet, 1)] == ["chat"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/999", 404, "There is no room '999'; there are: 1234567, "),
        ("/?kinds=chat,foo", 400, "There is no kind 'foo'; there are: "),
    ],
)
async def test_what_there_is_not_is_refused(path: str, status: int, says: str) -> None:
    async with running() as (relay, *_):
        with pytest.raises(InvalidStatus, match=str(status)) as refused:
            await client(relay, path)
        assert refused.value.response.body.decode().startswith(says)
        relay.names.add("999")  # named, and not on air yet
        async with client(relay, "/999"):
            pass


async def test_there_is_a_limit_to_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CLIENTS", 1)
    async with running() as (relay, *_), client(relay) as wire:
        await next_of(wire, 2)
        with pytest.raises(InvalidStatus, match="503"):
            await client(relay)
