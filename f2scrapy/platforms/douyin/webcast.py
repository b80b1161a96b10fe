"""The way into a live room of Douyin: from its link to the WebSocket that tells its messages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from f2scrapy.errors import F2Error
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import Link
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
IDS: Mapping[str, str] = links.IDS  # forms of ids that stand alone
BEATS_NAME_ROOM = False  # whether heartbeats bear the room_id
HIDES_GIFTS = True  # guests receive no gifts (reports of ten users, 2026; not seen recorded)


async def find(session: Session, link: Link) -> LiveRoom:
    """The room a link leads to, on air or not; a user's is the one they are on air in now.

    Raises:
        Refused: it is not shown.
        ProtocolError: what is shown has a shape that is not known.
    """
    if link.kind == "sec_user_id":
        return await _of_user(session, link.id)
    if link.kind == "room_id":
        return await _broadcast(session, link.id)
    room = await session.thing(LiveEnter(web_rid=link.id), LiveRoom)
    if endpoint := room.beginning():  # without that it goes on as well
        with suppress(F2Error):
            told = await session.thing(endpoint, LiveRoom)
            return room.model_copy(update={"create_time": told.create_time})
    return room


def messages(room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint:
    """What a room's messages begin with, or go on with; its answer is a protobuf Response."""
    return LiveMessages(
        room_id=room_id, cursor=cursor, internal_ext=internal_ext, resp_content_type="protobuf"
    )


def socket(room_id: str, cursor: str, internal_ext: str, route: Mapping[str, str]) -> Endpoint:  # noqa: ARG001 - TikTok's wants it
    """The WebSocket that tells messages from `cursor` on."""
    return LiveSocket(room_id=room_id, cursor=cursor, internal_ext=internal_ext)


async def _broadcast(session: Session, room_id: str) -> LiveRoom:
    return await session.thing(LiveReflow(room_id=room_id), LiveRoom)


async def _of_user(session: Session, sec_user_id: str) -> LiveRoom:
    user = await session.thing(UserProfile(sec_user_id=sec_user_id), User)
    status = await session.thing(UserLiveStatus(user_ids=user.uid), UserOnAir)
    if status.room_id:
        return await _broadcast(session, status.room_id)
    return LiveRoom.model_construct(uid=user.uid, sec_user_id=sec_user_id, nickname=user.nickname)
