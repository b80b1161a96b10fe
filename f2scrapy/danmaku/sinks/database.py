"""Write the events of a room to SQLite, a row each; a repeated message changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import ClassVar

from f2scrapy.danmaku.messages import Event, as_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import columns
from f2scrapy.danmaku.sinks.journal import encode_line, make_opened_entry

_TABLES = f"""
CREATE TABLE IF NOT EXISTS rooms (
    room_id TEXT PRIMARY KEY,
    data TEXT NOT NULL -- all that is known of it, as JSON
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    {", ".join(f'"{name}"' for name in columns.NAMES)}, -- times are ISO 8601 in UTC, ids texts
    data TEXT NOT NULL -- all of the event, as JSON
);
CREATE UNIQUE INDEX IF NOT EXISTS once ON events (room_id, msg_id);
CREATE INDEX IF NOT EXISTS kinds ON events (kind, create_time);
"""
_INSERT = f"INSERT OR IGNORE INTO events VALUES ({'?, ' * len(columns.NAMES)}?)"  # noqa: S608


class Database:
    """The database `base`.db."""

    blocks: ClassVar = True

    def __init__(self, base: Path) -> None:
        self._path = base.with_name(f"{base.name}.db")

    def open(self, room: Room) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._convert_errors():  # threads of a pool call it, one after the other
            self._db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        try:
            self._begin(room)
        except OSError:
            self._db.close()
            raise

    def write(self, events: Sequence[Event]) -> None:
        rows = [
            (*columns.make_row(event), encode_line(as_dict(event)).decode()) for event in events
        ]
        with self._convert_errors(), self._db:
            self._db.executemany(_INSERT, rows)

    def close(self) -> None:
        self._db.close()

    def _begin(self, room: Room) -> None:
        entry = encode_line(make_opened_entry(room)).decode()
        with self._convert_errors():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
            with self._db:
                self._db.execute("REPLACE INTO rooms VALUES (?, ?)", (room.room_id, entry))

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """Raise errors of SQLite as OSError."""
        try:
            yield
        except sqlite3.Error as error:
            raise OSError(EIO, str(error), str(self._path)) from error
