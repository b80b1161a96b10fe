"""Collected folders and music, and the owner of liked works."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.media import FileAddress, make_single
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.platforms.douyin.lyrics import decode_lrc


class Liker(User):
    """The owner of liked works: PRIVATE if only that user sees them."""

    show_favorite_list: bool | None = None  # None = unknown

    @model_validator(mode="after")
    def _set_likes_state(self) -> Self:
        if self.state is Outcome.OK and self.show_favorite_list is False:
            self.state = Outcome.PRIVATE
        return self


class CollectsFolder(Item):
    """A folder of collected works; `uid` and `nickname` are those of its account.

    Only `collects_id` is required.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "collects"
    noun: ClassVar = "folder"

    collects_id: str = Field(min_length=1, coerce_numbers_to_str=True)
    collects_name: Text = ""
    collects_cover: Url = at("", "collects_cover.url_list.0")
    create_time: Moment = None
    last_collect_time: Moment = None
    total_number: int | None = None  # works; None = unknown
    play_count: Stat = None
    followed_count: Stat = None
    follow_status: Count = 0
    is_normal_status: Flag = False
    item_type: Count = 0
    states: Count = 0
    status: Count = 0
    system_type: Count = 0
    app_id: Count = 0
    user_id: Id = ""
    uid: Id = at("", "user_info.uid")
    nickname: Text = at("", "user_info.nickname")

    @property
    def id(self) -> str:
        return self.collects_id


class Sound(Item):
    """A piece of music for works; only `music_id` is required.

    `sec_user_id` is that of the uploading user, "" for music of labels.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "music"
    noun: ClassVar = "sound"
    naming: ClassVar = "{title}"

    music_id: str = at(..., "id", min_length=1, coerce_numbers_to_str=True)
    mid: Id = ""
    title: Text = ""
    author: Text = ""
    album: Text = ""
    duration_s: Count = at(0, "duration")
    audition_duration_s: Count = at(0, "audition_duration")
    collect_status: Count = at(0, "collect_stat")  # of the requesting account: 1 = collected
    music_status: Count = 0
    status: int | None = None  # 1 = available; None = unknown
    is_commerce_music: Flag = False
    is_original: Flag = False
    is_original_sound: Flag = False
    music_owner_id: Id = at("", "owner_id")
    music_owner_nickname: Text = at("", "owner_nickname")
    sec_user_id: Text = at("", "sec_uid")
    cover_hd: Url = at("", "cover_hd.url_list.0")
    play_url: Url = at("", "play_url.url_list.0")
    strong_beat_url: Url = at("", "strong_beat_url.url_list.0")
    lyric_type: Count = 0
    lyric_url: Url = ""

    # In no feed.
    user_count: Stat = Field(None, exclude=True, repr=False)  # users with works that use it

    # For list_media(); in no feed.
    cover: FileAddress | None = at(None, "cover_hd", exclude=True, repr=False)
    file: FileAddress | None = at(None, "play_url", exclude=True, repr=False)

    @model_validator(mode="after")
    def _set_state(self) -> Self:
        if self.status not in (None, 1) and not self.play_url:
            self.state = Outcome.PROHIBITED
        return self

    @property
    def promises_rows(self) -> bool:
        return bool(self.user_count)

    @property
    def id(self) -> str:
        return self.music_id

    @property
    def folder(self) -> tuple[str, str]:
        return self.music_id, self.title

    def list_media(self) -> list[Media]:
        """Return the music, and its cover and lyrics if there are any."""
        if self.state is not Outcome.OK:
            return []
        files = [make_single(MediaKind.MUSIC, "_music.mp3", self.file)]
        if self.cover_hd:
            files.append(make_single(MediaKind.COVER, "_cover.jpeg", self.cover))
        if self.lyric_url:
            words = make_single(
                MediaKind.LYRIC, "_lyric.lrc", FileAddress(url_list=[self.lyric_url])
            )
            files.append(words.model_copy(update={"to_text": decode_lrc}))
        return files
