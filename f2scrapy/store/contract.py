"""Define what a store does, the same for all of them, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol

from f2scrapy.errors import F2Error

PART = 8 * 1024 * 1024  # bytes of a part of an upload, and of one read


class Fault(StrEnum):
    """What is wrong with a store, or with a file in it."""

    UNREACHABLE = "the store does not answer"
    REFUSED = "the store refuses"
    FULL = "the store is full"
    CONFLICT = "the store has another file of this name"
    CORRUPT = "the store gives back other bytes than it was sent"
    ABSENT = "the store does not have this file"
    STOPPED = "the run is stopping"

    @property
    def is_passing(self) -> bool:
        """Whether another try may help."""
        return self in (Fault.UNREACHABLE, Fault.CORRUPT)

    @property
    def is_of_store(self) -> bool:
        """Whether other files would meet it, too."""
        return self in (Fault.UNREACHABLE, Fault.REFUSED, Fault.FULL)


class StoreError(F2Error):
    """A store did not do what it was asked; texts of libraries are not in it, but for codes."""

    def __init__(self, fault: Fault, code: str = "") -> None:
        super().__init__(f"{fault} ({code})" if code else fault)
        self.fault = fault


class Found(NamedTuple):
    """A file as the store describes it."""

    size: int  # bytes
    etag: str = ""  # "" = the store has none


class Receipt(NamedTuple):
    """A file that is whole in a store."""

    size: int  # bytes
    sha256: str  # in hexadecimal digits


class Abilities(NamedTuple):
    """What differs between stores."""

    writes_at_once: bool  # whether a file appears whole or not at all, and replaces none
    moves: bool  # whether `move` works


class Store(Protocol):
    """Files by their keys, such as "douyin/post/name/1/1_video.mp4"; calls come from any thread.

    Each method raises a StoreError.
    """

    abilities: Abilities

    def find(self, key: str) -> Found | None:
        """Return the file at this key; None = there is none."""

    def write(self, key: str, pieces: Iterable[bytes], size: int, *, replace: bool = False) -> None:
        """Write a file of `size` bytes that comes in pieces of at most PART bytes.

        An error, also one of the pieces, leaves the key as it was if the store `writes_at_once`.
        Such a store refuses with CONFLICT to replace a file, unless `replace`; others replace it.
        """

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the bytes of a file in pieces."""

    def move(self, source: str, target: str) -> None:
        """Bring a file to another key, where none is; the source may be there still (a copy)."""

    def delete(self, key: str) -> None:
        """Delete a file; it may be missing."""

    def list_files(self) -> Iterator[tuple[str, int]]:
        """Yield the keys and sizes of all files."""

    def close(self) -> None:
        """End all connections."""
