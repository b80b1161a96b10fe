"""Buffer: what came in and nobody has taken yet; in memory up to a limit, then in a file."""

from __future__ import annotations

import asyncio
import pickle
import tempfile
from collections.abc import Sequence
from typing import IO, Generic, TypeVar

from f2scrapy.errors import Outcome, Refused

T = TypeVar("T")

LIMIT = 5000  # of things in memory


class Buffer(Generic[T]):
    """Takes things at once, however slow those are who want them; gives them in their order.

    The file has no name, is read by nobody else, and is emptied whenever all of it was taken.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.spilled = 0  # things that went through the file
        self._limit = limit
        self._held: list[T] = []
        self._file: IO[bytes] | None = None
        self._read = self._written = 0  # bytes
        self._ended = False
        self._error: Exception | None = None
        self._news = asyncio.Event()

    def put(self, things: Sequence[T]) -> None:
        """Take things; what is put after `end` is taken as well.

        Raises:
            Refused: the disk takes no more of those nobody takes.
        """
        if self._read < self._written or len(self._held) >= self._limit:
            self._spill(things)
        else:
            self._held += things
        self._news.set()

    def end(self, error: Exception | None = None) -> None:
        """Nothing more will come; `get` raises `error` once all is taken. The first end counts."""
        if not self._ended:
            self._ended, self._error = True, error
        self._news.set()

    async def get(self) -> list[T]:
        """What is held, the oldest first, as soon as there is any; [] at the end."""
        while not self._held and not self._ended:
            self._news.clear()
            await self._news.wait()
        taken, self._held = self._held, self._unspilled()
        if not taken and self._error:
            raise self._error
        return taken

    def close(self) -> None:
        """Forget what was not taken."""
        if self._file:
            self._file.close()

    def _spill(self, things: Sequence[T]) -> None:
        try:
            self._file = self._file or tempfile.TemporaryFile(prefix="f2danmaku")  # noqa: SIM115
            self._file.seek(self._written)
            pickle.dump(list(things), self._file)
            self._file.flush()
        except OSError as error:
            raise Refused(Outcome.DISK, f"no place for what waits: {error.strerror}") from error
        self._written = self._file.tell()
        self.spilled += len(things)

    def _unspilled(self) -> list[T]:
        """The next of the file, as many as memory may hold."""
        things: list[T] = []
        while self._file and self._read < self._written and len(things) < self._limit:
            self._file.seek(self._read)
            things += pickle.load(self._file)  # noqa: S301 - our own, and nameless
            self._read = self._file.tell()
        if self._file and self._written and self._read == self._written:
            self._read = self._written = 0
            self._file.truncate(0)
        return things
