"""Test HLS with its sound apart: one file has both, in all forms of pieces."""

import asyncio
import io
import struct
from itertools import pairwise
from typing import Any

import av
import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.hls import PlaylistFollower
from f2scrapy.live.hls_muxer import HlsMuxer
from f2scrapy.live.hls_reader import HlsReader, Playlist
from f2scrapy.live.hls_resource import Resource
from f2scrapy.sandbox.live import containers, picture

URL = "https://pull-hls.example/live/master.m3u8"
MASTER = (
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="other",URI="other.m3u8"\n'
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="main",DEFAULT=YES,URI="sound.m3u8"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="a"\npicture.m3u8\n'
)
SECONDS, START_MS = 3, 7_200_000


def build_picture(second: int) -> bytes:
    """Return a piece of ten frames that show their time."""
    units = []
    for number in range(10):
        ms = START_MS + second * 1000 + number * 100
        nal = picture.draw_next_frame(ms, ms - 100, number)
        sets: tuple[bytes, ...] = ()
        if not number:
            nal, sets = picture.draw_key_frame(ms, second), (
                picture.build_sps(picture.Grid()), picture.build_pps())  # fmt: skip
        units.append((ms, b"".join(b"\0\0\0\x01" + one for one in (*sets, nal))))
    return containers.build_transport_stream(units)


def build_sound(second: int) -> bytes:
    """Return a piece of packed audio: an ID3 tag with the time, and AAC of 16 kHz."""
    owner = b"com.apple.streaming.transportStreamTimestamp\0"
    body = owner + struct.pack(">Q", (START_MS + second * 1000) * 90)
    frame = b"PRIV" + struct.pack(">IH", len(body), 0) + body
    data = b"ID3\x04\0\0" + bytes([0, 0, len(frame) >> 7, len(frame) & 0x7F]) + frame
    length = 7 + len(containers.SILENCE)
    head = bytes([0xFF, 0xF1, 0x60, 0x40, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC])
    return data + (head + containers.SILENCE) * (16 if second % 8 == 7 else 15)


def read_both(data: bytes) -> tuple[list[float], list[float]]:
    """Return the times of the packets of picture and sound, in seconds; all frames decode."""
    with av.open(io.BytesIO(data)) as file:
        times: dict[str, list[float]] = {"video": [], "audio": []}
        shown = 0
        for packet in file.demux():
            if packet.size:
                assert not packet.is_corrupt
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
            shown += len(packet.decode()) if packet.stream.type == "video" else 0
    assert shown == len(times["video"])
    return times["video"], times["audio"]


async def read_stream(pieces: dict[str, list[bytes]]) -> bytes:
    """Return what is read of a stream with these pieces."""

    async def fetch_playlist(url: str) -> Playlist:
        name = url.rpartition("/")[2].partition(".")[0]
        if name == "master":
            return Playlist(url, MASTER)
        rows = "".join(f"#EXTINF:1,\n{name}-{n}.x\n" for n in range(SECONDS))
        head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
        return Playlist(url, f"{head}{rows}#EXT-X-ENDLIST\n")

    async def fetch(wanted: Resource, _limit: int) -> bytes:
        name, _, number = wanted.url.rpartition("/")[2].partition(".")[0].partition("-")
        return pieces[name][int(number)]

    reader = HlsReader("x", fetch_playlist, fetch, stall=5)
    found: list[Any] = []
    async with asyncio.timeout(30):
        async for arrival in reader.read_arrivals(URL, PlaylistFollower()):
            found += arrival.fragments
    assert all(after.setup.continues(before.setup) for before, after in pairwise(found))
    assert {one.setup.suffix for one in found} == {".ts"}
    return b"".join(one.data for one in found)


async def test_sound_that_is_apart_is_joined() -> None:
    names = {"picture": build_picture, "sound": build_sound}
    pieces = {name: [*map(build, range(SECONDS))] for name, build in names.items()}
    sight, sound = read_both(await read_stream(pieces))
    assert sight == pytest.approx([START_MS / 1000 + n / 10 for n in range(SECONDS * 10)])
    assert len(sound) == SECONDS * 15
    assert [sound[n * 15] for n in range(SECONDS)] == pytest.approx(
        [START_MS / 1000 + n for n in range(SECONDS)], abs=0.001
    )


def build_mp4(piece: bytes, kind: str) -> bytes:
    """Return a track of a piece as fragmented MP4 by another program, behind its beginning."""
    joined = io.BytesIO()
    options = {"movflags": "frag_keyframe"}
    with (
        av.open(io.BytesIO(piece)) as source,
        av.open(joined, "w", format="mp4", options=options) as out,
    ):
        [stream] = (one for one in source.streams if one.type == kind)
        track = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = track
                out.mux(packet)
    return joined.getvalue()


def test_pieces_of_mp4_are_joined_to_a_transport_stream() -> None:
    both = HlsMuxer().join(build_picture(0), [build_sound(0)])
    pieces = build_mp4(both, "video"), [build_mp4(both, "audio")]
    times, heard = read_both(HlsMuxer().join(*pieces))
    assert (len(times), len(heard)) == (10, 15)


def test_a_page_in_place_of_a_piece_is_an_error() -> None:
    with pytest.raises(StreamError, match="cannot be joined"):
        HlsMuxer().join(build_picture(0), [b"no sound"])


async def test_without_pyav_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("f2scrapy.live.hls_muxer.find_spec", lambda _: None)
    with pytest.raises(ProtocolError, match="install PyAV"):
        await read_stream({})
