"""Live rooms with their streams, users on air, and cursors of messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.model.stream import SECOND
from f2scrapy.platforms.common.live import (
    BEFORE_END,
    LiveStatus,
    RecordableRoom,
    Stream,
    parse_streams,
)
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter, LiveReflow

_ROUNDED = re.compile(r"(\d+(?:\.\d+)?)([万亿]?)\+?")
_ONLY_AUDIO = re.compile(r"&only_audio=1(?=&|$)|(?<=\?)only_audio=1&?")
_LINES = {"main": SECOND, "backup": f"{SECOND}_backup"}  # of the second picture
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}


# The page of a room uses other numbers next to the room itself (seen 2025). 1 came with voice rooms
# that are on air, without the room itself (reports of 2025 and 2026).
_ROOM_STATUS = {0: LiveStatus.ON_AIR, 1: LiveStatus.ON_AIR, 2: LiveStatus.OVER}


def _parse_people(value: Any) -> Any:
    """Parse "91" as 91, "100+" as 100, "1.2万+" as 12000; None = it is no number."""
    if not isinstance(value, str):
        return value
    match = _ROUNDED.fullmatch(value.strip())
    return round(float(match[1]) * _UNITS[match[2]]) if match else None


def _find_status(number: Any) -> int | None:
    return _ROOM_STATUS.get(number) if isinstance(number, int) else None


def _leave_out(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


People = Annotated[int | None, BeforeValidator(_parse_people)]  # large numbers are rounded down


# The player's older names of qualities.
_OLD_QUALITIES = {"FULL_HD1": "uhd", "HD1": "hd", "SD2": "sd", "SD1": "ld"}


def _parse_pull_data(pull: Any) -> Any:
    return parse_streams(pull) if isinstance(pull, dict) else pull or []


def _parse_second(pulls: Any) -> Any:
    """Return the streams of the second picture.

    `pull_datas` has it by an id (stream-rec, biliup: "double screen", 2024; empty in recordings of
    2025); further ones are not known.
    """
    if not isinstance(pulls, dict):
        return pulls or []
    streams = _parse_pull_data(next(iter(pulls.values()), None))
    return [stream | {"line": _LINES.get(stream["line"], SECOND)} for stream in streams]


def _find_true_origin(streams: Sequence[Stream]) -> list[Stream]:
    """Return the streams that the room sends, of the addresses of their sound.

    Without the parameter that leaves out the picture, the address of the sound has the stream as it
    was sent, while "origin" may be encoded again (biliup, 2025-04). Not for rooms of sound alone.
    """
    if all(stream.quality == "ao" for stream in streams):
        return []
    return [
        Stream(quality="true_origin", line=stream.line, flv=_ONLY_AUDIO.sub("", stream.flv))
        for stream in streams
        if stream.quality == "ao" and _ONLY_AUDIO.search(stream.flv)
    ]


# Parts of a room. Feeds have their fields in the order of the bases, the last base first.


class Room(Item):
    """The state and statistics of a room."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "live"
    noun: ClassVar = "room"
    essential: ClassVar = frozenset({"live_status", "streams"})  # or a broadcast would be missed

    room_id: Id = at("", "id_str", "id", "enter_room_id")  # of the broadcast; "" = never on air
    web_rid: Text = at("", "web_rid", "owner.web_rid")  # of the room; "" = unknown
    live_status: Count = at(0, "status")  # a LiveStatus, or a number of unknown meaning
    on_air: bool = False
    title: Text = ""
    create_time: Moment = None  # start of the broadcast
    finish_time: Moment = None  # None = not over, or unknown
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
    """The owner of a room."""

    uid: Id = at("", "owner.id_str", "owner.id", "user.id_str")
    sec_user_id: Text = at("", "owner.sec_uid", "user.sec_uid")
    unique_id: Text = at("", "owner.display_id")
    short_id: Id = at("", "owner.short_id")
    nickname: Text = at("", "owner.nickname", "user.nickname")
    signature: Text = at("", "owner.signature")
    gender: Count = at(0, "owner.gender")  # 1 male, 2 female, 0 unknown
    city: Text = at("", "owner.city")
    verified: Flag = at(False, "owner.verified")
    avatar_thumb: Url = at("", "owner.avatar_thumb.url_list.0", "user.avatar_thumb.url_list.0")
    avatar_large: Url = at("", "owner.avatar_large.url_list.0")
    follow_status: Count = at(
        0, "owner.follow_info.follow_status", "user.follow_info.follow_status"
    )  # of the requesting account: 0 none, 1 follows, 2 both ways
    following_count: Stat = at(None, "owner.follow_info.following_count")
    follower_count: Stat = at(None, "owner.follow_info.follower_count")


class Card(Item):
    """The fields that only a room in a list has."""

    cover_type: Count = 0
    is_recommend: Flag = False
    tag_name: Text = ""
    title_type: Count = 0
    uniq_id: Id = ""


