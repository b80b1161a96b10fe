"""Works that begin together get their paths by one commit, and each its own error."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.works import make_crawler

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.works import FolderRenamed, NewWork
from f2scrapy.crawl.reservations import Reservations
from f2scrapy.crawl.shared import get_archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(get_archive(make_crawler(tmp_path))) as archive:
        yield archive


def make_work(name: str, folder: str = "") -> NewWork:
    return NewWork(f"douyin:post:{name}", lambda: [f"{folder or 'd'}/{name}"], None, folder)


async def reserve_all(archive: Archive, *works: NewWork) -> list[str | BaseException]:
    reservations = Reservations(archive)
    return await asyncio.gather(*map(reservations.reserve, works), return_exceptions=True)


async def test_works_of_one_turn_share_a_commit(archive: Archive) -> None:
    statements: list[str] = []
    archive._db.set_trace_callback(statements.append)  # type: ignore[attr-defined]
    paths = await reserve_all(archive, *map(make_work, "abc"))
    assert paths == ["d/a", "d/b", "d/c"]
    assert statements.count("COMMIT") == 1
    assert [archive.get_path(f"douyin:post:{name}") for name in "abc"] == paths


async def test_renamed_folder_is_the_error_of_its_works_alone(archive: Archive) -> None:
    archive.reserve_folder("douyin", "post", "MS4", "Ann")
    folder, other = "douyin/post/Ann", "douyin/post/Eve"
    works = make_work("a", folder), make_work("b", other), make_work("c", folder)
    first, second, third = await reserve_all(archive, *works)
    assert (first, third) == (f"{folder}/a", f"{folder}/c")
    assert isinstance(second, FolderRenamed)
    assert archive.get_path("douyin:post:b") is None


async def test_work_that_gives_up_does_not_stop_the_others(archive: Archive) -> None:
    reservations = Reservations(archive)
    first, second = (asyncio.ensure_future(reservations.reserve(make_work(n))) for n in "ab")
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "d/b"


async def test_damaged_archive_is_the_error_of_each_work(archive: Archive, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "f2scrapy.db")) as other:
        other.execute("DROP TABLE works")
    results = await reserve_all(archive, make_work("a"), make_work("b"))
    assert [type(result) for result in results] == [OSError, OSError]


async def test_fault_of_one_work_costs_no_other_its_path(archive: Archive) -> None:
    def refuse() -> list[str]:
        raise PermissionError(13, "Permission denied")

    faulty = NewWork("douyin:post:b", refuse)
    first, second, third = await reserve_all(archive, make_work("a"), faulty, make_work("c"))
    assert (first, third) == ("d/a", "d/c")
    assert isinstance(second, PermissionError)
    assert archive.get_path("douyin:post:b") is None
