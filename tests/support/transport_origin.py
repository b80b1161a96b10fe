"""A web server that misbehaves on order, and a crawl that fetches from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import scrapy
from aiohttp import web
from aiohttp.test_utils import TestServer
from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner

from f2scrapy.crawl.requests import media_request
from f2scrapy.download.transfer import SaveTo

Behaviour = Callable[[web.Request, "Origin"], Awaitable[web.StreamResponse]]
MP4 = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"


def video(size: int) -> bytes:
    """An MP4 of *size* bytes, each block of which differs from the others."""
    box = size - len(MP4)
    filling = b"".join(n.to_bytes(8, "big") for n in range(box // 8))
    return MP4 + box.to_bytes(4, "big") + b"mdat" + filling[: box - 8].ljust(box - 8, b"\x01")


class Origin:
    """Serves `content` under every path; `script` says how, one behaviour for each request."""

    def __init__(self) -> None:
        self.content = video(3_000_000)
        self.etag = '"one"'
        self.script: list[Behaviour] = []
        self.asked: list[web.Request] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        behaviour = self.script.pop(0) if self.script else serve
        return await behaviour(request, self)

    @property
    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.asked]


async def serve(request: web.Request, origin: Origin) -> web.StreamResponse:
    """As a good server does."""
    asked, condition = request.headers.get("Range"), request.headers.get("If-Range")
    headers = {"ETag": origin.etag, "Content-Type": "video/mp4"}
    if not asked or (condition and condition != origin.etag):
        return web.Response(body=origin.content, headers=headers)
    start, size = int(asked.removeprefix("bytes=").rstrip("-")), len(origin.content)
    if start >= size:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
    return web.Response(status=206, body=origin.content[start:], headers=headers)


def cut_after(count: int) -> Behaviour:
    """Send *count* bytes of what was asked for, then drop the connection."""

    async def drop(request: web.Request, rest: bytes) -> None:
        await asyncio.sleep(0.25)  # closing at once would throw away what is still on the way
        request.transport.close()

    return _sending(count, drop)


def hang_after(count: int) -> Behaviour:
    """Send *count* bytes, then nothing more until the client has gone."""

    async def hang(request: web.Request, rest: bytes) -> None:
        while request.transport:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    return _sending(count, hang)


def trickle_after(count: int) -> Behaviour:
    """Send *count* bytes of what was asked for, then one byte now and then."""

    async def trickle(request: web.Request, rest: bytes) -> None:
        for byte in rest:
            if request.transport:
                request.transport.write(bytes([byte]))
                await asyncio.sleep(0.02)

    return _sending(count, trickle)


def slowly(pause: float) -> Behaviour:
    """Send all, in four pieces with *pause* seconds after each."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = len(origin.content)
        await response.prepare(request)
        quarter = -(-len(origin.content) // 4)
        for start in range(0, len(origin.content), quarter):
            await response.write(origin.content[start : start + quarter])
            await asyncio.sleep(pause)
        return response

    return behave


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer with this, whatever was asked for."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, headers=named)

    return behave


def chunked(body: bytes) -> Behaviour:
    """Tell no length: the body ends with the last chunk."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": origin.etag})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(body)
        return response

    return behave


async def reset(request: web.Request, origin: Origin) -> web.StreamResponse:
    """Break the connection off without a word."""
    request.transport.abort()
    return web.Response()


def until_closed(body: bytes) -> Behaviour:
    """Tell no length and do not chunk: the body ends where the connection does."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        request.transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
        request.transport.close()
        return web.Response()

    return behave


def _sending(count: int, then: Callable[[web.Request, bytes], Awaitable[None]]) -> Behaviour:
    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        whole = await serve(request, origin)
        response = web.StreamResponse(status=whole.status, headers=whole.headers)
        response.content_length = len(whole.body)
        await response.prepare(request)
        await response.write(whole.body[:count])
        await then(request, whole.body[count:])
        return response

    return behave


class Fetch(scrapy.Spider):
    """Sends `requests`; `results` holds the response or the exception of each, in their order."""

    name = "fetch"

    async def start(self):
        for n, request in enumerate(self.requests):
            number = {"n": n, "handle_httpstatus_all": True}
            yield request.replace(
                meta=number | request.meta,
                callback=self.came,
                errback=self.failed,
                dont_filter=True,
            )

    def came(self, response):
        self.results[response.meta["n"]] = response

    def failed(self, failure):
        self.results[failure.request.meta["n"]] = failure.value


async def fetch(*requests: Request, **settings: Any) -> tuple[list[Any], dict[str, Any]]:
    """Run a crawl of *requests*; return what became of each, and the crawl's stats."""
    common = {
        "TWISTED_REACTOR_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "RETRY_TIMES": 0,
        "DOWNLOAD_HANDLERS": dict.fromkeys(
            ("http", "https"), "f2scrapy.crawl.download_handler.TransportHandler"
        ),
    }
    runner = AsyncCrawlerRunner(common | settings)
    crawler = runner.create_crawler(Fetch)
    results: list[Any] = [None] * len(requests)
    await runner.crawl(crawler, requests=requests, results=results)
    return results, crawler.stats.get_stats()


@asynccontextmanager
async def serving() -> AsyncIterator[Origin]:
    """An `Origin` behind a real socket."""
    origin = Origin()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", origin.handle)
    async with TestServer(app) as server:
        origin.url = str(server.make_url("/v.mp4"))
        yield origin


def to_file(url: str, path: Path, key: str = "k", kind: str = "video", size: int = 0) -> Request:
    return media_request(url, SaveTo(path, key, kind, size))
