"""Find the broadcast of a room, and wait until it is on air."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from f2scrapy import rooms
from f2scrapy.api.retry import call_with_retries
from f2scrapy.api.session import Session
from f2scrapy.errors import F2Error, Outcome, Refused
from f2scrapy.rooms import Target

POLL_S = 60.0  # s between two requests for a room that is not on air yet
_TEMPORARY = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED})
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Room:
    """A broadcast of a room, and its host; "" and None = the platform did not send the value."""

    platform: str
    room_id: str  # id of the broadcast
    web_rid: str = ""  # number of the room; the same in every broadcast
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
        """The key in the archive, the same as that of the item of a room."""
        return rooms.build_room_key(self.platform, self.room_id)

    @property
    def desc(self) -> str:
        """The title, as templates of names call it."""
        return self.title

    def __str__(self) -> str:
        """Return the name of the room for people."""
        host = f" of {self.nickname}" if self.nickname else ""
        return f"{self.platform} room {self.web_rid or self.room_id or '?'}{host}"


class NotOnAir(F2Error):
    """The room is not on air."""

    def __init__(self, room: Room) -> None:
        super().__init__(f"{room} is not on air")
        self.room = room


async def find(session: Session, target: Target) -> Room:
    """Return the room with its present state, on air or not.

    Raises:
        InputError, Refused, ProtocolError: see `f2scrapy.rooms.find_room`.
    """
    item = await rooms.find_room(session, target)
    return Room(**{field.name: getattr(item, field.name) for field in fields(Room)})


async def find_on_air(
    session: Session,
    target: Target,
    *,
    wait: bool = False,
    poll: float = POLL_S,
    on_failure: Callable[[F2Error], None] = lambda _error: None,
) -> Room:
    """Return the room if it is on air; with `wait`, ask for it every `poll` s ± half until it is.

    Temporary failures, such as a broken connection, do not end the wait. `on_failure` receives the
    reason of each failed attempt; the log has it if it differs from the last one.

    Raises:
        NotOnAir: the room is not on air, and `wait` is False.
        InputError, Refused, ProtocolError: see `find`.
    """
    last = ""
    while True:
        try:
            room = await call_with_retries(session, lambda: find(session, target))
            if room.on_air:
                return room
            raise NotOnAir(room)
        except (NotOnAir, Refused) as error:
            if not wait or (isinstance(error, Refused) and error.outcome not in _TEMPORARY):
                raise
            on_failure(error)
            if str(error) != last:
                last = str(error)
                silent = error.room if isinstance(error, NotOnAir) else None
                words = (silent, "not on air") if silent else (target.link.id, last)
                _LOG.info("waiting for %s: %s", *words)
        await asyncio.sleep(poll * random.uniform(0.5, 1.5))
