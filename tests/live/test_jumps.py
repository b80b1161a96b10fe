"""Test streams with times that jump within one connection."""

import asyncio
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from support.recording import LAG, open_room, read_frames

from f2scrapy.live.clock import ClockMap
from f2scrapy.live.flv import AUDIO, VIDEO, Tag
from f2scrapy.live.fragment import Setup
from f2scrapy.live.recording import Recording
from f2scrapy.live.timeline import Timeline

WALL = 1_795_300_000.0
NEAR_S = 0.9
JUMPS = {
    "an encoder restarts": "jump=4,-3600",
    "set back": "jump=4,-5",
    "set ahead": "jump=4,20",
    "set ahead by little": "jump=5,2.5",
}


class Playback(NamedTuple):
    """The recording and the frames in its files."""

    recording: Recording
    segments: list[list[tuple[float, float]]]  # seconds in the file, s since 1970 in the image

    @property
    def offsets(self) -> list[float]:
        """Seconds between the place of a frame and the place of its moment in the clock map."""
        record = self.recording.record
        clock, found = ClockMap.read(record.path), []
        for row, frames in zip(record.rows, self.segments, strict=True):
            places = [(clock.locate(wall), seconds) for seconds, wall in frames]
            found += [abs(place[1] - at) for place, at in places if place and place[0] == row.file]
        return found

    @property
    def because(self) -> list[str]:
        return [row.because for row in self.recording.record.rows]

    @property
    def error(self) -> float:
        """Seconds by which media and listed gaps differ from the times in the images."""
        record = self.recording.record
        gaps = json.loads(record.gaps_path.read_text("utf-8"))
        between = sum(gap["seconds"] for gap in gaps["gaps"])
        between -= sum(gap["seconds"] for gap in gaps["overlaps"])
        moments = [wall for frames in self.segments for _, wall in frames]
        media = sum(row.seconds for row in record.rows)
        return abs(media + between - (moments[-1] - moments[0] + 0.1))


async def play(folder: Path, fault: str) -> Playback:
    async with open_room(folder, stall=8.0) as room:
        recording = await room.record(8, fault)
    folder = recording.record.base.parent
    return Playback(recording, [read_frames(folder / row.file) for row in recording.record.rows])


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Playback]:
    async def play_all() -> list[Playback]:
        folder = tmp_path_factory.mktemp("jumps")
        return await asyncio.gather(*(play(folder / f"{n}", one) for n, one in enumerate(faults)))

    faults = [*JUMPS.values(), "pause=3.5,2"]
    return MappingProxyType(dict(zip(faults, asyncio.run(play_all()), strict=True)))


@pytest.mark.parametrize("fault", JUMPS.values(), ids=JUMPS)
def test_a_jump_begins_a_segment_with_its_own_clock(
    recordings: Mapping[str, Playback], fault: str
) -> None:
    found = recordings[fault]
    assert found.because == ["start", "jump"]
    frames = [wall for frames in found.segments for _, wall in frames]
    assert {round(b - a, 1) for a, b in pairwise(frames)} == {0.1}
    assert len(found.offsets) > len(frames) - 12, "each frame is at its place in the map"
    assert max(found.offsets) < NEAR_S + LAG.worst
    assert found.error < NEAR_S + LAG.worst
    assert found.recording.missing_seconds < NEAR_S + LAG.worst


def test_a_pause_does_not_split(recordings: Mapping[str, Playback]) -> None:
    found = recordings["pause=3.5,2"]
    assert found.because == ["start"]
    [frames] = found.segments
    steps = [round(b - a, 1) for (_, a), (_, b) in pairwise(frames)]
    assert {*steps} == {0.1, 2.1}
    assert len(found.offsets) == len(frames)
    assert max(found.offsets) < NEAR_S + LAG.worst
    assert found.error < NEAR_S + LAG.worst


def build_tag(time_ms: int, kind: int = VIDEO) -> Tag:
    return Tag(Setup(".flv", (b"v", b"a"), b""), time_ms, 0, True, b"..", kind)


def feed(*steps: tuple[int, float], timeline: Timeline | None = None) -> list[bool]:
    """Return whether a timeline accepts video at these ms that arrives at these seconds."""
    timeline = timeline or Timeline()
    return [bool(timeline.place(build_tag(ms), WALL + seconds)) for ms, seconds in steps]


def test_times_that_jump_are_refused() -> None:
    assert feed((5000, 0), (8000, 3), (7900, 3.1)) == [True] * 3, "few frames, out of order"
    assert feed((5000, 0), (8001, 3)) == [True, False]
    assert feed((5000, 0), (4899, 3)) == [True, False]


