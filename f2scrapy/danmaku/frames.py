"""Frames: what the socket brought becomes messages, and what to send back; no socket, no clock.

Times are seconds of any clock that only goes forward; the caller passes them in.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from google.protobuf.message import DecodeError

from f2scrapy.danmaku.proto.base_pb2 import HeartBeat, Message, PushFrame, Response
from f2scrapy.errors import ProtocolError

MAX_INFLATED = 16 << 20  # bytes of one payload; the largest seen is 0.2 MB (2022-2026)
HEARTBEAT = 10.0  # s between two heartbeats, unless the platform names its own
FASTEST = 1.0  # s; a platform that asks for more heartbeats gets these
DEAD_AFTER = 3  # heartbeats without any frame after which the peer is dead
_GZIP = b"\x1f\x8b"  # begins no protobuf message: it would be field 3 of the wire type 7
_GZIP_WINDOW = 31  # zlib's word for "gzip, and nothing else"


class FrameError(ProtocolError):
    """A frame that cannot be read: torn, too large, or no frame at all."""


def inflate(payload: bytes, limit: int = MAX_INFLATED) -> bytes:
    """Return what is under gzip; *payload* itself where it is not compressed.

    Its first bytes decide, not the frame's header ``compress_type``: TikTok leaves the header
    out at times, and both send small payloads bare.

    Raises:
        FrameError: torn, damaged, or more than *limit* bytes when inflated.
    """
    if not payload.startswith(_GZIP):
        return payload
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = stream.decompress(payload, limit + 1)
    except zlib.error as error:
        raise FrameError(f"the gzip payload of a frame is damaged: {error}") from None
    if len(plain) > limit:
        raise FrameError(f"the payload of a frame inflates to more than {limit} bytes")
    if not stream.eof:
        raise FrameError("the gzip payload of a frame is torn")
    return plain


def open_frame(data: bytes) -> PushFrame:
    """Return the frame in a binary message of the socket.

    Raises:
        FrameError: it holds none.
    """
    try:
        return PushFrame.FromString(data)
    except DecodeError:
        raise FrameError(f"{len(data)} bytes are no frame") from None


def open_response(payload: bytes, limit: int = MAX_INFLATED) -> Response:
    """Return the answer of im/fetch, or of a frame's payload.

    Raises:
        FrameError: it holds none.
    """
    plain = inflate(payload, limit)
    try:
        return Response.FromString(plain)
    except DecodeError:
        raise FrameError(f"{len(plain)} bytes are no webcast response") from None


def ack(log_id: int, internal_ext: str) -> bytes:
    """Return the frame that says a frame came in, as both platforms' pages send it.

    internal_ext is its payload, ``-`` if there is none. (F2 0.0.1.7 puts it into payload_type,
    where no one reads it.)
    """
    return PushFrame(
        log_id=log_id,
        payload_encoding="pb",
        payload_type="ack",
        payload=(internal_ext or "-").encode(),
    ).SerializeToString()


def heartbeat(room_id: str = "", count: int = 1) -> bytes:
    """Return the frame that says this side lives; TikTok's names the room and counts from 1."""
    if not room_id:
        return PushFrame(payload_type="hb").SerializeToString()
    beat = HeartBeat(room_id=int(room_id), send_packet_seq_id=count)
    return PushFrame(
        payload_encoding="pb", payload_type="hb", payload=beat.SerializeToString()
    ).SerializeToString()


class Received(NamedTuple):
    """What one frame brought: messages for us, frames to send back, and if it was the last."""

    messages: Sequence[Message] = ()
    send: tuple[bytes, ...] = ()
    closed: bool = False


@dataclass(slots=True)
class Connection:
    """One connection to a room: where it stands, when to beat, and when it is dead.

    ``cursor`` and ``internal_ext`` begin with what im/fetch answered; after a drop, the next
    connection begins with those of the old one, so the platform goes on from there. A frame that
    cannot be read leaves both as they were: the next connection gets its messages again.
    """

    beats_for: str = ""  # the room_id, where heartbeats bear it; see BEATS_NAME_ROOM of webcast.py
    cursor: str = ""
    internal_ext: str = ""
    heartbeat_every: float = HEARTBEAT  # s
    heard: float = 0.0  # when the last frame came
    beaten: float = 0.0  # when the last heartbeat was due
    beats: int = field(default=0, init=False)
    last: Sequence[Message] = field(default=(), init=False)  # messages of one frame
    before: str = field(default="", init=False)  # the cursor, when it came
    back_at: str = field(default="", init=False)  # the cursor `back` went to last

    def opened(self, now: float) -> None:
        """Both clocks start: call it when the socket is open."""
        self.heard = self.beaten = now

    def received(self, data: bytes, now: float) -> Received:
        """Take a binary message of the socket in.

        Raises:
            FrameError: see `open_frame`, `open_response`. It was heard all the same.
        """
        self.heard = now
        frame = open_frame(data)
        if frame.payload_type == "close":
            return Received(closed=True)
        if frame.payload_type != "msg":
            return Received()
        response = open_response(frame.payload)
        if response.messages and response.cursor not in ("", self.cursor):
            self.before, self.last = self.cursor, response.messages
        self.take(response)
        send = (ack(frame.log_id, response.internal_ext),) if response.need_ack else ()
        return Received(response.messages, send)

    def take(self, response: Response) -> None:
        """Remember where *response* leaves us: cursor, internal_ext, the pace of heartbeats."""
        self.cursor = response.cursor or self.cursor
        self.internal_ext = response.internal_ext or self.internal_ext
        if response.heartbeat_duration > 0:
            self.heartbeat_every = max(response.heartbeat_duration / 1000, FASTEST)

    def back(self) -> None:
        """Stand before the last messages: that they come again shows that nothing is left out.

        Not twice at one place, for there connections may break each time, and none would get on;
        nor where a message has no id, by which it is known to come again.
        """
        if self.before != self.back_at and all(message.msg_id for message in self.last):
            self.cursor = self.back_at = self.before

    def due(self, now: float) -> tuple[bytes, ...]:
        """Return the heartbeat if it is time for one."""
        if now < self.beaten + self.heartbeat_every:
            return ()
        self.beaten = now
        self.beats += 1
        return (heartbeat(self.beats_for, self.beats),)

    def dead(self, now: float) -> bool:
        """Whether nothing was heard for so long that nobody is there."""
        return now >= self.heard + DEAD_AFTER * self.heartbeat_every

    def wait(self, now: float) -> float:
        """Return the seconds until `due` or `dead` will have something to say, 0 if they do."""
        beat = self.beaten + self.heartbeat_every
        death = self.heard + DEAD_AFTER * self.heartbeat_every
        return max(0.0, min(beat, death) - now)
