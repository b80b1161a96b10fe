"""FLV: torn where a network tears it, tags come out whole; setups part segments."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.errors import ProtocolError
from f2scrapy.live import flv
from f2scrapy.sandbox import containers as box
from f2scrapy.sandbox import picture

SPS, PPS = picture.sequence(picture.Grid()), picture.picture_set()
HEVC_SETUP, HEVC_KEY = b"\x1c\x00\x00\x00\x00hvcC", b"\x1c\x01\x00\x00\x00frame"
EX_SETUP, EX_KEY, EX_NEXT = b"\x90hvc1hvcC", b"\x91hvc1frame", b"\xa1hvc1frame"


def video(ms: int, *, key: bool = False, body: bytes = b"picture") -> bytes:
    return box.flv_tag(box.VIDEO, ms, box.avc_frame(body, key=key))


def setups(sps: bytes = SPS) -> bytes:
    script = box.flv_tag(box.SCRIPT, 0, box.flv_metadata(128, 96, 10))
    return script + box.flv_tag(box.VIDEO, 0, box.avc_setup(sps, PPS)) + box.flv_tag(
        box.AUDIO, 0, box.aac_setup()
    )  # fmt: skip


def sound(ms: int) -> bytes:
    return box.flv_tag(box.AUDIO, ms, box.aac_silence())


STREAM = b"".join(
    [box.FLV_HEADER, setups(), video(70_000, key=True), sound(70_010), video(70_100), sound(70_074)]
)


def fed(*chunks: bytes) -> list[flv.Tag]:
    stream = flv.FlvStream()
    return [tag for chunk in chunks for tag in stream.feed(chunk)]


def frames(tags: list[flv.Tag]) -> list[flv.Tag]:
    """All but the decoders' setups, which stand in a segment's head already."""
    return [tag for tag in tags if tag.data[1]]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_chunks_may_end_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in pairwise(places)]
    assert fed(*chunks) == fed(STREAM)


def test_tags_come_with_what_a_segment_needs_first() -> None:
    tags = fed(STREAM)
    assert [(t.kind, t.time_ms, t.entry) for t in frames(tags)] == [
        (9, 70_000, True), (8, 70_010, False), (9, 70_100, False), (8, 70_074, False)
    ]  # fmt: skip
    first = tags[-1].setup
    again = fed(first.head + b"".join(tag.written(70_000) for tag in frames(tags)))
    assert [t.time_ms for t in frames(again)] == [0, 10, 100, 74]
    assert again[-1].setup == first


def test_a_torn_tag_is_never_given() -> None:
    tags = fed(STREAM[:-1])
    assert [t.time_ms for t in tags][-1] == 70_100


def test_another_picture_is_another_setup_and_sound_that_comes_late_is_not() -> None:
    late = box.FLV_HEADER + box.flv_tag(9, 0, box.avc_setup(SPS, PPS)) + video(0, key=True)
    first, second, _ = tags = fed(late + box.flv_tag(8, 5, box.aac_setup()) + sound(5))[-3:]
    assert tags[2].setup.continues(first.setup)
    assert second.data == box.aac_setup(), "players need it where it came"
    wide = picture.sequence(picture.WIDE)
    after = fed(STREAM + setups(wide) + video(71_000, key=True))[-1]
    assert not after.setup.continues(fed(STREAM)[-1].setup)
    assert wide in after.setup.head


def test_the_same_setup_once_more_is_no_news() -> None:
    assert len(fed(STREAM + setups() + video(71_000, key=True))) == len(fed(STREAM)) + 1


@pytest.mark.parametrize(
    ("setup", "key", "following"),
    [(HEVC_SETUP, HEVC_KEY, b"\x2c\x01"), (EX_SETUP, EX_KEY, EX_NEXT)],
)
def test_hevc_in_both_of_its_forms(setup: bytes, key: bytes, following: bytes) -> None:
    bodies = (setup, key, following)
    tags = fed(box.FLV_HEADER + b"".join(box.flv_tag(9, 0, body) for body in bodies))
    assert [tag.entry for tag in tags] == [True, False]
    assert tags[0].setup.parts[0] == setup


def test_a_setup_has_the_time_of_where_it_stands() -> None:
    assert fed(box.FLV_HEADER, setups()) == [], "the first ones are in each segment's head"
    wide = picture.sequence(picture.WIDE)
    late = fed(STREAM + box.flv_tag(box.VIDEO, 0, box.avc_setup(wide, PPS)))[-1]
    assert (late.data[1], late.time_ms) == (0, 70_100)


def test_the_head_tells_of_the_stream_and_of_nothing_else() -> None:
    beat = box.flv_tag(box.SCRIPT, 70_050, b"\x02\x00\x06onBeat\x05")
    assert fed(STREAM + beat + video(70_200))[-1].setup.head == fed(STREAM)[-1].setup.head


def test_sound_alone_begins_anywhere_once_that_is_sure() -> None:
    alone = fed(b"FLV\x01\x04\0\0\0\x09\0\0\0\0" + sound(0))
    assert alone[0].entry
    doubtful = fed(box.FLV_HEADER + b"".join(sound(ms) for ms in (0, 2999, 3000)))
    assert [tag.entry for tag in doubtful] == [False, False, True]


def test_times_have_32_bits() -> None:
    assert fed(box.FLV_HEADER + video(0xABCDEF01, key=True))[0].time_ms == 0xABCDEF01


@pytest.mark.parametrize("nonsense", [b"<html>not found</html>", box.FLV_HEADER + b"\x07" * 20])
def test_what_is_no_flv_is_refused(nonsense: bytes) -> None:
    with pytest.raises(ProtocolError):
        fed(nonsense)


@pytest.mark.parametrize("lost", [0, 1, 14, 15, 16, 200])
def test_where_a_file_is_whole(lost: int) -> None:
    data = STREAM[: len(STREAM) - lost]
    size, last_ms = flv.whole(io.BytesIO(data), len(data))
    expected = (
        0 if lost == 200 else len(STREAM) - (len(sound(0)) if lost else 0) * (1 + (lost > 19))
    )
    assert size == (expected if lost < 20 else 0)
    assert last_ms in ((70_100,) if size else (0,))
