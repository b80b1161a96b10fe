"""Runner: one room's trouble is not another's, nor its companion's the recording's."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from support.crawling import Play
from support.danmaku_events import ROOM as ROOM_OF_EVENTS
from support.recording import ROOM, shown

from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.errors import Outcome
from f2scrapy.live.danmaku import Journal, keep
from f2scrapy.live.record import Row
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.room_client import Turn
from f2scrapy.live.runner import Runner
from f2scrapy.rooms import Target, targets
from f2scrapy.sandbox.live.chat import ChatOptions


async def test_a_companion_that_fails_ends_no_recording(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_target: Target, recorder: Recorder, _over: asyncio.Event) -> None:
        while not recorder.writer.writing:  # noqa: ASYNC110 - nothing tells when it begins
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(1.5, runner.stop.set)
        raise RuntimeError("not well")

    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(crawl.root), "F2_PACE": "0"}
    runner = Runner(options, companion=broken)
    [done] = await runner.run([ROOM])
    assert (done.outcome, done.seen) == (Outcome.OK, "stopped")
    assert done.recording
    assert all(shown(path) for path in done.recording.segments)
    assert "recorded without its danmaku" in caplog.text


async def test_the_room_s_messages_say_that_it_is_over(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    crawl, over = play(chat=ChatOptions(rate=50, seconds=0.5)), asyncio.Event()
    monkeypatch.setenv("F2_SANDBOX", crawl.sandbox.url)
    recorder: Any = Mock(base=tmp_path / "a", doubt=over.set)
    recorder.record.rows = recorder.writer.segments = []
    async with asyncio.timeout(20):
        await keep(targets([ROOM])[0], recorder, over)
    assert (tmp_path / "a_danmaku.jsonl").stat().st_size


def test_a_finished_segment_s_clock_is_told_while_it_goes_on(tmp_path: Path) -> None:
    recorder: Any = Mock()
    recorder.record.server_ahead = None
    recorder.record.rows = [Row(f"{n}.flv", "start", "hd", 4.0, clock=[(0.0, 5.0)]) for n in "ab"]
    recorder.writer.segments = []
    journal = Journal(tmp_path / "x", recorder)
    journal.open(ROOM_OF_EVENTS)
    for name in ("", "a", "", "b"):
        recorder.writer.segments += [tmp_path / f"{name}.flv"] if name else []
        journal.write([])
    marks = JournalReader(tmp_path / "x.jsonl").marks  # as after a kill
    journal.close()
    assert [mark.segment for mark in marks] == ["a", "a", "b", "b"]


async def test_a_full_disk_is_seen_before_it_is_begun(play: Play, tmp_path: Path) -> None:
    crawl = play()
    options = {"F2_SANDBOX": crawl.sandbox.url, "F2_PATH": str(tmp_path / "not/yet")}
    options |= {"F2_PACE": "0", "F2_ARCHIVE": str(tmp_path / "f2.db"), "F2_LIVE_FREE": "1e15"}
    [done] = await Runner(options).run([ROOM])
    assert (done.outcome, done.recording) == (Outcome.DISK, None)
    assert "MB are free" in done.seen


async def test_who_comes_first_does_not_rest() -> None:
    turn, clock = Turn(), asyncio.get_running_loop().time
    began, moments = clock(), []
    for _ in range(2):
        async with turn.taken(0.3):
            moments.append(clock() - began)
    assert moments[0] < 0.2
    assert moments[1] >= 0.3
    assert clock() - began < moments[1] + 0.2, "nobody rests but who comes next"
