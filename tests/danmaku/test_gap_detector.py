"""Outages with a complete replay are no gaps; all others are."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from support.live_rooms import Play, Rooms, serve_rooms


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


async def test_the_end_of_a_room_is_no_gap(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = await play("snap=50")
    monkeypatch.setattr(rooms.sandbox.state, "is_on_air", lambda *_: rooms.sockets["messages"] < 50)
    async with asyncio.timeout(20):
        await rooms.watch()
    assert rooms.sockets["opened"] == 1
    assert not rooms.gaps
