"""Open the archive on a PostgreSQL server; needs psycopg, the extra `fleet`.

Several machines use it at once. A transaction that renames excludes all others by an advisory
lock; the others run side by side, and unique columns give each path to one work.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeVar

import psycopg

from f2scrapy.archive.database import PATIENCE_S, repeat_while_busy
from f2scrapy.archive.schema import check_version, list_migrations
from f2scrapy.archive.server import Server
from f2scrapy.errors import InputError, ServerAwayError

CONNECT_S = 5  # to connect
ANSWER_S = 15.0  # for the answer to a statement; then the connection is closed
_STATEMENT_MS = 10_000  # after which the server itself gives up a statement
_LOCK_MS = 9_000  # to wait for a lock within one statement
_SHORT_MS = 50  # likewise, if other tasks are to go on
_PAUSES_S = (0.2, 5.0)  # before the second and before later attempts to connect
_LOCK = 21_719  # the first number of our advisory locks; the second one is that of the schema

_Result = TypeVar("_Result")

_ERRNO = {  # by SQLSTATE, or by its class
    "53100": errno.ENOSPC,
    "53300": errno.EBUSY,  # too many connections
    "25006": errno.EROFS,
    "42501": errno.EACCES,
    "55P03": errno.EBUSY,  # a lock was not free in time
    "57014": errno.EBUSY,  # the statement took too long
    "23505": errno.EBUSY,  # another machine has just taken the same path: choose again
    "40": errno.EBUSY,  # a deadlock: the other one goes on
    "57": errno.EBUSY,  # the server is shutting down, or starting
    "08": errno.EBUSY,  # the connection broke
}


class _Connection(psycopg.Connection[Any]):
    """A connection that waits for each answer ANSWER_S at most: a server may be frozen."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, ANSWER_S if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as error:
            self.close()
            raise psycopg.OperationalError("the server does not answer") from error


