"""Test that every frame of a segment is in its MP4, even if its times repeat."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from support.recording import read_frames

from f2scrapy.live import writer
from f2scrapy.live.record import SegmentRow, SessionRecord
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.remux import remux, remux_segment
from f2scrapy.model.stream import StreamPreference
from f2scrapy.sandbox.live import containers as box
from f2scrapy.sandbox.live import picture

WALL_MS = 1_795_300_000_000
SETS = picture.build_sps(picture.Grid()), picture.build_pps()


def write_segment(path: Path, *times: int) -> Path:
    """Write an FLV with frames at these times in ms; each shows its number as a time."""
    data = box.FLV_HEADER + box.build_flv_tag(box.VIDEO, 0, box.build_avc_setup(*SETS))
    for number, ms in enumerate(times):
        wall = WALL_MS + number
        frame = (
            picture.draw_next_frame(wall, wall - 1, number)
            if number
            else picture.draw_key_frame(wall, 0)
        )
        data += box.build_flv_tag(box.VIDEO, ms, box.build_avc_frame(frame, key=not number))
    path.write_bytes(data)
    return path


def test_repeated_times_and_the_last_frame(tmp_path: Path) -> None:
    times = [0, 100, 200, 200, 200, 400, 500]
    flv = write_segment(tmp_path / "a.flv", *times)
    remux(str(flv), str(tmp_path / "a.mp4"))
    frames = read_frames(tmp_path / "a.mp4")
    assert [round(wall * 1000) - WALL_MS for _, wall in frames] == [*range(7)]
    assert [seconds for seconds, _ in frames] == pytest.approx(
        [0, 0.1, 0.2, 0.2, 0.2, 0.4, 0.5], abs=0.01
    )


@pytest.mark.parametrize("tool", ["av", "ffmpeg"])
def test_any_file_name_with_both_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    if tool == "ffmpeg":
        monkeypatch.setattr("f2scrapy.live.remux.find_spec", lambda _name: None)
        if not shutil.which(tool):
            pytest.skip("ffmpeg is not here")
    monkeypatch.chdir(tmp_path)
    mp4 = asyncio.run(remux_segment(write_segment(Path("a:b -i.flv"), *range(0, 1000, 100))))
    assert os.listdir(tmp_path) == [str(mp4)] == ["a:b -i.mp4"]
    walls = [round(wall * 1000) - WALL_MS for _, wall in read_frames(tmp_path / mp4)]
    assert walls == [*range(10)]


def test_a_file_that_cannot_be_remuxed_stays(tmp_path: Path) -> None:
    torn = tmp_path / "torn.flv"
    torn.write_bytes(b"FLV\x01")
    assert asyncio.run(remux_segment(torn)) == torn
    assert os.listdir(tmp_path) == ["torn.flv"]


def build_rows(*names: str) -> list[SegmentRow]:
    return [
        SegmentRow(name, "start", "hd", 1.0, complete=True, clock=[(0.0, 9.0)]) for name in names
    ]


def test_segments_of_a_killed_run_are_remuxed(tmp_path: Path) -> None:
    old = write_segment(tmp_path / "a_live_1.flv", *range(0, 1000, 100))
    (tmp_path / "a_live_1.mp4.part").write_bytes(b"half of it")
    mine = writer.Writer(
        "key",
        SessionRecord(tmp_path / "a", {}, build_rows(old.name)),
        RecordingOptions(StreamPreference()),
    )
    asyncio.run(mine.remux())
    assert os.listdir(tmp_path) == ["a_live_1.mp4"]
    assert mine.segments == [tmp_path / "a_live_1.mp4"], "these are stored in the archive"
    assert (mine.record.rows[0].file, len(read_frames(mine.segments[0]))) == ("a_live_1.mp4", 10)


async def test_rooms_share_the_limit_of_remuxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    working: set[Path] = set()

    async def slow(path: Path) -> Path:
        working.add(path)
        at_once.append(len(working))
        await asyncio.sleep(0.01)
        working.discard(path)
        return path

    monkeypatch.setattr(writer, "remux_segment", slow)
    rules = RecordingOptions(StreamPreference())
    records = [
        SessionRecord(tmp_path / f"{n}", {}, build_rows(f"{n}_1", f"{n}_2")) for n in range(5)
    ]
    await asyncio.gather(*(writer.Writer("key", one, rules).remux() for one in records))
    assert (len(at_once), max(at_once)) == (10, 2)
