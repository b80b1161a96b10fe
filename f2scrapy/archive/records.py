"""Read and write the archive's rows of users, works, files and lists; no files are touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from f2scrapy.archive.schema import Database
from f2scrapy.errors import Outcome
from f2scrapy.model.media import File, Rendition

_OFFERED: TypeAdapter[Sequence[Rendition]] = TypeAdapter(Sequence[Rendition])


# Columns of a work's facts: the attributes of its item that they come from, the first one counts.
FACTS = {
    "title": ("desc", "title"),
    "created_at": ("create_time",),
    "sec_user_id": ("sec_user_id",),
    "nickname": ("nickname",),
    **{name: (name,) for name in ("digg_count", "comment_count", "share_count")},
    **{name: (name,) for name in ("collect_count", "play_count")},
}

# The state of a work that is available, and has no file of the kinds that were wanted.
NOTHING_WANTED = Outcome.EMPTY_TRUE


class Nickname(NamedTuple):
    """A name of a user, with the times of its first and last appearance."""

    nickname: str
    first_seen: datetime
    last_seen: datetime


class Records:
    """The rows of the database `db`, which has the archive's tables.

    Every method is a transaction of its own, or part of the open one.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def database(self) -> Database:
        """The database, for other tables in it."""
        return self._db

    def close(self) -> None:
        """Close the database file; calls that have returned are on disk without it, too."""
        self._db.close()

    # Users

    def update_user(self, platform: str, sec_user_id: str, nickname: str) -> None:
        """Record that this user has this nickname now."""
        self._db.execute(
            "INSERT INTO nicknames VALUES (?, ?, ?, ?4, ?4)"
            " ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen",
            (platform, sec_user_id, nickname, _now()),
        )

    def add_nickname(self, platform: str, sec_user_id: str, nickname: str) -> None:
        """Record that the folder of this user had this nickname, if it is not known yet."""
        self._db.execute(
            "INSERT OR IGNORE INTO nicknames VALUES (?, ?, ?, ?4, ?4)",
            (platform, sec_user_id, nickname, _now()),
        )

    def get_nicknames(self, platform: str, sec_user_id: str) -> list[Nickname]:
        """Return all known nicknames of the user, the oldest first."""
        rows = self._db.execute(
            "SELECT nickname, first_seen, last_seen FROM nicknames"
            " WHERE platform = ? AND sec_user_id = ? ORDER BY first_seen, last_seen",
            (platform, sec_user_id),
        )
        return [
            Nickname(name, datetime.fromisoformat(first), datetime.fromisoformat(last))
            for name, first, last in rows
        ]

    def find_folder_owner(self, path: str) -> tuple[str, str, str] | None:
        """Return platform, mode and sec_user_id of a folder; None = it is not of the archive."""
        query = "SELECT platform, mode, sec_user_id FROM folders WHERE fold = fold(?)"
        row = self._db.execute(query, (path,)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    # Works and their files

    def update_work(self, key: str, state: Outcome = Outcome.OK) -> None:
        """Record that an answer contained this work, in this state."""
        self._db.execute(
            "INSERT INTO works (key, state, last_seen) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE"
            " SET state = excluded.state, last_seen = excluded.last_seen",
            (key, state, _now()),
        )

    def get_state(self, key: str) -> Outcome:
        """Return the last known state of the work; OK for an unknown work."""
        row = self._db.execute("SELECT state FROM works WHERE key = ?", (key,)).fetchone()
        return Outcome(row[0]) if row else Outcome.OK

    def get_path(self, key: str) -> str | None:
        """Return the path of this work's files, without suffix; None = none is reserved."""
        row = self._db.execute("SELECT path FROM works WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def add_file(self, key: str, file: File, offered: Sequence[Rendition] = ()) -> None:
        """Add a file of the work `key` that is complete on disk under its final name.

        It replaces the earlier file of the same asset. `offered` are all renditions that the
        platform offered.

        Raises:
            ValueError: the file is not at the path of the work.
        """
        added = self._db.execute(
            "INSERT OR REPLACE INTO assets"
            " SELECT id, ?3, ?4, substr(?2, length(path) + 1), ?5, ?6, ?7"
            " FROM works WHERE key = ?1 AND substr(?2, 1, length(path)) = path",
            (
                *(key, file.path, file.asset, file.rendition, file.size),
                *(_dump_without_urls(offered), _now()),
            ),
        )
        if not added.rowcount:
            raise ValueError(f"{file.path} is not at the path of {key}")

    def get_files(self, key: str) -> dict[str, File]:
        """Return the fetched files of this work, by asset."""
        rows = self._db.execute(
            "SELECT asset, path || suffix, size, rendition FROM assets"
            " JOIN works ON works.id = assets.work WHERE key = ?",
            (key,),
        )
        return {
            asset: File(asset=asset, path=path, size=size, rendition=rendition)
            for asset, path, size, rendition in rows
        }

    def iter_files(self, path: str) -> Iterator[tuple[str, File]]:
        """Yield the fetched files of all works below a folder, with the keys of their works."""
        rows = self._db.execute(
            "SELECT key, asset, path || suffix, size, rendition FROM works"
            " JOIN assets ON works.id = assets.work"
            " WHERE fold > fold(?1) || '/' AND fold < fold(?1) || '0'",
            (path,),
        )
        for key, asset, name, size, rendition in rows:
            yield key, File.model_construct(asset=asset, path=name, size=size, rendition=rendition)

    def iter_all_files(self) -> Iterator[tuple[str, File]]:
        """Yield all fetched files, with the keys of their works, in the order of their paths."""
        rows = self._db.execute(
            "SELECT key, asset, path || suffix, size, rendition FROM works"
            " JOIN assets ON works.id = assets.work ORDER BY path, suffix"
        )
        for key, asset, name, size, rendition in rows:
            yield key, File.model_construct(asset=asset, path=name, size=size, rendition=rendition)

    def get_renditions(self, key: str) -> dict[str, Rendition]:
        """Return the renditions of the fetched files, by asset, without their URLs."""
        rows = self._db.execute(
            "SELECT asset, rendition, offered FROM assets"
            " JOIN works ON works.id = assets.work WHERE key = ?",
            (key,),
        )
        return {
            asset: candidate
            for asset, key_of_file, offered in rows
            for candidate in (Rendition(urls=(), **fields) for fields in loads(offered))
            if candidate.key == key_of_file
        }

    def store_facts(self, key: str, item: Any, ignore_fields: Collection[str] = ()) -> None:
        """Store what the work `key` is: text, time, author and counts, from its item.

        Earlier facts are replaced, except for columns of FACTS in `ignore_fields` and values that
        this item does not have. A work that the archive does not know is not stored.
        """
        facts = {name: _find_fact(item, paths) for name, paths in FACTS.items()}
        facts = {name: None if name in ignore_fields else value for name, value in facts.items()}
        columns = ", ".join(FACTS)
        marks = ", ".join(f"?{number}" for number in range(2, len(FACTS) + 2))
        kept = ", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in FACTS)
        self._db.execute(
            f"INSERT INTO facts (work, {columns}, seen_at)"  # noqa: S608 - names of our own
            f" SELECT id, {marks}, ?{len(FACTS) + 2} FROM works WHERE key = ?1"
            f" ON CONFLICT (work) DO UPDATE SET {kept}, seen_at = excluded.seen_at",
            (key, *facts.values(), _now()),
        )

    def get_facts(self, key: str) -> dict[str, Any]:
        """Return the stored facts of a work by column, times as aware UTC; {} = there are none."""
        columns = (*FACTS, "seen_at")
        query = f"SELECT {', '.join(columns)} FROM facts JOIN works ON works.id = work"  # noqa: S608
        row = self._db.execute(f"{query} WHERE key = ?", (key,)).fetchone()
        facts = dict(zip(columns, row, strict=True)) if row else {}
        times = {n: datetime.fromisoformat(v) for n, v in facts.items() if v and n.endswith("_at")}
        return facts | times

    def get_silent(self, key: str) -> dict[str, frozenset[str]]:
        """Return the renditions that turned out to have no sound, by asset, see `Rendition.key`."""
        rows = self._db.execute(
            "SELECT asset, offered FROM assets JOIN works ON works.id = assets.work WHERE key = ?",
            (key,),
        )
        return {
            asset: frozenset(
                Rendition(urls=(), **fields).key
                for fields in loads(offered)
                if fields.get("is_silent")
            )
            for asset, offered in rows
        }

    # Lists; an id has platform, mode, target and scope, such as "douyin:post:MS4w…"

    def get_known_keys(self, list_id: str) -> Set[str]:
        """Return the keys of the newest works of the last complete run, in the list's order.

        Empty = there was no such run.
        """
        query = "SELECT frontier FROM lists WHERE id = ?"
        row = self._db.execute(query, (list_id,)).fetchone()
        return dict.fromkeys(loads(row[0]) if row else ()).keys()

    def finish_list(self, list_id: str, frontier: Iterable[str]) -> None:
        """Record a run that reached the list's end or known works, with its newest works' keys."""
        self._db.execute(
            "INSERT OR REPLACE INTO lists (id, frontier, finished_at) VALUES (?, ?, ?)",
            (list_id, dumps(list(frontier)), _now()),
        )

    def list_ids(self) -> list[str]:
        """Return the ids of all lists that a run has finished."""
        return [row[0] for row in self._db.execute("SELECT id FROM lists ORDER BY id")]

    def get_finish_time(self, list_id: str) -> datetime | None:
        """Return when a run last finished this list (aware, UTC); None = never."""
        query = "SELECT finished_at FROM lists WHERE id = ?"
        row = self._db.execute(query, (list_id,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def add_unfinished(self, list_id: str, *, refused: bool) -> None:
        """Record that a run ended before it had read this list, or was refused in it."""
        self._db.execute(
            "INSERT OR REPLACE INTO unfinished VALUES (?, ?, ?)", (list_id, refused, _now())
        )

    def remove_unfinished(self, list_id: str) -> None:
        """Record that a run has read this list to its end."""
        self._db.execute("DELETE FROM unfinished WHERE id = ?", (list_id,))

    def get_unfinished(self) -> dict[str, bool]:
        """Return the lists that no later run has finished, and whether they were refused."""
        rows = self._db.execute("SELECT id, refused FROM unfinished ORDER BY since, id")
        return {list_id: bool(refused) for list_id, refused in rows}


def _find_fact(item: Any, attributes: Iterable[str]) -> str | int | None:
    values = (getattr(item, name, None) for name in attributes)
    value = next((value for value in values if value not in (None, "")), None)
    return value.isoformat() if isinstance(value, datetime) else value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _dump_without_urls(offered: Sequence[Rendition]) -> str:
    # URLs are signed and expire within hours.
    return _OFFERED.dump_json(offered, exclude={"__all__": {"urls"}}).decode()
