"""Recorder: rooms of the sandbox to files that play, whatever happens on the way."""

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
from support.recording import shown, studio

from f2scrapy.errors import Outcome
from f2scrapy.live.clock import ClockMap
from f2scrapy.live.record import Record, Row
from f2scrapy.live.recorder import Recording
from f2scrapy.model.stream import Policy

NEAR_S = {".flv": 0.9, ".ts": 1.5}  # HLS comes by the second, and a busy machine asks late


def played(recording: Recording) -> list[list[tuple[float, float]]]:
    """What each segment shows; each is held against its row and the clock map."""
    record = recording.record
    clock = ClockMap.read(record.path)
    frames = []
    for row in record.rows:
        assert row.complete
        frames.append(shown(record.base.parent / row.file))
        assert frames[-1][-1][0] == pytest.approx(row.seconds, abs=0.3)
        near = NEAR_S[Path(row.file).suffix]
        for seconds, wall in frames[-1]:
            place = clock.place(wall)
            assert place is None or place[0] != row.file or abs(place[1] - seconds) < near
    return frames


def holes(recording: Recording) -> list[float]:
    return [g["seconds"] for g in json.loads(recording.record.gaps_path.read_text("utf-8"))["gaps"]]


def whole(recording: Recording) -> float:
    """Seconds by which media, holes and overlaps differ from the time that has passed."""
    rows, told = recording.record.rows, json.loads(recording.record.gaps_path.read_text("utf-8"))
    media = sum(row.seconds for row in rows)
    between = sum(g["seconds"] for g in told["gaps"]) - sum(g["seconds"] for g in told["overlaps"])
    return abs(media + between - (rows[-1].end - rows[0].start))


class Scene(NamedTuple):
    """What happens to a room, and how long it is recorded at most."""

    faults: tuple[str, ...]
    seconds: float = 20
    rules: Mapping[str, Any] = MappingProxyType({})
    options: Mapping[str, Any] = MappingProxyType({})


SCENES = {
    "drop and switch": Scene(("cut=70000:1~stream", "switch=3", "over=5.5")),
    "hls": Scene(("hole=2.5", "switch=5.7", "over=8.9"), 20, {"policy": Policy.parse("hls")}),
    "lost": Scene(("http=404:3@2~.ts", "over=4.5"), 20, {"policy": Policy.parse("hls")}),
    "lapse": Scene(("over=9.5",), 20, {}, {"media_ttl_s": 8}),  # renewed 1.6 s before it lapses
    "stall": Scene(("stall=70000:1~stream", "over=6"), 20, {}, {"stall": 1.2}),
    "next best": Scene(("http=404~_origin.flv", "http=503~_origin.m3u8"), 2.5),
    "headless": Scene(("headless~_origin.flv", "http=503~_origin.m3u8"), 2.5, {}, {"stall": 2}),
    "split": Scene(("over=4.5",), 20, {"split_seconds": 2}),
    "not seen": Scene(("http=404~stream",), 20, {"patience": 1}),
    "not told": Scene(("cut=40000:2~stream", "captcha@2~enter"), 4),
    "not renewed": Scene(("captcha@2~enter",), 4, {}, {"media_ttl_s": 3}),
}
# Each takes seconds and next to no work, so they are played at once.
STALL_S = 4.0


async def play(scene: Scene, folder: Path) -> Recording:
    timed = [fault for fault in scene.faults if fault.startswith(("hole=", "switch=", "over="))]
    others = [fault for fault in scene.faults if fault not in timed]
    async with studio(folder, *others, **{"stall": STALL_S, **scene.options}) as room:
        return await room.record(scene.seconds, *timed, **scene.rules)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    async def all_of_them() -> list[Recording]:
        folder = tmp_path_factory.mktemp("live")
        return await asyncio.gather(*(play(SCENES[name], folder / name) for name in SCENES))

    return dict(zip(SCENES, asyncio.run(all_of_them()), strict=True))


Recordings = dict[str, Recording]


