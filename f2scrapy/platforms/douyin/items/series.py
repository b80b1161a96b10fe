"""Short dramas, and collections of works."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Id, Stat, Text, at
from f2scrapy.model.item import Item


class Series(Item):
    """A short drama; it owns the list of its episodes. Only `series_id` is required.

    `uid`, `sec_user_id` and `nickname` are those of its author; "" = unknown.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "series"
    noun: ClassVar = "short drama"

    series_id: str = at(..., "series_id", min_length=1, coerce_numbers_to_str=True)
    series_name: Text = ""
    desc: Text = ""
    episode_count: Stat = at(None, "stats.total_episode")
    updated_to: Stat = at(None, "stats.updated_to_episode")  # the last episode published
    play_count: Stat = at(None, "stats.play_vv")
    collect_count: Stat = at(None, "stats.collect_vv")
    uid: Id = at("", "author.uid")
    sec_user_id: Text = at("", "author.sec_uid")
    nickname: Text = at("", "author.nickname")

    @property
    def id(self) -> str:
        return self.series_id

    @property
    def folder(self) -> tuple[str, str]:
        return self.series_id, self.series_name


class ListedMix(Item):
    """A collection of works in a list of such; only `mix_id` is required.

    `uid`, `sec_user_id` and `nickname` are those of its author; "" = unknown.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "mix"
    noun: ClassVar = "collection"

    mix_id: str = at(..., "mix_id", min_length=1, coerce_numbers_to_str=True)
    mix_name: Text = ""
    desc: Text = ""
    updated_to: Stat = at(None, "statis.updated_to_episode")  # the last episode published
    play_count: Stat = at(None, "statis.play_vv")
    collect_count: Stat = at(None, "statis.collect_vv")
    uid: Id = at("", "author.uid")
    sec_user_id: Text = at("", "author.sec_uid")
    nickname: Text = at("", "author.nickname")

    @property
    def id(self) -> str:
        return self.mix_id
