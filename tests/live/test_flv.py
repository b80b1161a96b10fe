"""Test that FLV tags survive any chunk boundary, and that setups split segments."""

import io
import struct
from collections.abc import Callable, Iterator
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


def build_video(ms: int, *, key: bool = False, body: bytes = b"picture") -> bytes:
    return box.build_flv_tag(box.VIDEO, ms, box.build_avc_frame(body, key=key))


def build_setups(sps: bytes = SPS) -> bytes:
    script = box.build_flv_tag(box.SCRIPT, 0, box.build_flv_metadata(128, 96, 10))
    video = box.build_flv_tag(box.VIDEO, 0, box.build_avc_setup(sps, PPS))
    return script + video + box.build_flv_tag(box.AUDIO, 0, box.build_aac_setup())


def build_audio(ms: int) -> bytes:
    return box.build_flv_tag(box.AUDIO, ms, box.build_aac_silence())


STREAM = b"".join(
    [
        box.FLV_HEADER,
        build_setups(),
        build_video(70_000, key=True),
        build_audio(70_010),
        build_video(70_100),
        build_audio(70_074),
    ]
)


def parse(*chunks: bytes) -> list[flv.Tag]:
    stream = flv.FlvParser()
    return [tag for chunk in chunks for tag in stream.feed(chunk)]


def select_frames(tags: list[flv.Tag]) -> list[flv.Tag]:
    """Return all tags but decoder setups, which are already in a segment's head."""
    return [tag for tag in tags if tag.data[1]]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_chunks_may_end_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in pairwise(places)]
    assert parse(*chunks) == parse(STREAM)


def test_tags_have_the_head_of_their_segment() -> None:
    tags = parse(STREAM)
    assert [(t.kind, t.time_ms, t.is_entry) for t in select_frames(tags)] == [
        (9, 70_000, True), (8, 70_010, False), (9, 70_100, False), (8, 70_074, False)
    ]  # fmt: skip
    first = tags[-1].setup
    parsed = parse(first.head + b"".join(tag.encode(70_000) for tag in select_frames(tags)))
    assert [t.time_ms for t in select_frames(parsed)] == [0, 10, 100, 74]
    assert parsed[-1].setup == first


def test_a_torn_tag_is_not_returned() -> None:
    tags = parse(STREAM[:-1])
    assert [t.time_ms for t in tags][-1] == 70_100


def test_another_resolution_is_another_setup_but_late_audio_is_not() -> None:
    late = (
        box.FLV_HEADER
        + box.build_flv_tag(9, 0, box.build_avc_setup(SPS, PPS))
        + build_video(0, key=True)
    )
    first, second, _ = tags = parse(
        late + box.build_flv_tag(8, 5, box.build_aac_setup()) + build_audio(5)
    )[-3:]
    assert tags[2].setup.continues(first.setup)
    assert second.data == box.build_aac_setup(), "players need it at its place"
    wide = picture.build_sps(picture.WIDE)
    after = parse(STREAM + build_setups(wide) + build_video(71_000, key=True))[-1]
    assert not after.setup.continues(parse(STREAM)[-1].setup)
    assert wide in after.setup.head


def test_a_repeated_setup_is_dropped() -> None:
    assert (
        len(parse(STREAM + build_setups() + build_video(71_000, key=True)))
        == len(parse(STREAM)) + 1
    )


@pytest.fixture(scope="module")
def hevc() -> list[bytes]:
    """Return the video tags of an FLV by another program: the setup and 30 frames."""
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
    return [body for body in split_bodies(file.getvalue()) if body[0] & 0xF <= 3]


def split_bodies(data: bytes) -> Iterator[bytes]:
    """Yield the bodies of the video tags of a file."""
    at = len(box.FLV_HEADER)
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        if data[at] == box.VIDEO:
            yield data[at + 11 : at + 11 + size]
        at += 11 + size + 4


def convert_to_codec_12(body: bytes) -> bytes:
    """Convert a tag of Enhanced RTMP to codec 12; packet type 3 is a frame with offset 0."""
    kind, rest = body[0] & 0xF, body[5:]
    head = bytes([body[0] & 0x70 | 12, 1 if kind == 3 else kind])
    return head + rest if kind == 1 else head + b"\0\0\0" + rest


