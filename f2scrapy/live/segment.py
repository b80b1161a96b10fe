"""Write one file of a recording, from `.part` to its final name, and recover it after a kill."""

from __future__ import annotations

import asyncio
import glob
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from f2scrapy.download import filetype
from f2scrapy.download.part_file import DiskError, PartFile, PartJournal
from f2scrapy.live import flv
from f2scrapy.live.fragment import Fragment, Setup
from f2scrapy.text import CHINA

STAMP = "%Y%m%d-%H%M%S"  # in names; UTC+8, as F2_NAMING has it
_BUFFER_BYTES = 1 << 18  # bytes buffered before they are written
_BUFFER_S = 1.0  # seconds of media that are buffered, and lost by a kill
_PACKET = 188  # bytes of MPEG-TS

_Result = TypeVar("_Result")


class RecoveredSegment(NamedTuple):
    """A segment of a killed run, now complete."""

    path: Path
    seconds: float | None  # None if the format does not state it


class Segment:
    """A file that grows by fragments; its times begin at zero. The constructor reads its folder.

    `zero_ms` is the beginning by the stream's clock, before `first`; None = at it.

    Raises, from `open`, `flush`, `close`: DiskError.
    """

    def __init__(
        self,
        base: Path,
        key: str,
        first: Fragment,
        zero_ms: int | None = None,
        *,
        durable: bool = True,
    ) -> None:
        self.path = _choose_path(base, first.setup.suffix)
        self.setup: Setup = first.setup  # of the last fragment
        self.head = first.setup  # what the file begins with
        self.arrived_at = 0.0  # s since 1970: when its first fragment arrived
        self.header_changes = 0  # setups within the file that do not continue the one before
        self.first_ms = self.end_ms = first.time_ms  # by the stream's clock
        self.zero_ms = first.time_ms if zero_ms is None else zero_ms
        self.size = len(first.setup.head)  # bytes, including the buffer
        self._key = key
        self._part = PartFile(self.path, key, durable=durable)
        self._buffer = [first.setup.head]
        self._buffered_bytes = len(first.setup.head)
        self._is_head_buffered = True
        self._flushed_ms = first.time_ms
        self._torn = False  # a write has failed
        self._ends: dict[int, int] = {}  # track → ms of its last fragment

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return (self.end_ms - self.zero_ms) / 1000

    def add(self, fragment: Fragment) -> bool:
        """Add a fragment; return whether a `flush` is due.

        A fragment from before the beginning of the segment is dropped.
        """
        if fragment.time_ms < self.zero_ms:
            return False
        if fragment.time_ms < (last := self._ends.get(fragment.track, fragment.time_ms)):
            fragment = replace(fragment, time_ms=last)
        self._complete_head(fragment.setup)
        data = fragment.encode(self.zero_ms)
        self.header_changes += not fragment.setup.continues(self.setup)
        self.setup, self._ends[fragment.track] = fragment.setup, fragment.time_ms
        self.end_ms = max(self.end_ms, fragment.end_ms)
        self._buffer.append(data)
        self._buffered_bytes += len(data)
        self.size += len(data)
        due_ms = self._flushed_ms + _BUFFER_S * 1000
        return self._buffered_bytes >= _BUFFER_BYTES or self.end_ms >= due_ms

    def _complete_head(self, setup: Setup) -> None:
        """Name a track that comes soon in the head, which is still buffered then."""
        if self._is_head_buffered and setup.adds_track(self.head) and setup.continues(self.head):
            growth = len(setup.head) - len(self.head.head)
            self.head, self._buffer[0] = setup, setup.head
            self._buffered_bytes += growth
            self.size += growth

    async def open(self) -> None:
        """Create its `.part`, with a journal that names its key."""
        await run_in_thread(lambda: self._part.begin(PartJournal(self._key, 0, "")))

    async def flush(self) -> None:
        """Write the buffer to disk."""
        block = b"".join(self._buffer)
        self._buffer.clear()
        self._is_head_buffered = False
        self._buffered_bytes, self._flushed_ms = 0, self.end_ms
        if block:
            await run_in_thread(lambda: self._write(block))

    async def close(self) -> None:
        """Give the file its final name; a segment without a fragment is removed.

        If writing fails, the whole part of the file is kept before the error is raised.
        """
        if not self._ends:
            await run_in_thread(self._part.discard)
            return
        try:
            if self._torn:
                raise DiskError(f"{self.path}: truncated, as writing failed")
            await self.flush()
            await run_in_thread(self._part.commit)
        except DiskError:
            await run_in_thread(self._keep_written)
            raise

    def _write(self, block: bytes) -> None:
        try:
            self._part.write(block)
        except DiskError:
            self._torn = True
            raise

    def _keep_written(self) -> None:
        self._part.close()
        if recovered := _recover_segment(self.path, self._key):
            self.size = recovered.path.stat().st_size
            if recovered.seconds is not None:
                self.end_ms = self.zero_ms + round(recovered.seconds * 1000)


