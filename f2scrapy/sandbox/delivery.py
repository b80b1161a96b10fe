"""Send a Reply over a connection: ranges, compression, connection faults."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from aiohttp import web

from f2scrapy.sandbox.http_types import Reply, Request

LAST_MODIFIED = "Sun, 01 Nov 2026 12:00:00 GMT"
_LEAST_COMPRESSED = 1000  # bytes: shorter texts are not compressed
_SILENCE_S = 600  # a stalled connection is closed after this time
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class ByteRange(NamedTuple):
    """Range of bytes to send; `status` is 200, 206 or 416."""

    status: int
    start: int
    stop: int


def parse_range(size: int, header: str) -> ByteRange:
    """Return the range a Range header requests of *size* bytes.

    "" and invalid ones mean all, as one that ends before it begins is (RFC 9110, 14.1.1).
    """
    found = _RANGE.fullmatch(header)
    if not found or found[0] == "bytes=-":
        return ByteRange(200, 0, size)
    if found[1] and found[2] and int(found[2]) < int(found[1]):
        return ByteRange(200, 0, size)
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    return ByteRange(206, start, stop) if start < stop else ByteRange(416, 0, 0)


@dataclass
class Delivered:
    """Status and bytes sent of a reply."""

    status: int
    bytes: int = 0  # of the body
    ranged: bool = False


def compress_reply(reply: Reply, request: Request) -> Reply:
    """Return the reply gzipped, as the platforms send every text to clients that accept it."""
    if reply.asset is not None or len(reply.body) < _LEAST_COMPRESSED:
        return reply
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return reply
    body = gzip.compress(reply.body, compresslevel=1, mtime=0)
    encoding = ("Content-Encoding", "gzip")
    return replace(reply, body=body, headers=(*reply.headers, encoding))


async def deliver(incoming: web.BaseRequest, reply: Reply) -> tuple[web.StreamResponse, Delivered]:
    """Send *reply*; a client that disconnects ends it."""
    range_ = _choose_range(incoming, reply)
    # Browsers ask for all of a video or a sound in this form.
    sent = Delivered(range_.status, ranged=incoming.headers.get("Range", "bytes=0-") != "bytes=0-")
    response = _build_head(reply, range_)
    if not reply.delivery.length:
        response.enable_chunked_encoding()
    with suppress(ConnectionError):
        await response.prepare(incoming)
        if incoming.method != "HEAD":
            await _send_body(incoming, response, reply, range_, sent)
    return response, sent


def _choose_range(incoming: web.BaseRequest, reply: Reply) -> ByteRange:
    if reply.asset is None:
        return ByteRange(reply.status, 0, len(reply.body))
    headers, etag = incoming.headers, reply.delivery.etag or reply.asset.etag
    condition = headers.get("If-Range", etag)
    header = headers.get("Range", "") if condition in (etag, LAST_MODIFIED) else ""
    return parse_range(reply.asset.size, header if reply.delivery.ranges else "")


def _build_head(reply: Reply, range_: ByteRange) -> web.StreamResponse:
    response = web.StreamResponse(status=range_.status)
    response.headers["Content-Type"] = reply.content_type
    for name, value in reply.headers:
        response.headers.add(name, value)
    if reply.asset is not None:
        response.headers.update(_build_media_headers(reply, range_))
    if reply.delivery.length:
        response.content_length = range_.stop - range_.start
    return response


def _build_media_headers(reply: Reply, range_: ByteRange) -> dict[str, str]:
    assert reply.asset is not None
    size, shift = reply.asset.size, reply.delivery.shift if range_.start else 0
    headers = {
        "Content-Type": reply.asset.content_type,
        "ETag": reply.delivery.etag or reply.asset.etag,
        "Last-Modified": LAST_MODIFIED,
        "Cache-Control": "max-age=31536000",
    }
    if reply.delivery.ranges:
        headers["Accept-Ranges"] = "bytes"
    if range_.status == 206:
        headers["Content-Range"] = f"bytes {range_.start + shift}-{range_.stop - 1 + shift}/{size}"
    if range_.status == 416:
        headers["Content-Range"] = f"bytes */{size}"
    return headers


async def _send_body(
    incoming: web.BaseRequest,
    response: web.StreamResponse,
    reply: Reply,
    range_: ByteRange,
    sent: Delivered,
) -> None:
    delivery, end = reply.delivery, _find_end(reply)
    step = max(1, delivery.bytes_a_second // 10) if delivery.bytes_a_second else None
    async for chunk in reply.stream or _iter_pieces(_iter_chunks(reply, range_), step):
        piece = chunk if end is None else chunk[: end - sent.bytes]
        if piece:
            await response.write(piece)
            sent.bytes += len(piece)
        if end is not None and sent.bytes >= end:
            await _break_connection(incoming, reply)
            return
        if step:
            await asyncio.sleep(0.1)
    await response.write_eof()


def _find_end(reply: Reply) -> int | None:
    """Return the byte at which the connection fails; None if it does not."""
    delivery = reply.delivery
    ends = [
        start
        for start in (delivery.cut_at, delivery.stall_at, delivery.reset_at)
        if start is not None
    ]
    return min(ends) if ends else None


def _iter_chunks(reply: Reply, range_: ByteRange) -> Iterator[bytes | memoryview]:
    if reply.asset is None:
        return iter([reply.body] if reply.body else [])
    return reply.asset.iter_chunks(range_.start, range_.stop)


async def _iter_pieces(
    chunks: Iterator[bytes | memoryview], step: int | None
) -> AsyncIterator[bytes | memoryview]:
    for chunk in chunks:
        for start in range(0, len(chunk), step or len(chunk)):
            yield chunk[start : start + (step or len(chunk))]


async def _break_connection(incoming: web.BaseRequest, reply: Reply) -> None:
    """Stall, close or reset the connection after the bytes sent so far have left."""
    transport = incoming.transport
    if transport is None:
        return
    if reply.delivery.stall_at is not None:
        await _stall(transport)
    if reply.delivery.reset_at is not None:
        await asyncio.sleep(0.05)
        if not transport.is_closing():
            _reset_on_close(transport)
    transport.close()


async def _stall(transport: asyncio.Transport) -> None:
    for _ in range(_SILENCE_S * 10):
        if transport.is_closing():
            return
        await asyncio.sleep(0.1)


def _reset_on_close(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
