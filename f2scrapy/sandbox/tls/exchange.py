"""Describe what a server sees of clients: connections, requests, and answers to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from f2scrapy.sandbox.tls.client_hello import ClientHello

Fields = list[tuple[str, str]]  # names and values of headers, in order, as they were sent


HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}  # not passed on


@dataclass
class Connection:
    """One connection, through TLS or plain."""

    hello: ClientHello | None = None  # None = plain
    protocol: str = "http/1.1"  # or "h2", as agreed
    settings: str = ""  # of HTTP/2, in the Akamai form: SETTINGS|WINDOW_UPDATE|PRIORITY|pseudo
    requests: list[Seen] = field(default_factory=list)
    proxy_user: str = ""  # name and password that the proxy was given, as "name:password"


@dataclass
class Seen:
    """One request as it arrived."""

    connection: Connection
    method: str
    host: str
    path: str  # with the query
    fields: Fields
    priority: str = ""  # of the HTTP/2 stream, EXCLUSIVE:DEPENDS:WEIGHT; "" = HTTP/1.1
    body: bytes = b""

    def get(self, name: str) -> str:
        """Return the value of a header; "" if it was not sent."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), "")

    @property
    def names(self) -> list[str]:
        """The names of the headers, in order; several cookies count as one."""
        return list(dict.fromkeys(name for name, _ in self.fields))


@dataclass
class Answer:
    """An answer, with its body in chunks."""

    status: int
    fields: Fields
    chunks: AsyncIterator[bytes]


Site = Callable[[Seen], AbstractAsyncContextManager[Answer]]


async def send_once(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body that is known."""
    if body:
        yield body


def join_cookies(fields: Fields) -> Fields:
    """Return the fields with one cookie field, as gateways to HTTP/1.1 send it."""
    joined = "; ".join(value for name, value in fields if name.lower() == "cookie")
    merged = {name: joined if name.lower() == "cookie" else value for name, value in fields}
    return [*merged.items()]
