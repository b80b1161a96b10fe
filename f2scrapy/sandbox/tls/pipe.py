"""Talk TLS over a plain connection whose first bytes are seen before OpenSSL takes them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from f2scrapy.sandbox.tls.client_hello import ClientHello, find_message, parse_hello

_READ = 1 << 16
_T = TypeVar("_T")


class Pipe:
    """A connection, plain until `secure` is called; `first` are bytes that were read already."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b""
    ) -> None:
        self._reader, self._writer, self._first = reader, writer, first
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    async def secure(self, context: ssl.SSLContext) -> ClientHello:
        """Shake hands; return what the client said first.

        Raises:
            Malformed: it is no TLS.
            OSError: the client does not go on; ssl.SSLError is one.
            EOFError: the client has left.
        """
        data = self._first
        while (message := find_message(data)) is None:
            data += await self._receive()
        self._incoming.write(data)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        await self._do(self._tls.do_handshake)
        return parse_hello(message)

    @property
    def protocol(self) -> str:
        """The protocol that was agreed upon."""
        return (self._tls and self._tls.selected_alpn_protocol()) or "http/1.1"

    async def read(self) -> bytes:
        """Return the next bytes; b"" = the client has left."""
        if self._first and self._tls is None:
            data, self._first = self._first, b""
            return data
        try:
            tls = self._tls
            return await (self._do(lambda: tls.read(_READ)) if tls else self._receive())
        except (EOFError, OSError):
            return b""

    async def write(self, data: bytes) -> None:
        if self._tls is None:
            self._writer.write(data)
        elif data:
            self._tls.write(data)
            self._writer.write(self._outgoing.read())
        await self._writer.drain()

    def close(self) -> None:
        with suppress(OSError):
            self._writer.close()

    async def _receive(self) -> bytes:
        data = await self._reader.read(_READ)
        if not data:
            raise EOFError
        return data

    async def _do(self, step: Callable[[], _T]) -> _T:
        """Take a step of OpenSSL as soon as it has the bytes for it."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                self._incoming.write(await self._receive())
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            self._writer.write(self._outgoing.read())
            await self._writer.drain()