def test_a_drop_and_a_switch_part_segments_and_lose_nothing(recordings: Recordings) -> None:
    recording = recordings["drop and switch"]
    assert (recording.outcome, recording.record.state) == (Outcome.OK, "over")
    assert [row.because for row in recording.record.rows] == ["start", "drop", "codec"]
    frames = [wall for segment in played(recording) for _, wall in segment]
    steps = {round(b - a, 1) for a, b in pairwise(frames)}
    assert max(steps) <= 0.2, "the CDN sends again from the last key frame"
    assert whole(recording) < 0.3
    assert not list(recording.record.base.parent.glob("*.part*"))
    assert {one["quality"] for one in recording.record.chosen} == {"origin"}
    assert "sign=" not in recording.record.path.read_text("utf-8")


def test_hls_with_a_hole_and_a_switch(recordings: Recordings) -> None:
    recording = recordings["hls"]
    assert recording.outcome is Outcome.OK
    assert {path.suffix for path in recording.segments} == {".ts"}
    assert [row.because for row in recording.record.rows][:3] == ["start", "jump", "codec"]
    assert sum(holes(recording)) == pytest.approx(2, abs=0.5)
    frames = [wall for segment in played(recording) for _, wall in segment]
    assert sorted(frames) == frames
    assert whole(recording) < 0.3


def test_a_piece_that_cannot_be_had_is_a_hole_and_no_end(recordings: Recordings) -> None:
    recording = recordings["lost"]
    assert [row.because for row in recording.record.rows] == ["start", "jump"]
    assert holes(recording) == [pytest.approx(1, abs=0.5)]
    assert len(played(recording)[0]) == 10


def test_addresses_are_renewed_before_they_lapse(recordings: Recordings) -> None:
    recording = recordings["lapse"]
    assert recording.outcome is Outcome.OK
    assert {row.because for row in recording.record.rows} == {"start", "renewed"}
    assert recording.missing == 0
    assert played(recording)


def test_an_address_nobody_renews_is_used_up(recordings: Recordings) -> None:
    recording = recordings["not renewed"]
    assert [row.because for row in recording.record.rows] == ["start"]
    assert len(played(recording)[0]) > 15


def test_a_stall_is_a_hole_with_its_place(recordings: Recordings) -> None:
    recording = recordings["stall"]
    assert [row.because for row in recording.record.rows] == ["start", "stall"]
    [gap] = json.loads(recording.record.gaps_path.read_text("utf-8"))["gaps"]
    assert 0.2 < gap["seconds"] < 4
    assert gap["media_seconds"] == pytest.approx(recording.record.rows[0].seconds, abs=0.01)
    assert played(recording)
    assert whole(recording) < 0.3


def test_what_cannot_be_had_is_passed_over_for_the_next_best(recordings: Recordings) -> None:
    recording = recordings["next best"]
    assert [one["quality"] for one in recording.record.chosen] == ["uhd"]
    assert (recording.outcome, recording.seen) == (Outcome.OK, "stopped")
    assert played(recording)


def test_what_cannot_be_decoded_is_passed_over_for_the_next_best(recordings: Recordings) -> None:
    recording = recordings["headless"]
    assert [one["quality"] for one in recording.record.chosen] == ["uhd"]
    assert played(recording)


def test_segments_are_split_at_key_frames_without_a_hole(recordings: Recordings) -> None:
    recording = recordings["split"]
    assert [row.because for row in recording.record.rows][:2] == ["start", "split"]
    frames = [wall for segment in played(recording) for _, wall in segment]
    assert {round(b - a, 1) for a, b in pairwise(frames)} == {0.1}
    assert holes(recording) == []


def test_a_room_nobody_can_see_any_more_is_given_up(recordings: Recordings) -> None:
    recording = recordings["not seen"]
    assert recording.outcome is Outcome.NETWORK
    assert recording.segments == ()
    assert recording.record.began, "what is missed is counted from here"
    assert not list(recording.record.base.parent.glob("*.part*"))


