"""Compute the hashes of a file while it is read, and compare them with those of a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


class Digest:
    """SHA-256, and the ETag that S3 gives to a file that was sent in parts of `part` bytes."""

    def __init__(self, part: int) -> None:
        self.size = 0
        self._part = part
        self._sha256 = hashlib.sha256()
        self._current = hashlib.md5(usedforsecurity=False)
        self._parts: list[bytes] = []

    def update(self, data: bytes) -> None:
        """Add bytes."""
        self._sha256.update(data)
        while data:
            room = self._part - self.size % self._part
            piece, data = data[:room], data[room:]
            self._current.update(piece)
            self.size += len(piece)
            if self.size % self._part == 0:
                self._end_part()

    def _end_part(self) -> None:
        self._parts.append(self._current.digest())
        self._current = hashlib.md5(usedforsecurity=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 of all bytes, in hexadecimal digits."""
        return self._sha256.hexdigest()

    def proves(self, etag: str) -> bool:
        """Return whether an ETag is made of the same bytes; others may be, too, and differ.

        It is the MD5 of a file sent at once, and that of the parts' MD5s otherwise. With keys of
        a customer's own it is neither (documentation of S3, 2026).
        """
        parts = self._parts
        if self.size % self._part or not self.size:
            parts = [*parts, self._current.digest()]
        joined = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()
        whole = {parts[0].hex()} if len(parts) == 1 else set()
        return etag.strip('"').lower() in {f"{joined}-{len(parts)}", *whole}


def read_pieces(path: Path, digest: Digest, size: int) -> Iterator[bytes]:
    """Yield a local file in pieces of `size` bytes, and add them to the digest.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        while data := file.read(size):
            digest.update(data)
            yield data


def compute_digest(pieces: Iterable[bytes], part: int) -> Digest:
    """Return the digest of pieces."""
    digest = Digest(part)
    for piece in pieces:
        digest.update(piece)
    return digest
