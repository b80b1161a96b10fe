"""Test broadcasts that their host pauses, streams that outlast their room, and voice rooms."""

import asyncio
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import av
import pytest
from support.danmaku_events import ROOM as ROOM_OF_EVENTS
from support.recording import ROOM, RoomSetup, open_room, read_frames

from f2scrapy import rooms
from f2scrapy.danmaku.messages import Control
from f2scrapy.errors import Outcome, Refused
from f2scrapy.live.danmaku import RecordingJournal
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.model.link import Link
from f2scrapy.model.stream import StreamPreference
from f2scrapy.platforms.common.live import LiveStatus
from f2scrapy.platforms.douyin import webcast
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter
from f2scrapy.platforms.douyin.items.live import LiveRoom
from f2scrapy.platforms.tiktok.items import live as tiktok

STALL_S = 4.0
OPTIONS = RecordingOptions(StreamPreference(), free_bytes=1)


def read_walls(recording: Recording) -> list[float]:
    folder = recording.record.base.parent
    return [wall for row in recording.record.rows for _, wall in read_frames(folder / row.file)]


def read_gaps(recording: Recording) -> list[dict[str, Any]]:
    return list(json.loads(recording.record.gaps_path.read_text("utf-8"))["gaps"])


async def test_a_pause_by_the_host_is_waited_for_and_is_no_loss(tmp_path: Path) -> None:
    async with open_room(tmp_path, stall=STALL_S) as room:
        recording = await room.record(60, "paused=3,11", "over=19", patience=6)
    assert (recording.outcome, recording.overall_outcome) == (Outcome.OK, Outcome.OK)
    assert [row.because for row in recording.record.rows] == ["start", "pause"]
    [gap] = read_gaps(recording)
    assert gap["because"] == "pause"
    # The end of a pause is seen at the next question; a slow machine asks later.
    assert 10 < gap["seconds"] < 17
    assert recording.missing_seconds == 0
    steps = sorted(b - a for a, b in pairwise(read_walls(recording)))
    assert steps[-1] == pytest.approx(gap["seconds"], abs=1.2)
    assert steps[-2] < 0.2


@pytest.mark.parametrize("form", ["flv", "hls"])
async def test_a_pause_within_a_connection_is_no_loss(tmp_path: Path, form: str) -> None:
    async with open_room(tmp_path, stall=20.0) as room:
        rules = {"preference": StreamPreference.parse(form)}
        recording = await room.record(60, "paused=2,7", "over=12", **rules)
    assert recording.overall_outcome is Outcome.OK
    assert [row.because for row in recording.record.rows] == ["start", "pause"]
    assert {gap["because"] for gap in read_gaps(recording)} == {"pause"}
    assert read_gaps(recording)[0]["seconds"] == pytest.approx(7, abs=1.5)


async def test_a_broadcast_that_ends_during_a_pause_lacks_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path, stall=2.0) as room:
        recording = await room.record(60, "paused=2,90", "over=12")
    assert recording.overall_outcome is Outcome.OK
    assert recording.missing_seconds == 0
    assert [gap["because"] for gap in read_gaps(recording)] == ["pause"]


async def test_the_chat_tells_of_a_pause_that_the_room_does_not_show(tmp_path: Path) -> None:
    async with open_room(tmp_path, stall=STALL_S) as room:
        recorder = await room.build_recorder(patience=5)
        journal = RecordingJournal(tmp_path / "x", recorder)
        journal.open(ROOM_OF_EVENTS)
        running = asyncio.ensure_future(recorder.run(room.stop))
        async with asyncio.timeout(30):
            while not recorder.writer.is_writing:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.05)
        room.sandbox.state.switch_on("pause=2,9")
        journal.write([Control(status=1)])
        assert recorder.is_paused
        await asyncio.sleep(9)
        journal.write([Control(status=2)])
        assert not recorder.is_paused
        await asyncio.sleep(7)
        room.stop.set()
        recording = await running
        journal.close()
    assert [row.because for row in recording.record.rows] == ["start", "pause"]
    assert recording.missing_seconds == 0


async def record_tail(room: RoomSetup, *faults: str, **rules: Any) -> tuple[Recording, float]:
    """Record a room with a chat that says "over" at its end; return the time of that, too."""
    recorder: Recorder = await room.build_recorder(**rules)
    running = asyncio.ensure_future(recorder.run(room.stop))
    async with asyncio.timeout(30):
        while not recorder.writer.is_writing:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.05)
    for fault in faults:
        room.sandbox.state.switch_on(fault)
    over = room.sandbox.state.clock()
    recorder.request_check()
    return await asyncio.wait_for(running, 60), over


async def test_a_stream_that_outlasts_its_room_is_read_to_its_end(tmp_path: Path) -> None:
    async with open_room(tmp_path, stall=STALL_S) as room:
        recording, over = await record_tail(room, "tail=6", "over=0")
    assert (recording.overall_outcome, recording.detail) == (Outcome.OK, "")
    walls = read_walls(recording)
    assert walls[-1] - over > 5
    assert max(b - a for a, b in pairwise(walls)) < 0.2


async def test_a_tail_without_end_is_cut_with_a_trace(tmp_path: Path) -> None:
    async with open_room(tmp_path, stall=STALL_S) as room:
        recording, over = await record_tail(room, "tail=600", "over=0", grace=2.5)
    assert recording.outcome is Outcome.OK
    assert "more than 2.5 s after the end" in recording.detail
    assert "2.5 s" in json.loads(recording.record.path.read_text("utf-8"))["state"]
    assert read_walls(recording)[-1] - over > 2


# Voice rooms, and answers that are not known


