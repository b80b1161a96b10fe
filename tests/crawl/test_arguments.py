"""Arguments are parse_arguments before anything is asked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.config.inputs import read_lines
from f2scrapy.crawl.arguments import (
    Args,
    CursorArgs,
    LinkArgs,
    ListArgs,
    OrderedFollowArgs,
    parse_arguments,
)
from f2scrapy.crawl.item_filter import Interval
from f2scrapy.errors import InputError
from spiders.douyin_user_post import DouyinUserPostSpider

pytestmark = pytest.mark.clock


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "name"),
    [
        ("2024-01-01|2024-01-02", (2023, 12, 31), (2024, 1, 2), "2024-01-01..2024-01-02"),
        ("2024-01-01..2024-01-02", (2023, 12, 31), (2024, 1, 2), "2024-01-01..2024-01-02"),
        ("2024", (2023, 12, 31), (2024, 12, 31), "2024-01-01..2024-12-31"),
        ("2024-12", (2024, 11, 30), (2024, 12, 31), "2024-12-01..2024-12-31"),
        ("2023..2024-02", (2022, 12, 31), (2024, 2, 29), "2023-01-01..2024-02-29"),
        (" 2024-01-01.. ", (2023, 12, 31), None, "2024-01-01.."),
        ("..2024-12-31", None, (2024, 12, 31), "..2024-12-31"),
    ],
)
def test_interval_is_whole_days_of_china(text: str, start: Any, end: Any, name: str) -> None:
    interval = Interval.parse(text, NOW)
    assert interval is not None
    assert interval.start == (start and datetime(*start, 16, tzinfo=UTC))
    assert interval.end == (end and datetime(*end, 15, 59, 59, tzinfo=UTC))
    assert interval.name == name


@pytest.mark.parametrize(("text", "age"), [("7d", 7), ("2w", 14), ("48H", 2)])
def test_interval_may_be_an_age(text: str, age: int) -> None:
    interval = Interval.parse(text, NOW)
    assert interval == (NOW - timedelta(days=age), None, text.lower())
    assert interval is not None
    assert interval.contains(NOW)
    assert not interval.contains(NOW - timedelta(days=age, seconds=1))


def test_interval_all_is_none() -> None:
    assert parse_arguments(ListArgs, {"url": "x", "interval": "all"}).interval is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "interval",
    [
        *("2024-02-01|2024-01-01", "2024-01-01", "2024-13-01|2024-13-02", "x|y", "", ".."),
        *("0001-01-01|0001-01-02", "{x}|{y}", "2024-13", "0000", "9w8", "9999-12..x", "7y"),
    ],
)
def test_bad_interval_says_what_is_wanted(interval: str) -> None:
    with pytest.raises(InputError, match=r"want 2024, 2024-03, .* 7d or all"):
        parse_arguments(ListArgs, {"url": "x", "interval": interval})


def test_interval_that_a_shell_has_cut_at_the_bar_is_explained() -> None:
    with pytest.raises(InputError, match=r"2024-01-01; put a text with \| into quotes"):
        parse_arguments(ListArgs, {"url": "x", "interval": "2024-01-01"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"likes": "many"}, "-a likes=many: want a number or a range"),
        ({"likes": ".."}, "want a number or a range"),
        ({"seconds": "60..30"}, "-a seconds=60..30: the smaller number comes first"),
        ({"kinds": "vidoe"}, "did you mean video?"),
        ({"kinds": ","}, "-a kinds=,: want article, image, live_photo, video"),
        ({"match": "(cat"}, "-a match=(cat: this is no regular expression"),
    ],
)
def test_bad_filter_is_one_clear_line(values: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_arguments(ListArgs, {"url": "x"} | values)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "-a url=… is missing"),
        ({"urll": "x"}, "argument urll is not known; did you mean url?"),
        ({"url": "x", "max_count": "1"}, "did you mean max_counts?"),
        ({"url": "x", "max_counts": "many"}, "-a max_counts=many: want a whole number"),
        ({"url": "x", "page_counts": "0"}, "-a page_counts=0: want 1 or more"),
        ({"url": "x", "kinds": [5]}, "-a kinds.0=5: want one of video, image, live_photo"),
    ],
)
def test_bad_argument_is_one_clear_line(values: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_arguments(CursorArgs, values)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_unknown_argument_of_what_takes_none() -> None:
    with pytest.raises(InputError, match="argument max_counts is not known; there are none"):
        parse_arguments(Args, {"max_counts": "1"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"interval": "2024-01-01|2024-01-02"}, "lists of users have no dates"),
        ({"likes": "10"}, "-a likes=…: lists of users have no likes"),
        ({"source_type": "4", "update": "yes"}, "-a update=true needs -a source_type=1"),
    ],
)
def test_lists_of_users_take_no_argument_they_cannot_keep(
    values: dict[str, str], message: str
) -> None:
    usual = {"url": "x", "source_type": "1"}
    assert not parse_arguments(OrderedFollowArgs, usual).update  # type: ignore[attr-defined]
    assert parse_arguments(OrderedFollowArgs, usual | {"update": "yes"}).update  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=message):
        parse_arguments(OrderedFollowArgs, usual | values)


def test_url_may_name_a_file(tmp_path: Path) -> None:
    text = "\ufeffhttps://v.douyin.com/a/\n\n# mine\n  7298145681699622182  \n"
    (tmp_path / "links").write_text(text, encoding="utf-8")
    parts = LinkArgs(url=f"@{tmp_path}/links").parts
    assert parts == ["https://v.douyin.com/a/", "7298145681699622182"]


def test_text_is_one_part() -> None:
    assert LinkArgs(url="a\nb").parts == ["a\nb"]


def test_file_that_holds_nothing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text("\n# none yet\n")
    with pytest.raises(InputError, match=f"^-a url=@{file}: there is nothing in that file$"):
        assert LinkArgs(url=f"@{file}").parts


def test_file_of_another_encoding(tmp_path: Path) -> None:
    """Notepad on a Chinese Windows once wrote GBK."""
    (tmp_path / "links.txt").write_text("我的主页 https://v.douyin.com/iRNBho6u/", "gbk")
    with pytest.raises(InputError, match="no text in UTF-8: save it as such"):
        read_lines(f"@{tmp_path}/links.txt")


@pytest.mark.parametrize(
    ("text", "option", "told"),
    [
        ("@nasa", "-a url=", "-a url=@nasa: cannot read .*; a user's name goes without @"),
        ("@e.s.a", "-a url=", "a user's name goes without @"),
        ("@/none", "-a url=", r"-a url=@/none: cannot read that file \(No such file.*\)$"),
        ("@~nosuch/x", "-a url=", "-a url=@~nosuch/x: cannot read that file"),
        ("@none", "--token ", r"--token @none: cannot read that file \(No such file.*\)$"),
    ],
)
def test_file_that_is_not_there(text: str, option: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_lines(text, option)


def test_no_argument_is_swallowed() -> None:
    """scrapyd adds `_job`; anything else that no spider knows is a mistake."""
    link = {"url": "https://www.douyin.com/user/MS4wLjABAAAAsandbox1"}
    assert DouyinUserPostSpider(**link, _job="26d1b1a6").args.url
    for name in ("_jobs", "_max_counts", "max_count", "__class__"):
        with pytest.raises(InputError, match=name):
            DouyinUserPostSpider(**link, **{name: "1"})
