"""Watch one room through all faults of its socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest
from support.live_rooms import FAST, Play, serve_rooms

from f2scrapy.api.session import Session
from f2scrapy.danmaku import room_listener
from f2scrapy.danmaku.client import listen
from f2scrapy.danmaku.frames import parse_response
from f2scrapy.danmaku.messages import Control, Unknown
from f2scrapy.danmaku.reconnect import ReconnectPolicy
from f2scrapy.danmaku.room_listener import RoomListener
from f2scrapy.danmaku.rooms import NotOnAir, find_on_air
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.platforms.douyin import webcast
from f2scrapy.rooms import parse_targets
from f2scrapy.sandbox.live.webcast import DOUYIN_SOCKET


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield play


async def test_a_room_is_watched_until_it_ends(play: Play) -> None:
    rooms = await play(rate=300, seconds=1)
    events = await rooms.watch()
    assert isinstance(events[-1], Control)
    assert rooms.is_complete()
    assert len(rooms.numbers) == 301
    assert not rooms.violations


async def test_late_viewer_gets_the_history_of_im_fetch(play: Play) -> None:
    rooms = await play(rate=100, history=15)
    await rooms.watch(until=30)
    await asyncio.sleep(0.3)
    ahead = rooms.get_stream().count_sent(rooms.sandbox.state.clock())
    await rooms.watch(until=20)
    assert ahead - 16 <= rooms.numbers[0]
    assert rooms.numbers == list(range(rooms.numbers[0], rooms.numbers[0] + 20))


async def test_a_viewer_begins_at_a_cursor(play: Play) -> None:
    rooms = await play(rate=200, history=0)
    [target] = parse_targets([rooms.get_url()])
    async with Session("douyin", guest=True) as session:
        room = await find_on_air(session, target)
        messages = webcast.messages_endpoint(room.room_id)
        im = parse_response(await session.fetch(messages))
        await asyncio.sleep(0.3)
        listener = RoomListener(session, target, room, cursor=im.cursor,
                                internal_ext=im.internal_ext, policy=FAST)  # fmt: skip
        async with aclosing(listener.read_batches()) as batches:
            async for batch in batches:
                rooms.events += batch
                if len(rooms.events) > 80:
                    break
    ahead = rooms.get_stream().count_sent(rooms.sandbox.state.clock())
    assert rooms.numbers[0] < 40 < ahead - 40, "those of the 0.3 s before, too"


async def test_drops_lose_nothing_if_messages_are_replayed(play: Play) -> None:
    rooms = await play("drop=50")
    await rooms.watch(until=400)
    assert rooms.is_complete()
    assert rooms.sockets["opened"] >= 7
    assert rooms.sockets["acks"] >= 4
    assert not rooms.violations  # such as a signature that is used twice


async def test_drops_are_gaps_without_replay(play: Play) -> None:
    rooms = await play("drop=50", "no_replay")
    await rooms.watch(until=400)
    missing = [(a + 1, b) for a, b in pairwise(rooms.numbers) if b != a + 1]
    assert len(missing) >= 5
    stream, gaps = rooms.get_stream(), rooms.gaps
    for first, end in missing:
        lost = stream.compute_time_ms(first) / 1000, stream.compute_time_ms(end - 1) / 1000
        assert any(g.began.timestamp() <= lost[0] and lost[1] <= g.ended.timestamp() for g in gaps)


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
async def test_messages_are_kept_if_their_ack_fails(play: Play, platform: str) -> None:
    rooms = await play("snap=50", "no_replay", platform=platform, history=0)
    await rooms.watch(until=400)
    breaks = [at for at, (a, b) in enumerate(pairwise(rooms.numbers), 1) if b != a + 1]
    assert len(breaks) >= 5
    assert {(b - a) % 50 for a, b in pairwise([0, *breaks])} == {0}, "each connection sends fifty"


@pytest.mark.parametrize("refusal", ["empty", "http=403"])
async def test_tiktok_is_watched_where_im_fetch_refuses(play: Play, refusal: str) -> None:
    """As it refuses all but browsers since 2026-09."""
    rooms = await play(f"{refusal}~/im/fetch/", "drop=50:2", platform="tiktok", rate=300)
    await rooms.watch(until=400)
    assert rooms.is_complete()
    assert (rooms.sockets["opened"], rooms.violations) == (3, [])


@pytest.mark.parametrize("fault", ["twice", "flood:0.2", "drop=30:3"])
async def test_odd_frames_change_nothing(play: Play, fault: str) -> None:
    rooms = await play(fault)
    await rooms.watch(until=300)
    assert rooms.is_complete()
    assert not rooms.violations


async def test_frames_out_of_order_change_no_sum(play: Play) -> None:
    rooms = await play("shuffled:0.3", rate=300, seconds=1)
    await rooms.watch()
    assert sorted(rooms.numbers) == [*range(301)] != rooms.numbers
    assert rooms.coins == rooms.get_stream().sum_coins(0, 301)


@pytest.mark.parametrize("fault", ["torn:1", "bomb:1"])
async def test_an_unreadable_frame_is_requested_again(play: Play, fault: str) -> None:
    rooms = await play(fault)
    await rooms.watch(until=300)
    assert rooms.sockets["opened"] == 2
    assert rooms.is_complete()


async def test_frames_that_stay_torn_are_gaps_without_endless_retries(play: Play) -> None:
    rooms = await play("torn:0.5")
    await rooms.watch(until=400)
    assert rooms.gaps
    assert rooms.sockets["opened"] < 40


async def test_a_silent_peer_is_left(play: Play) -> None:
    rooms = await play("silent=30:1", heartbeat=1, rate=100, fresh=2)
    await rooms.watch(until=500)
    assert rooms.sockets["opened"] == 2
    assert rooms.violations == ["signature: expired"]  # and signed again
    assert rooms.is_complete()
    assert rooms.sockets["heartbeats"] + rooms.sockets["dropped"] <= 5


async def test_strange_messages_are_events_of_their_own(play: Play) -> None:
    rooms = await play("strange:0.5")
    strange = [event for event in await rooms.watch(until=300) if isinstance(event, Unknown)]
    assert "WebcastNobodyKnowsMessage" in {event.method for event in strange}
    torn = [event for event in strange if event.method == "WebcastChatMessage"]
    assert torn[0].payload == b"\xff\xff\xff"


@pytest.mark.parametrize("refusal", ["http=403~socket:3", "blocked~socket:3", "http=502~socket:2"])
async def test_a_refused_handshake_is_tried_again(play: Play, refusal: str) -> None:
    rooms = await play(refusal)
    await rooms.watch(until=200)
    assert rooms.is_complete()
    assert not rooms.violations


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        ("http=403~socket", Outcome.RISK_CONTROL),
        ("blocked~socket", Outcome.SIGNATURE_REJECTED),
        ("login_redirect~socket", Outcome.LOGIN_REQUIRED),
    ],
)
async def test_a_permanent_refusal_is_raised(play: Play, refusal: str, outcome: Outcome) -> None:
    rooms = await play(refusal)
    with pytest.raises(Refused, match="the socket was refused") as caught:
        await rooms.watch()
    assert caught.value.outcome is outcome
    assert rooms.sandbox.state.report.kinds["token"] > 3  # another guest was tried


@pytest.mark.parametrize("fault", ["http=502~socket", "drop=0"])
async def test_connecting_gives_up_after_the_limit(play: Play, fault: str) -> None:
    rooms = await play(fault)
    policy = ReconnectPolicy(give_up_after=2, min_delay=0.02, max_delay=0.05)
    with pytest.raises(Refused) as caught:
        [event async for event in listen(rooms.get_url(), policy=policy)]
    assert caught.value.outcome in (Outcome.SERVER_ERROR, Outcome.NETWORK)
    assert rooms.sandbox.state.report.interfaces["".join(DOUYIN_SOCKET)].count > 2


async def test_a_room_that_ends_without_a_message(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play("silent=50", heartbeat=1)
    monkeypatch.setattr(room_listener, "_QUIET_S", 0.2)
    reading = asyncio.create_task(rooms.watch())
    async with asyncio.timeout(20):
        while not rooms.sockets["messages"] >= 50:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        rooms.sandbox.state.broadcasts.clear()
        monkeypatch.setattr(rooms.sandbox.state, "is_on_air", lambda *_: False)
        await reading


@pytest.mark.parametrize("status", [403, 404, 502])
async def test_a_room_that_ends_between_two_connections(
    play: Play, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    rooms = await play("drop=50", f"http={status}~socket@2")
    monkeypatch.setattr(rooms.sandbox.state, "is_on_air", lambda *_: rooms.sockets["messages"] < 50)
    await rooms.watch()
    assert rooms.is_complete()
    assert not rooms.gaps


async def test_the_last_messages_of_a_room_are_fetched(play: Play) -> None:
    rooms = await play("silent=50", rate=200, seconds=1, heartbeat=1)
    events = await rooms.watch()
    assert isinstance(events[-1], Control)
    assert rooms.is_complete()
    assert len(rooms.numbers) == 201


async def test_a_captcha_in_place_of_im_fetch_is_a_refusal(play: Play) -> None:
    rooms = await play("captcha~im/fetch")
    with pytest.raises(Refused) as caught:
        await rooms.watch()
    assert caught.value.outcome is Outcome.CAPTCHA


@pytest.mark.parametrize("path", ["enter", "im/fetch"])
@pytest.mark.parametrize("fault", ["http=502", "empty", "captcha", "rate_limit", "reset"])
async def test_a_temporary_refusal_ends_nothing(fault: str, path: str, play: Play) -> None:
    rooms = await play(f"{fault}:1~{path}")
    await rooms.watch(until=50)
    first = rooms.numbers[0]
    assert rooms.numbers == [*range(first, first + 50)]


async def test_duration_ends_the_run(play: Play) -> None:
    rooms = await play()
    async with asyncio.timeout(10):
        await rooms.watch(duration=0.3)
    assert rooms.is_complete()


async def test_only_wanted_kinds_are_returned(play: Play) -> None:
    rooms = await play("drop=50", "no_replay")
    events = await rooms.watch(until=100, only={"chat", "WebcastLikeMessage"})
    assert {event.kind for event in events} == {"chat", "like", "gap"}


async def test_a_slow_reader_misses_nothing(play: Play) -> None:
    rooms = await play(rate=400)
    received = []
    async with aclosing(listen(rooms.get_url(), only={"like"}, policy=FAST)) as events:
        async for event in events:
            received.append(event.msg_id)
            await asyncio.sleep(0.01)
            if len(received) == 90:
                break
    first = rooms.get_stream().get_msg_id(0)
    assert received == [first + n for n in range(600) if n % 20 in (8, 9, 10)]
    assert not rooms.violations  # acks and heartbeats were sent in the meantime


async def test_leaving_early_closes_the_socket(play: Play) -> None:
    rooms = await play()
    await rooms.watch(until=1)
    async with asyncio.timeout(10):
        while rooms.sandbox.state.watching.total():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not [task for task in asyncio.all_tasks() if "RoomListener" in repr(task)]


async def test_a_room_off_air_is_an_error_or_is_waited_for(play: Play) -> None:
    rooms = await play(after=1.5)
    with pytest.raises(NotOnAir, match="douyin room 660000000400 of room0 is not on air"):
        await rooms.watch()
    await rooms.watch(until=50, wait=True, poll=0.05)
    assert rooms.is_complete()


async def test_nothing_secret_is_logged(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rooms = await play("drop=50", "http=403~socket:1")
    await rooms.watch(until=200)
    assert "signature=" not in caplog.text
    assert "ttwid" not in caplog.text


async def test_bad_input_is_an_error(play: Play) -> None:
    rooms = await play()
    for text in ("nonsense", "https://example.com/live/1"):
        with pytest.raises(InputError, match="this names no live room"):
            [event async for event in listen(text)]
    with pytest.raises(InputError, match="this names several"):
        [event async for event in listen(f"{rooms.get_url()} 660000000401")]


async def test_json_in_place_of_protobuf_is_a_protocol_error(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play()
    build, json = webcast.messages_endpoint, {"resp_content_type": "json"}
    monkeypatch.setattr(webcast, "messages_endpoint", lambda *a: build(*a).model_copy(update=json))
    with pytest.raises(ProtocolError, match="JSON in place of protobuf"):
        await rooms.watch()
