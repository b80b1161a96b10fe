"""A disk that fails, or a process that is killed, at any call of `part_file`."""

from __future__ import annotations

import errno
import os
import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from typing import Any, ClassVar
from unittest.mock import patch

from f2scrapy.download import part_file

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
    """The disk that all files and paths use now, and the files that a process has open."""

    disk = Disk()
    opened: ClassVar[list[FileIO]] = []


class File(FileIO):
    """A file of the present disk."""

    def __init__(self, path: Any, mode: str = "r") -> None:
        if "x" in mode:
            Machine.disk.touch()
        super().__init__(os.fspath(path), mode)
        Machine.opened.append(self)

    def write(self, data: Any) -> int:
        return Machine.disk.write(super().write, data)

    def truncate(self, size: int | None = None) -> int:
        return int(Machine.disk.call(super().truncate, size))


class Path(type(pathlib.Path())):  # type: ignore[misc]
    """A path of the present disk."""

    def replace(self, target: Any) -> Any:
        return Machine.disk.call(super().replace, target)

    def unlink(self, missing_ok: bool = False) -> None:
        Machine.disk.call(super().unlink, missing_ok)

    def write_text(self, data: str, *_: Any, **__: Any) -> int:
        with open(self, "wb", buffering=0) as file:
            return Machine.disk.write(file.write, data.encode())


@contextmanager
def use_disk(disk: Disk) -> Iterator[Disk]:
    """Let `part_file` use this disk within the block; files left open are closed, as by a kill."""
    Machine.disk = disk
    try:
        with patch.object(part_file, "FileIO", File):
            yield disk
    finally:
        Machine.disk = Disk()
        while Machine.opened:
            Machine.opened.pop().close()