class ServerDatabase:
    """A connection that comes back after a break, and raises OSError if the server refuses.

    A call within a break raises an error for which `is_busy` is true; after PATIENCE_S it is none,
    so that the others need not wait, too.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self.is_waiting = False  # whether calls wait while the archive is busy
        self.lock_ms = _LOCK_MS  # to wait for a lock within one statement
        self._connection: _Connection | None = None
        self._in_transaction = False
        self._is_closed = False
        self._broken_since: float | None = None
        self._next_attempt = 0.0
        self._pause = _PAUSES_S[0]

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Execute a statement; see `Database`."""
        if values:
            sql = _number_values(sql)
            values = [v.replace("\0", "") if isinstance(v, str) else v for v in values]
        if self._in_transaction:
            return self._send(sql, values)
        return self._wait(partial(self._send, sql, values))

    @contextmanager
    def transaction(self, *, shared: bool = False) -> Iterator[None]:
        """Open a transaction for the block; see `Database`."""
        self._wait(partial(self._begin, shared=shared))
        self._in_transaction = True
        try:
            yield
            self._send("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._in_transaction = False

    def finish_copy(self) -> None:
        """Have ids of new works begin after those that were copied; see `Database`."""
        sequence = "pg_get_serial_sequence('works', 'id')"
        self.execute(f"SELECT setval({sequence}, max(id)) FROM works HAVING max(id) IS NOT NULL")

    def close(self) -> None:
        """Close the connection; later calls are errors."""
        self._is_closed = True
        if self._connection is not None:
            self._connection.close()

    def _begin(self, *, shared: bool) -> None:
        kind = "_shared" if shared else ""
        lock = f"pg_advisory_xact_lock{kind}({_LOCK}, hashtext(current_schema()))"
        try:
            self._send(f"BEGIN; SELECT {lock}")
        except OSError:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        """End a transaction that failed; without a connection the server has ended it."""
        if self._connection is None or self._connection.closed:
            return
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            self._connection.close()

    def _wait(self, call: Callable[[], _Result]) -> _Result:
        """Return the result of a call; if this waits, repeat it while the archive is busy."""
        return repeat_while_busy(call, PATIENCE_S) if self.is_waiting else call()

    def _send(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        try:
            return self._connect().execute(sql, values or None)
        except psycopg.Error as error:
            raise self._convert(error) from error

    def _connect(self) -> _Connection:
        """Return the connection; a new one if it broke, after a pause that grows."""
        if self._connection is not None and not self._connection.closed:
            return self._connection
        if self._is_closed:
            raise ValueError("the archive is closed")
        now = time.monotonic()
        if self._in_transaction or now < self._next_attempt:
            raise psycopg.OperationalError("the server cannot be reached")
        try:
            self._connection = connect(self._server, self.lock_ms)
        except psycopg.Error:
            self._next_attempt = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _PAUSES_S[1])
            raise
        self._broken_since, self._pause = None, _PAUSES_S[0]
        return self._connection

    def _convert(self, error: psycopg.Error) -> OSError:
        """Return the OSError for an error of the driver; it names no password."""
        is_broken = self._connection is None or self._connection.closed
        state = error.sqlstate or ("08" if is_broken else "")
        number = _ERRNO.get(state) or _ERRNO.get(state[:2]) or errno.EIO
        if is_broken:
            now = time.monotonic()
            self._broken_since = self._broken_since or now
            number = errno.EBUSY if now - self._broken_since < PATIENCE_S else errno.EIO
        text = self._server.redact(str(error)).strip().partition("\n")[0]
        return OSError(number, f"the archive: {text}")


@cache
def _number_values(sql: str) -> str:
    return sql.replace("?", "%s")


def connect(server: Server, lock_ms: int) -> _Connection:
    """Connect, with limits of time for everything; `lock_ms` is that for a lock.

    Raises:
        psycopg.Error: the server cannot be reached, or refuses.
    """
    connection = _Connection.connect(
        server.url,
        autocommit=True,
        connect_timeout=CONNECT_S,
        client_encoding="utf8",
        application_name="f2scrapy",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=int(ANSWER_S * 1000),
    )
    connection.execute(
        f"SET statement_timeout = {_STATEMENT_MS}; SET lock_timeout = {lock_ms};"
        # A machine that vanishes holds its locks until the server notices.
        " SET idle_in_transaction_session_timeout = 300000; SET tcp_keepalives_idle = 10;"
        " SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
    )
    return connection


def open_server(server: Server, *, blocking: bool) -> ServerDatabase:
    """Open the archive on a server; see `open_database`. A server that is away is an error."""
    database = ServerDatabase(server)
    try:
        _prepare(database)
        if not blocking:
            database.lock_ms = _SHORT_MS
            database.execute(f"SET lock_timeout = {_SHORT_MS}")
    except OSError as error:
        database.close()
        raise ServerAwayError(f"F2_ARCHIVE={server}: {error.strerror}") from error
    except InputError as error:
        database.close()
        raise InputError(f"F2_ARCHIVE={server}: {error}") from error
    database.is_waiting = blocking
    return database


def _prepare(database: ServerDatabase) -> None:
    (encoding,) = database.execute("SHOW server_encoding").fetchone() or ("",)
    if encoding != "UTF8":
        raise InputError(f"its encoding is {encoding}; create it with ENCODING 'UTF8'")
    version = _read_version(database)
    check_version(version)
    if any(list_migrations("postgresql", version)):
        with database.transaction():
            version = _read_version(database)  # another machine may have been faster
            for number, statements in list_migrations("postgresql", version):
                for statement in statements:
                    database.execute(statement)
                database.execute("UPDATE schema_version SET version = ?", (number,))


def _read_version(database: ServerDatabase) -> int:
    """Return the version of the schema; 0 = there are no tables yet."""
    # Not to_regclass: within a transaction it may not see what another one has just created.
    query = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
    if database.execute(query, ("schema_version",)).fetchone() is None:
        return 0
    row = database.execute("SELECT version FROM schema_version").fetchone()
    return row[0] if row else 0
