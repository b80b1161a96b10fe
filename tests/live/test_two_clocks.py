"""Test streams with two clocks, one for sound and one for pictures: all of both is kept."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from support.tags import read_times, write_tags

from f2scrapy.live.flv import AUDIO, VIDEO, FlvParser, Tag, encode_tag
from f2scrapy.sandbox.live import containers


async def test_a_clock_of_sound_that_begins_again_costs_nothing(
    tmp_path: Path, shared: Path
) -> None:
    case = shared / "reference/cases/live/01-sound-clock-begins-anew.flv"
    tags = FlvParser().feed(case.read_bytes())
    arrived, seconds = [], 0.0
    for tag in tags:
        seconds = max(seconds, tag.time_ms / 1000 if tag.kind == VIDEO else 0)
        arrived.append((tag, seconds))
    recording = await write_tags(tmp_path, arrived)
    assert [row.because for row in recording.record.rows] == ["start"]
    assert recording.missing_seconds == 0
    assert recording.record.rows[0].seconds == pytest.approx(60, abs=0.1)
    [path] = recording.segments
    sound, sight = read_times(path, "audio"), read_times(path, "video")
    assert len(sight) == sum(tag.kind == VIDEO for tag in tags)
    assert len(sound) >= sum(tag.kind == AUDIO for tag in tags) - 2, "before the first picture"
    assert abs(sound[-1] - sight[-1]) < 0.1
    assert max(b - a for a, b in pairwise(sound)) < 0.1


def build_stream(shift: Callable[[int, int], int], seconds: int = 24) -> list[tuple[Tag, float]]:
    """Return 10 pictures and sounds a second; `shift` gives the ms added at (track, ms)."""
    parser = FlvParser()
    parser.feed(b"FLV\x01\x05\0\0\0\x09\0\0\0\0")
    found = []
    parser.feed(encode_tag(VIDEO, 0, b"\x17\0\0\0\0setup"))
    parser.feed(encode_tag(AUDIO, 0, containers.build_aac_setup()))
    for ms in range(0, seconds * 1000, 100):
        key = b"\x17" if ms % 1000 == 0 else b"\x27"
        bodies = key + b"\1\0\0\0data%d" % ms, containers.build_aac_silence() + b"%d" % ms
        for kind, body in zip((VIDEO, AUDIO), bodies, strict=True):
            raw = encode_tag(kind, (ms + shift(kind, ms)) % (1 << 32), body)
            found += [(tag, ms / 1000) for tag in parser.feed(raw)]
    return found


SHIFTS: dict[str, Callable[[int, int], int]] = {
    "sound is an hour ahead": lambda kind, _: 3_600_000 * (kind == AUDIO),
    "sound is 3.5 s ahead": lambda kind, _: 3500 * (kind == AUDIO),
    "the picture is 49 days ahead": lambda kind, _: 4_294_000_000 * (kind == VIDEO),
    "the picture jumps ahead": lambda kind, ms: 20_000 * (kind == VIDEO and ms >= 8000),
    "the picture begins again": lambda kind, ms: -8000 * (kind == VIDEO and ms >= 8000),
    "sound jumps by little": lambda kind, ms: 2000 * (kind == AUDIO and ms >= 8000),
    "sound jumps often": lambda kind, ms: 7000 * (ms // 4000) * (kind == AUDIO),
    "sound jumps within a second": lambda kind, ms: 9000 * (kind == AUDIO and ms % 8000 >= 7700),
    "each key frame is at 0": lambda kind, ms: -ms * (kind == VIDEO and ms % 1000 == 0),
    "all is at 0 now and then": lambda _, ms: -ms * (ms % 700 == 0),
    "all jumps between key frames": lambda _, ms: -5000 * (ms >= 8500),
    "sound follows a jump of the picture": lambda kind, ms: (
        -7000 * (ms >= (11_000 if kind == AUDIO else 8000))
    ),
    "the picture has two clocks in turns": lambda kind, ms: (
        80_000 * (kind == VIDEO and ms // 300 % 2)
    ),
    "both jump apart": lambda kind, ms: 0 if ms < 8000 else 50_000 if kind == AUDIO else 90_000,
}


@pytest.mark.parametrize("shift", SHIFTS.values(), ids=SHIFTS)
async def test_two_clocks_cost_nothing(tmp_path: Path, shift: Callable[[int, int], int]) -> None:
    tags = build_stream(shift)
    recording = await write_tags(tmp_path, tags)
    rows = recording.record.rows
    assert len(rows) <= 2
    assert recording.missing_seconds == 0
    assert sum(row.seconds for row in rows) == pytest.approx(24, abs=0.3)
    written = [tag for path in recording.segments for tag in FlvParser().feed(path.read_bytes())]
    assert len(written) >= len(tags) - 2, "a sound just before a picture cannot begin a file"
    for path in recording.segments:
        places: dict[int, list[int]] = {VIDEO: [], AUDIO: []}
        for tag in FlvParser().feed(path.read_bytes()):
            places[tag.kind].append(tag.time_ms)
        for times in places.values():
            assert {b - a for a, b in pairwise(times)} == {100}
        assert abs(places[VIDEO][-1] - places[AUDIO][-1]) <= 200


LATE_JUMPS: dict[str, tuple[Callable[[int, int], int], int]] = {  # shifts, ms by which sound lags
    "all is set back": (lambda _, ms: -20_000 * (ms >= 8700), 1500),
    "all is set ahead": (lambda _, ms: 20_000 * (ms >= 8700), 700),
    "all begins again": (lambda _, ms: -8700 * (ms >= 8700), 300),
    "sound is set, then all is": (
        lambda kind, ms: 3000 * (kind == AUDIO and ms >= 4000) - 3000 * (ms >= 8700),
        0,
    ),
    "sound is set back, then all is": (
        lambda kind, ms: -900 * (kind == AUDIO and ms >= 4000) - 9000 * (ms >= 8700),
        0,
    ),
}


@pytest.mark.parametrize(("shift", "lag"), LATE_JUMPS.values(), ids=LATE_JUMPS)
async def test_a_jump_of_all_costs_no_sound_and_no_distance(
    tmp_path: Path, shift: Callable[[int, int], int], lag: int
) -> None:
    tags = build_stream(shift)
    tags = [(tag, at + lag / 1000 * (tag.kind == AUDIO)) for tag, at in tags]
    recording = await write_tags(tmp_path, sorted(tags, key=lambda pair: pair[1]))
    assert [row.because for row in recording.record.rows] == ["start", "jump"]
    files = [FlvParser().feed(path.read_bytes()) for path in recording.segments]
    assert sum(map(len, files)) >= len(tags) - 1, "a sound just before a picture"
    for written in files:
        places = {
            kind: {_read_number(tag): tag.time_ms for tag in written if tag.kind == kind}
            for kind in (VIDEO, AUDIO)
        }
        common = places[VIDEO].keys() & places[AUDIO].keys()
        assert {abs(places[VIDEO][ms] - places[AUDIO][ms]) for ms in common} <= {0, 100}


def _read_number(tag: Tag) -> int:
    return int(re.findall(rb"\d+$", tag.data)[0])


async def test_times_that_jump_all_the_time_stay_in_one_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tags = build_stream(lambda _, ms: ms % 2000 - ms, 60)
    recording = await write_tags(tmp_path, tags)
    rows = recording.record.rows
    assert len(rows) == 8
    assert [text for text in caplog.messages if "jump too often" in text] == caplog.messages[-1:]
    assert recording.missing_seconds == 0
    assert sum(row.seconds for row in rows) == pytest.approx(60, abs=0.5)
    written = [tag for path in recording.segments for tag in FlvParser().feed(path.read_bytes())]
    assert len(written) == len(tags)


async def test_sound_whose_clock_stands_still_while_it_is_silent(tmp_path: Path) -> None:
    tags = build_stream(lambda kind, ms: -6000 * (kind == AUDIO and ms >= 14_000))
    tags = [pair for pair in tags if pair[0].kind == VIDEO or not 8 <= pair[1] < 14]
    recording = await write_tags(tmp_path, tags)
    [path] = recording.segments
    sound = [tag.time_ms for tag in FlvParser().feed(path.read_bytes()) if tag.kind == AUDIO]
    assert sound[-1] == pytest.approx(23_900, abs=200)
    assert sum(b - a > 200 for a, b in pairwise(sound)) == 1
