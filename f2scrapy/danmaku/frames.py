"""Parse frames of the socket to messages, and build the frames to send back; no I/O, no clock.

Times are seconds of any monotonic clock; the caller passes them in.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from google.protobuf.message import DecodeError

from f2scrapy.danmaku.proto.base_pb2 import HeartBeat, Message, PushFrame, Response
from f2scrapy.danmaku.proto.client_pb2 import EnterRoom
from f2scrapy.errors import ProtocolError

MAX_INFLATED = 16 << 20  # bytes of one payload; the largest observed is 0.2 MB (2022-2026)
HEARTBEAT = 10.0  # s between two heartbeats, unless the platform sets another interval
# s; intervals set by the platform are kept within these. All observed ones are 10 s (2022-2026). A
# peer is dead after three, so a longer one would leave a silent room unnoticed for days.
MIN_HEARTBEAT, MAX_HEARTBEAT = 1.0, 60.0
_MAX_CURSOR = 16_000  # characters of cursor and internal_ext, which go into an address; seen: 900
DEAD_AFTER = 3  # heartbeats without any frame after which the peer is dead
_GZIP = b"\x1f\x8b"  # no protobuf message begins so: it would be field 3 of wire type 7
_GZIP_WINDOW = 31  # zlib's value for "gzip only"


class FrameError(ProtocolError):
    """A frame cannot be parsed: it is truncated, too large, or no frame at all."""


def inflate(payload: bytes, limit: int = MAX_INFLATED) -> bytes:
    """Return the gunzipped payload; *payload* itself if it is not compressed.

    Its first bytes decide, not the frame's header ``compress_type``: TikTok omits the header at
    times, and both platforms send small payloads uncompressed.

    Raises:
        FrameError: truncated, damaged, or more than *limit* bytes when inflated.
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
        raise FrameError("the gzip payload of a frame is truncated")
    return plain


def parse_frame(data: bytes) -> PushFrame:
    """Parse a binary message of the socket.

    Raises:
        FrameError: the bytes are no frame.
    """
    try:
        return PushFrame.FromString(data)
    except DecodeError:
        raise FrameError(f"{len(data)} bytes are no frame") from None


def parse_response(payload: bytes, limit: int = MAX_INFLATED) -> Response:
    """Parse the answer of im/fetch, or the payload of a frame.

    Raises:
        FrameError: the bytes are no response.
    """
    plain = inflate(payload, limit)
    try:
        return Response.FromString(plain)
    except DecodeError:
        raise FrameError(f"{len(plain)} bytes are no webcast response") from None


def build_ack(log_id: int, internal_ext: str) -> bytes:
    """Return the frame that acknowledges a frame, as both platforms' pages send it.

    internal_ext is its payload, ``-`` if there is none. (F2 0.0.1.7 puts it into payload_type,
    which no server reads.)
    """
    return PushFrame(
        log_id=log_id,
        payload_encoding="pb",
        payload_type="ack",
        payload=(internal_ext or "-").encode(),
    ).SerializeToString()


def build_heartbeat(room_id: str = "", count: int = 1) -> bytes:
    """Return a heartbeat frame; on TikTok it has the room_id and a count from 1."""
    if not room_id:
        return PushFrame(payload_type="hb").SerializeToString()
    beat = HeartBeat(room_id=int(room_id), send_packet_seq_id=count)
    return PushFrame(
        payload_encoding="pb", payload_type="hb", payload=beat.SerializeToString()
    ).SerializeToString()


def build_entrance(room_id: str) -> bytes:
    """Return the frame that makes TikTok send a room's messages on a connection.

    TikTokLive, TikTok-Live-Connector and clients in Rust and Java send it (2026-07); by one of them
    a socket without it stays silent.
    """
    entrance = EnterRoom(
        room_id=int(room_id), live_id=12, identity="audience", filter_welcome_msg="0"
    )
    return PushFrame(
        payload_encoding="pb",
        payload_type="im_enter_room",
        payload=entrance.SerializeToString(),
    ).SerializeToString()


