"""Send the messages of live rooms over WebSockets; check acks and heartbeats."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from f2scrapy.sandbox.faults import Fault
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.live import webcast
from f2scrapy.sandbox.protobuf import pack, unpack
from f2scrapy.sandbox.state import State

_MOST = 500  # messages of one frame
_BOMB = 64 << 20  # bytes
_MISSED = 3  # heartbeats
_PLAIN = 5  # each fifth frame of TikTok is not compressed
_NO_ACK = 4  # each fourth frame requires no ack
_FLOOD = 50  # frames
_FIRST_LOG = 7_000_000_000


async def serve(incoming: web.BaseRequest, request: Request, state: State) -> web.StreamResponse:
    """Open a socket and send a room's messages until room, client or fault ends it."""
    socket = web.WebSocketResponse(
        compress=False, max_msg_size=1 << 16, timeout=1.0, autoping=False
    )
    await socket.prepare(incoming)
    key = (request.cookies.get("ttwid", ""), request.params.get("room_id", ""))
    state.watching[key] += 1
    state.report.sockets["opened"] += 1
    connection = _Connection(socket, request, state)
    try:
        await connection.run()
    finally:
        state.watching[key] -= 1
        if connection.broken and incoming.transport:
            incoming.transport.abort()
    return socket


@dataclass
class _Connection:
    """The connection of one client."""

    socket: web.WebSocketResponse
    request: Request
    state: State
    broken: bool = False  # True: ends without a close frame
    frames: int = 0
    held: bytes = b""  # a frame to send after the next one
    silent: bool = False
    unacked: dict[int, tuple[float, str]] = field(default_factory=dict)  # by log_id
    acked: set[int] = field(default_factory=set)
    entered: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        # TikTok sends nothing before the client enters the room (the notes of one client, 2026).
        self.entered = self.request.platform != "tiktok"
        self.stream = webcast.get_stream(self.request, self.state)
        self.beaten = self.get_time()
        resumed = webcast.read_position(self.request, self.state)
        self.position = self.stream.count_sent(self.state.clock()) if resumed is None else resumed
        self.drop_at, self.silent_at = self._find_strike("drop"), self._find_strike("silent")
        self.snap_at = self._find_strike("snap")
        self.past = self._build_past()

    def _build_past(self) -> list[bytes]:
        """Return the messages to repeat before all others."""
        faults, stream = self.state.faults, self.stream
        if faults.find("history"):
            return stream.build_past_comments(self.position)
        last = self.state.last_frames.get(stream.room_id, (0, 0)) if faults.find("echo") else (0, 0)
        return [stream.build_message(number) for number in range(*last)]

    def get_time(self) -> float:
        return asyncio.get_running_loop().time()

    def _find_strike(self, name: str) -> float:
        """Return the message at which a fault strikes this connection; inf if it does not."""
        fault = self._find_fault(name)
        return self.position + fault.parse_value(100) if fault else float("inf")

    def _find_fault(self, name: str) -> Fault | None:
        active = (fault for fault in self.state.faults.active if fault.name == name)
        return next((fault for fault in active if fault.try_strike(self.request, "socket")), None)

    async def run(self) -> None:
        reading = asyncio.create_task(self._read_frames())
        try:
            with suppress(ConnectionError):
                while not (reading.done() or self.broken or self._is_over()):
                    await self._send_due()
                    if self.position >= self.snap_at:
                        await self.socket.close()
                    await asyncio.sleep(self.stream.pace.frame)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        if not self.broken:
            await self.socket.close()

    def _is_over(self) -> bool:
        return self.stream.is_over(self.position)

    async def _send_due(self) -> None:
        self.silent = self.position >= self.silent_at
        self.broken = self.position >= self.drop_at or (not self.silent and self._check_client())
        if self.broken or self.silent or not self.entered:
            return
        sent = self.stream.count_sent(self.state.clock())
        end = int(min(sent, self.position + _MOST, self.drop_at, self.silent_at, self.snap_at))
        step = 1 if end >= self.snap_at else _MOST
        while end > self.position:
            await self._send_messages(min(end, self.position + step))

    def _check_client(self) -> bool:
        """Note missing acks and heartbeats; return whether any is missing."""
        pace, now = self.stream.pace, self.get_time()
        late = [sent for sent, _ in self.unacked.values() if now - sent > pace.ack]
        if late:
            self._note_violation("frames are not acked", "dropped")
        if now - self.beaten > _MISSED * pace.heartbeat:
            self._note_violation("no heartbeat", "dropped")
        return bool(late) or now - self.beaten > _MISSED * pace.heartbeat

    def _note_violation(self, message: str, count: str) -> None:
        self.state.note_violation(self.request, message)
        self.state.report.sockets[count] += 1

    # Frames out

    async def _send_messages(self, end: int) -> None:
        frame = self._build_frame(self.position, end)
        self.state.last_frames[self.stream.room_id] = (self.position, end)
        self.state.report.sockets["messages"] += end - self.position
        self.position = end
        if not self.held and not self._is_over() and self._find_fault("shuffled"):
            self.held = frame
            return
        for data in filter(None, (frame, self.held, frame if self._find_fault("twice") else b"")):
            await self.socket.send_bytes(data)
        self.held = b""
        if self._find_fault("flood"):
            for _ in range(_FLOOD):
                await self.socket.send_bytes(self._build_frame(end, end, need_ack=True))

    def _build_frame(self, first: int, end: int, *, need_ack: bool | None = None) -> bytes:
        self.frames += 1
        wants_ack = self.frames % _NO_ACK != 0 if need_ack is None else need_ack
        fields = webcast.build_response(self.request, self.state, first, end, need_ack=wants_ack)
        fields[1] = self.past + fields[1] + self._build_strange(end)
        self.past = []
        log_id = _FIRST_LOG + self.frames
        if wants_ack:
            self.unacked[log_id] = (self.get_time(), str(fields[5]))
        payload, header = self._compress_payload(pack(fields))
        self.state.report.sockets["frames"] += 1
        return pack({1: self.frames, 2: log_id, 3: 8888, 4: 8, 5: header, 6: "pb", 7: "msg",
                     8: payload})  # fmt: skip

    def _compress_payload(self, payload: bytes) -> tuple[bytes, Any]:
        if self._find_fault("bomb"):
            payload = bytes(_BOMB)
        elif self._is_plain():
            return payload, []
        payload = gzip.compress(payload, compresslevel=1, mtime=0)
        if self._find_fault("torn"):
            payload = payload[: len(payload) // 2]
        return payload, [{1: "compress_type", 2: "gzip"}]

    def _is_plain(self) -> bool:
        """Return whether a frame is not compressed; on Douyin all are (douyin-live-chat 1.0.4)."""
        if self.request.params.get("compress") != "gzip":
            return True
        return self.request.platform == "tiktok" and self.frames % _PLAIN == 0

    def _build_strange(self, number: int) -> list[bytes]:
        """Return unknown messages and malformed ones."""
        if not self._find_fault("strange"):
            return []
        stream = self.stream
        return [
            pack({1: method, 2: payload, 3: stream.get_foreign_id(2 * number + at)})
            for at, (method, payload) in enumerate(
                (
                    ("WebcastNobodyKnowsMessage", b"\x08\x01"),
                    ("WebcastChatMessage", b"\xff\xff\xff"),
                )
            )
        ]

    # Frames in

    async def _read_frames(self) -> None:
        async for message in self.socket:
            if self.silent:
                continue
            if message.type is WSMsgType.PING:
                await self._answer_ping(message.data)
            elif message.type is WSMsgType.BINARY:
                await self._handle_frame(message.data)

    async def _answer_ping(self, data: bytes) -> None:
        """Take a ping as a heartbeat, as douyin-live-chat 1.0.4 and its models send it."""
        self.beaten = self.get_time()
        with suppress(ConnectionError):
            await self.socket.pong(data)

    async def _handle_frame(self, data: bytes) -> None:
        try:
            frame = unpack(data)
        except ValueError:
            self._note_violation("a malformed frame", "wrong")
            return
        kind = b"".join(frame[7]).decode(errors="replace")
        if kind == "hb":
            self.beaten = self.get_time()
            self.state.report.sockets["heartbeats"] += 1
            with suppress(ConnectionError):
                await self.socket.send_bytes(pack({7: "hb"}))
        elif kind == "ack":
            self._handle_ack(next(iter(frame[2]), 0), b"".join(frame[8]).decode(errors="replace"))
        elif kind == "im_enter_room" and self.request.platform == "tiktok":
            await self._enter(unpack(b"".join(frame[8])))
        else:
            self._note_violation(f"a frame of type {kind[:20]!r}", "wrong")

    async def _enter(self, entrance: Mapping[int, Sequence[Any]]) -> None:
        """Begin to send, if the entrance is into the room of this connection."""
        self.entered = [str(room_id) for room_id in entrance[1]] == [self.stream.room_id]
        if not self.entered:
            self._note_violation("im_enter_room of another room", "wrong")
        with suppress(ConnectionError):
            await self.socket.send_bytes(pack({6: "pb", 7: "im_enter_room_resp"}))

    def _handle_ack(self, log_id: int, received: str) -> None:
        _, expected = self.unacked.pop(log_id, (0.0, ""))
        self.state.report.sockets["acks"] += 1
        if log_id in self.acked:  # the frame was sent twice
            return
        self.acked.add(log_id)
        if not expected:
            self._note_violation("an ack of a frame that requires none", "wrong")
        elif received != expected:
            self._note_violation("an ack without the frame's internal_ext", "wrong")


def is_handshake(incoming: web.BaseRequest) -> bool:
    """Return whether a request opens a WebSocket."""
    return incoming.headers.get("Upgrade", "").lower() == "websocket"
