"""Live streams of the sandbox: valid video that shows the time, in FLV and HLS, on every fault."""

import time
from itertools import pairwise
from pathlib import Path

import aiohttp
import av
import pytest
from support.recording import shown
from support.sandbox_client import AGENT

from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.live import containers, picture, streams
from f2scrapy.sandbox.live.chat import Pace
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options, World

ROOM = "7600000000000000010"
NOW = 1_795_300_000.0


def address(world: World, name: str, suffix: str = "flv") -> str:
    signing = world.sign_media(ROOM, "detail")
    host = f"pull-{'flv' if suffix == 'flv' else 'hls'}-l1.douyincdn.com"
    path = f"thirdgame/stream-{ROOM}_{name}.{suffix}"
    return f"{host}/{path}?expire={signing.expires}&sign={signing.signature}"


def asked(world: World, target: str, **headers: str) -> streams.Answer:
    return streams.stream(Ask.of("GET", target, {"User-Agent": AGENT, **headers}), world)


def at(moment: float, *faults: str) -> World:
    """A world at a moment, whose faults were switched on a minute before."""
    now = [NOW - 60]
    world = World(Options(faults=faults), clock=lambda: now[0])
    now[0] = moment
    return world


async def fetched(sandbox: Sandbox, name: str, size: int) -> bytes:
    url = f"{sandbox.url}/{address(sandbox.world, name)}"
    data = b""
    async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as http, http.get(url) as reply:
        assert reply.status == 200
        while len(data) < size and (chunk := await reply.content.readany()):
            data += chunk
    return data


@pytest.mark.parametrize("grid", [picture.Grid(), picture.WIDE])
def test_pictures_show_the_moment_and_every_change_of_it(grid: picture.Grid) -> None:
    decoder = av.CodecContext.create("h264", "r")
    moments = [1_795_300_000_000 + 100 * n for n in range(20)]
    start, frames = b"\0\0\0\x01", []
    for n, ms in enumerate(moments):
        nal = picture.next_frame(ms, ms - 100, n) if n else picture.key_frame(ms, 0)
        sets = start + picture.sequence(grid) + start + picture.picture_set()
        frames += decoder.decode(av.Packet(sets + start + nal))
    frames += decoder.decode(None)
    assert {(f.width, f.height) for f in frames} == {grid.size}
    assert [
        picture.told(bytes(f.planes[0]), f.planes[0].line_size, f.width) for f in frames
    ] == moments


def test_a_picture_that_is_no_clock_is_not_read() -> None:
    with pytest.raises(ValueError, match="no clock"):
        picture.told(bytes([16] * 16 * 47 + [235] * 16) * 16 * 6, 128, 128)


async def test_flv_begins_at_a_key_frame_and_is_as_late_as_the_network(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        data = await fetched(sandbox, "origin", 90_000)
    (tmp_path / "a.flv").write_bytes(data)
    frames = shown(tmp_path / "a.flv")
    assert len(frames) >= 8
    assert frames[0][1] % 1 == pytest.approx(0, abs=0.001)
    assert {round(b[1] - a[1], 3) for a, b in pairwise(frames)} == {0.1}
    assert time.time() - 5 < frames[-1][1] <= time.time()
    with av.open(str(tmp_path / "a.flv")) as file:
        assert [f.samples for f in file.decode(audio=0)][:3] == [1024] * 3


async def test_streams_are_cut_where_a_fault_says() -> None:
    async with Sandbox(Options(faults=("cut=20000:1~stream",))) as sandbox:
        with pytest.raises(aiohttp.ClientPayloadError):
            await fetched(sandbox, "origin", 90_000)
        assert len(await fetched(sandbox, "ao", 300)) >= 300


def test_pieces_of_hls_join(tmp_path: Path) -> None:
    world = at(NOW)
    lines = asked(world, address(world, "hd", "m3u8")).body.decode().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert len(names) == streams.LISTED
    host = "pull-hls-l1.douyincdn.com/thirdgame/"
    joined = b"".join(asked(world, host + name).body for name in names)
    assert len(joined) % 188 == 0
    (tmp_path / "a.ts").write_bytes(joined)
    assert [wall for _, wall in shown(tmp_path / "a.ts")][-1] == pytest.approx(NOW - 0.1)
    assert len(shown(tmp_path / "a.ts")) == streams.LISTED * streams.GROUP


def times(data: bytes) -> list[tuple[int, int]]:
    """Kind and ms of each tag of FLV."""
    at, found = len(containers.FLV_HEADER), []
    while at + 11 < len(data):
        ms = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        found.append((data[at], ms))
        at += 11 + int.from_bytes(data[at + 1 : at + 4], "big") + 4
    return found


async def flowing(fault: str) -> tuple[bytes, list[int]]:
    """FLV while its faults strike, and the ms of its pictures."""
    async with Sandbox() as sandbox:
        sandbox.world.switch_on(fault)
        data = await fetched(sandbox, "origin", 300_000)
    return data, [ms for kind, ms in times(data) if kind == containers.VIDEO][1:-1]


async def test_the_times_of_flv_jump() -> None:
    _, moments = await flowing("jump=0.1,-600")
    steps = [b - a for a, b in pairwise(moments)]
    assert [step for step in steps if step != streams.FRAME_MS] == [streams.FRAME_MS - 600_000]


async def test_a_stream_pauses_between_two_key_frames() -> None:
    _, moments = await flowing("pause=0.1,1")
    steps = [b - a for a, b in pairwise(moments)]
    assert [step for step in steps if step != streams.FRAME_MS] == [streams.FRAME_MS + 1000]


async def test_flv_comes_without_its_setup() -> None:
    data, moments = await flowing("headless")
    assert containers.avc_setup(picture.sequence(picture.Grid()), picture.picture_set()) not in data
    assert moments


def numbers(world: World) -> tuple[int, int, bool]:
    text = asked(world, address(world, "hd", "m3u8")).body.decode()
    first = next(line for line in text.splitlines() if "MEDIA-SEQUENCE" in line)
    return int(first.partition(":")[2]), text.count("#EXTINF"), "DISCONTINUITY" in text


def test_holes_and_switches_stand_in_the_playlist() -> None:
    first, count, _ = numbers(at(NOW))
    assert numbers(at(NOW, "hole=57")) == (first + 4, 1, False)
    assert (
        asked(at(NOW, "hole=57"), f"pull-hls.x.com/a/stream-1_hd-{int(NOW) - 3}.ts").status == 404
    )
    assert numbers(at(NOW, "switch=57")) == (first, count, True)
    assert b"#EXT-X-BYTERANGE" in asked(at(NOW, "ranges"), address(at(NOW), "hd", "m3u8")).body


def test_addresses_lapse_rooms_end_and_secrets_are_minded() -> None:
    world = at(NOW)
    good = address(world, "origin")
    assert asked(world, good).status == 200
    assert asked(world, good.replace("sign=", "sign=0")).status == 403
    assert asked(at(NOW + 6 * 3600 + 1), good).status == 403
    assert asked(at(NOW, "over=59"), good).status == 404
    assert asked(at(NOW, "over=61"), good).status == 200
    talked = World(Options(chat=Pace(seconds=30)), clock=lambda: NOW)
    assert asked(talked, good).status == 200
    talked.broadcasts["douyin", ROOM] = NOW - 31
    assert asked(talked, good).status == 404, "a stream ends with its room"
    assert asked(world, good, Cookie="sessionid=x").status == 403
    assert world.report.violations
    assert containers.SILENCE_MS == 64
