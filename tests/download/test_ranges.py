"""Test the position of a body in its file, and the validator of a response."""

import pytest

from f2scrapy.download import ranges


def parse_extent(status: int, headers: dict[str, str]) -> ranges.Extent:
    return ranges.parse_extent(status, lambda name: headers.get(name, ""))


def test_extent_of_a_whole_file():
    found = parse_extent(200, {"Content-Length": "70", "Content-Range": "bytes 5-6/7"})
    assert (found.is_partial, found.start, found.total, found.is_framed) == (False, 0, 70, True)


@pytest.mark.parametrize(
    ("value", "start", "total"),
    [
        ("bytes 5-9/10", 5, 10),
        ("bytes 5-9/*", 5, 0),
        ("bytes */10", -1, 10),
        ("bytes 5-/10", -1, 0),
        ("items 5-9/10", -1, 0),
        (f"bytes 5-9/{'9' * 5000}", -1, 0),
        ("", -1, 0),
    ],
)
def test_extent_of_a_part(value, start, total):
    found = parse_extent(206, {"Content-Length": "5", "Content-Range": value})
    assert (found.is_partial, found.start, found.total) == (True, start, total)


@pytest.mark.parametrize(
    ("headers", "framed"),
    [
        ({"Content-Length": "0"}, True),
        ({"Transfer-Encoding": "Chunked"}, True),
        ({"Content-Length": "many"}, False),
        ({"Content-Length": "9" * 5000}, False),
        ({}, False),
    ],
)
def test_end_of_a_framed_body_differs_from_a_cut(headers, framed):
    assert parse_extent(200, headers).is_framed is framed


NOON, LATER = "Sat, 21 Nov 2026 12:00:00 GMT", "Sat, 21 Nov 2026 12:01:00 GMT"


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"ETag": '"a"'}, '"a"'),
        ({"ETag": 'W/"a"'}, ""),
        ({"ETag": "bare"}, ""),
        ({"ETag": 'W/"a"', "Last-Modified": NOON, "Date": LATER}, ""),
        ({"Last-Modified": NOON, "Date": LATER}, NOON),
        ({"Last-Modified": NOON, "Date": NOON}, ""),
        ({"Last-Modified": NOON}, ""),
        ({"Last-Modified": "yesterday", "Date": LATER}, ""),
        ({}, ""),
    ],
)
def test_only_strong_validators_are_used(headers, validator):
    assert parse_extent(200, headers).validator == validator


@pytest.mark.parametrize("date", [
    "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 10000 00:00:00 GMT", "1 Jan 0 0:0:0 +9999",
    "Mon, 32 Foo", "-1", "\ud800", "Mon, 01 Jan 2026 00:00:00 +99999999999999", "a" * 50_000,
    "1 " * 20_000, "Thu, 1 Jan 1 00:00:00 +2359",
])  # fmt: skip
def test_a_date_of_no_calendar_is_no_validator(date):
    """A year beyond all calendars cost the whole work (2026)."""
    head = {"Last-Modified": date, "Date": "Mon, 30 Nov 2026 00:00:00 GMT"}
    for values in (head, {"Last-Modified": head["Date"], "Date": date}):
        found = ranges.parse_extent(200, lambda name, values=values: values.get(name, ""))
        assert found.validator in ("", values["Last-Modified"])
    assert ranges.parse_extent(200, lambda name: date if name != "ETag" else "").total == 0
