"""Put a file into a store and verify it there; no file of others is replaced.

A store without a write that appears whole gets the file under a temporary key first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from f2scrapy.store.contract import PART, Fault, Receipt, Store, StoreError
from f2scrapy.store.digest import Digest, compute_digest, read_pieces

TEMPORARY = ".f2part"  # ends the keys of unfinished files


def put_file(
    store: Store,
    key: str,
    path: Path,
    former: Receipt | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Receipt:
    """Put a local file at a key; return once the store has it whole.

    The same file that is there already, from a run that was killed, is taken for it. `former` is
    the file that this program has put there before: it may be replaced.

    Raises:
        StoreError: the file is not in the store; STOPPED if `is_stopping` ended it.
        OSError: the local file cannot be read.
    """
    is_there = store.find(key) is not None
    if is_there:
        if same := _find_same(store, key, path):
            return same
        if former is None or not _has(store, key, former):
            raise StoreError(Fault.CONFLICT)
    source = _Source(path, is_stopping)
    if store.abilities.writes_at_once:
        return _write_at_once(store, key, source, is_there)
    return _write_and_move(store, key, source, is_there)


class _Source(NamedTuple):
    """A local file to send."""

    path: Path
    is_stopping: Callable[[], bool]

    def send(self, store: Store, key: str, *, replace: bool = False) -> Digest:
        """Write the file into a store; return the digest of the bytes sent."""
        digest = Digest(PART)
        store.write(key, self._read(digest), self.path.stat().st_size, replace=replace)
        return digest

    def _read(self, digest: Digest) -> Iterator[bytes]:
        for piece in read_pieces(self.path, digest, PART):
            if self.is_stopping():
                raise StoreError(Fault.STOPPED)
            yield piece


def _find_same(store: Store, key: str, path: Path) -> Receipt | None:
    digest = compute_digest(read_pieces(path, Digest(PART), PART), PART)
    return Receipt(digest.size, digest.sha256) if _is_same(store, key, digest) else None


def _write_at_once(store: Store, key: str, source: _Source, is_there: bool) -> Receipt:
    try:
        return _verify(store, key, source.send(store, key, replace=is_there))
    except StoreError as error:
        if error.fault is Fault.CONFLICT and (same := _find_same(store, key, source.path)):
            return same  # written at the first try, and its answer was lost
        raise


def _write_and_move(store: Store, key: str, source: _Source, is_there: bool) -> Receipt:
    temporary = f"{key}.{os.urandom(6).hex()}{TEMPORARY}"
    try:
        receipt = _verify(store, temporary, source.send(store, temporary))
        if is_there:
            store.delete(key)
        store.move(temporary, key)
    except (StoreError, OSError):
        _try_deleting(store, temporary)
        raise
    return receipt


def _verify(store: Store, key: str, digest: Digest) -> Receipt:
    """Compare what the store has with what it was sent; delete what differs."""
    if not _is_same(store, key, digest):
        _try_deleting(store, key)
        raise StoreError(Fault.CORRUPT)
    return Receipt(digest.size, digest.sha256)


def _try_deleting(store: Store, key: str) -> None:
    with suppress(StoreError):  # the first error is the one to report
        store.delete(key)


def _is_same(store: Store, key: str, digest: Digest) -> bool:
    """Return whether the store has these bytes, by its ETag, or else by reading them back."""
    found = store.find(key)
    if found is None or found.size != digest.size:
        return False
    return digest.proves(found.etag) or read_hash(store, key) == digest.sha256


def read_hash(store: Store, key: str) -> str:
    """Return the SHA-256 of a file in a store, by reading it."""
    return compute_digest(store.read(key), PART).sha256


def _has(store: Store, key: str, receipt: Receipt) -> bool:
    found = store.find(key)
    is_same_size = found is not None and found.size == receipt.size
    return is_same_size and read_hash(store, key) == receipt.sha256


def move_file(store: Store, source: str, target: str, receipt: Receipt) -> bool:
    """Bring a file to another key; False = the store cannot, and the file keeps its key.

    The source may be there still: delete it once the target is recorded. A run that was killed may
    have begun, or done, the same.

    Raises:
        StoreError: the file cannot be moved now, or another one is at the target.
    """
    if store.find(target) is not None:
        if _has(store, target, receipt):
            return True
        raise StoreError(Fault.CONFLICT)
    if not store.abilities.moves:
        return False
    before = store.find(source)
    if before is None:
        raise StoreError(Fault.ABSENT)
    store.move(source, target)
    after = store.find(target)
    is_copy = store.find(source) is not None
    if after is None or after.size != receipt.size:
        raise StoreError(Fault.CORRUPT)
    if is_copy and (not after.etag or before != after) and not _has(store, target, receipt):
        _try_deleting(store, target)
        raise StoreError(Fault.CORRUPT)
    return True


def fetch_file(store: Store, key: str, path: Path, receipt: Receipt) -> None:
    """Write a file of the store to a local path, under its final name once it is verified.

    Raises:
        StoreError: the store does not have it, or has other bytes.
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}{TEMPORARY}")
    digest = Digest(PART)
    try:
        with part.open("wb") as file:
            for piece in store.read(key):
                digest.update(piece)
                file.write(piece)
        if digest.sha256 != receipt.sha256:
            raise StoreError(Fault.CORRUPT)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
