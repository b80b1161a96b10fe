"""Run a web server with scripted faults, and a crawl that fetches from it."""

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

from f2scrapy.crawl.file_requests import transfer_started
from f2scrapy.crawl.requests import make_media_request
from f2scrapy.download.transfer import SaveTo, Transfer

Behaviour = Callable[[web.Request, "Origin"], Awaitable[web.StreamResponse]]
MP4 = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00" + b"\x00\x00\x00\x08moov"


def make_video(size: int) -> bytes:
    """Make an MP4 of *size* bytes in which all blocks are different."""
    box = size - len(MP4)
    filling = b"".join(n.to_bytes(8, "big") for n in range(box // 8))
    return MP4 + box.to_bytes(4, "big") + b"mdat" + filling[: box - 8].ljust(box - 8, b"\x01")


def get_part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def get_journal(path: Path) -> Path:
    return path.with_name(f"{path.name}.part.json")


class Origin:
    """Serves `content` under every path; `script` has a behaviour for each request."""

    def __init__(self) -> None:
        self.content = make_video(3_000_000)
        self.etag = '"one"'
        self.script: list[Behaviour] = []
        self.requests: list[web.Request] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        behaviour = self.script.pop(0) if self.script else serve
        return await behaviour(request, self)

    @property
    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.requests]


async def serve(request: web.Request, origin: Origin) -> web.StreamResponse:
    """Serve the content, or the requested range of it."""
    wanted, condition = request.headers.get("Range"), request.headers.get("If-Range")
    headers = {"ETag": origin.etag, "Content-Type": "video/mp4"}
    if not wanted or (condition and condition != origin.etag):
        return web.Response(body=origin.content, headers=headers)
    size = len(origin.content)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, stop = int(first), int(last) + 1 if last else size
    if start >= size:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206, body=origin.content[start:stop], headers=headers)


async def wait_until_received(request: web.Request, rest: bytes) -> None:
    """Wait until the crawl has all bytes before *rest*, or has left."""
    async with asyncio.timeout(20):
        while request.transport and not has_all_before(rest):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def has_all_before(rest: bytes) -> bool:
    if not transfers or transfers[-1].ended.is_set():  # that of an earlier request
        return False
    return transfers[-1].received >= transfers[-1].total - len(rest)


def cut_after(count: int) -> Behaviour:
    """Send *count* bytes of the requested range, then close the connection."""

    async def drop(request: web.Request, rest: bytes) -> None:
        await wait_until_received(request, rest)  # closing discards bytes on their way
        if request.transport:
            request.transport.close()

    return _send_then(count, drop)


async def cut_in_memory(request: web.Request, _origin: Origin) -> web.StreamResponse:
    """Send 10 of 1,000 bytes, which no file receives, then close the connection."""
    response = web.StreamResponse()
    response.content_length = 1000
    await response.prepare(request)
    await response.write(bytes(10))
    assert request.transport
    request.transport.close()
    return response


def hang_after(count: int) -> Behaviour:
    """Send *count* bytes, then none until the client closes the connection."""

    async def hang(request: web.Request, rest: bytes) -> None:
        while request.transport:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    return _send_then(count, hang)


def trickle_after(count: int) -> Behaviour:
    """Send *count* bytes of the requested range, then one byte every 20 ms."""

    async def trickle(request: web.Request, rest: bytes) -> None:
        for byte in rest:
            if request.transport:
                request.transport.write(bytes([byte]))
                await asyncio.sleep(0.02)

    return _send_then(count, trickle)


def send_slowly(pause: float) -> Behaviour:
    """Send the content in four pieces with *pause* seconds after each."""

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


def respond_with(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Send this response to any request."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        real_names = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, headers=real_names)

    return behave


def send_chunked(body: bytes) -> Behaviour:
    """Send no length: the body ends with the last chunk."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": origin.etag})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(body)
        return response

    return behave


def send_without_end(block: bytes, pause: float = 0.0) -> Behaviour:
    """Send a video, then this block again and again, in chunks, until the client leaves."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": origin.etag})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(MP4)
        while request.transport:
            await response.write(block)
            await asyncio.sleep(pause)
        return response

    return behave


def announce_length(size: int) -> Behaviour:
    """Announce a length, and send a few bytes."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": origin.etag})
        response.content_length = size
        await response.prepare(request)
        await response.write(MP4)
        return response

    return behave


async def reset_connection(request: web.Request, origin: Origin) -> web.StreamResponse:
    """Close the connection without a response."""
    request.transport.abort()
    return web.Response()


def send_until_closed(body: bytes) -> Behaviour:
    """Send neither a length nor chunks: the body ends with the connection."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        request.transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
        request.transport.close()
        return web.Response()

    return behave


def _send_then(count: int, then: Callable[[web.Request, bytes], Awaitable[None]]) -> Behaviour:
    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        whole = await serve(request, origin)
        response = web.StreamResponse(status=whole.status, headers=whole.headers)
        response.content_length = len(whole.body)
        await response.prepare(request)
        await response.write(whole.body[:count])
        await then(request, whole.body[count:])
        return response

    return behave


class FetchSpider(scrapy.Spider):
    """Sends `requests`, and puts the response or error of each into `results`, in order."""

    name = "fetch"

    async def start(self):
        for n, request in enumerate(self.requests):
            number = {"n": n, "handle_httpstatus_all": True}
            yield request.replace(
                meta=number | request.meta,
                callback=self.store_response,
                errback=self.store_error,
                dont_filter=True,
            )

    def store_response(self, response):
        self.results[response.meta["n"]] = response

    def store_error(self, failure):
        self.results[failure.request.meta["n"]] = failure.value


transfers: list[Transfer] = []  # of `fetch`, the latest last


def note_transfer(transfer: Transfer) -> None:
    transfers.append(transfer)


async def fetch(*requests: Request, **settings: Any) -> tuple[list[Any], dict[str, Any]]:
    """Run a crawl of *requests*; return the response or error of each, and the stats."""
    common = {
        "TWISTED_REACTOR_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "RETRY_TIMES": 0,
        "DOWNLOAD_HANDLERS": dict.fromkeys(
            ("http", "https"), "f2scrapy.crawl.browser.handler.DownloadHandler"
        ),
    }
    runner = AsyncCrawlerRunner(common | settings)
    crawler = runner.create_crawler(FetchSpider)
    results: list[Any] = [None] * len(requests)
    crawler.signals.connect(note_transfer, transfer_started)
    await runner.crawl(crawler, requests=requests, results=results)
    return results, crawler.stats.get_stats()


@asynccontextmanager
async def run_origin() -> AsyncIterator[Origin]:
    """Run an `Origin` behind a real socket."""
    origin = Origin()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", origin.handle)
    async with TestServer(app) as server:
        origin.url = str(server.make_url("/v.mp4"))
        yield origin


def build_file_request(
    url: str, path: Path, key: str = "k", kind: str = "video", size: int = 0, **options: Any
) -> Request:
    """Build a request with a `SaveTo`; *options* are further fields of it."""
    return make_media_request(url, SaveTo(path, key, kind, size, **options))
