"""Request a file from an offset on, and read from the response which part of it comes."""

from __future__ import annotations

from dataclasses import replace

from scrapy import Request

from f2scrapy.api.browser_headers import insert_headers
from f2scrapy.api.http_client import HttpResponse
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.requests import PREPARED
from f2scrapy.download.part_file import PartJournal
from f2scrapy.download.ranges import Extent, parse_extent
from f2scrapy.download.transfer import BrokenContent

transfer_started = object()
"""Signal with `transfer` (a `Transfer`), sent when a body of a media file begins.

A file may come in several bodies: the signal has the same transfer each time. A progress bar reads
its `received` and `total`, or the bytes of this run, `arrived`, until `ended.is_set()`.
"""


class Compressed(Exception):
    """The server has compressed a file."""


def build_range_request(
    request: Request, journal: PartJournal | None, start: int, stop: int = 0, *, as_is: bool = False
) -> PreparedRequest:
    """Return what to send; with a journal, for the file from *start* to *stop* (0 = its end).

    It is for the uncompressed file, unless this is a picture, which browsers offer to decompress.
    With *as_is*, it is as plain as possible: for a server that does not understand the browser's.
    """
    sent: PreparedRequest = request.meta.get(PREPARED) or _build_plain(request)
    last = stop - 1 if stop else ""
    more = {"Range": f"bytes={start}-{last}", "If-Range": journal.validator} if journal else {}
    if as_is or journal or sent.kind != "image":
        more["Accept-Encoding"] = "identity"
    if not more:
        return sent
    headers = insert_headers(sent.headers, more)
    if as_is:
        headers.pop("Range", None)
    return replace(sent, headers=headers)


def _build_plain(request: Request) -> PreparedRequest:
    """Return the request of a user's own spider, with its own headers."""
    headers = {str(name): value for name, value in request.headers.to_unicode_dict().items()}
    return PreparedRequest(request.url, headers, "")


def is_uncompressed(asking: PreparedRequest) -> bool:
    return asking.headers.get("Accept-Encoding") == "identity"


def parse_body_extent(response: HttpResponse, is_identity: bool) -> Extent:
    encoding = response.get("Content-Encoding") or "identity"
    if encoding.strip().lower() != "identity":
        if not is_identity:
            raise Compressed
        raise BrokenContent("the server compressed a file that was requested uncompressed")
    if response.status not in {200, 206}:
        raise BrokenContent(f"HTTP {response.status} has no file in it")
    return parse_extent(response.status, response.get)
