"""Live rooms, and which broadcasts are on air."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from f2scrapy.errors import InputError
from f2scrapy.model.endpoint import look
from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.platforms.common.live import LiveStatus, Recordable, Stream, streams
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter


def _streams(room: Any) -> Any:
    """Both lists, of H.264 and of H.265 alone."""
    lists = ("streamData", "hevcStreamData")
    return streams(*(look(room, f"{name}.pull_data") for name in lists))


class LiveRoom(Recordable, Item):
    """The live room of a user and the latest broadcast: on air, or over. Neither is an error."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live"
    noun: ClassVar = "room"

    room_id: Id = at("", "user.roomId")  # of the broadcast; "" = never on air
    live_status: Count = at(0, "liveRoom.status", "user.status")  # a LiveStatus, or another
    on_air: bool = False
    title: Text = at("", "liveRoom.title")
    create_time: Moment = at(None, "liveRoom.startTime")  # when the broadcast began
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
    follow_status: Count = at(0, "user.followStatus")  # of the asking account
    following_count: Stat = at(None, "stats.followingCount")
    follower_count: Stat = at(None, "stats.followerCount")
    stream_id: Id = at("", "liveRoom.streamId")
    streams: Annotated[list[Stream], BeforeValidator(_streams)] = at([], "liveRoom")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.room_id or self.unique_id):
            raise ValueError("a room without id")
        self.on_air = self.live_status == LiveStatus.ON_AIR
        return self

    @property
    def id(self) -> str:
        return self.room_id or self.unique_id

    @property
    def web_rid(self) -> str:
        """What links call the room by: its owner's name."""
        return self.unique_id

    def detail(self) -> LiveEnter:
        """What to ask to have it anew.

        Raises:
            InputError: it is a broadcast whose room is not told.
        """
        if not self.unique_id:
            raise InputError("the number of a broadcast leads to no room; want its owner's @name")
        return LiveEnter(unique_id=self.unique_id)


class LiveCursor(Item):
    """Where the messages of a broadcast begin."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_im"
    noun: ClassVar = "room"

    room_id: Annotated[Id, Field(min_length=1)]
    cursor: Annotated[Text, Field(min_length=1)]
    internal_ext: str = Field(min_length=1)
    now: Moment = None  # the platform's clock
    wrss: Text = at("", "route_params.wrss")  # what the WebSocket wants to see
    messages: Count = 0  # how many came with it

    @property
    def id(self) -> str:
        return self.room_id


class RoomOnAir(Item):
    """Whether a broadcast is on air."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_status"
    noun: ClassVar = "room"

    room_id: Annotated[Id, Field(min_length=1)] = at(..., "room_id_str", "room_id")
    on_air: Flag = at(..., "alive")

    @property
    def id(self) -> str:
        return self.room_id

    @classmethod
    def of(cls, row: Any) -> Item:
        """A broadcast's row as it is, a user's as what it says of that user."""
        whose = UserOnAir if look(row, "user") else cls
        return whose.read(row)


class UserOnAir(Item):
    """Whether a user is on air."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "live_status"
    noun: ClassVar = "user"

    uid: Id = at("", "user.id")
    sec_user_id: Text = at("", "user.secUid")
    unique_id: str = at(..., "user.uniqueId", min_length=1)
    nickname: Text = at("", "user.nickname")
    live_status: Count = at(0, "liveRoom.status", "user.status")  # a LiveStatus, or another
    room_id: Id = at("", "user.roomId")  # of the latest broadcast; "" = never on air
    on_air: bool = False

    @model_validator(mode="after")
    def _judge(self) -> Self:
        self.on_air = self.live_status == LiveStatus.ON_AIR
        return self

    @property
    def id(self) -> str:
        return self.unique_id
