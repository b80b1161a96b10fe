"""Requests without Scrapy go through the environment's proxy, which sees no secret."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.listener import SECRET, start_listener

from f2scrapy.api.proxy import choose_proxy, find_proxy, switch_off_proxies, use_proxy
from f2scrapy.api.session import Session
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.danmaku.reconnect import Reconnector, ReconnectPolicy
from f2scrapy.errors import InputError, Refused
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.source import StreamSource
from f2scrapy.model.stream import StreamAddress
from f2scrapy.notify import Notifier
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter

NAMES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@pytest.fixture
async def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[list[str]]:
    """Requests that a proxy received; it answers none."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("https_proxy", f"http://{address}")
    monkeypatch.setenv("http_proxy", f"http://{address}")
    monkeypatch.delenv("F2_SANDBOX", raising=False)
    monkeypatch.setenv("F2_COOKIE", f"sessionid={SECRET}")
    monkeypatch.setenv("F2_PATH", str(tmp_path))
    yield heads
    server.close()


async def socket() -> PreparedRequest:
    return PreparedRequest(
        f"wss://socket.example/?signature={SECRET}", {"Cookie": f"ttwid={SECRET}"}
    )


async def test_all_go_through_it_and_tell_it_no_secret(heard: list[str]) -> None:
    address = StreamAddress(
        f"https://stream.example/a.flv?sign={SECRET}", "flv", "hd", "main", "", 0
    )
    async with Session("douyin") as session, StreamSource(session.identity) as source:
        with pytest.raises(Refused):
            await session.ask(LiveEnter(web_rid="1"))
        with pytest.raises(StreamError):
            await anext(source.read_arrivals(address))
        policy = ReconnectPolicy(give_up_after=0, min_delay=0.01)
        with pytest.raises(Refused):
            async with Reconnector(socket, policy).open_sockets() as sockets:
                await anext(sockets)
    notifier = Notifier(f"https://hook.example/{SECRET}")
    notifier.send("end", "", "")
    await notifier.close()
    asked = {head.split()[1] for head in heard if head.startswith("CONNECT ")}
    assert asked > {f"{name}.example:443" for name in ("stream", "socket", "hook")}
    assert any(".bytedance.com:" in host or ".douyin.com:" in host for host in asked)
    assert SECRET not in "".join(heard)
    assert all(head.startswith("CONNECT ") for head in heard)


async def test_this_machine_is_asked_directly(heard: list[str]) -> None:
    with start_listener() as (url, told):
        notifier = Notifier(f"{url}/{SECRET}")
        notifier.send("end", "", "")
        await notifier.close()
    assert (len(told), heard) == (1, [])


def test_hosts_it_is_not_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:word@proxy.example:3128")
    monkeypatch.setenv("no_proxy", ".inner.example")
    assert find_proxy("wss://a.example/") == "http://me:word@proxy.example:3128"
    for url in ("https://a.inner.example/", "https://localhost:1/", "wss://[::1]/x"):
        assert find_proxy(url) is None


async def test_a_program_chooses_one_for_its_tasks(heard: list[str]) -> None:
    async def find() -> str | None:
        return find_proxy("wss://a.example/")

    environment = await find()
    with use_proxy("me:word@proxy.example:1"):
        with use_proxy(""):
            inside = asyncio.create_task(find())
        assert find_proxy("http://127.0.0.1/") is None
    assert await inside == "http://me:word@proxy.example:1"
    assert await find() == environment
    with pytest.raises(InputError, match="proxy: ftp://"), use_proxy("ftp://proxy.example"):
        pass


def test_proxies_are_off_until_the_end_of_the_run(heard: list[str]) -> None:
    environment = find_proxy("https://a.example/")
    with use_proxy(""):
        switch_off_proxies()
        with use_proxy(""):  # as a session without a proxy of its own has it
            assert find_proxy("https://a.example/") is None
        with pytest.raises(InputError, match="leave out one of both"):
            choose_proxy("http://proxy.example:1")
    assert find_proxy("https://a.example/") == environment is not None


def test_the_proxy_of_a_session_is_that_of_its_sockets(heard: list[str]) -> None:
    session = Session("douyin", proxy="socks5://me:password@proxy.example:1", guest=True)
    assert session.find_proxy("wss://a.example/") == "socks5://me:password@proxy.example:1"
    assert session.identity.secrets.is_in("password")


@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
def test_three_kinds_of_proxy_are_used(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("https_proxy", f"{kind.upper()}://me:word@proxy.example:1080")
    assert find_proxy("https://a.example/") == f"{kind}://me:word@proxy.example:1080"


def test_other_kinds_are_refused_before_the_first_request(
    monkeypatch: pytest.MonkeyPatch, heard: list[str]
) -> None:
    monkeypatch.setenv("https_proxy", "socks4://me:word@proxy.example")
    with pytest.raises(InputError, match="https_proxy: socks4://") as refused:
        Session("douyin", guest=True)
    assert "word" not in str(refused.value)


def test_an_all_proxy_that_is_never_used_refuses_nothing(
    monkeypatch: pytest.MonkeyPatch, heard: list[str]
) -> None:
    monkeypatch.setenv("all_proxy", "ftp://proxy.example")
    Session("douyin", guest=True)  # https_proxy is for all of its hosts
    monkeypatch.delenv("https_proxy")
    monkeypatch.setenv("no_proxy", ".douyin.com,.bytedance.com,.zijieapi.com")
    Session("douyin", guest=True)
    monkeypatch.setenv("no_proxy", ".bytedance.com,.zijieapi.com")
    with pytest.raises(InputError, match="all_proxy: ftp://"):
        Session("douyin", guest=True)
