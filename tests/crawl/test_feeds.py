"""A feed is there in the end, whole, or the run says which is not."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler
from support.works import Work, WorksSpider

from f2scrapy.crawl.extensions.feeds import Feeds, choose_outcome
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.run_log import RunLog


def make_feeds(path: Path) -> Feeds:
    """Return the extension of a crawl that writes this feed."""
    extensions = {
        "f2scrapy.crawl.extensions.report.Report": 0,
        "f2scrapy.crawl.extensions.feeds.Feeds": 0,
    }
    settings = {"FEEDS": {path: {"format": "jsonl"}}, "EXTENSIONS": extensions, "F2_REPORT": ""}
    settings["FEED_EXPORTERS"] = {"jsonl": "f2scrapy.crawl.exporters.JsonLinesExporter"}
    crawler = get_crawler(WorksSpider, settings)
    crawler.spider = WorksSpider.from_crawler(crawler)
    feeds = crawler.get_extension(Feeds)
    assert feeds is not None
    feeds.open_spider(crawler.spider)
    return feeds


async def closed(path: Path, meanwhile: Any) -> RunLog:
    """Return the run log of the crawl that writes this feed."""
    feeds = make_feeds(path)
    feeds.write(Work())
    meanwhile(path)
    assert feeds.crawler.spider is not None
    await feeds.close_spider(feeds.crawler.spider)
    return get_run_log(feeds.crawler)


@pytest.mark.parametrize(
    ("meanwhile", "gaps"),
    [
        (lambda path: path.read_text("utf-8")[-1] == "\n" or path.unlink(), 0),  # all is there
        (lambda path: path.unlink(), 1),
        (lambda path: path.replace(f"{path}.old"), 1),
        (lambda path: (path.unlink(), path.write_text("another's")), 1),
    ],
)
async def test_feed_that_is_gone_is_a_gap(tmp_path: Path, meanwhile: Any, gaps: int) -> None:
    run_log = await closed(tmp_path / "x.jsonl", meanwhile)
    assert [gap.outcome for gap in run_log.gaps] == ["DISK"] * gaps
    assert all(gap.key == str(tmp_path / "x.jsonl") for gap in run_log.gaps)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full is needed")
def test_rows_that_a_full_disk_refuses_are_not_counted(tmp_path: Path) -> None:
    feeds = make_feeds(tmp_path / "x.jsonl")
    feeds.write(Work())
    [slot] = feeds.slots
    assert slot.itemcount == 1
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), slot.file.fileno())
    for _ in range(2):
        with pytest.raises(OSError):
            feeds.write(Work())
    assert slot.itemcount == 1
    with suppress(OSError):
        slot.file.close()


def test_pipe_whose_reader_has_ended_is_no_fault_of_the_disk() -> None:
    assert choose_outcome(BrokenPipeError(32, "Broken pipe")) == "INTERRUPTED"
    assert choose_outcome(OSError(28, "No space left on device")) == "DISK"
