"""A feed is there in the end, whole, or the run says which is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler
from support.works import Work, WorksSpider

from f2scrapy.crawl.extensions.feeds import Feeds
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.run_log import RunLog


async def closed(path: Path, meanwhile: Any) -> RunLog:
    """Return the run log of the crawl that writes this feed."""
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
    feeds.write(Work())
    meanwhile(path)
    await feeds.close_spider(crawler.spider)
    return get_run_log(crawler)


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
