"""Playlists, and folders of collected works."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Id, Stat, Text, Url, at
from f2scrapy.model.item import Item


class Playlist(Item):
    """A playlist of a user; only `mix_id` is required. Only id, name and count were recorded.

    `uid`, `sec_user_id` and `nickname` are those of its owner; "" = unknown.
    """

    platform: ClassVar = "tiktok"
    kind: ClassVar = "playlist"
    noun: ClassVar = "playlist"

    mix_id: str = at(..., "mixId", "id", min_length=1, coerce_numbers_to_str=True)
    mix_name: Text = at("", "mixName", "name")
    video_count: Stat = at(None, "videoCount")  # works
    cover: Url = at("", "cover")
    uid: Id = at("", "creator.id")
    sec_user_id: Text = at("", "creator.secUid")
    unique_id: Text = at("", "creator.uniqueId")
    nickname: Text = at("", "creator.nickname")

    @property
    def id(self) -> str:
        return self.mix_id


class CollectsFolder(Item):
    """A folder of works that a user collected; only `collection_id` is required.

    Programs differ in the name of the id.
    """

    platform: ClassVar = "tiktok"
    kind: ClassVar = "collects"
    noun: ClassVar = "folder"

    collection_id: str = at(..., "collectionId", "id", min_length=1, coerce_numbers_to_str=True)
    collection_name: Text = at("", "name")
    video_count: Stat = at(None, "total")  # works

    @property
    def id(self) -> str:
        return self.collection_id
