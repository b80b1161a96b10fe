"""Test the live streams: valid video that shows the time, in FLV and HLS, with each fault."""

import json
import time
from itertools import pairwise
from pathlib import Path

import aiohttp
import av
import pytest
from support.recording import read_frames
from support.sandbox_client import AGENT

from f2scrapy.sandbox.douyin import live as rooms
from f2scrapy.sandbox.http_types import Reply, Request
from f2scrapy.sandbox.live import containers, picture, streams
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options, State

ROOM = "7600000000000000010"
NOW = 1_795_300_000.0


def make_address(state: State, name: str, suffix: str = "flv") -> str:
    signing = state.sign_media(ROOM, "detail")
    host = f"pull-{'flv' if suffix == 'flv' else 'hls'}-l1.douyincdn.com"
    path = f"thirdgame/stream-{ROOM}_{name}.{suffix}"
    return f"{host}/{path}?expire={signing.expires}&sign={signing.signature}"


def fetch(state: State, target: str, **headers: str) -> Reply:
    return streams.serve_stream(
        Request.from_target("GET", target, {"User-Agent": AGENT, **headers}), state
    )


def build_state(moment: float, *faults: str) -> State:
    """Return the state at a moment; its faults were switched on a minute before."""
    now = [NOW - 60]
    state = State(Options(faults=faults), clock=lambda: now[0])
    now[0] = moment
    return state


async def read_stream(sandbox: Sandbox, name: str, size: int) -> bytes:
    url = f"{sandbox.url}/{make_address(sandbox.state, name)}"
    data = b""
    async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as http, http.get(url) as reply:
        assert reply.status == 200
        while len(data) < size and (chunk := await reply.content.readany()):
            data += chunk
    return data


@pytest.mark.parametrize("grid", [picture.Grid(), picture.WIDE])
def test_pictures_show_each_moment(grid: picture.Grid) -> None:
    decoder = av.CodecContext.create("h264", "r")
    moments = [1_795_300_000_000 + 100 * n for n in range(20)]
    start, frames = b"\0\0\0\x01", []
    for n, ms in enumerate(moments):
        nal = picture.draw_next_frame(ms, ms - 100, n) if n else picture.draw_key_frame(ms, 0)
        sets = start + picture.build_sps(grid) + start + picture.build_pps()
        frames += decoder.decode(av.Packet(sets + start + nal))
    frames += decoder.decode(None)
    assert {(f.width, f.height) for f in frames} == {grid.size}
    assert [
        picture.read_clock(bytes(f.planes[0]), f.planes[0].line_size, f.width) for f in frames
    ] == moments


def test_a_picture_without_a_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="no clock"):
        picture.read_clock(bytes([16] * 16 * 47 + [235] * 16) * 16 * 6, 128, 128)


