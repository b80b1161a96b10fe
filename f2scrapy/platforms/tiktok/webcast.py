"""Find a live room of TikTok by its link, and build the endpoints of its messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import Kind, Link
from f2scrapy.platforms.tiktok.endpoints.live import (
    DirectSocket,
    LiveEnter,
    LiveMessages,
    LiveSocket,
    RoomAlive,
)
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.live import LiveRoom, RoomOnAir
from f2scrapy.platforms.tiktok.items.users import User

if TYPE_CHECKING:
    from f2scrapy.api.session import Session

KINDS = ("unique_id", "room_id", "sec_user_id")  # links that lead to a room
IDS: Mapping[str, Kind] = {}  # an id that stands alone cannot be attributed to TikTok
HEARTBEAT_HAS_ROOM_ID = True
OPENS_DIRECTLY = True  # the socket, without im/fetch
HIDES_GIFTS = False  # guests receive no gifts (reports of ten users, 2026; not seen recorded)


async def find_room(session: Session, link: Link) -> LiveRoom:
    """Return the room of a link, on air or not; a room_id gives only itself and `on_air`.

    Raises:
        Refused: the platform does not show it.
        ProtocolError: the answer has an unknown shape.
    """
    if link.kind == "room_id":
        return await _fetch_broadcast(session, link.id)
    name = link.id if link.kind == "unique_id" else await _fetch_name(session, link.id)
    return await session.fetch_item(LiveEnter(unique_id=name), LiveRoom)


def messages_endpoint(room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint:
    """Return the endpoint of a room's messages from `cursor` on; it answers a protobuf Response.

    cursor: "" = from now on.
    """
    return LiveMessages(room_id=room_id, cursor=cursor, internal_ext=internal_ext)


def socket_endpoint(
    room_id: str,
    cursor: str,
    internal_ext: str,
    route: Mapping[str, str],
    push_server: str = "",
) -> Endpoint:
    """Return the WebSocket that sends messages from `cursor` on.

    route: of im/fetch; without one the socket is opened directly.
    """
    if not route:
        return DirectSocket(room_id=room_id, cursor=cursor, internal_ext=internal_ext)
    return LiveSocket(
        room_id=room_id, cursor=cursor, internal_ext=internal_ext,
        route=dict(route), push_server=push_server,
    )  # fmt: skip


async def _fetch_broadcast(session: Session, room_id: str) -> LiveRoom:
    status = await session.fetch_item(RoomAlive(room_id=room_id), RoomOnAir)
    return LiveRoom.model_construct(room_id=room_id, on_air=status.on_air)


async def _fetch_name(session: Session, sec_user_id: str) -> str:
    user = await session.fetch_item(UserProfile(sec_user_id=sec_user_id), User)
    if not user.unique_id:
        raise ProtocolError("user.uniqueId: expected a name, got nothing")
    return user.unique_id
