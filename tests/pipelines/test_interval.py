"""Interval: both days inclusive, in UTC+8."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from support.works import Work, make_crawler

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.skipped import Skipped
from pipelines.interval import IntervalPipeline

pytestmark = pytest.mark.clock

DAYS = Interval.parse("2024-01-01|2024-01-02")


@pytest.mark.parametrize(
    "published", [(2023, 12, 31, 16, 0, 0), (2024, 1, 1, 3, 0, 0), (2024, 1, 2, 15, 59, 59)]
)
def test_both_days_are_within(published: tuple[int, ...]) -> None:
    item = Work(create_time=datetime(*published, tzinfo=UTC))
    assert IntervalPipeline(DAYS).process_item(item) is item


@pytest.mark.parametrize("published", [(2023, 12, 31, 15, 59, 59), (2024, 1, 2, 16, 0, 0)])
def test_other_days_are_dropped(published: tuple[int, ...]) -> None:
    with pytest.raises(Skipped) as caught:
        IntervalPipeline(DAYS).process_item(Work(create_time=datetime(*published, tzinfo=UTC)))
    assert caught.value.reason == "interval"


def test_what_bears_no_date_passes() -> None:
    item = Work(create_time=None)
    assert IntervalPipeline(DAYS).process_item(item) is item


@pytest.mark.parametrize("interval", [None, DAYS])
def test_interval_is_the_spiders(tmp_path: object, interval: Interval | None) -> None:
    made = make_crawler(tmp_path)
    made.spider.args = SimpleNamespace(interval=interval)
    assert IntervalPipeline.from_crawler(made).interval is interval


def test_spiders_without_interval_keep_all(tmp_path: object) -> None:
    made = make_crawler(tmp_path)
    made.spider.args = SimpleNamespace()
    assert IntervalPipeline.from_crawler(made).interval is None
