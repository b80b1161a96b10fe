"""The proxy that leads other people's clients into the sandbox."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from f2scrapy.sandbox.server import Sandbox
from peers.__main__ import find_faults
from peers.certificate import Authority
from peers.facts import find_facts
from peers.programs import PROGRAMS, Result
from peers.proxy import Proxy

MOVED = {"signer.example/fetch": "webcast.tiktok.com/webcast/room/check_alive/?aid=1988&"}
ROOM = "7600000000000000010"


class Tunnel:
    """A client behind the proxy, which trusts the proxy's authority and no other."""

    def __init__(self, sandbox: Sandbox, proxy: Proxy, authority: Authority) -> None:
        self.sandbox, self._proxy = sandbox, proxy
        self._trusted = ssl.create_default_context(cafile=str(authority.path))

    async def send(self, host: str, request: bytes) -> bytes:
        parts = urlsplit(self._proxy.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        await writer.start_tls(self._trusted, server_hostname=host)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def tunnel(tmp_path: Path) -> AsyncIterator[Tunnel]:
    authority = Authority(tmp_path)
    async with Sandbox() as sandbox, Proxy(sandbox.url, authority, MOVED).serve() as proxy:
        yield Tunnel(sandbox, proxy, authority)


async def test_a_request_comes_to_the_interface_of_its_host(tunnel: Tunnel) -> None:
    path = f"/webcast/room/check_alive/?room_ids={ROOM}"
    answer = await tunnel.send(
        "webcast.tiktok.com", f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b'"alive":true' in answer


async def test_a_body_is_passed_on(tunnel: Tunnel) -> None:
    head = b"POST /web/report HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    answer = await tunnel.send("mssdk.bytedance.com", head)
    assert b"param error" in answer
    assert "msToken: magic is not 538969122" in str(tunnel.sandbox.state.report.violations)


async def test_a_moved_address_is_answered_with_the_signers_header(tunnel: Tunnel) -> None:
    request = f"GET /fetch?room_ids={ROOM} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    answer = await tunnel.send("signer.example", request)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"X-Set-TT-Cookie: ttwid=" in head
    assert b'"alive":true' in body


async def test_no_other_client_trusts_the_certificate(tunnel: Tunnel) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await http.get("https://www.tiktok.com/", proxy=tunnel._proxy.url)


def test_refusals_without_a_known_reason_are_faults() -> None:
    results = [Result("f2-tiktok", "post", answered=True), Result("yt-dlp", "work", False, "403")]
    assert find_faults(results) == ["yt-dlp work"]


def test_every_client_is_pinned_and_finds_its_facts() -> None:
    facts = find_facts(Sandbox().state)
    for program in PROGRAMS:
        assert "==" in program.requirement
        for call in program.calls:
            assert all(isinstance(word, str) for word in call.arguments(facts))
