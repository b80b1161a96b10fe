"""Sockets of live rooms: messages as they are said; who neither acks nor beats is dropped."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from f2scrapy.sandbox.faults import Fault
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.live import webcast
from f2scrapy.sandbox.protobuf import packed, unpacked
from f2scrapy.sandbox.state import World

_MOST = 500  # messages of one frame
_BOMB = 64 << 20  # bytes
_MISSED = 3  # heartbeats
_PLAIN = 5  # each so manieth frame is not compressed
_NO_ACK = 4  # each so manieth frame wants no ack
_FLOOD = 50  # frames
_FIRST_LOG = 7_000_000_000


async def serve(request: web.BaseRequest, ask: Ask, world: World) -> web.StreamResponse:
    """Opens a socket and tells a room's messages until the room, the client or a fault ends it."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 16, timeout=1.0)
    await socket.prepare(request)
    key = (ask.cookies.get("ttwid", ""), ask.params.get("room_id", ""))
    world.watching[key] += 1
    world.report.sockets["opened"] += 1
    line = _Line(socket, ask, world)
    try:
        await line.run()
    finally:
        world.watching[key] -= 1
        if line.broken and request.transport:
            request.transport.abort()
    return socket


@dataclass
class _Line:
    """One client's connection."""

    socket: web.WebSocketResponse
    ask: Ask
    world: World
    broken: bool = False  # without a goodbye
    frames: int = 0
    held: bytes = b""  # a frame that comes after the next one
    silent: bool = False
    unacked: dict[int, tuple[float, str]] = field(default_factory=dict)  # by log_id
    acked: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.stream = webcast.stream_of(self.ask, self.world)
        self.beaten = self.now()
        told = webcast.position(self.ask, self.world)
        self.at = self.stream.position(self.world.clock()) if told is None else told
        self.drop_at, self.silent_at = self._after("drop"), self._after("silent")
        self.snap_at = self._after("snap")
        self.past = self._past()

    def _past(self) -> list[bytes]:
        """What is told once more before anything else."""
        faults, stream = self.world.faults, self.stream
        if faults.on("history"):
            return stream.comments(self.at)
        last = self.world.last_frames.get(stream.room_id, (0, 0)) if faults.on("echo") else (0, 0)
        return [stream.message(number) for number in range(*last)]

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def _after(self, name: str) -> float:
        """The message at which a fault of this connection strikes; inf where it has none."""
        fault = self._struck(name)
        return self.at + fault.number(100) if fault else float("inf")

    def _struck(self, name: str) -> Fault | None:
        active = (fault for fault in self.world.faults.active if fault.name == name)
        return next((fault for fault in active if fault.strikes(self.ask, "socket")), None)

    async def run(self) -> None:
        reading = asyncio.create_task(self._read())
        try:
            with suppress(ConnectionError):
                while not (reading.done() or self.broken or self._over()):
                    await self._turn()
                    if self.at >= self.snap_at:
                        await self.socket.close()
                    await asyncio.sleep(self.stream.pace.frame)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        if not self.broken:
            await self.socket.close()

    def _over(self) -> bool:
        return self.stream.over(self.at)

    async def _turn(self) -> None:
        self.silent = self.at >= self.silent_at
        self.broken = self.at >= self.drop_at or (not self.silent and self._minded())
        if self.broken or self.silent:
            return
        told = self.stream.position(self.world.clock())
        end = int(min(told, self.at + _MOST, self.drop_at, self.silent_at, self.snap_at))
        step = 1 if end >= self.snap_at else _MOST
        while end > self.at:
            await self._tell(min(end, self.at + step))

    def _minded(self) -> bool:
        """Whether the client has not answered as it should."""
        pace, now = self.stream.pace, self.now()
        late = [sent for sent, _ in self.unacked.values() if now - sent > pace.ack]
        if late:
            self._note("frames are not acked", "dropped")
        if now - self.beaten > _MISSED * pace.heartbeat:
            self._note("no heartbeat", "dropped")
        return bool(late) or now - self.beaten > _MISSED * pace.heartbeat

    def _note(self, what: str, count: str) -> None:
        self.world.note(self.ask, what)
        self.world.report.sockets[count] += 1

    # Frames out

    async def _tell(self, end: int) -> None:
        frame = self._frame(self.at, end)
        self.world.last_frames[self.stream.room_id] = (self.at, end)
        self.world.report.sockets["messages"] += end - self.at
        self.at = end
        if not self.held and not self._over() and self._struck("shuffled"):
            self.held = frame
            return
        for data in filter(None, (frame, self.held, frame if self._struck("twice") else b"")):
            await self.socket.send_bytes(data)
        self.held = b""
        if self._struck("flood"):
            for _ in range(_FLOOD):
                await self.socket.send_bytes(self._frame(end, end, need_ack=True))

    def _frame(self, first: int, end: int, *, need_ack: bool | None = None) -> bytes:
        self.frames += 1
        asks = self.frames % _NO_ACK != 0 if need_ack is None else need_ack
        fields = webcast.response(self.ask, self.world, first, end, need_ack=asks)
        fields[1] = self.past + fields[1] + self._strange(end)
        self.past = []
        log_id = _FIRST_LOG + self.frames
        if asks:
            self.unacked[log_id] = (self.now(), str(fields[5]))
        payload, header = self._packed(packed(fields))
        self.world.report.sockets["frames"] += 1
        return packed({1: self.frames, 2: log_id, 3: 8888, 4: 8, 5: header, 6: "pb", 7: "msg",
                       8: payload})  # fmt: skip

    def _packed(self, payload: bytes) -> tuple[bytes, Any]:
        if self._struck("bomb"):
            payload = bytes(_BOMB)
        elif self.frames % _PLAIN == 0:
            return payload, []
        payload = gzip.compress(payload, compresslevel=1, mtime=0)
        if self._struck("torn"):
            payload = payload[: len(payload) // 2]
        return payload, [{1: "compress_type", 2: "gzip"}]

    def _strange(self, number: int) -> list[bytes]:
        """Messages nobody knows, and such as cannot be read."""
        if not self._struck("strange"):
            return []
        stream = self.stream
        return [
            packed({1: method, 2: payload, 3: stream.strange_id(2 * number + at)})
            for at, (method, payload) in enumerate(
                (
                    ("WebcastNobodyKnowsMessage", b"\x08\x01"),
                    ("WebcastChatMessage", b"\xff\xff\xff"),
                )
            )
        ]

    # Frames in

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.BINARY:
                continue
            if not self.silent:
                await self._take(message.data)

    async def _take(self, data: bytes) -> None:
        try:
            frame = unpacked(data)
        except ValueError:
            self._note("a frame that is none", "wrong")
            return
        kind = b"".join(frame[7]).decode(errors="replace")
        if kind == "hb":
            self.beaten = self.now()
            self.world.report.sockets["heartbeats"] += 1
            with suppress(ConnectionError):
                await self.socket.send_bytes(packed({7: "hb"}))
        elif kind == "ack":
            self._acked(next(iter(frame[2]), 0), b"".join(frame[8]).decode(errors="replace"))
        else:
            self._note(f"a frame of type {kind[:20]!r}", "wrong")

    def _acked(self, log_id: int, said: str) -> None:
        _, wanted = self.unacked.pop(log_id, (0.0, ""))
        self.world.report.sockets["acks"] += 1
        if log_id in self.acked:  # of a frame that came twice
            return
        self.acked.add(log_id)
        if not wanted:
            self._note("an ack of a frame that wants none", "wrong")
        elif said != wanted:
            self._note("an ack without the frame's internal_ext", "wrong")


def wanted(request: web.BaseRequest) -> bool:
    """Whether a request asks for a socket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"
