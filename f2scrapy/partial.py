"""The unfinished file on disk: `<name>.part`, its journal, and how it takes its final name."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Self

from f2scrapy.errors import F2Error

if sys.platform != "win32":
    import fcntl

_sync_data = getattr(os, "fdatasync", os.fsync)  # only Linux has the cheaper one


class DiskError(F2Error):
    """A file cannot be written; what is there of it is kept."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What must be known of a part to go on with it. Holds neither address nor token."""

    key: str  # names the content
    total: int  # bytes of the whole file; 0 = not known
    validator: str  # ETag or Last-Modified it was taken under

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """None where there is no journal, or one that was cut short."""
        try:
            return cls(**json.loads(path.read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


class Part:
    """What is on disk of one file, locked against other processes while it is open.

    `journal` is None and `size` 0 as long as there is nothing that may be built on. Bytes are
    never on disk under a journal they do not belong to, so a part can be trusted after a kill at
    any moment; after a power failure it is as good as the file system is at writing data before
    lengths (ext4 and most others are). Every method may block; all raise DiskError.
    """

    def __init__(self, final: Path, key: str, *, durable: bool = True) -> None:
        self.journal: Journal | None = None
        self.size = 0  # bytes
        self._key = key
        self._final = final
        self._durable = durable
        self._path = final.with_name(f"{final.name}.part")
        self._journal_path = final.with_name(f"{final.name}.part.json")
        self._file: FileIO | None = None
        self._begun = False

    def open(self) -> None:
        """Take up what an earlier try left of the same content, if it can be built on."""
        with self._disk():
            if not self._path.exists():
                return
            self._file = _open_locked(self._path, os.O_RDWR)
            size = os.fstat(self._file.fileno()).st_size
            journal = Journal.read(self._journal_path)
        if journal and journal.key == self._key and 0 < size <= (journal.total or size):
            self.journal, self.size = journal, size

    def begin(self, journal: Journal | None) -> None:
        """Start from zero, whatever was there.

        None = without a journal: for what is written and committed at once, or has no validator.
        """
        with self._disk():
            if self._file is None:
                self._file = _create_locked(self._path)
            self._begun = True
            self.journal, self.size = journal, 0
            self._file.truncate(0)
            if journal:
                journal.write(self._journal_path)
            else:
                self._journal_path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Append to the part."""
        assert self._file
        rest = memoryview(data)
        with self._disk():
            self._file.seek(self.size)
            while rest:
                count = self._file.write(rest)
                rest = rest[count:]
                self.size += count

    @contextmanager
    def reading(self) -> Iterator[FileIO]:
        """The part as a file to look into, from its start."""
        assert self._file
        with self._disk():
            self._file.seek(0)
            yield self._file

    def commit(self) -> None:
        """Give the file its final name; where *durable*, its bytes are on disk before that."""
        assert self._file
        with self._disk():
            if self._durable:
                _sync_data(self._file.fileno())
            self._journal_path.unlink(missing_ok=True)
            self._path.replace(self._final)
            if self._durable:
                _sync_folder(self._final.parent)
            self._release()

    def discard(self) -> None:
        """Remove it: it turned out not to be what was wanted."""
        with self._disk():
            self._journal_path.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
            self.journal, self.size = None, 0
            self._release()

    def close(self) -> None:
        """Leave it for the next try; what no journal vouches for is removed."""
        if self._file and self._begun and self.journal is None:
            self.discard()
        self._release()

    def _release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as e:
            raise DiskError(f"{self._path}: {e.strerror or e}") from e


def _create_locked(path: Path) -> FileIO:
    flags = os.O_RDWR | os.O_CREAT
    try:
        return _open_locked(path, flags)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _open_locked(path, flags)


def _open_locked(path: Path, flags: int) -> FileIO:
    """Open without truncation: until the lock is ours, the bytes are another process's.

    Raises:
        BlockingIOError: another process writes this file.
        FileExistsError: another process has just finished it.
    """
    file = FileIO(os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666), "r+")
    try:
        _lock(file, path)
    except OSError:
        file.close()
        raise
    return file


def _lock(file: FileIO, path: Path) -> None:
    if sys.platform == "win32":
        return  # an open file cannot be renamed or removed there
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        raise BlockingIOError(e.errno, "another process is writing this file") from e
    if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
        raise FileExistsError(0, "another process has just finished this file")


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power failure."""
    if sys.platform == "win32":
        return  # folders cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
