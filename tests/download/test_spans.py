"""Test which ranges are missing, and how they are divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.download.spans import (
    Span,
    divide_gaps,
    find_gaps,
    format_record,
    merge_spans,
    parse_records,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 30)).map(lambda at: Span(at[0], sum(at)))
)


def list_bytes(spans) -> list[int]:
    return [place for span in spans for place in range(*span)]


@given(SPANS)
def test_gaps_and_spans_are_the_whole_file(spans):
    held = merge_spans(spans)
    assert list_bytes(held) == sorted(set(list_bytes(spans)))
    assert sorted(list_bytes(held) + list_bytes(find_gaps(held, 130))) == list(range(130))


@given(SPANS, st.integers(1, 8))
def test_divided_gaps_cover_the_gaps_in_order(spans, count):
    gaps = find_gaps(merge_spans(spans), 130)
    divided = divide_gaps(gaps, count, 5)
    assert list_bytes(divided) == list_bytes(gaps)
    assert len(divided) <= max(count, len(gaps))
    assert all(span in gaps or span.stop - span.start >= 5 for span in divided)


@pytest.mark.parametrize(
    ("gaps", "count", "lengths"),
    [
        ([Span(0, 120)], 4, [30, 30, 30, 30]),
        ([Span(0, 120)], 3, [40, 40, 40]),
        ([Span(0, 59)], 8, [29, 30]),
        ([Span(0, 19)], 8, [19]),
        ([Span(0, 60), Span(70, 90)], 4, [20, 20, 20, 20]),
        ([Span(0, 10), Span(20, 30), Span(40, 50)], 2, [10, 10, 10]),
    ],
)
def test_division_is_even_and_not_below_the_least(gaps, count, lengths):
    assert [span.stop - span.start for span in divide_gaps(gaps, count, 20)] == lengths


@given(SPANS, st.binary(max_size=3))
def test_records_are_read_as_written(spans, rest):
    data = b"".join(map(format_record, spans))
    assert parse_records(data, 1000) == merge_spans(spans)
    assert parse_records(data + b"\n" + rest, 1000) == merge_spans(spans)
