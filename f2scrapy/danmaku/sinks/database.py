"""Write the events of a room to SQLite, a row each; a repeated message changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import ClassVar

from f2scrapy.danmaku.clock import read_now
from f2scrapy.danmaku.gifts import REMEMBERED
from f2scrapy.danmaku.messages import Event, as_dict, from_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import columns
from f2scrapy.danmaku.sinks.journal import encode_line, make_opened_entry

_FIRST = ", ".join(f'"{name}"' for name in columns.FIRST)
_TABLES = f"""
CREATE TABLE IF NOT EXISTS rooms (
    room_id TEXT PRIMARY KEY,
    data TEXT NOT NULL -- all that is known of it, as JSON
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    {_FIRST}, -- times are ISO 8601 in UTC, ids texts
    data TEXT NOT NULL -- all of the event, as JSON
);
CREATE UNIQUE INDEX IF NOT EXISTS once ON events (room_id, msg_id);
CREATE INDEX IF NOT EXISTS kinds ON events (kind, create_time);
"""
_ALL = (*columns.NAMES, "data")
_INSERT = (
    f"INSERT OR IGNORE INTO events ({', '.join(_ALL)}) "  # noqa: S608 - names of this program
    f"VALUES ({', '.join('?' for _ in _ALL)})"
)
_GIFTS = f"SELECT rowid, {', '.join(_ALL)} FROM events WHERE kind = 'gift' ORDER BY rowid"  # noqa: S608
_LAST_GIFTS = f"SELECT * FROM ({_GIFTS} DESC LIMIT {REMEMBERED}) ORDER BY rowid"  # noqa: S608
_SET = f"UPDATE events SET {', '.join(f'{name} = ?' for name in columns.LATER)} WHERE rowid = ?"  # noqa: S608


class Database:
    """The database `base`.db; one of an earlier version gets the columns that it has not."""

    blocks: ClassVar = True

    def __init__(self, base: Path) -> None:
        self._path = base.with_name(f"{base.name}.db")
        self._rows = columns.Rows()
        self.written = 0  # rows; a repeated message is none

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
            (*self._rows.make(event).values(), encode_line(as_dict(event)).decode())
            for event in events
        ]
        with self._convert_errors(), self._db:
            self.written += max(self._db.executemany(_INSERT, rows).rowcount, 0)

    def close(self) -> None:
        self._db.close()

    def _begin(self, room: Room) -> None:
        entry = encode_line(make_opened_entry(room, read_now())).decode()
        with self._convert_errors():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
            self._db.row_factory = sqlite3.Row
            self._add_columns()
            for row in self._db.execute(_LAST_GIFTS).fetchall():
                self._rows.restore(row)
            with self._db:
                self._db.execute("REPLACE INTO rooms VALUES (?, ?)", (room.room_id, entry))

    def _add_columns(self) -> None:
        """Add the columns of `columns.LATER` to a table without them, and fill them for gifts."""
        known = {row["name"] for row in self._db.execute("PRAGMA table_info(events)")}
        lacking = [name for name in columns.LATER if name not in known]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for name in lacking:
                self._db.execute(f"ALTER TABLE events ADD COLUMN {name}")
            rows = columns.Rows()
            for row in self._db.execute(_GIFTS).fetchall() if lacking else ():
                made = rows.make(from_dict(json.loads(row["data"])))
                values = [made[name] for name in columns.LATER]
                self._db.execute(_SET, (*values, row["rowid"]))

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """Raise errors of SQLite as OSError."""
        try:
            yield
        except sqlite3.Error as error:
            raise OSError(EIO, str(error), str(self._path)) from error
