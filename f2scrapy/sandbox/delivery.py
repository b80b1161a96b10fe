"""Delivery: an Answer onto the wire, Range and all, on the connection it is to have."""

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

from f2scrapy.sandbox.http_types import Answer, Ask

LAST_MODIFIED = "Sun, 01 Nov 2026 12:00:00 GMT"
_NOT_WORTH_IT = 1000  # bytes: shorter texts are sent as they are
_SILENCE_S = 600  # a stalled connection is closed after all
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Span(NamedTuple):
    """Which bytes of the whole are sent; `status` is 200, 206 or 416."""

    status: int
    start: int
    stop: int


def span(size: int, asked: str) -> Span:
    """What the header Range asks of a whole of *size* bytes; "" and nonsense ask for all."""
    found = _RANGE.fullmatch(asked)
    if not found or found[0] == "bytes=-":
        return Span(200, 0, size)
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    return Span(206, start, stop) if start < stop else Span(416, 0, 0)


@dataclass
class Sent:
    """What became of an answer."""

    status: int
    bytes: int = 0  # of the body
    ranged: bool = False


def packed(answer: Answer, ask: Ask) -> Answer:
    """The answer compressed, as the platforms send every text to those who take it."""
    if answer.asset is not None or len(answer.body) < _NOT_WORTH_IT:
        return answer
    if "gzip" not in ask.headers.get("Accept-Encoding", ""):
        return answer
    body = gzip.compress(answer.body, compresslevel=1, mtime=0)
    encoding = ("Content-Encoding", "gzip")
    return replace(answer, body=body, headers=(*answer.headers, encoding))


async def deliver(request: web.BaseRequest, answer: Answer) -> tuple[web.StreamResponse, Sent]:
    """Sends *answer*; a client that leaves early ends it."""
    part = _part(request, answer)
    sent = Sent(part.status, ranged="Range" in request.headers)
    response = _head(answer, part)
    if not answer.delivery.length:
        response.enable_chunked_encoding()
    with suppress(ConnectionError):
        await response.prepare(request)
        if request.method != "HEAD":
            await _body(request, response, answer, part, sent)
    return response, sent


def _part(request: web.BaseRequest, answer: Answer) -> Span:
    if answer.asset is None:
        return Span(answer.status, 0, len(answer.body))
    headers, etag = request.headers, answer.delivery.etag or answer.asset.etag
    condition = headers.get("If-Range", etag)
    asked = headers.get("Range", "") if condition in (etag, LAST_MODIFIED) else ""
    return span(answer.asset.size, asked if answer.delivery.ranges else "")


def _head(answer: Answer, part: Span) -> web.StreamResponse:
    response = web.StreamResponse(status=part.status)
    response.headers["Content-Type"] = answer.content_type
    for name, value in answer.headers:
        response.headers.add(name, value)
    if answer.asset is not None:
        response.headers.update(_media_headers(answer, part))
    if answer.delivery.length:
        response.content_length = part.stop - part.start
    return response


def _media_headers(answer: Answer, part: Span) -> dict[str, str]:
    assert answer.asset is not None
    size, shift = answer.asset.size, answer.delivery.shift
    headers = {
        "Content-Type": answer.asset.content_type,
        "ETag": answer.delivery.etag or answer.asset.etag,
        "Last-Modified": LAST_MODIFIED,
        "Cache-Control": "max-age=31536000",
    }
    if answer.delivery.ranges:
        headers["Accept-Ranges"] = "bytes"
    if part.status == 206:
        headers["Content-Range"] = f"bytes {part.start + shift}-{part.stop - 1 + shift}/{size}"
    if part.status == 416:
        headers["Content-Range"] = f"bytes */{size}"
    return headers


async def _body(
    request: web.BaseRequest, response: web.StreamResponse, answer: Answer, part: Span, sent: Sent
) -> None:
    plan, end = answer.delivery, _end(answer)
    step = max(1, plan.bytes_a_second // 10) if plan.bytes_a_second else None
    async for chunk in answer.stream or _pieces(_chunks(answer, part), step):
        piece = chunk if end is None else chunk[: end - sent.bytes]
        if piece:
            await response.write(piece)
            sent.bytes += len(piece)
        if end is not None and sent.bytes >= end:
            await _break(request, answer)
            return
        if step:
            await asyncio.sleep(0.1)
    await response.write_eof()


def _end(answer: Answer) -> int | None:
    """The byte at which the connection fails; None where it does not."""
    plan = answer.delivery
    ends = [at for at in (plan.cut_at, plan.stall_at, plan.reset_at) if at is not None]
    return min(ends) if ends else None


def _chunks(answer: Answer, part: Span) -> Iterator[bytes | memoryview]:
    if answer.asset is None:
        return iter([answer.body] if answer.body else [])
    return answer.asset.chunks(part.start, part.stop)


async def _pieces(
    chunks: Iterator[bytes | memoryview], step: int | None
) -> AsyncIterator[bytes | memoryview]:
    for chunk in chunks:
        for at in range(0, len(chunk), step or len(chunk)):
            yield chunk[at : at + (step or len(chunk))]


async def _break(request: web.BaseRequest, answer: Answer) -> None:
    """Silence, a closed connection or a reset, after what was sent has left."""
    transport = request.transport
    if transport is None:
        return
    if answer.delivery.stall_at is not None:
        await _stay_silent(transport)
    if answer.delivery.reset_at is not None:
        await asyncio.sleep(0.05)
        if not transport.is_closing():
            _reset_on_close(transport)
    transport.close()


async def _stay_silent(transport: asyncio.Transport) -> None:
    for _ in range(_SILENCE_S * 10):
        if transport.is_closing():
            return
        await asyncio.sleep(0.1)


def _reset_on_close(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
