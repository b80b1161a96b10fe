"""SQLite: a room's events as rows of one table; a message that comes again changes nothing."""

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
from f2scrapy.danmaku.sinks.journal import line, opened

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
        with self._disk():  # calls come from threads of a pool, one after the other
            self._db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        try:
            self._begin(room)
        except OSError:
            self._db.close()
            raise

    def write(self, events: Sequence[Event]) -> None:
        rows = [(*columns.row(event), line(as_dict(event)).decode()) for event in events]
        with self._disk(), self._db:
            self._db.executemany(_INSERT, rows)

    def close(self) -> None:
        self._db.close()

    def _begin(self, room: Room) -> None:
        facts = line(opened(room)).decode()
        with self._disk():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
            with self._db:
                self._db.execute("REPLACE INTO rooms VALUES (?, ?)", (room.room_id, facts))

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OSError(EIO, str(error), str(self._path)) from error
