"""Lines: a file that grows by whole lines; one that a crash tore is cut at the next start."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path

from f2scrapy.download.part_file import lock

_BLOCK = 1 << 16  # bytes


class Lines:
    """An open file of lines, locked against other processes.

    `head` begins a new file, and its last line tells that one was begun; `foot` stands behind the
    last line at any time. Both are whole lines.
    Bytes are with the system when `append` returns, so they outlive this process, not a power cut.

    Raises:
        OSError: it cannot be written, or another process is writing it.
    """

    def __init__(self, path: Path, head: bytes = b"", foot: bytes = b"") -> None:
        self.path = path
        self._foot = foot
        self._file = _opened(path)
        self.size = _whole(self._file, foot)  # bytes, without foot
        if head[head[:-1].rfind(b"\n") + 1 :] in self.start():
            head = b""
        else:  # it was not begun, or torn before its first line
            self.size = 0
        self.append(head)

    def append(self, lines: bytes) -> None:
        """Write whole lines.

        Raises:
            OSError: they cannot be written; then none of them is there.
        """
        try:
            self._put(lines + self._foot)
        except OSError:
            self._put(self._foot)
            raise
        self.size += len(lines)

    def start(self) -> bytes:
        """The first lines of the file: what `head` was when it was begun."""
        self._file.seek(0)
        return (self._file.read(_BLOCK) or b"")[: self.size]

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        """Have `data` follow the lines that are whole."""
        self._file.truncate(self.size)
        self._file.seek(self.size)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


def _opened(path: Path) -> FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+")
    lock(file)
    return file


def _whole(file: FileIO, foot: bytes) -> int:
    """Bytes of the lines that are whole, without `foot`."""
    end = _after_last_newline(file)
    file.seek(max(end - len(foot), 0))
    return end - len(foot) if foot and file.read(len(foot)) == foot else end


def _after_last_newline(file: FileIO) -> int:
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(end - _BLOCK, 0)
        file.seek(start)
        found = (file.read(end - start) or b"").rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
