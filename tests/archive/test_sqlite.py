"""An archive in an SQLite file: what only a file can be, and the archive of a crawl."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.spiders import Spider
from scrapy.utils.test import get_crawler
from support.archived import WORK, add_work

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.schema import MIGRATIONS
from f2scrapy.crawl.shared import get_archive
from f2scrapy.errors import InputError


def open_archive(root: Path) -> Archive:
    return Archive(root / "f2scrapy.db", root)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(open_archive(tmp_path)) as opened:
        yield opened


def read_rows(root: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(root / "f2scrapy.db")) as db:
        return db.execute(query).fetchall()


def test_newer_schema_is_refused(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "f2scrapy.db")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match=r"newer f2scrapy \(schema 99"):
        open_archive(tmp_path)


def test_file_of_another_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f2scrapy.db").write_text("this is no database, " * 100)
    with pytest.raises(InputError, match=r"F2_ARCHIVE=.*not a database"):
        open_archive(tmp_path)


def test_damaged_file_is_refused(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    damaged = tmp_path / "f2scrapy.db"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(InputError, match=r"F2_ARCHIVE=.*malformed; restore a copy"):
        open_archive(tmp_path)


def test_file_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "f2scrapy.db")) as db:
        db.execute("PRAGMA user_version = 1")
    with pytest.raises(InputError, match=r"F2_ARCHIVE=.*no such table.*move it away"):
        open_archive(tmp_path)


def damage_text(root: Path, text: bytes) -> None:
    path = root / "f2scrapy.db"
    whole = path.read_bytes()
    assert text in whole
    path.write_bytes(whole.replace(text, text[:-1] + b"\xb3"))


def test_damaged_schema_is_refused(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    damage_text(tmp_path, b"tablelists")
    with pytest.raises(InputError, match=r"F2_ARCHIVE=.*it is damaged"):
        open_archive(tmp_path)


def test_damaged_text_is_an_os_error(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path)) as archive:
        base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
        add_work(archive, WORK, f"{base}/a title")
    damage_text(tmp_path, b"a title")
    with closing(open_archive(tmp_path)) as archive:
        for use in (archive.get_files, archive.get_path):
            with pytest.raises(OSError, match="the archive: it is damaged"):
                use(WORK)


def test_migrations_continue_from_the_version_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_archive(tmp_path)) as archive:
        add_work(archive, WORK, "d/x")
    from f2scrapy.archive import schema

    added = ("ALTER TABLE works ADD COLUMN note TEXT",)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, added))
    for _ in range(2):
        with closing(open_archive(tmp_path)) as archive:
            assert set(archive.get_files(WORK)) == {"video"}
    assert read_rows(tmp_path, "SELECT note FROM works") == [(None,)]


def test_journal_mode_is_wal(archive: Archive, tmp_path: Path) -> None:
    assert read_rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]


# The archive of a crawl


class TinySpider(Spider):
    name = "tiny"
    start_urls = ()

    def closed(self, reason: str) -> None:
        get_archive(self.crawler).finish_list("l", [reason])


def make_crawler(root: Path, archive: Path | str) -> Crawler:
    settings = {"F2_PATH": str(root), "F2_ARCHIVE": str(archive), "TWISTED_REACTOR_ENABLED": False}
    return get_crawler(TinySpider, settings)


async def test_parts_of_a_crawl_share_one_archive_that_closes_last(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path, "")
    archive = get_archive(crawler)
    assert get_archive(crawler) is archive
    await crawler.crawl_async()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        archive.get_path(WORK)
    with closing(open_archive(tmp_path)) as archive:
        assert archive.get_known_keys("l") == {"finished"}


def test_crawls_have_their_own_archive_at_the_path_of_the_setting(tmp_path: Path) -> None:
    one, two = (get_archive(make_crawler(tmp_path, tmp_path / "a" / "b.db")) for _ in range(2))
    one.reserve_path(WORK, ["x"])
    assert two.get_path(WORK) == "x"
    assert (tmp_path / "a" / "b.db").exists()
    one.close()
    two.close()


def test_full_disk_is_an_os_error(archive: Archive) -> None:
    archive._db.execute("PRAGMA max_page_count = 1")  # as many as there are
    with pytest.raises(OSError, match="the archive: database or disk is full") as caught:
        archive.finish_list("douyin:post:MS4a", ["x" * 9_000])
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="is full"):
        archive.reserve_path("x" * 9_000, ["y"])


def test_root_is_a_link_or_is_moved(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "disk")
    with closing(open_archive(tmp_path / "root")) as archive:
        file = add_work(archive, WORK, "d/x")
    (tmp_path / "disk").rename(tmp_path / "moved")
    with closing(open_archive(tmp_path / "moved")) as archive:
        assert archive.locate(archive.get_files(WORK)["video"].path).read_bytes() == b"film"
        assert archive.get_files(WORK) == {"video": file}


def test_archive_of_the_fourth_version_is_converted(tmp_path: Path) -> None:
    """It had a table of facts, and a trigger that kept one file for each asset."""
    with closing(sqlite3.connect(tmp_path / "f2scrapy.db")) as db:
        for statements in MIGRATIONS[:4]:
            for statement in statements:
                db.execute(statement)
        db.execute("PRAGMA user_version = 4")
        for number, key in enumerate((WORK, "douyin:post:2"), 1):
            works = "INSERT INTO works VALUES (?, ?, ?, ?, 'OK', '2026-01-01T00:00:00.000+00:00')"
            db.execute(works, (number, key, f"d/{number}", f"d/{number}"))
            db.execute(
                "INSERT INTO assets VALUES (?, 'video', 'a', '_video.mp4', 4, '[]', '2026')",
                (number,),
            )
        seen = "2026-01-02T00:00:00.000+00:00"
        values = (1, "日落", "2024-05-01T00:00:00+00:00", "MS4a", "Ann", 5, 6, None, None, 7, seen)
        db.execute(f"INSERT INTO facts VALUES ({', '.join('?' * 11)})", values)
        db.commit()
    with closing(open_archive(tmp_path)) as archive:
        assert archive.get_files(WORK)["video"].path == "d/1_video.mp4"
        facts = archive.get_facts(WORK)
        assert (facts["title"], facts["digg_count"], facts["play_count"]) == ("日落", 5, 7)
        assert facts["counted_at"].isoformat(timespec="milliseconds") == seen
        assert archive.get_facts("douyin:post:2") == {}
        better = archive.get_files(WORK)["video"].model_copy(update={"rendition": "b"})
        archive.add_file(WORK, better)
        assert archive.get_files(WORK) == {"video": better}
    assert read_rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert read_rows(tmp_path, "PRAGMA foreign_key_check") == []
