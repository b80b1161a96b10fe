"""Give each user's list a folder, and rename it with the nickname."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from f2scrapy.archive.moves import move
from f2scrapy.archive.naming import fold, iter_candidates, make_safe_name
from f2scrapy.archive.paths import Paths
from f2scrapy.archive.records import find_bounds


class Folder(NamedTuple):
    """The folder of the files of one user's list."""

    path: str
    renamed_from: str | None  # the path before this call; None = unchanged


class Folders(Paths):
    """The folders of lists, and moves on disk that outlive kill -9; a base of `Archive`.

    A rename changes the rows and plans the moves in one transaction; then the moves are done.
    """

    def reserve_folder(self, platform: str, mode: str, sec_user_id: str, nickname: str) -> Folder:
        """Reserve the folder of this user's list; rename it if the nickname has changed.

        Its name is the nickname. A second user with the same nickname, in any case, gets another
        folder. An empty nickname means that it is unknown; then the folder keeps its name.

        Raises:
            OSError: the disk refuses the rename; the next call, or run, tries again.
        """
        owner = (platform, mode, sec_user_id)
        with self._db.transaction():
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
            self.update_user(platform, sec_user_id, nickname)
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
                "UPDATE folders SET nickname = ?, path = ?, fold = ?"
                " WHERE platform = ? AND mode = ? AND sec_user_id = ? AND (fold = ?"
                " OR NOT EXISTS (SELECT 1 FROM folders other WHERE other.fold = ?))",
                (nickname, new, fold(new), *owner, fold(new), fold(new)),
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
            "UPDATE works SET path = ? || substr(path, ?), fold = ? || substr(fold, ?)"
            " WHERE fold > ? AND fold < ? AND substr(path, 1, ?) = ?",
            (
                *(new, len(old) + 1, fold(new), len(fold(old)) + 1),
                *(*find_bounds(old), len(old) + 1, f"{old}/"),
            ),
        )
        self._plan_move(old, new)

    def find_folder(self, platform: str, mode: str, sec_user_id: str) -> str | None:
        """Return the folder of this user's list; None = there is none yet."""
        row = self._db.execute(
            "SELECT path FROM folders WHERE platform = ? AND mode = ? AND sec_user_id = ?",
            (platform, mode, sec_user_id),
        ).fetchone()
        return row[0] if row else None

    # Moves on disk

    def _is_free(self, old: str, new: str) -> bool:
        source, target = self.locate(old), self.locate(new)
        if source.exists() and target.exists():
            return target.samefile(source)  # a case-insensitive file system
        return not os.path.lexists(target)

    def _is_reserved(self, old: str, new: str) -> bool:
        """Return whether other works have paths below `new`, even with no file on disk yet."""
        below = "SELECT 1 FROM works WHERE fold > ? AND fold < ? LIMIT 1"
        return fold(new) != fold(old) and bool(self._db.execute(below, find_bounds(new)).fetchone())

    def _plan_move(self, source: str, target: str) -> None:
        self._db.execute(
            "INSERT INTO moves VALUES (?, ?) ON CONFLICT (source)"
            " DO UPDATE SET target = excluded.target",
            (source, target),
        )

    def _apply_moves(self) -> None:
        """Do the planned moves on disk; after kill -9 the next opening of the archive does it."""
        if self._db.execute("SELECT 1 FROM moves LIMIT 1").fetchone():
            with self._db.transaction():
                self._apply_moves_in_transaction()

    def _apply_moves_in_transaction(self) -> None:
        """Do the planned moves; without a transaction two processes could undo each other's."""
        for source, target in self._db.execute("SELECT source, target FROM moves").fetchall():
            move(self.locate(source), self.locate(target))
            self.remove_empty(self.locate(source).parent)
            self._db.execute("DELETE FROM moves WHERE source = ?", (source,))
