"""Relay: the events of all rooms on a WebSocket of this machine, for programs and overlays.

    ws://127.0.0.1:PORT/             every room; /ROOM_ID or /WEB_RID one of them
    ws://127.0.0.1:PORT/?kinds=chat,gift&token=…

Each message is a line of a journal. Who comes is told first which rooms there are; who reads too
slowly is told {"kind":"missed","count":N}; who asks for a room or a kind there is not is refused.
Any web page can try to open such an address, hence: browsers need the token, and a name that was
made to lead here (DNS rebinding) is turned away.
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

from f2scrapy.danmaku.messages import KINDS, Event, as_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.journal import line, opened

MOST_CLIENTS = 64
BEHIND = 4 << 20  # bytes that wait for a client; beyond, it misses events

_END_S = 1.0  # for a client to take what waits, and again for its goodbye
_KINDS = frozenset({*KINDS, "opened"})
_silent = logging.getLogger(f"{__name__}.wire")
_silent.setLevel(logging.CRITICAL)  # it would log addresses, with the token in them


class Relay:
    """The server; use it as a context, and `sink` for each room.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, port: int, token: str = "", names: Collection[str] = ()) -> None:
        self.port = port  # 0 = any free one, known when the server runs
        self.names = set(names)  # that rooms may be asked for by: those of all there ever were
        self.rooms: list[Room] = []
        self.token = token  # "" = only programs may listen
        self._clients: set[_Client] = set()

    async def __aenter__(self) -> Self:
        self._server: Server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._admit,
            compression=None,
            max_size=1024,  # bytes; clients have nothing to say
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
        except TimeoutError:  # who does not read cannot hold up the end
            for client in self._clients:
                client.cut()
            await self._server.wait_closed()

    def sink(self) -> RoomRelay:
        """What passes on the events of one room."""
        return RoomRelay(self)

    def send(self, room: Room, facts: Sequence[Any]) -> None:
        """Give each client what it wants of `facts`, which are as a journal has them."""
        for fact in facts if self._clients else ():
            data = line(fact)[:-1]
            for client in self._clients:
                if client.wants(room, fact["kind"]):
                    client.give(data)

    async def _serve(self, wire: ServerConnection) -> None:
        client = _Client(wire)
        for room in self.rooms:
            if client.wants(room, "opened"):
                client.give(line(opened(room))[:-1])
        self._clients.add(client)
        try:
            async for _ in wire:  # ends when the client goes
                pass
        finally:
            self._clients.discard(client)

    def _admit(self, wire: ServerConnection, request: Request) -> Response | None:
        """None for who may come in; else what is said to who may not."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        if request.headers.get_all("Host") not in [[host] for host in hosts]:
            return wire.respond(HTTPStatus.MISDIRECTED_REQUEST, "This is 127.0.0.1.\n")
        if self.token and not hmac.compare_digest(_token(request), self.token.encode()):
            return wire.respond(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.\n")
        if not self.token and "Origin" in request.headers:
            return wire.respond(HTTPStatus.FORBIDDEN, "A web page needs a token: see --token.\n")
        if len(self._clients) >= MOST_CLIENTS:
            return wire.respond(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many clients.\n")
        return self._lack(wire, *_asked(request))

    def _lack(self, wire: ServerConnection, room: str, kinds: frozenset[str]) -> Response | None:
        """What is said to who would be told nothing, ever."""
        if room and room not in self.names:
            there = ", ".join(sorted(self.names)) or "none yet"
            return wire.respond(
                HTTPStatus.NOT_FOUND, f"There is no room {room!a}; there are: {there}.\n"
            )
        if unknown := sorted(kinds - _KINDS):
            told = f"There is no kind {unknown[0]!a}; there are: {', '.join(sorted(_KINDS))}.\n"
            return wire.respond(HTTPStatus.BAD_REQUEST, told)
        return None


class RoomRelay:
    """A sink: one room of the relay."""

    blocks: ClassVar = False

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def open(self, room: Room) -> None:
        self._room = room
        self._relay.rooms.append(room)
        self._relay.names |= {name for name in (room.room_id, room.web_rid) if name}
        self._relay.send(room, [opened(room)])

    def write(self, events: Sequence[Event]) -> None:
        self._relay.send(self._room, [as_dict(event) for event in events])

    def close(self) -> None:
        self._relay.rooms.remove(self._room)


class _Client:
    """Who listens, and to what."""

    def __init__(self, wire: ServerConnection) -> None:
        assert wire.request
        self._wire = wire
        self._room, self._kinds = _asked(wire.request)  # "" and none = all
        self._missed = 0

    def wants(self, room: Room, kind: str) -> bool:
        """Whether it asked for this room and for this kind of line."""
        if self._room and self._room not in {room.room_id, room.web_rid}:
            return False
        return not self._kinds or kind in self._kinds or kind == "opened"

    def cut(self) -> None:
        """End the connection, and forget what waits."""
        self._wire.transport.abort()

    def give(self, data: bytes) -> None:
        """Send it, unless too much waits already: nobody waits for a client."""
        if self._wire.transport.get_write_buffer_size() > BEHIND:
            self._missed += 1
            return
        if self._missed:
            missed = {"kind": "missed", "count": self._missed}
            broadcast([self._wire], json.dumps(missed))
            self._missed = 0
        broadcast([self._wire], data, text=True)


def _asked(request: Request) -> tuple[str, frozenset[str]]:
    """The room and the kinds that somebody wants; "" and none = all."""
    address = urlsplit(request.path)
    kinds = ",".join(parse_qs(address.query).get("kinds", ()))
    return unquote(address.path.strip("/")), frozenset(filter(None, kinds.split(",")))


def _token(request: Request) -> bytes:
    """The token a request bears: browsers can give it in the address only."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    query = parse_qs(urlsplit(request.path).query)
    return (bearer or query.get("token", [""])[0]).encode()
