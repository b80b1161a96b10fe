"""Find and refresh the live rooms of one platform.

A room's item has `list_streams()`, the available streams, and `detail_endpoint()`, the endpoint
that returns the room again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from f2scrapy.api.retry import call_with_retries
from f2scrapy.api.session import Session
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.live.clock import read_server_ahead
from f2scrapy.live.source import StreamSource
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.rooms import Target, find_room


@dataclass
class Throttle:
    """Lets requests through one at a time, with a pause between them."""

    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free_at: float = 0.0  # when the next request may begin, by the monotonic clock

    @asynccontextmanager
    async def acquire(self, rest: float) -> AsyncIterator[None]:
        """Wait for a free slot; the next one is free `rest` seconds after the block ends."""
        async with self._lock:
            await asyncio.sleep(self._free_at - time.monotonic())
            try:
                yield
            finally:
                self._free_at = time.monotonic() + rest


@dataclass
class RoomClient:
    """Fetches the rooms of one platform, one after the other, in a session shared by all rooms.

    Searches for rooms and refreshes of recorded rooms wait separately.
    """

    platform: str
    session: Session
    source: StreamSource
    # Seconds by which the platform's clock is ahead of ours; None until known.
    server_ahead: float | None = None
    _search_throttle: Throttle = field(default_factory=Throttle)
    _refresh_throttle: Throttle = field(
        default_factory=Throttle
    )  # recordings do not wait for searches

    async def find(self, target: Target) -> Any:
        """Return the room of a link; one that is on air can be passed to `refresh`.

        Raises:
            Refused: the platform does not show it, or the answer cannot be read.
            InputError: the link leads to no room, or to a broadcast of an unknown room.
        """

        async def fetch() -> Any:
            async with self._wait_for_turn(self._search_throttle):
                return await find_room(self.session, target)

        room = await call_with_retries(self.session, fetch)
        if room.on_air:
            room.detail_endpoint()
        return room

    async def refresh(self, room: Any) -> Any:
        """Return a room as it is now.

        Raises:
            Refused: see `find`.
        """
        endpoint: Endpoint = room.detail_endpoint()
        async with self._wait_for_turn(self._refresh_throttle):
            before = time.time()
            answer = await self.session.ask(endpoint)
            self.server_ahead = read_server_ahead(answer, (before + time.time()) / 2)
            fresh = type(room).parse_answer(endpoint, answer)
            self.session.note_item(fresh)
            return fresh

    @asynccontextmanager
    async def _wait_for_turn(self, throttle: Throttle) -> AsyncIterator[None]:
        """Allow one request at a time, at the pace of F2_PACE.

        Raises:
            Refused: the answer cannot be read.
        """
        async with throttle.acquire(self.session.options.pace * random.uniform(0.5, 1.5)):
            try:
                yield
            except ProtocolError as error:
                raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error
