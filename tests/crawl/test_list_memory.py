"""Lists are remembered for the next run; what cannot be saved is a gap, and of one list alone."""

import errno
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.crawler import Crawler
from support.works import Work, make_crawler, write_files

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.known_works import KnownWorks
from f2scrapy.crawl.list_memory import ListMemory
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from pipelines.archive import ArchivePipeline

SOURCE = "douyin:post:MS4w"
OTHER = "douyin:post:MS4x"


def refuse(*_: object) -> None:
    raise OSError(errno.EBUSY, "database is locked")


def make_spider(crawler: Crawler, known: Any, *sources: str, **pagination: Any) -> Any:
    run_log = RunLog("douyin_user_post", datetime.now(UTC))
    return SimpleNamespace(
        crawler=crawler,
        run_log=run_log,
        args=PaginationArgs(update=True),
        known=known,
        paginations={
            source: SimpleNamespace(listing=run_log.get_listing(source), **pagination)
            for source in sources
        },
        targets=SimpleNamespace(links=[]),
        renamed={},
        reading=SimpleNamespace(close=lambda *_, **__: None),
    )


@pytest.mark.parametrize(
    ("save", "details"),
    [(lambda *_: None, []), (refuse, ["not remembered as complete: database is locked"])],
    ids=["free at the end", "locked to the end"],
)
async def test_lock_in_the_midst_of_a_list_is_no_gap(
    save: Callable[..., None], details: list[str], tmp_path: Path
) -> None:
    crawler = make_crawler(tmp_path)
    get_archive(crawler).is_stopping = lambda: True  # wait for no lock
    known = SimpleNamespace(begin=refuse, iter_missing=lambda _: ())
    spider = make_spider(crawler, known, SOURCE, may_complete=True, is_complete=False)
    memory = ListMemory(spider)
    await memory.begin(SOURCE)
    assert spider.run_log.gaps == []
    known.begin = save
    await memory.save()
    assert [gap.detail for gap in spider.run_log.gaps] == details


async def test_folder_that_cannot_be_read_in_the_end_is_a_gap_of_its_list(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path)
    with closing(get_archive(crawler)) as archive:
        known = KnownWorks(archive, get_options(crawler), new_first=True)
        spider = make_spider(crawler, known, SOURCE, OTHER, is_complete=True, newest=["new"])
        owner = ("douyin", "post", "MS4w")
        folder = archive.reserve_folder(*owner, "Ann").path
        item = Work(path=archive.reserve_path(Work().key, [f"{folder}/w/w"]))
        ArchivePipeline.from_crawler(crawler).process_item(write_files(archive, item))
        place = archive.locate(item.path).parent
        place.rename(tmp_path / "moved")
        for source in (SOURCE, OTHER):
            known.save(source, spider.args, [item.key])
            spider.run_log.get_listing(source).finished = True
        assert not known.get_keys(SOURCE, spider.args, owner, ""), "files are missing"
        place.symlink_to(place)  # a loop; root may read any folder

        await ListMemory(spider).save()
        [gap] = spider.run_log.gaps
        assert (gap.key, gap.outcome) == (SOURCE, Outcome.DISK)
        assert known.get_keys(OTHER, spider.args, ("douyin", "post", ""), "") == {"new"}
