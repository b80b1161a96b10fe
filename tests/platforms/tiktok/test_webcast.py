"""Messages of live rooms of TikTok."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from pathlib import Path

import pytest
from support.live_rooms import FAST, Play, serve_rooms

from f2scrapy.danmaku.client import listen
from f2scrapy.danmaku.messages import Control
from f2scrapy.danmaku.rooms import NotOnAir
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.model.link import Link
from f2scrapy.rooms import parse_targets


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield partial(play, platform="tiktok")


async def test_a_room_is_watched_until_it_ends(play: Play) -> None:
    rooms = await play(rate=300, seconds=1)
    events = await rooms.watch()
    assert isinstance(events[-1], Control)
    assert rooms.is_complete()
    assert not rooms.violations
    with pytest.raises(NotOnAir):
        await rooms.watch()


@pytest.mark.parametrize("fault", ["drop=50", "torn:1", "silent=30:1", "http=403~socket:3"])
async def test_faults_lose_no_message_with_replay(play: Play, fault: str) -> None:
    rooms = await play(fault, heartbeat=1)
    await rooms.watch(until=300)
    assert rooms.is_complete()
    assert rooms.sockets["opened"] >= 2 or fault.startswith("http")
    assert not rooms.violations


async def test_messages_without_replay_are_a_gap(play: Play) -> None:
    rooms = await play("drop=50", "no_replay")
    await rooms.watch(until=300)
    assert rooms.gaps


async def test_a_broadcast_by_its_room_id_and_a_room_by_its_owners_id(play: Play) -> None:
    rooms = await play()
    user = rooms.sandbox.state.catalogue.by_name["room0"]
    assert parse_targets([rooms.get_url()])[0].link == Link("unique_id", user.unique_id)
    for text in (f"https://m.tiktok.com/share/live/{rooms.get_stream().room_id}",
                 f"https://www.tiktok.com/@{user.unique_id}"):  # fmt: skip
        async with aclosing(listen(text, policy=FAST)) as events:
            assert (await anext(events)).kind


async def test_silent_and_missing_rooms_raise(play: Play) -> None:
    rooms = await play()
    for number, name in ((11, "少三个"), (4, "空空如也")):
        with pytest.raises(NotOnAir, match=f"tiktok room sandbox{number} of {name} is not on air"):
            await anext(listen(f"https://www.tiktok.com/@sandbox{number}/live"))
    with pytest.raises(Refused) as caught:
        await anext(listen("https://www.tiktok.com/@nobody.at.all/live"))
    assert caught.value.outcome is Outcome.DELETED
    with pytest.raises(InputError, match="this names no live room"):
        await anext(listen("sandbox1"))
    assert rooms.sandbox.state.report.kinds["socket"] == 0
