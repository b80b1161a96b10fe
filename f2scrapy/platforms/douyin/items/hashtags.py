"""Hashtags."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Stat, Text, at
from f2scrapy.model.item import Item


class Hashtag(Item):
    """A hashtag; it owns the list of the works that have it. Only `hashtag_id` is required."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "hashtag"
    noun: ClassVar = "hashtag"

    hashtag_id: str = at(..., "cid", "ch_id", min_length=1, coerce_numbers_to_str=True)
    hashtag_name: Text = at("", "cha_name", "challenge_name")
    desc: Text = ""
    user_count: Stat = None
    view_count: Stat = None

    @property
    def id(self) -> str:
        return self.hashtag_id

    @property
    def promises_rows(self) -> bool:
        return bool(self.user_count or self.view_count)

    @property
    def folder(self) -> tuple[str, str]:
        return self.hashtag_id, self.hashtag_name
