"""Studio: one platform's way to its rooms and their streams.

A room's item has `offered()`, the streams to choose from, and `detail()`, what to ask to have it
anew.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from f2scrapy.api.retry import persistently
from f2scrapy.api.session import Session
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.live.clock import ahead
from f2scrapy.live.source import Source
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.rooms import Target, find


@dataclass
class Turn:
    """A line in which one is served at a time."""

    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free: float = 0.0  # when the next one is served, by the monotonic clock

    @asynccontextmanager
    async def taken(self, rest: float) -> AsyncIterator[None]:
        """Wait for one's turn; the next one comes `rest` seconds after it at the earliest."""
        async with self._lock:
            await asyncio.sleep(self._free - time.monotonic())
            try:
                yield
            finally:
                self._free = time.monotonic() + rest


@dataclass
class Studio:
    """One platform's way in, shared by all its rooms; they are asked for one after the other.

    Rooms that are looked for and rooms that are being recorded stand in lines of their own.
    """

    platform: str
    session: Session
    source: Source
    ahead: float | None = (
        None  # seconds by which the platform's clock is before ours; None = unknown
    )
    _finding: Turn = field(default_factory=Turn)
    _asking: Turn = field(default_factory=Turn)  # recordings do not wait for those who wait

    async def find(self, target: Target) -> Any:
        """The room of a link; one that is on air can be asked for `again`.

        Raises:
            Refused: it is not shown, or what is shown cannot be read.
            InputError: the link leads to no room, or to a broadcast whose room is not told.
        """

        async def ask() -> Any:
            async with self._in_turn(self._finding):
                return await find(self.session, target)

        room = await persistently(self.session, ask)
        if room.on_air:
            room.detail()
        return room

    async def again(self, room: Any) -> Any:
        """A room as it is now.

        Raises:
            Refused: see `find`.
        """
        endpoint: Endpoint = room.detail()
        async with self._in_turn(self._asking):
            before = time.time()
            page = await self.session.ask(endpoint)
            self.ahead = ahead(page, (before + time.time()) / 2)
            return type(room).told(endpoint, page)

    @asynccontextmanager
    async def _in_turn(self, turn: Turn) -> AsyncIterator[None]:
        """One question at a time, at the pace of F2_PACE."""
        async with turn.taken(self.session.options.pace * random.uniform(0.5, 1.5)):
            try:
                yield
            except ProtocolError as error:
                raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error
