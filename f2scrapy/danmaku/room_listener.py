"""Watch: one room that is on air, listened to until it ends; what comes is read by somebody else.

A task of its own holds the socket, answers the platform and leaves out what was told before;
whoever reads takes batches of events whenever it likes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from f2scrapy.api.retry import persistently
from f2scrapy.api.session import Session
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.danmaku.buffer import Buffer
from f2scrapy.danmaku.dedupe import Seen
from f2scrapy.danmaku.frames import DEAD_AFTER, Connection, FrameError, open_response
from f2scrapy.danmaku.gap_detector import Holes
from f2scrapy.danmaku.messages import Control, Event, Gap, kind_of, read
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.reconnect import Dial, Patience, receive, send
from f2scrapy.danmaku.rooms import Room, find
from f2scrapy.errors import F2Error
from f2scrapy.platforms import get_platform
from f2scrapy.rooms import Target

_CONTROL = "WebcastControlMessage"
_AFTER_S = 1.0  # for what comes behind the end of a room
_QUIET_S = 120.0  # without a message, until it is asked whether the room is still on air


class _OverError(Exception):
    """The room is not on air any more."""


@dataclass
class Tally:
    """What came of watching a room."""

    counts: Counter[str] = field(default_factory=Counter)  # events by kind
    gaps: int = 0
    repeated: int = 0  # messages told again and left out
    reconnects: int = 0


class Watch:
    """Listens to `room` as the visitor of `session`, once; `batches` are its events.

    `wanted` are kinds of events or methods (None = all), `duration` is in seconds (None = until
    the room ends).
    """

    def __init__(
        self,
        session: Session,
        target: Target,
        room: Room,
        *,
        wanted: Collection[str] | None = None,
        duration: float | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.tally = Tally()
        self.over = False  # the room has ended
        self.why = "stopped"  # how it ended, in one line
        self._session, self._target, self._room = session, target, room
        self._how = get_platform(room.platform).webcast
        self._wanted = None if wanted is None else frozenset(wanted)
        self._duration = duration
        self._patience = patience or Patience()
        self._buffer: Buffer[Message | Gap] = Buffer()
        self._line = Connection(room.room_id if self._how.BEATS_NAME_ROOM else "")
        self._route: dict[str, str] = {}
        self._seen = Seen()
        self._listening: asyncio.Task[None] | None = None
        self._holes = Holes(room.room_id)
        self._heard = datetime.now(UTC)
        self._doubt = False  # whether it is still on air
        self._told = 0.0  # s of the loop's clock, when the last message came
        self._deaf = False  # the peer takes nothing: what has come is read, and it is left
        self._torn_at: str | None = None  # the cursor behind which a frame could not be read

    @property
    def spilled(self) -> int:
        """Messages that had to wait in a file."""
        return self._buffer.spilled

    def stop(self) -> None:
        """No more is listened to; `batches` still gives what has come."""
        if self._listening:
            self._listening.cancel()  # its end is the buffer's
        else:
            self._buffer.end()

    async def batches(self) -> AsyncGenerator[list[Event], None]:
        """The events, in the order they were told, as many at once as have come.

        Raises:
            Refused: the platform shows the room no longer; or, with outcome DISK, there is no
                place for what waits for its reader.
            ProtocolError: what it answers has a shape that is not known.
        """
        listening = self._listening = asyncio.create_task(self._listen())
        listening.add_done_callback(self._ended)
        try:
            while things := await self._buffer.get():
                yield [self._event(thing) for thing in things]
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            self._buffer.close()

    def _ended(self, listening: asyncio.Task[None]) -> None:
        error = None if listening.cancelled() else listening.exception()
        self._buffer.end(error if isinstance(error, Exception) else None)

    def _event(self, thing: Message | Gap) -> Event:
        event = thing if isinstance(thing, Gap) else read(thing, room_id=self._room.room_id)
        self.tally.counts[event.kind] += 1
        return event

    # The socket

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(self._duration):
                self._dial = Dial(self._address, self._patience)
                await self._follow()
        except TimeoutError:  # no other than ours comes here
            self.why = f"watched for {self._duration:g} s"
        except _OverError:
            self.over = True
        finally:
            self._tell(self._holes.close(datetime.now(UTC), over=self.over))
        self.why = "the room has ended" if self.over else self.why

    async def _follow(self) -> None:
        await persistently(self._session, self._fetch)
        self._lose("the first connection was not open yet", start=True)
        async with self._dial.sockets() as sockets:
            first = True
            async for socket in sockets:
                self.tally.reconnects += not first
                first = False
                reason, silent = await self._hear(socket)
                if self.over:
                    return
                self._lose(reason, silent=silent)
                self._line.back()

    async def _fetch(self) -> None:
        """Where the messages begin, and those told with it.

        Where they go on, a socket shall tell them again, from the cursor there is: what comes here
        may be a few of the last alone. A cursor that was refused twice is not tried again.
        """
        line, cursor = self._line, self._line.cursor
        ask = self._how.messages(self._room.room_id, line.cursor, line.internal_ext)
        self._heard = asked = datetime.now(UTC)
        response = open_response(await self._session.fetch(ask))
        if response.now:
            now = datetime.fromtimestamp(response.now / 1000, UTC)
            self._holes.clock(now, asked, datetime.now(UTC))
        line.take(response)
        if cursor and self._dial.refusals < 2:
            line.cursor = cursor
        self._route |= response.route_params
        self._take(response.messages)

    async def _address(self) -> PreparedRequest:
        """Where the next socket is: signed anew, from the last cursor on."""
        if self._doubt or self._dial.tried > 1:
            await self._look()
        if self._dial.refusals > 1:
            await self._session.identity.renew(self._session.identity.guest)
        if self._dial.refusals:
            await self._fetch()
        if self.over:
            raise _OverError
        line = self._line
        ask = self._how.socket(self._room.room_id, line.cursor, line.internal_ext, self._route)
        return await self._session.prepare(ask)

    async def _look(self) -> None:
        """Whether the room is still on air; where that is not told soon, it goes on.

        Of one that is over, what was said last is asked for once more.
        """
        with suppress(F2Error, TimeoutError):
            async with asyncio.timeout(self._line.heartbeat_every):
                room = await find(self._session, self._target)
            if not room.on_air or room.room_id != self._room.room_id:
                with suppress(F2Error):
                    await self._fetch()
                raise _OverError
        self._doubt = False

    async def _hear(self, socket: ClientConnection) -> tuple[str, bool]:
        """Take what comes; returns why nothing more does, and whether it was silent before.

        What follows the end of a room within a moment is taken as well.
        """
        line, clock = self._line, asyncio.get_running_loop().time
        line.opened(clock())
        self._holes.opened(datetime.now(UTC))
        self._told, self._deaf = clock(), False
        end = inf
        try:
            while clock() < end:
                await self._send(socket, line.due(clock()))
                wait = 0 if self._deaf else min(line.wait(clock()), end - clock())
                data = await receive(socket, wait)
                if data is None and (self._deaf or line.dead(clock())):
                    break
                if data is not None and await self._frame(socket, data, clock()):
                    self._doubt = True
                    return "the platform closed the connection", False
                if clock() - self._told > _QUIET_S:
                    self._told = clock()
                    await self._look()
                end = min(end, clock() + _AFTER_S) if self.over else inf
        except ConnectionClosed as error:
            if not error.rcvd:
                return "the connection broke", False
            self._heard, self._doubt = datetime.now(UTC), True  # all before it has come
            return "the connection was closed", False
        except FrameError as error:
            return str(error), False
        self._doubt = True
        return ("the peer took no answer", False) if self._deaf else ("the peer was silent", True)

    async def _frame(self, socket: ClientConnection, data: bytes, now: float) -> bool:
        """Take a frame, and answer it; returns whether it is the platform's last.

        One that cannot be read ends the connection, so that the next one gets it again; where it
        still cannot be read it is a gap.
        """
        try:
            got = self._line.received(data, now)
        except FrameError as error:
            if self._torn_at != self._line.cursor:
                self._torn_at = self._line.cursor
                raise
            self._tell(self._holes.torn(self._heard, datetime.now(UTC), str(error)))
            return False
        self._heard = datetime.now(UTC)
        self._told = now if got.messages else self._told
        self._dial.heard(told=self._take(got.messages, heard=True))
        await self._send(socket, got.send)
        return got.closed

    async def _send(self, socket: ClientConnection, frames: Iterable[bytes]) -> None:
        """Send frames; a peer that takes none gets no more."""
        seconds = DEAD_AFTER * self._line.heartbeat_every
        self._deaf = self._deaf or not await send(socket, frames, seconds)

    # What came, and what did not

    def _take(self, messages: Sequence[Message], *, heard: bool = False) -> bool:
        """Hand on what is new and asked for; returns whether anything is new.

        It was `heard` on a socket, or im/fetch tells it.
        """
        new = [message for message in messages if self._seen.new(message.msg_id)]
        self.tally.repeated += len(messages) - len(new)
        if heard:
            self._tell(self._holes.hear(messages, new=bool(new)))
        self._buffer.put([message for message in new if self._asks(message.method)])
        self.over = self.over or any(map(_ends, new))
        return bool(new)

    def _asks(self, method: str) -> bool:
        wanted = self._wanted
        return wanted is None or method in wanted or kind_of(method) in wanted

    def _lose(self, reason: str, *, silent: bool = False, start: bool = False) -> None:
        broke = self._heard if silent else datetime.now(UTC)
        self._tell(self._holes.lose(self._heard, broke, reason, start=start))

    def _tell(self, gap: Gap | None) -> None:
        if gap:
            self.tally.gaps += 1
            self._buffer.put([gap])


def _ends(message: Message) -> bool:
    """Whether a message says that the room has ended."""
    event = read(message) if message.method == _CONTROL else None
    return isinstance(event, Control) and event.ended
