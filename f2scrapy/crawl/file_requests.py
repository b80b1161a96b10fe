"""Request a file from an offset on, and read from the response which part of it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request
from scrapy.http import Headers

from f2scrapy.api.browser_headers import insert_headers
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.requests import PREPARED
from f2scrapy.download.part_file import PartJournal
from f2scrapy.download.ranges import Extent, parse_extent
from f2scrapy.download.transfer import BrokenContent

transfer_started = object()
"""Signal with `transfer` (a `Transfer`), sent when the body of a media file begins.

A progress bar reads its `received` and `total` until `ended.is_set()`.
"""


@dataclass
class Arrival:
    """A response to a request for a file, before its body."""

    args: Any  # of `make_response`, but for the body
    chunks: AsyncIterator[bytes]


class Compressed(Exception):
    """The server has compressed a file."""


def build_range_request(
    request: Request, journal: PartJournal | None, start: int, stop: int = 0, *, as_is: bool = False
) -> Request:
    """Return a copy; with a journal, for the file from *start* on, up to *stop* (0 = its end).

    It is for the uncompressed file, unless this is a picture, which browsers offer to decompress.
    With *as_is*, it is as plain as possible: for a server that does not understand the browser's.
    """
    asking = request.copy()
    sent: PreparedRequest | None = request.meta.get(PREPARED)
    last = stop - 1 if stop else ""
    more = {"Range": f"bytes={start}-{last}", "If-Range": journal.validator} if journal else {}
    if as_is or journal or sent is None or sent.kind != "image":
        more["Accept-Encoding"] = "identity"
    asking.headers.update(more)
    if sent:
        headers = insert_headers(sent.headers, more)
        if as_is:
            headers.pop("Range", None)
        asking.meta[PREPARED] = replace(sent, headers=headers)
    return asking


def has_range(asking: Request) -> bool:
    sent: PreparedRequest | None = asking.meta.get(PREPARED)
    return bool(sent and "Range" in sent.headers)


def is_uncompressed(asking: Request) -> bool:
    return asking.headers.get("Accept-Encoding") == b"identity"


def parse_body_extent(status: int, headers: Headers, is_identity: bool) -> Extent:
    encoding = headers.get("Content-Encoding") or b"identity"
    if encoding.strip().lower() != b"identity":
        if not is_identity:
            raise Compressed
        raise BrokenContent("the server compressed a file that was requested uncompressed")
    if status not in {200, 206}:
        raise BrokenContent(f"HTTP {status} has no file in it")
    return parse_extent(status, build_header_reader(headers))


def build_header_reader(headers: Headers) -> Callable[[str], str]:
    return lambda name: (headers.get(name) or b"").decode("latin-1")
