"""Test recordings of the sandbox's rooms with drops, gaps, expired addresses and kills."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from time import time
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from support.recording import LAG, open_room, read_frames, wait_for_media

from f2scrapy.errors import Outcome
from f2scrapy.live.clock import ClockMap
from f2scrapy.live.record import SegmentRow, SessionRecord
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.model.stream import StreamPreference

HLS = {"preference": StreamPreference.parse("hls")}
NEAR_S = {".flv": 0.9, ".ts": 1.5}  # HLS arrives by the second, and a busy machine fetches late


def read_segments(recording: Recording) -> list[list[tuple[float, float]]]:
    """Return the frames of each segment, checked against its row and the clock map."""
    record = recording.record
    clock = ClockMap.read(record.path)
    frames = []
    for row in record.rows:
        assert row.complete
        frames.append(read_frames(record.base.parent / row.file))
        assert frames[-1][-1][0] == pytest.approx(row.seconds, abs=0.3)
        near = NEAR_S[Path(row.file).suffix] + LAG.worst
        for seconds, wall in frames[-1]:
            place = clock.locate(wall)
            assert place is None or place[0] != row.file or abs(place[1] - seconds) < near
    return frames


def list_gap_seconds(recording: Recording) -> list[float]:
    return [g["seconds"] for g in json.loads(recording.record.gaps_path.read_text("utf-8"))["gaps"]]


def measure_error(recording: Recording) -> float:
    """Return the seconds by which media, gaps and overlaps differ from the time passed."""
    rows, gaps = recording.record.rows, json.loads(recording.record.gaps_path.read_text("utf-8"))
    media = sum(row.seconds for row in rows)
    between = sum(g["seconds"] for g in gaps["gaps"]) - sum(g["seconds"] for g in gaps["overlaps"])
    return abs(media + between - (rows[-1].end - rows[0].start))


class Scenario(NamedTuple):
    """The faults of a room, and the seconds it is recorded at most."""

    faults: tuple[str, ...]
    seconds: float = 20  # from the first data on
    rules: Mapping[str, Any] = MappingProxyType({})
    options: Mapping[str, Any] = MappingProxyType({})
    segments: int = 0  # it ends once there are so many


SCENARIOS = {
    # cut in the middle of a second
    "drop and switch": Scenario(("cut=133000:1~stream", "switch=4", "over=6.5")),
    "hls": Scenario(("hole=2.5", "switch=5.7", "over=8.9"), 20, HLS),
    "ranges and keys": Scenario(("ranges", "encrypted", "over=4.5"), 20, HLS),
    "late": Scenario(("http=404:6@2~.ts", "over=4.5"), 20, HLS),
    "lost": Scenario(("http=404:40@2~.ts", "over=20"), 40, HLS),
    # renewed 1.6 s before it expires
    "expiry": Scenario(("over=9.5",), 20, {}, {"media_ttl_s": 8}),
    "stall": Scenario(("stall=70000:1~stream", "over=7"), 20, {}, {"stall": 2.5}),
    "next best": Scenario(("http=404~_origin.flv", "http=503~_origin.m3u8"), 2.5),
    "headless": Scenario(("headless~_origin.flv", "http=503~_origin.m3u8"), 2.5, {}, {"stall": 2}),
    "split": Scenario(("over=4.5",), 20, {"split_seconds": 2}),
    "no data": Scenario(("http=404~stream",), 20, {"patience": 1}),
    "refused": Scenario(("cut=40000:2~stream", "captcha@2~enter"), 60, segments=2),
    "not renewed": Scenario(("captcha@2~enter",), 4, {}, {"media_ttl_s": 3}),
}
# Each takes seconds and hardly any CPU time: all are played at once.
STALL_S = 8.0  # longer than a busy machine lets a stream wait


async def play(scenario: Scenario, folder: Path) -> Recording:
    timed = [fault for fault in scenario.faults if fault.startswith(("hole=", "switch=", "over="))]
    others = [fault for fault in scenario.faults if fault not in timed]
    async with open_room(folder, *others, **{"stall": STALL_S, **scenario.options}) as room:
        return await room.record(
            scenario.seconds, *timed, segments=scenario.segments, **scenario.rules
        )


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    async def play_all() -> list[Recording]:
        folder = tmp_path_factory.mktemp("live")
        return await asyncio.gather(*(play(SCENARIOS[name], folder / name) for name in SCENARIOS))

    return dict(zip(SCENARIOS, asyncio.run(play_all()), strict=True))


Recordings = dict[str, Recording]


async def wait_for_bytes(recorder: Recorder, size: int) -> None:
    """Wait until a segment of more than `size` bytes is on disk."""
    folder = recorder.record.base.parent
    async with asyncio.timeout(60):
        while not any(part.stat().st_size > size for part in folder.glob("*.part")):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def test_a_drop_and_a_switch_split_segments_without_loss(recordings: Recordings) -> None:
    recording = recordings["drop and switch"]
    assert (recording.outcome, recording.record.state) == (Outcome.OK, "over")
    assert [row.because for row in recording.record.rows] == ["start", "drop", "codec"]
    frames = [wall for segment in read_segments(recording) for _, wall in segment]
    steps = {round(b - a, 1) for a, b in pairwise(frames)}
    assert max(steps) <= 0.2, "the CDN repeats from the last key frame"
    assert measure_error(recording) < 0.3
    assert not list(recording.record.base.parent.glob("*.part*"))
    assert {one["quality"] for one in recording.record.chosen} == {"origin"}
    assert "sign=" not in recording.record.path.read_text("utf-8")


def test_hls_with_a_gap_and_a_switch(recordings: Recordings) -> None:
    recording = recordings["hls"]
    assert recording.outcome is Outcome.OK
    assert {path.suffix for path in recording.segments} == {".ts"}
    assert [row.because for row in recording.record.rows][:3] == ["start", "jump", "codec"]
    assert sum(list_gap_seconds(recording)) == pytest.approx(2, abs=0.5)
    frames = [wall for segment in read_segments(recording) for _, wall in segment]
    assert sorted(frames) == frames
    assert measure_error(recording) < 0.3


def test_encrypted_ranges_of_files_are_recorded_in_plain(recordings: Recordings) -> None:
    recording = recordings["ranges and keys"]
    assert [row.because for row in recording.record.rows] == ["start"]
    assert recording.overall_outcome is Outcome.OK
    [frames] = read_segments(recording)
    assert {round(b - a, 1) for (_, a), (_, b) in pairwise(frames)} == {0.1}
    [path] = recording.segments
    assert path.read_bytes()[::188].strip(b"\x47") == b""


def test_a_lost_piece_is_a_gap_and_not_the_end(recordings: Recordings) -> None:
    recording = recordings["lost"]
    assert [row.because for row in recording.record.rows] == ["start", "jump"]
    assert list_gap_seconds(recording)[0] >= 0.5
    assert len(read_segments(recording)[0]) == 10


def test_a_piece_that_is_listed_before_the_edge_has_it_is_not_lost(
    recordings: Recordings,
) -> None:
    recording = recordings["late"]
    assert [row.because for row in recording.record.rows] == ["start"]
    assert list_gap_seconds(recording) == []
    [frames] = read_segments(recording)
    assert {round(b - a, 1) for (_, a), (_, b) in pairwise(frames)} == {0.1}


def test_addresses_are_renewed_before_they_expire(recordings: Recordings) -> None:
    recording = recordings["expiry"]
    assert recording.outcome is Outcome.OK
    assert {row.because for row in recording.record.rows} == {"start", "renewed"}
    assert recording.missing_seconds == 0
    assert read_segments(recording)


def test_an_address_that_cannot_be_renewed_is_used_to_its_end(recordings: Recordings) -> None:
    recording = recordings["not renewed"]
    assert [row.because for row in recording.record.rows] == ["start"]
    assert len(read_segments(recording)[0]) > 15


def test_a_stall_is_a_gap_with_its_position(recordings: Recordings) -> None:
    recording = recordings["stall"]
    assert [row.because for row in recording.record.rows] == ["start", "stall"]
    [gap] = json.loads(recording.record.gaps_path.read_text("utf-8"))["gaps"]
    assert 0.2 < gap["seconds"] < 4
    assert gap["media_seconds"] == pytest.approx(recording.record.rows[0].seconds, abs=0.01)
    assert read_segments(recording)
    assert measure_error(recording) < 0.3


def test_an_unavailable_stream_is_replaced_by_the_next_best(recordings: Recordings) -> None:
    recording = recordings["next best"]
    assert [one["quality"] for one in recording.record.chosen] == ["uhd"]
    assert (recording.outcome, recording.detail) == (Outcome.OK, "stopped")
    assert read_segments(recording)


def test_an_undecodable_stream_is_replaced_by_the_next_best(recordings: Recordings) -> None:
    recording = recordings["headless"]
    assert [one["quality"] for one in recording.record.chosen] == ["uhd"]
    assert read_segments(recording)


def test_segments_are_split_at_key_frames_without_a_gap(recordings: Recordings) -> None:
    recording = recordings["split"]
    assert [row.because for row in recording.record.rows][:2] == ["start", "split"]
    frames = [wall for segment in read_segments(recording) for _, wall in segment]
    assert {round(b - a, 1) for a, b in pairwise(frames)} == {0.1}
    assert list_gap_seconds(recording) == []


def test_a_room_without_data_is_given_up(recordings: Recordings) -> None:
    recording = recordings["no data"]
    assert recording.outcome is Outcome.NETWORK
    assert recording.segments == ()
    assert recording.record.began, "missing time is counted from here"
    assert not list(recording.record.base.parent.glob("*.part*"))


def test_a_refused_fetch_of_the_room_does_not_end_the_recording(recordings: Recordings) -> None:
    recording = recordings["refused"]
    assert (recording.outcome, recording.detail) == (Outcome.OK, "stopped")
    assert len(recording.record.rows) >= 2
    assert read_segments(recording)


async def test_an_unsupported_stream_is_no_success_even_if_it_ends_early(tmp_path: Path) -> None:
    async with open_room(tmp_path, "headless", "http=404~.m3u8", stall=0.5) as room:
        recorder = await room.build_recorder()
        running = asyncio.ensure_future(recorder.run(room.stop))
        async with asyncio.timeout(60):
            while not recorder._unreadable:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.02)
        room.stop.set()
        recording = await running
    assert (recording.outcome, recording.segments) == (Outcome.MEDIA_BROKEN, ())
    assert "sequence header" in recording.detail


async def test_the_last_gap_lasts_until_the_room_is_over(tmp_path: Path) -> None:
    async with open_room(tmp_path, "cut=70000:1~stream", "http=404@2~stream") as room:
        recording = await room.record(30, "over=2.5", backoff=60.0, patience=60.0)
        [over] = [one for one in room.sandbox.state.faults.active if one.name == "over"]
    assert recording.outcome is Outcome.OK
    assert recording.record.ended
    assert over.since + 2.5 <= recording.record.ended <= over.since + 40


async def test_connections_are_retried_more_often_than_the_room_is_fetched(tmp_path: Path) -> None:
    async with open_room(tmp_path, "http=404~stream") as room:
        recorder = await room.build_recorder(backoff=60.0)
        assert all(2.5 <= recorder._choose_pause(tries, 5.0) <= 5 for tries in (1, 2, 5000))
        fetches = []
        fetch_room = recorder._fetch_room

        async def count_fetch() -> Any:
            fetches.append(1)
            return await fetch_room()

        recorder._fetch_room = count_fetch
        recorder._choose_pause = lambda _tries, most: most if most > 5 else 0.0
        for tries in (0, 1, 2, 3):
            await recorder._wait_for_retry(tries)
        assert len(fetches) == 1, "less than half a minute has passed"
        recorder.request_check()
        await recorder._wait_for_retry(4)
        recorder._fetched_at -= 11
        await recorder._wait_for_retry(5)
        assert len(fetches) == 2
        recorder.writer._has_data = True
        await recorder._wait_for_retry(1)
    assert len(fetches) == 3, "after data, the room may be over"


async def test_a_new_broadcast_is_entered_at_its_live_edge(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path) as room:
        await room.record(1.5, **HLS)
        room.base, began = tmp_path / "next" / "room", time()
        room.stop.clear()
        recording = await room.record(1, **HLS)
    assert recording.record.rows[0].start < began - 2


async def test_the_same_failure_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "f2scrapy.live")
    async with open_room(tmp_path, "http=404~stream") as room:
        await room.record(20, patience=1)
    messages = [message for message in caplog.messages if "HTTP 404" in message]
    assert messages
    assert len(messages) == len(set(messages))


async def test_a_killed_run_is_finished_by_the_next(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        recorder = await room.build_recorder()
        await asyncio.sleep(-(time() + 0.05) % 1)  # it begins with 0.95 s of older data
        task = asyncio.ensure_future(recorder._record_room())
        await wait_for_bytes(recorder, 90_000)
        task.cancel()  # and nothing is closed, as after kill -9
        await asyncio.wait([task])
        [part] = room.base.parent.glob("*.part")
        recorder.writer._segment._part._release()
        recorder.writer.release()
        with part.open("ab") as file:
            file.write(b"\x09\x00\x40")  # half a tag
        frames = read_frames(part)
        assert len(frames) > 5
        [saved] = json.loads(recorder.record.path.read_text("utf-8"))["segments"]
        assert saved["clock"][0] == [0.0, pytest.approx(frames[0][1], abs=0.5 + LAG.worst)]
        recording = await room.record(1.6)
    assert not list(room.base.parent.glob("*.part*"))
    assert [row.because for row in recording.record.rows] == ["start", "start"]
    assert len(recording.segments) == 2
    assert read_segments(recording)
    assert measure_error(recording) < 0.3


async def test_one_broadcast_has_one_recorder(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        first, second = [await room.build_recorder() for _ in range(2)]
        running = asyncio.ensure_future(first.run(room.stop))
        await wait_for_media(first, 0.5)  # a segment without media would be removed
        late = await asyncio.wait_for(second.run(asyncio.Event()), 20)
        assert (late.outcome, late.overall_outcome, late.segments) == (Outcome.OK, Outcome.OK, ())
        assert "another process" in late.detail
        room.stop.set()
        recording = await running
        room.stop.clear()
        third = await room.build_recorder()
        running = asyncio.ensure_future(third.run(room.stop))
        await wait_for_media(third, recording.record.rows[0].seconds + 0.5)
        room.stop.set()
        after = await running
    assert [row.because for row in after.record.rows] == ["start", "start"], "the lock is released"
    assert after.record.rows[0].seconds == recording.record.rows[0].seconds


async def test_a_full_disk_ends_the_recording_with_a_reason(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        recorder = await room.build_recorder()
        task = asyncio.ensure_future(recorder.run(room.stop))
        await wait_for_bytes(recorder, 60_000)
        usage = shutil.disk_usage(tmp_path).free
        object.__setattr__(recorder.rules, "free_bytes", usage * 2)
        recorder.writer._saved_at = -1000
        recording = await asyncio.wait_for(task, 30)
    assert recording.outcome is Outcome.DISK
    assert "MB are free" in recording.detail
    assert read_segments(recording)


async def test_a_requested_check_fetches_the_room_during_its_stream(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        recorder = await room.build_recorder(grace=0.5)
        fetch_room, over = recorder._fetch_room, asyncio.Event()

        async def fetch_until_over() -> Any:
            fresh = await fetch_room()
            fresh.on_air = not over.is_set()
            return fresh

        recorder._fetch_room = fetch_until_over
        running = asyncio.ensure_future(recorder.run(room.stop))
        async with asyncio.timeout(20):
            while not recorder.writer.is_writing:
                recorder.request_check()  # without effect
                await asyncio.sleep(0.05)
        over.set()
        recorder.request_check()
        recording = await asyncio.wait_for(running, 20)
    assert recording.outcome is Outcome.OK
    assert "after the end" in recording.record.state
    assert [row.because for row in recording.record.rows] == ["start"]


async def test_ten_rooms_at_once(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        recorders = [await room.build_recorder() for _ in range(10)]
        for number, recorder in enumerate(recorders):
            recorder.record.base = recorder.writer._base = tmp_path / f"{number}/room"
        running = asyncio.gather(*(one.run(room.stop) for one in recorders))
        for recorder in recorders:
            await wait_for_media(recorder, 1.0)
        room.stop.set()
        recordings = await running
    assert all(read_segments(recording) for recording in recordings)


def test_an_unreadable_record_is_replaced(tmp_path: Path) -> None:
    record = SessionRecord(tmp_path / "x", {})
    record.path.write_text('{"segments": [{"file": 1}]')
    record.load()
    assert record.rows == []


def test_short_overlaps_are_listed_as_many_add_up(tmp_path: Path) -> None:
    rows = [
        SegmentRow(f"{n}.flv", "renewed", "hd", 10.0, clock=[(0.0, 9.9 * n)]) for n in range(20)
    ]
    record = SessionRecord(tmp_path / "x", {}, rows)
    apart = sum(gap["seconds"] for gap in record.find_gaps())
    assert 200 + apart == pytest.approx(rows[-1].end - rows[0].start)


@pytest.mark.parametrize(
    ("start", "because", "missing"),
    [(None, "", 7.0), (103.0, "drop", 3.0), (103.0, "start", 0.0), (106.0, "start", 6.0),
     (98.0, "drop", 0.0)],
)  # fmt: skip
def test_time_on_air_without_data_is_missing(
    start: float | None, because: str, missing: float, tmp_path: Path
) -> None:
    rows = [SegmentRow("a.flv", because, "hd", 5.0, clock=[(0.0, start)])] if start else []
    record = SessionRecord(tmp_path / "x", {}, rows, began=100.0, ended=107.0)
    recording = Recording(Outcome.OK, "stopped", (), record)
    assert recording.missing_seconds == pytest.approx(missing)
    assert recording.overall_outcome is (Outcome.NETWORK if missing else Outcome.OK)
    record.write()
    again = SessionRecord(record.base, {})
    again.load()
    assert again.began == 100.0
