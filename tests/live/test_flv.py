"""FLV: torn where a network tears it, tags come out whole; setups part segments."""

import io
from collections.abc import Callable
from itertools import pairwise

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.errors import ProtocolError
from f2scrapy.live import flv
from f2scrapy.sandbox.live import containers as box
from f2scrapy.sandbox.live import picture

SPS, PPS = picture.build_sps(picture.Grid()), picture.build_pps()


def video(ms: int, *, key: bool = False, body: bytes = b"picture") -> bytes:
    return box.build_flv_tag(box.VIDEO, ms, box.build_avc_frame(body, key=key))


def setups(sps: bytes = SPS) -> bytes:
    script = box.build_flv_tag(box.SCRIPT, 0, box.build_flv_metadata(128, 96, 10))
    return script + box.build_flv_tag(box.VIDEO, 0, box.build_avc_setup(sps, PPS)) + box.build_flv_tag(
        box.AUDIO, 0, box.build_aac_setup()
    )  # fmt: skip


def sound(ms: int) -> bytes:
    return box.build_flv_tag(box.AUDIO, ms, box.build_aac_silence())


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
    late = (
        box.FLV_HEADER + box.build_flv_tag(9, 0, box.build_avc_setup(SPS, PPS)) + video(0, key=True)
    )
    first, second, _ = tags = fed(late + box.build_flv_tag(8, 5, box.build_aac_setup()) + sound(5))[
        -3:
    ]
    assert tags[2].setup.continues(first.setup)
    assert second.data == box.build_aac_setup(), "players need it where it came"
    wide = picture.build_sps(picture.WIDE)
    after = fed(STREAM + setups(wide) + video(71_000, key=True))[-1]
    assert not after.setup.continues(fed(STREAM)[-1].setup)
    assert wide in after.setup.head


def test_the_same_setup_once_more_is_no_news() -> None:
    assert len(fed(STREAM + setups() + video(71_000, key=True))) == len(fed(STREAM)) + 1


@pytest.fixture(scope="module")
def hevc() -> list[bytes]:
    """What is in the video tags of an FLV by another program: setup and 30 frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as out:
        quiet = {"x265-params": "keyint=10:open-gop=0:scenecut=0:bframes=2:log-level=none"}
        stream = out.add_stream("libx265", rate=10, options=quiet)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(30):
            frame = av.VideoFrame(128, 96, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([8 * number]) * plane.buffer_size)
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    data, at, bodies = file.getvalue(), len(box.FLV_HEADER), []
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        body = data[at + 11 : at + 11 + size]
        bodies += [body] if data[at] == box.VIDEO and body[0] & 0xF <= 3 else []
        at += 11 + size + 4
    return bodies


def as_codec_12(body: bytes) -> bytes:
    """How Chinese CDNs send a tag of Enhanced RTMP; there, 3 = shown when it is decoded."""
    kind, rest = body[0] & 0xF, body[5:]
    head = bytes([body[0] & 0x70 | 12, 1 if kind == 3 else kind])
    return head + rest if kind == 1 else head + b"\0\0\0" + rest


@pytest.mark.skipif("libx265" not in av.codecs_available, reason="no encoder of HEVC")
@pytest.mark.parametrize("form", [bytes, as_codec_12])
def test_hevc_plays_in_both_of_its_forms(hevc: list[bytes], form: Callable[[bytes], bytes]) -> None:
    sent = (box.build_flv_tag(box.VIDEO, 100 * n, form(body)) for n, body in enumerate(hevc))
    tags = fed(box.FLV_HEADER, *sent)
    second = [place for place, one in enumerate(tags) if one.entry][1]
    kept = [one.written(tags[second].time_ms) for one in tags[second:]]
    with av.open(io.BytesIO(tags[second].setup.head + b"".join(kept))) as file:
        assert len([*file.decode(video=0)]) == len(kept) == 20
    assert tags[0].setup.parts[0][:5] == b"\x90hvc1", "what ffmpeg 6 and 7 read, too"


def test_a_setup_has_the_time_of_where_it_stands() -> None:
    assert fed(box.FLV_HEADER, setups()) == [], "the first ones are in each segment's head"
    wide = picture.build_sps(picture.WIDE)
    late = fed(STREAM + box.build_flv_tag(box.VIDEO, 0, box.build_avc_setup(wide, PPS)))[-1]
    assert (late.data[1], late.time_ms) == (0, 70_100)


def test_the_head_tells_of_the_stream_and_of_nothing_else() -> None:
    beat = box.build_flv_tag(box.SCRIPT, 70_050, b"\x02\x00\x06onBeat\x05")
    assert fed(STREAM + beat + video(70_200))[-1].setup.head == fed(STREAM)[-1].setup.head


def test_sound_alone_begins_anywhere_once_that_is_sure() -> None:
    alone = fed(b"FLV\x01\x04\0\0\0\x09\0\0\0\0" + sound(0))
    assert alone[0].entry
    doubtful = fed(box.FLV_HEADER + b"".join(sound(ms) for ms in (0, 2999, 3000)))
    assert [tag.entry for tag in doubtful] == [False, False, True]


def test_times_have_32_bits() -> None:
    assert fed(box.FLV_HEADER + video(0xABCDEF01, key=True))[0].time_ms == 0xABCDEF01


def test_times_go_on_where_32_bits_end() -> None:
    end = 1 << 32
    tags = fed(STREAM, video(end - 40, key=True), video(60), sound(end - 20), video(160))[-4:]
    assert [one.time_ms - tags[0].time_ms for one in tags] == [0, 100, 20, 200]


def test_an_encoder_that_begins_anew_is_not_waited_for() -> None:
    tags = fed(STREAM, video(5, key=True), setups(picture.build_sps(picture.WIDE)), sound(30))
    assert [one.time_ms for one in tags[-3:]] == [5, 5, 30], "a setup stands where it came"
    doubtful = fed(box.FLV_HEADER + b"".join(sound(ms) for ms in (70_000, 0, 2999, 3000)))
    assert [one.entry for one in doubtful] == [False, False, False, True]


def test_a_picture_without_its_setup_is_no_beginning() -> None:
    stream = flv.FlvStream()
    early = stream.feed(box.FLV_HEADER + video(0, key=True) + sound(5) + video(4000))
    assert not any(one.entry for one in early)
    assert (stream.begun, stream.lack) == (False, "sequence header")
    late = stream.feed(setups() + video(5000) + video(5100, key=True))
    assert [one.entry for one in frames(late)] == [False, True]
    assert (stream.begun, stream.lack) == (True, "")
    stream = flv.FlvStream()
    stream.feed(box.FLV_HEADER + setups() + video(0))
    assert stream.lack == "key frame"
    assert fed(box.FLV_HEADER + box.build_flv_tag(box.VIDEO, 0, b"\x12sorenson"))[0].entry


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
