"""Keep what runs without files have given to their feeds, so that the next run goes on there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from json import dumps, loads
from typing import Any, NamedTuple

from f2scrapy.archive.database import Database
from f2scrapy.archive.facts import format_now

COMPLETE = 0  # in place of a command: the rows of lists that some command has read to their end
_AT_ONCE = 100  # rows in a statement


class Reading(NamedTuple):
    """How far a command has read a list."""

    page: dict[str, Any] | None  # the last page with all its rows given; None = begin at the top
    newest: list[str]  # keys of the newest rows, for the next update
    finished: bool


class Readings:
    """Lists that are being read without files, by command, and the rows that were given.

    A command is the number of a spider with its arguments and feeds, a list that of its source and
    filter, a key that of a row: 64 bits of a hash each.
    """

    _db: Database

    def get_readings(self, command: int) -> dict[str, Reading]:
        """Return the lists of an unfinished round of a command, by source."""
        query = "SELECT source, page, newest, finished FROM readings WHERE command = ?"
        return {
            source: Reading(loads(page), loads(newest), bool(finished))
            for source, page, newest, finished in self._db.execute(query, (command,))
        }

    def save_reading(self, command: int, source: str, reading: Reading) -> None:
        """Record how far a command has read a list."""
        self._db.execute(
            "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (command, source) DO UPDATE"
            " SET page = excluded.page, newest = excluded.newest, finished = excluded.finished,"
            " since = excluded.since",
            (
                *(command, source, dumps(reading.page), dumps(reading.newest)),
                *(int(reading.finished), format_now()),
            ),
        )

    def end_round(self, command: int) -> None:
        """Record that a command has read all its lists: it begins at the top the next time."""
        self._db.execute("DELETE FROM readings WHERE command = ?", (command,))

    def add_given(self, command: int, rows: Sequence[tuple[int, int]]) -> None:
        """Record rows that were given, or left out on purpose: each is a list and a key."""
        for some in (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)):
            marks = ", ".join(["(?, ?, ?)"] * len(some))
            values = [value for list_number, key in some for value in (list_number, key, command)]
            self._db.execute(f"INSERT INTO given VALUES {marks} ON CONFLICT DO NOTHING", values)

    def iter_given(self, list_number: int, command: int | None = None) -> Iterator[int]:
        """Yield the rows of a list that a command has given; None = any command."""
        query, values = "SELECT key FROM given WHERE list = ?", [list_number]
        if command is not None:
            query, values = f"{query} AND command = ?", [list_number, command]
        for (key,) in self._db.execute(query, values):
            yield key

    def count_given(self, list_number: int, command: int) -> int:
        """Return the number of rows of a list that a command has given."""
        query = "SELECT count(*) FROM given WHERE list = ? AND command = ?"
        (count,) = self._db.execute(query, (list_number, command)).fetchone()
        return int(count)

    def forget_given(self, command: int, lists: Iterable[int]) -> None:
        """Forget the rows of an unfinished round: they are given again."""
        for number in lists:
            self._db.execute("DELETE FROM given WHERE list = ? AND command = ?", (number, command))

    def complete_given(self, command: int, list_number: int) -> None:
        """Record the rows of a finished list as given by any command, to be told from new ones."""
        both = (list_number, command)
        self._db.execute(
            f"INSERT INTO given SELECT list, key, {COMPLETE} FROM given"
            " WHERE list = ? AND command = ? ON CONFLICT DO NOTHING",
            both,
        )
        self._db.execute("DELETE FROM given WHERE list = ? AND command = ?", both)
