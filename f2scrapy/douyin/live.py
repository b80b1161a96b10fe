"""The way to a live room of Douyin: from its link to the room and its streams."""

from __future__ import annotations

from contextlib import suppress

from f2scrapy.douyin.endpoints.live import LiveEnter, LiveReflow
from f2scrapy.douyin.items.live import LiveRoom
from f2scrapy.douyin.links import ROOM_IDS
from f2scrapy.errors import F2Error
from f2scrapy.link import Link
from f2scrapy.session import Session

KINDS = ("web_rid", "room_id")  # links that lead to a room
IDS = ROOM_IDS  # forms of ids that stand alone


async def find(session: Session, link: Link) -> LiveRoom:
    """The room a link leads to, on air or not.

    Raises:
        Refused: it is not shown.
        ProtocolError, ValidationError: what is shown has a shape that is not known.
    """
    if link.kind == "room_id":
        return await _read(session, LiveReflow(room_id=link.id))
    room = await _read(session, LiveEnter(web_rid=link.id))
    if room.on_air:  # when it began is told there alone; without that it goes on as well
        with suppress(F2Error):
            told = await _read(session, LiveReflow(room_id=room.room_id))
            return room.model_copy(update={"create_time": told.create_time})
    return room


async def _read(session: Session, endpoint: LiveEnter | LiveReflow) -> LiveRoom:
    [row] = endpoint.rows_of(await session.ask(endpoint))
    return LiveRoom.read(row)
