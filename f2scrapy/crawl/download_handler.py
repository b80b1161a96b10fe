"""Download response bodies to memory, and media files to disk with resume."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import make_response

from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.crawl.requests import MediaFile, get_purpose, is_stopping, refuse_long
from f2scrapy.crawl.shared import get_options
from f2scrapy.download.part_file import DiskError, PartJournal
from f2scrapy.download.ranges import Extent, parse_extent
from f2scrapy.download.transfer import BLOCK, BrokenContent, SaveTo, StalePart, Transfer, Truncated
from f2scrapy.errors import Outcome, Refused

ERROR_BODY = 1 << 16  # bytes of a refusal's body to read: enough to classify it
TRICKLE = 1000  # fewer bytes within F2_STALL seconds count as none
# So many on average of the last SLOW_STALLS times F2_STALL count as none, too: 270 bytes a second,
# at which a picture takes an hour. A server that drips would hold a file for days.
SLOW = 8000
SLOW_STALLS = 10

transfer_started = object()
"""Signal with `transfer` (a `Transfer`), sent when the body of a media file begins.

A progress bar reads its `received` and `total` until `ended.is_set()`.
"""


class WrongRange(DownloadFailedError):
    """The server sends another part of the file than was requested; a retry may help."""


class _ClientRequest(aiohttp.ClientRequest):
    """Sends no Content-Length without a body, as browsers do."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        super().update_body_from_data(body or None, _stacklevel + 1)


