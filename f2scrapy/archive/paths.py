"""Build the paths of folders and works, short enough for their file system.

Linux refuses a name of more than 255 bytes (143 where names are encrypted) and a path of more than
4,095; it says so for a path that does not exist, too. Windows refuses a path of more than 259
characters unless the user allows longer ones, and says so only when the file is made.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from operator import le
from pathlib import PurePosixPath
from typing import Any

from f2scrapy.archive.naming import (
    LONGEST_TAIL,
    NameLimits,
    iter_candidates,
    make_safe_name,
    shorten_name,
)
from f2scrapy.archive.places import Places
from f2scrapy.archive.template import Template

WINDOWS_PATH = 259  # characters of a whole path, unless the user allows more
_ID = "7" * 19  # as long as that of a work


class Paths(Places):
    """Paths below the root; a base of `Archive`."""

    limits: NameLimits
    # A list's folder; bytes of a path in it, and of each name, that the file system takes.
    _accepted: tuple[Sequence[str], Sequence[int]] = ((), ())

    def iter_paths(
        self, folder: str, template: Template, item: Any, *, folderize: bool
    ) -> Iterator[str]:
        """Yield paths for the files of an item, the best first; a name is cut if it must be."""
        for limit in self.limits.list_sizes():
            for name in islice(iter_candidates(template.render(item, limit), item.id), 2):
                path = _join(folder, name, folderize)
                if self.can_hold(path):
                    yield path
        for name in iter_candidates(make_safe_name(item.id), item.id):
            yield f"{folder}/{name}"  # the folders are too long; one less may do

    def fit_name(self, folder: str, name: str, tag: str) -> str:
        """Return the name of a folder below another one, cut until it takes works of any id."""
        names = [shorten_name(name, tag, limit) for limit in self.limits.list_sizes()]
        fits = (one for one in names if self.can_hold(f"{folder}/{one}/{_ID}"))
        return next(fits, names[-1])

    def can_hold(self, path: str) -> bool:
        """Return whether the file system takes names of this length, with the longest suffix."""
        place = f"{self.root}/{path}{LONGEST_TAIL}"
        most = self.limits.path_chars or (WINDOWS_PATH if sys.platform == "win32" else 0)
        if most and len(place) > most:
            return False
        return sys.platform == "win32" or self._is_accepted(f"{path}{LONGEST_TAIL}")

    def _is_accepted(self, path: str) -> bool:
        """Ask the file system; a path in a list's folder that one as long has been in need not."""
        parts = path.split("/")
        folder, sizes = parts[:3], [*map(len, map(os.fsencode, (path, *parts[3:])))]
        known, most = self._accepted
        if known == folder and len(most) == len(sizes) and all(map(le, sizes, most)):
            return True
        if not self._probe(path):
            return False
        if known == folder and len(most) == len(sizes):
            sizes = [*map(max, sizes, most)]
        self._accepted = folder, sizes
        return True

    def _probe(self, path: str) -> bool:
        try:
            for probe in (path, *path.split("/")):
                with suppress(FileNotFoundError, NotADirectoryError):
                    os.lstat(f"{self.root}/{probe}")
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            return False
        return True

    def find_shorter(self, path: str, folder: str, item_id: str) -> str | None:
        """Return a shorter path of a work below the folder of its list; None = there is none.

        Folders of a template and the name are cut alike. When all are as short as can be, the id
        is the name, without folders; in the end it has no folder of its own.
        """
        *folders, name = PurePosixPath(path).relative_to(folder).parts
        folderized = bool(folders) and folders[-1] == name
        above = folders[:-1] if folderized else folders
        for limit in self.limits.list_sizes():
            last = shorten_name(name, item_id, limit)
            kept = [make_safe_name(one, limit) for one in above] if limit else []
            shorter = _join(folder, "/".join([*kept, last]), folderized)
            if len(shorter.encode()) < len(path.encode()):
                return shorter
        return f"{folder}/{name}" if folderized else None


def _join(folder: str, path: str, folderize: bool) -> str:
    """Return the path of files; each work has a folder of its own with `folderize`."""
    return f"{folder}/{path}/{path.rpartition('/')[2]}" if folderize else f"{folder}/{path}"
