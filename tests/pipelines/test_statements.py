"""A work costs the archive few statements, and a kill loses few of its queued files."""

from __future__ import annotations

import asyncio
import errno
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from support.films import make_film
from support.works import Work, make_crawler, write_files

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.crawl.media_files import MediaFiles
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive
from f2scrapy.errors import Outcome
from f2scrapy.model.rendition import Policy
from pipelines.archive import ArchivePipeline
from pipelines.dedup import DedupPipeline
from pipelines.folder import FolderPipeline
from pipelines.naming import NamingPipeline

FILM = make_film([b"sample"])


class Pipelines:
    """The pipelines of a crawl, with files that are there at once in place of downloads."""

    def __init__(self, crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run_log = RunLog("works", datetime(2026, 1, 1, tzinfo=UTC))
        monkeypatch.setattr("pipelines.archive.get_run_log", lambda _: self.run_log)
        kinds = (FolderPipeline, NamingPipeline, DedupPipeline)
        self.before = [kind.from_crawler(crawler) for kind in kinds]
        self.recorder = ArchivePipeline.from_crawler(crawler)
        self.archive = get_archive(crawler)
        self.media = MediaFiles(self.archive, Template("{desc}"), Policy(), upgrade=False)

    async def process_page(self, *items: Work) -> None:
        """Process the works of a page, as Scrapy does: each one in a task of its own."""
        for item in items:
            item.page_keys = tuple(item.key for item in items)
        await asyncio.gather(*map(self.process, items))

    async def process(self, item: Work) -> None:
        for pipeline in self.before:
            result = pipeline.process_item(item)
            if asyncio.iscoroutine(result):
                await result
        medium = item.list_media()[0]
        assert self.media.find_existing(item, medium, medium.renditions[0]) is None
        write_files(self.archive, item)
        item.files = item.files[:1]  # one picture
        self.recorder.process_item(item)


@pytest.fixture
def pipelines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipelines:
    return Pipelines(make_crawler(tmp_path, F2_MEDIA="video"), monkeypatch)


async def test_page_of_new_works_costs_one_commit(pipelines: Pipelines) -> None:
    statements: list[str] = []
    await pipelines.recorder.open_spider()
    await pipelines.process(Work(aweme_id="0"))  # with its owner's folder
    pipelines.archive._db.set_trace_callback(statements.append)  # type: ignore[attr-defined]
    for page in range(10):
        works = [Work(aweme_id=f"{page}{n}", desc=f"day {page}{n}") for n in range(1, 10)]
        await pipelines.process_page(*works)
    counted = Counter(text.partition(" ")[0] for text in statements)
    assert counted["COMMIT"] <= 10
    assert len(statements) <= 10 * (3 + 2 * 9), counted  # a path and a file for each work
    await pipelines.recorder.close_spider()
    assert len(list(pipelines.archive.iter_all_files())) == 91
    assert pipelines.run_log.gaps == []
    pipelines.archive.close()


async def test_killed_run_loses_the_row_and_not_the_file(
    pipelines: Pipelines, tmp_path: Path
) -> None:
    await pipelines.recorder.open_spider()
    await pipelines.process(Work())
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as next_run:
        item, medium = Work(), Work().list_media()[0]
        item.path = next_run.get_path(item.key) or ""
        next_run.locate(f"{item.path}{medium.suffix}").write_bytes(FILM)
        best = medium.renditions[0].model_copy(update={"size": len(FILM)})
        assert next_run.get_files(item.key) == {}
        files = MediaFiles(next_run, Template("{desc}"), Policy(), upgrade=False)
        found = files.find_existing(item, medium, best)
    assert found is not None
    assert found.path == f"{item.path}{medium.suffix}"


async def test_killed_run_loses_the_rows_of_few_works(pipelines: Pipelines, tmp_path: Path) -> None:
    await pipelines.recorder.open_spider()
    await pipelines.process_page(*(Work(aweme_id=str(n), desc=f"day {n}") for n in range(30)))
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as next_run:
        assert len(list(next_run.iter_all_files())) > 30 - 10
    await pipelines.recorder.close_spider()


async def test_archive_that_refuses_to_the_end_is_reported(
    pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pipelines.recorder.open_spider()
    await pipelines.process(Work())

    def refuse() -> None:
        raise OSError(errno.EIO, "the archive: it is gone")

    monkeypatch.setattr(pipelines.archive, "flush", refuse)
    await pipelines.recorder.close_spider()
    (gap,) = pipelines.run_log.gaps
    assert (gap.key, gap.outcome) == (Work().key, Outcome.DISK)
    assert "on disk, and not in the archive: the archive: it is gone" in gap.detail


async def test_new_work_follows_a_folder_that_another_run_renames(
    pipelines: Pipelines, tmp_path: Path
) -> None:
    folder, naming = pipelines.before[:2]
    first, second = Work(aweme_id="1"), Work(aweme_id="2", subfolder="list")
    await naming.process_item(folder.process_item(first))
    folder.process_item(second)
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as other:
        other.reserve_folder("douyin", "post", "MS4author", "Renamed")
    await naming.process_item(second)
    assert second.path.startswith("douyin/post/Renamed/list/")
    assert second.list_folder == "douyin/post/Renamed/list"
    third = folder.process_item(Work(aweme_id="3"))
    assert third.path == "douyin/post/Renamed"
