"""An archive that another program has locked stops nothing else; the message names a way out."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.archive import sqlite
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.database import is_busy
from f2scrapy.archive.opening import open_archive
from f2scrapy.errors import InputError

KEY = "douyin:post:1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Archive(tmp_path / "f2scrapy.db", tmp_path).close()
    return tmp_path / "f2scrapy.db"


@pytest.fixture
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program, which has locked the archive for ever."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield db


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with closing(Archive(path, path.parent, blocking=False)) as archive:
        yield archive


async def count_turns(task: asyncio.Future[Any]) -> int:
    """Return how often another task has its turn, once in 10 ms, while this one is busy."""
    turns = 0
    while not task.done():
        await asyncio.sleep(0.01)
        turns += 1
    return turns


async def test_other_tasks_go_on_while_a_call_waits(
    archive: Archive, other: sqlite3.Connection
) -> None:
    call = asyncio.ensure_future(archive.run(lambda: archive.reserve_path(KEY, ["a"])))
    release = threading.Timer(0.6, lambda: other.execute("ROLLBACK"))
    release.start()
    turns = await count_turns(call)
    assert await call == "a"
    assert turns > 10
    release.join()


async def test_end_of_the_program_ends_the_waiting(
    archive: Archive, other: sqlite3.Connection
) -> None:
    assert other.in_transaction
    began = time.monotonic()
    archive.is_stopping = lambda: time.monotonic() - began > 0.3
    with pytest.raises(OSError, match="locked") as raised:
        await archive.run(lambda: archive.reserve_path(KEY, ["a"]))
    assert is_busy(raised.value)
    assert time.monotonic() - began < 5


async def test_archive_is_opened_while_other_tasks_go_on(
    path: Path, other: sqlite3.Connection
) -> None:
    opening = asyncio.ensure_future(open_archive(path, path.parent, lambda: False))
    release = threading.Timer(0.4, lambda: other.execute("ROLLBACK"))
    release.start()
    turns = await count_turns(opening)
    opening.result().close()
    assert turns > 10
    release.join()


async def test_end_of_the_program_ends_the_opening(path: Path, other: sqlite3.Connection) -> None:
    assert other.in_transaction
    began = time.monotonic()
    with pytest.raises(InputError, match="locked"):
        await open_archive(path, path.parent, lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < 5


async def test_waiting_ends_some_time(
    archive: Archive, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert other.in_transaction
    monkeypatch.setattr("f2scrapy.archive.archive.PATIENCE_S", 0.2)
    with pytest.raises(OSError, match="locked"):
        await archive.run(lambda: archive.reserve_path(KEY, ["a"]))


def test_locked_file_names_the_way_out(
    path: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert other.in_transaction
    monkeypatch.setattr(sqlite, "PATIENCE_S", 0.2)
    with pytest.raises(InputError, match=r"locked; if no other .* local disk in F2_ARCHIVE"):
        Archive(path, path.parent)


def test_other_faults_do_not_blame_locks(tmp_path: Path) -> None:
    place = tmp_path / "x.db"
    place.write_bytes(b"no database" * 100)
    with pytest.raises(InputError) as raised:
        Archive(place, tmp_path)
    assert "lock" not in str(raised.value)
