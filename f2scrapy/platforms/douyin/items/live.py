"""Live rooms, their streams, and where their messages begin."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.platforms.common.live import LiveStatus, Recordable, Stream, streams
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter, LiveReflow

_ROUNDED = re.compile(r"(\d+(?:\.\d+)?)([万亿]?)\+?")
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}


# The page of a room says it otherwise beside the room itself (seen 2025).
_ROOM_STATUS = {0: LiveStatus.ON_AIR, 2: LiveStatus.OVER}


def _people(value: Any) -> Any:
    """ "91" → 91, "100+" → 100, "1.2万+" → 12000; what is no number is not told."""
    if not isinstance(value, str):
        return value
    told = _ROUNDED.fullmatch(value.strip())
    return round(float(told[1]) * _UNITS[told[2]]) if told else None


People = Annotated[int | None, BeforeValidator(_people)]  # rounded down where it is large


# The player's older names of qualities.
_CALLED = {"FULL_HD1": "uhd", "HD1": "hd", "SD2": "sd", "SD1": "ld"}


def _streams(pull: Any) -> Any:
    return streams(pull) if isinstance(pull, dict) else pull or []


# Parts of a room. Their fields stand in feeds in the order of the bases, the last one first.


class Room(Item):
    """What it is and how it goes."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "live"
    noun: ClassVar = "room"

    room_id: Id = at("", "id_str", "id", "enter_room_id")  # of the broadcast; "" = never on air
    web_rid: Text = at("", "web_rid", "owner.web_rid")  # of the room; "" = the answer hides it
    live_status: Count = at(0, "status")  # a LiveStatus, or what nobody has explained yet
    on_air: bool = False
    title: Text = ""
    create_time: Moment = None  # when the broadcast began
    finish_time: Moment = None  # None = not over, or not said
    cover: Url = at("", "cover.url_list.0")
    user_count: People = at(None, "user_count", "stats.user_count_str", "user_count_str")  # now
    total_user_count: People = at(None, "stats.total_user", "stats.total_user_str")
    like_count: People = at(None, "like_count", "stats.like_count_str", "stats.like_count")
    live_room_mode: Count = 0
    mosaic_status: Count = 0
    has_commerce_goods: Flag = False
    partition_id: Id = at("", "partition_road_map.partition.id_str")
    partition_title: Text = at("", "partition_road_map.partition.title")
    sub_partition_id: Id = at("", "partition_road_map.sub_partition.partition.id_str")
    sub_partition_title: Text = at("", "partition_road_map.sub_partition.partition.title")
    chat_auth: Flag = at(False, "room_auth.Chat")
    gift_auth: Flag = at(False, "room_auth.Gift")
    digg_auth: Flag = at(False, "room_auth.Digg")
    share_auth: Flag = at(False, "room_auth.Share")


class Anchor(Item):
    """Whose room it is."""

    uid: Id = at("", "owner.id_str", "owner.id", "user.id_str")
    sec_user_id: Text = at("", "owner.sec_uid", "user.sec_uid")
    unique_id: Text = at("", "owner.display_id")
    short_id: Id = at("", "owner.short_id")
    nickname: Text = at("", "owner.nickname", "user.nickname")
    signature: Text = at("", "owner.signature")
    gender: Count = at(0, "owner.gender")  # 1 male, 2 female, 0 not said
    city: Text = at("", "owner.city")
    verified: Flag = at(False, "owner.verified")
    avatar_thumb: Url = at("", "owner.avatar_thumb.url_list.0", "user.avatar_thumb.url_list.0")
    avatar_large: Url = at("", "owner.avatar_large.url_list.0")
    follow_status: Count = at(
        0, "owner.follow_info.follow_status", "user.follow_info.follow_status"
    )  # of the asking account: 0 none, 1 follows, 2 both ways
    following_count: Stat = at(None, "owner.follow_info.following_count")
    follower_count: Stat = at(None, "owner.follow_info.follower_count")


class Card(Item):
    """What is told only of a room in a list."""

    cover_type: Count = 0
    is_recommend: Flag = False
    tag_name: Text = ""
    title_type: Count = 0
    uniq_id: Id = ""


