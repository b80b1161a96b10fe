"""Stand before a site as proxy and TLS server: all hosts at one address of loopback.

A client that uses it as its HTTP or SOCKS5 proxy, and trusts its authority, reaches the site
without any change: it resolves no name, and shakes hands as with the real host.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import aiohttp
from yarl import URL

from f2scrapy.sandbox.tls.certificate import build_context, compute_pin
from f2scrapy.sandbox.tls.client_hello import Malformed
from f2scrapy.sandbox.tls.exchange import Answer, Connection, Seen, Site, join_cookies
from f2scrapy.sandbox.tls.http1 import Http1Server
from f2scrapy.sandbox.tls.http2 import Http2Server
from f2scrapy.sandbox.tls.pipe import Pipe

_SOCKS, _TLS = 5, 22  # first byte of a connection
_MADE_AGAIN = {"host", "connection", "transfer-encoding"}
_QUIET = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Front:
    """A TLS server and proxy before a site.

    async with Front(open_sandbox_site(sandbox.url)) as front:
        ... https_proxy=front.url, SSL_CERT_FILE=front.authority ...
        assert front.connections[0].hello.ja4 == …
    """

    def __init__(
        self,
        site: Site,
        upstream: str = "",
        port: int = 0,
        alpn: tuple[str, ...] = ("h2", "http/1.1"),
    ) -> None:
        self._site, self._port, self._alpn = site, port, alpn
        parts = URL(upstream)
        self._upstream = (parts.host, parts.port) if parts.host and parts.port else None
        self.connections: list[Connection] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""  # of the proxy; "" until it serves
        self.pin = ""  # of its key, as Chromium's --ignore-certificate-errors-spki-list wants it

    async def __aenter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="f2-front-")
        self._context, self.authority = build_context(Path(self._folder.name), [*self._alpn])
        self.pin = compute_pin(Path(self._folder.name))
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._folder.cleanup()

    @property
    def switches(self) -> str:
        """Switches for Chromium: every host is this front, and its key alone is trusted."""
        port = self.url.rpartition(":")[2]
        return (
            f"'--host-resolver-rules=MAP * 127.0.0.1:{port}' "
            f"--ignore-certificate-errors-spki-list={self.pin}"
        )

    @property
    def requests(self) -> list[Seen]:
        """All requests, connection by connection."""
        return [seen for connection in self.connections for seen in connection.requests]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._handle(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer, Connection())
        except (EOFError, OSError, Malformed, asyncio.LimitOverrunError):
            pass  # the client has left; what it said is in `connections`
        finally:
            with suppress(OSError):
                writer.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
    ) -> None:
        first = await reader.readexactly(1)
        host = ""
        if first[0] == _SOCKS:
            host = await _accept_socks(reader, writer, connection)
            first = await reader.readexactly(1)
        elif first[0] != _TLS:
            head = first + await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"CONNECT "):
                await self._serve_plain(Pipe(reader, writer, head), connection, host)
                return
            host = _accept_connect(head, writer, connection)
            first = await reader.readexactly(1)
        pipe = Pipe(reader, writer, first)
        if first[0] == _TLS:
            await self._serve_secure(pipe, connection)
        else:
            await self._serve_plain(pipe, connection, host)

    async def _serve_secure(self, pipe: Pipe, connection: Connection) -> None:
        connection.hello = await pipe.secure(self._context)
        connection.protocol = pipe.protocol
        self.connections.append(connection)
        if connection.protocol == "h2":
            await Http2Server(pipe, connection, self._site).serve()
        else:
            await Http1Server(pipe, connection, self._site, self._upstream).serve()

    async def _serve_plain(self, pipe: Pipe, connection: Connection, host: str) -> None:
        self.connections.append(connection)
        await Http1Server(pipe, connection, self._site, self._upstream).serve(host)


def _accept_connect(head: bytes, writer: asyncio.StreamWriter, connection: Connection) -> str:
    """Accept CONNECT; return the host."""
    lines = head.decode("latin-1").split("\r\n")
    for line in lines:
        name, _, value = line.partition(": Basic ")
        if name.lower() == "proxy-authorization":
            connection.proxy_user = base64.b64decode(value).decode()
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    return lines[0].split(" ")[1].rpartition(":")[0]


async def _accept_socks(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
) -> str:
    """Accept SOCKS5 (RFC 1928, with the password of RFC 1929); return the host."""
    methods = await reader.readexactly((await reader.readexactly(1))[0])
    writer.write(b"\x05\x02" if 2 in methods else b"\x05\x00")
    if 2 in methods:
        await reader.readexactly(1)
        name, word = [await _read_text(reader) for _ in range(2)]
        connection.proxy_user = f"{name}:{word}"
        writer.write(b"\x01\x00")
    kind = (await reader.readexactly(4))[3]
    host = await _read_text(reader) if kind == 3 else str(await reader.readexactly(4))
    await reader.readexactly(2)
    writer.write(b"\x05\x00\x00\x01" + bytes(6))
    return host


async def _read_text(reader: asyncio.StreamReader) -> str:
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


@asynccontextmanager
async def open_sandbox_site(url: str) -> AsyncIterator[Site]:
    """Yield the site that a sandbox at `url` plays."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(
        auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout,
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
    ) as http:  # fmt: skip

        @asynccontextmanager
        async def respond(seen: Seen) -> AsyncIterator[Answer]:
            fields = [it for it in join_cookies(seen.fields) if it[0].lower() not in _MADE_AGAIN]
            async with http.request(
                seen.method, URL(f"{url}/{seen.host}{seen.path}", encoded=True), headers=fields,
                data=seen.body or None, allow_redirects=False, skip_auto_headers=_QUIET,
            ) as response:  # fmt: skip
                yield Answer(
                    response.status, [*response.headers.items()], response.content.iter_any()
                )

        yield respond