def test_a_refusal_to_tell_of_the_room_does_not_end_it(recordings: Recordings) -> None:
    recording = recordings["not told"]
    assert (recording.outcome, recording.seen) == (Outcome.OK, "stopped")
    assert len(recording.record.rows) >= 2
    assert played(recording)


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        (("headless", "http=404~.m3u8"), "sequence header"),
        (("ranges", "http=404~.flv"), "EXT-X-BYTERANGE"),
    ],
)
async def test_what_cannot_be_recorded_is_no_success_however_soon_it_is_over(
    tmp_path: Path, faults: tuple[str, ...], why: str
) -> None:
    async with studio(tmp_path, *faults, stall=0.5) as room:
        recorder = await room.recorder()
        asyncio.get_running_loop().call_later(2.5, room.stop.set)
        recording = await recorder.run(room.stop)
    assert (recording.outcome, recording.segments) == (Outcome.MEDIA_BROKEN, ())
    assert why in recording.seen


async def test_what_is_missing_in_the_end_lasts_until_the_room_is_over(tmp_path: Path) -> None:
    async with studio(tmp_path, "cut=70000:1~stream", "http=404@2~stream") as room:
        recording = await room.record(30, "over=2.5", backoff=60.0, patience=60.0)
        [over] = [one for one in room.sandbox.state.faults.active if one.name == "over"]
    assert recording.outcome is Outcome.OK
    assert recording.record.ended
    assert over.since + 2.5 <= recording.record.ended <= over.since + 8


async def test_a_stream_is_tried_again_soon_and_its_room_is_asked_seldom(tmp_path: Path) -> None:
    async with studio(tmp_path, "http=404~stream") as room:
        recorder = await room.recorder(backoff=60.0)
        assert all(2.5 <= recorder._pause(tries, 5.0) <= 5 for tries in (1, 2, 5000))
        asked = []
        ask = recorder._ask

        async def counted() -> Any:
            asked.append(1)
            return await ask()

        recorder._ask = counted
        recorder._pause = lambda _tries, most: most if most > 5 else 0.0
        for tries in (0, 1, 2, 3):
            await recorder._rest(tries)
        assert len(asked) == 1, "half a minute is not over"
        recorder.doubt()
        await recorder._rest(4)
        recorder._asked -= 11
        await recorder._rest(5)
        assert len(asked) == 2
        recorder.writer._fed = True
        await recorder._rest(1)
    assert len(asked) == 3, "something came: it may have been the last"


async def test_a_broadcast_is_entered_where_it_is_whatever_was_taken_of_others(
    tmp_path: Path,
) -> None:
    async with studio(tmp_path) as room:
        await room.record(1.5, policy=Policy.parse("hls"))
        room.base, began = tmp_path / "next" / "room", time()
        room.stop.clear()
        recording = await room.record(1, policy=Policy.parse("hls"))
    assert recording.record.rows[0].start < began - 2


async def test_why_there_is_nothing_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "f2scrapy.live")
    async with studio(tmp_path, "http=404~stream") as room:
        await room.record(20, patience=1)
    told = [message for message in caplog.messages if "HTTP 404" in message]
    assert told
    assert len(told) == len(set(told))


async def test_a_killed_run_is_finished_by_the_next(tmp_path: Path) -> None:
    async with studio(tmp_path) as room:
        recorder = await room.recorder()
        task = asyncio.ensure_future(recorder._record())
        await asyncio.sleep(2.6)
        task.cancel()  # and nothing is closed, as after kill -9
        await asyncio.wait([task])
        [part] = room.base.parent.glob("*.part")
        recorder.writer._segment._part._release()
        recorder.writer.release()
        with part.open("ab") as file:
            file.write(b"\x09\x00\x40")  # half a tag
        assert len(shown(part)) > 5
        recording = await room.record(1.6)
    assert not list(room.base.parent.glob("*.part*"))
    assert [row.because for row in recording.record.rows] == ["start", "start"]
    assert len(recording.segments) == 2
    assert played(recording)
    assert whole(recording) < 0.3


