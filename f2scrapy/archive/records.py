"""Read and write the archive's rows of users, works, files and lists; no files are touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import islice
from json import dumps, loads
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from f2scrapy.archive.database import Database
from f2scrapy.archive.facts import FACTS, Facts, format_now
from f2scrapy.archive.naming import fold
from f2scrapy.errors import Outcome
from f2scrapy.model.archived import Archived
from f2scrapy.model.media import File, Rendition

_OFFERED: TypeAdapter[Sequence[Rendition]] = TypeAdapter(Sequence[Rendition])

_CHUNK = 500  # works in one statement; SQLite takes 32,766 values
_FILES = (
    "SELECT key, asset, path || suffix, size, rendition FROM works"
    " JOIN assets ON works.id = assets.work"
)
_REPLACE_ASSET = (
    "ON CONFLICT (work, asset) DO UPDATE SET rendition = excluded.rendition,"
    " suffix = excluded.suffix, size = excluded.size, offered = excluded.offered,"
    " fetched_at = excluded.fetched_at"
)
_READ_WORKS = (
    "WITH wanted(key) AS (VALUES {marks})"
    " SELECT wanted.key, folders.path, works.path, works.state, asset, suffix, size, rendition,"
    f" counted_at, {', '.join(f'works.{name}' for name in FACTS)} FROM wanted"
    " LEFT JOIN folders ON folders.fold = ? LEFT JOIN works ON works.key = wanted.key"
    " LEFT JOIN assets ON assets.work = works.id"
)
_RESERVE = (
    "INSERT INTO works (key, path, fold, state, last_seen,"
    f" {', '.join(FACTS)}, counted_at) SELECT ?, ?, ?, 'OK', ?{', ?' * len(FACTS)}, ?"
    " WHERE (NOT EXISTS (SELECT 1 FROM works WHERE fold = ? AND key <> ?)"
    " AND (? = '' OR EXISTS (SELECT 1 FROM folders WHERE fold = ?)))"
    " OR EXISTS (SELECT 1 FROM works WHERE key = ? AND path IS NOT NULL)"
    " ON CONFLICT (key) DO UPDATE SET state = 'OK', last_seen = excluded.last_seen,"
    " path = coalesce(works.path, excluded.path), fold = coalesce(works.fold, excluded.fold),"
    f" {', '.join(f'{name} = coalesce(excluded.{name}, works.{name})' for name in FACTS)},"
    " counted_at = coalesce(works.counted_at, excluded.counted_at) RETURNING path"
)

# The state of a work that is available, and has no file of the kinds that were wanted.
NOTHING_WANTED = Outcome.EMPTY_TRUE


class Nickname(NamedTuple):
    """A name of a user, with the times of its first and last appearance."""

    nickname: str
    first_seen: datetime
    last_seen: datetime


class Records(Facts):
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
            "INSERT INTO nicknames VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (platform, sec_user_id, nickname)"
            " DO UPDATE SET last_seen = excluded.last_seen",
            (platform, sec_user_id, nickname, *[format_now()] * 2),
        )

    def add_nickname(self, platform: str, sec_user_id: str, nickname: str) -> None:
        """Record that the folder of this user had this nickname, if it is not known yet."""
        self._db.execute(
            "INSERT INTO nicknames VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (platform, sec_user_id, nickname, *[format_now()] * 2),
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
        query = "SELECT platform, mode, sec_user_id FROM folders WHERE fold = ?"
        row = self._db.execute(query, (fold(path),)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    # Works and their files

    def update_work(self, key: str, state: Outcome = Outcome.OK) -> None:
        """Record that an answer contained this work, in this state."""
        self._db.execute(
            "INSERT INTO works (key, state, last_seen) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE"
            " SET state = excluded.state, last_seen = excluded.last_seen",
            (key, state.value, format_now()),
        )

    def get_state(self, key: str) -> Outcome:
        """Return the last known state of the work; OK for an unknown work."""
        row = self._db.execute("SELECT state FROM works WHERE key = ?", (key,)).fetchone()
        return Outcome(row[0]) if row else Outcome.OK

    def get_path(self, key: str) -> str | None:
        """Return the path of this work's files, without suffix; None = none is reserved."""
        row = self._db.execute("SELECT path FROM works WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def read_works(self, keys: Sequence[str], folder: str = "") -> dict[str, Archived]:
        """Return what the archive knows of works, a few dozen at most, by their keys.

        In `has_folder`, it says whether `folder` is there.
        """
        query = _READ_WORKS.format(marks=", ".join(["(?)"] * len(keys)))
        works: dict[str, Archived] = {}
        files: dict[str, dict[str, File]] = {key: {} for key in keys}
        for row in self._db.execute(query, (*keys, fold(folder))):
            key, current, path, state, asset, suffix, size, rendition, *facts = row
            if asset is not None:
                files[key][asset] = File.model_construct(
                    asset=asset, path=f"{path}{suffix}", size=size, rendition=rendition
                )
            works[key] = Archived(
                path,
                Outcome.OK if state is None else Outcome(state),
                files[key],
                {} if state is None else dict(zip(("counted_at", *FACTS), facts, strict=True)),
                bool(folder) and current == folder,
            )
        return works

    def reserve_new(
        self, key: str, path: str, facts: Mapping[str, Any], folder: str = ""
    ) -> str | None:
        """Reserve a path for a work that has none, if it is free, and `folder` a list's folder.

        Return the work's path; None = it has none still. A `folder` of "" is not looked up.
        """
        is_counted = any(fact is not None for fact in facts.values())
        row = self._db.execute(
            _RESERVE,
            (
                *(key, path, fold(path), format_now(), *facts.values()),
                *(format_now() if is_counted else None, fold(path), key),
                *(fold(folder), fold(folder), key),
            ),
        ).fetchone()
        return row[0] if row else None

    def add_file_at(self, key: str, path: str, file: File, offered: Sequence[Rendition]) -> bool:
        """Add a file if its work has this path, and no move is planned; return whether it has."""
        added = self._db.execute(
            "INSERT INTO assets SELECT id, ?, ?, ?, ?, ?, ? FROM works WHERE key = ? AND path = ?"
            f" AND NOT EXISTS (SELECT 1 FROM moves) {_REPLACE_ASSET}",
            (
                *(file.asset, file.rendition, file.path.removeprefix(path), file.size),
                *(_dump_without_urls(offered), format_now(), key, path),
            ),
        )
        return bool(added.rowcount)

    def add_file(self, key: str, file: File, offered: Sequence[Rendition] = ()) -> None:
        """Add a file of the work `key` that is complete on disk under its final name.

        It replaces the earlier file of the same asset. `offered` are all renditions that the
        platform offered.

        Raises:
            ValueError: the file is not at the path of the work.
        """
        added = self._db.execute(
            "INSERT INTO assets SELECT id, ?, ?, substr(?, length(path) + 1), ?, ?, ?"
            f" FROM works WHERE key = ? AND substr(?, 1, length(path)) = path {_REPLACE_ASSET}",
            (
                *(file.asset, file.rendition, file.path, file.size),
                *(_dump_without_urls(offered), format_now(), key, file.path),
            ),
        )
        if not added.rowcount:
            raise ValueError(f"{file.path} is not at the path of {key}")

    def set_suffix(self, key: str, asset: str, suffix: str) -> None:
        """Record that the file's path ends so behind the path of its work."""
        self._db.execute(
            "UPDATE assets SET suffix = ? WHERE asset = ? AND suffix <> ?"
            " AND work = (SELECT id FROM works WHERE key = ?)",
            (suffix, asset, suffix, key),
        )

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

    def iter_files_of(self, keys: Iterable[str]) -> Iterator[tuple[str, File]]:
        """Yield the fetched files of these works, with the keys of their works."""
        rest = iter(keys)
        while chunk := list(islice(rest, _CHUNK)):
            rows = self._db.execute(
                f"{_FILES} WHERE key IN ({', '.join('?' * len(chunk))}) ORDER BY works.id",
                chunk,
            )
            yield from map(_build_file, rows)

    def iter_files(self, path: str) -> Iterator[tuple[str, File]]:
        """Yield the fetched files of all works below a folder, with the keys of their works."""
        rows = self._db.execute(
            f"{_FILES} WHERE fold > ? AND fold < ?",
            find_bounds(path),
        )
        yield from map(_build_file, rows)

    def iter_all_files(self) -> Iterator[tuple[str, File]]:
        """Yield all fetched files, with the keys of their works, in the order of their paths."""
        rows = self._db.execute(f"{_FILES} ORDER BY path, suffix")
        yield from map(_build_file, rows)

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

    def begin_list(self, list_id: str) -> None:
        """Record that a run reads this list; nothing changes if one has finished it."""
        self._db.execute(
            "INSERT INTO lists (id, frontier, finished_at) VALUES (?, '[]', '') ON CONFLICT (id)"
            " DO NOTHING",
            (list_id,),
        )

    def finish_list(self, list_id: str, frontier: Iterable[str]) -> None:
        """Record a run that reached the list's end or known works, with its newest works' keys."""
        self._db.execute(
            "INSERT INTO lists (id, frontier, finished_at) VALUES (?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET frontier = excluded.frontier, finished_at = excluded.finished_at",
            (list_id, dumps(list(frontier)), format_now()),
        )

    def list_ids(self) -> list[str]:
        """Return the ids of all lists that a run has begun or finished."""
        return [row[0] for row in self._db.execute("SELECT id FROM lists ORDER BY id")]

    def get_finish_time(self, list_id: str) -> datetime | None:
        """Return when a run last finished this list (aware, UTC); None = never."""
        query = "SELECT finished_at FROM lists WHERE id = ? AND finished_at <> ''"
        row = self._db.execute(query, (list_id,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def add_unfinished(self, list_id: str, *, refused: bool) -> None:
        """Record that a run ended before it had read this list, or was refused in it."""
        self._db.execute(
            "INSERT INTO unfinished VALUES (?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET refused = excluded.refused, since = excluded.since",
            (list_id, int(refused), format_now()),
        )

    def remove_unfinished(self, list_id: str) -> None:
        """Record that a run has read this list to its end."""
        self._db.execute("DELETE FROM unfinished WHERE id = ?", (list_id,))

    def get_unfinished(self) -> dict[str, bool]:
        """Return the lists that no later run has finished, and whether they were refused."""
        rows = self._db.execute("SELECT id, refused FROM unfinished ORDER BY since, id")
        return {list_id: bool(refused) for list_id, refused in rows}


def _build_file(row: tuple[str, str, str, int, str]) -> tuple[str, File]:
    key, asset, path, size, rendition = row
    return key, File.model_construct(asset=asset, path=path, size=size, rendition=rendition)


def find_bounds(path: str) -> tuple[str, str]:
    """Return the texts between which the column `fold` of all paths below a folder is."""
    return f"{fold(path)}/", f"{fold(path)}0"


def _dump_without_urls(offered: Sequence[Rendition]) -> str:
    # URLs are signed and expire within hours.
    return _OFFERED.dump_json(offered, exclude={"__all__": {"urls"}}).decode()
