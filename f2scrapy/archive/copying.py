"""Copy an archive into another database, and compare both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

from f2scrapy.archive.database import Database
from f2scrapy.archive.facts import FACTS
from f2scrapy.archive.schema import COUNTS
from f2scrapy.errors import InputError

_CHUNK = 200  # rows in one statement


class Table(NamedTuple):
    """The columns of a table."""

    keys: tuple[str, ...]  # of its primary key
    others: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, those of the key first."""
        return self.keys + self.others


TABLES = {  # works come before the tables that refer to them
    "nicknames": Table(("platform", "sec_user_id", "nickname"), ("first_seen", "last_seen")),
    "folders": Table(("platform", "mode", "sec_user_id"), ("nickname", "path", "fold")),
    "works": Table(
        ("id",), ("key", "path", "fold", "state", "last_seen", *FACTS, "counted_at")
    ),
    "assets": Table(
        ("work", "asset"), ("rendition", "suffix", "size", "offered", "fetched_at")
    ),
    "earlier_counts": Table(("work", "counted_at"), COUNTS),
    "published": Table(
        ("work", "asset", "store"),
        ("place", "rendition", "size", "sha256", "former", "published_at"),
    ),
    "lists": Table(("id",), ("frontier", "finished_at")),
    "moves": Table(("source",), ("target",)),
    "unfinished": Table(("id",), ("refused", "since")),
    "readings": Table(("command", "source"), ("page", "newest", "finished", "since")),
    "given": Table(("list", "key", "command"), ()),
}  # fmt: skip


class Content(NamedTuple):
    """What a table holds: equal for tables with equal rows, in any order."""

    rows: int
    digest: int


def copy_archive(source: Database, target: Database) -> dict[str, int]:
    """Copy all rows into an empty archive; return their number by table.

    It is one transaction: after an interruption the target is as empty as before. No other program
    writes into the source meanwhile.

    Raises:
        InputError: the target is not empty, or is not equal to the source afterwards.
        OSError: one of the databases refuses.
    """
    with source.transaction(), target.transaction():
        for name in TABLES:
            if target.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
                raise InputError("the new archive has rows already; name one that does not exist")
        contents = {name: _copy_table(source, target, name) for name in TABLES}
        for name, content in contents.items():
            found = measure_table(target, name)
            if found != content:
                raise InputError(
                    f"{name}: {found.rows} rows of {content.rows} arrived, or not as they were;"
                    " nothing is kept of the copy"
                )
        target.finish_copy()
    return {name: content.rows for name, content in contents.items()}


def measure_table(database: Database, name: str) -> Content:
    """Return the number of rows of a table, and their digest."""
    return _add_up(row for chunk in _iter_chunks(database, name) for row in chunk)


def _copy_table(source: Database, target: Database, name: str) -> Content:
    columns = TABLES[name].columns
    head = f"INSERT INTO {name} ({', '.join(columns)}) VALUES "
    marks = f"({', '.join('?' * len(columns))})"

    def copy() -> Iterator[Sequence[Any]]:
        for chunk in _iter_chunks(source, name):
            sql = head + ", ".join([marks] * len(chunk))
            target.execute(sql, list(chain.from_iterable(chunk)))
            yield from chunk

    return _add_up(copy())


def _iter_chunks(database: Database, name: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows in the order of their keys."""
    table, last = TABLES[name], ()
    keys = ", ".join(table.keys)
    marks = ", ".join("?" * len(table.keys))
    select = f"SELECT {', '.join(table.columns)} FROM {name}"
    end = f"ORDER BY {keys} LIMIT {_CHUNK}"
    while True:
        where = f"WHERE ({keys}) > ({marks})" if last else ""
        rows = database.execute(f"{select} {where} {end}", last).fetchall()
        if not rows:
            return
        yield [tuple(row) for row in rows]
        last = tuple(rows[-1][: len(table.keys)])


def _add_up(rows: Iterator[Sequence[Any]]) -> Content:
    count = total = 0
    for row in rows:
        # A server keeps no zero bytes in texts.
        plain = [value.replace("\0", "") if isinstance(value, str) else value for value in row]
        total += int.from_bytes(blake2b(repr(plain).encode(), digest_size=16).digest())
        count += 1
    return Content(count, total % (1 << 128))
