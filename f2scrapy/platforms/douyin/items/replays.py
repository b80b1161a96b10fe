"""Replays of broadcasts."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from f2scrapy.model.fields import Count, Id, Moment, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind, Rendition
from f2scrapy.platforms.common.media import FileAddress, make_single
from f2scrapy.platforms.douyin.endpoints.replays import ReplayDetail, ReplayList


class Track(BaseModel):
    """A file of a replay; one without a picture has the sound alone."""

    main: Text = ""
    backup: Text = ""
    definition: Text = ""  # "1080p"
    width: Count = 0  # pixels; 0 = the sound alone
    height: Count = 0

    def make_rendition(self) -> Rendition:
        urls = [url for url in (self.main, self.backup) if url]
        address = FileAddress(url_list=urls, width=self.width, height=self.height)
        return address.make_rendition(label=self.definition)


class Replay(Item):
    """The replay of a broadcast; only `episode_id` is required.

    Title and `play_urls` are those of three public programs, the other paths those of one.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "replay"
    noun: ClassVar = "replay"

    episode_id: Annotated[Id, Field(min_length=1)] = at(..., "episode_id_str", "episode_id")
    room_id: Id = at("", "attach_room_id_str", "attach_room_id", "room_id")  # of the broadcast
    title: Text = ""
    create_time: Moment = at(None, "episode_extra_basic_info.room_start_time")
    duration_s: Count = at(0, "video_info.duration")
    cover: Url = at("", "cover.url_list.0")
    uid: Id = at("", "owner.id_str", "owner_user_id")
    sec_user_id: Text = at("", "owner.sec_uid")
    nickname: Text = at("", "owner.nickname")

    # For list_media(); in no feed.
    tracks: list[Track] = at([], "video_info.unfold_play_info.play_urls", exclude=True, repr=False)
    picture: FileAddress | None = at(None, "cover", exclude=True, repr=False)

    @property
    def id(self) -> str:
        return self.episode_id

    @property
    def desc(self) -> str:
        """Its title, for templates of file names."""
        return self.title

    def detail_endpoint(self) -> ReplayDetail | ReplayList:
        """Return the list of the broadcast's replays: it may show what the replay alone lacks."""
        if self.room_id:
            return ReplayList(episode_id=self.episode_id, room_id=self.room_id)
        return ReplayDetail(episode_id=self.episode_id)

    def list_media(self) -> list[Media]:
        """Return the video, even without an address, and the cover if there is one."""
        offers = [track.make_rendition() for track in self.tracks if track.width or track.height]
        renditions = tuple(offer for offer in offers if offer.urls)
        video = Media(kind=MediaKind.VIDEO, suffix="_video.mp4", renditions=renditions)
        cover = make_single(MediaKind.COVER, "_cover.jpeg", self.picture)
        return [video, cover] if cover.renditions else [video]
