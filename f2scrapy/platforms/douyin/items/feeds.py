"""Works in an account's feeds."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from f2scrapy.model.fields import Count, Flag, Stat, Text, Url, at
from f2scrapy.platforms.douyin.items.posts import Post


class FeedPost(Post):
    """A work in a feed, with the reason for showing it."""

    allow_share: bool | None = at(None, "status.allow_share", "video_control.allow_share")
    feed_type: Count = 0
    feed_source: Count = 0
    recommend_reason: Text = at("", "fall_card_struct.recommend_reason")
    avatar_larger: Url = at("", "author.avatar_larger.url_list.0")
    music_sec_uid: Text = at("", "music.sec_uid")
    is_24_story: Flag = False  # gone after a day
    exposure_count: Stat = at(None, "statistics.exposure_count")
    live_watch_count: Stat = at(None, "statistics.live_watch_count")

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, row: Any) -> Any:
        return cls.unwrap(row)

    @classmethod
    def unwrap(cls, row: Any) -> Any:
        """Merge the work with the feed's fields, which are one level above it."""
        if not isinstance(row, dict) or not isinstance(row.get("aweme"), dict):
            return row
        feed = {"feed_type": row.get("feed_type"), "feed_source": row.get("source")}
        return row["aweme"] | feed
