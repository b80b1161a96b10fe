"""A CONNECT proxy that leads every host into the sandbox: `https://HOST/PATH` → `/HOST/PATH`.

Each TLS connection carries one request, so that requests need no parsing beyond their head;
WebSockets are passed on as bytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from peers.certificate import Authority

_LONGEST = 1 << 20  # bytes of a request's head
_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_UPGRADE = re.compile(rb"^upgrade:\s*websocket", re.IGNORECASE | re.MULTILINE)
_HOP = re.compile(rb"^(?:proxy-)?connection:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_EXPECT = re.compile(rb"^expect:\s*100", re.IGNORECASE | re.MULTILINE)

# TikTokLive 7.0.1 wants cookies of its signer, in a header of the signer's own.
_SIGNER = b"X-Set-TT-Cookie: ttwid=peers\r\n"


class Proxy:
    """The proxy; `url` is its address, `moved` leads requests of a host elsewhere.

    A key of `moved` is host and path, its value the host and path in the sandbox; a value that
    ends with "?" gets the query of the request.
    """

    def __init__(
        self, sandbox: str, authority: Authority, moved: Mapping[str, str] | None = None
    ) -> None:
        self._sandbox = urlsplit(sandbox)
        self._authority = authority
        self._moved = dict(moved or {})
        self.url = ""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Proxy]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
            await self._handle(reader, writer)
        with suppress(ConnectionError, OSError):
            writer.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, *_ = head.split(b" ", 2)
        if method != b"CONNECT":  # a request of http:// with its whole address
            parts = urlsplit(target.decode())
            rest = target.decode().partition(parts.netloc)[2] or "/"
            await self._pass_on(parts.hostname or "", rest, head, reader, writer)
            return
        host = target.decode().rpartition(":")[0]
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._authority.get_context(host))
        head = await reader.readuntil(b"\r\n\r\n")
        await self._pass_on(host, head.split(b" ", 2)[1].decode("latin-1"), head, reader, writer)

    async def _pass_on(
        self,
        host: str,
        path: str,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Send one request to the sandbox, and its response, up to the end, to the client."""
        method, _, rest = head.partition(b" ")
        _, _, rest = rest.partition(b" ")
        is_socket = bool(_UPGRADE.search(head))
        if not is_socket:
            line, _, headers = rest.partition(b"\r\n")
            rest = line + b"\r\nConnection: close\r\n" + _HOP.sub(b"", headers)
        if _EXPECT.search(head):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        ours, theirs = await asyncio.open_connection(
            self._sandbox.hostname, self._sandbox.port, limit=_LONGEST
        )
        try:
            target = self._find_target(host, path).encode("latin-1")
            theirs.write(method + b" /" + target + b" " + rest)
            if length := _LENGTH.search(head):
                theirs.write(await reader.readexactly(int(length[1])))
            await theirs.drain()
            if target != f"{host}{path}".encode("latin-1"):
                answered = await ours.readuntil(b"\r\n\r\n")
                writer.write(answered[:-2] + _SIGNER + b"\r\n")
            sending = asyncio.create_task(_pump(reader, theirs)) if is_socket else None
            await _pump(ours, writer)
            if sending:
                sending.cancel()
        finally:
            theirs.close()

    def _find_target(self, host: str, path: str) -> str:
        plain, _, query = f"{host}{path}".partition("?")
        moved = self._moved.get(plain)
        if moved is None:
            return f"{host}{path}"
        return moved + query if moved.endswith(("?", "&")) else moved


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
