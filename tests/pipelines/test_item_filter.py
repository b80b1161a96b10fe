"""Filters: each leaves out what it should, and keeps what is not known."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from support.works import User, Work, make_crawler

from f2scrapy.crawl.item_filter import Interval, ItemFilter, Span, parse_work_kinds
from f2scrapy.crawl.skipped import Skipped
from pipelines.item_filter import FilterPipeline

pytestmark = pytest.mark.clock

NOW = datetime(2024, 5, 1, tzinfo=UTC)
DAYS = Interval.parse("2024-01-01|2024-01-02", NOW)


class LikedWork(Work):
    digg_count: int | None = 100
    duration_ms: int = 30_000


def pass_item(item: Any, **filters: Any) -> str:
    """Return the reason why an item is left out; "" = it passed."""
    try:
        assert FilterPipeline(ItemFilter(**filters)).process_item(item) is item
    except Skipped as skipped:
        return skipped.reason
    return ""


def test_kind_is_quoted_as_it_was_typed() -> None:
    with pytest.raises(ValueError, match=r"^kind '图集' is not known; there are: article, image, "):
        parse_work_kinds("图集")


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        ((2023, 12, 31, 15, 59, 59), "interval"),
        ((2023, 12, 31, 16, 0, 0), ""),
        ((2024, 1, 2, 15, 59, 59), ""),
        ((2024, 1, 2, 16, 0, 0), "interval"),
    ],
)
def test_both_days_are_within(published: tuple[Any, ...], reason: str) -> None:
    item = Work(create_time=datetime(*published, tzinfo=UTC))
    assert pass_item(item, interval=DAYS) == reason


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"kinds": parse_work_kinds("video")}, ""),
        ({"kinds": parse_work_kinds("image, live_photo")}, "kinds"),
        ({"likes": Span.parse("100")}, ""),
        ({"likes": Span.parse("101..")}, "likes"),
        ({"likes": Span.parse("..99")}, "likes"),
        ({"seconds": Span.parse("30..60")}, ""),
        ({"seconds": Span.parse("..29")}, "seconds"),
        ({"match": re.compile("夜景|cat")}, ""),
        ({"match": re.compile("dog")}, "match"),
    ],
)
def test_filter_leaves_out_what_it_names(filters: dict[str, Any], reason: str) -> None:
    assert pass_item(LikedWork(desc="城市夜景"), **filters) == reason


def test_unknown_values_stay_in() -> None:
    item = LikedWork(create_time=None, digg_count=None, duration_ms=0)
    wanted = {"likes": Span.parse("1000"), "seconds": Span.parse("60")}
    assert pass_item(item, interval=DAYS, **wanted) == ""


def test_pictures_have_no_length() -> None:
    class Pictures(LikedWork):
        pictures: tuple[str, ...] = ("one",)

    assert pass_item(Pictures(duration_ms=0), seconds=Span.parse("1..")) == "seconds"


def test_words_of_a_user_are_its_name() -> None:
    assert pass_item(User(nickname="夜猫子"), match=re.compile("猫")) == ""
    assert pass_item(User(nickname="Dog"), match=re.compile("猫")) == "match"
    assert pass_item(Work(nickname="猫", desc=""), match=re.compile("猫")) == "match"


def test_filter_is_that_of_the_arguments(tmp_path: object) -> None:
    made = make_crawler(tmp_path)
    made.spider.args = SimpleNamespace(interval=DAYS)
    assert FilterPipeline.from_crawler(made).wanted == ItemFilter(interval=DAYS)
    made.spider.args = SimpleNamespace()
    assert FilterPipeline.from_crawler(made).wanted == ItemFilter()
