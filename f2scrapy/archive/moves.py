"""Move files and folders on disk, and replace none."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

UNFINISHED = (".part", ".part.json")  # ends of the names of a file that is fetched


def _rename(source: Path, target: Path) -> bool:
    """Rename; return False if another run has just made a folder at the target."""
    try:
        source.rename(target)
    except FileNotFoundError:  # an unfinished file has just got its final name
        return True
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _get_final(part: Path) -> Path:
    """Return the final path of an unfinished file, or of its journal."""
    return part.with_name(part.name.removesuffix(".json").removesuffix(".part"))


def move(source: Path, target: Path) -> None:
    """Rename; merge into a folder that has appeared at the target, and replace no file."""
    if not os.path.lexists(source):  # moved already, or removed by the user
        return
    if source.name.endswith(UNFINISHED) and _get_final(target).is_file():
        source.unlink(missing_ok=True)  # another run has begun and finished the file there
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if (not os.path.lexists(target) or target.samefile(source)) and _rename(source, target):
        return  # the same file: on a case-insensitive file system
    if source.is_dir() and target.is_dir():
        for inner in list(source.iterdir()):
            move(inner, target / inner.name)
        with suppress(OSError):  # it is not empty
            source.rmdir()
    else:
        logger.warning("%s is not moved: %s exists already", source, target)
