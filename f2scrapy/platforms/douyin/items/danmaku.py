"""Danmaku of published videos."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Count, Id, at
from f2scrapy.model.item import Item


class Danmaku(Item):
    """A danmaku of a published video; id and text are required."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "danmaku"
    noun: ClassVar = "danmaku"

    danmaku_id: str = at(..., "danmaku_id", min_length=1, coerce_numbers_to_str=True)
    text: str
    offset_ms: Count = at(0, "offset_time")  # in the video
    aweme_id: Id = at("", "item_id")

    @property
    def id(self) -> str:
        return self.danmaku_id
