"""Serve one HTTP/2 connection (RFC 9113) and record how its client begins."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError

from f2scrapy.sandbox.tls.exchange import HOP_BY_HOP, Answer, Connection, Seen, Site
from f2scrapy.sandbox.tls.pipe import Pipe

_CONFIG = H2Configuration(
    client_side=False, header_encoding="utf-8", validate_inbound_headers=False,
    normalize_inbound_headers=False,  # joins cookies
)  # fmt: skip


class Http2Server:
    """Serves the requests of one connection from a site, several at a time."""

    def __init__(self, pipe: Pipe, connection: Connection, site: Site) -> None:
        self._pipe, self._connection, self._site = pipe, connection, site
        self._h2 = H2Connection(_CONFIG)
        self._open: dict[int, Seen] = {}  # requests whose body is still coming
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._settings: list[str] = []
        self._window = 0
        self._writing = asyncio.Lock()
        self._room = asyncio.Event()  # set when a flow-control window has grown

    async def serve(self) -> None:
        """Serve until the client leaves."""
        self._h2.initiate_connection()
        await self._flush()
        try:
            while data := await self._pipe.read():
                for event in self._h2.receive_data(data):
                    self._handle(event)
                await self._flush()
        except ProtocolError:
            await self._flush()  # the reason
        finally:
            for task in self._tasks.values():
                task.cancel()

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.RemoteSettingsChanged():
                if not self._settings:
                    changed = event.changed_settings.items()
                    self._settings = [f"{int(code)}:{it.new_value}" for code, it in changed]
                self._room.set()
            case events.WindowUpdated():
                if event.stream_id == 0 and not self._connection.settings:
                    self._window = self._window or event.delta
                self._room.set()
            case events.RequestReceived():
                self._begin(event)
            case events.DataReceived():
                self._open[event.stream_id].body += event.data
                size = event.flow_controlled_length
                self._h2.acknowledge_received_data(size, event.stream_id)
            case events.StreamEnded():
                seen = self._open.pop(event.stream_id)
                task = asyncio.create_task(self._respond(event.stream_id, seen))
                self._tasks[event.stream_id] = task
            case events.StreamReset():
                if task_to_stop := self._tasks.pop(event.stream_id, None):
                    task_to_stop.cancel()

    def _begin(self, event: events.RequestReceived) -> None:
        pairs = [(str(name), str(value)) for name, value in event.headers]
        pseudo = dict(pair for pair in pairs if pair[0].startswith(":"))
        if not self._connection.settings:
            order = ",".join(name[1] for name in pseudo)
            settings = ";".join(self._settings)
            self._connection.settings = f"{settings}|{self._window}|0|{order}"
        fields = [pair for pair in pairs if not pair[0].startswith(":")]
        given = event.priority_updated
        priority = (
            f"{int(bool(given.exclusive))}:{given.depends_on}:{given.weight}" if given else ""
        )
        seen = Seen(self._connection, pseudo[":method"], pseudo[":authority"], pseudo[":path"],
                    fields, priority)  # fmt: skip
        self._connection.requests.append(seen)
        self._open[event.stream_id] = seen

    async def _respond(self, number: int, seen: Seen) -> None:
        try:
            async with self._site(seen) as answer:
                await self._send(number, seen, answer)
        except (ProtocolError, ConnectionError):
            with suppress(ProtocolError):  # the client has closed the stream
                self._h2.reset_stream(number, 2)
            await self._flush()

    async def _send(self, number: int, seen: Seen, answer: Answer) -> None:
        fields = [(name.lower(), value) for name, value in answer.fields]
        kept = [pair for pair in fields if pair[0] not in HOP_BY_HOP]
        self._h2.send_headers(number, [(":status", str(answer.status)), *kept])
        await self._flush()
        if seen.method != "HEAD":
            async for chunk in answer.chunks:
                await self._send_chunk(number, chunk)
        self._h2.end_stream(number)
        await self._flush()

    async def _send_chunk(self, number: int, chunk: bytes) -> None:
        while chunk:
            room = min(self._h2.local_flow_control_window(number), self._h2.max_outbound_frame_size)
            if room <= 0:
                self._room.clear()
                await self._room.wait()
                continue
            self._h2.send_data(number, chunk[:room])
            await self._flush()
            chunk = chunk[room:]

    async def _flush(self) -> None:
        async with self._writing:
            if data := self._h2.data_to_send():
                await self._pipe.write(data)
