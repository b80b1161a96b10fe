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
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from f2scrapy.archive.naming import distinct, fold, safe
from f2scrapy.archive.records import Records
from f2scrapy.archive.schema import open_database
from f2scrapy.errors import InputError
from f2scrapy.model.media import File, Rendition

logger = logging.getLogger(__name__)


class Folder(NamedTuple):
    """Where the files of one user's list lie."""

    path: str
    renamed_from: str | None  # the path until now; None = it was this already


class Archive(Records):
    """The archive in the SQLite file `path`, about the files below `root`.

    Opening it makes the file where there is none, and finishes renames that were interrupted.

    Raises:
        InputError: the file cannot be used, or comes from a newer f2scrapy.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.root = root.expanduser().resolve()
        super().__init__(open_database(path.expanduser()))
        try:
            self._settle()
        except OSError as error:
            self.close()
            if error.filename is None:
                again = "put a copy back; or move it away, and files that are there are taken up"
                raise InputError(f"F2_ARCHIVE={path}: {error.strerror}; {again}") from error
            why = f"{error.filename} cannot be renamed ({error.strerror})"
            raise InputError(f"F2_PATH: {why}; rename it by hand, then run again") from error

    # Folders

    def folder(self, platform: str, mode: str, sec_user_id: str, nickname: str) -> Folder:
        """The folder of this user's list, named after the user; renamed where the nickname changed.

        It is the user's alone: who has the same nickname, whatever its case, gets another one.
        An empty nickname means that it is not known; then the folder keeps its name.

        Raises:
            OSError: it cannot be renamed on disk; the next call, or run, tries again.
        """
        owner = (platform, mode, sec_user_id)
        with self._writing():
            self._move_planned()
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
            if not self._is_vacant(old, new) or self._is_promised(old, new):
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
            self._move_planned()
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

    # Files

    def keep(self, key: str, place: str, files: Iterable[tuple[File, Sequence[Rendition]]]) -> None:
        """Remember those of these files of the work `key` that are on disk, and are news.

        They are as if the work lay at `place` still. Where another run has moved it since, each
        file is where it lies now, or follows.

        Raises:
            ValueError: a file does not lie at the place of the work.
            OSError: it cannot be moved.
        """
        with self._writing():
            self._move_planned()
            held = self.held(key)
            now = self.path(key) or place
            for file, offered in files:
                here = self._followed(file, place, now)
                if held.get(here.asset) != here and self.on_disk(here):
                    self.remember(key, here, offered)

    def _followed(self, file: File, place: str, now: str) -> File:
        if now == place or not file.path.startswith(place):
            return file
        here = file.model_copy(update={"path": now + file.path.removeprefix(place)})
        if self.on_disk(file):
            source, target = self.locate(file.path), self.locate(here.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
            self._tidy(source.parent)
        return here

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

    def _is_promised(self, old: str, new: str) -> bool:
        """Whether other works are to lie below `new`, though there may be nothing on disk yet."""
        below = "SELECT 1 FROM works WHERE fold > fold(?1) || '/' AND fold < fold(?1) || '0'"
        return fold(new) != fold(old) and bool(self._db.execute(below, (new,)).fetchone())

    def _plan(self, source: str, target: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO moves VALUES (?, ?)", (source, target))

    def _settle(self) -> None:
        """Do on disk what was planned; after kill -9 opening the archive does the rest."""
        with self._writing():
            self._move_planned()

    def _move_planned(self) -> None:
        """Within a transaction: two processes that move at once would undo each other's moves."""
        for source, target in self._db.execute("SELECT source, target FROM moves").fetchall():
            _move(self.locate(source), self.locate(target))
            self._tidy(self.locate(source).parent)
            self._db.execute("DELETE FROM moves WHERE source = ?", (source,))

    def _tidy(self, folder: Path) -> None:
        """Remove what is empty now."""
        with suppress(OSError):  # it is not empty, or another run has this moment removed it
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            yield


def _folder_paths(owner: tuple[str, str, str], nickname: str) -> Iterator[str]:
    platform, mode, sec_user_id = owner
    for name in distinct(safe(nickname or sec_user_id), sec_user_id[-8:]):
        yield f"{platform}/{mode}/{name}"


def _move(source: Path, target: Path) -> None:
    """Rename; a folder that has come in at the target meanwhile is joined, nothing replaced."""
    if not os.path.lexists(source):  # moved already, or removed by its owner
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(target) or target.samefile(source):  # where case does not count
        with suppress(FileNotFoundError):  # an unfinished file has just got its final name
            source.rename(target)
    elif source.is_dir() and target.is_dir():
        for inner in list(source.iterdir()):
            _move(inner, target / inner.name)
        with suppress(OSError):  # something of it stays
            source.rmdir()
    else:
        logger.warning("%s stays where it is: there is another %s", source, target)
