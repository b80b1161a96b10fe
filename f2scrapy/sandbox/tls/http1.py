"""Serve one HTTP/1.1 connection and record its requests as they were spelled."""

from __future__ import annotations

import asyncio

from f2scrapy.sandbox.tls.exchange import HOP_BY_HOP, Answer, Connection, Fields, Seen, Site
from f2scrapy.sandbox.tls.pipe import Pipe

_REASONS = {101: "Switching Protocols", 200: "OK", 206: "Partial Content", 302: "Found"}


class Http1Server:
    """Serves the requests of one connection from a site, one after the other.

    A WebSocket is passed on to `upstream`, the host and port of the sandbox; None = it is refused.
    """

    def __init__(
        self, pipe: Pipe, connection: Connection, site: Site, upstream: tuple[str, int] | None
    ) -> None:
        self._pipe, self._connection, self._site = pipe, connection, site
        self._upstream = upstream
        self._data = b""

    async def serve(self, host: str = "") -> None:
        """Serve until the client leaves; `host` replaces that of the Host header."""
        while (seen := await self._read_request(host)) is not None:
            self._connection.requests.append(seen)
            if seen.get("Upgrade").lower() == "websocket" and self._upstream:
                await self._tunnel(seen, *self._upstream)
                return
            async with self._site(seen) as answer:
                await self._send(seen, answer)

    async def _read_request(self, host: str) -> Seen | None:
        while b"\r\n\r\n" not in self._data:
            if not await self._read_more():
                return None
        head, self._data = self._data.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        fields = [(name, value.strip()) for name, _, value in pairs]
        seen = Seen(self._connection, method, host, target, fields)
        seen.host = host or seen.get("Host")
        seen.path = target.removeprefix(f"http://{seen.get('Host')}") or "/"
        size = int(seen.get("Content-Length") or 0)
        while len(self._data) < size:
            if not await self._read_more():
                return None
        seen.body, self._data = self._data[:size], self._data[size:]
        return seen

    async def _read_more(self) -> bool:
        more = await self._pipe.read()
        self._data += more
        return bool(more)

    async def _send(self, seen: Seen, answer: Answer) -> None:
        names = {name.lower() for name, _ in answer.fields}
        chunked = "content-length" not in names and answer.status >= 200
        fields = [pair for pair in answer.fields if pair[0].lower() not in HOP_BY_HOP]
        fields += [("Transfer-Encoding", "chunked")] * chunked
        await self._pipe.write(_encode_head(f"HTTP/1.1 {_describe(answer.status)}", fields))
        if seen.method == "HEAD":
            return
        async for chunk in answer.chunks:
            await self._pipe.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
        if chunked:
            await self._pipe.write(b"0\r\n\r\n")

    async def _tunnel(self, seen: Seen, host: str, port: int) -> None:
        """Pass a WebSocket on to the sandbox, which has it under its host's name."""
        reader, writer = await asyncio.open_connection(host, port)
        line = f"{seen.method} /{seen.host}{seen.path} HTTP/1.1"
        writer.write(_encode_head(line, seen.fields) + self._data)

        async def pass_on() -> None:
            while data := await self._pipe.read():
                writer.write(data)
                await writer.drain()
            writer.close()

        upwards = asyncio.create_task(pass_on())
        try:
            while data := await reader.read(1 << 16):
                await self._pipe.write(data)
        finally:
            upwards.cancel()
            writer.close()


def _describe(status: int) -> str:
    return f"{status} {_REASONS.get(status, 'Other')}"


def _encode_head(line: str, fields: Fields) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
