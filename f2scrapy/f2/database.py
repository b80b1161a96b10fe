"""Store rows of F2's attributes in an SQLite file: the base of F2's databases."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from f2scrapy.f2.filters import load_tables


class Database:
    """One table in the SQLite file `name`, with a column for each attribute of a filter.

    Each call is a transaction. Lists are stored as JSON. Further keywords, such as F2's `kwargs`,
    have no meaning.
    """

    table: ClassVar[str]
    key: ClassVar[str]
    filter: ClassVar[str]  # its name in fields.yaml
    more: ClassVar[tuple[str, ...]] = ()  # further columns

    def __init__(self, name: str | Path, **_: Any) -> None:
        self._path = Path(name)

    async def __aenter__(self) -> Self:
        self._db = sqlite3.connect(self._path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        names = dict.fromkeys([self.key, *load_tables()[self.filter].fields, *self.more])
        columns = ", ".join(f'"{name}"' for name in names)
        create = f'CREATE TABLE IF NOT EXISTS {self.table} ({columns}, PRIMARY KEY ("{self.key}"))'
        self._db.execute(create)
        present = self._list_columns()
        for name in names:
            if name not in present:  # made by another version
                self._db.execute(f'ALTER TABLE {self.table} ADD COLUMN "{name}"')
        return self

    async def __aexit__(self, *_: object) -> None:
        self._db.close()

    def _list_columns(self) -> list[str]:
        return [row[1] for row in self._db.execute(f"PRAGMA table_info({self.table})")]

    def store(self, row: Mapping[str, Any], ignore_fields: Collection[str] | None = None) -> None:
        """Store a row; columns that it lacks, and `ignore_fields`, keep their values."""
        known = set(self._list_columns()) - set(ignore_fields or ())
        values = {name: _to_cell(value) for name, value in row.items() if name in known}
        names = ", ".join(f'"{name}"' for name in values)
        kept = ", ".join(f'"{name}" = excluded."{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        self._db.execute(
            f"INSERT INTO {self.table} ({names}) VALUES ({marks})"  # noqa: S608 - columns of ours
            f' ON CONFLICT ("{self.key}") DO UPDATE SET {kept}',
            tuple(values.values()),
        )

    def find(self, value: str, column: str = "") -> dict[str, Any]:
        """Return the row with this value of its key, or of another column; {} = there is none."""
        query = f'SELECT * FROM {self.table} WHERE "{column or self.key}" = ?'  # noqa: S608
        row = self._db.execute(query, (value,)).fetchone()
        return dict(zip(self._list_columns(), row, strict=True)) if row else {}

    # By F2's names, see below

    async def add(self, ignore_fields: Collection[str] | None = None, **values: Any) -> None:
        """Store a row, new or known."""
        self.store(values, ignore_fields)

    async def add_all(
        self, rows: Iterable[Mapping[str, Any]], ignore_fields: Collection[str] | None = None
    ) -> None:
        """Store several rows."""
        for row in rows:
            self.store(row, ignore_fields)

    async def update(self, key: str, **values: Any) -> None:
        """Change columns of a known row; another one is not added."""
        if self.find(key):
            self.store({**values, self.key: key})

    async def get(self, key: str) -> dict[str, Any]:
        """Return the row with this key; {} = there is none."""
        return self.find(key)

    async def delete(self, key: str) -> None:
        """Remove the row with this key, if there is one."""
        self._db.execute(f'DELETE FROM {self.table} WHERE "{self.key}" = ?', (key,))  # noqa: S608


class UserDatabase(Database):
    """Users."""

    table: ClassVar[str] = "user_info_web"
    more: ClassVar[tuple[str, ...]] = ("last_aweme_id",)

    add_user_info = Database.add
    update_user_info = Database.update
    get_user_info = Database.get
    delete_user_info = Database.delete
    batch_insert_users = Database.add_all


class VideoDatabase(Database):
    """Works."""

    table: ClassVar[str] = "video_info_web"
    key: ClassVar[str] = "aweme_id"

    add_video_info = Database.add
    update_video_info = Database.update
    get_video_info = Database.get
    delete_video_info = Database.delete
    batch_insert_videos = Database.add_all


def _to_cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
