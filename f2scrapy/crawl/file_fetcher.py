"""Fetch files to disk: resume them, watch their pace, and try a second way after a 403."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, closing
from functools import partial
from pathlib import Path

import aiohttp
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Headers, Response

from f2scrapy.api.http_client import HttpError, HttpResponse
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.block_writer import BlockWriter, wait_for_thread
from f2scrapy.crawl.file_ranges import Ranges
from f2scrapy.crawl.file_requests import (
    Compressed,
    build_range_request,
    is_uncompressed,
    parse_body_extent,
    transfer_started,
)
from f2scrapy.crawl.requests import PREPARED, get_network_errors, is_stopping
from f2scrapy.crawl.shared import get_options
from f2scrapy.download.pace import SLOW, Pace
from f2scrapy.download.part_file import DiskError
from f2scrapy.download.ranges import parse_extent
from f2scrapy.download.rate import RateLimit
from f2scrapy.download.spans import Span
from f2scrapy.download.transfer import BLOCK, SaveTo, StalePart, Transfer, Truncated
from f2scrapy.errors import Outcome, Refused

ERROR_BODY = 1 << 16  # bytes of a refusal's body to read: enough to classify it


class WrongRange(DownloadFailedError):
    """The server sends another part of the file than was requested; a retry may help."""


Open = Callable[[PreparedRequest, Request], AbstractAsyncContextManager[HttpResponse]]


class FileFetcher:
    """Save the bodies of responses as files; a file that two requests want is fetched once.

    *open_first* sends a request and yields its response before the body: its arguments are what
    to send, and the request that Scrapy knows. *open_second* does the same for a file that was
    refused with 403.
    """

    def __init__(self, crawler: Crawler, open_first: Open, open_second: Open) -> None:
        options = get_options(crawler)
        self.crawler = crawler
        self._open_first = open_first
        self._open_second = open_second
        self._stall = options.stall
        self._durable = options.fsync
        self._ranges = options.ranges
        self._limit = RateLimit(options.rate)
        self.network_errors = get_network_errors(crawler.settings)
        self._active: dict[Path, Transfer] = {}
        self.disk = ThreadPoolExecutor(8, thread_name_prefix="disk")

    def close(self) -> None:
        """End the threads."""
        self.disk.shutdown()

    async def fetch(self, request: Request, save: SaveTo) -> Response:
        """Return the response to *request*; its body goes to the file *save*."""
        other = await self._wait_for_same(save)
        if other is None:
            return await self._save(request, save)
        request.meta["saved"] = other.saved
        return Response(request.url, flags=["saved"])

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
        transfer = Transfer(save, durable=self._durable, ranges=self._ranges)
        self._active[save.path] = transfer
        try:
            with closing(transfer):
                transfer.part.open()
                response = await self._fetch_by(self._open_first, request, transfer)
                if response.status == 403 and PREPARED in request.meta:
                    self.crawler.stats.inc_value("f2/browser_tries")
                    response = await self._fetch_by(self._open_second, request, transfer)
                return response
        except Truncated as error:
            raise ResponseDataLossError(str(error)) from error
        except StalePart as error:
            raise WrongRange(str(error)) from error
        finally:
            del self._active[save.path]
            transfer.ended.set()
            self.crawler.stats.inc_value("f2/bytes", transfer.arrived)

    async def _fetch_by(self, open_: Open, request: Request, transfer: Transfer) -> Response:
        """Fetch a file, resuming a part if it still belongs to it.

        Some hosts compress what a browser offers to decompress; a file is wanted as it is.
        """
        try:
            return await self._fetch(open_, request, transfer, resume=True)
        except (StalePart, Compressed):
            transfer.ranges = 1
            return await self._fetch(open_, request, transfer, resume=False, as_is=True)

    async def _fetch(
        self, open_: Open, request: Request, transfer: Transfer, *, resume: bool,
        as_is: bool = False,
    ) -> Response:  # fmt: skip
        journal = transfer.part.journal if resume else None
        start = transfer.part.size if journal else 0
        asking = build_range_request(request, journal, start, as_is=as_is)
        async with self._prepare_ranges(open_, request, transfer) as ranges:
            async with open_(asking, request) as response:
                if response.status == 416 and not journal and "Range" in asking.headers:
                    raise StalePart("the server has no range that begins at 0")
                if response.status == 416 and journal:
                    transfer.accept_part(parse_extent(416, response.get))
                elif 200 <= response.status < 300:
                    is_as_asked = is_uncompressed(asking)
                    transfer.expect_body(parse_body_extent(response, is_as_asked), start)
                    await self._receive(response, transfer, ranges)
                else:
                    body = await self._read_error_body(response)
                    return Response(request.url, response.status, Headers([*response.fields]), body)
            await ranges.wait()
        if transfer.has_gaps:
            return await self._fetch(open_, request, transfer, resume=True)
        await self._finish(transfer)
        request.meta["saved"] = transfer.saved
        cookies = [(name, value) for name, value in response.fields if name.lower() == "set-cookie"]
        return Response(request.url, headers=cookies or None, flags=["saved"])  # status 200

    @asynccontextmanager
    async def _prepare_ranges(
        self, open_: Open, request: Request, transfer: Transfer
    ) -> AsyncIterator[Ranges]:
        """Yield the requests for other ranges beside a first one; at the end there are none."""

        def open_range(span: Span) -> AbstractAsyncContextManager[HttpResponse]:
            journal = transfer.part.journal
            return open_(build_range_request(request, journal, *span), request)

        ranges = Ranges(transfer, self, open_range)
        try:
            yield ranges
        finally:
            await ranges.stop()

    async def _receive(self, response: HttpResponse, transfer: Transfer, ranges: Ranges) -> None:
        self.crawler.signals.send_catch_log(transfer_started, transfer=transfer)
        async with aclosing(self.iterate_chunks(response)) as chunks:
            if transfer.is_split or not await self._fill(transfer, chunks):
                await ranges.begin(chunks)

    async def _fill(self, transfer: Transfer, chunks: AsyncIterator[bytes]) -> bool:
        """Receive each block while the one before it is written.

        Return whether that was all: it ends behind the first block of a file that is divisible.
        """
        async with BlockWriter(self.disk) as writer:
            async for chunk in chunks:
                transfer.add_chunk(chunk)
                if transfer.part.journal:
                    self.check_stop()
                if transfer.pending >= BLOCK:
                    await writer.write(partial(transfer.write, transfer.pop_block()))
                    if transfer.is_divisible:
                        return False
        return True

    def check_stop(self) -> None:
        """Raise Refused if the run is stopping."""
        if is_stopping(self.crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped; the part is kept")

    async def _read_error_body(self, response: HttpResponse) -> bytes:
        body = b""
        async with aclosing(self.iterate_chunks(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) >= ERROR_BODY:
                    break
        return body[:ERROR_BODY]

    async def iterate_chunks(self, response: HttpResponse) -> AsyncGenerator[bytes]:
        """Yield the body as it comes, within F2_STALL; the time for writing is not counted."""
        chunks = aiter(response.chunks)
        pace = Pace(self._stall)
        while True:
            before = time.monotonic()
            try:
                async with asyncio.timeout(pace.left):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as e:
                raise DownloadTimeoutError(f"{pace.came} bytes came in {self._stall:g} s") from e
            except (aiohttp.ClientPayloadError, HttpError) as e:
                raise ResponseDataLossError("the connection ended within the body") from e
            pace.add(time.monotonic() - before, len(chunk))
            if pace.is_too_slow:
                raise DownloadTimeoutError(f"fewer than {SLOW} bytes in {self._stall:g} s each")
            if wait := self._limit.reserve(len(chunk), time.monotonic()):
                await asyncio.sleep(wait)
            yield chunk

    async def _finish(self, transfer: Transfer) -> None:
        await self.run_in_thread(transfer.finish)
        self.crawler.stats.inc_value("f2/files")
        if transfer.saved and transfer.saved.resumed_from:
            self.crawler.stats.inc_value("f2/resumed")

    async def run_in_thread(self, work: Callable[[], None]) -> None:
        """Run *work* in a thread; a cancelled transfer waits for it, since the file is in use."""
        await wait_for_thread(self.disk.submit(work))
