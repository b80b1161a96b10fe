"""Give each work a path, and add its files; one commit carries the rows of several works."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import starmap, tee
from types import MappingProxyType
from typing import Any, NamedTuple

from f2scrapy.archive.database import PATIENCE_S, repeat_while_busy
from f2scrapy.archive.facts import find_facts, find_news, format_now
from f2scrapy.archive.folders import Folders
from f2scrapy.archive.moves import UNFINISHED
from f2scrapy.archive.naming import fold
from f2scrapy.model.archived import Archived
from f2scrapy.model.media import File, Rendition

MOST_SIGHTINGS = 50  # known works that are written at once


def _keep_end(asset: str, end: str, path: str) -> str:  # noqa: ARG001 - see Works.rename
    return end


class FolderRenamed(Exception):
    """Another run has given the folder of a list another name."""


class NewWork(NamedTuple):
    """A work that has no path yet."""

    key: str
    paths: Callable[[], Iterable[str]]  # those it may have, the best first; called for each try
    item: Any = None  # its facts are stored, too
    folder: str = ""  # of its list, which another run may have renamed; "" = not to be looked up


class _Addition(NamedTuple):
    """Files of a work that are on disk, and not written into the archive yet."""

    key: str
    place: str  # the work's path when the files were fetched
    files: Sequence[tuple[File, Sequence[Rendition]]]  # with all renditions that were offered


class Works(Folders):
    """The paths and files of works; a base of `Archive`.

    What is queued is written with the next path that is reserved, or by `flush`. Until then, kill
    -9 loses rows and no files: the next run finds those on disk, see `crawl/media_files.py`.
    """

    _additions: dict[str, _Addition]
    _sightings: dict[str, Mapping[str, Any]]  # known works with the facts that have changed
    _page: tuple[str, Sequence[str]]  # a folder, and the works that were read along with it
    _ahead: dict[str, Archived]  # of these, those that have not been asked for
    gone: dict[str, list[str]]  # by work, the assets that were removed before they were written
    blocking: bool

    # Paths

    def reserve_path(
        self, key: str, paths: Iterable[str], item: Any = None, *, folder: str = ""
    ) -> str:
        """Return the path of this work; if it has none, reserve the first free one of `paths`.

        Raises:
            FolderRenamed: `folder`, that of the list, has another name now.
        """
        kept = iter(paths)

        def repeat_paths() -> Iterator[str]:
            nonlocal kept
            kept, choices = tee(kept)
            return choices

        work = NewWork(key, repeat_paths, item, folder)
        # It is busy, too, if another machine has just taken the path: the next one is tried.
        wait = PATIENCE_S if self.blocking else 0
        [result] = repeat_while_busy(lambda: self.reserve_paths([work]), wait, 0.02)
        if isinstance(result, FolderRenamed):
            raise result
        return result

    def reserve_paths(self, works: Sequence[NewWork]) -> list[str | FolderRenamed]:
        """Return the path of each work; if it has none, reserve the first free one of its paths.

        Paths that differ only in case are the same path. A work keeps its path when its title or
        the template changes; only `rename` changes it. A work whose folder has another name now
        gets none, but that error.
        """
        with self._db.transaction(shared=True):
            written = self._write_queue()
            results = [self._reserve(work) for work in works]
        self._forget(written)
        return results

    def _reserve(self, work: NewWork) -> str | FolderRenamed:
        key, folder, facts = work.key, work.folder, find_facts(work.item)
        for number, path in enumerate(work.paths()):
            if reserved := self.reserve_new(key, path, facts, folder):
                return reserved
            # The second has the id in its name: it is free unless the folder is gone.
            if folder and number and self.find_folder_owner(folder) is None:
                return FolderRenamed(folder)
        if folder and self.find_folder_owner(folder) is None:
            return FolderRenamed(folder)
        raise ValueError(f"{key}: no path was free")

    def rename(
        self,
        key: str,
        paths: Iterable[str],
        build_end: Callable[[str, str, str], str] = _keep_end,
        unknown: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Move this work's files to the first of `paths` that is free in the archive and on disk.

        `build_end` gives the new end of a file from its asset, its old end, and the work's path.
        `unknown` are the ends of files on disk that the archive lacks, by asset. They are moved if
        they keep their ends: another run that is about to add them finds them by these.

        Raises:
            OSError: the disk refuses to rename a file; the next run tries again.
        """
        self._write_first(key)
        with self._db.transaction():
            self._apply_moves_in_transaction()
            old = self.get_path(key)
            assert old is not None, f"{key} has no path yet"
            ends = {file.asset: file.path[len(old) :] for file in self.get_files(key).values()}

            def list_moves(new: str) -> list[tuple[str, str]]:
                renamed = [(end, build_end(asset, end, new)) for asset, end in ends.items()]
                others = ((asset, end) for asset, end in unknown.items() if asset not in ends)
                kept = [end for asset, end in others if build_end(asset, end, new) == end]
                moves = [*renamed, *zip(kept, kept, strict=True)]
                return [(old + before, new + after) for before, after in moves]

            free = (new for new in paths if all(starmap(self._is_free, list_moves(new))))
            new = self._assign_path(key, free)
            for asset, end in ends.items():
                self.set_suffix(key, asset, build_end(asset, end, new))
            for source, target in list_moves(new):
                if source != target:
                    self._plan_move(source, target)
        self._apply_moves()
        return new

    def _assign_path(self, key: str, paths: Iterable[str]) -> str:
        for path in paths:
            assigned = self._db.execute(
                "UPDATE works SET path = ?, fold = ? WHERE key = ? AND NOT EXISTS"
                " (SELECT 1 FROM works other WHERE other.fold = ? AND other.key <> ?)",
                (path, fold(path), key, fold(path), key),
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
        with self._db.transaction():
            self._apply_moves_in_transaction()
            known = self.get_files(key)
            current = self.get_path(key) or place
            gone = []
            for file, offered in files:
                moved = self._follow_work(file, place, current)
                if not is_news(moved, offered, known):
                    continue
                if self.is_kept(key, moved):
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

    # The queue

    def queue_files(
        self, key: str, place: str, files: Sequence[tuple[File, Sequence[Rendition]]]
    ) -> None:
        """Have the files of a work added soon, see `add_files`; `gone` has those that are gone.

        Raises:
            ValueError: a file is not at `place`.
        """
        for file, _ in files:
            if not file.path.startswith(place):
                raise ValueError(f"{file.path} is not at the path of {key}")
        self._additions[key] = _Addition(key, place, files)

    def queue_sighting(self, key: str, known: Archived, item: Any) -> None:
        """Have it written some time that an answer contained this known work, and its facts.

        Raises:
            OSError: the archive refuses, or is busy.
        """
        news = self._sightings.get(key, {})  # of another list, which may have shown more
        self._sightings[key] = {**news, **find_news({**known.facts, **news}, find_facts(item))}
        if len(self._sightings) >= MOST_SIGHTINGS:
            self.flush()

    def flush(self) -> None:
        """Write what is queued.

        Raises:
            OSError: the archive refuses, or is busy; it stays queued.
        """
        if self._additions or self._sightings:
            with self._db.transaction(shared=True):
                written = self._write_queue()
            self._forget(written)
        for key in list(self._additions):
            if gone := self._add_moved(self._additions.pop(key)):
                self.gone[key] = gone

    def _add_moved(self, addition: _Addition) -> list[str]:
        try:
            return self.add_files(*addition)
        except ValueError:  # its row was changed by hand
            return [file.asset for file, _ in addition.files]
        except OSError:
            self._additions[addition.key] = addition
            raise

    def get_files(self, key: str) -> dict[str, File]:
        """Return the fetched files of this work, by asset; queued ones are written before."""
        self._write_first(key)
        return super().get_files(key)

    def read_work(self, key: str, folder: str = "", page: Sequence[str] = ()) -> Archived:
        """Return what the archive knows of a work; queued files are written before.

        In `has_folder`, it says whether `folder` is there. The works of its *page* are read along
        with it, for the calls that follow with the same page.
        """
        self._write_first(key)
        if page and self._page == (folder, page) and key in self._ahead:
            return self._ahead.pop(key)
        if key not in page:
            return self.read_works([key], folder)[key]
        self._page, self._ahead = (folder, page), self.read_works(page, folder)
        return self._ahead.pop(key)

    def _write_first(self, key: str) -> None:
        if key in self._additions:
            self._ahead.pop(key, None)
            self.flush()

    def list_queued(self) -> list[str]:
        """Return the keys of the works whose files are not written yet."""
        return list(self._additions)

    def _write_queue(self) -> list[str]:
        """Write the queue in the open transaction; return the works whose files are written.

        Those that another run has moved, or the disk does not show, are left to `flush`.
        """
        if self._sightings:
            self._write_sightings()
        written = []
        for key, place, files in self._additions.values():
            if self._is_whole(files) and all(self.add_file_at(key, place, *one) for one in files):
                written.append(key)
        return written

    def _is_whole(self, files: Sequence[tuple[File, Sequence[Rendition]]]) -> bool:
        try:
            return all(self.is_on_disk(file) for file, _ in files)
        except OSError:  # the folder of one work cannot be read: the others are written
            return False

    def _write_sightings(self) -> None:
        keys = sorted(self._sightings)  # one order in all runs: two never wait for each other
        marks = ", ".join("?" * len(keys))
        self._db.execute(
            f"UPDATE works SET state = 'OK', last_seen = ? WHERE key IN ({marks})",
            (format_now(), *keys),
        )
        for key in keys:
            self._write_facts(key, self._sightings[key])

    def _forget(self, written: Iterable[str]) -> None:
        self._sightings.clear()
        for key in written:
            del self._additions[key]


def is_news(file: File, offered: Sequence[Rendition], known: Mapping[str, File]) -> bool:
    """Return whether the archive has a file not yet, or not that a rendition has no sound."""
    return known.get(file.asset) != file or any(rendition.is_silent for rendition in offered)
