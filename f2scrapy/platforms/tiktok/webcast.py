"""The way into a live room of TikTok: from its link to the WebSocket that tells its messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter, LiveMessages, LiveSocket, RoomAlive
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.live import LiveRoom, RoomOnAir
from f2scrapy.platforms.tiktok.items.users import User

if TYPE_CHECKING:
    from f2scrapy.api.session import Session

KINDS = ("unique_id", "room_id", "sec_user_id")  # links that lead to a room
IDS: Mapping[str, str] = {}  # no id that stands alone is sure to be one of TikTok's
BEATS_NAME_ROOM = True  # whether heartbeats bear the room_id
HIDES_GIFTS = False  # guests receive no gifts (reports of ten users, 2026; not seen recorded)


async def find(session: Session, link: Link) -> LiveRoom:
    """The room a link leads to, on air or not; of a broadcast alone, no more than that is known.

    Raises:
        Refused: it is not shown.
        ProtocolError: what is shown has a shape that is not known.
    """
    if link.kind == "room_id":
        return await _broadcast(session, link.id)
    name = link.id if link.kind == "unique_id" else await _name(session, link.id)
    return await session.thing(LiveEnter(unique_id=name), LiveRoom)


def messages(room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint:
    """What a room's messages begin with, or go on with; its answer is a protobuf Response."""
    return LiveMessages(room_id=room_id, cursor=cursor, internal_ext=internal_ext)


def socket(room_id: str, cursor: str, internal_ext: str, route: Mapping[str, str]) -> Endpoint:
    """The WebSocket that tells messages from `cursor` on.

    Raises:
        ProtocolError: im/fetch gave no way there.
    """
    if not route.get("wrss"):
        raise ProtocolError("routeParams.wrss: expected a route, got nothing")
    return LiveSocket(room_id=room_id, cursor=cursor, internal_ext=internal_ext, wrss=route["wrss"])


async def _broadcast(session: Session, room_id: str) -> LiveRoom:
    told = await session.thing(RoomAlive(room_id=room_id), RoomOnAir)
    return LiveRoom.model_construct(room_id=room_id, on_air=told.on_air)


async def _name(session: Session, sec_user_id: str) -> str:
    user = await session.thing(UserProfile(sec_user_id=sec_user_id), User)
    if not user.unique_id:
        raise ProtocolError("user.uniqueId: expected a name, got nothing")
    return user.unique_id