class LiveRoom(Recordable, Card, Anchor, Room):
    """A live room and its latest broadcast: on air, over, or never yet on air.

    Neither is an error. A room that shows 360° is on air and, asked for by its web_rid, comes
    without streams. The maps of addresses have the player's older names of qualities as keys,
    FULL_HD1, HD1, SD1 and SD2; `resolution_name` is what people are shown for them.
    """

    stream_id: Id = at("", "stream_id_str", "stream_id", "stream_url.id_str")
    width: Count = at(0, "stream_url.extra.width")  # pixels, of what is sent from the room
    height: Count = at(0, "stream_url.extra.height")
    stream_orientation: Count = at(0, "stream_url.stream_orientation")  # 1 upright, 2 across
    is_vr: Flag = at(False, "stream_url.vr_type")  # 360°
    default_resolution: Text = at("", "stream_url.default_resolution")
    resolution_name: dict[str, Text] = at({}, "stream_url.resolution_name")
    flv_pull_url: dict[str, Url] = at({}, "stream_url.flv_pull_url")
    hls_pull_url: dict[str, Url] = at({}, "stream_url.hls_pull_url_map")
    streams: Annotated[list[Stream], BeforeValidator(_streams)] = at(
        [], "stream_url.live_core_sdk_data.pull_data"
    )

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, row: Any) -> Any:
        """The room with what stands around it: its page's list of one, its card in a list."""
        if not isinstance(row, dict):
            return row
        if isinstance(row.get("room"), dict):
            return row | row["room"]
        if not isinstance(row.get("data"), list):
            return row
        rooms = [room for room in row["data"] if isinstance(room, dict)]
        return row | (
            rooms[0] if rooms else {"status": _ROOM_STATUS.get(row.get("room_status", -1))}
        )

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.room_id or self.web_rid):
            raise ValueError("a room without id")
        self.on_air = self.live_status == LiveStatus.ON_AIR
        return self

    @property
    def id(self) -> str:
        return self.room_id or self.web_rid

    def offered(self) -> list[Stream]:
        """Also where only the older maps of addresses are there."""
        if self.streams:
            return super().offered()
        names = [name for name in _CALLED if name in {*self.flv_pull_url, *self.hls_pull_url}]
        return [
            Stream(
                quality=_CALLED[name],
                flv=self.flv_pull_url.get(name, ""),
                hls=self.hls_pull_url.get(name, ""),
            )
            for name in names
        ]

    def beginning(self) -> LiveReflow | None:
        """Its page does not say it; the broadcast, asked for by its id, does."""
        known = not self.on_air or self.create_time is not None
        return None if known else LiveReflow(room_id=self.room_id)

    def detail(self) -> LiveEnter | LiveReflow:
        """By its web_rid, as its page asks; where that shows no streams (360°), by its id."""
        if self.web_rid and (self.streams or not self.room_id):
            return LiveEnter(web_rid=self.web_rid)
        return LiveReflow(room_id=self.room_id)


class UserOnAir(Item):
    """Whether a user is on air."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "live_status"
    noun: ClassVar = "user"

    uid: Annotated[Id, Field(min_length=1)] = at(
        ..., "user_live.0.user_id_str", "user_live.0.user_id"
    )
    live_status: Count = at(0, "user_live.0.live_status")
    room_id: Id = at("", "user_live.0.room_id_str", "user_live.0.room_id")  # "" = not on air
    on_air: bool = False
    scene_id: Count = 0

    @model_validator(mode="after")
    def _judge(self) -> Self:
        self.on_air = bool(self.room_id)
        return self

    @property
    def id(self) -> str:
        return self.uid


class LiveCursor(Item):
    """Where the messages of a broadcast begin."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "live_im"
    noun: ClassVar = "room"

    room_id: Id = at("", "data.0.common.room_id", "room_id")
    cursor: Annotated[Text, Field(min_length=1)] = at(..., "extra.cursor")
    internal_ext: str = Field(min_length=1)
    now: Moment = at(None, "extra.now")  # the platform's clock
    is_show_msg: Flag = at(False, "data.0.common.is_show_msg")
    msg_id: Id = at("", "data.0.common.msg_id")

    @property
    def id(self) -> str:
        return self.room_id
