"""Keep users, works, files and lists in one database, and move files when names change.

Every method is one transaction, complete when the method returns, except for what is queued
(`works.py`). kill -9 loses no returned call; the next run reads what a power failure has undone
from the disk and the platform again.

Any method raises an OSError if the disk or the server refuses.

Paths are relative to the root, with forward slashes, so that a tree can be moved with its archive.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from f2scrapy.archive.database import PATIENCE_S, RESTORE, is_busy, open_database
from f2scrapy.archive.naming import SYSTEM_LIMITS, NameLimits, iter_candidates
from f2scrapy.archive.readings import Readings
from f2scrapy.archive.server import Server
from f2scrapy.archive.works import Works
from f2scrapy.errors import InputError

_Result = TypeVar("_Result")


class Archive(Works, Readings):
    """The archive at `place`, an SQLite file or a server, for the files below `root`.

    The constructor creates the file if it is missing, and finishes interrupted renames. With
    `trusting`, archived files count as present without a look at the disk. Without `blocking`, no
    call waits for the lock of another program: make it by `run`; the constructor itself waits for
    `patience_s` seconds, None = PATIENCE_S, see `open_archive`.

    Raises:
        InputError: the database is not usable, or comes from a newer f2scrapy; or the system's
            names of files cannot hold all letters.
    """

    def __init__(
        self,
        place: Path | Server,
        root: Path,
        *,
        trusting: bool = False,
        blocking: bool = True,
        patience_s: float | None = None,
        limits: NameLimits = SYSTEM_LIMITS,
    ) -> None:
        _check_encoding()
        self.trusting = trusting
        self.blocking = blocking
        self.limits = limits
        self.doubtful: set[str] = set()  # new works whose path has files that may be of others
        self.is_stopping: Callable[[], bool] = lambda: False  # ends the waiting of `run`
        self.root = root.expanduser().resolve()
        self._additions, self._sightings, self.gone = {}, {}, {}
        self._page, self._ahead = ("", ()), {}
        super().__init__(open_database(place, blocking=blocking, patience_s=patience_s))
        try:
            self._apply_moves()
        except OSError as error:
            self.close()
            if error.filename is None:
                raise InputError(f"F2_ARCHIVE={place}: {error.strerror}; {RESTORE}") from error
            why = f"{error.filename} cannot be renamed ({error.strerror})"
            raise InputError(f"F2_PATH: {why}; rename it by hand, then run again") from error

    async def run(self, call: Callable[[], _Result]) -> _Result:
        """Return the result of a call of this archive, which may be made several times.

        While another program has locked the archive, or its server is away, other tasks go on;
        needs `blocking=False`.

        Raises:
            OSError: the archive is busy for longer than PATIENCE_S, or the program is stopping.
        """
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return call()
            except OSError as error:
                if not is_busy(error) or time.monotonic() > end or self.is_stopping():
                    raise
            await asyncio.sleep(random.uniform(0.1, 0.3))

    @contextmanager
    def hold_folders(self) -> Iterator[None]:
        """Keep other runs from renaming folders and works within the block; it must be short."""
        with self._db.transaction():
            self._apply_moves_in_transaction()
            yield

    def shorten(self, key: str, item_id: str, folder: str = "") -> bool:
        """Move a work to a shorter path, as its files cannot be created; False = there is none.

        `folder` is that of its list, "" = unknown: then folders of a template are not cut.
        """
        path = self.get_path(key) or ""
        if not (folder and path.startswith(f"{folder}/")):
            above, _, name = path.rpartition("/")
            folder = above.removesuffix(f"/{name}")
        shorter = self.find_shorter(path, folder, item_id)
        if shorter is None:
            return False
        self.rename(key, iter_candidates(shorter, item_id))
        return True


def _check_encoding() -> None:
    """Check that names of files can have all letters: nicknames and titles have them.

    Raises:
        InputError: they cannot, in a locale such as zh_CN.GBK.
    """
    encoding = sys.getfilesystemencoding()
    if encoding.lower() not in ("utf-8", "utf8"):
        hint = "set PYTHONUTF8=1, or LANG=C.UTF-8"
        raise InputError(f"names of files are in {encoding} here, which lacks letters: {hint}")