class Received(NamedTuple):
    """The content of one frame: messages, frames to send back, and whether it was the last."""

    messages: Sequence[Message] = ()
    send: tuple[bytes, ...] = ()
    closed: bool = False


@dataclass(slots=True)
class Connection:
    """The state of one connection to a room: cursor, heartbeats, and time of the last frame.

    ``cursor`` and ``internal_ext`` start with the values of im/fetch; after a drop, the next
    connection starts with those of the old one, so the platform continues from there. A frame
    that cannot be parsed leaves both unchanged: the next connection gets its messages again.
    """

    heartbeat_room_id: str = (
        ""  # "" = frames have no room_id, and none enters it: see HEARTBEAT_HAS_ROOM_ID
    )
    cursor: str = ""
    internal_ext: str = ""
    heartbeat_every: float = HEARTBEAT  # s
    last_frame_at: float = 0.0
    last_heartbeat_at: float = 0.0  # the time it was due
    heartbeat_count: int = field(default=0, init=False)
    last_messages: Sequence[Message] = field(default=(), init=False)  # of one frame
    previous_cursor: str = field(default="", init=False)  # before `last_messages`
    rewound_to: str = field(default="", init=False)  # the cursor set by the last `rewind`

    def open(self, now: float) -> tuple[bytes, ...]:
        """Start the timers as soon as the socket is open; return the frames to send first."""
        self.last_frame_at = self.last_heartbeat_at = now
        return (build_entrance(self.heartbeat_room_id),) if self.heartbeat_room_id else ()

    def receive(self, data: bytes, now: float) -> Received:
        """Parse a binary message of the socket and update the state.

        Raises:
            FrameError: see `parse_frame`, `parse_response`. The frame still counts as received.
        """
        self.last_frame_at = now
        frame = parse_frame(data)
        if frame.payload_type == "close":
            return Received(closed=True)
        if frame.payload_type != "msg":
            return Received()
        response = parse_response(frame.payload)
        if response.messages and response.cursor not in ("", self.cursor):
            self.previous_cursor, self.last_messages = self.cursor, response.messages
        self.update(response)
        needs_ack = response.need_ack and len(response.internal_ext) <= _MAX_CURSOR
        send = (build_ack(frame.log_id, response.internal_ext),) if needs_ack else ()
        return Received(response.messages, send)

    def update(self, response: Response) -> None:
        """Store the cursor, internal_ext and heartbeat interval of *response*."""
        if max(len(response.cursor), len(response.internal_ext)) <= _MAX_CURSOR:
            self.cursor = response.cursor or self.cursor
            self.internal_ext = response.internal_ext or self.internal_ext
        if response.heartbeat_duration > 0:
            seconds = response.heartbeat_duration / 1000
            self.heartbeat_every = min(max(seconds, MIN_HEARTBEAT), MAX_HEARTBEAT)

    def rewind(self) -> None:
        """Move the cursor before the last messages: their return shows that none is missing.

        Not twice to one cursor: if connections break there each time, none would make progress.
        Nor if a message has no id, since its return could not be recognized.
        """
        is_new = self.previous_cursor != self.rewound_to
        if is_new and all(message.msg_id for message in self.last_messages):
            self.cursor = self.rewound_to = self.previous_cursor

    def take_heartbeat(self, now: float) -> tuple[bytes, ...]:
        """Return the heartbeat to send if one is due, else ()."""
        if now < self.last_heartbeat_at + self.heartbeat_every:
            return ()
        self.last_heartbeat_at = now
        self.heartbeat_count += 1
        return (build_heartbeat(self.heartbeat_room_id, self.heartbeat_count),)

    def is_dead(self, now: float) -> bool:
        """Return True if the peer was silent for `DEAD_AFTER` heartbeats."""
        return now >= self.last_frame_at + DEAD_AFTER * self.heartbeat_every

    def compute_wait(self, now: float) -> float:
        """Return the seconds until a heartbeat is due or the peer counts as dead; 0 if so now."""
        heartbeat = self.last_heartbeat_at + self.heartbeat_every
        death = self.last_frame_at + DEAD_AFTER * self.heartbeat_every
        return max(0.0, min(heartbeat, death) - now)
