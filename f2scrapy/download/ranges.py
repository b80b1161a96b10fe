"""Read range, length and validator of a file from the headers of a response (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from f2scrapy.download.spans import Span

Header = Callable[[str], str]  # the text of a header by its name; "" = it is missing

_LENGTH = re.compile(r"[0-9]{1,18}")  # longer numbers are no size of a file
_CONTENT_RANGE = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)")


class Extent(NamedTuple):
    """The position of a response's body in the file."""

    is_partial: bool  # whether the response is a 206 or 416
    start: int  # offset of its first byte; -1 = unknown
    total: int  # bytes of the whole file; 0 = unknown
    is_framed: bool  # whether the end of the body differs from a broken connection
    validator: str  # the value for If-Range; "" = none is strong enough


def parse_extent(status: int, header: Header) -> Extent:
    """Read the headers of a 200, 206 or 416."""
    length = _LENGTH.fullmatch(header("Content-Length").strip())
    start, total = 0, int(length[0]) if length else 0
    if status != 200:
        start, total = _parse_content_range(header("Content-Range"))
    framed = bool(length) or "chunked" in header("Transfer-Encoding").lower()
    return Extent(status != 200, start, total, framed, _choose_validator(header))


def contradict_range(status: int, header: Header, span: Span, total: int, validator: str) -> str:
    """Return why a response is not exactly this range of this version of a file; "" = it is."""
    if status != 206:
        return f"HTTP {status} for a range"
    if header("Content-Encoding").strip().lower() not in {"", "identity"}:
        return "a compressed range"
    if header("Content-Range").strip() != f"bytes {span.start}-{span.stop - 1}/{total}":
        return "another range than requested, or of a file of another size"
    if header("Content-Length").strip() != str(span.stop - span.start):
        return "a range of another length than requested"
    if _choose_validator(header) != validator:
        return "a range of another version of the file, or it does not say of which"
    return ""


def _parse_content_range(value: str) -> tuple[int, int]:
    match = _CONTENT_RANGE.fullmatch(value.strip())
    if match is None:
        return -1, 0
    first, total = match.groups()
    return int(first) if first else -1, int(total) if total != "*" else 0


def _choose_validator(header: Header) -> str:
    """Return a strong ETag; without any ETag, a Last-Modified at least a minute before Date."""
    etag = header("ETag").strip()
    if etag:
        return etag if etag.startswith('"') else ""
    modified, date = header("Last-Modified"), header("Date")
    return modified if _is_clearly_older(modified, date) else ""


def _is_clearly_older(modified: str, date: str) -> bool:
    try:
        age = parsedate_to_datetime(date) - parsedate_to_datetime(modified)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        # Missing, not a date, a year beyond all calendars, or only one has a time zone.
        return False
    return age >= timedelta(minutes=1)
