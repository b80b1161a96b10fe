"""Test the files for players beside each segment: named as it, each message at its place."""

import asyncio
import errno
import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree as ET

import pytest
from support.danmaku_events import ROOM, get_time, make_chat, make_gift
from support.tags import write_tags
from support.video import build_key_frame, build_picture_setup, read_tags

from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.errors import InputError, Outcome
from f2scrapy.live.__main__ import _build_parser, _name_files, _options
from f2scrapy.live.danmaku import (
    DanmakuRecorder,
    RecordingJournal,
    append_clock_lines,
    build_danmaku_recorder,
)
from f2scrapy.live.danmaku import list_clock_lines as list_clock
from f2scrapy.live.record import SegmentRow, SessionRecord
from f2scrapy.live.recording import Recording
from f2scrapy.sandbox.live import containers, picture

PORTRAIT = picture.Grid(6, 8)
BEGAN_S = get_time(0).timestamp()


def write_journal(base: Path, *events: Any, rows: Any = ()) -> None:
    recorder: Any = Mock()
    recorder.record.rows, recorder.record.server_ahead = [*rows], None
    recorder.writer.segments = []
    path = base.with_name(f"{base.name}_danmaku")
    journal = RecordingJournal(path, recorder, now=lambda: get_time(0))
    journal.open(ROOM)
    journal.write(events)
    journal.close()


async def record_two(folder: Path) -> Recording:
    """Return a recording of two segments of 4 s, with a gap of 2 s between them."""
    head = containers.FLV_HEADER + build_picture_setup(PORTRAIT)
    tags = read_tags(head + b"".join(build_key_frame(ms) for ms in range(0, 4000, 500)))
    recording = await write_tags(folder, [(tag, 0) for tag in tags], [(tag, 0) for tag in tags])
    for row, start in zip(recording.record.rows, (0, 6), strict=True):
        row.clock = [(0.0, BEGAN_S + start)]
    return recording


async def test_each_segment_has_its_messages(tmp_path: Path) -> None:
    recording = await record_two(tmp_path)
    base = recording.record.base
    said = enumerate(((1.5, "一"), (5, "间"), (7, "二")), 1)
    events = [make_chat(text, create_time=get_time(s), msg_id=n) for n, (s, text) in said]
    write_journal(base, *events, make_gift(create_time=get_time(8), msg_id=9))
    append_clock_lines(base, list_clock(recording.record, recording.segments))
    options = {"F2_DANMAKU_LANGUAGE": "zh", "F2_DANMAKU_SIZE": "2", "F2_DANMAKU_SECONDS": "5"}
    DanmakuRecorder(options | {"F2_DANMAKU_OPACITY": "0.5"}, [".ass", ".xml"]).finish(recording)
    first, second = (path.with_suffix(".ass").read_text("utf-8") for path in recording.segments)
    assert "PlayResX: 96\nPlayResY: 128\n" in first, "the picture is portrait"
    assert re.findall(r"Dialogue: 0,([\d:.]+),([\d:.]+),.*}(.*)", first) == [
        ("0:00:01.50", "0:00:06.50", "一")
    ]
    assert re.findall(r"Dialogue: 0,([\d:.]+),.*}(.*)", second) == [
        ("0:00:01.00", "二"), ("0:00:02.00", "小红 送出 小心心 x3")
    ]  # fmt: skip
    assert "&H80FFFFFF" in first
    for path, count in zip(recording.segments, (1, 1), strict=True):
        assert len(ET.parse(path.with_suffix(".xml")).findall("d")) == count


async def test_subtitles_follow_each_segment_and_better_clocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = await record_two(tmp_path)
    recorder: Any = Mock(base=recording.record.base, record=recording.record)
    recorder.writer.segments = [*recording.segments]
    over, first = asyncio.Event(), recording.segments[0].with_suffix(".ass")

    async def run(*_: Any, **__: Any) -> list[Any]:
        write_journal(recorder.base, make_chat(create_time=get_time(1)))
        append_clock_lines(recorder.base, list_clock(recording.record, recording.segments))
        async with asyncio.timeout(20):
            while not first.exists():  # noqa: ASYNC110 - it is written by a thread
                await asyncio.sleep(0.01)
        assert "0:00:01.00" in first.read_text("utf-8")
        recording.record.rows[0].clock = [(0.0, BEGAN_S + 0.25)]
        over.set()
        return [Mock(is_over=False, messages=1, reason="stopped")]

    monkeypatch.setattr("f2scrapy.live.danmaku.runner.run", run)
    monkeypatch.setattr("f2scrapy.live.danmaku._LATEST_MESSAGE_S", 0.01)
    await DanmakuRecorder({}, [".ass"])(Mock(), recorder, over)
    assert "0:00:00.75" in first.read_text("utf-8")


async def test_an_unfinished_file_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    recording = await record_two(tmp_path)
    write_journal(recording.record.base, make_chat(create_time=get_time(1)))
    append_clock_lines(recording.record.base, list_clock(recording.record, recording.segments))
    recorder = DanmakuRecorder({}, [".ass"])
    recorder.finish(recording)
    subtitles = recorder._build_subtitles(recording.record)
    assert subtitles.list_missing() == []
    [path, _] = recording.segments
    path.with_suffix(".part.ass").touch()  # a killed run wrote it again, with a better clock
    assert subtitles.list_missing() == [path]
    with monkeypatch.context() as patch:
        patch.setattr(Ass, "write", Mock(side_effect=OSError(errno.ENOSPC, "full")))
        recorder.finish(recording)
    assert "full" in caplog.text
    assert subtitles.list_missing() == []
    assert not [*path.parent.glob("*.part*")]


def test_a_journal_that_cannot_be_read_costs_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = SegmentRow("a.flv", "start", "hd", 4.0, 1, complete=True, clock=[(0.0, BEGAN_S)])
    record = SessionRecord(tmp_path / "room", {}, [row])
    recording = Recording(Outcome.OK, "", (tmp_path / "a.flv",), record)
    (tmp_path / "room_danmaku.jsonl").write_text("{}\n")
    DanmakuRecorder({}, [".ass"]).finish(recording)
    assert "no journal" in caplog.text


@pytest.mark.parametrize(
    ("words", "rooms", "suffixes"),
    [
        (["--danmaku", "123"], ["123"], ()),
        (["123", "--danmaku"], ["123"], ()),
        (["--danmaku", "ass,xml", "123"], ["123"], (".ass", ".xml")),
        (["123", "--danmaku=journal,xml"], ["123"], (".xml",)),
    ],
)
def test_a_room_may_follow_the_option(
    words: list[str], rooms: list[str], suffixes: tuple[str, ...]
) -> None:
    given = _build_parser().parse_args([*_name_files(words)])
    companion = build_danmaku_recorder(_options(given))
    assert companion
    assert (given.room, companion._suffixes) == (rooms, suffixes)


def test_an_unknown_file_is_bad_input() -> None:
    given = _build_parser().parse_args(["1", "--danmaku=srt"])
    with pytest.raises(InputError, match="srt"):
        build_danmaku_recorder(_options(given))
    assert build_danmaku_recorder({}) is None
