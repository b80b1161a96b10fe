"""Outages with a complete replay are no gaps; all others are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from support.live_rooms import Play, Rooms, serve_rooms

from f2scrapy.danmaku import room_listener
from f2scrapy.danmaku.gap_detector import GapDetector
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.proto.shared_pb2 import ChatMessage

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield play


def find_hidden(rooms: Rooms) -> list[tuple[int, int]]:
    """Return ranges (first, last) of missing messages that lie in no gap."""
    stream = rooms.get_stream()
    spans = [(gap.began.timestamp(), gap.ended.timestamp()) for gap in rooms.gaps]
    return [
        (before + 1, after - 1)
        for before, after in pairwise(sorted(rooms.numbers))
        if after > before + 1
        and not any(
            began <= stream.compute_time_ms(before + 1) / 1000
            and stream.compute_time_ms(after - 1) / 1000 <= ended
            for began, ended in spans
        )
    ]


def count_lost(rooms: Rooms) -> int:
    numbers = rooms.numbers
    return max(numbers) - min(numbers) + 1 - len(numbers)


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
@pytest.mark.parametrize("fault", ["drop=50", "snap=50", "drop=150"])
async def test_replayed_messages_are_no_gap(play: Play, fault: str, platform: str) -> None:
    rooms = await play(fault, platform=platform, rate=300)
    await rooms.watch(until=600)
    assert rooms.sockets["opened"] >= 4
    assert rooms.is_complete()
    assert not rooms.gaps


async def test_connections_that_break_on_each_frame_make_progress(play: Play) -> None:
    rooms = await play("drop=30", rate=300, frame=0.2)
    await rooms.watch(until=300)
    assert rooms.is_complete()
    assert not rooms.gaps


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
@pytest.mark.parametrize("fault", ["no_replay", "history", "echo"])
async def test_missing_messages_are_a_gap(play: Play, fault: str, platform: str) -> None:
    rooms = await play("drop=100", fault, platform=platform)
    await rooms.watch(until=600)
    assert rooms.sockets["opened"] >= 5
    assert count_lost(rooms) > 10
    assert not find_hidden(rooms)
    assert all(gap.reason.endswith(" again") for gap in rooms.gaps[-4:])


@pytest.mark.parametrize("fault", ["no_replay", "history", "echo"])
async def test_missing_messages_are_a_gap_after_a_refused_handshake(play: Play, fault: str) -> None:
    rooms = await play("drop=100", fault, "http=403~socket@2:2", platform="tiktok")
    await rooms.watch(until=400)
    assert count_lost(rooms) > 10
    assert not find_hidden(rooms)


async def test_a_refused_handshake_makes_no_gap(play: Play) -> None:
    rooms = await play("drop=200", "http=403~socket@2:1", rate=300)
    await rooms.watch(until=500)
    assert rooms.is_complete()
    assert not rooms.gaps


async def test_a_gap_is_no_longer_than_the_outage(play: Play) -> None:
    rooms = await play("drop=1:1", "no_replay", rate=0.4, heartbeat=1)
    await rooms.watch(until=3)
    [gap] = rooms.gaps
    assert (gap.ended - gap.began).total_seconds() < 2, "the next message came after 2.5 s"


@pytest.mark.parametrize("fault", ["", "drop=1:1"])
async def test_a_quiet_room_has_no_gap(play: Play, fault: str) -> None:
    rooms = await play(*filter(None, [fault]), rate=1)
    await rooms.watch(until=2)
    assert rooms.numbers == [0, 1]
    assert not rooms.gaps


async def test_a_connection_that_answers_heartbeats_alone_is_replaced(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play("deaf=50:1", heartbeat=1, rate=100)
    monkeypatch.setattr(room_listener, "_QUIET_S", 0.5)
    async with asyncio.timeout(10):
        await rooms.watch(until=100)
    assert rooms.is_complete()
    assert not rooms.gaps


async def test_messages_that_such_a_connection_has_missed_are_a_gap(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play("deaf=50:1", "no_replay", heartbeat=1, rate=100)
    monkeypatch.setattr(room_listener, "_QUIET_S", 0.5)
    async with asyncio.timeout(10):
        await rooms.watch(until=100)
    assert count_lost(rooms) > 30
    assert not find_hidden(rooms)
    assert "no message came" in rooms.gaps[0].reason


async def test_a_room_of_few_messages_has_no_gap(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play(heartbeat=1, rate=0.4)
    monkeypatch.setattr(room_listener, "_QUIET_S", 0.2)
    async with asyncio.timeout(20):
        await rooms.watch(until=3)
    assert rooms.sockets["opened"] > 1
    assert rooms.numbers == [0, 1, 2]
    assert not rooms.gaps


@pytest.mark.parametrize(
    ("pace", "first", "is_gap"),
    [(1, None, False), (1, 300, False), (1, 122, True), (70, 122, False), (None, 122, False)],
)
def test_a_long_silence_is_a_gap_only_if_the_room_was_not_quiet(
    pace: int | None, first: int | None, *, is_gap: bool
) -> None:
    def build_message(number: int, seconds: float) -> Message:
        chat = ChatMessage(content="x")
        chat.common.create_time = int((NOON + timedelta(seconds=seconds)).timestamp() * 1000)
        payload = chat.SerializeToString()
        return Message(method="WebcastChatMessage", msg_id=number, payload=payload)

    detector = GapDetector("7")
    detector.set_clock(NOON, NOON, NOON)
    for number in range(1, 21) if pace else [20]:
        detector.add_messages([build_message(number, (number - 20) * (pace or 1))], new=True)
    detector.start_outage(NOON, NOON, "no message came for 120 s", is_quiet=True)
    detector.mark_open(NOON + timedelta(seconds=121))
    detector.add_messages([build_message(20, 0)], new=False)
    after = [build_message(21, first)] if first else []
    gap = detector.add_messages(after, new=bool(after))
    gap = gap or detector.close(NOON + timedelta(seconds=400), over=False)
    assert (gap is not None) is is_gap


async def test_the_end_of_a_room_is_no_gap(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = await play("snap=50")
    monkeypatch.setattr(rooms.sandbox.state, "is_on_air", lambda *_: rooms.sockets["messages"] < 50)
    async with asyncio.timeout(20):
        await rooms.watch()
    assert rooms.sockets["opened"] == 1
    assert not rooms.gaps
