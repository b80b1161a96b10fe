"""What cannot be saved about the lists of a run is a gap, and costs no other list its state."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from support.works import Work, make_crawler, write_files

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.known_works import KnownWorks
from f2scrapy.crawl.list_memory import ListMemory
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from pipelines.archive import ArchivePipeline


async def test_folder_that_cannot_be_read_in_the_end_is_a_gap(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path)
    with closing(get_archive(crawler)) as archive:
        args, owner = PaginationArgs(update=True), ("douyin", "post", "MS4a")
        known = KnownWorks(archive, get_options(crawler), new_first=True)
        folder = archive.reserve_folder(*owner, "Ann").path
        item = Work(path=archive.reserve_path(Work().key, [f"{folder}/w/w"]))
        ArchivePipeline.from_crawler(crawler).process_item(write_files(archive, item))
        place = archive.locate(item.path).parent
        place.rename(tmp_path / "moved")
        for source in ("list", "other"):
            known.save(source, args, [item.key])
        assert known.get_keys("list", args, owner, "") == frozenset()  # files are missing
        place.symlink_to(place)  # a loop

        run_log = RunLog("works", datetime(2026, 11, 1, tzinfo=UTC))
        paginations = {}
        for source in ("list", "other"):
            listing = run_log.get_listing(source)
            listing.finished = True
            paginations[source] = SimpleNamespace(
                listing=listing, is_complete=True, newest=["new"], may_complete=True
            )
        spider = SimpleNamespace(
            run_log=run_log, crawler=crawler, args=args, known=known, paginations=paginations,
            targets=SimpleNamespace(links=[]), renamed={},
            reading=SimpleNamespace(close=lambda *_, **__: None),
        )  # fmt: skip
        await ListMemory(spider).save()
        [gap] = run_log.gaps
        assert (gap.key, gap.outcome) == ("list", Outcome.DISK)
        assert known.get_keys("other", args, ("douyin", "post", ""), "") == {"new"}
