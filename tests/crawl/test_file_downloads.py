"""Files are downloaded past Scrapy's engine, with the same retries, redirects and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import scrapy
from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from f2scrapy import settings as project
from f2scrapy.api.http_client import HttpClient
from f2scrapy.crawl.file_downloads import FileDownloads
from f2scrapy.crawl.file_saver import FileSaver
from f2scrapy.crawl.shared import get_identity
from f2scrapy.download.transfer import SaveTo
from tests.support.transport_origin import (
    Origin,
    build_file_request,
    reset_connection,
    respond_with,
)

DOOR = "https://v3-web.douyinvod.com/v.mp4"
SETTINGS = {
    "TWISTED_REACTOR_ENABLED": False,
    "LOG_ENABLED": False,
    "F2_BACKOFF": 0.01,
    **{name: getattr(project, name) for name in dir(project) if name.startswith("DOWNLOAD")},
}


class FilesSpider(scrapy.Spider):
    """Downloads `url` to `path`, and keeps the response or the error as `result`."""

    name = "douyin_files"
    url: str
    path: Path
    result: Any = None

    async def start(self) -> Any:
        request = build_file_request(self.url, self.path)
        try:
            self.result = await FileDownloads(self.crawler).download(request)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.result = error
        for none in ():
            yield none


def note_call(method: Any, calls: list[str]) -> Any:
    """Return a method that notes its calls by name."""

    async def call(self: Any) -> None:
        calls.append(method.__qualname__)
        await method(self)

    return call


class Witness:
    """A middleware of a user, which sees all requests."""

    seen: list[str]

    def process_request(self, request: Request) -> None:
        self.seen.append(request.url)


async def download(origin: Origin, path: Path, url: str = DOOR, **more: Any) -> Any:
    """Download a file by the sandbox's door; return the spider."""
    sandbox = origin.url.removesuffix("/v.mp4")
    runner = AsyncCrawlerRunner({**SETTINGS, "F2_SANDBOX": sandbox, "F2_PATH": path.parent, **more})
    crawler = runner.create_crawler(FilesSpider)
    await runner.crawl(crawler, url=url, path=path)
    return crawler.spider


@pytest.mark.parametrize("fault", [respond_with(503), respond_with(429), reset_connection])
async def test_file_is_asked_for_again_after_a_fault(
    origin: Origin, path: Path, fault: Any
) -> None:
    origin.script = [fault]
    spider = await download(origin, path)
    assert spider.result.flags == ["saved"]
    assert spider.result.meta["saved"].path == path
    assert spider.result.meta["saved"].size == len(origin.content)
    assert spider.crawler.stats.get_value("f2/requests") == len(origin.requests) == 2
    assert spider.crawler.stats.get_value("f2/retry/count") == 1


async def test_each_request_looks_like_the_browsers(origin: Origin, path: Path) -> None:
    origin.script = [respond_with(302, Location="https://v9-web.douyinvod.com/real.mp4")]
    await download(origin, path)
    first, second = origin.requests
    assert second.path == "/v9-web.douyinvod.com/real.mp4"
    sent = [[name for name, _ in asked.raw_headers] for asked in (first, second)]
    assert sent[0] == sent[1]
    assert first.headers["Sec-Fetch-Dest"] == "video"
    assert first.headers["Referer"] == "https://www.douyin.com/"


async def test_no_redirect_leads_into_the_local_network(origin: Origin, path: Path) -> None:
    origin.script = [respond_with(302, Location="http://10.0.0.1/")]
    spider = await download(origin, path)
    assert isinstance(spider.result, IgnoreRequest)
    assert len(origin.requests) == 1


async def test_connections_are_closed_at_the_end(
    origin: Origin, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.script = [respond_with(403)]  # the second try is by the identity's connections
    closed: list[str] = []
    for kind in (FileSaver, HttpClient):
        monkeypatch.setattr(kind, "close", note_call(kind.close, closed))
    spider = await download(origin, path)
    assert spider.result.flags == ["saved"]
    assert closed == ["HttpClient.close", "FileSaver.close"]


async def test_refusal_comes_back_as_it_is(origin: Origin, path: Path) -> None:
    origin.script = [respond_with(404, b"gone")]
    spider = await download(origin, path)
    assert (spider.result.status, spider.result.body) == (404, b"gone")
    assert "saved" not in spider.result.meta


async def test_cookies_of_the_platforms_own_hosts_are_kept(origin: Origin, path: Path) -> None:
    cookie = {"Set_Cookie": "UIFID=fresh; Domain=.douyin.com; Path=/"}
    origin.script = [respond_with(302, Location=DOOR, **cookie)]
    spider = await download(origin, path, "https://www.douyin.com/aweme/v1/play/?x=1")
    assert get_identity(spider.crawler).uifid == "fresh"
    assert "Cookie" not in origin.requests[1].headers


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("http://proxy.test:8080", b"Basic dXNlcjpwYXNz", 30)),
        ({"HTTPPROXY_ENABLED": False}, (None, None, 30)),
        ({"DOWNLOAD_TIMEOUT": 0}, ("http://proxy.test:8080", b"Basic dXNlcjpwYXNz", None)),
    ],
)
async def test_proxy_and_limit_of_time_are_those_of_the_settings(
    path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, expected: Any
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:pass@proxy.test:8080")
    sent: list[Request] = []

    async def save(_: FileSaver, request: Request, __: SaveTo) -> Response:
        sent.append(request)
        return Response(request.url)

    monkeypatch.setattr(FileSaver, "save", save)
    runner = AsyncCrawlerRunner({**SETTINGS, "F2_PATH": path.parent, **settings})
    await runner.crawl(runner.create_crawler(FilesSpider), url=DOOR, path=path)
    (request,) = sent
    proxy, password = request.meta.get("proxy"), request.headers.get("Proxy-Authorization")
    assert (proxy, password, request.meta.get("download_timeout")) == expected


async def test_middleware_of_a_user_sees_files_too(origin: Origin, path: Path) -> None:
    Witness.seen = []
    ours = project.DOWNLOADER_MIDDLEWARES
    spider = await download(origin, path, DOWNLOADER_MIDDLEWARES={**ours, Witness: 10})
    assert Witness.seen == [DOOR]
    assert spider.result.flags == ["saved"]
