"""Keep an unfinished file on disk as `<name>.part` with a journal, and rename it when complete.

A name is never followed as a link: in a folder that others can write, a link with the name of a
part would lead the bytes to any file of the user.

The journal is one line of JSON. As soon as bytes may lie behind a gap, the lines of `spans.py`
follow: from then on the length of the part says nothing, and only what they name is on disk.
Readers that know no such lines, such as earlier versions, find no valid journal and start again.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from io import FileIO
from pathlib import Path
from typing import NamedTuple, Self

from f2scrapy.download import filetype
from f2scrapy.download.folder import Folder, write_chunks
from f2scrapy.download.locking import NO_LOCKS, lock, report_missing_locks
from f2scrapy.download.spans import Span, find_gaps, format_record, merge_spans, parse_records
from f2scrapy.errors import F2Error

if sys.platform != "win32":
    import fcntl

_AHEAD = 8 << 20  # bytes that may stay in the system's cache before we ask it to write them

_WINDOWS_PATH = 259  # characters of a path on Windows, unless the user allows longer ones

_Identity = tuple[int, int, int]  # device, inode, time of the last change (ns)
_MISSING: _Identity = (0, 0, 0)

_sync_data = getattr(os, "fdatasync", os.fsync)  # fdatasync is cheaper; only Linux has it


class DiskError(F2Error):
    """A file cannot be written; its bytes on disk are kept."""


class FileBusy(DiskError):
    """Another process is writing the file, or has just finished it."""


class FileMoved(DiskError):
    """The file is no longer at its path: another process has moved its folder."""


class NameTooLong(DiskError):
    """The file system takes no name or path of this length; a shorter one may do."""


class PartJournal(NamedTuple):
    """The facts that are necessary to resume a part; they include no URL and no token."""

    key: str  # names the content
    total: int  # bytes of the whole file; 0 = unknown
    validator: str  # ETag or Last-Modified of the response it came from

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """Parse a journal; None if it is invalid."""
        try:
            found = cls(**json.loads(data))
        except (ValueError, TypeError):
            return None
        is_valid = isinstance(found.total, int) and isinstance(found.validator, str)
        return found if is_valid else None

    def dump(self) -> bytes:
        """Return the journal as `parse` reads it."""
        return json.dumps(self._asdict()).encode()


class PartFile:
    """The bytes of an unfinished file on disk, locked against other processes while it is open.

    `journal` is None and `size` 0 until there are bytes to resume from. Bytes are never on disk
    beside the journal of another content, so a part is valid after a kill at any moment; after a
    power failure it is valid if the file system writes data before lengths (ext4 and most others
    do). Every method may block, and may raise DiskError.

    After `split`, threads may write its ranges in any order.

    With `root`, the folder of the file must be below it when the file is opened, through all
    links; later changes of the path have no effect on the open folder.
    """

    def __init__(
        self, final: Path, key: str, *, durable: bool = True, root: Path | None = None
    ) -> None:
        self.journal: PartJournal | None = None
        self.size = 0  # bytes from the beginning on, up to the first gap
        self.held: tuple[Span, ...] = ()  # what is on disk of a part with gaps
        self.is_split = False  # it may have gaps
        self.head = b""  # the first filetype.HEAD bytes
        self._key = key
        self._final = final
        self._durable = durable
        self._root = root
        self._path = final.with_name(f"{final.name}.part")
        self._journal_name = f"{final.name}.part.json"
        self._folder: Folder | None = None
        self._file: FileIO | None = None
        self._records: FileIO | None = None  # the journal, open to append what is on disk
        self._writing = threading.Lock()
        self._begun = False
        self._replaced: _Identity | None = None  # the file that `open` has seen; None = not opened
        self._flushed = 0  # bytes in the file when we last asked the system to write them

    def open(self) -> None:
        """Open the part of an earlier try, if it is valid and of the same content.

        From now on, a file that another process finishes is not replaced: `begin` raises FileBusy.
        """
        self._replaced = _identify(self._final)
        if not os.path.lexists(self._path):  # as mostly: no folder is opened for nothing
            return
        with self._convert_errors():
            try:
                self._folder = self._folder or Folder(self._path.parent, self._root)
                self._file = self._open_locked(self._folder)
            except FileNotFoundError:
                return
            except BaseException:
                self._release()
                raise
            self.head = self._file.read(filetype.HEAD)
            size = self._file.seek(0, os.SEEK_END)
            line, line_break, records = self._folder.read(self._journal_name).partition(b"\n")
        journal = PartJournal.parse(line)
        if not journal or journal.key != self._key or size > (journal.total or size):
            return
        held: tuple[Span, ...] = (Span(0, size),)
        if line_break:
            held = parse_records(line_break + records, size) if journal.total else ()
        if held and 0 == held[0].start < held[0].stop:
            self.journal, self.size, self.is_split = journal, held[0].stop, bool(line_break)
            self.held = held if self.is_split else ()

    def begin(self, journal: PartJournal | None) -> None:
        """Start from zero, and discard the bytes of an earlier try.

        None = without a journal: for files that are committed at once, or have no validator.
        """
        with self._convert_errors():
            if self._file is None:
                self._file = self._create_locked()
            else:
                self._file.seek(0)
                self._file.truncate()
            assert self._folder
            self._close_records()
            self._folder.remove(self._journal_name)
            self._begun, self.is_split, self.held = True, False, ()
            self.journal, self.size, self._flushed = journal, 0, 0
            if journal:
                self._folder.write(self._journal_name, journal.dump())

    def write(self, *chunks: bytes) -> None:
        """Append bytes to the part. After an error, only `close` and `discard` are possible."""
        assert self._file
        assert not self.is_split
        if not self.size:
            self.head = filetype.join_head(chunks)
        with self._convert_errors():
            write_chunks(self._file, chunks)
        self.size += sum(map(len, chunks))
        self._start_flush()

    def split(self) -> None:
        """Allow bytes behind gaps: from now on `record` says what is on disk.

        The journal says so before the first of them is written, so a part with gaps is never
        taken for one without.
        """
        assert self._folder
        assert self.journal
        assert self.journal.total
        if self._records:
            return
        with self._convert_errors():
            self._records = self._folder.open(self._journal_name, os.O_APPEND)
        if not self.is_split:
            self.is_split = True
            self.record(Span(0, self.size))
            with self._convert_errors():
                self._sync(self._records)

    def write_at(self, place: int, chunks: Sequence[bytes]) -> None:
        """Write bytes at the offset `place` of a split part."""
        assert self._file
        assert self.is_split
        with self._convert_errors(), self._writing:
            self._file.seek(place)
            write_chunks(self._file, chunks)

    def record(self, span: Span) -> None:
        """Note in the journal that the bytes of *span* are on disk, and make sure of it first."""
        assert self._file
        assert self._records
        with self._convert_errors():
            self._sync(self._file)
            with self._writing:
                self._records.write(format_record(span))
                self.held = merge_spans((*self.held, span))
                self.size = self.held[0].stop

    def list_gaps(self) -> list[Span]:
        """Return what a split part lacks."""
        assert self.journal
        return find_gaps(self.held, self.journal.total)

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
            self._sync(self._file)
            if not _is_at(self._path, self._file):
                raise FileMoved(f"{self._path} was moved")
            assert self._folder
            self._close_records()
            if self.journal:
                self._folder.remove(self._journal_name)
            final = self._final.with_suffix(suffix) if suffix else self._final
            if self._folder.holds(final.name, self._file):  # links to it would become copies
                self._folder.remove(self._path.name)
            else:
                self._folder.rename(self._path.name, final.name)
            self._release()
        return final

    def discard(self) -> None:
        """Remove the part and its journal."""
        with self._convert_errors():
            self._close_records()
            if self._folder:
                self._folder.remove(self._journal_name)
                self._folder.remove(self._path.name)
            self.journal, self.size, self.held, self.is_split = None, 0, (), False
            self._release()

    def close(self) -> None:
        """Keep the part for the next try if it has a journal; remove it if it has none."""
        if self._file and self._begun and self.journal is None:
            self.discard()
        self._release()

    def _start_flush(self) -> None:
        """Ask the system to write new bytes now, so that the last sync of a large file is short.

        On Linux the advice to drop a file's cache starts the writing of its new bytes, and leaves
        the cache to files that programs read. Without a last sync, the system knows best: the
        advice costs a quarter of its time for a large file (2026-11).
        """
        if not (self._durable and hasattr(os, "posix_fadvise")):
            return
        if self._file and self.size - self._flushed >= _AHEAD:
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._flushed = self.size

    def _create_locked(self) -> FileIO:
        if self._folder is None:
            self._folder = Folder(self._path.parent, self._root, create=True)
        try:
            file = self._folder.open(self._path.name, os.O_CREAT | os.O_EXCL)
        except FileNotFoundError:  # another process has moved or removed the folder
            self._folder.close()
            self._folder = Folder(self._path.parent, self._root, create=True)
            file = self._folder.open(self._path.name, os.O_CREAT | os.O_EXCL)
        lock(file)
        if self._replaced not in (None, _identify(self._final)):
            file.close()
            self._folder.remove(self._path.name)
            raise FileExistsError(errno.EEXIST, "another process has just finished this file")
        return file

    def _open_locked(self, folder: Folder) -> FileIO:
        try:
            file = folder.open(self._path.name)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            folder.remove(self._path.name)  # a link; no run of ours makes one
            raise FileNotFoundError from error
        lock(file)
        if not _is_at(self._path, file):
            file.close()
            raise FileExistsError(errno.EEXIST, "another process has just finished this file")
        return file

    def _sync(self, file: FileIO) -> None:
        if self._durable:
            _sync_data(file.fileno())

    def _close_records(self) -> None:
        if self._records:
            self._records.close()
            self._records = None

    def _release(self) -> None:
        self._close_records()
        if self._file:
            self._file.close()
            self._file = None
        if self._folder:
            self._folder.close()
            self._folder = None

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        try:
            yield
        except (BlockingIOError, FileExistsError) as e:
            raise FileBusy("another process is writing this file") from e
        except OSError as e:
            if is_too_long(e, self._path):
                raise NameTooLong(f"{self._path}: this name is too long here") from e
            if isinstance(e, FileNotFoundError):
                raise FileMoved(f"{self._path} was moved") from e
            raise DiskError(f"{self._path}: {e.strerror or e}") from e


def write_whole(final: Path, key: str, data: bytes, root: Path | None = None) -> None:
    """Write a file in one step, unless it exists with the same content.

    Raises:
        DiskError: the file cannot be written.
    """
    if os.path.isfile(final) and not final.is_symlink() and final.read_bytes() == data:  # noqa: PTH113 - false for names that are too long
        return
    with closing(PartFile(final, key, root=root)) as part:
        part.open()
        part.begin(None)
        part.write(data)
        part.commit()


def is_too_long(error: BaseException | None, path: Path) -> bool:
    """Return whether an error, or its cause, says that the name or the path is too long."""
    while error is not None:
        if isinstance(error, NameTooLong) or getattr(error, "errno", 0) == errno.ENAMETOOLONG:
            return True
        if sys.platform == "win32" and isinstance(error, FileNotFoundError):
            return len(os.path.abspath(path)) > _WINDOWS_PATH  # noqa: PTH100 - resolve() may fail
        error = error.__cause__
    return False


def _identify(path: Path) -> _Identity:
    try:
        found = path.lstat()
    except OSError:  # it is missing, or its name is too long: writing the part says so
        return _MISSING
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _is_at(path: Path, file: FileIO) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        return False


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
    except OSError as e:
        if e.errno in NO_LOCKS:
            report_missing_locks()
            return descriptor
        os.close(descriptor)
        if not isinstance(e, BlockingIOError):
            raise
        raise FileBusy(f"{folder}: another process is using it") from e
    return descriptor