async def test_two_do_not_record_one_broadcast(tmp_path: Path) -> None:
    async with studio(tmp_path) as room:
        first, second = [await room.recorder() for _ in range(2)]
        running = asyncio.ensure_future(first.run(room.stop))
        async with asyncio.timeout(20):
            while not first.writer.writing:  # noqa: ASYNC110 - nothing tells when it begins
                await asyncio.sleep(0.05)
        late = await asyncio.wait_for(second.run(asyncio.Event()), 20)
        assert (late.outcome, late.flaw, late.segments) == (Outcome.OK, Outcome.OK, ())
        assert "another process" in late.seen
        room.stop.set()
        recording = await running
        room.stop.clear()
        after = await room.record(1.5)
    assert [row.because for row in after.record.rows] == ["start", "start"], "nothing is locked"
    assert after.record.rows[0].seconds == recording.record.rows[0].seconds


async def test_a_full_disk_ends_it_and_says_so(tmp_path: Path) -> None:
    async with studio(tmp_path) as room:
        recorder = await room.recorder()
        task = asyncio.ensure_future(recorder.run(room.stop))
        await asyncio.sleep(1.5)
        usage = shutil.disk_usage(tmp_path).free
        object.__setattr__(recorder.rules, "free_bytes", usage * 2)
        recorder.writer._noted = -1000
        recording = await asyncio.wait_for(task, 5)
    assert recording.outcome is Outcome.DISK
    assert "MB are free" in recording.seen
    assert played(recording)


async def test_a_room_somebody_doubts_is_asked_while_its_stream_goes_on(tmp_path: Path) -> None:
    async with studio(tmp_path) as room:
        recorder = await room.recorder()
        ask, over = recorder._ask, asyncio.Event()

        async def told() -> Any:
            fresh = await ask()
            fresh.on_air = not over.is_set()
            return fresh

        recorder._ask = told
        running = asyncio.ensure_future(recorder.run(room.stop))
        async with asyncio.timeout(20):
            while not recorder.writer.writing:
                recorder.doubt()  # in vain
                await asyncio.sleep(0.05)
        over.set()
        recorder.doubt()
        recording = await asyncio.wait_for(running, 20)
    assert (recording.outcome, recording.record.state) == (Outcome.OK, "over")
    assert [row.because for row in recording.record.rows] == ["start"]


async def test_ten_rooms_at_once(tmp_path: Path) -> None:
    async with studio(tmp_path) as room:
        recorders = [await room.recorder() for _ in range(10)]
        for number, recorder in enumerate(recorders):
            recorder.record.base = recorder.writer._base = tmp_path / f"{number}/room"
        asyncio.get_running_loop().call_later(3, room.stop.set)
        recordings = await asyncio.gather(*(one.run(room.stop) for one in recorders))
    assert all(played(recording) for recording in recordings)


def test_a_record_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    record = Record(tmp_path / "x", {})
    record.path.write_text('{"segments": [{"file": 1}]')
    record.load()
    assert record.rows == []


def test_short_overlaps_are_listed_for_many_of_them_come_to_something(tmp_path: Path) -> None:
    rows = [Row(f"{n}.flv", "renewed", "hd", 10.0, clock=[(0.0, 9.9 * n)]) for n in range(20)]
    record = Record(tmp_path / "x", {}, rows)
    apart = sum(gap["seconds"] for gap in record.gaps())
    assert 200 + apart == pytest.approx(rows[-1].end - rows[0].start)


@pytest.mark.parametrize(
    ("start", "because", "missing"),
    [(None, "", 7.0), (103.0, "drop", 3.0), (103.0, "start", 0.0), (106.0, "start", 6.0),
     (98.0, "drop", 0.0)],
)  # fmt: skip
def test_a_room_on_air_of_which_nothing_came_is_not_whole(
    start: float | None, because: str, missing: float, tmp_path: Path
) -> None:
    rows = [Row("a.flv", because, "hd", 5.0, clock=[(0.0, start)])] if start else []
    record = Record(tmp_path / "x", {}, rows, began=100.0, ended=107.0)
    recording = Recording(Outcome.OK, "stopped", (), record)
    assert recording.missing == pytest.approx(missing)
    assert recording.flaw is (Outcome.NETWORK if missing else Outcome.OK)
    record.write()
    again = Record(record.base, {})
    again.load()
    assert again.began == 100.0
