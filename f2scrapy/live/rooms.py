"""Rooms: from what a user names to the room as it is now.

What differs between platforms is in `f2scrapy/<platform>/live.py`: the links that lead to a room
(KINDS), forms of bare ids (IDS), and `find`, which asks for one. Its item has `offered()`, the
streams to choose from, and `detail()`, what to ask to have it anew.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from f2scrapy.endpoint import Endpoint, look
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.link import Link, named
from f2scrapy.live.source import Source
from f2scrapy.session import Session
from f2scrapy.walk import first_fault


class Target(NamedTuple):
    """A room a user named."""

    platform: str
    link: Link


class Platform(Protocol):
    """What `f2scrapy/<platform>/live.py` holds."""

    KINDS: tuple[str, ...]
    IDS: Mapping[str, str]

    async def find(self, session: Session, link: Link) -> Any: ...


@cache
def platforms() -> dict[str, Platform]:
    """The platforms whose rooms can be recorded."""
    package = files("f2scrapy")
    folders = sorted(entry.name for entry in package.iterdir() if entry.is_dir())
    there = [name for name in folders if package.joinpath(name, "live.py").is_file()]
    return {name: import_module(f"f2scrapy.{name}.live") for name in there}


def targets(texts: Iterable[str]) -> list[Target]:
    """The rooms that texts name, without repeats; nothing is asked.

    Raises:
        InputError: one of them names none.
    """
    return list(dict.fromkeys(target for text in texts for target in _named(text)))


def _named(text: str) -> list[Target]:
    for platform, how in platforms().items():
        find = import_module(f"f2scrapy.{platform}.links").find
        if found := named([text], find, how.KINDS, how.IDS)[0]:
            return [Target(platform, link) for link in found]
    raise InputError(f"this names no live room: {text}")


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

    async def find(self, link: Link) -> Any:
        """The room of a link.

        Raises:
            Refused: it is not shown, or what is shown cannot be read.
            InputError: a short link leads to no room.
        """
        how = platforms()[self.platform]
        async with self._in_turn():
            if link.kind == "short":
                [link, *_] = await self.session.resolve(link.id, *how.KINDS)
            return await how.find(self.session, link)

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
