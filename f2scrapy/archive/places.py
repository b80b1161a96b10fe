"""Find archived files on disk, and paths that the file system takes."""

from __future__ import annotations

import errno
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from f2scrapy.archive.naming import (
    LIMITS,
    LONGEST_TAIL,
    Template,
    iter_candidates,
    make_safe_name,
    shorten_name,
)
from f2scrapy.archive.records import Records
from f2scrapy.model.media import File

_WINDOWS_PATH = 259  # characters of a whole path, unless the user allows more


class Places(Records):
    """Records with the folder of their files; a base of `Archive`."""

    root: Path  # absolute
    trusting: bool  # archived files count as present without a look at the disk

    def locate(self, path: str) -> Path:
        """Return the absolute path of `path`.

        Raises:
            PermissionError: it is not below the root, because of ".." or a symbolic link.
        """
        place = self.root / path
        if not place.parent.resolve().is_relative_to(self.root):
            raise PermissionError(errno.EPERM, "this leads out of F2_PATH", str(place))
        return place

    def is_on_disk(self, file: File) -> bool:
        """Return whether the file exists at its path, with its size."""
        try:
            found = (self.root / file.path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == file.size

    def has_file(self, file: File) -> bool:
        """Return whether an archived file is on disk; always True if the archive is trusted."""
        return self.trusting or self.is_on_disk(file)

    def find_missing(self, path: str) -> dict[str, list[str]]:
        """Return the assets that are missing on disk, by work, of all works below a folder.

        It takes about a second for 100,000 files on a local disk.
        """
        missing: dict[str, list[str]] = {}
        for key, file in () if self.trusting else self.iter_files(path):
            if not self.is_on_disk(file):
                missing.setdefault(key, []).append(file.asset)
        return missing

    def remove_empty(self, folder: Path) -> None:
        """Remove the folder and the folders above it, as far as they are empty."""
        with suppress(OSError):  # it is not empty, or another run has just removed it
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

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