async def test_flv_begins_at_a_key_frame_and_follows_the_clock(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        began = time.time()
        data = await read_stream(sandbox, "origin", 90_000)
        ended = time.time()
    (tmp_path / "a.flv").write_bytes(data)
    frames = read_frames(tmp_path / "a.flv")
    assert len(frames) >= 8
    assert frames[0][1] % 1 == pytest.approx(0, abs=0.001)
    assert {round(b[1] - a[1], 3) for a, b in pairwise(frames)} == {0.1}
    assert began - 3 < frames[-1][1] <= ended
    with av.open(str(tmp_path / "a.flv")) as file:
        assert [f.samples for f in file.decode(audio=0)][:3] == [1024] * 3


async def test_streams_are_cut_by_a_fault() -> None:
    async with Sandbox(Options(faults=("cut=20000:1~stream",))) as sandbox:
        with pytest.raises(aiohttp.ClientPayloadError):
            await read_stream(sandbox, "origin", 90_000)
        assert len(await read_stream(sandbox, "ao", 300)) >= 300


def test_pieces_of_hls_join(tmp_path: Path) -> None:
    state = build_state(NOW)
    lines = fetch(state, make_address(state, "hd", "m3u8")).body.decode().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert len(names) == streams.LISTED
    host = "pull-hls-l1.douyincdn.com/thirdgame/"
    joined = b"".join(fetch(state, host + name).body for name in names)
    assert len(joined) % 188 == 0
    (tmp_path / "a.ts").write_bytes(joined)
    assert [wall for _, wall in read_frames(tmp_path / "a.ts")][-1] == pytest.approx(NOW - 0.1)
    assert len(read_frames(tmp_path / "a.ts")) == streams.LISTED * streams.GROUP


def read_times(data: bytes) -> list[tuple[int, int]]:
    """Return type and ms of each FLV tag."""
    at, found = len(containers.FLV_HEADER), []
    while at + 11 < len(data):
        ms = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        found.append((data[at], ms))
        at += 11 + int.from_bytes(data[at + 1 : at + 4], "big") + 4
    return found


async def read_flv(fault: str) -> tuple[bytes, list[int]]:
    """Return FLV with an active fault, and the ms of its video tags."""
    async with Sandbox() as sandbox:
        sandbox.state.switch_on(fault)
        data = await read_stream(sandbox, "origin", 300_000)
    return data, [ms for kind, ms in read_times(data) if kind == containers.VIDEO][1:-1]


async def test_the_times_of_flv_jump() -> None:
    _, moments = await read_flv("jump=0.1,-600")
    steps = [b - a for a, b in pairwise(moments)]
    assert [step for step in steps if step != streams.FRAME_MS] == [streams.FRAME_MS - 600_000]


async def test_a_stream_pauses_between_two_key_frames() -> None:
    _, moments = await read_flv("pause=0.1,1")
    steps = [b - a for a, b in pairwise(moments)]
    assert [step for step in steps if step != streams.FRAME_MS] == [streams.FRAME_MS + 1000]


async def test_flv_without_its_setup() -> None:
    data, moments = await read_flv("headless")
    assert (
        containers.build_avc_setup(picture.build_sps(picture.Grid()), picture.build_pps())
        not in data
    )
    assert moments


def read_playlist(state: State) -> tuple[int, int, bool]:
    text = fetch(state, make_address(state, "hd", "m3u8")).body.decode()
    first = next(line for line in text.splitlines() if "MEDIA-SEQUENCE" in line)
    return int(first.partition(":")[2]), text.count("#EXTINF"), "DISCONTINUITY" in text


def test_holes_and_switches_change_the_playlist() -> None:
    first, count, _ = read_playlist(build_state(NOW))
    assert read_playlist(build_state(NOW, "hole=57")) == (first + 4, 1, False)
    assert (
        fetch(build_state(NOW, "hole=57"), f"pull-hls.x.com/a/stream-1_hd-{int(NOW) - 3}.ts").status
        == 404
    )
    assert read_playlist(build_state(NOW, "switch=57")) == (first, count, True)
    assert (
        b"#EXT-X-BYTERANGE"
        in fetch(build_state(NOW, "ranges"), make_address(build_state(NOW), "hd", "m3u8")).body
    )


def test_encrypted_pieces_have_a_key() -> None:
    state, plain = build_state(NOW, "encrypted"), build_state(NOW)
    listed = fetch(state, make_address(state, "hd", "m3u8")).body.decode()
    assert "#EXT-X-KEY:METHOD=AES-128,URI=" in listed
    piece, key = (f"pull-hls.x.com/a/stream-1_hd{end}" for end in (f"-{int(NOW) - 3}.ts", ".key"))
    assert len(fetch(state, key).body) == 16
    sent, known = fetch(state, piece).body, fetch(plain, piece).body
    assert sent[:1] != known[:1] == b"\x47"
    assert len(sent) == len(known) // 16 * 16 + 16


def test_a_pause_by_the_host_leaves_pieces_out() -> None:
    before, within, after = (build_state(NOW + at, "paused=60,10") for at in (0, 6, 12))
    first, count, _ = read_playlist(before)
    assert count == streams.LISTED
    assert [read_playlist(state)[1] for state in (within, after)] == [0, 2]
    assert read_playlist(after)[0] == first + count + 10
    assert [state.is_paused() for state in (before, within, after)] == [True, True, False]


def test_a_tail_outlasts_the_room() -> None:
    now = [NOW]
    state = State(Options(faults=("over=5", "tail=3")), clock=lambda: now[0])
    found = []
    for at in (4, 6, 8, 10):
        now[0] = NOW + at
        found.append((state.is_over(ROOM, "douyin"), state.is_stream_over(ROOM, "douyin")))
    assert found == [(False, False), (True, False), (True, False), (True, True)]


def test_voice_rooms_are_hidden_and_have_sound_alone() -> None:
    state = build_state(NOW, "voice")
    user = next(user for user in state.catalogue.users if user.name == "one")
    request = Request.from_target(
        "GET", f"live.douyin.com/?web_rid={rooms.make_web_rid(user)}", {"User-Agent": AGENT}
    )
    data = json.loads(rooms.serve_enter(request, state).body)["data"]
    assert (data["data"], data["room_status"]) == ([], 1)
    last = rooms.find_latest(user, state)
    assert last is not None
    pull = rooms._build_stream_url(last, state)["live_core_sdk_data"]["pull_data"]
    assert [*json.loads(pull["stream_data"])["data"]] == ["ao"]


def test_addresses_expire_rooms_end_and_secrets_are_noted() -> None:
    state = build_state(NOW)
    good = make_address(state, "origin")
    assert fetch(state, good).status == 200
    assert fetch(state, good.replace("sign=", "sign=0")).status == 403
    assert fetch(build_state(NOW + 6 * 3600 + 1), good).status == 403
    assert fetch(build_state(NOW, "over=59"), good).status == 404
    assert fetch(build_state(NOW, "over=61"), good).status == 200
    talked = State(Options(chat=ChatOptions(seconds=30)), clock=lambda: NOW)
    assert fetch(talked, good).status == 200
    talked.broadcasts["douyin", ROOM] = NOW - 31
    assert fetch(talked, good).status == 404, "a stream ends with its room"
    assert fetch(state, good, Cookie="sessionid=x").status == 200
    assert [what for _, what in state.report.violations] == [
        "account cookie sessionid sent to pull-flv-l1.douyincdn.com"
    ]
    assert containers.SILENCE_MS == 64
