"""Watch many rooms at once, with slow, broken and full sinks."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support.live_rooms import FAST, Play, serve_rooms

from f2scrapy.api.session import Session
from f2scrapy.danmaku import room_listener
from f2scrapy.danmaku.buffer import Buffer
from f2scrapy.danmaku.gifts import Giver
from f2scrapy.danmaku.messages import Event, User
from f2scrapy.danmaku.reconnect import ReconnectPolicy
from f2scrapy.danmaku.room_listener import RoomListener
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.runner import RoomResult, run
from f2scrapy.danmaku.summary import _format_line, choose_exit_code, show
from f2scrapy.errors import InputError, Outcome, Reason, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter
from f2scrapy.sandbox.live.webcast import DOUYIN_SOCKET


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield play


class Shelf:
    """A sink that keeps all events."""

    blocks = False

    def __init__(self, room: Room) -> None:
        self.room, self.events, self.state = room, list[Event](), "new"

    def open(self, room: Room) -> None:
        self.state = "open"

    def write(self, events: Sequence[Event]) -> None:
        self.events += events

    def close(self) -> None:
        self.state = "closed"


class Slow(Shelf):
    blocks = True

    def write(self, events: Sequence[Event]) -> None:
        time.sleep(0.2)
        super().write(events)


class Full(Shelf):
    def write(self, events: Sequence[Event]) -> None:
        if self.events:
            raise OSError("no space left")
        super().write(events[:1])


class Shelves(list[Shelf]):
    """A factory of sinks that keeps them."""

    def __init__(self, *kinds: type[Shelf]) -> None:
        self.kinds = kinds

    def __call__(self, room: Room) -> list[Shelf]:
        sinks = [kind(room) for kind in self.kinds]
        self += sinks
        return sinks


ROOMS = [str(660_000_000_400 + number) for number in range(3)]


async def test_rooms_with_sinks_of_their_own(play: Play) -> None:
    rooms = await play("drop=100", rooms=3, rate=200, seconds=1.5)
    shelves = Shelves(Shelf)
    ended = await run([*ROOMS, "660000000004", "660000009999"], make_sinks=shelves, policy=FAST)
    assert [room.outcome for room in ended] == ["OK"] * 4 + ["DELETED"]
    assert ended[0].reason == "the room has ended"
    assert ended[3].reason == "not on air"
    for room, shelf in zip(ended, shelves, strict=False):
        assert room.room == shelf.room
        assert room.messages == room.counts.total() == len(shelf.events) == 301
        assert room.reconnects >= 2
        assert (room.gaps, room.spilled, room.failed_sinks) == (0, 0, ())
        stream = rooms.sandbox.state.get_stream("douyin", shelf.room.room_id)
        coins = {giver.user.user_id: giver.coins for giver in room.givers}
        assert coins == stream.sum_coins(0, 301)
        assert room.coins == sum(coins.values())
    assert {shelf.state for shelf in shelves} == {"closed"}
    assert not rooms.violations  # such as one guest in two rooms


async def test_the_advice_is_that_of_the_reason_within_the_outcome(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_RETRIES", "1")
    await play("please_wait=again", rooms=1)
    [ended] = await run([ROOMS[0]], make_sinks=Shelves(Shelf), policy=FAST)
    assert (ended.outcome, ended.cause) == (Outcome.RISK_CONTROL, Reason.PLEASE_WAIT)
    console = Console(file=StringIO(), width=400)
    show([ended], console)
    line = console.file.getvalue()
    assert Reason.PLEASE_WAIT.advice in line
    assert Outcome.RISK_CONTROL.advice not in line
    assert choose_exit_code([ended]) == 5


async def test_a_field_that_cannot_be_read_is_named_once(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await play(rate=100, seconds=1)
    ask = Session.ask

    async def bend(session: Session, endpoint: Endpoint) -> Any:
        answer = await ask(session, endpoint)
        if isinstance(endpoint, LiveEnter):
            answer["data"]["data"][0]["stream_url"]["stream_orientation"] = "sideways"
        return answer

    monkeypatch.setattr(Session, "ask", bend)
    shelves = Shelves(Shelf)
    [ended] = await run([ROOMS[0]], make_sinks=shelves, policy=FAST)
    [path] = ended.unreadable
    assert (ended.outcome, path) == ("OK", "stream_url.stream_orientation")
    assert caplog.text.count("stream_orientation cannot be read") == 1
    assert f"1 field unreadable ({path})" in _format_line(ended)


def test_long_name_of_a_giver_is_cut() -> None:
    giver = Giver(User(nickname="長" * 300), 9)
    assert f"coins by giver: {'長' * 40}… 9;" in _format_line(RoomResult("x", givers=[giver]))


async def test_a_room_that_is_named_twice_is_watched_once(play: Play) -> None:
    rooms = await play(rate=100, seconds=1)
    shelves = Shelves(Shelf)
    reflow = "https://webcast.amemv.com/douyin/webcast/reflow/7600000000000004000"
    ended = await run([ROOMS[0], reflow], make_sinks=shelves, policy=FAST)
    assert [room.outcome for room in ended] == ["OK", "OK"]
    assert sorted(room.messages for room in ended) == [0, 101]
    assert "named twice" in {room.reason for room in ended}
    assert len(shelves) == 1
    assert not rooms.violations


async def test_a_slow_sink_stops_no_socket(play: Play) -> None:
    rooms = await play(rate=500, seconds=1.5, heartbeat=1, ack=1)
    shelves = Shelves(Slow)
    [ended] = await run([ROOMS[0]], make_sinks=shelves, policy=FAST)
    assert len(shelves[0].events) == ended.messages == 751
    assert rooms.sockets["opened"] == 1
    assert not rooms.violations


async def test_a_sink_that_fails_is_left_out_and_logged(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    await play(rate=200, seconds=1)
    shelves = Shelves(Full, Shelf)
    [ended] = await run([ROOMS[0]], make_sinks=shelves, policy=FAST)
    assert ended.failed_sinks == ("Full",)
    assert ended.outcome is Outcome.DISK
    assert len(shelves[1].events) == 201
    assert caplog.text.count("failed and is left out: no space left") == 1
    assert [shelf.state for shelf in shelves] == ["closed", "closed"]


async def test_a_sink_with_a_bug_is_left_out_and_the_others_go_on(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty(Shelf):
        def write(self, events: Sequence[Event]) -> None:
            raise OverflowError("date value out of range")

    await play(rate=200, seconds=1)
    shelves = Shelves(Faulty, Shelf)
    [ended] = await run([ROOMS[0]], make_sinks=shelves, policy=FAST)
    assert (ended.failed_sinks, ended.outcome) == (("Faulty",), Outcome.INTERNAL)
    assert len(shelves[1].events) == 201
    assert caplog.text.count("Traceback") == 1


@pytest.mark.parametrize("error", [OverflowError, ValueError, RecursionError, KeyError])
async def test_a_fault_in_one_room_never_ends_the_others(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:  # fmt: skip
    await play(rate=200, seconds=1, rooms=2)
    original = RoomListener._fetch_messages
    rooms: list[str] = []

    async def fail_once(listener: RoomListener) -> None:
        rooms.append(listener._room.room_id)
        if listener._room.room_id == rooms[0]:
            raise error("sessionid=SECRET")
        await original(listener)

    monkeypatch.setattr(RoomListener, "_fetch_messages", fail_once)
    ended = await run(ROOMS[:2], policy=FAST)
    assert sorted(room.outcome for room in ended) == [Outcome.INTERNAL, Outcome.OK]
    assert max(room.messages for room in ended) > 150
    assert error.__name__ in {room.reason for room in ended}
    assert "Traceback" in caplog.text
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("now", [1_764_500_000_000_000, -5, 2**62, 253_402_300_799_999, 1])
async def test_an_odd_clock_of_the_platform_is_ignored(
    play: Play, monkeypatch: pytest.MonkeyPatch, now: int
) -> None:
    await play(rate=200, seconds=1)
    original = room_listener.parse_response

    def change(payload: bytes) -> object:
        response = original(payload)
        response.now = now
        return response

    monkeypatch.setattr(room_listener, "parse_response", change)
    [ended] = await run([ROOMS[0]], policy=FAST)
    assert ended.outcome is Outcome.OK
    assert ended.messages > 150


async def test_stop_ends_all_rooms_and_writes_their_events(play: Play) -> None:
    rooms = await play(rooms=3, after=0)
    rooms.sandbox.state.broadcasts["douyin", "7600000000000004020"] = 1.0
    stop, shelves = asyncio.Event(), Shelves(Shelf)

    async def stop_run(_: Event) -> None:
        stop.set()

    ended = await run(
        [*ROOMS[:2], "660000000004"], make_sinks=shelves, stop=stop, wait=True, policy=FAST,
        callbacks={"WebcastLikeMessage": stop_run}, poll=60,
    )  # fmt: skip
    assert [room.outcome for room in ended] == ["OK"] * 3
    assert ended[2].reason == "not on air"
    assert all(len(shelf.events) == room.messages for room, shelf in zip(ended, shelves, strict=0))
    assert {shelf.state for shelf in shelves} == {"closed"}


@pytest.mark.parametrize("stopped", [True, False])
async def test_an_open_outage_is_a_gap(play: Play, *, stopped: bool) -> None:
    rooms = await play("drop=50", "http=502~socket@2")
    shelves, stop = Shelves(Shelf), asyncio.Event()
    policy = ReconnectPolicy(give_up_after=600 if stopped else 0.3, min_delay=0.02, max_delay=0.1)
    running = asyncio.create_task(run([ROOMS[0]], make_sinks=shelves, stop=stop, policy=policy))
    async with asyncio.timeout(20):
        requests = rooms.sandbox.state.report.interfaces
        while stopped and requests["".join(DOUYIN_SOCKET)].count < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if stopped:
            stop.set()
        [ended] = await running
    assert ended.outcome is (Outcome.OK if stopped else Outcome.SERVER_ERROR)
    assert ended.gaps == 1
    assert [event.kind for event in shelves[0].events][-1] == "gap"


async def test_waiting_for_many_rooms_keeps_the_pace(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rooms = await play(rooms=3, after=60)
    monkeypatch.setenv("F2_PACE", "0.2")
    stop, began = asyncio.Event(), time.monotonic()
    enter = rooms.sandbox.state.report.interfaces["live.douyin.com/webcast/room/web/enter/"]
    running = asyncio.create_task(run(ROOMS, wait=True, poll=0.01, stop=stop))
    async with asyncio.timeout(60):
        while enter.count < 12:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    stop.set()
    ended = await running
    assert enter.count <= (time.monotonic() - began) / (0.5 * 0.2) + 3
    assert {(room.outcome, room.reason) for room in ended} == {("OK", "not on air")}
    assert caplog.text.count("waiting for douyin room 660000000401 of room1: not on air") == 1, (
        "logged once"
    )


async def test_rooms_are_watched_for_a_duration(play: Play) -> None:
    await play(rooms=3)
    ended = await run(ROOMS, duration=0.6, policy=FAST)
    assert {room.outcome for room in ended} == {Outcome.OK}
    assert ended[0].reason == "watched for 0.6 s"


async def test_only_some_kinds_of_events(play: Play) -> None:
    await play(rooms=3, rate=100, seconds=1)
    shelves = Shelves(Shelf)
    ended = await run(ROOMS, make_sinks=shelves, only={"chat", "gift"}, policy=FAST)
    assert {event.kind for shelf in shelves for event in shelf.events} <= {"chat", "gift", "gap"}
    assert all(room.counts["chat"] > 20 and room.coins for room in ended)


async def test_callbacks_by_method_and_by_kind(play: Play) -> None:
    await play(rate=100, seconds=1)
    kinds: list[str] = []

    async def record(event: Event) -> None:
        kinds.append(event.kind)

    async def fail(event: Event) -> None:
        raise ZeroDivisionError

    await run([ROOMS[0]], callbacks={"WebcastChatMessage": record, "social": record}, policy=FAST)
    assert (kinds.count("chat"), kinds.count("social")) == (40, 5)
    await play()
    with pytest.raises(ExceptionGroup) as caught:
        await run([ROOMS[0]], callbacks={"chat": fail}, policy=FAST)
    assert caught.group_contains(ZeroDivisionError)


async def test_bad_input_is_an_error_before_any_request(play: Play) -> None:
    rooms = await play()
    with pytest.raises(InputError, match="names no live room: 'nonsense'"):
        await run([ROOMS[0], "nonsense"])
    assert not rooms.sandbox.state.report.kinds


async def test_cancelling_closes_sinks(play: Play) -> None:
    await play()
    shelves = Shelves(Shelf, Slow)
    running = asyncio.create_task(run([ROOMS[0]], make_sinks=shelves, policy=FAST))
    async with asyncio.timeout(20):
        while not (shelves and shelves[0].events):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [shelf.state for shelf in shelves] == ["closed", "closed"]


# The buffer


async def test_a_buffer_keeps_the_order_through_its_file() -> None:
    buffer: Buffer[int] = Buffer(limit=10)
    taken: list[int] = []
    for number in range(100):
        buffer.put([number, number + 1000])
        if number % 7 == 0:
            taken += await buffer.get()
    buffer.end()
    while more := await buffer.get():
        taken += more
    assert [number for number in taken if number < 1000] == list(range(100))
    assert len(taken) == 200
    assert 0 < buffer.spilled < 200
    buffer.close()


async def test_a_buffer_holds_few_bytes_however_few_values() -> None:
    buffer: Buffer[bytes] = Buffer(measure=len, limit_bytes=5000)
    values = [bytes([number]) * 1000 for number in range(100)]
    for value in values:
        buffer.put([value])
    assert buffer.spilled == 95
    buffer.end()
    taken = []
    while more := await buffer.get():
        assert len(more) <= 6
        taken += more
    assert taken == values
    buffer.close()


async def test_a_buffer_does_not_fill_the_disk() -> None:
    buffer: Buffer[bytes] = Buffer(1, limit_file=5000)
    for _ in range(6):
        buffer.put([bytes(1000)])
    with pytest.raises(Refused, match="more than 5000 bytes of messages wait"):
        buffer.put([bytes(1000)])
    buffer.close()


async def test_a_full_disk_ends_the_room(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await play(rate=500, seconds=2, rooms=2)
    monkeypatch.setattr(room_listener, "Buffer", partial(Buffer, limit=1))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    slow = Shelves(Slow)
    ended = await run(ROOMS[:2], make_sinks=slow, policy=FAST)
    assert {room.outcome for room in ended} == {Outcome.DISK}
    assert ended[0].reason == "no disk space for waiting messages: No such file or directory"
    assert all(len(shelf.events) == room.messages for room, shelf in zip(ended, slow, strict=True))


async def test_a_buffer_returns_all_values_before_its_error() -> None:
    buffer: Buffer[int] = Buffer()
    waiting = asyncio.create_task(buffer.get())
    await asyncio.sleep(0)
    buffer.put([1])
    buffer.end(ValueError("the end"))
    buffer.end()
    assert await waiting == [1]
    with pytest.raises(ValueError, match="the end"):
        await buffer.get()
