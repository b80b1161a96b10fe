"""Test that a segment of a killed run is cut to its whole part, and other files stay."""

from pathlib import Path

import pytest

from f2scrapy.download.part_file import DiskError, PartFile, PartJournal
from f2scrapy.live.flv import AUDIO, VIDEO, FlvParser, Tag
from f2scrapy.live.fragment import Fragment, Setup
from f2scrapy.live.segment import Segment, recover_segments
from f2scrapy.sandbox.live.containers import FLV_HEADER

pytestmark = pytest.mark.clock

KEY = "douyin:live:7"
BOX = b"\0\0\0\x0cmoofdata"


def write_part(folder: Path, name: str, data: bytes, key: str = KEY) -> PartFile:
    part = PartFile(folder / name, key)
    part.begin(PartJournal(key, 0, ""))
    part.write(data)
    return part


def list_sizes(folder: Path) -> dict[str, int]:
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
def test_a_torn_end_is_cut(tmp_path: Path, suffix: str, data: bytes, whole: int) -> None:
    write_part(tmp_path, f"room_live_1{suffix}", data).close()
    recovered = recover_segments(tmp_path / "room", KEY)
    assert list_sizes(tmp_path) == ({f"room_live_1{suffix}": whole} if whole else {})
    assert [one.path.name for one in recovered] == [*list_sizes(tmp_path)]


def test_files_of_another_process_or_room_stay(tmp_path: Path) -> None:
    open_one = write_part(tmp_path, "room_live_1.ts", b"\x47" * 188)
    write_part(tmp_path, "room_live_2.ts", b"\x47" * 188, "douyin:live:8").close()
    assert recover_segments(tmp_path / "room", KEY) == []
    open_one.close()
    assert len(recover_segments(tmp_path / "room", KEY)) == 1


def test_a_segment_without_a_byte_leaves_nothing_behind(tmp_path: Path) -> None:
    write_part(tmp_path, "room_live_1.flv", b"").close()
    write_part(tmp_path, "room_live_2.flv", b"", "douyin:live:8").close()
    assert recover_segments(tmp_path / "room", KEY) == []
    assert sorted(list_sizes(tmp_path)) == ["room_live_2.flv.part", "room_live_2.flv.part.json"]


@pytest.mark.parametrize("journal", [None, b"", b'{"key'])
def test_a_kill_beside_the_journal_of_a_segment_loses_nothing(
    tmp_path: Path, journal: bytes | None
) -> None:
    packets = b"\x47" * 188
    (tmp_path / "room_live_1.ts.part").touch()  # before its journal is whole
    (tmp_path / "room_live_2.ts.part").write_bytes(packets)  # after its journal is removed
    (tmp_path / "room_live_3.mp4.part").write_bytes(BOX)
    (tmp_path / "room_live_4.flv").touch()
    (tmp_path / "room_live_4.mp4.part").write_bytes(BOX)  # made of a finished segment
    if journal is not None:
        (tmp_path / "room_live_1.ts.part.json").write_bytes(journal)
    recovered = recover_segments(tmp_path / "room", KEY)
    assert [one.path.name for one in recovered] == ["room_live_2.ts", "room_live_3.mp4"]
    assert sorted(list_sizes(tmp_path)) == [
        "room_live_2.ts", "room_live_3.mp4", "room_live_4.flv", "room_live_4.mp4.part",
    ]  # fmt: skip


def build_fragment(time_ms: int, data: bytes = b"\x47" * 188) -> Fragment:
    return Fragment(Setup(".ts", (b"0",), b""), time_ms, 1000, is_entry=True, data=data)


async def test_segments_of_one_second_have_different_names(tmp_path: Path) -> None:
    names = set()
    for time_ms in (0, 1000, 2000):
        segment = Segment(tmp_path / "room", KEY, build_fragment(time_ms))
        await segment.open()
        segment.add(build_fragment(time_ms))
        await segment.close()
        names.add(segment.path.name)
    assert list_sizes(tmp_path).keys() == names
    assert len(names) == 3


async def test_segments_of_two_formats_have_different_names(tmp_path: Path) -> None:
    first = Segment(tmp_path / "room", KEY, build_fragment(0))
    await first.open()
    other = Fragment(Setup(".flv", (b"0",), b""), 0, 0, is_entry=True, data=b"tag")
    assert Segment(tmp_path / "room", KEY, other).path.stem != first.path.stem
    await first.close()


def build_tag(kind: int, time_ms: int) -> Tag:
    return Tag(Setup(".flv", (b"v", b"a"), b""), time_ms, 0, kind == VIDEO, b"..", kind)


def test_audio_may_lag_behind_video_but_neither_goes_back(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "room", KEY, build_tag(VIDEO, 5000))
    segment.add(build_tag(VIDEO, 5000))
    segment.add(build_tag(VIDEO, 7500))
    segment.add(build_tag(AUDIO, 5500))
    for late in (build_tag(VIDEO, 7480), build_tag(AUDIO, 4990)):
        segment.add(late)
    tags = FlvParser().feed(FLV_HEADER + b"".join(segment._buffer))
    assert [(one.kind, one.time_ms) for one in tags] == [(9, 0), (9, 2500), (8, 500), (9, 2500)]


async def test_a_segment_without_a_fragment_is_no_file(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "room", KEY, build_fragment(0))
    await segment.open()
    await segment.close()
    assert list_sizes(tmp_path) == {}


async def test_a_failed_write_keeps_the_data_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = Segment(tmp_path / "room", KEY, build_fragment(0))
    await segment.open()
    segment.add(build_fragment(0))
    await segment.flush()
    write_all = PartFile.write

    def write_half(part: PartFile, data: bytes) -> None:
        write_all(part, data[:100])
        raise DiskError("full")

    monkeypatch.setattr(PartFile, "write", write_half)
    segment.add(build_fragment(1000))
    with pytest.raises(DiskError):
        await segment.flush()
    with pytest.raises(DiskError):
        await segment.close()
    assert [*list_sizes(tmp_path).values()] == [188]
