"""The unfinished file on disk: `<name>.part`, its journal, and how it takes its final name."""

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

_AHEAD = 8 << 20  # bytes the system may keep in its cache before it is asked to write them

_sync_data = getattr(os, "fdatasync", os.fsync)  # only Linux has the cheaper one


class DiskError(F2Error):
    """A file cannot be written; what is there of it is kept."""


class Busy(DiskError):
    """Another process is writing the file, or has this moment finished it."""


class Gone(DiskError):
    """It is not where it was written: another process has moved its folder."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What must be known of a part to go on with it. Holds neither address nor token."""

    key: str  # names the content
    total: int  # bytes of the whole file; 0 = not known
    validator: str  # ETag or Last-Modified it was taken under

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """None where there is no journal, or one that cannot be ours."""
        try:
            found = cls(**json.loads(path.read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        sound = isinstance(found.total, int) and isinstance(found.validator, str)
        return found if sound else None

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
        self.head = b""  # its first filetype.HEAD bytes
        self._key = key
        self._final = final
        self._durable = durable
        self._path = final.with_name(f"{final.name}.part")
        self._journal_path = final.with_name(f"{final.name}.part.json")
        self._file: FileIO | None = None
        self._begun = False
        self._behind = 0  # bytes that were on their way to the disk at the last advice

    def open(self) -> None:
        """Take up what an earlier try left of the same content, if it can be built on."""
        with self._disk():
            try:
                self._file = _open_locked(self._path)
            except FileNotFoundError:
                return
            self.head = self._file.read(filetype.HEAD)
            size = self._file.seek(0, os.SEEK_END)
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
            else:
                self._file.seek(0)
                self._file.truncate()
                self._journal_path.unlink(missing_ok=True)
            self._begun = True
            self.journal, self.size, self._behind = journal, 0, 0
            if journal:
                journal.write(self._journal_path)

    def write(self, data: bytes) -> None:
        """Append to the part."""
        assert self._file
        if not self.size:
            self.head = data[: filetype.HEAD]
        rest = memoryview(data)
        with self._disk():
            while rest:
                count = self._file.write(rest)
                rest = rest[count:]
                self.size += count
        self._write_behind()

    def is_whole(self) -> bool:
        """Whether its own structure says that it is complete; False where that cannot be told."""
        assert self._file
        with self._disk():
            return filetype.is_whole(self._file)

    def is_cut(self) -> bool:
        """Whether its own structure says that there should be more of it."""
        assert self._file
        with self._disk():
            return filetype.is_cut(self._file)

    def commit(self) -> None:
        """Give the file its final name; where *durable*, its bytes are on disk before that.

        After a power failure the name may be missing, then the file is fetched again; it never
        stands for less than the whole file. So the folder need not be synced, too.

        Raises:
            Gone: somebody has moved the part; it is as it was, elsewhere.
        """
        assert self._file
        with self._disk():
            if self._durable:
                _sync_data(self._file.fileno())
            if not _is_at(self._path, self._file):
                raise Gone(f"{self._path} was moved")
            if self.journal:
                self._journal_path.unlink(missing_ok=True)
            self._path.replace(self._final)
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

    def _write_behind(self) -> None:
        """Have the disk keep up with us, so that the last sync of a large file is short.

        On Linux the advice to forget a file's cache starts the writing of what is new in it, and
        leaves the cache to files that somebody reads.
        """
        if self._file and self.size - self._behind >= _AHEAD and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._behind = self.size

    def _release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except (BlockingIOError, FileExistsError) as e:
            raise Busy("another process is writing this file") from e
        except OSError as e:
            raise DiskError(f"{self._path}: {e.strerror or e}") from e


def write_whole(final: Path, key: str, data: bytes) -> None:
    """A file that is there at once, unless it is there already.

    Raises:
        DiskError: it cannot be written.
    """
    if final.is_file() and final.read_bytes() == data:
        return
    with closing(Part(final, key)) as part:
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
    """Until the lock is ours, the bytes are another process's.

    Raises:
        BlockingIOError: they are.
    """
    if sys.platform == "win32":
        return  # an open file cannot be renamed or removed there
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        file.close()
        raise BlockingIOError(e.errno, "another process is writing this file") from e


def lock_folder(folder: Path) -> int:
    """A descriptor of the folder, which is locked until it is closed; -1 on Windows.

    Raises:
        Busy: another process has locked it.
    """
    if sys.platform == "win32":
        return -1  # only files can be opened there
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        os.close(descriptor)
        raise Busy(f"{folder}: another process works on it") from e
    return descriptor
