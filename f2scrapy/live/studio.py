"""Studio: one platform's way to its rooms and their streams.

A room's item has `offered()`, the streams to choose from, and `detail()`, what to ask to have it
anew.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from f2scrapy.endpoint import Endpoint, look
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.live.source import Source
from f2scrapy.rooms import Target, find
from f2scrapy.session import Session
from f2scrapy.walk import first_fault


@dataclass
class Studio:
    """One platform's way in, shared by all its rooms; they are asked for one after the other."""

    platform: str
    session: Session
    source: Source
    ahead: float | None = (
        None  # seconds by which the platform's clock is before ours; None = unknown
    )
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, target: Target) -> Any:
        """The room of a link.

        Raises:
            Refused: it is not shown, or what is shown cannot be read.
            InputError: a short link leads to no room.
        """
        async with self._in_turn():
            return await find(self.session, target)

    async def again(self, room: Any) -> Any:
        """A room as it is now.

        Raises:
            Refused: see `find`.
        """
        endpoint: Endpoint = room.detail()
        async with self._in_turn():
            before = time.time()
            page = await self.session.ask(endpoint)
            self._compare(page, (before + time.time()) / 2)
            [row] = endpoint.rows_of(page)
            return type(room).read(row)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """One question at a time, at the pace of F2_PACE."""
        async with self._turn:
            try:
                yield
            except (ProtocolError, ValidationError) as error:
                raise Refused(Outcome.SCHEMA_CHANGED, first_fault(error)) from error
            await asyncio.sleep(self.session.pace * random.uniform(0.5, 1.5))

    def _compare(self, page: Mapping[str, Any], moment: float) -> None:
        """The interfaces of live rooms tell the platform's clock, in ms."""
        if isinstance(now := look(page, "extra.now"), int | float):
            self.ahead = now / 1000 - moment
