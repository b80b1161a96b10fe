"""Source: what a server does that neither answers nor closes."""

import asyncio
from pathlib import Path

import pytest
from support.recording import studio

from f2scrapy.live.fragment import Broken
from f2scrapy.live.source import Source
from f2scrapy.model.stream import Address


async def hush(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("form", ["flv", "hls"])
async def test_who_never_answers_is_given_up(tmp_path: Path, form: str) -> None:
    silent = await asyncio.start_server(hush, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    address = Address(f"https://pull.example/x.{form}", form, "hd", "main", "", 0)
    door = f"http://127.0.0.1:{port}"
    async with studio(tmp_path) as room, Source(room.session.identity, door, 0.3) as source, silent:
        with pytest.raises(Broken, match=r"nothing came for 0\.3 s") as broken:
            await asyncio.wait_for(anext(source.arrivals(address)), 10)
        assert broken.value.because == "stall"
    await asyncio.sleep(0.05)  # until the server has seen that


@pytest.mark.parametrize("form", ["flv", "hls"])
async def test_no_stream_leads_into_the_own_network(tmp_path: Path, form: str) -> None:
    asked = 0

    async def lead(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://10.0.0.1/x\r\n\r\n"
        )
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    door = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    address = Address(f"https://pull.example/x.{form}", form, "hd", "main", "", 0)
    async with studio(tmp_path) as room, Source(room.session.identity, door, 5) as source, server:
        with pytest.raises(Broken, match="leads nowhere"):
            await asyncio.wait_for(anext(source.arrivals(address)), 10)
    assert asked == 1
