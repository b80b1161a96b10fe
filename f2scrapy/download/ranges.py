"""What the head of an answer says of the file behind it: range, length, validator (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

Header = Callable[[str], str]  # the text of a header by its name; "" = it is missing

_LENGTH = re.compile(r"[0-9]{1,18}")  # more digits than any file has bytes say nothing
_CONTENT_RANGE = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)")


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the body of an answer lies in the file."""

    partial: bool  # it is not the whole file
    start: int  # offset of its first byte; -1 = not said
    total: int  # bytes of the whole file; 0 = not said
    framed: bool  # the end of the body can be told from a cut connection
    validator: str  # what If-Range can be asked with; "" = nothing strong enough


def extent(status: int, header: Header) -> Extent:
    """Read the head of a 200, 206 or 416."""
    length = _LENGTH.fullmatch(header("Content-Length").strip())
    start, total = 0, int(length[0]) if length else 0
    if status != 200:
        start, total = _content_range(header("Content-Range"))
    framed = bool(length) or "chunked" in header("Transfer-Encoding").lower()
    return Extent(status != 200, start, total, framed, _validator(header))


def _content_range(value: str) -> tuple[int, int]:
    match = _CONTENT_RANGE.fullmatch(value.strip())
    if match is None:
        return -1, 0
    first, total = match.groups()
    return int(first) if first else -1, int(total) if total != "*" else 0


def _validator(header: Header) -> str:
    """A strong ETag; without any ETag a Last-Modified that is clearly older than the answer."""
    etag = header("ETag").strip()
    if etag:
        return etag if etag.startswith('"') else ""
    modified, date = header("Last-Modified"), header("Date")
    return modified if _clearly_older(modified, date) else ""


def _clearly_older(modified: str, date: str) -> bool:
    try:
        age = parsedate_to_datetime(date) - parsedate_to_datetime(modified)
    except (TypeError, ValueError):  # missing, no date, or one with and one without a zone
        return False
    return age >= timedelta(minutes=1)
