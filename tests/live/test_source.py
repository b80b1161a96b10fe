"""Test servers that never respond, or redirect into a private network."""

import asyncio
from pathlib import Path

import pytest
from support.recording import open_room

from f2scrapy.live.fragment import StreamError
from f2scrapy.live.source import StreamSource
from f2scrapy.model.stream import StreamAddress


@pytest.mark.parametrize("form", ["flv", "hls"])
async def test_a_silent_server_is_given_up(tmp_path: Path, form: str) -> None:
    left = asyncio.Event()

    async def keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    silent = await asyncio.start_server(keep_silent, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    address = StreamAddress(f"https://pull.example/x.{form}", form, "hd", "main", "", 0)
    door = f"http://127.0.0.1:{port}"
    async with (
        open_room(tmp_path) as room,
        StreamSource(room.session.identity, door, 0.3) as source,
        silent,
    ):
        with pytest.raises(StreamError, match=r"no data for 0\.3 s") as broken:
            await asyncio.wait_for(anext(source.read_arrivals(address)), 10)
        assert broken.value.because == "stall"
    await asyncio.wait_for(left.wait(), 10)


@pytest.mark.parametrize("form", ["flv", "hls"])
async def test_redirects_into_a_private_network_are_refused(tmp_path: Path, form: str) -> None:
    requests = 0

    async def redirect(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        requests += 1
        writer.write(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://10.0.0.1/x\r\n\r\n"
        )
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    door = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    address = StreamAddress(f"https://pull.example/x.{form}", form, "hd", "main", "", 0)
    async with (
        open_room(tmp_path) as room,
        StreamSource(room.session.identity, door, 5) as source,
        server,
    ):
        with pytest.raises(StreamError, match="not allowed"):
            await asyncio.wait_for(anext(source.read_arrivals(address)), 10)
    assert requests == 1


async def test_addresses_in_a_playlist_are_relative_to_where_it_was_found(tmp_path: Path) -> None:
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"
    answers = {
        b"/edge.example/b/x.m3u8": playlist,
        b"/edge.example/b/a.ts": b"\x47" * 188,
    }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
        body = answers.get(path)
        if body is None:
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: https://edge.example/b/x.m3u8\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\n")
        writer.write(
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body or b""), body or b"")
        )
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    door = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    address = StreamAddress("https://pull.example/a/x.m3u8", "hls", "hd", "main", "", 0)
    async with (
        open_room(tmp_path) as room,
        StreamSource(room.session.identity, door, 5) as source,
        server,
    ):
        arrival = await asyncio.wait_for(anext(source.read_arrivals(address)), 10)
    assert [one.data for one in arrival.fragments] == [b"\x47" * 188]
