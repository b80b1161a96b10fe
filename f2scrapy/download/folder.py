"""Open, rename and remove files within one open folder, and never through a link."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_MODE = 0o666  # less the user's umask
_BLOCK = 1 << 20  # bytes that are compared at once
_AT_ONCE = 1024  # buffers that one writev takes (IOV_MAX of Linux and macOS)


class Folder:
    """An open folder, which stays the same if another process moves it or puts a link in its place.

    Links that the user has set are followed once, to a folder that is below `root`; None = to
    any folder. With `create`, it and those above it are created if necessary. Windows opens no
    folders: there the names are joined to the path.

    Raises:
        PermissionError: the folder is not below `root`.
        OSError: the folder cannot be opened.
    """

    def __init__(self, path: Path, root: Path | None = None, *, create: bool = False) -> None:
        self.path = path
        self._descriptor = -1
        if root and sys.platform != "win32":
            self._descriptor = _open_without_links(path, root, create=create)
        if self._descriptor < 0:
            self._resolve_and_open(root, create=create)

    def open(self, name: str, flags: int = 0) -> FileIO:
        """Open a file to read and write; `flags` are those of `os.open`, such as O_CREAT."""
        place, folder = self._locate(name)
        flags |= os.O_RDWR | _BINARY | _NO_LINK
        return FileIO(os.open(place, flags, _MODE, dir_fd=folder), "r+")

    def read(self, name: str) -> bytes:
        """Return the content of a file; b"" = it is missing, or a link."""
        try:
            with self.open(name) as file:
                return file.readall()
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ELOOP):
                raise
            return b""

    def write(self, name: str, data: bytes) -> None:
        """Write a new file, in place of what has this name."""
        self.remove(name)
        with self.open(name, os.O_CREAT | os.O_EXCL) as file:
            write_chunks(file, [data])

    def holds(self, name: str, content: FileIO) -> bool:
        """Return whether there is a file of this name with the same content as the open one."""
        try:
            with self.open(name) as file:
                if os.fstat(file.fileno()).st_size != os.fstat(content.fileno()).st_size:
                    return False
                content.seek(0)
                return all(
                    block == content.read(_BLOCK) for block in iter(partial(file.read, _BLOCK), b"")
                )
        except OSError:  # it is missing, a link, or not to be read: it is replaced
            return False

    def rename(self, name: str, new: str) -> None:
        """Rename a file; it replaces the file or link that has the new name."""
        (source, folder), (target, _) = self._locate(name), self._locate(new)
        os.replace(source, target, src_dir_fd=folder, dst_dir_fd=folder)

    def remove(self, name: str) -> None:
        """Remove a file or link, if there is one."""
        place, folder = self._locate(name)
        with suppress(FileNotFoundError):
            os.unlink(place, dir_fd=folder)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _locate(self, name: str) -> tuple[str, int | None]:
        if self._descriptor >= 0:
            return name, self._descriptor
        return str(self.path / name), None

    def _resolve_and_open(self, root: Path | None, *, create: bool) -> None:
        root = root.resolve() if root else None
        self.path = resolve_below(self.path, root)
        if create:
            self.path.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32":
            self._descriptor = _open_below(self.path, root or self.path)


def write_chunks(file: FileIO, chunks: Sequence[bytes]) -> None:
    """Write all bytes of *chunks* at the file's position, without joining them first.

    Raises:
        OSError: some of them may be written.
    """
    rest: list[bytes | memoryview] = [chunk for chunk in chunks if chunk]
    while rest:
        count = _write_some(file, rest)
        while rest and count >= len(rest[0]):
            count -= len(rest.pop(0))
        if count:
            rest[0] = memoryview(rest[0])[count:]


def _write_some(file: FileIO, chunks: Sequence[bytes | memoryview]) -> int:
    """Write the first chunks, or a part of them, by one call; return the bytes."""
    if sys.platform == "win32" or len(chunks) == 1:
        return file.write(chunks[0])
    return os.writev(file.fileno(), chunks[:_AT_ONCE])


def resolve_below(path: Path, root: Path | None) -> Path:
    """Return a path without links in it; `root` has none either.

    Raises:
        PermissionError: it is not below `root`.
    """
    resolved = path.resolve()
    if root and not resolved.is_relative_to(root):
        raise PermissionError(errno.EPERM, "this leads out of F2_PATH", str(path))
    return resolved


def open_no_link(path: Path, flags: int) -> FileIO:
    """Open a file to read and write, unless its name is a link; `flags` are those of `os.open`.

    Raises:
        OSError: it cannot be opened, or is a link (ELOOP).
    """
    return FileIO(os.open(path, flags | os.O_RDWR | _BINARY | _NO_LINK, _MODE), "r+")


def _open_without_links(path: Path, root: Path, *, create: bool) -> int:
    """Open a folder that has no link between it and `root`; -1 = there may be one."""
    if ".." in path.parts or not path.is_relative_to(root):
        return -1
    try:
        return _open_below(path, root, create=create)
    except OSError as error:
        is_missing = create and error.errno == errno.ENOENT  # the root
        if is_missing or error.errno in (errno.ELOOP, errno.ENOTDIR):
            return -1
        raise


def _open_below(path: Path, root: Path, *, create: bool = False) -> int:
    """Open a folder from `root` down, so that none of the folders between them is a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(root, flags)
    for name in path.relative_to(root).parts:
        try:
            inner = _open_inner(name, flags | _NO_LINK, descriptor, create=create)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


def _open_inner(name: str, flags: int, above: int, *, create: bool) -> int:
    try:
        return os.open(name, flags, dir_fd=above)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=above)
    return os.open(name, flags, dir_fd=above)