def test_the_recorded_shape_of_a_voice_room_is_on_air(shared: Path) -> None:
    case = json.loads((shared / "reference/cases/live/15-radio-room-enter.json").read_bytes())
    room = LiveRoom.parse_answer(LiveEnter(web_rid="4000"), case["answer"])
    assert (room.on_air, room.room_id, room.is_certain) == (True, "7600000000000004000", False)


async def test_a_voice_room_is_recorded_with_its_sound_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path, "voice") as room:
        item = await rooms.find_room(room.session, rooms.parse_targets([ROOM])[0])
        assert (item.on_air, item.web_rid) == (True, "660000000001")
        assert [stream.quality for stream in item.streams] == ["ao"]

        async def fetch_room() -> LiveRoom:
            return await room.fetch_room(item.detail_endpoint())

        recorder = Recorder(item, room.base, room.source, fetch_room, room.rules)
        asyncio.get_running_loop().call_later(9, room.stop.set)
        recording = await recorder.run(room.stop)
    assert recording.overall_outcome is Outcome.OK
    [path] = recording.segments
    with av.open(str(path)) as file:
        assert [stream.type for stream in file.streams] == ["audio"]
        assert len([*file.demux()]) > 30


@pytest.mark.parametrize(
    ("enter", "reflow"),
    [
        ({"data": [], "enter_room_id": "7", "room_status": 9}, {"id_str": "7", "status": 0}),
        ({"data": [], "enter_room_id": "7", "room_status": 1}, {"id_str": "7", "status": 2}),
        ({"data": [], "user": {"id_str": "5"}}, None),
    ],
)
async def test_an_answer_that_is_not_known_is_no_sure_no(
    enter: dict[str, Any], reflow: dict[str, Any] | None
) -> None:
    async def fetch_item(endpoint: Any, kind: type[LiveRoom]) -> LiveRoom:
        row = enter | {"web_rid": "6"} if isinstance(endpoint, LiveEnter) else {"room": reflow}
        return kind.parse(row)

    session: Any = SimpleNamespace(fetch_item=fetch_item)
    with pytest.raises(Refused) as refused:
        await webcast.find_room(session, Link("web_rid", "6"))
    assert refused.value.outcome is Outcome.SCHEMA_CHANGED


@pytest.mark.parametrize(
    ("text", "row", "kind"),
    [
        ("7600000000000004000", {"id_str": "7600000000000004000", "status": 0}, LiveRoom),
        ("https://live.douyin.com/6", {"id_str": "7", "web_rid": "6", "status": 77}, LiveRoom),
        ("https://www.tiktok.com/@nasa/live",
         {"user": {"roomId": "7", "uniqueId": "nasa", "status": 9}}, tiktok.LiveRoom),
    ],
)  # fmt: skip
async def test_a_room_of_unknown_state_is_refused(text: str, row: Any, kind: Any) -> None:
    async def fetch_item(_endpoint: Any, _kind: Any) -> Any:
        return kind.parse(row)

    session: Any = SimpleNamespace(fetch_item=fetch_item)
    [target] = rooms.parse_targets([text])
    with pytest.raises(Refused, match="whether the room is on air"):
        await rooms.find_room(session, target)


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [
        ({"id_str": "7", "status": 0}, True),
        ({"id_str": "7", "status": 77}, True),
        ({"web_rid": "6"}, True),  # words in place of a room
        ({"id_str": "7", "status": 4}, False),
        ({"id_str": "8", "status": 2}, False),  # another broadcast
    ],
)
async def test_a_recording_ends_only_if_its_room_is_stated_to_be_over(
    tmp_path: Path, answer: dict[str, Any], *, goes_on: bool
) -> None:
    async def fetch_room() -> LiveRoom:
        return LiveRoom.parse(answer)

    source: Any = None
    room = LiveRoom.parse({"id_str": "7", "status": 2})
    recorder = Recorder(room, tmp_path / "x", source, fetch_room, OPTIONS)
    await recorder._update_room()
    assert recorder.room.on_air is goes_on


async def test_a_room_without_any_stream_names_who_may_see_it(tmp_path: Path) -> None:
    async def fetch_room() -> LiveRoom:
        return LiveRoom.parse({"id_str": "7", "status": 2})

    source: Any = None
    options = replace(OPTIONS, patience=0.2, backoff=0.05)
    recorder = Recorder(await fetch_room(), tmp_path / "x", source, fetch_room, options)
    recording = await recorder.run(asyncio.Event())
    assert recording.overall_outcome is Outcome.LOGIN_REQUIRED
    assert "no stream is shown" in recording.summary


def test_a_paused_room_is_on_air_on_both_platforms() -> None:
    douyin = LiveRoom.parse({"room": {"id_str": "7", "status": 3}})
    person = {"user": {"roomId": "7", "uniqueId": "n"}, "liveRoom": {"status": 3}}
    for room in (douyin, tiktok.LiveRoom.parse(person)):
        assert (room.on_air, room.is_paused, room.live_status) == (True, True, LiveStatus.PAUSED)
    assert tiktok.UserOnAir.parse(person).on_air


def test_only_messages_about_a_pause_are_passed_on(tmp_path: Path) -> None:
    recorder: Any = Mock()
    recorder.writer.segments = recorder.record.rows = []
    journal = RecordingJournal(tmp_path / "x", recorder)
    journal.open(ROOM_OF_EVENTS)
    journal.write([Control(status=3), Control(status=1), Control(status=2)])
    journal.close()
    assert [one.kwargs for one in recorder.note_pause.call_args_list] == [
        {"goes_on": False},
        {"goes_on": True},
    ]
