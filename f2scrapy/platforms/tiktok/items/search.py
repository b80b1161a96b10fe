"""Results of searches: works, users and other cards."""

from __future__ import annotations

from typing import Any, ClassVar

from f2scrapy.model.fields import Count, Id, Stat, Text, Url, at
from f2scrapy.model.item import Item
from f2scrapy.platforms.common.search import Found
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class FoundPost(Found, Post):
    """A work in the results of a search."""

    backtrace: Text = at("", "found.backtrace")  # of the page of results


class FoundUser(Found, User):
    """A user in the results of a search; in the shape of Douyin's users, with fewer fields."""

    sec_user_id: str = at(..., "sec_uid", min_length=1)
    uid: Id = ""
    unique_id: Text = ""
    nickname: Text = ""
    signature: Text = ""
    avatar_url: Url = at("", "avatar_thumb.url_list.0")
    custom_verify: Text = at("", "custom_verify", "enterprise_verify_reason")
    follower_count: Stat = None
    total_favorited: Stat = None
    follow_status: Count = 0
    room_id: Id = at("", "room_id_str", "room_id")


class SuggestWord(Item):
    """A suggested search word."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "word"
    noun: ClassVar = "word"

    suggest_word_id: Id = at("", "word_record.group_id")
    suggest_word: str = at(..., "content", "word_record.words_content", min_length=1)
    position: Stat = at(None, "word_record.words_position")  # 0 = the first

    @property
    def id(self) -> str:
        return self.suggest_word


class SearchResult(Found):
    """Another card."""

    platform: ClassVar = "tiktok"
    kind: ClassVar = "card"
    noun: ClassVar = "result"

    doc_id: Id = at("", "common.doc_id_str")
    card_title: Text = ""

    @classmethod
    def from_row(cls, row: Any) -> Item:
        """Parse a row of a search as a user, work or other card."""
        if isinstance(row, dict) and "sec_uid" in row:
            return FoundUser.parse(row)
        if isinstance(row, dict) and "id" in row:
            return FoundPost.parse(row)
        return cls.parse(row)

    @property
    def id(self) -> str:
        return self.doc_id or f"{self.search_keyword}@{self.rank}"
