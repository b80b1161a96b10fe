"""Test tags of Enhanced RTMP, version 2: several tracks, and modifiers before the type."""

import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tags import write_tags

from f2scrapy.live.flv import AUDIO, VIDEO, Beginning, FlvParser, Tag, encode_tag
from f2scrapy.live.flv_tracks import join_track, split_tracks
from f2scrapy.sandbox.live import containers, picture

NANO = b"\x02\x00\x00\x64"  # ModEx: three bytes of nanoseconds
AVC, AAC = b"avc1", b"mp4a"


@pytest.mark.parametrize(
    ("kind", "body", "tracks"),
    [
        (VIDEO, b"\x17\x01abc", [(0, b"\x17\x01abc")]),
        (VIDEO, b"\x90avc1setup", [(0, b"\x90avc1setup")]),
        (VIDEO, b"\x97" + NANO + b"\x00avc1setup", [(0, b"\x90avc1setup")]),
        (VIDEO, b"\x97" + NANO + b"\x07" + NANO + b"\x01avc1xy", [(0, b"\x91avc1xy")]),
        (VIDEO, b"\x97\xff\x01\x2b" + bytes(300) + b"\x01avc1xy", [(0, b"\x91avc1xy")]),
        (VIDEO, b"\x96\x01avc1\x05data", [(5, b"\x91avc1data")]),
        (VIDEO, b"\x97" + NANO + b"\x06\x00avc1\x05setup", [(5, b"\x90avc1setup")]),
        (VIDEO, b"\x96\x11avc1\x00\0\0\x02ab\x01\0\0\x01c",
         [(0, b"\x91avc1ab"), (1, b"\x91avc1c")]),
        (VIDEO, b"\x96\x21avc1\x00\0\0\x02abhvc1\x01\0\0\x01c",
         [(0, b"\x91avc1ab"), (1, b"\x91hvc1c")]),
        (AUDIO, b"\xaf\x00\x14\x08", [(0, b"\xaf\x00\x14\x08")]),
        (AUDIO, b"\x97" + NANO + b"\x00mp4a\x14\x08", [(0, b"\x90mp4a\x14\x08")]),
        (AUDIO, b"\x95\x00mp4a\x01\x14\x08", [(1, b"\x90mp4a\x14\x08")]),
        (VIDEO, b"", []),
        (VIDEO, b"\x97\x02\x00", []),
        (VIDEO, b"\x96\x11avc1", []),
    ],
)  # fmt: skip
def test_each_track_is_a_body_alone(
    kind: int, body: bytes, tracks: list[tuple[int, bytes]]
) -> None:
    assert split_tracks(kind, body) == tracks


@given(
    st.sampled_from([AUDIO, VIDEO]), st.integers(0, 255), st.binary(min_size=1), st.integers(0, 4)
)
def test_a_joined_track_is_split_again(kind: int, number: int, data: bytes, packet: int) -> None:
    body = bytes([0x90 | packet]) + AVC + data
    assert split_tracks(kind, join_track(kind, number, body)) == [(number, body)]


@given(st.sampled_from([AUDIO, VIDEO]), st.binary())
def test_no_bytes_raise(kind: int, body: bytes) -> None:
    assert all(len(plain) <= len(body) + 4 for _, plain in split_tracks(kind, body))


def build_source(seconds: int) -> bytes:
    """Return FLV with two pictures and two sounds, written by another program."""
    units = ((n * 100, picture.draw_key_frame(n * 100, n)) for n in range(seconds * 10))
    sets = b"".join(
        b"\0\0\0\x01" + one for one in (picture.build_sps(picture.Grid()), picture.build_pps())
    )
    sight = containers.build_transport_stream(
        (ms, sets + b"\0\0\0\x01" + frame) for ms, frame in units
    )
    head = bytes([0xFF, 0xF1, 0x60, 0x40, 1, 0x7F, 0xFC])
    sound = (head + containers.SILENCE) * (seconds * 16)
    joined = io.BytesIO()
    with av.open(joined, "w", format="flv") as out:
        packets = []
        for data in (sight, sight, sound, sound):
            with av.open(io.BytesIO(data)) as source:
                stream = source.streams[0]
                track = out.add_stream_from_template(stream)
                zero = stream.start_time or 0
                for packet in source.demux(stream):
                    if packet.dts is not None:
                        packet.pts, packet.dts = packet.pts - zero, packet.dts - zero
                        packet.stream = track
                        packets.append((float(packet.dts * packet.time_base), packet))
        for _, packet in sorted(packets, key=lambda one: one[0]):
            out.mux(packet)
    return joined.getvalue()


async def test_all_tracks_are_in_each_file(tmp_path: Path) -> None:
    source = build_source(4)
    tags = Beginning().select(FlvParser().feed(source))
    assert {(tag.kind, tag.number) for tag in tags} == {(9, 0), (9, 1), (8, 0), (8, 1)}
    recording = await write_tags(
        tmp_path, [(tag, tag.time_ms / 1000) for tag in tags], split_seconds=2
    )
    assert [row.because for row in recording.record.rows] == ["start", "split"]
    sent = count_frames(source)
    assert {kind for kind, _ in sent} == {"video", "audio"}
    assert len(sent) == 4
    found = [count_frames(path.read_bytes()) for path in recording.segments]
    assert all(len(one) == 4 for one in found), "each file has all setups"
    assert sum(found, Counter()) == sent


def count_frames(data: bytes) -> Counter[tuple[str, int]]:
    """Return the numbers of decoded frames, by kind and number of their track."""
    with av.open(io.BytesIO(data)) as file:
        seen: Counter[tuple[str, int]] = Counter()
        for packet in file.demux():
            same = [one.index for one in file.streams if one.type == packet.stream.type]
            place = packet.stream.type, same.index(packet.stream.index)
            seen[place] += len(packet.decode()) if packet.size else 0
    return +seen


def modify(kind: int, body: bytes) -> bytes:
    packet, frame = (body[1], body[0] & 0xF0 if kind == VIDEO else 0x10)
    rest, codec = (body[2:], AVC) if kind == VIDEO else (body[2:], AAC)
    if kind == VIDEO and packet == 0:
        rest = body[5:]
    return bytes([0x80 | frame | 7]) + NANO + bytes([packet]) + codec + rest


async def test_setups_behind_a_modifier_are_found(tmp_path: Path) -> None:
    sets = picture.build_sps(picture.Grid()), picture.build_pps()
    setups = (containers.build_avc_setup(*sets), containers.build_aac_setup())
    data = containers.FLV_HEADER
    for kind, body in zip((VIDEO, AUDIO), setups, strict=True):
        data += encode_tag(kind, 0, modify(kind, body))
    for n in range(40):
        frame = containers.build_avc_frame(picture.draw_key_frame(n * 100, n), key=True)
        data += encode_tag(VIDEO, n * 100, modify(VIDEO, frame))
        data += encode_tag(AUDIO, n * 100, modify(AUDIO, containers.build_aac_silence()))
    tags: list[Tag] = Beginning().select(FlvParser().feed(data))
    recording = await write_tags(
        tmp_path, [(tag, tag.time_ms / 1000) for tag in tags], split_seconds=2
    )
    assert len(recording.segments) == 2
    found = [count_frames(path.read_bytes()) for path in recording.segments]
    assert [one["video", 0] for one in found] == [20, 20]
    assert [path.read_bytes()[4] for path in recording.segments] == [5, 5]
    times = [tag.time_ms for tag in tags if tag.kind == VIDEO]
    assert {b - a for a, b in pairwise(times)} == {100}
