"""Sounds."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Count, Flag, Id, Stat, Text, Url, at
from f2scrapy.model.item import Item


class Sound(Item):
    """A sound for works; only `music_id` is required. It owns the list of the works that use it.

    `uid`, `sec_user_id` and `nickname` are those of its uploader; "" = unknown.
    """

    platform: ClassVar = "tiktok"
    kind: ClassVar = "music"
    noun: ClassVar = "sound"

    music_id: str = at(..., "music.id", min_length=1, coerce_numbers_to_str=True)
    title: Text = at("", "music.title")
    author: Text = at("", "music.authorName")
    album: Text = at("", "music.album")
    duration_s: Count = at(0, "music.duration")
    is_original: Flag = at(False, "music.original")
    is_copyrighted: Flag = at(False, "music.isCopyrighted")
    cover: Url = at("", "music.coverLarge")
    play_url: Url = at("", "music.playUrl")
    video_count: Stat = at(None, "stats.videoCount")  # works; the list of them may be shorter
    uid: Id = at("", "author.id")
    sec_user_id: Text = at("", "author.secUid")
    unique_id: Text = at("", "author.uniqueId")
    nickname: Text = at("", "author.nickname")

    @property
    def id(self) -> str:
        return self.music_id

    @property
    def promises_rows(self) -> bool:
        return bool(self.video_count)

    @property
    def folder(self) -> tuple[str, str]:
        return self.music_id, self.title
