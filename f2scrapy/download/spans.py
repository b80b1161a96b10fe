"""Compute which ranges of a file are missing, and divide them among requests at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

MIN_RANGE = 16 << 20  # bytes: a shorter range is not worth a connection of its own

_RECORD = re.compile(rb"\n(\d{18}) (\d{18})(?=\n|$)")


class Span(NamedTuple):
    """The bytes of a file from `start` up to `stop`, without that at `stop`."""

    start: int
    stop: int


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order; those that touch or overlap become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].stop:
            merged[-1] = Span(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return tuple(merged)


def find_gaps(held: Sequence[Span], total: int) -> list[Span]:
    """Return what is missing of `total` bytes between merged spans."""
    starts = [0, *(span.stop for span in held)]
    stops = [*(span.start for span in held), total]
    return [Span(*pair) for pair in zip(starts, stops, strict=True) if pair[0] < pair[1]]


def divide_gaps(gaps: Sequence[Span], count: int, least: int) -> list[Span]:
    """Divide gaps into at least `count` spans of similar length, none below `least` bytes.

    They are fewer if the gaps are too short for it, and more if there are more gaps.
    """
    shares = [1] * len(gaps)

    def measure(place: int) -> int:
        return (gaps[place].stop - gaps[place].start) // (shares[place] + 1)

    while sum(shares) < count:
        largest = max(range(len(gaps)), key=measure, default=0)
        if not gaps or measure(largest) < least:
            break
        shares[largest] += 1
    return [span for gap, share in zip(gaps, shares, strict=True) for span in _cut(gap, share)]


def _cut(gap: Span, share: int) -> list[Span]:
    length = gap.stop - gap.start
    places = [gap.start + length * n // share for n in range(share + 1)]
    return [Span(*pair) for pair in pairwise(places)]


def format_record(span: Span) -> bytes:
    """Return a line for a journal; it begins with its line break, for the one before may be cut."""
    return b"\n%018d %018d" % span


def parse_records(data: bytes, limit: int) -> tuple[Span, ...]:
    """Return the spans of a journal's records, merged; `limit` bytes are in the file.

    A record that a kill has cut is shorter than the others, and says nothing.
    """
    found = (Span(int(record[1]), int(record[2])) for record in _RECORD.finditer(data))
    return merge_spans(span for span in found if span.start < span.stop <= limit)
