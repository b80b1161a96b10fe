"""Lock open files against other processes, as far as the file system can."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from functools import cache
from io import FileIO

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

# Of flock on a file system that cannot lock, such as some network shares and FUSE.
NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}
_ACTIVE_S = 60.0  # without locks, a part that has changed within this time has a writer


def lock(file: FileIO) -> None:
    """Lock the file against other processes until it is closed; close it if that fails.

    On a file system without locks, a file that has just been changed counts as locked, unless
    this process has done it.

    Raises:
        BlockingIOError: another process has locked it.
    """
    if sys.platform == "win32":
        return  # it refuses to rename or remove an open file
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        if e.errno in NO_LOCKS:
            _do_without_lock(file)
            return
        file.close()
        if not isinstance(e, BlockingIOError):
            raise
        raise BlockingIOError(e.errno, "another process is writing this file") from e


_unlocked: set[tuple[int, int]] = set()  # files that this process writes without a lock


def _do_without_lock(file: FileIO) -> None:
    report_missing_locks()
    found = os.fstat(file.fileno())
    is_active = found.st_size and time.time() - found.st_mtime < _ACTIVE_S
    if is_active and (found.st_dev, found.st_ino) not in _unlocked:
        file.close()
        raise BlockingIOError(errno.EWOULDBLOCK, "another process is writing this file")
    _unlocked.add((found.st_dev, found.st_ino))


@cache
def report_missing_locks() -> None:
    logger.warning("The file system cannot lock files: run only one crawl at a time in this folder")
