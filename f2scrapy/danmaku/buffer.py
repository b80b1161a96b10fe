"""Queue values between a fast writer and a slow reader: in memory first, then in a file."""

from __future__ import annotations

import asyncio
import pickle
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Generic, TypeVar

from f2scrapy.errors import Outcome, Refused

T = TypeVar("T")

# In memory: messages have 1 kB on average, but one of a stranger may have 16 MB.
LIMIT = 5000  # values
LIMIT_BYTES = 16 << 20
# Bytes in the file: two million messages, hours of the busiest room while a sink hangs.
LIMIT_FILE = 2 << 30


class Buffer(Generic[T]):
    """A queue that accepts values at once and returns them in their order.

    Beyond `limit` values or `limit_bytes` in memory, it writes further ones to an unnamed temporary
    file, which is emptied as soon as all of it has been read. `measure` returns the bytes of a
    value.
    """

    def __init__(
        self,
        limit: int = LIMIT,
        *,
        measure: Callable[[T], int] = lambda _value: 0,
        limit_bytes: int = LIMIT_BYTES,
        limit_file: int = LIMIT_FILE,
    ) -> None:
        self.spilled = 0  # values that went through the file
        self._limit, self._limit_bytes, self._limit_file = limit, limit_bytes, limit_file
        self._measure = measure
        self._memory: list[T] = []
        self._memory_bytes = 0
        self._file: IO[bytes] | None = None
        self._read = self._written = 0  # bytes
        self._ended = False
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    def put(self, values: Sequence[T]) -> None:
        """Append values; this works after `end`, too.

        Raises:
            Refused: the disk has no space for values that wait, or more wait than the file may
                hold.
        """
        is_full = len(self._memory) >= self._limit or self._memory_bytes >= self._limit_bytes
        if self._read < self._written or is_full:
            self._spill(values)
        else:
            self._memory += values
            self._memory_bytes += sum(map(self._measure, values))
        self._changed.set()

    def end(self, error: Exception | None = None) -> None:
        """Mark the end: `get` raises `error` after the last value. The first call counts."""
        if not self._ended:
            self._ended, self._error = True, error
        self._changed.set()

    async def get(self) -> list[T]:
        """Wait for values and return them, oldest first; [] at the end."""
        while not self._memory and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        taken, self._memory = self._memory, self._load_spilled()
        self._memory_bytes = sum(map(self._measure, self._memory))
        if not taken and self._error:
            raise self._error
        return taken

    def close(self) -> None:
        """Drop the values that were not read."""
        if self._file:
            self._file.close()

    def _spill(self, values: Sequence[T]) -> None:
        if self._written > self._limit_file:
            words = f"more than {self._limit_file} bytes of messages wait for a slow sink"
            raise Refused(Outcome.DISK, words)
        try:
            self._file = self._file or tempfile.TemporaryFile(prefix="f2danmaku")  # noqa: SIM115
            self._file.seek(self._written)
            pickle.dump(list(values), self._file)
            self._file.flush()
        except OSError as error:
            words = f"no disk space for waiting messages: {error.strerror}"
            raise Refused(Outcome.DISK, words) from error
        self._written = self._file.tell()
        self.spilled += len(values)

    def _load_spilled(self) -> list[T]:
        """Return the next values of the file, at most about `limit` or `limit_bytes`."""
        values: list[T] = []
        began = self._read
        while self._file and self._read < self._written and len(values) < self._limit:
            if self._read - began >= self._limit_bytes:
                break
            self._file.seek(self._read)
            values += pickle.load(self._file)  # noqa: S301 - written by this process, without a name
            self._read = self._file.tell()
        if self._file and self._written and self._read == self._written:
            self._read = self._written = 0
            self._file.truncate(0)
        return values
