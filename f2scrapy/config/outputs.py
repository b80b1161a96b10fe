"""Replace small files in one step."""

from __future__ import annotations

import os
from contextlib import suppress
from glob import escape
from pathlib import Path


def replace_file(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file, whole or not at all; `mode` are its permissions, less the user's umask.

    The name of the temporary file is unique among all machines that share the folder, and is
    never that of a link. The folder is created if necessary.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():  # a pipe or a device
        path.write_bytes(data)
        return
    part = path.with_name(f"{_get_prefix(path)}{os.urandom(6).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(part, flags, mode), "wb") as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def remove_leftovers(path: Path) -> None:
    """Remove temporary files of `path` that killed processes have left.

    Only for a file that no other process may be writing.
    """
    for part in path.parent.glob(f"{escape(_get_prefix(path))}{'?' * 12}.part"):
        part.unlink(missing_ok=True)


def _get_prefix(path: Path) -> str:
    return f".{path.name[:60]}."
