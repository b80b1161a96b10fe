"""Serve a long list of works from memory: `python -m benchmarks.pageserver LENGTH`.

Its rows are the sandbox's, of real size, made once and compressed; each page has them with other
ids, texts and times. Tokens and the profile are answered by the sandbox itself, without its checks.
"""

import asyncio
import sys
import zlib
from collections.abc import Iterator
from typing import NamedTuple, Self

from f2scrapy.sandbox.catalogue import FILMS, User, Work, build_work, count_newer
from f2scrapy.sandbox.douyin.lists import build_row, serve_user_post
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json
from f2scrapy.sandbox.routes import find_route
from f2scrapy.sandbox.state import Options, State

PAGE = 18  # rows
STORED = 18 * len(FILMS)  # rows; each kind of work keeps its place
LIST = "www.douyin.com/aweme/v1/web/aweme/post/"
_AUTHOR = b'"author":'  # id, text and time of a work stand before its author
_GZIP_HEAD, _LAST_BLOCK = b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\x03\0"


def build_user(length: int) -> User:
    """Return the user with a list of `length` works."""
    return User(100, f"list{length}", length, FILMS, f"list{length}")


class Piece(NamedTuple):
    """A part of a page."""

    plain: bytes
    compressed: bytes

    @classmethod
    def of(cls, plain: bytes) -> Self:
        """Compress a part so that parts in any order make one stream."""
        deflate = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
        return cls(plain, deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH))


class Pages:
    """The pages of one list."""

    def __init__(self, length: int) -> None:
        self.user = build_user(length)
        self.state = State(Options(users=(self.user,), strict=frozenset()))
        query = f"sec_user_id={self.user.sec_user_id}"
        first = serve_user_post(Request.from_target("GET", f"{LIST}?{query}"), self.state)
        assert isinstance(first, Page)
        self.fields = first.fields
        self.rows = [self._store(build_work(self.user, n)) for n in range(min(STORED, length))]

    def _store(self, work: Work) -> Piece:
        """Return the part of a row that comes again in each STORED rows."""
        row = build_row(work, self.state, "list")
        return Piece.of(row[row.index(_AUTHOR) :])

    def build_page(self, cursor: int, count: int = PAGE) -> Iterator[Piece]:
        """Yield the parts of the page behind a cursor, 0 = of the first page."""
        user, start = self.user, count_newer(self.user, cursor)
        works = [build_work(user, n) for n in range(start, min(start + count, user.count))]
        last = works[-1].create_ms if works else cursor
        fields = {**self.fields, "max_cursor": last, "has_more": int(start + count < user.count)}
        yield Piece.of(b'%b,"aweme_list":[' % encode_json(fields)[:-1])
        for number, work in enumerate(works):
            begin = {"aweme_id": str(work.aweme_id), "desc": work.desc,
                     "create_time": work.create_time}  # fmt: skip
            yield Piece.of(b"%b%b," % (b"," if number else b"", encode_json(begin)[:-1]))
            yield self.rows[work.position % STORED]
        yield Piece.of(b"]}")

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        if request.host + request.path == LIST:
            pieces = self.build_page(request.get_int("max_cursor"), request.get_count(PAGE))
            return Reply(body=_join(pieces), headers=(("Content-Encoding", "gzip"),))
        reply = find_route(request, self.state).handler(request, self.state)
        return reply.to_reply() if isinstance(reply, Page) else reply


def _join(pieces: Iterator[Piece]) -> bytes:
    """Return the parts as one gzip file."""
    crc = size = 0
    parts = [_GZIP_HEAD]
    for plain, compressed in pieces:
        crc, size = zlib.crc32(plain, crc), size + len(plain)
        parts.append(compressed)
    end = crc.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"".join([*parts, _LAST_BLOCK, end])


class Connection(asyncio.Protocol):
    """A connection; requests follow one another, as clients without pipelining send them."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        if not end or len(body) < int(headers.get("Content-Length", 0)):
            return
        self.buffer = b""
        method, target, _ = lines[0].split(" ")
        request = Request.from_target(method, target.lstrip("/"), headers, body)
        self.transport.write(_encode(self.pages.answer(request)))


def _encode(reply: Reply) -> bytes:
    own = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    fields = "".join(f"{name}: {value}\r\n" for name, value in [*own, *reply.headers])
    return f"HTTP/1.1 {reply.status} OK\r\n{fields}\r\n".encode() + reply.body


async def main() -> None:
    pages = Pages(int(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(pages), "127.0.0.1", 0)
    sys.stdout.write(f"F2_SANDBOX=http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
