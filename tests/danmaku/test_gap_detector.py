"""When nobody listened to a room: what is told again is no gap, and what is not is one."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from support.live_rooms import Play, Rooms, playing


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(tmp_path) as play:
        yield play


def hidden(rooms: Rooms) -> list[tuple[int, int]]:
    """Messages that did not come, from and to, and lie in no gap."""
    stream = rooms.stream()
    spans = [(gap.began.timestamp(), gap.ended.timestamp()) for gap in rooms.gaps]
    return [
        (before + 1, after - 1)
        for before, after in pairwise(sorted(rooms.numbers))
        if after > before + 1
        and not any(
            began <= stream.time_ms(before + 1) / 1000 and stream.time_ms(after - 1) / 1000 <= ended
            for began, ended in spans
        )
    ]


def lost(rooms: Rooms) -> int:
    numbers = rooms.numbers
    return max(numbers) - min(numbers) + 1 - len(numbers)


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
@pytest.mark.parametrize("fault", ["drop=50", "snap=50", "drop=150"])
async def test_what_is_told_again_is_no_gap(play: Play, fault: str, platform: str) -> None:
    rooms = await play(fault, platform=platform, rate=300)
    await rooms.watch(until=600)
    assert rooms.sockets["opened"] >= 4
    assert rooms.whole()
    assert not rooms.gaps


async def test_connections_that_break_on_each_frame_get_on(play: Play) -> None:
    rooms = await play("drop=30", rate=300, frame=0.2)
    await rooms.watch(until=300)
    assert rooms.whole()
    assert not rooms.gaps


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
@pytest.mark.parametrize("fault", ["no_replay", "history", "echo"])
async def test_what_is_not_told_again_is_a_gap(play: Play, fault: str, platform: str) -> None:
    rooms = await play("drop=100", fault, platform=platform)
    await rooms.watch(until=600)
    assert rooms.sockets["opened"] >= 5
    assert lost(rooms) > 10
    assert not hidden(rooms)
    assert all("told again" in gap.reason for gap in rooms.gaps[-4:])


@pytest.mark.parametrize("fault", ["no_replay", "history", "echo"])
async def test_nor_where_a_handshake_was_refused(play: Play, fault: str) -> None:
    rooms = await play("drop=100", fault, "http=403~socket@2:2", platform="tiktok")
    await rooms.watch(until=400)
    assert lost(rooms) > 10
    assert not hidden(rooms)


async def test_a_refused_handshake_makes_no_gap(play: Play) -> None:
    rooms = await play("drop=200", "http=403~socket@2:1", rate=300)
    await rooms.watch(until=500)
    assert rooms.whole()
    assert not rooms.gaps


async def test_a_gap_is_no_longer_than_nobody_listened(play: Play) -> None:
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
    monkeypatch.setattr(rooms.sandbox.world, "on_air", lambda *_: rooms.sockets["messages"] < 50)
    async with asyncio.timeout(20):
        await rooms.watch()
    assert rooms.sockets["opened"] == 1
    assert not rooms.gaps