class TransportHandler(AiohttpDownloadHandler):
    """Scrapy download handler for http and https.

    The body of a `MediaFile` with a `SaveTo` goes to disk: its response has no body, status 200
    and the flag "saved", and ``meta["saved"]`` holds a `Saved`. Responses other than 2xx are
    returned with at most ERROR_BODY bytes of their body.

    Settings: F2_SANDBOX; F2_STALL, the seconds without 1 kB until a media file fails; F2_FSYNC,
    whether a media file is synced to disk before it gets its final name. DOWNLOAD_TIMEOUT is the
    limit for the headers of a media file, in seconds; DOWNLOAD_MAXSIZE does not apply to it.
    Stats: f2/requests (tries), f2/bytes (of media, received), f2/files, f2/resumed.

    Raises for media files: Scrapy's download exceptions, for which a retry may help; BrokenContent
    and DiskError, for which it does not. Raises for all requests: Refused (INTERRUPTED) once the
    run is stopping; a file with a part on disk then stops, a smaller one is completed.
    """

    lazy = True
    experimental = False  # no warning for users: our own tests check the handler

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        options = get_options(crawler)
        self._sandbox = options.sandbox
        self._stall = options.stall
        self._durable = options.fsync
        self._active: dict[Path, Transfer] = {}
        self._disk = ThreadPoolExecutor(8, thread_name_prefix="disk")
        self._remove_connection_limits()
        self._session._request_class = _ClientRequest
        self._session._retry_connection = False  # `outcome.py` retries with a new signature
        # Scrapy 2.19 warns once with the signed address; the retry logs the same without it.
        self._fail_on_dataloss_warned = True

    async def close(self) -> None:
        await super().close()
        self._disk.shutdown()

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped before it")
        purpose = get_purpose(request)
        save = purpose.save_to if isinstance(purpose, MediaFile) else None
        if save is None:
            return await super().download_request(request)
        other = await self._wait_for_same(save)
        if other:
            request.meta["saved"] = other.saved
            return Response(request.url, flags=["saved"])
        return await self._save(request, save)

    def _remove_connection_limits(self) -> None:
        """Leave the limits of connections to Scrapy's slots.

        The timeout of a request that waits in the connector is already running, long files would
        block short answers, and with the sandbox all hosts are one.
        """
        connector = self._session.connector
        assert connector
        connector._limit = connector._limit_per_host = 0

    @staticmethod
    def _cancel_maxsize(size: int, limit: int, request: Request, *, expected: bool) -> NoReturn:
        """Cancel a download without Scrapy's warning, which shows tokens and signature."""
        del expected
        raise refuse_long(request, f"an answer of {size} bytes; the limit in memory is {limit}")

    @asynccontextmanager
    async def _make_request(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - Scrapy's hook
    ) -> AsyncIterator[_ClientResponse]:
        self.crawler.stats.inc_value("f2/requests")
        async with super()._make_request(self._to_wire(request), timeout) as response:
            yield response

    def _to_wire(self, request: Request) -> Request:
        """Return the request with the exact URL to send, in the sandbox if there is one."""
        if not self._sandbox and request.meta.get("verbatim_url"):
            return request
        meta = {**request.meta, "verbatim_url": True}
        if not self._sandbox:
            return request.replace(meta=meta)
        meta.pop("proxy", None)  # a proxy cannot reach the sandbox
        return request.replace(url=to_sandbox(self._sandbox, request.url), meta=meta)

    async def _wait_for_same(self, save: SaveTo) -> Transfer | None:
        """Wait for active transfers to the same path; return the one that saved the file, if any.

        Raises:
            DiskError: one of them has another content.
        """
        while other := self._active.get(save.path):
            if other.save.key != save.key:
                raise DiskError(f"{save.path}: two files have this name")
            await other.ended.wait()
            if other.saved:
                return other
        return None

    async def _save(self, request: Request, save: SaveTo) -> Response:
        transfer = self._active[save.path] = Transfer(save, durable=self._durable)
        try:
            with closing(transfer):
                transfer.part.open()
                try:
                    return await self._fetch(request, transfer, resume=True)
                except StalePart:
                    return await self._fetch(request, transfer, resume=False)
        except Truncated as error:
            raise ResponseDataLossError(str(error)) from error
        except StalePart as error:
            raise WrongRange(str(error)) from error
        finally:
            del self._active[save.path]
            transfer.ended.set()

    async def _fetch(self, request: Request, transfer: Transfer, *, resume: bool) -> Response:
        journal = transfer.part.journal if resume else None
        start = transfer.part.size if journal else 0
        asking = _build_range_request(request, journal, start)
        async with self._open_response(asking, request) as response:
            headers = self._extract_headers(response)
            args = self._build_base_response_args(response, request, headers)
            if args["status"] == 416 and journal:
                transfer.accept_part(parse_extent(416, _build_header_reader(headers)))
            elif 200 <= args["status"] < 300:
                transfer.expect_body(_parse_body_extent(args["status"], headers), start)
                await self._receive(response, transfer)
            else:
                return make_response(**args, body=await self._read_error_body(response))
        await self._finish(transfer)
        request.meta["saved"] = transfer.saved
        args["status"] = 200  # for Scrapy, in place of 206 or 416
        return Response(**args, flags=["saved"])

    @asynccontextmanager
    async def _open_response(
        self, asking: Request, request: Request
    ) -> AsyncIterator[_ClientResponse]:
        """Send *asking* and yield its response; the headers must come within DOWNLOAD_TIMEOUT."""
        limit = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        started = time.monotonic()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit):
                    opened = self._make_request(asking, timeout=0)  # 0 = no limit for the body
                    response = await stack.enter_async_context(opened)
            except TimeoutError as e:
                raise DownloadTimeoutError(f"no answer within {limit:g} s") from e
            request.meta["download_latency"] = time.monotonic() - started
            yield response

    async def _receive(self, response: _ClientResponse, transfer: Transfer) -> None:
        self.crawler.signals.send_catch_log(transfer_started, transfer=transfer)
        before = transfer.received
        try:
            await self._fill(transfer, response)
        finally:
            self.crawler.stats.inc_value("f2/bytes", transfer.received - before)

    async def _fill(self, transfer: Transfer, response: _ClientResponse) -> None:
        """Receive each block while the one before it is written."""
        writing: asyncio.Task[None] | None = None
        try:
            async with aclosing(self._iterate_chunks(response)) as chunks:
                async for chunk in chunks:
                    transfer.add_chunk(chunk)
                    if transfer.part.journal and is_stopping(self.crawler):
                        raise Refused(Outcome.INTERRUPTED, "the run was stopped; the part is kept")
                    if transfer.pending >= BLOCK:
                        if writing:
                            await writing
                        work = partial(transfer.write, transfer.pop_block())
                        writing = asyncio.create_task(self._run_in_thread(work))
        finally:
            if writing:
                await writing

    async def _read_error_body(self, response: _ClientResponse) -> bytes:
        body = b""
        async with aclosing(self._iterate_chunks(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) >= ERROR_BODY:
                    break
        return body[:ERROR_BODY]

    async def _iterate_chunks(self, response: _ClientResponse) -> AsyncGenerator[bytes]:
        """Yield the body as it comes, within F2_STALL; the time for writing is not counted."""
        chunks = aiter(self._iter_body_chunks(response))
        pace = _Pace(self._stall)
        while True:
            before = time.monotonic()
            try:
                async with asyncio.timeout(pace.left):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as e:
                raise DownloadTimeoutError(f"{pace.came} bytes came in {self._stall:g} s") from e
            except aiohttp.ClientPayloadError as e:
                raise ResponseDataLossError("the connection ended within the body") from e
            pace.add(time.monotonic() - before, len(chunk))
            if pace.is_too_slow:
                raise DownloadTimeoutError(f"fewer than {SLOW} bytes in {self._stall:g} s each")
            yield chunk

    async def _finish(self, transfer: Transfer) -> None:
        await self._run_in_thread(transfer.finish)
        self.crawler.stats.inc_value("f2/files")
        if transfer.saved and transfer.saved.resumed_from:
            self.crawler.stats.inc_value("f2/resumed")

    async def _run_in_thread(self, work: Callable[[], None]) -> None:
        """Run *work* in a thread; a cancelled transfer waits for it, since the file is in use."""
        running = asyncio.get_running_loop().run_in_executor(self._disk, work)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise


@dataclass
class _Pace:
    """How fast a body comes, without the time for writing it."""

    stall: float  # seconds
    came: int = 0  # bytes, since TRICKLE bytes came last
    _waited: float = 0.0  # seconds, since then
    _window_bytes: int = 0  # of the present SLOW_STALLS times F2_STALL
    _window: float = 0.0  # seconds
    is_too_slow: bool = False

    @property
    def left(self) -> float:
        """Seconds until the transfer has stalled."""
        return self.stall - self._waited

    def add(self, seconds: float, count: int) -> None:
        """Count bytes that came after some seconds of waiting."""
        self._waited, self.came = self._waited + seconds, self.came + count
        if self.came >= TRICKLE:
            self._waited, self.came = 0.0, 0
        self._window, self._window_bytes = self._window + seconds, self._window_bytes + count
        if self._window >= SLOW_STALLS * self.stall:
            self.is_too_slow = self._window_bytes < SLOW_STALLS * SLOW
            self._window, self._window_bytes = 0.0, 0


def _build_range_request(request: Request, journal: PartJournal | None, start: int) -> Request:
    """Return a copy for the uncompressed file; with a journal, from offset *start* on."""
    asking = request.copy()
    asking.headers["Accept-Encoding"] = "identity"
    if journal:
        asking.headers["Range"] = f"bytes={start}-"
        asking.headers["If-Range"] = journal.validator
    return asking


def _parse_body_extent(status: int, headers: Headers) -> Extent:
    encoding = headers.get("Content-Encoding") or b"identity"
    if encoding.strip().lower() != b"identity":
        raise BrokenContent("the server compressed a file that was requested uncompressed")
    if status not in {200, 206}:
        raise BrokenContent(f"HTTP {status} has no file in it")
    return parse_extent(status, _build_header_reader(headers))


def _build_header_reader(headers: Headers) -> Callable[[str], str]:
    return lambda name: (headers.get(name) or b"").decode("latin-1")
