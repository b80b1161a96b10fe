"""The report is written at the beginning and the end, and counts what Scrapy signals."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from f2scrapy.crawl.extensions.report import Report, get_run_log
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.model.item import Item


class Thing(Item):
    platform = "test"
    kind = "thing"
    number: int

    @property
    def id(self) -> str:
        return str(self.number)


class DouyinSpider(Spider):
    name = "douyin_thing"


class MySpider(Spider):
    name = "mysite"


Make = Callable[..., Report]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """make(MySpider): the report of a crawl of this spider."""

    def report(spider: type[Spider] = DouyinSpider, place: str = "report.json") -> Report:
        path = str(tmp_path / place) if place else ""
        extensions = {"f2scrapy.crawl.extensions.report.Report": 0}
        crawler = get_crawler(spider, {"F2_REPORT": path, "EXTENSIONS": extensions})
        found = crawler.get_extension(Report)
        assert found is not None
        assert get_run_log(crawler) is found.run_log
        return found

    return report


def read_list(report: Report, seen: int, expected: int | None = None) -> None:
    listing = report.run_log.get_listing("test:list:1")
    listing.seen, listing.expected, listing.finished = seen, expected, True
    for number in range(seen):
        report.item_scraped(Thing(number=number))


def read(report: Report) -> dict[str, Any]:
    assert report.path is not None
    content: dict[str, Any] = json.loads(report.path.read_text("utf-8"))
    return content


def close(report: Report, reason: str = "finished") -> dict[str, Any]:
    report.spider_closed(None, reason)  # type: ignore[arg-type]
    report.engine_stopped()
    return read(report)


def catch(error: Exception) -> Failure:
    try:
        raise error
    except type(error):
        return Failure()


def test_everything_kept(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    report = make()
    read_list(report, 3, expected=3)
    with caplog.at_level(logging.INFO):
        content = close(report)
    assert (content["outcome"], content["exit_code"], content["kept"]) == ("OK", 0, 3)
    assert content["spider"] == "douyin_thing"
    assert caplog.messages == [content["summary"]]


def test_run_that_is_killed_leaves_a_report_that_is_true(make: Make) -> None:
    report = make()
    report.spider_opened()
    read_list(report, 3, expected=3)
    assert read(report)["outcome"] == "INTERRUPTED"
    assert report.run_log.exit_code == 4


def test_engine_that_stops_without_its_spider_is_not_complete(make: Make) -> None:
    report = make()
    read_list(report, 3, expected=3)
    report.engine_stopped()
    assert read(report)["exit_code"] == 4


def test_errors_in_the_log_are_not_success(make: Make) -> None:
    report = make()
    read_list(report, 3)
    report.crawler.stats.inc_value("log_count/ERROR")
    assert close(report)["exit_code"] == 4


def test_items_that_are_left_out_are_counted_by_their_reason(make: Make) -> None:
    report = make()
    read_list(report, 1)
    report.item_dropped(Thing(number=8), Skipped("interval"))
    report.item_dropped(Thing(number=9), DropItem("without a reason of ours"))
    content = close(report)
    assert content["skipped"] == {"interval": 1}
    [gap] = content["gaps"]
    assert (gap["key"], gap["outcome"]) == ("test:thing:9", "INTERNAL")


def test_repeated_item_tells_its_list(make: Make) -> None:
    report = make()
    read_list(report, 2)
    report.run_log.get_listing("test:list:2").finished = True
    report.item_dropped(Thing(number=1, source="test:list:2"), Skipped("repeated"))
    error = catch(ValueError("broken"))
    report.record_error(error, Thing(number=1, source="test:list:1"))
    assert not report.run_log.is_whole("test:list:1")
    assert not report.run_log.is_whole("test:list:2")


@pytest.mark.parametrize(
    ("error", "outcome", "detail"),
    [
        (ValueError("broken"), "INTERNAL", "ValueError: broken"),
        (OSError(28, "No space left", "a/b"), "DISK", "a/b: No space left"),
    ],
)
def test_exception_is_a_gap(make: Make, error: Exception, outcome: str, detail: str) -> None:
    report = make()
    report.record_error(catch(error))
    report.record_error(catch(error), Thing(number=1, source="test:list:1"))
    report.record_error(catch(error), {"title": "of a user's own spider"})
    gaps = [(gap.key, gap.source, gap.outcome, gap.detail) for gap in report.run_log.gaps]
    assert gaps == [
        ("callback", "", outcome, detail),
        ("test:thing:1", "test:list:1", outcome, detail),
        ("dict", "", outcome, detail),
    ]


def test_items_of_a_users_own_spider_are_counted(make: Make) -> None:
    report = make(MySpider)
    for number in range(3):
        report.item_scraped({"number": number})
    report.item_dropped({"number": 3}, DropItem("double"))
    content = close(report)
    assert (content["outcome"], content["exit_code"]) == ("OK", 0)
    assert (content["kept"], content["skipped"]) == (3, {"double": 1})
    assert content["summary"].startswith("OK: 3 of 3, 1 double")


def test_only_spiders_of_a_platform_have_lists(make: Make) -> None:
    assert close(make())["outcome"] == "INTERNAL"
    content = close(make(MySpider))
    assert (content["outcome"], content["exit_code"]) == ("OK", 0)
    assert content["summary"] == "OK: the spider gave no rows."


def test_without_a_path_nothing_is_written(make: Make, tmp_path: Path) -> None:
    report = make(place="")
    report.spider_opened()
    report.engine_stopped()
    assert list(tmp_path.iterdir()) == []


def test_report_that_cannot_be_written_is_a_gap(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    report = make(place="file/report.json")
    report.spider_opened()
    [gap] = report.run_log.gaps
    assert (gap.key, gap.outcome) == ("F2_REPORT", "DISK")
    assert str(tmp_path) in gap.detail


def test_report_that_cannot_be_written_leaves_no_old_one(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.json"
    path.write_text('{"outcome": "OK"}')
    report = make()
    monkeypatch.setattr("f2scrapy.crawl.extensions.report.replace_file", refuse)
    report.engine_stopped()
    assert not path.exists()
