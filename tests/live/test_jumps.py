"""Jumps: a stream's times are set on one connection, and what is told of both sides stays true."""

import asyncio
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from support.recording import shown, studio

from f2scrapy.live.clock import ClockMap
from f2scrapy.live.flv import AUDIO, VIDEO, Tag
from f2scrapy.live.fragment import Setup
from f2scrapy.live.recorder import Recording
from f2scrapy.live.timeline import Timeline

WALL = 1_795_300_000.0
NEAR_S = 0.9
JUMPS = {
    "an encoder begins anew": "jump=4,-3600",
    "set back": "jump=4,-5",
    "set ahead": "jump=4,20",
    "set ahead by little": "jump=5,2.5",
}


class Seen(NamedTuple):
    """What a recording's files show."""

    recording: Recording
    segments: list[list[tuple[float, float]]]  # seconds of the file, s since 1970 in the picture

    @property
    def offsets(self) -> list[float]:
        """Seconds between where a picture is and where the clock map has its moment."""
        record = self.recording.record
        clock, found = ClockMap.read(record.path), []
        for row, frames in zip(record.rows, self.segments, strict=True):
            places = [(clock.place(wall), seconds) for seconds, wall in frames]
            found += [abs(place[1] - at) for place, at in places if place and place[0] == row.file]
        return found

    @property
    def because(self) -> list[str]:
        return [row.because for row in self.recording.record.rows]

    @property
    def error(self) -> float:
        """Seconds by which media and what is listed differ from what the pictures show."""
        record = self.recording.record
        told = json.loads(record.gaps_path.read_text("utf-8"))
        between = sum(gap["seconds"] for gap in told["gaps"])
        between -= sum(gap["seconds"] for gap in told["overlaps"])
        moments = [wall for frames in self.segments for _, wall in frames]
        media = sum(row.seconds for row in record.rows)
        return abs(media + between - (moments[-1] - moments[0] + 0.1))


async def seen(folder: Path, fault: str) -> Seen:
    async with studio(folder, stall=8.0) as room:
        recording = await room.record(8, fault)
    folder = recording.record.base.parent
    return Seen(recording, [shown(folder / row.file) for row in recording.record.rows])


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Seen]:
    async def all_of_them() -> list[Seen]:
        folder = tmp_path_factory.mktemp("jumps")
        return await asyncio.gather(*(seen(folder / f"{n}", one) for n, one in enumerate(faults)))

    faults = [*JUMPS.values(), "pause=3.5,2"]
    return MappingProxyType(dict(zip(faults, asyncio.run(all_of_them()), strict=True)))


@pytest.mark.parametrize("fault", JUMPS.values(), ids=JUMPS)
def test_a_jump_begins_a_segment_with_a_clock_of_its_own(
    recordings: Mapping[str, Seen], fault: str
) -> None:
    found = recordings[fault]
    assert found.because == ["start", "jump"]
    frames = [wall for frames in found.segments for _, wall in frames]
    assert {round(b - a, 1) for a, b in pairwise(frames)} == {0.1}
    assert len(found.offsets) > len(frames) - 12, "each is where the map has it"
    assert max(found.offsets) < NEAR_S
    assert found.error < NEAR_S
    assert found.recording.missing < NEAR_S


def test_a_stream_that_pauses_goes_on(recordings: Mapping[str, Seen]) -> None:
    found = recordings["pause=3.5,2"]
    assert found.because == ["start"]
    [frames] = found.segments
    steps = [round(b - a, 1) for (_, a), (_, b) in pairwise(frames)]
    assert {*steps} == {0.1, 2.1}
    assert len(found.offsets) == len(frames)
    assert max(found.offsets) < NEAR_S
    assert found.error < NEAR_S


def tag(time_ms: int, kind: int = VIDEO) -> Tag:
    return Tag(Setup(".flv", (b"v", b"a"), b""), time_ms, 0, True, b"..", kind)


def fed(*steps: tuple[int, float], line: Timeline | None = None) -> list[bool]:
    """Whether a timeline takes pictures of these ms that come at these seconds."""
    line = line or Timeline()
    return [line.takes(tag(ms), WALL + seconds) for ms, seconds in steps]


def test_times_that_jump_are_not_taken() -> None:
    assert fed((5000, 0), (8000, 3), (7900, 3.1)) == [True] * 3, "little is shown, and untidily"
    assert fed((5000, 0), (8001, 3)) == [True, False]
    assert fed((5000, 0), (4899, 3)) == [True, False]


def test_a_step_is_a_pause_where_it_took_its_time() -> None:
    before = [(n * 500, n * 0.5) for n in range(6)]
    assert all(fed(*before, (5000, 5.0)))
    assert all(fed(*before, (5000, 4.8), (5500, 9.0), (8000, 9.1))), "late, and then not"
    assert not all(fed(*before, (5000, 3.0)))


def test_a_burst_may_hold_a_pause() -> None:
    line = Timeline()
    assert all(fed((0, 3.0), (500, 3.0), (3000, 3.01), (3500, 3.5), line=line))
    assert line.clock.wall(0) == pytest.approx(WALL, abs=0.02)


def test_sound_may_lie_behind_the_picture_and_neither_goes_back() -> None:
    line = Timeline()
    assert fed((5000, 0.0), line=line)
    assert line.takes(tag(3500, AUDIO), WALL + 0.1)
    assert line.takes(tag(7500), WALL + 2.5)
    assert line.takes(tag(3523, AUDIO), WALL + 2.6)
    assert not line.takes(tag(3400, AUDIO), WALL + 2.7)


def test_what_still_has_the_times_from_before_belongs_to_nothing() -> None:
    before = Timeline()
    assert before.takes(tag(5000), WALL)
    assert before.takes(tag(4900, AUDIO), WALL)
    after = Timeline(before)
    assert after.takes(tag(0), WALL)
    assert after.is_behind(tag(4923, AUDIO))
    assert not after.is_behind(tag(10, AUDIO))
    assert not after.is_behind(tag(5040)), "the picture has jumped"
