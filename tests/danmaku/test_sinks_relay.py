"""The relay: access, subscriptions, and slow clients that delay no other part."""

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
from support.danmaku_events import ROOM, make_chat, make_gift
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from f2scrapy.danmaku.sinks import relay as module
from f2scrapy.danmaku.sinks.relay import Relay, RoomRelay

OTHER = replace(ROOM, room_id="7380009999999999999", web_rid="1234567")


@asynccontextmanager
async def run_relay(token: str = "") -> AsyncIterator[tuple[Relay, RoomRelay, RoomRelay]]:
    """Run a relay with two rooms."""
    async with Relay(0, token) as relay:
        sinks = relay.make_sink(), relay.make_sink()
        for sink, room in zip(sinks, (ROOM, OTHER), strict=True):
            sink.open(room)
        yield relay, *sinks


def connect_to(relay: Relay, path: str = "/", **options: Any) -> connect:
    return connect(f"ws://127.0.0.1:{relay.port}{path}", proxy=None, **options)


async def receive_next(
    wire: ClientConnection, count: int, seconds: float = 10
) -> list[dict[str, Any]]:
    async with asyncio.timeout(seconds):
        return [json.loads(await wire.recv()) for _ in range(count)]


async def test_a_client_gets_all_rooms_then_all_events() -> None:
    async with run_relay() as (relay, one, two), connect_to(relay) as wire:
        rooms = await receive_next(wire, 2)
        assert [room["room_id"] for room in rooms] == [ROOM.room_id, OTHER.room_id]
        one.write([make_chat("一")])
        two.write([make_chat("二"), make_gift()])
        events = await receive_next(wire, 3)
    assert [(event["kind"], event.get("content")) for event in events] == [
        *(("chat", "一"), ("chat", "二"), ("gift", None))
    ]


@pytest.mark.parametrize("path", ["/1234567", "/7380009999999999999", "/1234567?kinds=chat,gap"])
async def test_a_client_gets_its_subscription(path: str) -> None:
    async with run_relay() as (relay, one, two), connect_to(relay, path) as wire:
        assert [room["web_rid"] for room in await receive_next(wire, 1)] == ["1234567"]
        one.write([make_chat("一")])
        two.write([*([] if "?" not in path else [make_gift()]), make_chat("二")])
        assert [event["content"] for event in await receive_next(wire, 1)] == ["二"]


async def test_clients_come_and_go() -> None:
    async with run_relay() as (relay, one, _):
        for n in range(3):
            async with connect_to(relay) as wire:
                await receive_next(wire, 2)
                one.write([make_chat(str(n))])
                assert [event["content"] for event in await receive_next(wire, 1)] == [str(n)]
        one.write([make_chat()])
        one.close()
        async with connect_to(relay) as wire:
            assert [room["room_id"] for room in await receive_next(wire, 1)] == [OTHER.room_id]


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
async def test_clients_without_token_are_refused(
    token: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with run_relay(token) as (relay, *_):
        with pytest.raises(InvalidStatus) as refusal:
            await connect_to(relay, path, additional_headers=headers)
    assert refusal.value.response.status_code == status


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", ""])
async def test_another_host_name_is_refused(host: str) -> None:
    async with run_relay("s3cret") as (relay, *_):
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
async def test_the_token_gives_access(path: str, headers: dict[str, str]) -> None:
    async with (
        run_relay("s3cret") as (relay, *_),
        connect_to(relay, path, additional_headers=headers) as wire,
    ):
        assert len(await receive_next(wire, 2)) == 2


async def test_it_listens_on_this_machine_only() -> None:
    async with run_relay() as (relay, *_):
        assert {s.getsockname()[0] for s in relay._server.sockets} == {"127.0.0.1"}


async def test_no_log_has_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with run_relay("s3cret") as (relay, *_), connect_to(relay, "/?token=s3cret") as wire:
        caplog.clear()  # the client's own
        await receive_next(wire, 2)
        with pytest.raises(InvalidStatus):
            await connect_to(relay, "/?token=s3cret5")
    records = [r.getMessage() for r in caplog.records if not r.name.startswith("websockets.client")]
    assert not [text for text in records if "s3cret" in text]


async def test_a_slow_client_misses_events_and_gets_their_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_PENDING", 100_000)
    async with (
        run_relay() as (relay, one, _),
        connect_to(relay, max_queue=1, close_timeout=0.1) as slow,
    ):
        await receive_next(slow, 2)
        for n in range(400):
            one.write([make_chat("字" * 10_000, msg_id=n)])
        kinds: Counter[str] = Counter()
        async with asyncio.timeout(10):
            while "missed" not in kinds:
                try:
                    [entry] = await receive_next(slow, 1, seconds=0.2)
                except TimeoutError:  # all pending data is read
                    one.write([make_chat()])
                else:
                    kinds[entry["kind"]] += 1
        assert kinds["chat"] + entry["count"] == 400


async def test_a_client_that_does_not_read_delays_no_end() -> None:
    async with AsyncExitStack() as stack:
        relay, one, _ = await stack.enter_async_context(run_relay())
        _, writer = await asyncio.open_connection("127.0.0.1", relay.port, limit=1)
        writer.write(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{relay.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        for n in range(800):
            one.write([make_chat("字" * 10_000, msg_id=n)])
            await asyncio.sleep(0.001)
        began = time.monotonic()
    assert time.monotonic() - began < 10, "a client is pinged after 20 s"
    writer.close()


async def test_a_client_that_sends_too_much_is_cut_off_alone() -> None:
    async with (
        run_relay() as (relay, one, _),
        connect_to(relay) as loud,
        connect_to(relay) as quiet,
    ):
        await receive_next(quiet, 2)
        await loud.send("x" * 5000)
        with pytest.raises(ConnectionClosed):
            await receive_next(loud, 3)
        one.write([make_chat()])
        assert [event["kind"] for event in await receive_next(quiet, 1)] == ["chat"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/999", 404, "There is no room '999'; there are: 1234567, "),
        ("/?kinds=chat,foo", 400, "There is no kind 'foo'; there are: "),
    ],
)
async def test_an_unknown_room_or_kind_is_refused(path: str, status: int, words: str) -> None:
    async with run_relay() as (relay, *_):
        with pytest.raises(InvalidStatus, match=str(status)) as refused:
            await connect_to(relay, path)
        assert refused.value.response.body.decode().startswith(words)
        relay.names.add("999")  # on the command line, but not on air yet
        async with connect_to(relay, "/999"):
            pass


async def test_there_is_a_limit_to_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CLIENTS", 1)
    async with run_relay() as (relay, *_), connect_to(relay) as wire:
        await receive_next(wire, 2)
        with pytest.raises(InvalidStatus, match="503"):
            await connect_to(relay)
