"""Archive: what was fetched, where it lies and whose it is; one SQLite file.

Every method is one transaction and done when it returns: in WAL mode with synchronous=NORMAL a
commit reaches the operating system at once, so kill -9 loses nothing that was returned. A power
failure may undo the last transactions, never half of one; what they told is then found out again
from the disk and the platform. Nothing is kept in memory for later.

What the disk refuses is an OSError of any of them.

Paths are relative to the root, with forward slashes, so that a tree can be moved with its archive.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from json import dumps, loads
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter
from scrapy import signals
from scrapy.crawler import Crawler

from f2scrapy.config import archive_path
from f2scrapy.errors import InputError, Outcome
from f2scrapy.item import File, Rendition
from f2scrapy.naming import distinct, fold, safe
from f2scrapy.schema import open_database

_OFFERED: TypeAdapter[Sequence[Rendition]] = TypeAdapter(Sequence[Rendition])


class Folder(NamedTuple):
    """Where the files of one user's list lie."""

    path: str
    renamed_from: str | None  # the path until now; None = it was this already


class Nickname(NamedTuple):
    """A name a user had, and when it was seen."""

    nickname: str
    first_seen: datetime
    last_seen: datetime


class Archive:
    """The archive in the SQLite file `path`, about the files below `root`.

    Opening it makes the file where there is none, and finishes renames that were interrupted.

    Raises:
        InputError: the file cannot be used, or comes from a newer f2scrapy.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self._db = open_database(path.expanduser())
        try:
            self._settle()
        except OSError as error:
            self.close()
            if error.filename is None:
                again = "put a copy back; or move it away, and files that are there are taken up"
                raise InputError(f"F2_ARCHIVE={path}: {error.strerror}; {again}") from error
            why = f"{error.filename} cannot be renamed ({error.strerror})"
            raise InputError(f"F2_PATH: {why}; rename it by hand, then run again") from error

    @classmethod
    def of(cls, crawler: Crawler) -> Archive:
        """The one archive all parts of this crawl share; open until the engine has stopped."""
        if crawler not in _SHARED:
            root = Path(crawler.settings["F2_PATH"])
            archive = cls(archive_path(crawler.settings), root)
            crawler.signals.connect(archive.close, signals.engine_stopped)
            _SHARED[crawler] = archive
        return _SHARED[crawler]

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

    # Folders

    def folder(self, platform: str, mode: str, sec_user_id: str, nickname: str) -> Folder:
        """The folder of this user's list, named after the user; renamed where the nickname changed.

        It is the user's alone: who has the same nickname, whatever its case, gets another one.
        An empty nickname means that it is not known; then the folder keeps its name.

        Raises:
            OSError: it cannot be renamed on disk; the next call, or run, tries again.
        """
        self._settle()
        owner = (platform, mode, sec_user_id)
        with self._writing():
            row = self._db.execute(
                "SELECT path, nickname FROM folders"
                " WHERE platform = ? AND mode = ? AND sec_user_id = ?",
                owner,
            ).fetchone()
            if row is None:
                return Folder(self._make_folder(owner, nickname), None)
            old, known_as = row
            if nickname in {"", known_as}:
                return Folder(old, None)
            new = self._rename_folder(owner, nickname, old)
        self._settle()
        return Folder(new, None if new == old else old)

    def _make_folder(self, owner: tuple[str, str, str], nickname: str) -> str:
        for path in _folder_paths(owner, nickname):
            made = self._db.execute(
                "INSERT INTO folders VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (*owner, nickname, path, fold(path)),
            )
            if made.rowcount:
                return path
        raise AssertionError("there is always another path")

    def _rename_folder(self, owner: tuple[str, str, str], nickname: str, old: str) -> str:
        for new in _folder_paths(owner, nickname):
            if not self._is_vacant(old, new):
                continue
            moved = self._db.execute(
                "UPDATE OR IGNORE folders SET nickname = ?, path = ?, fold = ?"
                " WHERE platform = ? AND mode = ? AND sec_user_id = ?",
                (nickname, new, fold(new), *owner),
            )
            if moved.rowcount:
                self._move_below(old, new)
                return new
        raise AssertionError("there is always another path")

    def _move_below(self, old: str, new: str) -> None:
        if new == old:
            return
        self._db.execute(
            "UPDATE works SET path = ?2 || substr(path, length(?1) + 1),"
            " fold = fold(?2 || substr(path, length(?1) + 1))"
            " WHERE substr(path, 1, length(?1) + 1) = ?1 || '/'",
            (old, new),
        )
        self._plan(old, new)

    # Names

    def path(self, key: str) -> str | None:
        """Where this work's files lie, without suffix; None = it was never given a place."""
        row = self._db.execute("SELECT path FROM works WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def claim(self, key: str, paths: Iterable[str]) -> str:
        """The place of this work: the one it has, or the first of `paths` no other work has.

        Two paths that differ in case only are one. A work keeps its place for good, whatever its
        title or the template become; only `rename` changes it.
        """
        with self._writing():
            self.saw_work(key)
            return self.path(key) or self._take(key, paths)

    def rename(self, key: str, paths: Iterable[str]) -> str:
        """Move this work's files to the first of `paths` that is free, also on disk.

        Raises:
            OSError: a file cannot be renamed; the next run tries again.
        """
        with self._writing():
            old = self.path(key)
            assert old is not None, f"{key} has no place yet"
            tails = [file.path[len(old) :] for file in self.held(key).values()]
            vacant = (
                new
                for new in paths
                if new == old or all(self._is_vacant(old + tail, new + tail) for tail in tails)
            )
            new = self._take(key, vacant)
            for tail in tails if new != old else ():
                self._plan(old + tail, new + tail)
        self._settle()
        return new

    def _take(self, key: str, paths: Iterable[str]) -> str:
        for path in paths:
            taken = self._db.execute(
                "UPDATE OR IGNORE works SET path = ?, fold = ? WHERE key = ?",
                (path, fold(path), key),
            )
            if taken.rowcount:
                return path
        raise ValueError(f"{key}: no path was free")

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

    # Disk

    def locate(self, path: str) -> Path:
        """The absolute place of `path`.

        Raises:
            PermissionError: it is not below the root: by "..", or by a symbolic link on the way.
        """
        place = self.root / path
        if not place.parent.resolve().is_relative_to(self.root):
            raise PermissionError(errno.EPERM, "this leads out of F2_PATH", str(place))
        return place

    def on_disk(self, file: File) -> bool:
        """Whether this file lies where it says, with the size it says."""
        place = self.root / file.path
        return place.is_file() and place.stat().st_size == file.size

    def _is_vacant(self, old: str, new: str) -> bool:
        source, target = self.locate(old), self.locate(new)
        if source.exists() and target.exists():
            return target.samefile(source)  # where case does not count
        return not os.path.lexists(target)

    def _plan(self, source: str, target: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO moves VALUES (?, ?)", (source, target))

    def _settle(self) -> None:
        """Do on disk what was planned; after kill -9 opening the archive does the rest."""
        for source, target in self._db.execute("SELECT source, target FROM moves").fetchall():
            _move(self.locate(source), self.locate(target))
            self._db.execute("DELETE FROM moves WHERE source = ?", (source,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            yield


_SHARED: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _without_urls(offered: Sequence[Rendition]) -> str:
    # Addresses are signed and lapse within hours.
    return _OFFERED.dump_json(offered, exclude={"__all__": {"urls"}}).decode()


def _folder_paths(owner: tuple[str, str, str], nickname: str) -> Iterator[str]:
    platform, mode, sec_user_id = owner
    for name in distinct(safe(nickname or sec_user_id), sec_user_id[-8:]):
        yield f"{platform}/{mode}/{name}"


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # moved already, or removed by its owner
        source.rename(target)
    left = source.parent
    if left != target.parent and left.is_dir() and not any(left.iterdir()):
        left.rmdir()
