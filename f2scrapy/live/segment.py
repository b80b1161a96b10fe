"""Segment: one file of a recording, from `.part` to its final name, also after a kill."""

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
from f2scrapy.download.part_file import DiskError, Journal, Part
from f2scrapy.live import flv
from f2scrapy.live.fragment import Setup, Unit
from f2scrapy.text import CHINA

STAMP = "%Y%m%d-%H%M%S"  # in names; UTC+8, as F2_NAMING has it
_BLOCK = 1 << 18  # bytes held in memory before they are written
_HELD_S = 1.0  # seconds of media that are held at most: what a kill costs
_PACKET = 188  # bytes of MPEG-TS

_Result = TypeVar("_Result")


class Mended(NamedTuple):
    """What a killed run left, made whole."""

    path: Path
    seconds: float | None  # None = its form does not tell


class Segment:
    """A file that grows by units; its times begin at zero. Making one looks into its folder.

    Raises, from `open`, `flush`, `close`: DiskError.
    """

    def __init__(self, base: Path, key: str, first: Unit, *, durable: bool = True) -> None:
        self.path = _vacant(base, first.setup.suffix)
        self.setup: Setup = first.setup
        self.zero_ms = self.end_ms = first.time_ms  # by the stream's clock
        self.size = len(first.setup.head)  # bytes, written or not
        self._key = key
        self._part = Part(self.path, key, durable=durable)
        self._held = [first.setup.head]
        self._held_bytes = len(first.setup.head)
        self._flushed_ms = first.time_ms
        self._torn = False  # a write has failed
        self._ends: dict[int, int] = {}  # track → ms of its last unit

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return (self.end_ms - self.zero_ms) / 1000

    def add(self, unit: Unit) -> bool:
        """Take a unit; whether a `flush` is due. One from before its beginning is left out."""
        if unit.time_ms < self.zero_ms:
            return False
        if unit.time_ms < (last := self._ends.get(unit.track, unit.time_ms)):
            unit = replace(unit, time_ms=last)
        data = unit.written(self.zero_ms)
        self.setup, self._ends[unit.track] = unit.setup, unit.time_ms
        self.end_ms = max(self.end_ms, unit.end_ms)
        self._held.append(data)
        self._held_bytes += len(data)
        self.size += len(data)
        due_ms = self._flushed_ms + _HELD_S * 1000
        return self._held_bytes >= _BLOCK or self.end_ms >= due_ms

    async def open(self) -> None:
        """Make its `.part`, with a journal that says whose it is."""
        await in_thread(lambda: self._part.begin(Journal(self._key, 0, "")))

    async def flush(self) -> None:
        """Write what is held."""
        block = b"".join(self._held)
        self._held.clear()
        self._held_bytes, self._flushed_ms = 0, self.end_ms
        if block:
            await in_thread(lambda: self._write(block))

    async def close(self) -> None:
        """Give it its final name; one without a unit is removed.

        Where the disk takes no more, what is whole of it is kept before that is raised.
        """
        if not self._ends:
            await in_thread(self._part.discard)
            return
        try:
            if self._torn:
                raise DiskError(f"{self.path}: cut where the disk took no more")
            await self.flush()
            await in_thread(self._part.commit)
        except DiskError:
            await in_thread(self._keep_whole)
            raise

    def _write(self, block: bytes) -> None:
        try:
            self._part.write(block)
        except DiskError:
            self._torn = True
            raise

    def _keep_whole(self) -> None:
        self._part.close()
        if mended := _mend(self.path, self._key):
            self.size = mended.path.stat().st_size
            if mended.seconds is not None:
                self.end_ms = self.zero_ms + round(mended.seconds * 1000)


async def in_thread(work: Callable[[], _Result]) -> _Result:
    """Do *work* in a thread, to its end."""
    return await to_end(asyncio.to_thread(work))


async def to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Wait for *work*; who is cancelled waits for it all the same, as a file is in use."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def left_over(base: Path, key: str) -> list[Mended]:
    """Finish what a killed run left of this recording; what another process writes is left alone.

    Blocks for as long as it takes to read the heads of all tags.
    """
    pattern = f"{glob.escape(base.name)}_live_*.part"
    parts = sorted(base.parent.glob(pattern)) if base.parent.is_dir() else []
    found = (_mend(part.with_name(part.name.removesuffix(".part")), key) for part in parts)
    return [mended for mended in found if mended]


def _mend(path: Path, key: str) -> Mended | None:
    part = Part(path, key)
    try:
        part.open()
    except DiskError:  # another process's
        return None
    if part.journal is None:
        part.close()
        return None
    whole, seconds = _cut(path.with_name(f"{path.name}.part"))
    if not whole:
        part.discard()
        return None
    part.commit()
    return Mended(path, seconds)


def _cut(path: Path) -> tuple[int, float | None]:
    """Cut off what is torn at a file's end; how many bytes remain, and seconds."""
    size, seconds = path.stat().st_size, None
    with path.open("r+b") as file:
        if path.name.endswith(".flv.part"):
            whole, last_ms = flv.whole(file, size)
            seconds = last_ms / 1000
        elif path.name.endswith(".ts.part"):
            whole = size // _PACKET * _PACKET
        else:
            whole = filetype.whole_boxes(file, size) if path.name.endswith(".mp4.part") else size
        if whole < size:
            file.truncate(whole)
    return whole, seconds


def _vacant(base: Path, suffix: str) -> Path:
    """A name nobody has taken: with the time, and a number where there are two in a second.

    Archive, journal and MP4 know a segment by its name without suffix: that is its own, too.
    """
    stamp = datetime.now(UTC).astimezone(CHINA).strftime(STAMP)
    for name in _names(f"{base.name}_live_{stamp}"):
        if not any(base.parent.glob(f"{glob.escape(name)}.*")):
            return base.with_name(f"{name}{suffix}")
    raise AssertionError


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))