class LiveRoom(RecordableRoom, Card, Anchor, Room):
    """A live room and its latest broadcast: on air, over, or never yet on air; all are valid.

    A 360° room is on air, but has no streams if requested by its web_rid. The maps of URLs have
    the player's older names of qualities as keys, FULL_HD1, HD1, SD1 and SD2; `resolution_name`
    holds their display names.
    """

    stream_id: Id = at("", "stream_id_str", "stream_id", "stream_url.id_str")
    width: Count = at(0, "stream_url.extra.width")  # pixels, of the picture sent from the room
    height: Count = at(0, "stream_url.extra.height")
    stream_orientation: Count = at(0, "stream_url.stream_orientation")  # 1 upright, 2 across
    is_vr: Flag = at(False, "stream_url.vr_type")  # 360°
    default_resolution: Text = at("", "stream_url.default_resolution")
    resolution_name: dict[str, Text] = at({}, "stream_url.resolution_name")
    flv_pull_url: dict[str, Url] = at({}, "stream_url.flv_pull_url")
    hls_pull_url: dict[str, Url] = at({}, "stream_url.hls_pull_url_map")
    streams: Annotated[list[Stream], BeforeValidator(_parse_pull_data)] = at(
        [], "stream_url.live_core_sdk_data.pull_data"
    )
    second_streams: Annotated[list[Stream], BeforeValidator(_parse_second)] = at(
        [], "stream_url.pull_datas"
    )  # of a second picture, such as the camera beside a game

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, row: Any) -> Any:
        return cls.unwrap(row)

    @classmethod
    def unwrap(cls, row: Any) -> Any:
        """Merge the room with the fields around it: a page's list of one, or a card in a list."""
        if not isinstance(row, dict):
            return row
        if isinstance(row.get("room"), dict):
            return _leave_out(row, "room") | row["room"]
        if not isinstance(row.get("data"), list):
            return row
        rooms = [room for room in row["data"] if isinstance(room, dict)]
        return _leave_out(row, "data") | (
            rooms[0] if rooms else {"status": _find_status(row.get("room_status"))}
        )

    @model_validator(mode="after")
    def _set_on_air(self) -> Self:
        if not (self.room_id or self.web_rid):
            raise ValueError("a room without id")
        self.on_air = self.live_status in BEFORE_END
        return self

    @property
    def id(self) -> str:
        return self.room_id or self.web_rid

    @property
    def is_certain(self) -> bool:
        """Whether its state is known; a broadcast on air that shows no stream is not."""
        if self.on_air:
            return self.is_paused or bool(self.list_streams())
        return self.live_status in (LiveStatus.PREPARING, LiveStatus.OVER)

    def list_streams(self) -> list[Stream]:
        """Return the streams to choose from, made of the older maps of URLs if need be."""
        if self.streams:
            return [*self.streams, *_find_true_origin(self.streams), *self.second_streams]
        known = {*self.flv_pull_url, *self.hls_pull_url}
        names = [name for name in _OLD_QUALITIES if name in known]
        return [
            Stream(
                quality=_OLD_QUALITIES[name],
                flv=self.flv_pull_url.get(name, ""),
                hls=self.hls_pull_url.get(name, ""),
            )
            for name in names
        ]

    def start_time_endpoint(self) -> LiveReflow | None:
        """Return the broadcast's endpoint, since that of the room has no start time."""
        known = not self.on_air or self.create_time is not None
        return None if known else LiveReflow(room_id=self.room_id)

    def detail_endpoint(self) -> LiveEnter | LiveReflow:
        """Return the room's endpoint, as the site uses; for a 360° room, the broadcast's."""
        if self.web_rid and (self.streams or not self.room_id):
            return LiveEnter(web_rid=self.web_rid)
        return LiveReflow(room_id=self.room_id)


class UserOnAir(Item):
    """The live status of a user."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "live_status"
    noun: ClassVar = "user"
    essential: ClassVar = frozenset({"live_status", "room_id"})  # or a broadcast would be missed

    uid: Annotated[Id, Field(min_length=1)] = at(
        ..., "user_live.0.user_id_str", "user_live.0.user_id"
    )
    live_status: Count = at(0, "user_live.0.live_status")
    room_id: Id = at("", "user_live.0.room_id_str", "user_live.0.room_id")  # "" = not on air
    on_air: bool = False
    scene_id: Count = 0

    @model_validator(mode="after")
    def _set_on_air(self) -> Self:
        self.on_air = bool(self.room_id)
        return self

    @property
    def id(self) -> str:
        return self.uid


class RankedViewer(Item):
    """A viewer in the ranking of a broadcast; their uid is required, even if the name is hidden.

    Paths are those of two public programs; levels, score and gap those of one, with a recording.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "live_rank"
    noun: ClassVar = "viewer"

    room_id: Id = ""
    rank: Count = 0
    score: Stat = None  # what the viewer gave; hidden from most requesting accounts
    gap_description: Text = ""  # to the viewer above, in words
    is_hidden: Flag = at(False, "user.is_hidden")
    uid: Annotated[Id, Field(min_length=1)] = at(..., "user.id_str", "user.id")
    sec_user_id: Text = at("", "user.sec_uid")
    unique_id: Text = at("", "user.display_id")
    nickname: Text = at("", "user.nickname")
    gender: Count = at(0, "user.gender")  # 1 male, 2 female, 0 unknown
    city: Text = at("", "user.city")
    avatar_thumb: Url = at("", "user.avatar_thumb.url_list.0")
    pay_level: Count = at(0, "user.pay_grade.level")
    fans_club_level: Count = at(0, "user.fans_club.data.level")

    @property
    def id(self) -> str:
        return f"{self.room_id}/{self.uid}"


class LiveCursor(Item):
    """The cursor from which the messages of a broadcast can be received."""

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
