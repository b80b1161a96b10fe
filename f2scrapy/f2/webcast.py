"""Receive the messages of a live room: the base of F2's WebSocket crawlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, ClassVar

from f2scrapy.danmaku.frames import Connection, build_ack, build_heartbeat
from f2scrapy.danmaku.messages import Event, as_dict, parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.room_listener import RoomListener
from f2scrapy.danmaku.rooms import Room
from f2scrapy.f2.arguments import open_session, read_cookie
from f2scrapy.f2.log.logger import logger
from f2scrapy.f2.models import Model
from f2scrapy.model.link import Link
from f2scrapy.rooms import Target

Callback = Callable[..., Awaitable[Any]]  # called with data=<the bytes of the message>


class WebSocketCrawler:
    """Calls `callbacks` by the names of messages, such as WebcastChatMessage.

    Each name of `methods` is a method that parses a message's bytes to the dict of its event
    (`f2scrapy.danmaku.messages`). With `show_message` in `kwargs`, all messages are logged.
    """

    platform: ClassVar[str]
    methods: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        kwargs: Mapping[str, Any] | None = None,
        callbacks: Mapping[str, Callback] | None = None,
    ) -> None:
        self.kwargs = dict(kwargs or {})
        self.callbacks = dict(callbacks or {})
        self.websocket: Any = None  # an open socket that `send_ack` and `send_ping` send to
        self._connection = Connection()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for method in cls.methods:
            setattr(cls, method, staticmethod(_make_parser(method)))

    async def fetch_live_danmaku(self, params: Model) -> str:
        """Receive from the model's cursor on until the room ends; return why it ended, in one line.

        Connections that break are opened again. (F2 ends after some seconds without a listener at
        its local server.) kwargs' cookie is the viewer's; without one a new guest watches.

        Raises:
            Refused: the platform does not show the room any longer.
        """
        socket: Any = params.endpoint
        room_id = str(socket.room_id)
        guest = read_cookie(self.kwargs) is None
        async with open_session(self.platform, self.kwargs, guest=guest) as session:
            room = Room(platform=self.platform, room_id=room_id, on_air=True)
            target = Target(self.platform, Link("room_id", room_id))
            listener = RoomListener(
                session, target, room, cursor=socket.cursor, internal_ext=socket.internal_ext
            )
            async with aclosing(listener.read_batches()) as batches:
                async for batch in batches:
                    await asyncio.gather(*map(self._call, batch))
        return listener.reason

    async def handle_wss_message(self, message: bytes) -> list[Any]:
        """Parse a frame, call the callbacks of its messages, and acknowledge it.

        Return the results of the callbacks; a message without one gives the dict of its event.

        Raises:
            FrameError: the bytes are no frame.
        """
        received = self._connection.receive(message, asyncio.get_running_loop().time())
        for frame in received.send:
            await self._send(frame)
        events = (parse_message(one, keep_payload=True) for one in received.messages)
        return list(await asyncio.gather(*map(self._call, events)))

    async def send_ack(self, log_id: int, internal_ext: str) -> bytes:
        """Send the frame that acknowledges a frame, and return it."""
        return await self._send(build_ack(log_id, internal_ext))

    async def send_ping(self, room_id: str = "") -> bytes:
        """Send a heartbeat, and return it; on TikTok with the `room_id`."""
        return await self._send(build_heartbeat(room_id))

    async def _send(self, frame: bytes) -> bytes:
        if self.websocket is not None:
            await self.websocket.send(frame)
        return frame

    async def _call(self, event: Event) -> Any:
        if self.kwargs.get("show_message"):
            logger.info("%s: %s", event.method, event.text)
        callback = self.callbacks.get(event.method)
        if callback is None:
            return as_dict(event)
        return await callback(data=event.raw or getattr(event, "payload", b""))


def _make_parser(method: str) -> Callback:
    async def parse(data: bytes) -> dict[str, Any]:
        return as_dict(parse_message(Message(method=method, payload=data)))

    parse.__doc__ = f"Return the event of a {method} as a dict."
    return parse
