"""Clean up the folders that runs have left when they were killed while a folder was renamed."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

from f2scrapy.archive.archive import Archive
from f2scrapy.download.folder import open_no_link
from f2scrapy.download.part_file import lock
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)


def sweep_former_folders(archive: Archive, owner: tuple[str, str, str], current: str) -> None:
    """Move what former folders of a list hold to its current one, and remove unfinished files.

    `owner` is platform, mode and sec_user_id. Files that another run is writing stay, and so do
    finished ones whose name the current folder has already.
    """
    for path in archive.iter_former_folders(*owner):
        former = archive.root / path
        if former.is_dir() and not former.is_symlink():
            count = _sweep(former, archive.root / current)
            if count:
                logger.info("%s: %s of killed runs cleaned up", path, pluralize(count, "file"))


def _sweep(former: Path, current: Path) -> int:
    count = 0
    for folder, _, names in os.walk(former, topdown=False):
        for name in names:
            file = Path(folder, name)
            is_part = name.endswith((".part", ".part.json"))
            count += _remove_part(file) if is_part else _move(file, current, former)
        with suppress(OSError):  # it is not empty
            Path(folder).rmdir()
    return count


def _remove_part(path: Path) -> bool:
    """Remove an unfinished file or its journal, unless another run is writing the file."""
    part = path.with_suffix("") if path.name.endswith(".json") else path
    try:
        with suppress(FileNotFoundError), open_no_link(part, 0) as file:
            lock(file)
        path.unlink()
    except OSError:  # it is locked, or gone
        return False
    return True


def _move(file: Path, current: Path, former: Path) -> bool:
    target = current / file.relative_to(former)
    if os.path.lexists(target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    file.rename(target)
    return True
