"""Serve the events of all rooms on a local WebSocket, for programs and overlays.

    ws://127.0.0.1:PORT/             every room; /ROOM_ID or /WEB_RID one of them
    ws://127.0.0.1:PORT/?kinds=chat,gift&token=…

Each message is a line of a journal. A new client first receives an entry for each room; a client
that reads too slowly receives {"kind":"missed","count":N}; a request for an unknown room or kind is
refused. Since any web page can try to open such an address, browsers need the token, and requests
for another host name (DNS rebinding) are refused.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Collection, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from f2scrapy.danmaku.clock import read_now
from f2scrapy.danmaku.messages import KINDS, Event, as_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.journal import encode_line, make_opened_entry

MAX_CLIENTS = 64
MAX_PENDING = 4 << 20  # bytes that wait for a client; beyond it, the client misses events

_END_S = 1.0  # for a client to read the rest, and again for its close frame
_KINDS = frozenset({*KINDS, "opened"})
_silent = logging.getLogger(f"{__name__}.wire")
_silent.setLevel(logging.CRITICAL)  # its lines would show addresses with the token


class Relay:
    """The server: a context manager that makes a sink for each room.

    Raises:
        OSError: the port is in use.
    """

    def __init__(self, port: int, token: str = "", names: Collection[str] = ()) -> None:
        self.port = port  # 0 = any free port; set when the server runs
        self.names = set(names)  # room_ids and web_rids of all rooms so far
        self.rooms: list[Room] = []
        self.token = token  # "" = only programs may connect, no web pages
        self._clients: set[_Client] = set()

    async def __aenter__(self) -> Self:
        self._server: Server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._check_request,
            compression=None,
            max_size=1024,  # bytes; clients have nothing to send
            server_header=None,
            close_timeout=_END_S,
            logger=_silent,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.close()
        try:
            await asyncio.wait_for(self._server.wait_closed(), 2 * _END_S)
        except TimeoutError:  # a client that does not read must not delay the end
            for client in self._clients:
                client.cut()
            await self._server.wait_closed()

    def make_sink(self) -> RoomRelay:
        """Return the sink of one room."""
        return RoomRelay(self)

    def send(self, room: Room, entries: Sequence[Any]) -> None:
        """Send journal entries to each client that subscribed to their room and kind."""
        for entry in entries if self._clients else ():
            data = encode_line(entry)[:-1]
            for client in self._clients:
                if client.is_subscribed(room, entry["kind"]):
                    client.send(data)

    async def _serve(self, wire: ServerConnection) -> None:
        client = _Client(wire)
        for room in self.rooms:
            if client.is_subscribed(room, "opened"):
                client.send(encode_line(make_opened_entry(room, read_now()))[:-1])
        self._clients.add(client)
        try:
            async for _ in wire:  # ends when the client goes
                pass
        finally:
            self._clients.discard(client)

    def _check_request(self, wire: ServerConnection, request: Request) -> Response | None:
        """Return None to accept a client, else the refusal."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        if request.headers.get_all("Host") not in [[host] for host in hosts]:
            return wire.respond(HTTPStatus.MISDIRECTED_REQUEST, "This is 127.0.0.1.\n")
        if self.token and not hmac.compare_digest(_extract_token(request), self.token.encode()):
            return wire.respond(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.\n")
        if not self.token and "Origin" in request.headers:
            return wire.respond(HTTPStatus.FORBIDDEN, "A web page needs a token: see --token.\n")
        if len(self._clients) >= MAX_CLIENTS:
            return wire.respond(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many clients.\n")
        return self._check_subscription(wire, *_parse_request(request))

    def _check_subscription(
        self, wire: ServerConnection, room: str, kinds: frozenset[str]
    ) -> Response | None:
        """Return the refusal of a request for an unknown room or kind, else None."""
        if room and room not in self.names:
            known = ", ".join(sorted(self.names)) or "none yet"
            return wire.respond(
                HTTPStatus.NOT_FOUND, f"There is no room {room!a}; there are: {known}.\n"
            )
        if unknown := sorted(kinds - _KINDS):
            words = f"There is no kind {unknown[0]!a}; there are: {', '.join(sorted(_KINDS))}.\n"
            return wire.respond(HTTPStatus.BAD_REQUEST, words)
        return None


class RoomRelay:
    """The sink of one room of the relay."""

    blocks: ClassVar = False

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def open(self, room: Room) -> None:
        self._room = room
        self._relay.rooms.append(room)
        self._relay.names |= {name for name in (room.room_id, room.web_rid) if name}
        self._relay.send(room, [make_opened_entry(room, read_now())])

    def write(self, events: Sequence[Event]) -> None:
        self._relay.send(self._room, [as_dict(event) for event in events])

    def close(self) -> None:
        self._relay.rooms.remove(self._room)


class _Client:
    """A connected client and its subscription."""

    def __init__(self, wire: ServerConnection) -> None:
        assert wire.request
        self._wire = wire
        self._room, self._kinds = _parse_request(wire.request)
        self._missed = 0

    def is_subscribed(self, room: Room, kind: str) -> bool:
        """Return True if the client asked for this room and this kind of entry."""
        if self._room and self._room not in {room.room_id, room.web_rid}:
            return False
        return not self._kinds or kind in self._kinds or kind == "opened"

    def cut(self) -> None:
        """Abort the connection, and drop all pending data."""
        self._wire.transport.abort()

    def send(self, data: bytes) -> None:
        """Send data without waiting; count it as missed if too much is pending already."""
        if self._wire.transport.get_write_buffer_size() > MAX_PENDING:
            self._missed += 1
            return
        if self._missed:
            missed = {"kind": "missed", "count": self._missed}
            broadcast([self._wire], json.dumps(missed))
            self._missed = 0
        broadcast([self._wire], data, text=True)


def _parse_request(request: Request) -> tuple[str, frozenset[str]]:
    """Return the room and the kinds of a request; "" = all rooms, an empty set = all kinds."""
    address = urlsplit(request.path)
    kinds = ",".join(parse_qs(address.query).get("kinds", ()))
    return unquote(address.path.strip("/")), frozenset(filter(None, kinds.split(",")))


def _extract_token(request: Request) -> bytes:
    """Return the token of the header or the address; browsers can set the address only."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    query = parse_qs(urlsplit(request.path).query)
    return (bearer or query.get("token", [""])[0]).encode()
