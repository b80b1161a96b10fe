"""Clean up what killed runs have left: parts of finished files, and folders half renamed."""

from __future__ import annotations

import filecmp
import logging
import os
from collections.abc import Iterable, Set
from contextlib import suppress
from pathlib import Path
from posixpath import splitext

from f2scrapy.archive.archive import Archive
from f2scrapy.download.folder import open_no_link
from f2scrapy.download.locking import lock
from f2scrapy.download.part_file import PartJournal
from f2scrapy.model.media import File, Media
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)


def sweep_former_folders(archive: Archive, owner: tuple[str, str, str]) -> None:
    """Move what former folders of a list hold to its current one, and remove unfinished files.

    `owner` is platform, mode and sec_user_id. Files that another run is writing stay, and so do
    those of archived works, and finished ones if the current folder has another file of that name.
    """
    with archive.hold_folders():
        current = archive.find_folder(*owner)
        assert current is not None, f"{owner} has no folder yet"
        for path in list(archive.iter_former_folders(*owner)):
            former = archive.root / path
            if former.is_dir() and not former.is_symlink():
                kept = {archive.root / file.path for _, file in archive.iter_files(path)}
                count = _sweep(former, archive.root / current, kept)
                if count:
                    logger.info("%s: %s of killed runs cleaned up", path, pluralize(count, "file"))


def _sweep(former: Path, current: Path, kept: Set[Path]) -> int:
    count = 0
    for folder, _, names in os.walk(former, topdown=False):
        for file in {Path(folder, name) for name in names} - kept:
            is_part = file.name.endswith((".part", ".part.json"))
            count += _remove_part(file) if is_part else _move(file, current, former)
        with suppress(OSError):  # it is not empty
            Path(folder).rmdir()
    return count


def sweep_parts(archive: Archive, files: Iterable[tuple[File, Media]]) -> None:
    """Remove what killed runs have left beside finished files.

    A part that another run is writing stays, and so does that of a better rendition: F2_UPGRADE
    goes on with it. The suffix of a part is that of the answer, of a finished file that of its
    content.
    """
    for file, media in () if archive.trusting else files:
        final = f"{archive.root}/{splitext(file.path)[0]}{splitext(media.suffix)[1]}"
        if os.path.lexists(f"{final}.part") and not _is_of_other(Path(final), file.rendition):
            remove_parts(Path(final))


def _is_of_other(final: Path, rendition: str) -> bool:
    """Return whether the journal of a part names another rendition."""
    try:
        line, _, _ = final.with_name(f"{final.name}.part.json").read_bytes().partition(b"\n")
    except OSError:
        return False
    journal = PartJournal.parse(line)
    return journal is not None and not journal.key.endswith(f"/{rendition}")


def remove_parts(final: Path) -> None:
    """Remove what an earlier try has left beside a finished file, in this folder since a rename."""
    for end in (".part.json", ".part"):
        _remove_part(final.with_name(f"{final.name}{end}"))


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
        return _remove_copy(file, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # an unfinished file has just got its final name
        file.rename(target)
        return True
    return False


def _remove_copy(file: Path, target: Path) -> bool:
    """Remove a finished file if the other one is the same."""
    if not target.is_file() or not filecmp.cmp(file, target, shallow=False):
        return False
    file.unlink()
    return True
