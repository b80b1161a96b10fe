"""Open the archive in an SQLite file.

In WAL mode with synchronous=NORMAL a commit reaches the operating system at once, so kill -9 loses
none. A power failure may undo the last transactions, never half of one.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from f2scrapy.archive.database import PATIENCE_S, RESTORE, repeat_while_busy
from f2scrapy.archive.schema import check_version, list_migrations
from f2scrapy.errors import InputError

_SHORT_S = 0.005  # of the patience within one call
CHECKPOINT = 8_000  # pages of 4 KiB; a checkpoint waits for the disk, by default once in 70 works
_HINT = "; see F2_ARCHIVE if this goes on"

_ERRNO = {  # by SQLite's result code, for faults of the disk or of another program
    sqlite3.SQLITE_BUSY: errno.EBUSY,
    sqlite3.SQLITE_LOCKED: errno.EBUSY,
    sqlite3.SQLITE_PROTOCOL: errno.EBUSY,  # a network share that cannot lock
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CORRUPT: errno.EIO,
    sqlite3.SQLITE_ERROR: errno.EIO,  # tables are missing, or the argument of a function is invalid
}


class FileDatabase(sqlite3.Connection):
    """A connection that raises OSError for a full or faulty disk, as other files do."""

    def execute(self, *args: Any) -> sqlite3.Cursor:
        with _convert_errors():
            return super().execute(*args)

    @contextmanager
    def transaction(self, *, shared: bool = False) -> Iterator[None]:  # noqa: ARG002 - one at a time
        """Open a transaction for the block; see `Database`."""
        self.execute("BEGIN IMMEDIATE")
        with self:
            yield

    def finish_copy(self) -> None:
        """Do nothing: a new id is always above all others."""

    def __exit__(self, *raised: Any) -> Any:
        with _convert_errors():
            return super().__exit__(*raised)


@contextmanager
def _convert_errors() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes the invalid text in its message
        raise _build_damage_error() from error
    except sqlite3.Error as error:
        number = _ERRNO.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if number is None:
            raise
        hint = _HINT if number == errno.EBUSY else ""
        raise OSError(number, f"the archive: {error}{hint}") from error


def _decode_text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _build_damage_error() from error


def _build_damage_error() -> OSError:
    return OSError(errno.EIO, "the archive: it is damaged, a text in it is invalid")


def open_file(path: Path, *, blocking: bool, patience_s: float | None = None) -> FileDatabase:
    """Open the archive's file; see `open_database`."""
    path = path.expanduser()
    if path.is_dir():
        raise InputError(f"F2_ARCHIVE={path}: this is a folder; want a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=_SHORT_S, isolation_level=None, factory=FileDatabase)
        db.text_factory = _decode_text
    except OSError as error:
        folder = f"F2_PATH or F2_ARCHIVE: cannot create the folder {path.parent}"
        raise InputError(folder) from error
    except sqlite3.Error as error:
        raise InputError(f"F2_ARCHIVE={path}: {error}") from error
    try:
        repeat_while_busy(lambda: _prepare(db), PATIENCE_S if patience_s is None else patience_s)
        wait_ms = PATIENCE_S * 1000 if blocking else _SHORT_S * 1000
        db.execute(f"PRAGMA busy_timeout = {wait_ms:.0f}")
    except (InputError, OSError, sqlite3.Error) as error:
        db.close()
        why = error.strerror if isinstance(error, OSError) else error
        text = str(why).replace(_HINT, "")
        raise InputError(f"F2_ARCHIVE={path}: {text}{_suggest(error)}") from error
    return db


def _suggest(error: Exception) -> str:
    """Return a way out of a lock of another program or a network share, or of damage."""
    number = getattr(error, "sqlite_errorcode", getattr(error.__cause__, "sqlite_errorcode", 0))
    if number & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
        return f"; {RESTORE}"
    if number & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR):
        return ""
    return (
        "; if no other program has it open, this file system cannot lock it: name a file on a"
        " local disk in F2_ARCHIVE, the media can stay in F2_PATH"
    )


def _prepare(db: FileDatabase) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    with db.transaction():
        (version,) = db.execute("PRAGMA user_version").fetchone()
        check_version(version)
        for number, statements in list_migrations("sqlite", version):
            for statement in statements:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