def test_a_step_is_a_pause_if_it_took_that_time() -> None:
    before = [(n * 500, n * 0.5) for n in range(6)]
    assert all(feed(*before, (5000, 5.0)))
    assert all(feed(*before, (5000, 4.8), (5500, 9.0), (8000, 9.1))), "late, then on time"
    assert not all(feed(*before, (5000, 3.0)))


def test_a_burst_may_contain_a_pause() -> None:
    timeline = Timeline()
    assert all(feed((0, 3.0), (500, 3.0), (3000, 3.01), (3500, 3.5), timeline=timeline))
    assert timeline.clock.to_wall_time(0) == pytest.approx(WALL, abs=0.02)


def place(timeline: Timeline, *steps: tuple[int, int, float]) -> list[list[int]]:
    """Return the places, in ms, of the fragments that each step (track, ms, arrival) releases."""
    found = [timeline.place(build_tag(ms, kind), WALL + at) for kind, ms, at in steps]
    return [[one.time_ms for one in placed] for placed in found]


def test_audio_may_lag_behind_video_but_neither_goes_back() -> None:
    timeline = Timeline()
    steps = ((VIDEO, 5000, 0.0), (AUDIO, 3500, 0.1), (VIDEO, 7500, 2.5), (AUDIO, 3523, 2.6))
    assert place(timeline, *steps) == [[5000], [3500], [7500], [3523]]
    assert place(timeline, (AUDIO, 3400, 2.7)) == [[]]


def test_data_from_before_the_jump_keeps_its_place() -> None:
    timeline = Timeline()
    before = ((VIDEO, 5000, 0.0), (AUDIO, 4900, 0.0))
    assert place(timeline, *before, (VIDEO, 0, 0.0), (AUDIO, 4923, 0.0)) == [
        [5000],
        [4900],
        [],
        [4923],
    ]
    assert place(timeline, (AUDIO, 10, 0.1)) == [[]]
    assert not timeline.has_jumped, "two times may be wrong by themselves"
    assert place(timeline, (VIDEO, 40, 0.1)) == [[]]
    assert timeline.has_jumped
    assert [one.time_ms for one, _ in timeline.waiting] == [0, 10, 40], "for the next timeline"


def test_a_track_that_jumps_alone_is_moved_to_its_place() -> None:
    timeline = Timeline()
    place(timeline, (VIDEO, 5000, 0.0), (AUDIO, 5000, 0.0))
    assert place(timeline, (AUDIO, 90, 0.1), (VIDEO, 5400, 0.4)) == [[], [5400]]
    assert place(timeline, (AUDIO, 590, 0.6), (VIDEO, 5600, 0.6)) == [[], [5600, 5000, 5500]]
    assert place(timeline, (AUDIO, 690, 0.7)) == [[5600]]
    assert not timeline.has_jumped


def test_wrong_times_of_single_fragments_are_replaced() -> None:
    timeline = Timeline()
    place(timeline, (VIDEO, 5000, 0.0), (AUDIO, 5000, 0.0))
    assert place(timeline, (VIDEO, 0, 0.04), (AUDIO, 0, 0.04), (VIDEO, 5080, 0.08)) == [
        [],
        [],
        [5040, 5080],
    ]
    assert place(timeline, (AUDIO, 99_000, 0.08), (AUDIO, 5090, 0.09)) == [[], [5030, 5060, 5090]]


def test_sound_that_is_late_by_chunks_keeps_its_times() -> None:
    timeline = Timeline()
    place(timeline, (VIDEO, 0, 0.0), (AUDIO, 0, 0.0))
    place(timeline, *((VIDEO, ms, ms / 1000) for ms in range(100, 4001, 100)))
    chunk = [(AUDIO, ms, 4.0) for ms in range(100, 4001, 100)]
    steps = place(timeline, *chunk, *((VIDEO, ms, ms / 1000) for ms in range(4100, 4601, 100)))
    sound = [ms for placed in steps for ms in placed if ms <= 4000]
    assert sound == [*range(100, 4001, 100)]


def test_a_jump_while_the_other_track_is_silent_is_a_jump_of_all() -> None:
    timeline = Timeline()
    place(timeline, (VIDEO, 5000, 0.0), (AUDIO, 5000, 0.0))
    assert place(timeline, *((VIDEO, n, n / 1000) for n in range(0, 5001, 500))) == [[]] * 11
    assert not timeline.has_jumped
    assert place(timeline, (VIDEO, 5500, 5.5)) == [[]]
    assert timeline.has_jumped
    assert len(timeline.waiting) == 12
