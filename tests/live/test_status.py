"""Test the status of rooms that are recorded: a line for each, on a terminal and in a log."""

import asyncio
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from support.danmaku_events import ROOM as ROOM_OF_EVENTS
from support.tags import ADDRESS, WALL
from support.video import build_key_frame, build_picture_setup, read_tags

from f2scrapy.danmaku.messages import RoomUserSeq
from f2scrapy.live.arrival import Arrival
from f2scrapy.live.danmaku import RecordingJournal
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.status import RoomStatus, StatusView
from f2scrapy.model.stream import StreamPreference
from f2scrapy.sandbox.live import containers


def build_recorder(folder: Path, nickname: str = "小明", **facts: Any) -> Recorder:
    room: Any = SimpleNamespace(
        platform="douyin", room_id="7", nickname=nickname, title="", key="douyin:live:7",
        on_air=True, **facts,
    )  # fmt: skip
    rules = RecordingOptions(StreamPreference(), free_bytes=1, durable=False)
    nothing: Any = None
    return Recorder(room, folder / "room", nothing, nothing, rules)


async def write_seconds(recorder: Recorder, began: float, end: float, arrival: float) -> None:
    """Write a key frame for each half second, over a new connection."""
    recorder.writer.begin_connection(ADDRESS)
    frames = (build_key_frame(ms) for ms in range(round(began * 1000), round(end * 1000) + 1, 500))
    for tag in read_tags(containers.FLV_HEADER + build_picture_setup() + b"".join(frames)):
        moment = WALL + arrival + tag.time_ms / 1000 - began
        await recorder.writer.write_arrival(Arrival([tag], moment))


async def test_a_room_has_its_host_state_size_rate_viewers_segments_and_gaps(
    tmp_path: Path,
) -> None:
    recorder, clock = build_recorder(tmp_path, user_count=1), [100.0]
    status = RoomStatus(recorder, now=lambda: clock[0])
    assert status.name == "小明"
    cells = ["waiting for data", "0:00:00", "0.0 MB", "0.0 Mbit/s", "1 viewer", "0 segments"]
    assert status.list_cells() == [*cells, "no gap"]
    recorder.writer.resume()
    await write_seconds(recorder, 0, 60, arrival=0)
    recorder.note_viewers(1234)
    clock[0] += 10
    size = recorder.writer.size
    assert size > 1_000_000
    assert status.list_cells() == [
        "recording", "0:01:00", f"{size / 1e6:.1f} MB", f"{size * 8 / 1e7:.1f} Mbit/s",
        "1234 viewers", "1 segment", "no gap",
    ]  # fmt: skip
    await recorder.writer.close()
    await write_seconds(recorder, 100, 160, arrival=64)
    recorder.note_pause(goes_on=False)
    assert [status.list_cells()[at] for at in (0, 1, -2, -1)] == [
        "paused", "0:02:01", "2 segments", "1 gap, 3.5 s"
    ]  # fmt: skip
    recorder.note_pause(goes_on=True)
    recorder.room.on_air = False
    assert status.list_cells()[0] == "over, reading on"
    await recorder.writer.close()
    recorder.writer.release()
    assert recorder.writer.size == sum(path.stat().st_size for path in recorder.writer.segments)


async def test_lines_go_to_the_log_without_a_terminal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "f2scrapy.live")
    view = StatusView(Console(file=io.StringIO(), force_terminal=False), interval=0.01)
    with view.show(build_recorder(tmp_path)), view.show(build_recorder(tmp_path, "")):
        showing = asyncio.create_task(view.run())
        async with asyncio.timeout(20):
            while len(caplog.messages) < 2:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.01)
        showing.cancel()
    assert [text.partition(", ")[0] for text in caplog.messages[:2]] == [
        "小明: waiting for data", "douyin:7: waiting for data"
    ]  # fmt: skip
    view.log_lines()
    assert len(caplog.messages) % 2 == 0, "no room is shown after its end"


async def test_a_terminal_has_a_line_for_each_room(tmp_path: Path) -> None:
    shown = io.StringIO()
    view = StatusView(Console(file=shown, force_terminal=True, width=120))
    with view.show(build_recorder(tmp_path, "[red]主播\x1b[2J")):
        showing = asyncio.create_task(view.run())
        async with asyncio.timeout(20):
            while "waiting for data" not in shown.getvalue():  # noqa: ASYNC110 - written by a thread
                await asyncio.sleep(0.01)
        showing.cancel()
        await asyncio.wait([showing])
    assert "[red]主播" in shown.getvalue()
    assert "waiting for data  0:00:00  0.0 MB  0.0 Mbit/s  0 segments" in shown.getvalue()
    assert "\x1b[2J" not in shown.getvalue()


def test_viewers_are_those_of_the_chat(tmp_path: Path) -> None:
    recorder = build_recorder(tmp_path)
    journal = RecordingJournal(tmp_path / "x", recorder)
    journal.open(ROOM_OF_EVENTS)
    journal.write([RoomUserSeq(total=5), RoomUserSeq(total=88)])
    journal.close()
    assert recorder.viewers == 88
