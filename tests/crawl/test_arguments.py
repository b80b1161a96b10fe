"""Arguments are parse_arguments before anything is asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from f2scrapy.config.inputs import read_lines
from f2scrapy.crawl.arguments import (
    Args,
    CursorArgs,
    Interval,
    LinkArgs,
    ListArgs,
    OrderedFollowArgs,
    parse_arguments,
)
from f2scrapy.errors import InputError
from spiders.douyin_user_post import DouyinUserPostSpider

pytestmark = pytest.mark.clock


def test_interval_is_whole_days_of_china() -> None:
    interval = Interval.parse("2024-01-01|2024-01-02")
    assert interval is not None
    assert interval.start == datetime(2023, 12, 31, 16, tzinfo=UTC)
    assert interval.contains(datetime(2024, 1, 2, 15, 59, 59, tzinfo=UTC))
    assert not interval.contains(datetime(2024, 1, 2, 16, tzinfo=UTC))


def test_interval_all_is_none() -> None:
    assert parse_arguments(ListArgs, {"url": "x", "interval": "all"}).interval is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "interval",
    [
        *("2024-02-01|2024-01-01", "2024-01-01", "2024-13-01|2024-13-02", "x|y", ""),
        *("0001-01-01|0001-01-02", "{x}|{y}"),
    ],
)
def test_bad_interval_says_what_is_wanted(interval: str) -> None:
    with pytest.raises(InputError, match=r"want YYYY-MM-DD\|YYYY-MM-DD or all"):
        parse_arguments(ListArgs, {"url": "x", "interval": interval})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "-a url=… is missing"),
        ({"urll": "x"}, "argument urll is not known; did you mean url?"),
        ({"url": "x", "max_count": "1"}, "did you mean max_counts?"),
        ({"url": "x", "max_counts": "many"}, "-a max_counts=many: want a whole number"),
        ({"url": "x", "page_counts": "0"}, "-a page_counts=0: want 1 or more"),
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
