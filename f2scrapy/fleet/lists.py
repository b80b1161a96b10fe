"""Keep the lists of a fleet in the archive's database: what to run, how it went, when it is due."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from f2scrapy.archive.database import Database
from f2scrapy.errors import InputError

_COLUMNS = (
    "id, spider, target, words, every_s, priority, state, due_at, failures, outcome, summary,"
    " runs, ran_at, worker"
)


class FleetList(NamedTuple):
    """One list: a spider with one link, its arguments and options. Times are aware UTC."""

    id: str
    spider: str
    target: str  # the link; "" = the spider needs none
    words: tuple[str, ...]  # of `scrapy crawl`: -a and -s with their values
    every: timedelta | None  # None = once
    priority: int  # a larger one runs first
    state: str = "active"  # active, paused, running, ended
    due_at: datetime | None = None
    failures: int = 0  # in a row
    outcome: str = ""  # of the last run; "" = there was none
    summary: str = ""
    runs: int = 0
    ran_at: datetime | None = None
    worker: str = ""  # of the present or the last run

    @property
    def platform(self) -> str:
        return self.spider.partition("_")[0]


def make_id(spider: str, target: str, words: Sequence[str]) -> str:
    """Return the id of a list, the same for the same work."""
    text = json.dumps([spider, target, *words])
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


class FleetLists:
    """The table `fleet_lists`. Any method raises an OSError if the database refuses."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, one: FleetList, now: datetime) -> bool:
        """Add a list, or change its period and priority; return whether it is new."""
        known = self._db.execute("SELECT 1 FROM fleet_lists WHERE id = ?", (one.id,)).fetchone()
        self._db.execute(
            "INSERT INTO fleet_lists (id, spider, target, words, every_s, priority, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " every_s = excluded.every_s, priority = excluded.priority",
            (
                *(one.id, one.spider, one.target, json.dumps(one.words)),
                *(int(one.every.total_seconds()) if one.every else 0, one.priority, _text(now)),
            ),
        )
        return known is None

    def get(self, list_id: str) -> FleetList | None:
        """Return a list; None = it was removed."""
        query = f"SELECT {_COLUMNS} FROM fleet_lists WHERE id = ?"  # noqa: S608
        row = self._db.execute(query, (list_id,)).fetchone()
        return _read(row) if row else None

    def find(self, names: Iterable[str]) -> list[FleetList]:
        """Return the lists with these ids or links; all of them without names.

        Raises:
            InputError: a name is that of no list.
        """
        names = list(names)
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM fleet_lists ORDER BY due_at, id")  # noqa: S608
        every = [_read(row) for row in rows]
        if not names:
            return every
        found = []
        for name in names:
            matches = [one for one in every if name in (one.id, one.target)]
            if not matches:
                raise InputError(f"{name}: no list has this id or link; see `fleet status --lists`")
            found += matches
        return found

    def find_lost(self, now: datetime) -> list[FleetList]:
        """Return lists that are due, and not in the queue: at most 100, the oldest first.

        A break of the connection, or a kill, has come between the two.
        """
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM fleet_lists"  # noqa: S608
            " WHERE state IN ('active', 'running') AND due_at < ? AND NOT EXISTS ("
            "SELECT 1 FROM procrastinate_jobs AS job WHERE job.lock = fleet_lists.id"
            " AND job.status IN ('todo', 'doing')) ORDER BY due_at LIMIT 100",
            (_text(now),),
        )
        return [_read(row) for row in rows]

    def set_state(self, list_id: str, state: str) -> None:
        """Record the state of a list."""
        self._db.execute("UPDATE fleet_lists SET state = ? WHERE id = ?", (state, list_id))

    def start(self, list_id: str, worker: str, now: datetime) -> None:
        """Record that a worker runs a list."""
        self._db.execute(
            "UPDATE fleet_lists SET state = 'running', worker = ?, ran_at = ?, runs = runs + 1"
            " WHERE id = ? AND state <> 'paused'",
            (worker, _text(now), list_id),
        )

    def finish(
        self, list_id: str, report: dict[str, Any], failures: int, due_at: datetime | None
    ) -> None:
        """Record a run and when the list runs again, None = never; a paused list stays paused."""
        state = "active" if due_at else "ended"
        self._db.execute(
            "UPDATE fleet_lists SET state = CASE WHEN state = 'paused' THEN state ELSE ? END,"
            " outcome = ?, summary = ?, report = ?, failures = ?, due_at = ? WHERE id = ?",
            (
                *(state, str(report.get("outcome", "")), str(report.get("summary", ""))),
                *(json.dumps(report, ensure_ascii=False), failures, _text(due_at), list_id),
            ),
        )

    def postpone(self, list_id: str, due_at: datetime) -> None:
        """Record that a list was not begun, and is due later."""
        self._db.execute(
            "UPDATE fleet_lists SET due_at = ?,"
            " state = CASE WHEN state = 'running' THEN 'active' ELSE state END WHERE id = ?",
            (_text(due_at), list_id),
        )

    def get_report(self, list_id: str) -> dict[str, Any]:
        """Return the report of a list's last run; {} = there was none."""
        query = "SELECT report FROM fleet_lists WHERE id = ?"
        row = self._db.execute(query, (list_id,)).fetchone()
        report: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
        return report

    def remove(self, list_id: str) -> None:
        """Forget a list; its files and rows stay."""
        self._db.execute("DELETE FROM fleet_lists WHERE id = ?", (list_id,))

    def count(self, now: datetime) -> dict[str, Counter[str]]:
        """Return the numbers of lists by state and by last outcome; "due" are active ones."""
        rows = self._db.execute(
            "SELECT state, outcome, count(*), sum(CASE WHEN state = 'active' AND due_at <= ?"
            " THEN 1 ELSE 0 END) FROM fleet_lists GROUP BY state, outcome",
            (_text(now),),
        )
        states, outcomes = Counter[str](), Counter[str]()
        for state, outcome, count, due in rows:
            states += Counter({state: count, "due": int(due)})
            outcomes[outcome or "not run"] += count
        return {"state": states, "outcome": outcomes}


def _read(row: Sequence[Any]) -> FleetList:
    found: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    every_s = found.pop("every_s")
    found["every"] = timedelta(seconds=every_s) if every_s else None
    found["words"] = tuple(json.loads(found["words"]))
    for name in ("due_at", "ran_at"):
        found[name] = _time(found[name])
    return FleetList(**found)


def _text(time: datetime | None) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds") if time else ""


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
