"""A stream is alive while it sends pictures or sound; other data do not count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.api.identity_options import build_guest
from f2scrapy.config.file import load_options
from f2scrapy.errors import Outcome
from f2scrapy.live.clock import read_server_ahead
from f2scrapy.live.flv import AUDIO, SCRIPT, VIDEO, encode_tag
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.hls_reader import HlsReader, Playlist
from f2scrapy.live.hls_resource import Resource
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.source import Silence, StreamSource
from f2scrapy.model.stream import StreamAddress, StreamPreference
from f2scrapy.platforms.common.live import Stream

HEAD = b"FLV\x01\x05\0\0\0\x09\0\0\0\0"
METADATA = encode_tag(SCRIPT, 0, b"\x02\0\x0aonMetaData" + bytes(9))
SETUP = encode_tag(VIDEO, 0, b"\x17\0\0\0\0\x01d\0\x1f")
EMPTY = encode_tag(VIDEO, 50, b"\x27\x01\0\0\0") + encode_tag(AUDIO, 50, b"\xaf\x01")
HUGE = bytes([VIDEO]) + b"\xff\xff\xff" + bytes(7)

Write = Callable[[bytes], Awaitable[None]]
Send = Callable[[Write], Awaitable[None]]


def frames(first_ms: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        kind = b"\x17" if number % 5 == 0 else b"\x27"
        yield encode_tag(VIDEO, first_ms + 40 * number, kind + b"\x01\0\0\0" + bytes(200))


async def send_pictures(write: Write, seconds: float = 60.0) -> None:
    await write(HEAD + METADATA + SETUP)
    for frame in frames(0, int(seconds * 25)):
        await write(frame)
        await asyncio.sleep(0.04)


def only(block: bytes, pause: float = 0.05, pictures_s: float = 0.0) -> Send:
    """Send pictures for some seconds, then this block for ever."""

    async def send(write: Write) -> None:
        await send_pictures(write, pictures_s)
        while True:
            await write(block)
            await asyncio.sleep(pause)

    return send


def once(block: bytes, then: bytes, pause: float = 0.05) -> Send:
    async def send(write: Write) -> None:
        await write(HEAD + METADATA + SETUP + block)
        while True:
            await asyncio.sleep(pause)
            await write(then)

    return send


DEAD = {
    "metadata": only(METADATA),
    "empty tags": only(EMPTY),
    "one setup again": only(SETUP),
    "bytes of a huge tag": once(HUGE, bytes(100)),
    "one byte at a time": once(b"", b"\x08"),
    "the same picture": only(next(frames(0, 1))),
    "nothing": only(b"", pictures_s=0),
}


@dataclass
class Server:
    """Serves a stream for each path."""

    url: str = ""
    streams: dict[str, Send] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        path = target.rpartition("/")[2]
        self.asked.append(path)

        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            await write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            await self.streams[path](write)
        except (ConnectionError, KeyError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    listening = await asyncio.start_server(found.handle, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield found
    listening.close()  # without waiting for its connections, as `async with` does on Python 3.12
    await asyncio.sleep(0.05)


@asynccontextmanager
async def open_source(server: Server, stall: float) -> AsyncIterator[StreamSource]:
    identity = build_guest(load_options(), "douyin")
    async with StreamSource(identity, server.url, stall) as source:
        yield source


def make_address(path: str, form: str = "flv") -> StreamAddress:
    return StreamAddress(f"https://pull.example/{path}", form, "hd", "main", "", 0)


@dataclass
class Room:
    """The item of a room with FLV streams at these addresses, the best first."""

    urls: list[str]
    platform: str = "douyin"
    room_id: str = "1"
    title: str = ""
    nickname: str = ""
    sec_user_id: str = ""
    on_air: bool = True
    key: str = "douyin:live:1"
    shows_state: bool = True

    def list_streams(self) -> list[Any]:
        qualities = ("origin", "uhd", "hd", "sd")
        return [Stream(quality=q, flv=url) for q, url in zip(qualities, self.urls, strict=False)]


@asynccontextmanager
async def recorder_of(
    server: Server, tmp_path: Path, *urls: str, stall: float = 0.6, patience: float = 60.0
) -> AsyncIterator[Recorder]:
    rules = RecordingOptions(StreamPreference(), backoff=0.05, free_bytes=1, patience=patience,
                             remux=False)  # fmt: skip
    async with open_source(server, stall) as source:

        async def fetch_room() -> Room:
            return Room([*urls])

        yield Recorder(Room([*urls]), tmp_path / "room" / "x", source, fetch_room, rules)


async def record(recorder: Recorder, seconds: float) -> Recording:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    async with asyncio.timeout(seconds + 20):
        return await recorder.run(stop)


@pytest.mark.parametrize("name", DEAD)
async def test_a_stream_without_media_is_given_up(server: Server, name: str) -> None:
    server.streams["dead"] = DEAD[name]
    async with open_source(server, 0.5) as source, asyncio.timeout(10):
        with pytest.raises(StreamError) as error:
            async for _ in source.read_arrivals(make_address("dead")):
                pass
    assert error.value.because == "stall" or "cannot be decoded" in str(error.value)


async def test_slow_sound_without_picture_is_alive(server: Server) -> None:
    async def send_sound(write: Write) -> None:
        await write(HEAD + encode_tag(AUDIO, 0, b"\xaf\0\x12\x10"))
        for number in range(40):
            await write(encode_tag(AUDIO, 3100 + 100 * number, b"\xaf\x01" + bytes(50)))
            await asyncio.sleep(0.1)

    server.streams["sound"] = send_sound
    async with open_source(server, 1.5) as source, asyncio.timeout(20):
        with pytest.raises(StreamError, match="the connection was closed"):
            async for _ in source.read_arrivals(make_address("sound")):
                pass


async def test_the_time_of_writing_is_no_silence() -> None:
    silence = Silence(0.05)
    for _ in range(5):
        async with silence.limit():
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        async with silence.limit():
            await asyncio.sleep(1)


@pytest.mark.parametrize("name", DEAD)
async def test_the_other_address_is_tried_and_the_silence_is_a_gap(
    server: Server, tmp_path: Path, name: str
) -> None:
    server.streams |= {"dead": DEAD[name], "good": send_pictures}
    urls = ("https://pull.example/dead", "https://pull.example/good")
    async with recorder_of(server, tmp_path, *urls) as recorder:
        recording = await record(recorder, 3.0)
    assert recording.outcome is Outcome.OK
    assert {row.quality.partition("-")[0] for row in recording.record.rows} >= {"uhd"}
    assert server.asked.index("good") <= 2


async def test_pictures_and_then_metadata_are_no_whole_recording(
    server: Server, tmp_path: Path
) -> None:
    server.streams["x"] = only(METADATA, pictures_s=1.0)
    async with recorder_of(server, tmp_path, "https://pull.example/x", stall=30) as recorder:
        recording = await record(recorder, 7.5)
    assert sum(row.seconds for row in recording.record.rows) < 1.5
    assert recording.missing_seconds > 5
    assert recording.overall_outcome is Outcome.NETWORK


async def test_the_patience_holds_within_a_connection(server: Server, tmp_path: Path) -> None:
    server.streams["x"] = only(METADATA, pictures_s=0.5)
    urls = ("https://pull.example/x",)
    async with recorder_of(server, tmp_path, *urls, stall=30, patience=1.0) as recorder:
        recording = await record(recorder, 15)
    assert (recording.outcome, recording.detail) == (Outcome.NETWORK, "no data for 1 s")
    assert recording.record.rows


BAD = ["https://[::1/x", "https://\udcff.example/x", "https://h\u0000st/x", "https://:99999999/x",
       "https://a..b/x", "//", "https://", "x", "https://[v1.x]/",
       "https://\u2100.example/a"]  # fmt: skip


@pytest.mark.parametrize("form", ["flv", "hls"])
@pytest.mark.parametrize("url", BAD)
async def test_an_address_that_cannot_be_parsed_is_a_stream_error(
    server: Server, url: str, form: str
) -> None:
    async with open_source(server, 0.5) as source, asyncio.timeout(10):
        for sandbox in ("", server.url):
            source.sandbox = sandbox
            with pytest.raises(StreamError):
                async for _ in source.read_arrivals(StreamAddress(url, form, "hd", "main", "", 0)):
                    pass


@pytest.mark.parametrize("url", BAD)
async def test_one_bad_address_does_not_end_the_recording(
    server: Server, tmp_path: Path, url: str
) -> None:
    server.streams["good"] = send_pictures
    async with recorder_of(server, tmp_path, url, "https://pull.example/good") as recorder:
        recording = await record(recorder, 1.5)
    assert recording.outcome is Outcome.OK
    assert recording.record.rows


@pytest.mark.parametrize("location", [*BAD[:4], "ftp://x/y", "http://127.0.0.1/"])
async def test_one_bad_redirect_does_not_end_the_recording(
    server: Server, tmp_path: Path, location: str
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        place = location.encode("utf-8", "surrogateescape").replace(b"\0", b"")
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + place + b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as other:
        door = f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}"
        async with open_source(server, 0.5) as source:
            source.sandbox = door
            with pytest.raises(StreamError):
                async for _ in source.read_arrivals(make_address("x")):
                    pass


async def test_a_playlist_without_end_stops_no_loop(server: Server) -> None:
    async def send_playlist(write: Write) -> None:
        await write(b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n")
        while True:
            await write(b"#EXTINF:2.0,\nhttps://pull.example/piece.ts\n" * 1000)

    server.streams["list"] = send_playlist
    async with open_source(server, 5) as source, asyncio.timeout(20):
        with pytest.raises(StreamError, match="more than 262144 bytes"):
            async for _ in source.read_arrivals(make_address("list", "hls")):
                pass


async def test_few_initialization_sections_are_kept() -> None:
    fetched: list[str] = []

    async def fetch(wanted: Resource, limit: int) -> bytes:
        fetched.append(wanted.url)
        assert limit == 1 << 20
        return b"init"

    async def fetch_playlist(url: str) -> Playlist:
        return Playlist(url, "")

    reader = HlsReader("x", fetch_playlist, fetch, 1)
    for number in range(50):
        for _ in range(2):
            assert await reader._fetch_once(Resource(f"https://h/{number}"), 1 << 20) == b"init"
    assert (len(fetched), len(reader._known)) == (50, 4)


@pytest.mark.parametrize(
    "now", [10**400, float("nan"), float("inf"), -1, 1.0, 1_764_500_000_000_000]
)
def test_an_odd_clock_of_the_platform_is_none(now: float) -> None:
    assert read_server_ahead({"extra": {"now": now}}, 1_764_500_000.0) is None
    assert read_server_ahead({"extra": {"now": 1_764_500_002_000}}, 1_764_500_000.0) == 2.0


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
