"""Records: what the archive knows of users, works, their files and lists; nothing on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from json import dumps, loads
from typing import NamedTuple

from pydantic import TypeAdapter

from f2scrapy.archive.schema import Database
from f2scrapy.errors import Outcome
from f2scrapy.model.media import File, Rendition

_OFFERED: TypeAdapter[Sequence[Rendition]] = TypeAdapter(Sequence[Rendition])


class Nickname(NamedTuple):
    """A name a user had, and when it was seen."""

    nickname: str
    first_seen: datetime
    last_seen: datetime


class Records:
    """What was written down in the database `db`, which has the archive's tables.

    Every method is a transaction of its own, or part of the one that is open.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def close(self) -> None:
        """Let go of the file; what was returned from is kept without this, too."""
        self._db.close()

    # Users

    def saw_user(self, platform: str, sec_user_id: str, nickname: str) -> None:
        """This user bears this name now."""
        self._db.execute(
            "INSERT INTO nicknames VALUES (?, ?, ?, ?4, ?4)"
            " ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen",
            (platform, sec_user_id, nickname, _now()),
        )

    def nicknames(self, platform: str, sec_user_id: str) -> list[Nickname]:
        """All names the user was seen with, the oldest first."""
        rows = self._db.execute(
            "SELECT nickname, first_seen, last_seen FROM nicknames"
            " WHERE platform = ? AND sec_user_id = ? ORDER BY first_seen, last_seen",
            (platform, sec_user_id),
        )
        return [
            Nickname(name, datetime.fromisoformat(first), datetime.fromisoformat(last))
            for name, first, last in rows
        ]

    # Works and their files

    def saw_work(self, key: str, state: Outcome = Outcome.OK) -> None:
        """This work was in an answer, in this state."""
        self._db.execute(
            "INSERT INTO works (key, state, last_seen) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE"
            " SET state = excluded.state, last_seen = excluded.last_seen",
            (key, state, _now()),
        )

    def state(self, key: str) -> Outcome:
        """In which state the work was seen last; OK where it never was."""
        row = self._db.execute("SELECT state FROM works WHERE key = ?", (key,)).fetchone()
        return Outcome(row[0]) if row else Outcome.OK

    def path(self, key: str) -> str | None:
        """Where this work's files lie, without suffix; None = it was never given a place."""
        row = self._db.execute("SELECT path FROM works WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def remember(self, key: str, file: File, offered: Sequence[Rendition] = ()) -> None:
        """This file of the work `key` is complete on disk; call it once the name is final.

        It takes the place of what was remembered of the same asset. `offered` are the renditions
        there were to choose from.

        Raises:
            ValueError: the file does not lie at the place of the work.
        """
        done = self._db.execute(
            "INSERT OR REPLACE INTO assets"
            " SELECT id, ?3, ?4, substr(?2, length(path) + 1), ?5, ?6, ?7"
            " FROM works WHERE key = ?1 AND substr(?2, 1, length(path)) = path",
            (
                *(key, file.path, file.asset, file.rendition, file.size),
                *(_without_urls(offered), _now()),
            ),
        )
        if not done.rowcount:
            raise ValueError(f"{file.path} does not lie at the place of {key}")

    def held(self, key: str) -> dict[str, File]:
        """The files of this work that were fetched, by asset."""
        rows = self._db.execute(
            "SELECT asset, path || suffix, size, rendition FROM assets"
            " JOIN works ON works.id = assets.work WHERE key = ?",
            (key,),
        )
        return {
            asset: File(asset=asset, path=path, size=size, rendition=rendition)
            for asset, path, size, rendition in rows
        }

    def taken(self, key: str) -> dict[str, Rendition]:
        """What is known of the renditions that were fetched, by asset; without addresses."""
        rows = self._db.execute(
            "SELECT asset, rendition, offered FROM assets"
            " JOIN works ON works.id = assets.work WHERE key = ?",
            (key,),
        )
        return {
            asset: one
            for asset, rendition, offered in rows
            for one in (Rendition(urls=(), **fields) for fields in loads(offered))
            if one.key == rendition
        }

    # Lists: one is named by platform, mode, target and scope, such as "douyin:post:MS4w…"

    def frontier(self, list_id: str) -> frozenset[str]:
        """Keys of the newest works of the last complete run; empty = there was none."""
        query = "SELECT frontier FROM lists WHERE id = ?"
        row = self._db.execute(query, (list_id,)).fetchone()
        return frozenset(loads(row[0])) if row else frozenset()

    def finish_list(self, list_id: str, frontier: Iterable[str]) -> None:
        """A run saw this list to its end, or to the frontier; these are its newest works now."""
        self._db.execute(
            "INSERT OR REPLACE INTO lists (id, frontier, finished_at) VALUES (?, ?, ?)",
            (list_id, dumps(sorted(frontier)), _now()),
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _without_urls(offered: Sequence[Rendition]) -> str:
    # Addresses are signed and lapse within hours.
    return _OFFERED.dump_json(offered, exclude={"__all__": {"urls"}}).decode()
