"""Test where files end: later tracks, headers that alternate, slow stamps, resent data."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import pytest
from support.recording import read_frames
from support.tags import ADDRESS, WALL, write_tags
from support.video import (
    SOUND,
    build_frame,
    build_key_frame,
    build_picture_setup,
    build_silence,
    read_tags,
)

from f2scrapy.live.arrival import Arrival
from f2scrapy.live.flv import AUDIO, VIDEO, FlvParser, Tag
from f2scrapy.live.record import SessionRecord
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.remux import build_probe, remux
from f2scrapy.live.writer import Writer
from f2scrapy.model.stream import StreamPreference
from f2scrapy.sandbox.live import containers, picture


def list_kinds(path: Path) -> set[str]:
    """Return the kinds of the tracks with data, in a file and in its MP4, which must agree."""
    target = path.with_suffix(".mp4")
    remux(str(path), str(target))
    with av.open(str(target)) as file:
        found = {packet.stream.type for packet in file.demux() if packet.size}
        assert found == {stream.type for stream in file.streams}
    return found


def count_packets(path: Path) -> int:
    with av.open(str(path)) as file:
        return sum(bool(packet.size) for packet in file.demux())


async def test_a_picture_that_comes_after_the_sound_begins_a_file(
    tmp_path: Path, shared: Path
) -> None:
    data = (shared / "reference/cases/live/03-sound-first-then-picture.flv").read_bytes()
    tags = read_tags(data)
    recording = await write_tags(tmp_path, [(tag, tag.time_ms / 1000) for tag in tags])
    assert [row.because for row in recording.record.rows] == ["start", "track"]
    assert [round(row.seconds) for row in recording.record.rows] == [20, 20]
    assert recording.missing_seconds == 0
    first, second = recording.segments
    assert (list_kinds(first), list_kinds(second)) == ({"audio"}, {"video", "audio"})
    sent = [tag for tag in FlvParser().feed(data) if tag.is_media]
    assert count_packets(first) + count_packets(second) == len(sent), "nothing is lost"


@pytest.mark.parametrize(("late_ms", "because"), [(40, ["start"]), (2040, ["start", "track"])])
async def test_sound_that_comes_later_is_named_in_a_header(
    tmp_path: Path, late_ms: int, because: list[str]
) -> None:
    data = containers.FLV_HEADER + build_picture_setup()
    for ms in range(0, 6000, 100):
        data += build_key_frame(ms) if ms % 1000 == 0 else b""
        data += SOUND if late_ms <= ms < late_ms + 100 else b""
        data += build_silence(ms) if ms >= late_ms else b""
    recording = await write_tags(tmp_path, [(tag, tag.time_ms / 1000) for tag in read_tags(data)])
    assert [row.because for row in recording.record.rows] == because
    assert recording.missing_seconds == 0
    for path in recording.segments:
        assert list_kinds(path) == {"video", "audio"}
    assert recording.segments[-1].read_bytes()[4] == 5, "the header names both"


async def test_mp4_has_sound_that_comes_long_after_the_head(tmp_path: Path) -> None:
    data = containers.FLV_HEADER + build_picture_setup()
    for ms in range(0, 9000, 100):
        data += build_frame(ms)
        data += SOUND + build_silence(ms) if ms >= 8000 else b""
    recording = await write_tags(tmp_path, [(tag, tag.time_ms / 1000) for tag in read_tags(data)])
    [path] = recording.segments
    assert path.read_bytes()[4] == 1, "no key frame has come since, so that no file begins"
    looked = int(build_probe(path)["probesize"])
    assert looked > 5_000_000 + path.stat().st_size * 0.8, "up to the sound, wherever it is"
    assert list_kinds(path) == {"video", "audio"}


def build_alternating(seconds: int) -> Iterator[tuple[Tag, float]]:
    """Yield a stream that changes between two resolutions each second."""
    parser = FlvParser()
    parser.feed(containers.FLV_HEADER)
    for second in range(seconds):
        setup = build_picture_setup(picture.WIDE if second % 2 else picture.Grid())
        frames = (build_key_frame(second * 1000 + ms) for ms in (0, 500))
        for tag in parser.feed(setup + b"".join(frames)):
            yield tag, tag.time_ms / 1000


async def test_headers_that_alternate_stay_in_one_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recording = await write_tags(tmp_path, build_alternating(60))
    rows = recording.record.rows
    assert len(rows) == 8
    assert rows[-1].header_changes == 52
    assert [text for text in caplog.messages if "change too often" in text] == caplog.messages[-1:]
    walls = [wall for path in recording.segments for _, wall in read_frames(path)]
    assert walls == pytest.approx([WALL + half / 2 for half in range(120)])
    with pytest.raises(ValueError, match="headers"):
        remux(str(recording.segments[-1]), str(tmp_path / "x.mp4"))


def build_stream(first_ms: int, last_ms: int) -> list[Tag]:
    data = containers.FLV_HEADER + build_picture_setup()
    return read_tags(data + b"".join(map(build_key_frame, range(first_ms, last_ms, 500))))


async def test_files_are_split_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    tags = [(tag, tag.time_ms / 500) for tag in build_stream(0, 30_000)]
    recording = await write_tags(tmp_path, tags, split_seconds=20)
    assert [row.because for row in recording.record.rows] == ["start", "split", "split"]
    assert [row.seconds for row in recording.record.rows[:2]] == pytest.approx([10, 10])
    recording.record.ended = WALL + 60
    assert recording.missing_seconds == 0, "stamps at half speed are no gap"
    [*gaps] = recording.record.find_gaps()
    assert max((abs(gap["seconds"]) for gap in gaps), default=0) < 0.25


@pytest.mark.parametrize("lag", [20, 100, 300, 440, 2500])
async def test_sound_that_lags_loses_nothing_where_files_are_split(
    tmp_path: Path, lag: int
) -> None:
    sent = [(ms, build_key_frame(ms)) for ms in range(5000, 35_000, 1000)]
    sent += [(ms + lag, build_silence(ms)) for ms in range(5000, 35_000 - lag, 20)]
    data = containers.FLV_HEADER + build_picture_setup() + SOUND
    tags = read_tags(data + b"".join(tag for _, tag in sorted(sent, key=lambda pair: pair[0])))
    arrivals = [(tag, (tag.time_ms + lag * (tag.kind == AUDIO)) / 1000) for tag in tags]
    recording = await write_tags(tmp_path, arrivals, split_seconds=10)
    assert len(recording.record.rows) == 3
    files = [FlvParser().feed(path.read_bytes()) for path in recording.segments]
    assert sum(map(len, files)) == sum(tag.is_media for tag in tags)
    for first_tags in files[1:]:
        firsts = {tag.kind: tag.time_ms for tag in reversed(first_tags)}
        assert firsts == {AUDIO: 0, VIDEO: lag}


async def test_a_pause_in_which_the_stamps_stand_still_is_no_loss(tmp_path: Path) -> None:
    record = SessionRecord(tmp_path / "room", {"platform": "douyin", "room_id": "1"}, began=WALL)
    options = RecordingOptions(StreamPreference(), free_bytes=1, durable=False)
    writer = Writer("douyin:live:1", record, options)
    writer.resume()
    writer.begin_connection(ADDRESS)
    for tag in build_stream(0, 20_000):
        if tag.time_ms == 8000:
            writer.note_pause()
        late = 30 * (tag.time_ms >= 8000)
        await writer.write_arrival(Arrival([tag], WALL + tag.time_ms / 1000 + late))
    await writer.close()
    writer.release()
    record.ended = WALL + 50
    assert [row.because for row in record.rows] == ["start", "pause"]
    assert sum(row.seconds for row in record.rows) == pytest.approx(20, abs=1.1)
    assert [*record.find_missing()] == []


def describe_overlaps(recording: Recording) -> list[float]:
    return [-gap["seconds"] for gap in recording.record.find_gaps()]


@pytest.mark.parametrize(
    ("restart_ms", "is_burst"), [(0, True), (50_000, True), (0, False)],
    ids=["at once", "at once, with other stamps", "at its own pace"],
)  # fmt: skip
async def test_seconds_that_are_sent_again_are_listed(
    tmp_path: Path, restart_ms: int, is_burst: bool
) -> None:
    first = [(tag, tag.time_ms / 1000) for tag in build_stream(0, 10_000)]
    second = []
    for tag in build_stream(4000, 20_000):
        arrival = max(10.0, tag.time_ms / 1000) if is_burst else 6 + tag.time_ms / 1000
        second.append((replace(tag, time_ms=tag.time_ms + restart_ms), arrival))
    recording = await write_tags(tmp_path, first, second)
    assert len(recording.record.rows) == 2
    assert describe_overlaps(recording) == pytest.approx([6], abs=0.05)
    assert recording.missing_seconds == 0
