"""The proxy in kwargs counts for each function that takes kwargs."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.errors import Refused
from f2scrapy.f2.apps.douyin.crawler import DouyinCrawler
from f2scrapy.f2.apps.douyin.dl import DouyinDownloader
from f2scrapy.f2.apps.douyin.filter import UserPostFilter
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.douyin.model import QueryUser
from f2scrapy.f2.apps.tiktok.handler import TiktokHandler
from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.douyin.lists import build_row
from f2scrapy.sandbox.server import Sandbox

Words = dict[str, Any]


@pytest.fixture
async def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[list[str]]:
    """The hosts that a proxy was asked for; the first is its own address. It leads nowhere."""
    hosts: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hosts.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    for name in ("http_proxy", "https_proxy", "all_proxy", "F2_SANDBOX", "F2_COOKIE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("F2_PATH", str(tmp_path))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    hosts.append(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield hosts
    server.close()


async def fetch(words: Words) -> None:
    await DouyinHandler(words).fetch_query_user()


async def request(words: Words) -> None:
    async with DouyinCrawler(words) as crawler:
        await crawler.fetch_query_user(QueryUser())


async def read(words: Words) -> None:
    async for _ in DouyinHandler(words).fetch_user_post_videos("MS4wLjABAAAA-x"):
        pass


async def crawl(words: Words) -> None:
    words |= {"url": "https://www.tiktok.com/@x/video/7298145681699622182"}
    ended = await TiktokHandler(words).handle_one_video()
    raise Refused(ended.outcome, ended.summary)


async def watch(words: Words) -> None:
    await DouyinHandler(words).fetch_live_danmaku("7298145681699622182", cursor="c")


@pytest.mark.parametrize("call", [fetch, request, read, crawl, watch])
async def test_requests_go_through_it(heard: list[str], call: Callable[[Words], Awaitable]) -> None:
    words = {"proxies": {"http://": None, "https://": f"http://{heard.pop()}"}, "max_retries": 0}
    with pytest.raises(Refused, match="NETWORK"):
        await call(words)
    assert heard


async def test_files_go_through_it(heard: list[str], tmp_path: Path) -> None:
    words = {"proxies": {"https": heard.pop()}, "max_retries": 0}
    async with Sandbox() as sandbox:
        work = build_work(sandbox.state.catalogue.by_name["demo"], 3)
        row = json.loads(build_row(work, sandbox.state, "https://www.douyin.com"))
    rows = UserPostFilter({"aweme_list": [row]})._to_list()
    ended = await DouyinDownloader(words).create_download_tasks(words, rows, tmp_path / "works")
    assert ended.summary.startswith("NETWORK")
    assert heard
