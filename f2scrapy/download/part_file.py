"""Keep an unfinished file on disk as `<name>.part` with a journal, and rename it when complete."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Self

from f2scrapy.download import filetype
from f2scrapy.errors import F2Error

if sys.platform != "win32":
    import fcntl

_AHEAD = 8 << 20  # bytes that may stay in the system's cache before we ask it to write them

_sync_data = getattr(os, "fdatasync", os.fsync)  # fdatasync is cheaper; only Linux has it


class DiskError(F2Error):
    """A file cannot be written; its bytes on disk are kept."""


class FileBusy(DiskError):
    """Another process is writing the file, or has just finished it."""


class FileMoved(DiskError):
    """The file is no longer at its path: another process has moved its folder."""


@dataclass(frozen=True, slots=True)
class PartJournal:
    """The facts that are necessary to resume a part; they include no URL and no token."""

    key: str  # names the content
    total: int  # bytes of the whole file; 0 = unknown
    validator: str  # ETag or Last-Modified of the response it came from

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read a journal; None if it is missing or invalid."""
        try:
            found = cls(**json.loads(path.read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        is_valid = isinstance(found.total, int) and isinstance(found.validator, str)
        return found if is_valid else None

    def write(self, path: Path) -> None:
        """Write the journal to `path`."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


class PartFile:
    """The bytes of an unfinished file on disk, locked against other processes while it is open.

    `journal` is None and `size` 0 until there are bytes to resume from. Bytes are never on disk
    beside the journal of another content, so a part is valid after a kill at any moment; after a
    power failure it is valid if the file system writes data before lengths (ext4 and most others
    do). Every method may block, and may raise DiskError.
    """

    def __init__(self, final: Path, key: str, *, durable: bool = True) -> None:
        self.journal: PartJournal | None = None
        self.size = 0  # bytes
        self.head = b""  # the first filetype.HEAD bytes
        self._key = key
        self._final = final
        self._durable = durable
        self._path = final.with_name(f"{final.name}.part")
        self._journal_path = final.with_name(f"{final.name}.part.json")
        self._file: FileIO | None = None
        self._begun = False
        self._flushed = 0  # bytes in the file when we last asked the system to write them

    def open(self) -> None:
        """Open the part of an earlier try, if it is valid and of the same content."""
        with self._convert_errors():
            try:
                self._file = _open_locked(self._path)
            except FileNotFoundError:
                return
            self.head = self._file.read(filetype.HEAD)
            size = self._file.seek(0, os.SEEK_END)
            journal = PartJournal.read(self._journal_path)
        if journal and journal.key == self._key and 0 < size <= (journal.total or size):
            self.journal, self.size = journal, size

    def begin(self, journal: PartJournal | None) -> None:
        """Start from zero, and discard the bytes of an earlier try.

        None = without a journal: for files that are committed at once, or have no validator.
        """
        with self._convert_errors():
            if self._file is None:
                self._file = _create_locked(self._path)
            else:
                self._file.seek(0)
                self._file.truncate()
                self._journal_path.unlink(missing_ok=True)
            self._begun = True
            self.journal, self.size, self._flushed = journal, 0, 0
            if journal:
                journal.write(self._journal_path)

    def write(self, data: bytes) -> None:
        """Append `data` to the part."""
        assert self._file
        if not self.size:
            self.head = data[: filetype.HEAD]
        rest = memoryview(data)
        with self._convert_errors():
            while rest:
                count = self._file.write(rest)
                rest = rest[count:]
                self.size += count
        self._start_flush()

    def is_complete(self) -> bool:
        """Return whether the file is complete by its structure; False if that shows no end."""
        assert self._file
        with self._convert_errors():
            return filetype.is_complete(self._file)

    def is_truncated(self) -> bool:
        """Return whether the file is truncated by its structure; False if that shows no end."""
        assert self._file
        with self._convert_errors():
            return filetype.is_truncated(self._file)

    def read_tracks(self) -> frozenset[str] | None:
        """Return the kinds of tracks in the file; None if it is no MP4."""
        assert self._file
        with self._convert_errors():
            return filetype.read_tracks(self._file)

    def commit(self, suffix: str = "") -> Path:
        """Give the file its final name, and return its path.

        `suffix`, with its dot, replaces the suffix of the final name; "" leaves it. If `durable`,
        the bytes are on disk before the name is. After a power failure the name may be missing,
        and the file is fetched again; it never names an incomplete file. So it is not necessary
        to sync the folder, too.

        Raises:
            FileMoved: another process has moved the part; it is unchanged in its new folder.
        """
        assert self._file
        with self._convert_errors():
            if self._durable:
                _sync_data(self._file.fileno())
            if not _is_at(self._path, self._file):
                raise FileMoved(f"{self._path} was moved")
            if self.journal:
                self._journal_path.unlink(missing_ok=True)
            final = self._final.with_suffix(suffix) if suffix else self._final
            self._path.replace(final)
            self._release()
        return final

    def discard(self) -> None:
        """Remove the part and its journal."""
        with self._convert_errors():
            self._journal_path.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
            self.journal, self.size = None, 0
            self._release()

    def close(self) -> None:
        """Keep the part for the next try if it has a journal; remove it if it has none."""
        if self._file and self._begun and self.journal is None:
            self.discard()
        self._release()

    def _start_flush(self) -> None:
        """Ask the system to write new bytes now, so that the last sync of a large file is short.

        On Linux the advice to drop a file's cache starts the writing of its new bytes, and leaves
        the cache to files that programs read.
        """
        if self._file and self.size - self._flushed >= _AHEAD and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._flushed = self.size

    def _release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        try:
            yield
        except (BlockingIOError, FileExistsError) as e:
            raise FileBusy("another process is writing this file") from e
        except OSError as e:
            raise DiskError(f"{self._path}: {e.strerror or e}") from e


def write_whole(final: Path, key: str, data: bytes) -> None:
    """Write a file in one step, unless it exists with the same content.

    Raises:
        DiskError: the file cannot be written.
    """
    if final.is_file() and final.read_bytes() == data:
        return
    with closing(PartFile(final, key)) as part:
        part.open()
        part.begin(None)
        part.write(data)
        part.commit()


def _create_locked(path: Path) -> FileIO:
    try:
        file = FileIO(path, "x+")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = FileIO(path, "x+")
    lock(file)
    return file


def _open_locked(path: Path) -> FileIO:
    file = FileIO(path, "r+")
    lock(file)
    if not _is_at(path, file):
        file.close()
        raise FileExistsError(errno.EEXIST, "another process has just finished this file")
    return file


def _is_at(path: Path, file: FileIO) -> bool:
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def lock(file: FileIO) -> None:
    """Lock the file against other processes until it is closed; close it if that fails.

    Raises:
        BlockingIOError: another process has locked it.
    """
    if sys.platform == "win32":
        return  # it refuses to rename or remove an open file
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        file.close()
        raise BlockingIOError(e.errno, "another process is writing this file") from e


def lock_folder(folder: Path) -> int:
    """Lock a folder, and return a descriptor to close for its release; -1 on Windows.

    Raises:
        FileBusy: another process has locked it.
    """
    if sys.platform == "win32":
        return -1  # it can open files only
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        os.close(descriptor)
        raise FileBusy(f"{folder}: another process is using it") from e
    return descriptor
