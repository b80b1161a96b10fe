"""Keep users, works, files and lists in one SQLite file, and move files when names change.

Every method is one transaction, complete when the method returns: in WAL mode with
synchronous=NORMAL a commit reaches the operating system at once, so kill -9 loses no returned
call. A power failure may undo the last transactions, never half of one; the next run reads their
facts from the disk and the platform again. No method holds data in memory for later.

Any method raises an OSError if the disk refuses.

Paths are relative to the root, with forward slashes, so that a tree can be moved with its archive.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from f2scrapy.archive.moves import UNFINISHED, move
from f2scrapy.archive.naming import (
    LIMITS,
    LONGEST_TAIL,
    Template,
    fold,
    iter_candidates,
    make_safe_name,
    shorten_name,
)
from f2scrapy.archive.places import Places
from f2scrapy.archive.readings import Readings
from f2scrapy.archive.schema import PATIENCE_S, RESTORE, is_locked, open_database
from f2scrapy.errors import InputError
from f2scrapy.model.media import File, Rendition

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")

_WINDOWS_PATH = 259  # characters of a whole path, unless the user allows more


class Folder(NamedTuple):
    """The folder of the files of one user's list."""

    path: str
    renamed_from: str | None  # the path before this call; None = unchanged


class Archive(Places, Readings):
    """The archive in the SQLite file `path`, for the files below `root`.

    The constructor creates the file if it is missing, and finishes interrupted renames. With
    `trusting`, archived files count as present without a look at the disk. Without `blocking`, no
    call waits for the lock of another program: make it by `run`; the constructor itself waits for
    `patience_s` seconds, None = PATIENCE_S, see `open_archive`.

    Raises:
        InputError: the file is not usable, or comes from a newer f2scrapy.
    """

    def __init__(
        self,
        path: Path,
        root: Path,
        *,
        trusting: bool = False,
        blocking: bool = True,
        patience_s: float | None = None,
    ) -> None:
        self.trusting = trusting
        self.doubtful: set[str] = set()  # new works whose path has files that may be of others
        self.is_stopping: Callable[[], bool] = lambda: False  # ends the waiting of `run`
        self.root = root.expanduser().resolve()
        super().__init__(open_database(path.expanduser(), blocking=blocking, patience_s=patience_s))
        try:
            self._apply_moves()
        except OSError as error:
            self.close()
            if error.filename is None:
                raise InputError(f"F2_ARCHIVE={path}: {error.strerror}; {RESTORE}") from error
            why = f"{error.filename} cannot be renamed ({error.strerror})"
            raise InputError(f"F2_PATH: {why}; rename it by hand, then run again") from error

    async def run(self, call: Callable[[], _Result]) -> _Result:
        """Return the result of a call of this archive, which may be made several times.

        While another program has locked the archive, other tasks go on; needs `blocking=False`.

        Raises:
            OSError: the archive is locked for longer than PATIENCE_S, or the program is stopping.
        """
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return call()
            except OSError as error:
                if not is_locked(error) or time.monotonic() > end or self.is_stopping():
                    raise
            await asyncio.sleep(random.uniform(0.1, 0.3))

    # Folders

    def reserve_folder(self, platform: str, mode: str, sec_user_id: str, nickname: str) -> Folder:
        """Reserve the folder of this user's list; rename it if the nickname has changed.

        Its name is the nickname. A second user with the same nickname, in any case, gets another
        folder. An empty nickname means that it is unknown; then the folder keeps its name.

        Raises:
            OSError: the disk refuses the rename; the next call, or run, tries again.
        """
        owner = (platform, mode, sec_user_id)
        with self._open_transaction():
            self._apply_moves_in_transaction()
            row = self._db.execute(
                "SELECT path, nickname FROM folders"
                " WHERE platform = ? AND mode = ? AND sec_user_id = ?",
                owner,
            ).fetchone()
            if row is None:
                return Folder(self._make_folder(owner, nickname), None)
            old, old_nickname = row
            if nickname in {"", old_nickname}:
                return Folder(old, None)
            self.add_nickname(platform, sec_user_id, old_nickname)
            new = self._rename_folder(owner, nickname, old)
        self._apply_moves()
        return Folder(new, None if new == old else old)

    def make_folder(self, platform: str, mode: str, sec_user_id: str, nickname: str) -> Path:
        """Return the absolute path of the folder of `reserve_folder`; create it on disk.

        Raises:
            OSError: the disk refuses.
        """
        path = self.locate(self.reserve_folder(platform, mode, sec_user_id, nickname).path)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def hold_folders(self) -> Iterator[None]:
        """Keep other runs from renaming folders and works within the block; it must be short."""
        with self._open_transaction():
            self._apply_moves_in_transaction()
            yield

    def _make_folder(self, owner: tuple[str, str, str], nickname: str) -> str:
        for path in self._iter_folder_paths(owner, nickname):
            made = self._db.execute(
                "INSERT INTO folders VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (*owner, nickname, path, fold(path)),
            )
            if made.rowcount:
                return path
        raise AssertionError("there is always another path")

    def _rename_folder(self, owner: tuple[str, str, str], nickname: str, old: str) -> str:
        for new in self._iter_folder_paths(owner, nickname):
            if not self._is_free(old, new) or self._is_reserved(old, new):
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

    def iter_former_folders(self, platform: str, mode: str, sec_user_id: str) -> Iterator[str]:
        """Yield paths that the folder of this user's list may have had, and no folder has now."""
        for known in self.get_nicknames(platform, sec_user_id):
            owner = (platform, mode, sec_user_id)
            for path in islice(self._iter_folder_paths(owner, known.nickname), 2):
                query = "SELECT 1 FROM folders WHERE fold = ?"
                if self._db.execute(query, (fold(path),)).fetchone() is None:
                    yield path

    def _iter_folder_paths(self, owner: tuple[str, str, str], nickname: str) -> Iterator[str]:
        platform, mode, sec_user_id = owner
        tag = sec_user_id[-8:]
        name = make_safe_name(nickname or sec_user_id)
        for one in iter_candidates(self.fit_name(f"{platform}/{mode}", name, tag), tag):
            yield f"{platform}/{mode}/{one}"

    def _move_below(self, old: str, new: str) -> None:
        if new == old:
            return
        self._db.execute(
            "UPDATE works SET path = ?2 || substr(path, length(?1) + 1),"
            " fold = fold(?2 || substr(path, length(?1) + 1))"
            " WHERE substr(path, 1, length(?1) + 1) = ?1 || '/'",
            (old, new),
        )
        self._plan_move(old, new)

    # Names

    def iter_paths(
        self, folder: str, template: Template, item: Any, *, folderize: bool
    ) -> Iterator[str]:
        """Yield paths for the files of an item, the best first; a name is cut if it must be."""

        def build(name: str) -> str:
            return f"{folder}/{name}/{name}" if folderize else f"{folder}/{name}"

        names = (template.render(item, limit) for limit in LIMITS)
        name = next((name for name in names if self.can_hold(build(name))), None)
        if name is None:  # the folders are too long; one less may do
            yield f"{folder}/{make_safe_name(item.id)}"
        else:
            yield from map(build, iter_candidates(name, item.id))

    def fit_name(self, folder: str, name: str, tag: str) -> str:
        """Return the name of a folder below another one, cut if the file system takes no longer."""
        names = [shorten_name(name, tag, limit) for limit in LIMITS]
        return next((one for one in names if self.can_hold(f"{folder}/{one}")), names[-1])

    def can_hold(self, path: str) -> bool:
        """Return whether the file system takes names of this length, with the longest suffix."""
        place = self.root / f"{path}{LONGEST_TAIL}"
        if sys.platform == "win32":
            return len(str(place)) <= _WINDOWS_PATH
        try:
            for probe in (place, *map(self.root.joinpath, Path(f"{path}{LONGEST_TAIL}").parts)):
                with suppress(FileNotFoundError, NotADirectoryError):
                    probe.lstat()
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            return False
        return True

    def shorten(self, key: str, item_id: str) -> bool:
        """Move a work to a shorter path, as its files cannot be created; False = there is none."""
        path = Path(self.get_path(key) or "")
        folderized = path.parent.name == path.name
        folder = (path.parent.parent if folderized else path.parent).as_posix()
        size = len(path.name.encode())
        shorter = {
            name: None
            for limit in LIMITS
            if limit < size
            and len((name := shorten_name(path.name, item_id, limit)).encode()) < size
        }
        if shorter:
            name = next(iter(shorter))
            new = f"{folder}/{name}/{name}" if folderized else f"{folder}/{name}"
        elif folderized:
            new = f"{folder}/{path.name}"
        else:
            return False
        self.rename(key, iter_candidates(new, item_id))
        return True

    def reserve_path(self, key: str, paths: Iterable[str]) -> str:
        """Return the path of this work; if it has none, reserve the first free one of `paths`.

        Paths that differ only in case are the same path. A work keeps its path when its title or
        the template changes; only `rename` changes it.
        """
        with self._open_transaction():
            self.update_work(key)
            return self.get_path(key) or self._assign_path(key, paths)

    def rename(self, key: str, paths: Iterable[str]) -> str:
        """Move this work's files to the first of `paths` that is free in the archive and on disk.

        Raises:
            OSError: the disk refuses to rename a file; the next run tries again.
        """
        with self._open_transaction():
            self._apply_moves_in_transaction()
            old = self.get_path(key)
            assert old is not None, f"{key} has no path yet"
            tails = [file.path[len(old) :] for file in self.get_files(key).values()]
            free = (
                new
                for new in paths
                if new == old or all(self._is_free(old + tail, new + tail) for tail in tails)
            )
            new = self._assign_path(key, free)
            for tail in tails if new != old else ():
                self._plan_move(old + tail, new + tail)
        self._apply_moves()
        return new

    def _assign_path(self, key: str, paths: Iterable[str]) -> str:
        for path in paths:
            assigned = self._db.execute(
                "UPDATE OR IGNORE works SET path = ?, fold = ? WHERE key = ?",
                (path, fold(path), key),
            )
            if assigned.rowcount:
                return path
        raise ValueError(f"{key}: no path was free")

    # Files

    def add_files(
        self, key: str, place: str, files: Iterable[tuple[File, Sequence[Rendition]]]
    ) -> list[str]:
        """Add those files of the work `key` that are on disk and not in the archive yet.

        Return the assets that are not on disk, because a user or a program has removed them.
        `place` is the path of the work when the files were fetched. If another run has moved the
        work since then, move the files, too.

        Raises:
            ValueError: a file is not at the path of the work.
            OSError: the disk refuses to move a file.
        """
        with self._open_transaction():
            self._apply_moves_in_transaction()
            known = self.get_files(key)
            current = self.get_path(key) or place
            gone = []
            for file, offered in files:
                moved = self._follow_work(file, place, current)
                is_news = any(rendition.is_silent for rendition in offered)
                if known.get(moved.asset) == moved and not is_news:
                    continue
                if self.is_on_disk(moved) or self.is_published(key, moved):
                    self.add_file(key, moved, offered)
                else:
                    gone.append(moved.asset)
        return gone

    def _follow_work(self, file: File, old: str, current: str) -> File:
        if current == old or not file.path.startswith(old):
            return file
        moved = file.model_copy(update={"path": current + file.path.removeprefix(old)})
        if self.is_on_disk(file):
            source, target = self.locate(file.path), self.locate(moved.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
            self.remove_empty(source.parent)
            for rest in UNFINISHED:  # a killed run began the same file there
                target.with_name(f"{target.name}{rest}").unlink(missing_ok=True)
        return moved

    def find_folder(self, platform: str, mode: str, sec_user_id: str) -> str | None:
        """Return the folder of this user's list; None = there is none yet."""
        row = self._db.execute(
            "SELECT path FROM folders WHERE platform = ? AND mode = ? AND sec_user_id = ?",
            (platform, mode, sec_user_id),
        ).fetchone()
        return row[0] if row else None

    def _is_free(self, old: str, new: str) -> bool:
        source, target = self.locate(old), self.locate(new)
        if source.exists() and target.exists():
            return target.samefile(source)  # a case-insensitive file system
        return not os.path.lexists(target)

    def _is_reserved(self, old: str, new: str) -> bool:
        """Return whether other works have paths below `new`, even with no file on disk yet."""
        below = "SELECT 1 FROM works WHERE fold > fold(?1) || '/' AND fold < fold(?1) || '0'"
        return fold(new) != fold(old) and bool(self._db.execute(below, (new,)).fetchone())

    def _plan_move(self, source: str, target: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO moves VALUES (?, ?)", (source, target))

    def _apply_moves(self) -> None:
        """Do the planned moves on disk; after kill -9 the next opening of the archive does it."""
        with self._open_transaction():
            self._apply_moves_in_transaction()

    def _apply_moves_in_transaction(self) -> None:
        """Do the planned moves; without a transaction two processes could undo each other's."""
        for source, target in self._db.execute("SELECT source, target FROM moves").fetchall():
            move(self.locate(source), self.locate(target))
            self.remove_empty(self.locate(source).parent)
            self._db.execute("DELETE FROM moves WHERE source = ?", (source,))

    @contextmanager
    def _open_transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            yield
