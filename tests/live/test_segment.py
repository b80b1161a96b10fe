"""Segment: what a kill leaves is cut to what is whole, and nobody else's file is touched."""

from pathlib import Path

import pytest

from f2scrapy.download.part_file import DiskError, Journal, Part
from f2scrapy.live.flv import AUDIO, VIDEO, FlvStream, Tag
from f2scrapy.live.fragment import Setup, Unit
from f2scrapy.live.segment import Segment, left_over
from f2scrapy.sandbox.live.containers import FLV_HEADER

KEY = "douyin:live:7"
BOX = b"\0\0\0\x0cmoofdata"


def killed(folder: Path, name: str, data: bytes, key: str = KEY) -> Part:
    part = Part(folder / name, key)
    part.begin(Journal(key, 0, ""))
    part.write(data)
    return part


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("suffix", "data", "whole"),
    [
        (".ts", b"\x47" * (188 * 3 + 50), 188 * 3),
        (".mp4", BOX * 3 + BOX[:7], len(BOX) * 3),
        (".mp4", BOX * 2, len(BOX) * 2),
        (".aac", b"\xff\xf1sound", 7),
        (".flv", b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x09\0", 0),
    ],
)
def test_what_is_torn_is_cut(tmp_path: Path, suffix: str, data: bytes, whole: int) -> None:
    killed(tmp_path, f"room_live_1{suffix}", data).close()
    mended = left_over(tmp_path / "room", KEY)
    assert sizes(tmp_path) == ({f"room_live_1{suffix}": whole} if whole else {})
    assert [one.path.name for one in mended] == [*sizes(tmp_path)]


def test_what_is_another_s_is_left_alone(tmp_path: Path) -> None:
    open_one = killed(tmp_path, "room_live_1.ts", b"\x47" * 188)
    killed(tmp_path, "room_live_2.ts", b"\x47" * 188, "douyin:live:8").close()
    assert left_over(tmp_path / "room", KEY) == []
    open_one.close()
    assert len(left_over(tmp_path / "room", KEY)) == 1


def unit(time_ms: int, data: bytes = b"\x47" * 188) -> Unit:
    return Unit(Setup(".ts", (b"0",), b""), time_ms, 1000, entry=True, data=data)


async def test_two_in_a_second_have_names_of_their_own(tmp_path: Path) -> None:
    names = set()
    for time_ms in (0, 1000, 2000):
        segment = Segment(tmp_path / "room", KEY, unit(time_ms))
        await segment.open()
        segment.add(unit(time_ms))
        await segment.close()
        names.add(segment.path.name)
    assert sizes(tmp_path).keys() == names
    assert len(names) == 3


async def test_two_forms_in_a_second_do_not_share_a_name(tmp_path: Path) -> None:
    first = Segment(tmp_path / "room", KEY, unit(0))
    await first.open()
    other = Unit(Setup(".flv", (b"0",), b""), 0, 0, entry=True, data=b"tag")
    assert Segment(tmp_path / "room", KEY, other).path.stem != first.path.stem
    await first.close()


def tag(kind: int, time_ms: int) -> Tag:
    return Tag(Setup(".flv", (b"v", b"a"), b""), time_ms, 0, kind == VIDEO, b"..", kind)


def test_sound_may_lie_behind_the_picture_and_neither_goes_back(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "room", KEY, tag(VIDEO, 5000))
    segment.add(tag(VIDEO, 5000))
    segment.add(tag(VIDEO, 7500))
    segment.add(tag(AUDIO, 5500))
    for untidy in (tag(VIDEO, 7480), tag(AUDIO, 4990)):
        segment.add(untidy)
    tags = FlvStream().feed(FLV_HEADER + b"".join(segment._held))
    assert [(one.kind, one.time_ms) for one in tags] == [(9, 0), (9, 2500), (8, 500), (9, 2500)]


async def test_one_without_a_unit_is_no_file(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "room", KEY, unit(0))
    await segment.open()
    await segment.close()
    assert sizes(tmp_path) == {}


async def test_a_write_that_fails_leaves_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = Segment(tmp_path / "room", KEY, unit(0))
    await segment.open()
    segment.add(unit(0))
    await segment.flush()
    written = Part.write

    def half(part: Part, data: bytes) -> None:
        written(part, data[:100])
        raise DiskError("full")

    monkeypatch.setattr(Part, "write", half)
    segment.add(unit(1000))
    with pytest.raises(DiskError):
        await segment.flush()
    with pytest.raises(DiskError):
        await segment.close()
    assert [*sizes(tmp_path).values()] == [188]
