"""Pipelines wait for a locked archive without holding up the others, and forget nothing."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.postgres import Cluster
from support.works import Work, make_crawler, write_files

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive
from f2scrapy.crawl.skipped import Skipped
from pipelines.archive import ArchivePipeline
from pipelines.dedup import DedupPipeline
from pipelines.folder import FolderPipeline
from pipelines.naming import NamingPipeline


async def process(pipeline: Any, item: Work) -> Work:
    result = pipeline.process_item(item)
    done: Work = await result if asyncio.iscoroutine(result) else result
    return done


async def test_work_passes_when_the_lock_is_gone(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path, F2_MEDIA="video,cover")
    archive = get_archive(crawler)
    kinds = (FolderPipeline, NamingPipeline, DedupPipeline, ArchivePipeline)
    item = Work()
    for kind in kinds:
        pipeline = kind.from_crawler(crawler)
        if kind is ArchivePipeline:
            write_files(archive, item)
        with closing(sqlite3.connect(tmp_path / "f2scrapy.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            task = asyncio.ensure_future(process(pipeline, item))
            await asyncio.sleep(0.3)
            other.execute("ROLLBACK")
        assert await task is item
        if kind is DedupPipeline:
            with pytest.raises(Skipped):
                await process(pipeline, item)
    assert set(archive.get_files(item.key)) == {"video", "cover"}
    archive.close()


async def test_files_are_looked_for_when_the_server_answers_again(
    tmp_path: Path, cluster: Cluster
) -> None:
    address = cluster.make_address()
    crawler = make_crawler(tmp_path, F2_MEDIA="video,cover", F2_ARCHIVE=address)
    recorder = ArchivePipeline.from_crawler(crawler)
    recorder.run_log = RunLog("works", datetime(2026, 11, 1, tzinfo=UTC))
    with closing(recorder.archive) as archive:
        item = Work(path=archive.reserve_path(Work().key, ["douyin/post/N/w"]))
        recorder.process_item(write_files(archive, item))
        with cluster.connect() as other:
            other.execute(
                f"SET search_path = {address.rpartition('%3D')[2]}; BEGIN; LOCK TABLE works"
            )
            closed = asyncio.ensure_future(recorder.close_spider())
            await asyncio.sleep(0.3)
            other.execute("ROLLBACK")
        await closed
    assert recorder.run_log.gaps == []


class Slow:
    """A pipeline that finds the archive locked at first, and then waits for something else."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.calls = 0

    @own_items
    def process_item(self, item: Work) -> Any:
        self.calls += 1
        if self.calls == 1:
            raise OSError(errno.EBUSY, "the archive: it is locked")
        return asyncio.sleep(0, item)


async def test_repeated_pipeline_may_wait_as_well(tmp_path: Path) -> None:
    item = Work()
    with closing(get_archive(make_crawler(tmp_path))) as archive:
        assert await process(Slow(archive), item) is item
