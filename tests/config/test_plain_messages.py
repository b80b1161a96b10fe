"""Messages about wrong options and arguments are in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import get_type_hints

import pytest

from f2scrapy.config.file import load_options, read_defaults
from f2scrapy.config.options import NAMES, parse_options
from f2scrapy.crawl.arguments import Args, parse_arguments
from f2scrapy.crawl.item_filter import INTERVAL_FORMS
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.errors import InputError

TEXTS = [
    "", "x", " ", "1e999", "nan", "-1", "9" * 5000, "1.5", "0x10", "1|2", "2024-01-01",
    "2024-01-01|", "|", "2024-13-01|2024-12-31", "2024-01-01|2023-01-01", "0001-01-01|9999-12-31",
    "2024-01-01|2024-01-02|2024-01-03", "a,b", ",", "é", "\u0661", "{", "}", "{desc", "{desc!r}",
    "{desc:.9999}", "h>", "size<=5XB", "height<=x", "codec:", "http://[", "http://h:99999", "30",
    "30m", "1h,,x", "inf", "True", "-0", "\0", "\ud800", "[]", "2024-02-30|2024-03-01",
]  # fmt: skip
OF_YAML = [5, -1, 2.5, True, date(2024, 1, 1), [1], [[1]], ["x"], [None], {}, {"a": 1}]
PYTHONS = re.compile(
    "literal for|does not match format|Input should|codec can|NoneType|out of range|format string"
    "|Traceback|Error:|could not convert|must be in|not subscriptable|null byte|limit .*digits"
    "|Input is|<class"
)


def give(call: object, **values: object) -> Iterator[str]:
    try:
        call(**values)  # type: ignore[operator]
    except InputError as error:
        yield str(error)


@pytest.mark.parametrize("name", NAMES)
def test_messages_of_options_are_plain(name: str) -> None:
    for text in TEXTS:
        for message in give(load_options, **{name: text}):
            assert not PYTHONS.search(message.replace(text, "") if text else message), message
            assert "\n" not in message


@pytest.mark.parametrize("name", NAMES)
def test_values_of_a_file_that_are_no_text_are_read_or_named(name: str) -> None:
    for value in OF_YAML:
        for message in give(parse_options, values=read_defaults() | {name: value}):
            assert not PYTHONS.search(message), message
            assert message.startswith(name)
            assert "\n" not in message


def list_kinds() -> set[type[Args]]:
    loader = SpiderLoader(["spiders"])
    return {get_type_hints(loader.load(name))["args"] for name in loader.list()}


@pytest.mark.parametrize("kind", sorted(list_kinds(), key=str), ids=lambda kind: kind.__qualname__)
def test_messages_of_arguments_are_plain(kind: type[Args]) -> None:
    needed = {name: "x" for name, field in kind.model_fields.items() if field.is_required()}
    for name in kind.model_fields:
        for text in TEXTS:
            for message in give(lambda **values: parse_arguments(kind, needed | values),
                                **{name: text}):  # fmt: skip
                assert not PYTHONS.search(message), message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a day is missing"),
        ("2024-01-01|", "a day is missing"),
        ("2024-02-30|2024-03-01", "2024-02-30 is no day of the calendar"),
        ("2024-02-30", "2024-02-30 is no day of the calendar"),
        ("1|2", "1 is no day of the calendar"),
        ("0001-01-01|2024-01-01", "0001-01-01 is too early"),
        ("2024-02..2024-01", "the earlier day comes first"),
    ],
)
def test_interval_says_which_day_is_wrong(text: str, words: str) -> None:
    [kind] = [kind for kind in list_kinds() if kind.__qualname__ == "CursorArgs"]
    [message] = give(lambda **values: parse_arguments(kind, {"url": "x"} | values), interval=text)
    assert message == f"-a interval={text}: {INTERVAL_FORMS} ({words})"
