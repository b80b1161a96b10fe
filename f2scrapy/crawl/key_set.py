"""A set of keys that moves to a temporary file once it is large."""

from __future__ import annotations

import errno
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

MOST_IN_MEMORY = 2_000  # keys, about 0.3 MB; one on disk takes 4 µs (measured 2026-11-30)
_CACHE = 512  # KiB of the file in memory

Key = str | int


class KeySet:
    """Keys of rows, all of them texts or all of them numbers, for lists of any length.

    Each may have a text. The file is a private database of SQLite in the folder for temporary
    files; the system removes it with the process. Any method raises an OSError if it cannot be
    written.
    """

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._few: dict[Key, str] = {}
        self._db: sqlite3.Connection | None = None  # None = all keys are in `_few`
        for key in keys:
            self.add(key)

    def __contains__(self, key: Key) -> bool:
        if self._db is None:
            return key in self._few
        return bool(self._execute("SELECT 1 FROM keys WHERE key = ?", key).fetchone())

    def __iter__(self) -> Iterator[Any]:
        if self._db is None:
            yield from self._few
            return
        for (key,) in self._execute("SELECT key FROM keys"):
            yield key

    def get_text(self, key: Key) -> str:
        """Return the text of a key; "" = it has none, or is not in the set."""
        if self._db is None:
            return self._few.get(key, "")
        found = self._execute("SELECT text FROM keys WHERE key = ?", key).fetchone()
        return str(found[0]) if found else ""

    def add(self, key: Key, text: str = "") -> bool:
        """Add a key with a text, and return True; a key that is there keeps its text."""
        if self._db is not None:
            return self._execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", key, text).rowcount > 0
        if key in self._few:
            return False
        self._few[key] = text
        if len(self._few) > MOST_IN_MEMORY:
            self._move()
        return True

    def _move(self) -> None:
        """Move the keys to the file; it is written whenever SQLite's cache is full."""
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._execute(f"PRAGMA cache_size = -{_CACHE}")
        self._execute("PRAGMA journal_mode = OFF")
        self._execute("CREATE TABLE keys (key PRIMARY KEY, text) WITHOUT ROWID")
        self._execute("BEGIN")  # never committed: nothing else reads it
        for key, text in self._few.items():
            self._execute("INSERT INTO keys VALUES (?, ?)", key, text)
        self._few = {}

    def _execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        assert self._db is not None
        try:
            return self._db.execute(sql, values)
        except sqlite3.Error as error:
            is_full = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
            number = errno.ENOSPC if is_full else errno.EIO
            detail = f"the temporary file for keys of rows: {error}; TMPDIR names its folder"
            raise OSError(number, detail) from error
