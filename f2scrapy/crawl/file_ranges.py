"""Fetch ranges of one file by several requests at once (F2_RANGES)."""

from __future__ import annotations

import asyncio
import logging
from bisect import insort
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, aclosing
from functools import partial
from typing import Protocol

from f2scrapy.api.http_client import HttpResponse
from f2scrapy.crawl.block_writer import BlockWriter
from f2scrapy.download.ranges import contradict_range
from f2scrapy.download.spans import Span
from f2scrapy.download.transfer import BLOCK, RangeTransfer, Transfer, Truncated
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)


class RangeRefused(Exception):
    """The response is not exactly the range that was requested."""


class Fetcher(Protocol):
    """The tools of `FileFetcher`, for each request of a file."""

    disk: ThreadPoolExecutor
    network_errors: tuple[type[Exception], ...]

    def iterate_chunks(self, response: HttpResponse) -> AsyncGenerator[bytes]: ...
    async def run_in_thread(self, work: Callable[[], None]) -> None: ...
    def check_stop(self) -> None: ...


class Ranges:
    """Requests for further ranges of a file, beside a first one whose body has no end of its own.

    The first one decides about the file: its errors are those of the transfer. A range that does
    not come is left to it, if it arrives there, or to a later request; a range that is not exactly
    the requested one, of the same version of the file, also ends the requests for others.
    """

    def __init__(
        self,
        transfer: Transfer,
        fetcher: Fetcher,
        open_range: Callable[[Span], AbstractAsyncContextManager[HttpResponse]],
    ) -> None:
        self._transfer = transfer
        self._fetcher = fetcher
        self._open_range = open_range
        self._failures: tuple[type[Exception], ...] = (RangeRefused, *fetcher.network_errors)
        self._waiting: list[Span] = []  # ranges without a request, in order
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self, chunks: AsyncIterator[bytes]) -> None:
        """Fill the first gap of the part with *chunks*; begin to fill the others.

        Raises:
            Truncated: the chunks ended within the gap.
        """
        await self._fetcher.run_in_thread(self._transfer.part.split)
        first, *self._waiting = self._transfer.divide_gaps()
        others = min(len(self._waiting), self._transfer.ranges - 1)
        self._tasks = [asyncio.create_task(self._work()) for _ in range(others)]
        part = RangeTransfer(self._transfer, first)
        await self._fill(part, chunks, goes_on=True)
        if part.rest:
            raise Truncated(f"the body ended at {part.at} of {self._transfer.total} bytes")

    async def wait(self) -> None:
        """Fetch waiting ranges in place of the first request, and wait for the other requests."""
        await self._work()
        if self._tasks:  # few files have some, and each await of none is a turn of the loop
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Break off all requests; what has come is on disk and in the journal."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        """Fetch one waiting range after the other, until one is cut."""
        while self._waiting and not self._transfer.is_refused:
            part = RangeTransfer(self._transfer, self._waiting.pop(0))
            begin = part.at
            try:
                await self._fetch(part)
            except self._failures as error:
                if part.at == begin:
                    self._note_refusal(error)
            if part.rest:
                insort(self._waiting, part.rest)
                return

    async def _fetch(self, part: RangeTransfer) -> None:
        span, journal = Span(part.at, part.stop), self._transfer.part.journal
        assert journal
        async with self._open_range(span) as response:
            if why := contradict_range(
                response.status, response.get, span, journal.total, journal.validator
            ):
                raise RangeRefused(why)
            async with aclosing(self._fetcher.iterate_chunks(response)) as chunks:
                await self._fill(part, chunks)

    async def _fill(
        self, part: RangeTransfer, chunks: AsyncIterator[bytes], *, goes_on: bool = False
    ) -> None:
        """Write *chunks* to a range; those that go on behind it fill waiting ranges, too."""
        try:
            async with BlockWriter(self._fetcher.disk) as writer:
                async for chunk in chunks:
                    self._check()
                    if goes_on and part.at + len(chunk) >= part.stop:
                        self._extend(part)
                    part.add_chunk(chunk)
                    if part.pending >= BLOCK:
                        await writer.write(partial(part.write, *part.pop_block()))
                    if part.is_complete:
                        return
        finally:
            await self._fetcher.run_in_thread(part.close)

    def _check(self) -> None:
        """Raise Refused if the run is stopping, or the error that has ended another request."""
        self._fetcher.check_stop()
        for task in self._tasks:
            if task.done():
                task.result()

    def _extend(self, part: RangeTransfer) -> None:
        """Take the waiting range behind a range into it."""
        if behind := next((span for span in self._waiting if span.start == part.stop), None):
            self._waiting.remove(behind)
            part.stop = behind.stop

    def _note_refusal(self, error: Exception) -> None:
        if not self._transfer.is_refused:
            name, why = self._transfer.save.path.name, describe_error(error)
            logger.info("%s: the server sent %s; the rest is fetched in one piece", name, why)
        self._transfer.is_refused = True
