"""Publish archived files to the store of F2_PUBLISH, beside the downloads."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from scrapy.crawler import Crawler

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.published import Moved, Published, Unpublished
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.requests import is_stopping
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.store.contract import PART, Fault, Receipt, Store, StoreError
from f2scrapy.store.digest import Digest, compute_digest, read_pieces
from f2scrapy.store.opening import open_store
from f2scrapy.store.upload import move_file, put_file
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")

AT_ONCE = 4  # uploads
_MOST_RETRIES = 3  # of one call; the next run tries again, too
_SLICE = 100  # files of earlier runs that wait at once
_MAX_FAILURES = 3  # in a row, by faults of the store, until a run asks it no more


def build_publisher(crawler: Crawler) -> Publisher:
    """Return the publisher of a crawl; F2_PUBLISH is set.

    Raises:
        InputError: the library of the store is missing, or an option cannot be used.
    """
    options = get_options(crawler)
    assert options.store_address is not None
    return Publisher(
        get_archive(crawler),
        open_store(options.store_address),
        str(options.store_address),
        get_run_log(crawler),
        keeps_local=options.keep_local,
        retries=min(options.retries, _MOST_RETRIES),
        backoff=options.backoff,
        is_stopping=partial(is_stopping, crawler),
    )


class Publisher:
    """Puts files into a store in threads, and records them; its methods run in the event loop.

    `name` is the store's address. Without `keeps_local`, a file is deleted on disk once it is
    recorded. A call is tried again `retries` times, after `backoff` seconds that double each time.
    """

    def __init__(
        self,
        archive: Archive,
        store: Store,
        name: str,
        run_log: RunLog,
        *,
        keeps_local: bool = True,
        retries: int = 3,
        backoff: float = 1.0,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.archive, self.store, self.name, self.run_log = archive, store, name, run_log
        self.keeps_local = keeps_local
        self.retries, self.backoff = retries, backoff
        self.is_stopping = is_stopping
        self.count = 0  # of files that came into the store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store")
        self._failures = 0
        self._given_up: StoreError | None = None
        self._tried: set[str] = set()  # works
        self._emptied: set[Path] = set()  # folders

    async def publish_work(self, key: str, source: str = "") -> None:
        """Publish the files of a work; files that do not arrive are a gap."""
        self._tried.add(key)
        await self._call_archive(self.archive.flush)
        files = await self._call_archive(partial(self.archive.list_unpublished, self.name, key))
        if files and self.is_stopping():
            detail = "its files are not in the store yet"
            self.run_log.add_gap(key, Outcome.INTERRUPTED, detail, source=source)
            return
        failed = await asyncio.gather(*map(self._try_publishing, files))
        if detail := "; ".join(filter(None, failed)):
            outcome = Outcome.INTERRUPTED if self.is_stopping() else Outcome.STORE
            self.run_log.add_gap(key, outcome, detail, source=source)

    async def finish(self) -> None:
        """Publish what earlier runs have left, move what was renamed, end all connections."""
        try:
            await self._call_archive(self.archive.flush)
            for step in (self._move_all, self._publish_rest, self._delete_former,
                         self._remove_rest):  # fmt: skip
                if not self.is_stopping():
                    await step()
        except OSError as error:
            detail = f"files of earlier runs: {error.strerror}"
            self.run_log.add_gap("F2_PUBLISH", Outcome.DISK, detail)
        finally:
            await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
            self.store.close()
        for folder in self._emptied:
            self.archive.remove_empty(folder)
        if self.count:
            logger.info("%s: %s more", self.name, pluralize(self.count, "file"))

    # Calls

    async def _call(self, call: Callable[[], _Result]) -> _Result:
        """Return the result of a call of the store, made in a thread.

        Raises:
            StoreError: it failed, or so many did before it that this one was not tried.
        """
        for tried in range(self.retries + 1):
            if self._given_up:
                raise self._given_up
            try:
                result = await asyncio.get_running_loop().run_in_executor(self._threads, call)
            except StoreError as error:
                if tried == self.retries or not error.fault.is_passing or self.is_stopping():
                    self._count_failure(error)
                    raise
                await asyncio.sleep(min(self.backoff * 2**tried, 60))
            else:
                self._failures = 0
                return result
        raise AssertionError("the last try returns or raises")

    def _count_failure(self, error: StoreError) -> None:
        self._failures = self._failures + 1 if error.fault.is_of_store else 0
        if self._failures >= _MAX_FAILURES and self._given_up is None:
            self._given_up = error
            logger.error("F2_PUBLISH=%s: %s: the other files wait for the next run",
                         self.name, error)  # fmt: skip

    async def _call_archive(self, call: Callable[[], _Result]) -> _Result:
        return await self.archive.run(call)

    # Files

    async def _try_publishing(self, one: Unpublished) -> str:
        """Return why the file is not in the store; "" = it is."""
        try:
            await self._publish(one)
        except StoreError as error:
            return f"{one.file.asset}: {error}"
        except OSError as error:
            is_published = partial(self.archive.is_published, one.key, one.file)
            is_gone = isinstance(error, FileNotFoundError)
            if is_gone and await self._call_archive(is_published):  # by another run, just now
                return ""
            return f"{one.file.asset}: {error.strerror}"
        return ""

    async def _publish(self, one: Unpublished) -> None:
        path = self.archive.locate(one.file.path)
        before = path.stat()
        if before.st_size != one.file.size:
            raise OSError(errno.EIO, "another size than in the archive")
        former = one.former if one.former and one.former.place == one.file.path else None
        replaced = Receipt(former.size, former.sha256) if former else None
        put = partial(put_file, self.store, one.file.path, path, replaced, self.is_stopping)
        receipt = await self._call(put)
        published = Published(one.file.path, *receipt)
        record = partial(self.archive.add_published, self.name, one.key, one.file, published)
        await self._call_archive(record)
        self.count += 1
        if not self.keeps_local:
            self._remove_local(path, before)

    def _remove_local(self, path: Path, before: os.stat_result) -> None:
        """Delete a file on disk, unless it has changed since it was looked at."""
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns):
            path.unlink()
            self._emptied.add(path.parent)

    # Files of earlier runs

    async def _publish_rest(self) -> None:
        found = await self._call_archive(partial(self.archive.list_unpublished, self.name))
        left = [one for one in found if one.key not in self._tried]
        here = [one for one in left if self.archive.is_on_disk(one.file)]
        if here:
            logger.info("%s: %s of earlier runs are put there", self.name,
                        pluralize(len(here), "file"))  # fmt: skip
        for start in range(0, len(here), _SLICE):
            files = here[start : start + _SLICE]
            if self.is_stopping() or self._given_up:
                self._report_rest(here[start:])
                return
            failed = await asyncio.gather(*map(self._try_publishing, files))
            for one, detail in zip(files, failed, strict=True):
                if detail:
                    self.run_log.add_gap(one.key, Outcome.STORE, detail)

    def _report_rest(self, files: list[Unpublished]) -> None:
        outcome = Outcome.STORE if self._given_up else Outcome.INTERRUPTED
        works = len({one.key for one in files})
        detail = f"files of earlier runs that are not there yet: {len(files)}"
        self.run_log.add_gap("F2_PUBLISH", outcome, detail, count=works)

    async def _move_all(self) -> None:
        """Give files the keys of their new paths, since a user or a work has another name."""
        kept = 0
        for moved in await self._call_archive(partial(self.archive.list_moved, self.name)):
            if self.is_stopping():
                return
            try:
                kept += not await self._move(moved)
            except StoreError as error:
                if error.fault is Fault.ABSENT:
                    await self._forget(moved)
                    continue
                detail = f"{moved.asset} keeps its old name in the store: {error}"
                self.run_log.add_gap(moved.key, Outcome.STORE, detail)
        if kept:
            files = pluralize(kept, "file")
            logger.info("%s cannot rename: the old names stay for %s", self.name, files)

    async def _forget(self, moved: Moved) -> None:
        """Have a file put there again that the store has lost; one that is not here is a gap."""
        place = moved.published.place
        await self._call_archive(partial(self.archive.forget_published, self.name, place))
        self._tried.discard(moved.key)
        if not self.archive.locate(moved.path).is_file():
            detail = f"{moved.asset}: neither on disk nor in the store"
            self.run_log.add_gap(moved.key, Outcome.STORE, detail)

    async def _move(self, moved: Moved) -> bool:
        place, size, sha256 = moved.published
        receipt = Receipt(size, sha256)
        is_moved = await self._call(partial(move_file, self.store, place, moved.path, receipt))
        if is_moved:
            await self._call_archive(partial(self.archive.move_published, self.name, moved))
        return is_moved

    async def _delete_former(self) -> None:
        for place in await self._call_archive(partial(self.archive.list_former, self.name)):
            try:
                await self._call(partial(self.store.delete, place))
            except StoreError as error:
                logger.warning("%s: %s is not deleted there: %s", self.name, place, error)
            else:
                await self._call_archive(partial(self.archive.forget_former, self.name, place))

    async def _remove_rest(self) -> None:
        """Delete files on disk that a run before has published, and did not delete."""
        if self.keeps_local:
            return
        there = await self._call_archive(partial(self.archive.list_published, self.name))
        for path, published in there.items():
            local = self.archive.locate(path)
            if not local.is_file() or self.is_stopping():
                continue
            before = local.stat()
            try:
                is_same = await self._call(partial(self._is_same, local, published))
            except StoreError as error:
                logger.warning("%s stays on disk: %s", path, error)
            else:
                if is_same:
                    self._remove_local(local, before)

    def _is_same(self, local: Path, published: Published) -> bool:
        found = self.store.find(published.place)
        if found is None or found.size != published.size:
            return False
        digest = compute_digest(read_pieces(local, Digest(PART), PART), PART)
        return digest.sha256 == published.sha256
