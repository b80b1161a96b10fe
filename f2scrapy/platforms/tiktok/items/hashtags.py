"""Hashtags."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Stat, Text, at
from f2scrapy.model.item import Item


class Hashtag(Item):
    """A hashtag, with the id that its list requires; it owns the list of the works that have it."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "hashtag"
    noun: ClassVar = "hashtag"

    hashtag_id: str = at(..., "challenge.id", min_length=1, coerce_numbers_to_str=True)
    hashtag_name: Text = at("", "challenge.title")
    desc: Text = at("", "challenge.desc")
    video_count: Stat = at(None, "statsV2.videoCount", "stats.videoCount")  # the list is shorter
    view_count: Stat = at(None, "statsV2.viewCount", "stats.viewCount")

    @property
    def id(self) -> str:
        return self.hashtag_id

    @property
    def promises_rows(self) -> bool:
        return bool(self.video_count or self.view_count)  # the largest have a 0 in one

    @property
    def folder(self) -> tuple[str, str]:
        return self.hashtag_id, self.hashtag_name
