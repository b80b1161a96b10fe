"""The download handler: bodies to memory, media straight to disk with resume."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import make_response

from f2scrapy.api.sandbox_url import through_door
from f2scrapy.crawl.requests import MediaFile, get_purpose, is_stopping
from f2scrapy.crawl.shared import get_options
from f2scrapy.download.part_file import DiskError, PartJournal
from f2scrapy.download.ranges import Extent, parse_extent
from f2scrapy.download.transfer import BLOCK, BrokenContent, SaveTo, StalePart, Transfer, Truncated
from f2scrapy.errors import Outcome, Refused

ERROR_BODY = 1 << 16  # bytes of a refusal that are read: enough to tell who refuses and why
TRICKLE = 1000  # bytes within F2_STALL seconds that are no better than none

transfer_started = object()
"""Signal, sent with `transfer` (a `Transfer`) when a media file begins to come in.

A progress bar keeps it, looks at `received` and `total` when it likes, and drops it when
`ended.is_set()`.
"""


class WrongRange(DownloadFailedError):
    """The server sends another part of the file than was requested; another try may help."""


class _ClientRequest(aiohttp.ClientRequest):
    """Where there is no body, no length of one is told, as with browsers."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        super().update_body_from_data(body or None, _stacklevel + 1)


class TransportHandler(AiohttpDownloadHandler):
    """Fetches every http and https request.

    A request for a `MediaFile` with a `SaveTo` goes to disk: its response has no body, status
    200, the flag "saved", and ``meta["saved"]`` holds a `Saved`. Answers other than 2xx come back
    as they are, with at most ERROR_BODY bytes of their body.

    Settings: F2_SANDBOX; F2_STALL, the seconds without a kB after which a media file is given up;
    F2_FSYNC, whether a media file is on disk, not only in its cache, before it has its final name.
    DOWNLOAD_TIMEOUT is the time in which the head of a media file must come; DOWNLOAD_MAXSIZE
    does not apply to it. Stats: f2/requests (tries to send one), f2/bytes (of media, over the
    wire), f2/files, f2/resumed.

    Raises, for media files: Scrapy's download exceptions, which are worth a retry; BrokenContent
    and DiskError, which are not. For all: Refused (INTERRUPTED) once the run was told to stop; a
    file that has a part on disk by then breaks off, a smaller one is finished.
    """

    lazy = True
    experimental = False  # guarded by our own tests, so Scrapy's warning tells the user nothing

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        options = get_options(crawler)
        self._sandbox = options.sandbox
        self._stall = options.stall
        self._durable = options.fsync
        self._active: dict[Path, Transfer] = {}
        self._disk = ThreadPoolExecutor(8, thread_name_prefix="disk")
        self._leave_limits_to_slots()
        self._session._request_class = _ClientRequest
        self._session._retry_connection = False  # of a signed request: `outcome.py` signs afresh
        # Scrapy would say once what the retry says in our words, with the signed address (2.19).
        self._fail_on_dataloss_warned = True

    async def close(self) -> None:
        await super().close()
        self._disk.shutdown()

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped before")
        purpose = get_purpose(request)
        save = purpose.save_to if isinstance(purpose, MediaFile) else None
        if save is None:
            return await super().download_request(request)
        twin = await self._twin(save)
        if twin:
            request.meta["saved"] = twin.saved
            return Response(request.url, flags=["saved"])
        return await self._save(request, save)

    def _leave_limits_to_slots(self) -> None:
        """Scrapy's slots bound the requests of each host; the connector is not to bound them again.

        The time of a request that waits there is already running, long files would starve short
        answers, and behind the sandbox's door all hosts are one.
        """
        connector = self._session.connector
        assert connector
        connector._limit = connector._limit_per_host = 0

    @staticmethod
    def _cancel_maxsize(size: int, limit: int, request: Request, *, expected: bool) -> NoReturn:
        """Without Scrapy's warning: it shows tokens and signature."""
        del request, expected
        raise DownloadCancelledError(f"an answer of {size} bytes; {limit} are held in memory")

    @asynccontextmanager
    async def _make_request(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - Scrapy's hook
    ) -> AsyncIterator[_ClientResponse]:
        self.crawler.stats.inc_value("f2/requests")
        async with super()._make_request(self._on_wire(request), timeout) as response:
            yield response

    def _on_wire(self, request: Request) -> Request:
        """The request with its URL as it is to be sent, byte for byte."""
        if not self._sandbox and request.meta.get("verbatim_url"):
            return request
        meta = {**request.meta, "verbatim_url": True}
        if not self._sandbox:
            return request.replace(meta=meta)
        meta.pop("proxy", None)  # nobody else can reach the sandbox
        return request.replace(url=through_door(self._sandbox, request.url), meta=meta)

    async def _twin(self, save: SaveTo) -> Transfer | None:
        """Wait for transfers under way to the same path; return one that fetched this content."""
        while other := self._active.get(save.path):
            if other.save.key != save.key:
                raise DiskError(f"{save.path}: two different contents were sent to this name")
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
        asking = _asking(request, journal, start)
        async with self._answer(asking, request) as response:
            headers = self._extract_headers(response)
            args = self._build_base_response_args(response, request, headers)
            if args["status"] == 416 and journal:
                transfer.accept_part(parse_extent(416, _header_reader(headers)))
            elif 200 <= args["status"] < 300:
                transfer.expect_body(_body_extent(args["status"], headers), start)
                await self._receive(response, transfer)
            else:
                return make_response(**args, body=await self._refusal(response))
        await self._finish(transfer)
        request.meta["saved"] = transfer.saved
        args["status"] = 200  # a 206 or 416 was between the server and us
        return Response(**args, flags=["saved"])

    @asynccontextmanager
    async def _answer(self, asking: Request, request: Request) -> AsyncIterator[_ClientResponse]:
        """The answer to *asking*, whose head must come within DOWNLOAD_TIMEOUT."""
        limit = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        started = time.monotonic()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit):
                    made = self._make_request(asking, timeout=0)  # 0 = the body may take its time
                    response = await stack.enter_async_context(made)
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
        """Receive one block while the one before it is being written."""
        writing: asyncio.Task[None] | None = None
        try:
            async with aclosing(self._chunks(response)) as chunks:
                async for chunk in chunks:
                    transfer.add_chunk(chunk)
                    if transfer.part.journal and is_stopping(self.crawler):
                        raise Refused(Outcome.INTERRUPTED, "the run was stopped; the part is kept")
                    if transfer.pending >= BLOCK:
                        if writing:
                            await writing
                        work = partial(transfer.write, transfer.pop_block())
                        writing = asyncio.create_task(self._on_disk(work))
        finally:
            if writing:
                await writing

    async def _refusal(self, response: _ClientResponse) -> bytes:
        body = b""
        async with aclosing(self._chunks(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) >= ERROR_BODY:
                    break
        return body[:ERROR_BODY]

    async def _chunks(self, response: _ClientResponse) -> AsyncGenerator[bytes]:
        """The body as it comes, watched: the time it takes to be written does not count."""
        chunks = aiter(self._iter_body_chunks(response))
        waited, came = 0.0, 0
        while True:
            before = time.monotonic()
            try:
                async with asyncio.timeout(self._stall - waited):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as e:
                raise DownloadTimeoutError(f"{came} bytes came in {self._stall:g} s") from e
            except aiohttp.ClientPayloadError as e:
                raise ResponseDataLossError("the connection ended within the body") from e
            waited, came = waited + time.monotonic() - before, came + len(chunk)
            if came >= TRICKLE:
                waited, came = 0.0, 0
            yield chunk

    async def _finish(self, transfer: Transfer) -> None:
        await self._on_disk(transfer.finish)
        self.crawler.stats.inc_value("f2/files")
        if transfer.saved and transfer.saved.resumed_from:
            self.crawler.stats.inc_value("f2/resumed")

    async def _on_disk(self, work: Callable[[], None]) -> None:
        """Do *work* in a thread; a cancelled transfer waits for it, as the file is in use."""
        running = asyncio.get_running_loop().run_in_executor(self._disk, work)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise


def _asking(request: Request, journal: PartJournal | None, start: int) -> Request:
    """A copy that asks for the file as it is; with a journal, for all from offset *start*."""
    asking = request.copy()
    asking.headers["Accept-Encoding"] = "identity"
    if journal:
        asking.headers["Range"] = f"bytes={start}-"
        asking.headers["If-Range"] = journal.validator
    return asking


def _body_extent(status: int, headers: Headers) -> Extent:
    encoding = headers.get("Content-Encoding") or b"identity"
    if encoding.strip().lower() != b"identity":
        raise BrokenContent("the server compressed what was asked for as it is")
    if status not in {200, 206}:
        raise BrokenContent(f"status {status} comes with no file")
    return parse_extent(status, _header_reader(headers))


def _header_reader(headers: Headers) -> Callable[[str], str]:
    return lambda name: (headers.get(name) or b"").decode("latin-1")
