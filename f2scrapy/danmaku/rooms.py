"""One broadcast that is watched, and how it is waited for."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from f2scrapy import rooms
from f2scrapy.api.retry import persistently
from f2scrapy.api.session import Session
from f2scrapy.errors import F2Error, Outcome, Refused
from f2scrapy.rooms import Target

POLL_S = 60.0  # between two looks at a room that is not on air yet
_PASSING = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED})
_LOG = logging.getLogger(__name__)


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
    def key(self) -> str:
        """What the archive knows it by: as the items of rooms."""
        return rooms.key(self.platform, self.room_id)

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


async def find(session: Session, target: Target) -> Room:
    """The room as it is now, on air or not.

    Raises:
        InputError, Refused, ProtocolError: see `f2scrapy.rooms.find`.
    """
    item = await rooms.find(session, target)
    return Room(**{field.name: getattr(item, field.name) for field in fields(Room)})


async def on_air(
    session: Session,
    target: Target,
    *,
    wait: bool = False,
    poll: float = POLL_S,
    seen: Callable[[F2Error], None] = lambda _error: None,
) -> Room:
    """The room, as soon as it is on air; with `wait` it is looked at until, each `poll` s ± half.

    What passes, such as a connection that fails, ends no waiting; `seen` is told what each look
    gave in place of the room, and the log, where that is another thing than before.

    Raises:
        NotOnAir: it is not, and `wait` is not wished.
        InputError, Refused, ProtocolError: see `find`.
    """
    told = ""
    while True:
        try:
            room = await persistently(session, lambda: find(session, target))
            if room.on_air:
                return room
            raise NotOnAir(room)
        except (NotOnAir, Refused) as error:
            if not wait or (isinstance(error, Refused) and error.outcome not in _PASSING):
                raise
            seen(error)
            if str(error) != told:
                told = str(error)
                silent = error.room if isinstance(error, NotOnAir) else None
                words = (silent, "not on air") if silent else (target.link.id, told)
                _LOG.info("waiting for %s: %s", *words)
        await asyncio.sleep(poll * random.uniform(0.5, 1.5))
