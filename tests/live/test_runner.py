"""Test that a failure of one room, or of a companion, does not affect recordings."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from support.crawling import Play
from support.danmaku_events import ROOM as ROOM_OF_EVENTS
from support.recording import ROOM, read_frames

from f2scrapy.api.session import Session
from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.errors import Outcome
from f2scrapy.live.danmaku import DanmakuRecorder, RecordingJournal
from f2scrapy.live.record import SegmentRow
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.room_client import Throttle
from f2scrapy.live.runner import Runner
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter
from f2scrapy.rooms import Target, parse_targets
from f2scrapy.sandbox.live.chat import ChatOptions


async def test_fields_that_cannot_be_read_are_named_once(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Session.ask

    async def bend(session: Session, endpoint: Any) -> Any:
        answer = await ask(session, endpoint)
        if isinstance(endpoint, LiveEnter):
            answer["data"]["data"][0]["stream_url"]["stream_orientation"] = "sideways"
        return answer

    monkeypatch.setattr(Session, "ask", bend)
    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(crawl.root), "F2_PACE": "0"}
    runner = Runner(options)
    asyncio.get_running_loop().call_later(2, runner.stop.set)
    [result] = await runner.run([ROOM])
    assert (result.outcome, result.detail) == (Outcome.OK, "stopped")
    words = "1 field unreadable (stream_url.stream_orientation)"
    assert runner.describe_unreadable() == [f"douyin: {words}"]


async def test_a_failed_companion_does_not_end_the_recording(
    play: Play, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    class Failing(DanmakuRecorder):
        async def __call__(self, _target: Target, recorder: Recorder, _over: asyncio.Event) -> None:
            while not recorder.writer.is_writing:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.01)
            asyncio.get_running_loop().call_later(1.5, runner.stop.set)
            raise RuntimeError("a bug")

    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(crawl.root), "F2_PACE": "0"}
    options["F2_PUBLISH"] = f"file://{tmp_path}/store"
    runner = Runner(options, companion=Failing(options))
    [result] = await runner.run([ROOM])
    assert (result.outcome, result.detail) == (Outcome.OK, "stopped")
    assert result.recording
    assert all(read_frames(path) for path in result.recording.segments)
    assert "recorded without its danmaku" in caplog.text
    remark = "the recordings go to the store of F2_PUBLISH with the next crawl"
    assert runner.remarks == [remark]


async def test_the_end_of_messages_requests_a_check(play: Play, tmp_path: Path) -> None:
    crawl, over = play(chat=ChatOptions(rate=50, seconds=0.5)), asyncio.Event()
    recorder: Any = Mock(base=tmp_path / "a", request_check=over.set)
    recorder.record.rows = recorder.writer.segments = []
    async with asyncio.timeout(20):
        companion = DanmakuRecorder({"F2_SANDBOX": crawl.sandbox.url})
        await companion(parse_targets([ROOM])[0], recorder, over)
    assert (tmp_path / "a_danmaku.jsonl").stat().st_size


def test_the_clock_of_a_finished_segment_is_written_at_once(tmp_path: Path) -> None:
    recorder: Any = Mock()
    recorder.record.server_ahead = None
    recorder.record.rows = [
        SegmentRow(f"{n}.flv", "start", "hd", 4.0, clock=[(0.0, 5.0)]) for n in "ab"
    ]
    recorder.writer.segments = []
    journal = RecordingJournal(tmp_path / "x", recorder)
    journal.open(ROOM_OF_EVENTS)
    for name in ("", "a", "", "b"):
        recorder.writer.segments += [tmp_path / f"{name}.flv"] if name else []
        journal.write([])
    marks = JournalReader(tmp_path / "x.jsonl").marks  # as after a kill
    journal.close()
    assert [mark.segment for mark in marks] == ["a", "a", "b", "b"]


async def test_a_full_disk_prevents_a_recording(play: Play, tmp_path: Path) -> None:
    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(tmp_path / "not/yet")}
    options |= {"F2_PACE": "0", "F2_ARCHIVE": str(tmp_path / "f2.db"), "F2_LIVE_FREE": "1e15"}
    [result] = await Runner(options).run([ROOM])
    assert (result.outcome, result.recording) == (Outcome.DISK, None)
    assert "MB are free" in result.detail


async def test_the_first_request_does_not_wait() -> None:
    turn, clock = Throttle(), asyncio.get_running_loop().time
    began, moments = clock(), []
    for _ in range(2):
        async with turn.acquire(0.3):
            moments.append(clock() - began)
    assert moments[0] < 0.2
    assert moments[1] >= 0.3
    assert clock() - began < moments[1] + 0.2, "only the next request waits"


async def test_an_expired_login_is_named_and_asked_about_once(
    play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(crawl.root), "F2_PACE": "0"}
    monkeypatch.setenv("F2_COOKIE", "sessionid=f2sandboxold")
    runner = Runner(options)
    [result] = await runner.run(["660000000005"])
    assert (result.outcome, result.detail) == (Outcome.OK, "not on air")
    assert runner.remarks == ["douyin: the login has expired; a guest recorded the rooms"]
    assert "going on as a guest" in caplog.text
    requests = crawl.take_report()["requests"]
    assert requests["www.douyin.com/aweme/v1/web/user/profile/self/"]["count"] == 1
