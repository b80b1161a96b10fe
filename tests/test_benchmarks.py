"""The table of benchmarks: a missed goal is marked, and is a failure; each benchmark can be run."""

import gzip
import inspect
import json
from importlib import import_module

import pytest

from benchmarks.__main__ import BY_NAME, NAMES, parse_words
from benchmarks.pageserver import LIST, Pages
from benchmarks.table import Row, format_table
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.sandbox.http_types import Request


def test_a_missed_goal_is_marked() -> None:
    rows = [
        Row("list x other", "1,200 works/s", 1.493, least=1.5),
        Row("memory, peak MiB", "20,000 works", 109.6, most=110),
        Row("lost", "9,000 messages", 0, most=0),
        Row("a work", "227 us"),
    ]
    assert [row.is_met for row in rows] == [False, True, True, True]
    assert format_table(rows).splitlines() == [
        "                          figure  number    goal",
        "list x other       1,200 works/s    1.49  >= 1.5  MISSED",
        "memory, peak MiB    20,000 works     110  <= 110",
        "lost              9,000 messages    0.00    <= 0",
        "a work                    227 us",
    ]


@pytest.mark.parametrize("name", [*NAMES, *BY_NAME])
def test_each_benchmark_returns_rows(name: str) -> None:
    main = inspect.signature(import_module(f"benchmarks.{name}").main)
    assert main.parameters["quick"].kind is inspect.Parameter.KEYWORD_ONLY
    assert main.return_annotation in {list[Row], "list[Row]"}


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_words(["crawls"])
    assert "no such benchmark: crawls" in capsys.readouterr().err


def test_stored_pages_are_a_whole_list_of_different_works() -> None:
    pages, works, cursor, more = Pages(200), [], 0, True
    while more:
        request = Request.from_target("GET", f"{LIST}?max_cursor={cursor}&count=18")
        answer = json.loads(gzip.decompress(pages.answer(request).body))
        works += map(Post.parse, answer["aweme_list"])
        cursor, more = answer["max_cursor"], answer["has_more"]
    assert len({work.aweme_id for work in works}) == len(works) == 200
    assert len({work.desc for work in works}) > 150
    assert works == sorted(works, key=lambda work: work.create_time, reverse=True)
    assert not any(work.unreadable for work in works)
