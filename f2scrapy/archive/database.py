"""The database of an archive: what its two kinds, SQLite and PostgreSQL, have in common.

Both understand the SQL of this folder: `?` for a value, INSERT … ON CONFLICT, RETURNING. A layer
that writes SQL for both was measured, and costs too much on SQLite: docs/archive.md.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from f2scrapy.archive.server import Server
from f2scrapy.errors import InputError

_Result = TypeVar("_Result")

PATIENCE_S = 30.0  # to wait for a lock of another program, or for a server that is away
RESTORE = "restore a copy; or move it away, and the next run makes a new one"


class Rows(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int:
        """The number of rows that were written, or read."""

    def fetchone(self) -> Any:
        """Return the next row as a tuple; None = there is none."""

    def fetchall(self) -> list[Any]:
        """Return all further rows."""

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """An open database with the archive's tables. Any method raises OSError if it refuses."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Execute a statement: a transaction of its own, or part of the open one."""

    def transaction(self, *, shared: bool = False) -> AbstractContextManager[None]:
        """Open a transaction for the block; it is written at the end, or not at all.

        No other runs at the same time, unless both are `shared`: such ones rename nothing.
        """

    def finish_copy(self) -> None:
        """Have ids of new works begin after those that were copied, in the open transaction."""

    def close(self) -> None:
        """Close it; what was written is kept without it, too."""


def is_busy(error: BaseException) -> bool:
    """Return whether the archive may do the same later: it is locked, or its server is away."""
    return isinstance(error, OSError) and error.errno == errno.EBUSY


def repeat_while_busy(
    call: Callable[[], _Result], patience_s: float, pause_s: float = 0.1
) -> _Result:
    """Return the result of a call, repeated while the archive is busy, in steps that Ctrl-C ends.

    Raises:
        OSError: the archive refuses, or is busy for longer than `patience_s`.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            return call()
        except OSError as error:
            if not is_busy(error) or time.monotonic() > end:
                raise
        time.sleep(pause_s)


def open_database(
    place: Path | Server, *, blocking: bool, patience_s: float | None = None
) -> Database:
    """Open the archive's database, create its tables, or bring them to the current schema.

    A lock of another program is waited for up to `patience_s`, None = PATIENCE_S. Later calls wait
    up to PATIENCE_S; without `blocking` they raise an OSError for which `is_busy` is true.

    Raises:
        InputError: it cannot be opened or created, is something else, or has a newer schema.
    """
    if isinstance(place, Path):
        from f2scrapy.archive.sqlite import open_file  # noqa: PLC0415 - one of the two is needed

        return open_file(place, blocking=blocking, patience_s=patience_s)
    try:
        from f2scrapy.archive.postgres import open_server  # noqa: PLC0415 - of the extra `fleet`
    except ImportError as error:
        hint = "a PostgreSQL server needs psycopg: pip install 'psycopg[binary]'"
        raise InputError(f"F2_ARCHIVE={place}: {hint}") from error
    return open_server(place, blocking=blocking)
