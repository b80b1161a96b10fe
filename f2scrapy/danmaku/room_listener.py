"""Listen to one room that is on air until it ends; a reader takes the events at its own pace.

A task holds the socket, answers the platform and leaves out repeated messages; the reader takes
batches of events from a buffer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from typing import NamedTuple

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from f2scrapy.api.retry import call_with_retries
from f2scrapy.api.session import Session
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.danmaku.buffer import Buffer
from f2scrapy.danmaku.dedupe import RecentIds
from f2scrapy.danmaku.frames import DEAD_AFTER, Connection, FrameError, parse_response
from f2scrapy.danmaku.gap_detector import GapDetector
from f2scrapy.danmaku.messages import Control, Event, Gap, get_kind, parse_message
from f2scrapy.danmaku.messages.reading import parse_time
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.reconnect import Reconnector, ReconnectPolicy, receive, send
from f2scrapy.danmaku.rooms import Room, find
from f2scrapy.errors import F2Error, Outcome, Refused
from f2scrapy.platforms import get_platform
from f2scrapy.rooms import Target

logger = logging.getLogger(__name__)

_CONTROL = "WebcastControlMessage"
_AFTER_END_S = 1.0  # wait for frames after the end of a room
# A clock of the platform further from ours is none: it came in microseconds, too (2026).
_MAX_CLOCK_DIFFERENCE = timedelta(days=1)
# What TikTok's im/fetch answers to a client that it takes for no browser (since 2026-09-09).
_GATED = frozenset({Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED, Outcome.CAPTCHA})
_QUIET_S = 120.0  # without a message, until the platform is asked whether the room is on air


class _OverError(Exception):
    """The room is not on air any more."""


class _Arrived(NamedTuple):
    """A message, and its arrival by the platform's clock."""

    message: Message
    moment: datetime


@dataclass
class Tally:
    """Numbers of one room."""

    counts: Counter[str] = field(default_factory=Counter)  # events by kind
    gaps: int = 0
    repeated: int = 0  # messages received again and left out
    reconnects: int = 0


