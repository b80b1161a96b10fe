"""Find a live room of Douyin by its link, and build the endpoints of its messages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from f2scrapy.errors import F2Error, Outcome, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import Kind, Link
from f2scrapy.platforms.douyin import links
from f2scrapy.platforms.douyin.endpoints.live import (
    LiveEnter,
    LiveMessages,
    LiveReflow,
    LiveSocket,
    UserLiveStatus,
)
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.live import LiveRoom, UserOnAir
from f2scrapy.platforms.douyin.items.users import User

if TYPE_CHECKING:
    from f2scrapy.api.session import Session

KINDS = ("web_rid", "room_id", "sec_user_id")  # links that lead to a room
IDS: Mapping[str, Kind] = links.KINDS  # forms of ids that stand alone
HEARTBEAT_HAS_ROOM_ID = False
OPENS_DIRECTLY = False
HIDES_GIFTS = True  # guests receive no gifts (reports of ten users, 2026; not seen recorded)


async def find_room(session: Session, link: Link) -> LiveRoom:
    """Return the room of a link, on air or not; of a user, the current broadcast's room.

    Raises:
        Refused: the platform does not show it.
        ProtocolError: the answer has an unknown shape.
    """
    if link.kind == "sec_user_id":
        return await _find_user_room(session, link.id)
    if link.kind == "room_id":
        return await _fetch_broadcast(session, link.id)
    room = await session.fetch_item(LiveEnter(web_rid=link.id), LiveRoom)
    if not room.is_certain:
        return await _fetch_hidden_broadcast(session, room)
    if endpoint := room.start_time_endpoint():
        with suppress(F2Error):  # the start time is optional
            broadcast = await session.fetch_item(endpoint, LiveRoom)
            return room.model_copy(update={"create_time": broadcast.create_time})
    return room


def messages_endpoint(room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint:
    """Return the endpoint of a room's messages from `cursor` on; it answers a protobuf Response.

    cursor: "" = from now on.
    """
    return LiveMessages(
        room_id=room_id, cursor=cursor, internal_ext=internal_ext, resp_content_type="protobuf"
    )


def socket_endpoint(
    room_id: str,
    cursor: str,
    internal_ext: str,
    route: Mapping[str, str],  # noqa: ARG001 - only TikTok's needs these two
    push_server: str = "",  # noqa: ARG001
) -> Endpoint:
    """Return the WebSocket that sends messages from `cursor` on."""
    return LiveSocket(room_id=room_id, cursor=cursor, internal_ext=internal_ext)


async def _fetch_broadcast(session: Session, room_id: str) -> LiveRoom:
    return await session.fetch_item(LiveReflow(room_id=room_id), LiveRoom)


async def _fetch_hidden_broadcast(session: Session, room: LiveRoom) -> LiveRoom:
    """Return the broadcast of a room whose page hides it: a 360° or a voice room.

    Raises:
        Refused: the platform does not show it, or its state has an unknown number.
    """
    if room.room_id:
        broadcast = await _fetch_broadcast(session, room.room_id)
        if broadcast.is_certain:
            return broadcast.model_copy(update={"web_rid": broadcast.web_rid or room.web_rid})
    raise Refused(Outcome.SCHEMA_CHANGED, "the answer does not say whether the room is on air")


async def _find_user_room(session: Session, sec_user_id: str) -> LiveRoom:
    user = await session.fetch_item(UserProfile(sec_user_id=sec_user_id), User)
    status = await session.fetch_item(UserLiveStatus(user_ids=user.uid), UserOnAir)
    if status.room_id:
        return await _fetch_broadcast(session, status.room_id)
    return LiveRoom.model_construct(uid=user.uid, sec_user_id=sec_user_id, nickname=user.nickname)
