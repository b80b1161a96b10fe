"""Find archived files on disk."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from f2scrapy.archive.published import Publications
from f2scrapy.archive.records import Records
from f2scrapy.model.media import File


class Places(Records, Publications):
    """Records with the folder of their files; a base of `Archive`."""

    root: Path  # absolute
    trusting: bool  # archived files count as present without a look at the disk

    def locate(self, path: str) -> Path:
        """Return the absolute path of `path`.

        Raises:
            PermissionError: it is not below the root, because of ".." or a symbolic link.
        """
        place = self.root / path
        if not (self._is_plain(path) or place.parent.resolve().is_relative_to(self.root)):
            raise PermissionError(errno.EPERM, "this leads out of F2_PATH", str(place))
        return place

    def is_on_disk(self, file: File) -> bool:
        """Return whether the file exists at its path, with its size."""
        try:
            found = os.stat(f"{self.root}/{file.path}")  # noqa: PTH116 - a Path costs four times it
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == file.size

    def has_file(self, key: str, file: File) -> bool:
        """Return whether a file of the work `key` is kept; True if the archive is trusted."""
        return self.trusting or self.is_kept(key, file)

    def is_kept(self, key: str, file: File) -> bool:
        """Return whether a file of the work `key` is on disk, or in a store."""
        return self.is_on_disk(file) or self.is_published(key, file)

    def find_missing(self, path: str) -> dict[str, list[str]]:
        """Return the assets on no disk and in no store, by work, of all works below a folder.

        It takes about a second for 100,000 files on a local disk.
        """
        missing: dict[str, list[str]] = {}
        for key, file in () if self.trusting else self.iter_files(path):
            if not self.has_file(key, file):
                missing.setdefault(key, []).append(file.asset)
        return missing

    def remove_empty(self, folder: Path) -> None:
        """Remove the folder and the folders above it, as far as they are empty."""
        with suppress(OSError):  # it is not empty, or another run has just removed it
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

    def _is_plain(self, path: str) -> bool:
        """Return whether the folders of a path below the root are no links, and none is "..".

        It costs less than `Path.resolve`, which looks at the folders above the root as well.
        """
        *folders, _ = path.split("/")
        if sys.platform == "win32" or path.startswith("/") or ".." in folders:
            return False
        places = accumulate((str(self.root), *folders), "{}/{}".format)
        return not any(map(os.path.islink, places))