class RoomListener:
    """Listens to `room` once, as the guest or the account of `session`.

    `read_batches` returns the events. `only` are kinds of events or methods of the
    platform (None = all), `duration` is in seconds (None = until the room ends). `cursor` and
    `internal_ext` of an answer of im/fetch are where to begin; "" = from now on.
    """

    def __init__(
        self,
        session: Session,
        target: Target,
        room: Room,
        *,
        only: Collection[str] | None = None,
        duration: float | None = None,
        policy: ReconnectPolicy | None = None,
        cursor: str = "",
        internal_ext: str = "",
    ) -> None:
        self.tally = Tally()
        self.is_over = False  # the room has ended
        self.reason = "stopped"  # why listening ended, in one line
        self._session, self._target, self._room = session, target, room
        self._webcast = get_platform(room.platform).webcast
        self._only = None if only is None else frozenset(only)
        self._duration = duration
        self._policy = policy or ReconnectPolicy()
        self._buffer: Buffer[_Arrived | Gap] = Buffer(measure=_measure)
        own = room.room_id if self._webcast.HEARTBEAT_HAS_ROOM_ID else ""
        self._connection = Connection(own, cursor, internal_ext)
        self._route_params: dict[str, str] = {}
        self._push_server = ""  # host of the socket, from im/fetch; "" = it names none
        self._recent_ids = RecentIds()
        self._listening: asyncio.Task[None] | None = None
        self._detector = GapDetector(room.room_id)
        self._last_frame = datetime.now(UTC)
        self._may_be_over = False
        self._last_message = 0.0  # s of the loop's clock
        # The peer accepts no frames: its frames are read to the end, then the connection is left.
        self._is_blocked = False
        self._torn_cursor: str | None = None  # the cursor before a frame that cannot be parsed

    @property
    def hides_gifts(self) -> bool:
        """True if the platform sends no gifts to this viewer, who is a guest."""
        return self._webcast.HIDES_GIFTS and not self._session.identity.is_logged_in

    @property
    def spilled(self) -> int:
        """The number of messages that waited in a file."""
        return self._buffer.spilled

    def stop(self) -> None:
        """Stop listening; `read_batches` still returns the events received so far."""
        if self._listening:
            self._listening.cancel()  # `_finish` ends the buffer
        else:
            self._buffer.end()

    async def read_batches(self) -> AsyncGenerator[list[Event], None]:
        """Return the events in their order, in batches of all that are ready.

        Raises:
            Refused: the platform does not show the room any longer; or, with outcome DISK, the
                disk has no space for messages that wait for the reader.
            ProtocolError: an answer has an unknown shape.
        """
        listening = self._listening = asyncio.create_task(self._listen())
        listening.add_done_callback(self._finish)
        try:
            while values := await self._buffer.get():
                yield [self._make_event(value) for value in values]
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            self._buffer.close()

    def _finish(self, listening: asyncio.Task[None]) -> None:
        error = None if listening.cancelled() else listening.exception()
        self._buffer.end(error if isinstance(error, Exception) else None)

    def _make_event(self, value: _Arrived | Gap) -> Event:
        if isinstance(value, Gap):
            event: Event = value
        else:
            event = parse_message(
                value.message,
                room_id=self._room.room_id,
                received=value.moment,
                keep_payload=True,
            )
        self.tally.counts[event.kind] += 1
        return event

    # The socket

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(self._duration):
                kinds = self._session.identity.profile.browser.kinds
                order = kinds["socket"].order
                self._reconnector = Reconnector(
                    self._prepare_socket, self._policy, order, self._session.find_proxy
                )
                await self._follow()
        except TimeoutError:  # of `duration`; others are handled deeper
            self.reason = f"watched for {self._duration:g} s"
        except _OverError:
            self.is_over = True
        finally:
            self._report_gap(self._detector.close(datetime.now(UTC), over=self.is_over))
        self.reason = "the room has ended" if self.is_over else self.reason

    async def _follow(self) -> None:
        await call_with_retries(self._session, self._fetch_first)
        self._start_outage("the first connection was not open yet", start=True)
        async with self._reconnector.open_sockets() as sockets:
            is_first = True
            async for socket in sockets:
                self.tally.reconnects += not is_first
                is_first = False
                resting = asyncio.create_task(self._session.rest())  # 200 rooms save 20 MB
                try:
                    reason, was_silent = await self._receive_frames(socket)
                finally:
                    await resting
                if self.is_over:
                    return
                self._start_outage(reason, silent=was_silent)
                self._connection.rewind()

    async def _fetch_first(self) -> None:
        """Ask im/fetch; if it refuses clients like this one, the socket may do without."""
        try:
            await self._fetch_messages()
        except Refused as refused:
            if not self._webcast.OPENS_DIRECTLY or refused.outcome not in _GATED or refused.reason:
                raise
            text = "im/fetch: %s: %s; the socket is opened without it"
            logger.info(text, refused.outcome, refused.detail)

    async def _fetch_messages(self) -> None:
        """Ask im/fetch for the first cursor, and take the messages of its answer.

        Later on the cursor of the last connection stays, so that the socket sends all messages
        since then: im/fetch may return a few of the last only. A cursor that was refused twice is
        replaced.
        """
        connection, cursor = self._connection, self._connection.cursor
        ask = self._webcast.messages_endpoint(self._room.room_id, cursor, connection.internal_ext)
        self._last_frame = asked = datetime.now(UTC)
        response = parse_response(await self._session.fetch(ask))
        now, answered = parse_time(response.now), datetime.now(UTC)
        if now and abs(now - answered) < _MAX_CLOCK_DIFFERENCE:
            self._detector.set_clock(now, asked, answered)
        connection.update(response)
        if cursor and self._reconnector.refusals < 2:
            connection.cursor = cursor
        self._route_params |= response.route_params
        self._push_server = response.push_server or self._push_server
        self._accept(response.messages)

    async def _prepare_socket(self) -> PreparedRequest:
        """Return the signed request of the next socket, which starts at the last cursor."""
        if self._may_be_over or self._reconnector.attempts > 1:
            await self._check_on_air()
        if self._reconnector.refusals > 1:
            await self._session.identity.renew(self._session.identity.guest)
        if self._reconnector.refusals:
            await self._fetch_first()
        if self.is_over:
            raise _OverError
        cursor, internal_ext = self._connection.cursor, self._connection.internal_ext
        ask = self._webcast.socket_endpoint(
            self._room.room_id, cursor, internal_ext, self._route_params, self._push_server
        )
        return await self._session.prepare(ask)

    async def _check_on_air(self) -> None:
        """Raise `_OverError` if the room is off air, after its last messages were fetched.

        Without an answer in time, the room counts as on air.
        """
        with suppress(F2Error, TimeoutError):
            async with asyncio.timeout(self._connection.heartbeat_every):
                room = await find(self._session, self._target)
            if not room.on_air or room.room_id != self._room.room_id:
                with suppress(F2Error):
                    await self._fetch_messages()
                raise _OverError
        self._may_be_over = False

    async def _receive_frames(self, socket: ClientConnection) -> tuple[str, bool]:
        """Receive until the connection ends; return the reason, and True if the peer was silent.

        Frames that follow the end of a room within a moment are taken, too.
        """
        connection, clock = self._connection, asyncio.get_running_loop().time
        entrance = connection.open(clock())
        self._detector.mark_open(datetime.now(UTC))
        self._last_message, self._is_blocked = clock(), False
        await self._send(socket, entrance)
        end = inf
        try:
            while clock() < end:
                await self._send(socket, connection.take_heartbeat(clock()))
                wait = min(connection.compute_wait(clock()), end - clock())
                data = await receive(socket, 0 if self._is_blocked else wait)
                if data is None and (self._is_blocked or connection.is_dead(clock())):
                    break
                if data is not None and await self._process_frame(socket, data, clock()):
                    self._may_be_over = True
                    return "the platform closed the connection", False
                if clock() - self._last_message > _QUIET_S:
                    self._last_message = clock()
                    await self._check_on_air()
                end = min(end, clock() + _AFTER_END_S) if self.is_over else inf
        except ConnectionClosed as error:
            if not error.rcvd:
                return "the connection broke", False
            # A close frame: all frames before it were received.
            self._last_frame, self._may_be_over = datetime.now(UTC), True
            return "the connection was closed", False
        except FrameError as error:
            return str(error), False
        self._may_be_over = True
        if self._is_blocked:
            return "the peer accepted no frames", False
        return "the peer was silent", True

    async def _process_frame(self, socket: ClientConnection, data: bytes, now: float) -> bool:
        """Take a frame and answer it; return True if it is the platform's last.

        A frame that cannot be parsed ends the connection, so that the next one receives it again;
        if it fails again, it is a gap.
        """
        try:
            received = self._connection.receive(data, now)
        except FrameError as error:
            if self._torn_cursor != self._connection.cursor:
                self._torn_cursor = self._connection.cursor
                raise
            span = self._last_frame, datetime.now(UTC)
            self._report_gap(self._detector.build_unreadable_gap(*span, str(error)))
            return False
        self._last_frame = datetime.now(UTC)
        self._last_message = now if received.messages else self._last_message
        has_new = self._accept(received.messages, from_socket=True)
        self._reconnector.mark_alive(new=has_new)
        await self._send(socket, received.send)
        return received.closed

    async def _send(self, socket: ClientConnection, frames: Iterable[bytes]) -> None:
        """Send frames; a peer that accepts none in time counts as blocked."""
        seconds = DEAD_AFTER * self._connection.heartbeat_every
        self._is_blocked = self._is_blocked or not await send(socket, frames, seconds)

    # Messages and gaps

    def _accept(self, messages: Sequence[Message], *, from_socket: bool = False) -> bool:
        """Pass on messages that are new and wanted; return True if any is new.

        Messages of im/fetch are no evidence for the gap detector; those `from_socket` are.
        """
        new = [message for message in messages if self._recent_ids.add(message.msg_id)]
        self.tally.repeated += len(messages) - len(new)
        if from_socket:
            self._report_gap(self._detector.add_messages(messages, new=bool(new)))
        moment = datetime.now(UTC) + self._detector.server_ahead
        wanted = (message for message in new if self._is_wanted(message.method))
        self._buffer.put([_Arrived(message, moment) for message in wanted])
        self.is_over = self.is_over or any(map(_is_end, new))
        return bool(new)

    def _is_wanted(self, method: str) -> bool:
        only = self._only
        return only is None or method in only or get_kind(method) in only

    def _start_outage(self, reason: str, *, silent: bool = False, start: bool = False) -> None:
        broke = self._last_frame if silent else datetime.now(UTC)
        self._report_gap(self._detector.start_outage(self._last_frame, broke, reason, start=start))

    def _report_gap(self, gap: Gap | None) -> None:
        if gap:
            self.tally.gaps += 1
            self._buffer.put([gap])


def _measure(value: _Arrived | Gap) -> int:
    return value.message.ByteSize() if isinstance(value, _Arrived) else 0


def _is_end(message: Message) -> bool:
    """Return True if the message states that the room has ended."""
    event = parse_message(message) if message.method == _CONTROL else None
    return isinstance(event, Control) and event.ended
