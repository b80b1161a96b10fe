"""Archive pipeline: what is on disk is remembered, once."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.works import RENDITION, User, Work, make_crawler, write_files

from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome
from f2scrapy.model.media import File
from pipelines.archive import ArchivePipeline

PATH = "douyin/post/Author/x"


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[ArchivePipeline]:
    made = ArchivePipeline.from_crawler(make_crawler(tmp_path))
    yield made
    made.archive.close()


def work(pipeline: ArchivePipeline) -> Work:
    item = Work(path=pipeline.archive.reserve_path(Work().key, [PATH]))
    write_files(pipeline.archive, item)
    return item


def rows(root: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(root / "f2scrapy.db")) as db:
        return db.execute(query).fetchall()


def test_files_are_remembered_with_what_was_offered(pipeline: ArchivePipeline) -> None:
    item = work(pipeline)
    assert pipeline.process_item(item) is item
    assert list(pipeline.archive.get_files(item.key).values()) == sorted(
        item.files, key=lambda file: file.asset
    )
    assert pipeline.archive.get_renditions(item.key)["video"] == RENDITION.model_copy(
        update={"urls": ()}
    )


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"cut")])
def test_what_is_not_on_disk_is_not_remembered(pipeline: ArchivePipeline, change: object) -> None:
    item = work(pipeline)
    change(pipeline.archive.locate(f"{PATH}_video.mp4"))
    pipeline.process_item(item)
    assert set(pipeline.archive.get_files(item.key)) == {"cover"}


async def test_works_that_a_full_disk_keeps_out_of_the_archive_are_reported(
    pipeline: ArchivePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        fail()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pipeline._loop, pipeline.run_log = (
        asyncio.get_running_loop(),
        RunLog("works", datetime(2026, 11, 1, tzinfo=UTC)),
    )
    item = work(pipeline)
    pipeline.process_item(item)
    monkeypatch.setattr(pipeline.archive, "run", refuse)
    monkeypatch.setattr(pipeline._sources, "get_text", fail)  # the keys are on that disk, too
    await pipeline.close_spider()
    assert pipeline.run_log.get_missing(item.key) is Outcome.DISK


def test_second_time_writes_nothing(pipeline: ArchivePipeline, tmp_path: Path) -> None:
    item = work(pipeline)
    pipeline.process_item(item)
    before = rows(tmp_path, "SELECT * FROM assets")
    pipeline.process_item(item)
    assert rows(tmp_path, "SELECT * FROM assets") == before
    assert len(before) == 2


def test_only_authors_of_kept_works_are_remembered(pipeline: ArchivePipeline) -> None:
    pipeline.process_item(Work(nickname="Ann"))
    pipeline.process_item(User(nickname="Eve"))
    assert pipeline.archive.get_nicknames("douyin", "MS4author") == []
    pipeline.process_item(work(pipeline))
    names = [one.nickname for one in pipeline.archive.get_nicknames("douyin", "MS4author")]
    assert names == ["Author"]


def test_state_of_what_cannot_be_had_is_remembered(
    pipeline: ArchivePipeline, tmp_path: Path
) -> None:
    pipeline.process_item(Work(state=Outcome.DELETED))
    assert rows(tmp_path, "SELECT key, state, path FROM works") == [(Work().key, "DELETED", None)]


def test_metadata_leaves_no_row(pipeline: ArchivePipeline, tmp_path: Path) -> None:
    pipeline.process_item(Work())
    ArchivePipeline(pipeline.archive, frozenset()).process_item(Work(state=Outcome.DELETED))
    assert rows(tmp_path, "SELECT * FROM works") == []


def test_file_of_another_work_is_refused(pipeline: ArchivePipeline) -> None:
    item = work(pipeline)
    stray = pipeline.archive.locate("douyin/stray.mp4")
    stray.write_bytes(b"1")
    item.files = [File(asset="video", path="douyin/stray.mp4", size=1)]
    with pytest.raises(ValueError, match="is not at the path"):
        pipeline.process_item(item)