async def run_in_thread(work: Callable[[], _Result]) -> _Result:
    """Run *work* in a thread, to its end."""
    return await run_to_end(asyncio.to_thread(work))


async def run_to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Wait for *work*, also when cancelled, as a file is in use."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def recover_segments(base: Path, key: str) -> list[RecoveredSegment]:
    """Finish the segments of this recording that a killed run has left.

    Files that another process is writing stay as they are. Blocks while all tag headers are read.
    """
    pattern = f"{glob.escape(base.name)}_live_*.part"
    parts = sorted(base.parent.glob(pattern)) if base.parent.is_dir() else []
    found = (
        _recover_segment(part.with_name(part.name.removesuffix(".part")), key) for part in parts
    )
    return [recovered for recovered in found if recovered]


def _recover_segment(path: Path, key: str) -> RecoveredSegment | None:
    part = PartFile(path, key)
    try:
        part.open()
    except DiskError:  # another process is writing it
        return None
    if part.journal is None and not _is_own(path, key):
        part.close()
        return None
    whole, seconds = _cut_torn_end(path.with_name(f"{path.name}.part"))
    if not whole:
        part.discard()
        return None
    part.commit()
    return RecoveredSegment(path, seconds)


def _is_own(path: Path, key: str) -> bool:
    """Return whether a part that cannot be resumed is a segment of this recording.

    A kill may come before its journal is written, when it has no byte, or after its journal is
    removed, when it is whole. The MP4 made of a finished segment has no journal, either.
    """
    part = path.with_name(f"{path.name}.part")
    found = part.with_name(f"{part.name}.json")
    journal = PartJournal.parse(found.read_bytes()) if found.is_file() else None
    others = {*path.parent.glob(f"{glob.escape(path.stem)}.*")} - {part, found}
    is_remuxed = path.suffix == ".mp4" and bool(others)
    return (journal is None or journal.key == key) and not is_remuxed


def _cut_torn_end(path: Path) -> tuple[int, float | None]:
    """Truncate the torn end of a file; return the bytes that remain, and seconds if known."""
    size, seconds = path.stat().st_size, None
    with path.open("r+b") as file:
        if path.name.endswith(".flv.part"):
            whole, last_ms = flv.measure_whole_tags(file, size)
            seconds = last_ms / 1000
        elif path.name.endswith(".ts.part"):
            whole = size // _PACKET * _PACKET
        else:
            whole = (
                filetype.measure_whole_boxes(file, size)
                if path.name.endswith(".mp4.part")
                else size
            )
        if whole < size:
            file.truncate(whole)
    return whole, seconds


def _choose_path(base: Path, suffix: str) -> Path:
    """Return an unused path: with the time, and a number if there are two in a second.

    Archive, journal and MP4 know a segment by its name without suffix: that is unique, too.
    """
    stamp = datetime.now(UTC).astimezone(CHINA).strftime(STAMP)
    for name in _generate_names(f"{base.name}_live_{stamp}"):
        if not any(base.parent.glob(f"{glob.escape(name)}.*")):
            return base.with_name(f"{name}{suffix}")
    raise AssertionError


def _generate_names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))
