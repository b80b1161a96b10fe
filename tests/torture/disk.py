"""A disk that fails, or a process that is killed, at any call of `f2scrapy.download.folder`."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import FileIO
from typing import Any, ClassVar
from unittest.mock import patch

from f2scrapy.download import folder

ERRNOS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES)


class Killed(BaseException):
    """The process is gone: nothing after it reaches the disk."""


@dataclass
class Disk:
    """Counts the calls that change the disk, and fails at the chosen ones."""

    kill_at: int = 0  # number of a call, from 1; 0 = never
    fail_at: int = 0
    fail_for: int = 1  # calls in a row
    error: int = errno.ENOSPC
    share: float = 0.5  # of its bytes a write that fails or is killed still writes
    calls: int = 0
    is_dead: bool = False

    def touch(self) -> bool:
        """Count a call; return whether its process is killed within it.

        Raises:
            Killed: the process is gone.
            OSError: the disk refuses.
        """
        if self.is_dead:
            raise Killed
        self.calls += 1
        if self.calls == self.kill_at:
            self.is_dead = True
            return True
        if self.fail_at and self.fail_at <= self.calls < self.fail_at + self.fail_for:
            raise OSError(self.error, os.strerror(self.error))
        return False

    def call(self, function: Any, *arguments: Any) -> Any:
        """Call a function that changes the disk at once or not at all; a kill may follow it."""
        killed = self.touch()
        if killed and self.share < 0.5:
            raise Killed
        result = function(*arguments)
        if killed:
            raise Killed
        return result

    def write(self, function: Any, data: Any) -> int:
        """Write, or write a part and fail."""
        part = memoryview(data)[: int(len(data) * self.share)]
        try:
            killed = self.touch()
        except OSError:
            function(part)
            raise
        if killed:
            function(part)
            raise Killed
        return int(function(data))


class Machine:
    """The disk that is used now, and what a process has open."""

    disk = Disk()
    files: ClassVar[list[FileIO]] = []
    folders: ClassVar[set[int]] = set()  # descriptors


class File(FileIO):
    """An open file of the present disk."""

    def __init__(self, descriptor: int, mode: str) -> None:
        super().__init__(descriptor, mode)
        Machine.files.append(self)

    def write(self, data: Any) -> int:
        return Machine.disk.write(super().write, data)

    def truncate(self, size: int | None = None) -> int:
        return int(Machine.disk.call(super().truncate, size))


class System:
    """The module `os` with the present disk."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT:
            Machine.disk.touch()
        descriptor = os.open(path, flags, *rest, **more)
        if flags & os.O_DIRECTORY:
            Machine.folders.add(descriptor)
        return descriptor

    def close(self, descriptor: int) -> None:
        Machine.folders.discard(descriptor)
        os.close(descriptor)

    def writev(self, descriptor: int, chunks: Any) -> int:
        return Machine.disk.write(partial(os.write, descriptor), b"".join(chunks))

    def replace(self, *arguments: Any, **more: Any) -> None:
        Machine.disk.call(partial(os.replace, **more), *arguments)

    def unlink(self, *arguments: Any, **more: Any) -> None:
        Machine.disk.call(partial(os.unlink, **more), *arguments)


@contextmanager
def use_disk(disk: Disk) -> Iterator[Disk]:
    """Let downloads use this disk within the block; what is left open is closed, as by a kill."""
    Machine.disk = disk
    try:
        with patch.object(folder, "FileIO", File), patch.object(folder, "os", System()):
            yield disk
    finally:
        Machine.disk = Disk()
        while Machine.files:
            Machine.files.pop().close()
        while Machine.folders:
            os.close(Machine.folders.pop())
