"""Live rooms with their streams, live statuses, and cursors of messages."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from f2scrapy.errors import InputError
from f2scrapy.model.endpoint import get_path
from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.platforms.common.live import BEFORE_END, RecordableRoom, Stream, parse_streams
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter


def _parse_stream_lists(room: Any) -> Any:
    """Return the streams of both lists: the general one, and that of H.265 alone."""
    lists = ("streamData", "hevcStreamData")
    return parse_streams(*(get_path(room, f"{name}.pull_data") for name in lists))


class LiveRoom(RecordableRoom, Item):
    """The live room of a user and its latest broadcast: on air or over, both valid."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live"
    noun: ClassVar = "room"
    essential: ClassVar = frozenset({"live_status", "streams"})  # or a broadcast would be missed

    room_id: Id = at("", "user.roomId")  # of the broadcast; "" = never on air
    live_status: Count = at(0, "liveRoom.status", "user.status")  # a LiveStatus, or another
    on_air: bool = False
    title: Text = at("", "liveRoom.title")
    create_time: Moment = at(None, "liveRoom.startTime")  # start of the broadcast
    cover: Url = at("", "liveRoom.coverUrl")
    square_cover: Url = at("", "liveRoom.squareCoverImg")
    user_count: Stat = at(None, "liveRoom.liveRoomStats.userCount")  # now
    total_user_count: Stat = at(None, "liveRoom.liveRoomStats.enterCount")
    live_room_mode: Count = at(0, "liveRoom.mode", "liveRoom.liveRoomMode")
    hash_tag_id: Id = at("", "liveRoom.hashTagId")
    game_tag_id: Id = at("", "liveRoom.gameTagId")
    is_sub_only: Flag = at(False, "liveRoom.liveSubOnly")  # for subscribers
    paid_type: Count = at(0, "liveRoom.paidEvent.paid_type")
    uid: Id = at("", "user.id")
    sec_user_id: Text = at("", "user.secUid")
    unique_id: Text = at("", "user.uniqueId")
    nickname: Text = at("", "user.nickname")
    signature: Text = at("", "user.signature")
    verified: Flag = at(False, "user.verified")
    is_secret: Flag = at(False, "user.secret")
    avatar_thumb: Url = at("", "user.avatarThumb")
    avatar_large: Url = at("", "user.avatarLarger")
    follow_status: Count = at(0, "user.followStatus")  # of the requesting account
    following_count: Stat = at(None, "stats.followingCount")
    follower_count: Stat = at(None, "stats.followerCount")
    stream_id: Id = at("", "liveRoom.streamId")
    streams: Annotated[list[Stream], BeforeValidator(_parse_stream_lists)] = at([], "liveRoom")

    @model_validator(mode="after")
    def _set_on_air(self) -> Self:
        if not (self.room_id or self.unique_id):
            raise ValueError("a room without id")
        self.on_air = self.live_status in BEFORE_END
        return self

    @property
    def id(self) -> str:
        return self.room_id or self.unique_id

    @property
    def web_rid(self) -> str:
        """The owner's name, which identifies the room in links."""
        return self.unique_id

    def detail_endpoint(self) -> LiveEnter:
        """Return the endpoint that renews its streams.

        Raises:
            InputError: it is a broadcast without the name of its owner.
        """
        if not self.unique_id:
            raise InputError("the number of a broadcast leads to no room; want its owner's @name")
        return LiveEnter(unique_id=self.unique_id)


class LiveCursor(Item):
    """The cursor from which the messages of a broadcast can be received."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_im"
    noun: ClassVar = "room"

    room_id: Annotated[Id, Field(min_length=1)]
    cursor: Annotated[Text, Field(min_length=1)]
    internal_ext: str = Field(min_length=1)
    now: Moment = None  # the platform's clock
    wrss: Text = at("", "route_params.wrss")  # authorizes the WebSocket
    push_server: Text = at("", "push_server")  # URL of the WebSocket
    messages: Count = 0  # number of messages in the same answer

    @property
    def id(self) -> str:
        return self.room_id


class RoomOnAir(Item):
    """The live status of a broadcast."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_status"
    noun: ClassVar = "room"

    room_id: Annotated[Id, Field(min_length=1)] = at(..., "room_id_str", "room_id")
    on_air: Flag = at(..., "alive")

    @property
    def id(self) -> str:
        return self.room_id

    @classmethod
    def from_row(cls, row: Any) -> Item:
        """Parse a row as UserOnAir if it holds a user, otherwise as RoomOnAir."""
        kind = UserOnAir if get_path(row, "user") else cls
        return kind.parse(row)


class UserOnAir(Item):
    """The live status of a user."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_status"
    noun: ClassVar = "user"
    essential: ClassVar = frozenset({"live_status"})  # or a broadcast would be missed

    uid: Id = at("", "user.id")
    sec_user_id: Text = at("", "user.secUid")
    unique_id: str = at(..., "user.uniqueId", min_length=1)
    nickname: Text = at("", "user.nickname")
    live_status: Count = at(0, "liveRoom.status", "user.status")  # a LiveStatus, or another
    room_id: Id = at("", "user.roomId")  # of the latest broadcast; "" = never on air
    on_air: bool = False

    @model_validator(mode="after")
    def _set_on_air(self) -> Self:
        self.on_air = self.live_status in BEFORE_END
        return self

    @property
    def id(self) -> str:
        return self.unique_id
