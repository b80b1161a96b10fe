"""Rooms: from what a user names to a room that is on air, and to where its messages are told.

What differs between platforms is in `f2scrapy/<platform>/webcast.py`: the links that lead to a
room (KINDS), forms of bare ids (IDS), and what is asked (`find`, `messages`, `socket`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Protocol

from pydantic import ValidationError

from f2scrapy.endpoint import Endpoint
from f2scrapy.errors import F2Error, InputError, Outcome, ProtocolError, Refused
from f2scrapy.link import Link, named
from f2scrapy.session import Session

POLL_S = 60.0  # between two looks at a room that is not on air yet
_PASSING = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED})


@dataclass(frozen=True, kw_only=True)
class Room:
    """One broadcast of a room, and whose it is; "" and None are what the platform did not say."""

    platform: str
    room_id: str  # of the broadcast
    web_rid: str = ""  # of the room; the same in every broadcast
    uid: str = ""
    sec_user_id: str = ""
    nickname: str = ""
    title: str = ""
    create_time: datetime | None = None  # when the broadcast began
    on_air: bool = False

    @property
    def id(self) -> str:
        return self.room_id

    @property
    def desc(self) -> str:
        """The title, as templates of names call it."""
        return self.title

    def __str__(self) -> str:
        """Names it in a line for people."""
        who = f" of {self.nickname}" if self.nickname else ""
        return f"{self.platform} room {self.web_rid or self.room_id or '?'}{who}"


class NotOnAir(F2Error):
    """A room is silent: it is not on air."""

    def __init__(self, room: Room) -> None:
        super().__init__(f"{room} is not on air")
        self.room = room


@dataclass(frozen=True)
class Target:
    """What a user named: a link of a platform, in the words that held it."""

    text: str
    platform: str
    link: Link


class Webcast(Protocol):
    """What `f2scrapy/<platform>/webcast.py` holds."""

    KINDS: tuple[str, ...]
    IDS: Mapping[str, str]
    BEATS_NAME_ROOM: bool

    async def find(self, session: Session, link: Link) -> Any: ...

    def messages(self, room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint: ...

    def socket(
        self, room_id: str, cursor: str, internal_ext: str, route: Mapping[str, str]
    ) -> Endpoint: ...


def webcast(platform: str) -> Webcast:
    """What is known of a platform's rooms."""
    module: Webcast = import_module(f"f2scrapy.{platform}.webcast")
    return module


@cache
def platforms() -> list[str]:
    """Those with live rooms; a bare id is of the first that knows its form."""
    needed = ("webcast.py", "links.py", "guest.py")
    folders = files("f2scrapy").iterdir()
    return sorted(f.name for f in folders if all(f.joinpath(n).is_file() for n in needed))


def targets(texts: Iterable[str]) -> list[Target]:
    """The rooms that `texts` name, in their order; nothing is asked.

    Raises:
        InputError: one of them names none.
    """
    return [target for text in texts for target in _targets(text)]


def _targets(text: str) -> list[Target]:
    for platform in platforms():
        found = list(dict.fromkeys(_links(platform, text)))
        if found:
            return [Target(text, platform, link) for link in found]
    raise InputError(
        f"this names no live room: {text!r}; want its link, its number (web_rid), its room_id, "
        "the link of a user, or @name on TikTok"
    )


def _links(platform: str, text: str) -> Iterator[Link]:
    """The most telling link of each kind of text: a user's counts where no room is named."""
    how, links = webcast(platform), import_module(f"f2scrapy.{platform}.links")
    found, _ = named([text], links.find, how.KINDS, how.IDS)
    rooms = [link for link in found if link.kind != "sec_user_id"]
    yield from rooms or found


async def find(session: Session, target: Target) -> Room:
    """The room as it is now, on air or not.

    Raises:
        InputError: a short link leads to no room.
        Refused: it is not shown.
        ProtocolError: what is shown has a shape that is not known.
    """
    how = webcast(target.platform)
    link = target.link
    if link.kind == "short":
        [link, *_] = await session.resolve(link.id, *how.KINDS)
    try:
        item = await how.find(session, link)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, fault["loc"]))
        raise ProtocolError(f"room: {path}: {fault['msg']}") from None
    return Room(**{field.name: getattr(item, field.name) for field in fields(Room)})


async def on_air(
    session: Session, target: Target, *, wait: bool = False, poll: float = POLL_S
) -> Room:
    """The room, as soon as it is on air; with `wait` it is looked at every `poll` seconds until.

    What passes, such as a connection that fails, ends no waiting.

    Raises:
        NotOnAir: it is not, and `wait` is not wished.
        InputError, Refused, ProtocolError: see `find`.
    """
    while True:
        try:
            room = await find(session, target)
            if room.on_air:
                return room
            if not wait:
                raise NotOnAir(room)
        except Refused as error:
            if not wait or error.outcome not in _PASSING:
                raise
        await asyncio.sleep(poll * random.uniform(0.9, 1.1))
