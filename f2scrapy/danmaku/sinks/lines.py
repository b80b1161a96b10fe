"""Append whole lines to a file; after a crash, cut the incomplete last line at the next start."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path

from f2scrapy.download.folder import open_no_link
from f2scrapy.download.locking import lock

_BLOCK = 1 << 16  # bytes


class LineFile:
    """An open file of lines, locked against other processes.

    `head` begins a new file; its last line marks the file as begun. `foot` follows the last line
    at any time. Both are whole lines. On return of `append` the operating system has the bytes, so
    they survive a crash of this process, but not a power cut.

    Raises:
        OSError: the file cannot be written, or another process is writing it.
    """

    def __init__(self, path: Path, head: bytes = b"", foot: bytes = b"") -> None:
        self.path = path
        self._foot = foot
        self._file = _open_locked(path)
        self.size = _measure_whole(self._file, foot)  # bytes, without foot
        if head[head[:-1].rfind(b"\n") + 1 :] in self.read_start():
            head = b""
        else:  # the file is new, or was cut before its first line
            self.size = 0
        self.append(head)

    def append(self, lines: bytes) -> None:
        """Write whole lines.

        Raises:
            OSError: the lines cannot be written; then the file has none of them.
        """
        try:
            self._put(lines + self._foot)
        except OSError:
            self._put(self._foot)
            raise
        self.size += len(lines)

    def read_start(self) -> bytes:
        """Return the first lines of the file, which begin with the `head` of its first run."""
        self._file.seek(0)
        return (self._file.read(_BLOCK) or b"")[: self.size]

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        """Write `data` after the last whole line."""
        self._file.truncate(self.size)
        self._file.seek(self.size)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


def _open_locked(path: Path) -> FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open_no_link(path, os.O_CREAT)
    lock(file)
    return file


def _measure_whole(file: FileIO, foot: bytes) -> int:
    """Return the size in bytes of all whole lines, without `foot`."""
    end = _find_last_line_end(file)
    file.seek(max(end - len(foot), 0))
    return end - len(foot) if foot and file.read(len(foot)) == foot else end


def _find_last_line_end(file: FileIO) -> int:
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(end - _BLOCK, 0)
        file.seek(start)
        found = (file.read(end - start) or b"").rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