@pytest.mark.skipif("libx265" not in av.codecs_available, reason="no encoder of HEVC")
@pytest.mark.parametrize("form", [bytes, convert_to_codec_12])
def test_hevc_plays_in_both_forms(hevc: list[bytes], form: Callable[[bytes], bytes]) -> None:
    sent = (box.build_flv_tag(box.VIDEO, 100 * n, form(body)) for n, body in enumerate(hevc))
    tags = parse(box.FLV_HEADER, *sent)
    second = [place for place, one in enumerate(tags) if one.is_entry][1]
    encoded = [one.encode(tags[second].time_ms) for one in tags[second:]]
    with av.open(io.BytesIO(tags[second].setup.head + b"".join(encoded))) as file:
        assert len([*file.decode(video=0)]) == len(encoded) == 20
    assert tags[0].setup.parts[0][:5] == b"\x90hvc1", "ffmpeg 6 and 7 read it, too"


@pytest.mark.skipif("libsvtav1" not in av.codecs_available, reason="no encoder of AV1")
def test_av1_as_codec_13_plays_in_each_file() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as out:
        stream = out.add_stream("libsvtav1", rate=10, options={"preset": "13", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame(128, 96, "yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    sent = [one for one in split_bodies(file.getvalue()) if one[0] & 0xF <= 1]
    old = [bytes([body[0] & 0x70 | 13, body[0] & 0xF, 0, 0, 0]) + body[5:] for body in sent]
    tags = parse(box.FLV_HEADER, *(box.build_flv_tag(9, 100 * n, one) for n, one in enumerate(old)))
    assert [one.data for one in tags] == sent[1:]
    second = [place for place, one in enumerate(tags) if one.is_entry][1]
    encoded = [one.encode(tags[second].time_ms) for one in tags[second:]]
    with av.open(io.BytesIO(tags[second].setup.head + b"".join(encoded))) as played:
        assert len([*played.decode(video=0)]) == 5


def test_vvc_as_codec_14_keeps_its_composition_time() -> None:
    setup, frame = b"\x1e\0\0\0\0vvcC", b"\x1e\1\0\0\x28nal"
    [tag] = parse(box.FLV_HEADER, *(box.build_flv_tag(9, 0, one) for one in (setup, frame)))
    assert (tag.setup.parts[0], tag.data) == (b"\x90vvc1vvcC", b"\x91vvc1\0\0\x28nal")


def test_a_second_push_in_one_response_is_read_on() -> None:
    second = box.FLV_HEADER + build_video(5, key=True) + build_video(105)
    for chunks in ([STREAM + second], [STREAM, second], [*map(bytes, zip(STREAM + second))]):
        tags = parse(*chunks)
        assert [one.time_ms for one in tags[-2:]] == [5, 105], "with the setups of the first one"
        assert tags[:-2] == parse(STREAM)


@pytest.mark.parametrize("junk", [b"\0" * 99, b"\xff" * 99, b"HTTP/1.1 502 Bad Gateway\r\n"])
def test_tags_before_a_fault_in_the_same_chunk_are_kept(junk: bytes) -> None:
    stream = flv.FlvParser()
    assert stream.feed(STREAM + junk) == parse(STREAM)
    with pytest.raises(ProtocolError):
        stream.feed(b"")


def test_a_setup_has_the_time_of_the_tags_around_it() -> None:
    assert parse(box.FLV_HEADER, build_setups()) == [], (
        "the first setups are in the head of each segment"
    )
    wide = picture.build_sps(picture.WIDE)
    late = parse(STREAM + box.build_flv_tag(box.VIDEO, 0, box.build_avc_setup(wide, PPS)))[-1]
    assert (late.data[1], late.time_ms) == (0, 70_100)


def test_the_head_has_metadata_but_no_other_scripts() -> None:
    beat = box.build_flv_tag(box.SCRIPT, 70_050, b"\x02\x00\x06onBeat\x05")
    assert parse(STREAM + beat + build_video(70_200))[-1].setup.head == parse(STREAM)[-1].setup.head


@pytest.mark.parametrize("stated", [86_400.0, 1.0, -1.0, float("nan")])
def test_a_file_is_as_long_as_its_tags_whatever_the_stream_states(stated: float) -> None:
    numbers = {"filesize": 5e9, "duration": stated, "width": 128.0}
    pairs = [
        struct.pack(">H", len(name)) + name.encode() + struct.pack(">xd", number)
        for name, number in numbers.items()
    ]
    script = b"\x02\0\x0aonMetaData\x08\0\0\0\3" + b"".join(pairs) + b"\0\0\x09"
    tags = parse(STREAM, box.build_flv_tag(box.SCRIPT, 0, script), build_video(70_200))
    head = tags[-1].setup.head
    assert [pair in head for pair in pairs] == [False, False, True]
    assert script[-20:] in head, "all else stays at its place"
    with av.open(io.BytesIO(head + b"".join(one.encode(70_000) for one in tags))) as file:
        assert file.duration == 200_000, "microseconds"


def test_an_audio_only_stream_begins_anywhere_once_that_is_certain() -> None:
    alone = parse(b"FLV\x01\x04\0\0\0\x09\0\0\0\0" + build_audio(0))
    assert alone[0].is_entry
    with_header = parse(box.FLV_HEADER + b"".join(build_audio(ms) for ms in (0, 2999, 3000)))
    assert [tag.is_entry for tag in with_header] == [False, False, True]


def test_times_have_32_bits() -> None:
    assert parse(box.FLV_HEADER + build_video(0xABCDEF01, key=True))[0].time_ms == 0xABCDEF01


def test_times_continue_after_32_bits() -> None:
    end = 1 << 32
    tags = parse(
        STREAM,
        build_video(end - 40, key=True),
        build_video(60),
        build_audio(end - 20),
        build_video(160),
    )[-4:]
    assert [one.time_ms - tags[0].time_ms for one in tags] == [0, 100, 20, 200]


def test_a_restarted_encoder_begins_at_once() -> None:
    tags = parse(
        STREAM,
        build_video(5, key=True),
        build_setups(picture.build_sps(picture.WIDE)),
        build_audio(30),
    )
    assert [one.time_ms for one in tags[-3:]] == [5, 5, 30], "a setup keeps its place"
    with_header = parse(
        box.FLV_HEADER + b"".join(build_audio(ms) for ms in (70_000, 0, 2999, 3000))
    )
    assert [one.is_entry for one in with_header] == [False, False, False, True]


def test_a_frame_without_its_setup_is_no_entry() -> None:
    stream = flv.FlvParser()
    early = stream.feed(
        box.FLV_HEADER + build_video(0, key=True) + build_audio(5) + build_video(4000)
    )
    assert not any(one.is_entry for one in early)
    assert (stream.can_begin, stream.missing_part) == (False, "sequence header")
    late = stream.feed(build_setups() + build_video(5000) + build_video(5100, key=True))
    assert [one.is_entry for one in select_frames(late)] == [False, True]
    assert (stream.can_begin, stream.missing_part) == (True, "")
    stream = flv.FlvParser()
    stream.feed(box.FLV_HEADER + build_setups() + build_video(0))
    assert stream.missing_part == "key frame"
    assert parse(box.FLV_HEADER + box.build_flv_tag(box.VIDEO, 0, b"\x12sorenson"))[0].is_entry


def test_metadata_in_place_of_a_picture_is_no_entry() -> None:
    setup, colours, shown = (bytes([0x90 | packet]) + b"hvc1data" for packet in (0, 4, 1))
    tags = parse(box.FLV_HEADER, *(box.build_flv_tag(9, 0, one) for one in (setup, colours, shown)))
    assert [one.is_entry for one in tags] == [False, True]


@pytest.mark.parametrize("data", [b"<html>not found</html>", box.FLV_HEADER + b"\x07" * 20])
def test_other_data_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse(data)


@pytest.mark.parametrize("lost", [0, 1, 14, 15, 16, 200])
def test_whole_part_of_a_file(lost: int) -> None:
    data = STREAM[: len(STREAM) - lost]
    size, last_ms = flv.measure_whole_tags(io.BytesIO(data), len(data))
    expected = (
        0 if lost == 200 else len(STREAM) - (len(build_audio(0)) if lost else 0) * (1 + (lost > 19))
    )
    assert size == (expected if lost < 20 else 0)
    assert last_ms in ((70_100,) if size else (0,))
