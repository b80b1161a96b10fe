"""Open the archive's SQLite file and bring its tables to the current schema."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from f2scrapy.archive.naming import fold
from f2scrapy.errors import InputError

PATIENCE_S = 30.0  # to wait for a lock of another program
_SHORT_S = 0.005  # of it within one call
CHECKPOINT = 8_000  # pages of 4 KiB; a checkpoint waits for the disk, by default once in 70 works

# Each version of the schema has a tuple of statements; only append new ones.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE nicknames (
            platform TEXT NOT NULL,
            sec_user_id TEXT NOT NULL,
            nickname TEXT NOT NULL,
            first_seen TEXT NOT NULL, -- times are ISO 8601, UTC
            last_seen TEXT NOT NULL,
            PRIMARY KEY (platform, sec_user_id, nickname)
        ) WITHOUT ROWID""",
        """CREATE TABLE folders (
            platform TEXT NOT NULL,
            mode TEXT NOT NULL,
            sec_user_id TEXT NOT NULL,
            nickname TEXT NOT NULL, -- the name comes from it
            path TEXT NOT NULL,
            fold TEXT NOT NULL UNIQUE, -- path, without case
            PRIMARY KEY (platform, mode, sec_user_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE works (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            path TEXT, -- of its files, without suffix; NULL: none is reserved
            fold TEXT UNIQUE,
            state TEXT NOT NULL DEFAULT 'OK',
            last_seen TEXT
        )""",
        """CREATE TABLE assets (
            work INTEGER NOT NULL REFERENCES works (id),
            asset TEXT NOT NULL,
            rendition TEXT NOT NULL,
            suffix TEXT NOT NULL, -- the rest of the file's path after that of the work
            size INTEGER NOT NULL,
            offered TEXT NOT NULL, -- JSON: all renditions that the platform offered
            fetched_at TEXT NOT NULL,
            PRIMARY KEY (work, asset, rendition)
        ) WITHOUT ROWID""",
        """CREATE TRIGGER one_file_for_each_asset AFTER INSERT ON assets BEGIN
            DELETE FROM assets WHERE work = new.work AND asset = new.asset
                AND rendition <> new.rendition;
        END""",
        """CREATE TABLE lists (
            id TEXT PRIMARY KEY,
            frontier TEXT NOT NULL, -- JSON: keys of the newest works
            finished_at TEXT NOT NULL
        ) WITHOUT ROWID""",
        # Moves that the other tables show as done, and that may be missing on disk still.
        "CREATE TABLE moves (source TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        """CREATE TABLE unfinished (
            id TEXT PRIMARY KEY, -- of a list
            refused INTEGER NOT NULL, -- 1: the platform refused it; 0: the run ended before it
            since TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE facts (
            work INTEGER PRIMARY KEY REFERENCES works (id),
            title TEXT, -- its text
            created_at TEXT, -- of its publication; NULL in a column: not known
            sec_user_id TEXT, -- its author's
            nickname TEXT,
            digg_count INTEGER,
            comment_count INTEGER,
            share_count INTEGER,
            collect_count INTEGER,
            play_count INTEGER,
            seen_at TEXT NOT NULL -- the time of the counts
        )""",
    ),
    (
        """CREATE TABLE readings ( -- lists of unfinished rounds without files
            command INTEGER NOT NULL,
            source TEXT NOT NULL,
            page TEXT NOT NULL, -- JSON: cursors of the last page with all its rows given
            newest TEXT NOT NULL, -- JSON: keys of the newest rows
            finished INTEGER NOT NULL,
            since TEXT NOT NULL,
            PRIMARY KEY (command, source)
        ) WITHOUT ROWID""",
        """CREATE TABLE given ( -- rows in feeds; each number is 64 bits of a hash
            list INTEGER NOT NULL,
            key INTEGER NOT NULL,
            command INTEGER NOT NULL, -- 0: the list was read to its end
            PRIMARY KEY (list, key, command)
        ) WITHOUT ROWID""",
    ),
    (
        # Times are ISO 8601, UTC, "" = never or not.
        """CREATE TABLE identities (
            name TEXT PRIMARY KEY,
            platform TEXT NOT NULL,
            secret TEXT NOT NULL, -- encrypted: see f2scrapy/identities/credentials.py
            limits TEXT NOT NULL, -- JSON
            added_at TEXT NOT NULL,
            used_at TEXT NOT NULL DEFAULT '',
            holder TEXT NOT NULL DEFAULT '', -- the run that uses it
            held_until TEXT NOT NULL DEFAULT '',
            rest_until TEXT NOT NULL DEFAULT '',
            since_pause INTEGER NOT NULL DEFAULT 0, -- requests
            refusals INTEGER NOT NULL DEFAULT 0, -- in a row
            out INTEGER NOT NULL DEFAULT 0, -- 1: its login has expired
            why TEXT NOT NULL DEFAULT ''
        )""",
        """CREATE TABLE identity_requests ( -- also counted under the path "*"
            identity TEXT NOT NULL,
            path TEXT NOT NULL,
            slot TEXT NOT NULL, -- the beginning of 5 min
            requests INTEGER NOT NULL,
            PRIMARY KEY (identity, path, slot)
        )""",
        """CREATE TABLE fleet_lists (
            id TEXT PRIMARY KEY,
            spider TEXT NOT NULL,
            target TEXT NOT NULL, -- its link; '' = none
            words TEXT NOT NULL, -- JSON: -a and -s with their values
            every_s INTEGER NOT NULL, -- 0 = once
            priority INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'active', -- active, running, paused, ended
            due_at TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0, -- in a row
            outcome TEXT NOT NULL DEFAULT '', -- of the last run
            summary TEXT NOT NULL DEFAULT '',
            report TEXT NOT NULL DEFAULT '', -- JSON
            runs INTEGER NOT NULL DEFAULT 0,
            ran_at TEXT NOT NULL DEFAULT '',
            worker TEXT NOT NULL DEFAULT '' -- of the present or the last run
        )""",
    ),
)


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


class Database(sqlite3.Connection):
    """A connection that raises OSError for a full or faulty disk, as other files do."""

    def execute(self, *args: Any) -> sqlite3.Cursor:
        with _convert_errors():
            return super().execute(*args)

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


def is_locked(error: BaseException) -> bool:
    """Return whether an error says that another program has locked the archive."""
    return isinstance(error, OSError) and error.errno == errno.EBUSY


def open_database(path: Path, *, blocking: bool, patience_s: float | None = None) -> Database:
    """Open the archive's file; create it, or bring it to the current schema, if necessary.

    It waits for a lock of another program up to `patience_s`, None = PATIENCE_S. Later calls wait
    up to PATIENCE_S; without `blocking` they raise an OSError for which `is_locked` is true. Each
    statement is a transaction of its own except after BEGIN; SQL may call `fold(path)`.

    Raises:
        InputError: it cannot be opened or created, is not a database, or has a newer schema.
    """
    if path.is_dir():
        raise InputError(f"F2_ARCHIVE={path}: this is a folder; want a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=_SHORT_S, isolation_level=None, factory=Database)
        db.text_factory = _decode_text
    except OSError as error:
        folder = f"F2_PATH or F2_ARCHIVE: cannot create the folder {path.parent}"
        raise InputError(folder) from error
    except sqlite3.Error as error:
        raise InputError(f"F2_ARCHIVE={path}: {error}") from error
    try:
        db.create_function("fold", 1, fold, deterministic=True)
        _wait_for_lock(lambda: _prepare(db), PATIENCE_S if patience_s is None else patience_s)
        wait_ms = PATIENCE_S * 1000 if blocking else _SHORT_S * 1000
        db.execute(f"PRAGMA busy_timeout = {wait_ms:.0f}")
    except (InputError, OSError, sqlite3.Error) as error:
        db.close()
        why = error.strerror if isinstance(error, OSError) else error
        text = str(why).replace(_HINT, "")
        raise InputError(f"F2_ARCHIVE={path}: {text}{_suggest(error)}") from error
    return db


def _suggest(error: Exception) -> str:
    """Return a way out if the file is damaged, or locked by a program or a network share."""
    number = getattr(error, "sqlite_errorcode", getattr(error.__cause__, "sqlite_errorcode", 0))
    if number & 0xFF == sqlite3.SQLITE_CORRUPT:
        return "; restore a copy; or move it away, and the next run makes a new one"
    if number & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR):
        return ""
    return (
        "; if no other program has it open, this file system cannot lock it: name a file on a"
        " local disk in F2_ARCHIVE, the media can stay in F2_PATH"
    )


def _wait_for_lock(call: Callable[[], None], patience_s: float) -> None:
    """Call until the database is not locked, in steps that Ctrl-C can end.

    Raises:
        OSError: it is locked for longer than `patience_s`.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            call()
        except OSError as error:
            if not is_locked(error) or time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _prepare(db: Database) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    _migrate(db)


def _migrate(db: Database) -> None:
    db.execute("BEGIN IMMEDIATE")
    with db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise InputError(
                f"written by a newer f2scrapy (schema {version}, this one knows"
                f" {len(MIGRATIONS)}); update f2scrapy or name another file"
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
