"""What searches find: works, users and rooms with the card they stood in; other cards; words."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, Json

from f2scrapy.model.fields import Count, Id, Text, Url, at, each
from f2scrapy.model.item import Item
from f2scrapy.platforms.common import search
from f2scrapy.platforms.douyin.items.live import LiveRoom
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class Found(search.Found):
    """Where in which search it was found, and how the page named it."""

    card_name: Text = at("", "found.card_name")  # the platform's name for the card
    home_text: Text = at("", "found.home_text")  # what the page says above the results


class FoundPost(Found, Post):
    """A work that a search found."""

    signature: Text = at("", "author.signature")  # of its author
    avatar_larger: Url = at("", "author.avatar_larger.url_list.0")
    city: Text = ""  # where it was published: a number of the platform's
    music_sec_uid: Text = at("", "music.sec_uid")
    video_cover: Url = at("", "video.cover.url_list.0")  # `cover` is the original one
    dynamic_cover: Url = at("", "video.dynamic_cover.url_list.0")


class FoundUser(Found, User):
    """A user that a search found."""


class FoundRoom(Found, LiveRoom):
    """A live room that a search found."""


class SearchResult(Found):
    """A card of something else: words, a hot topic, an encyclopedia's article."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "card"
    noun: ClassVar = "result"

    doc_id: Id = at("", "provider_doc_id_str", "log_data.search_result_id")
    doc_type: Count = 0
    title: Text = at("", "sub_card_list.0.hotspot_info.hotspot.sentence")
    hot_value: Count = at(0, "sub_card_list.0.hotspot_info.hotspot.hot_value")
    words: Annotated[list[Text], each("related_word")] = at([], "related_word_list")
    display: Json[dict[str, Any]] | None = at(None, "common_aladdin.display")  # as it was sent

    @classmethod
    def of(cls, row: Any) -> Item:
        """A row of a search as what it is."""
        if isinstance(row, dict) and "sec_uid" in row:
            return FoundUser.read(row)
        if isinstance(row, dict) and ("aweme_id" in row or "video" in row):
            return FoundPost.read(row)
        if isinstance(row, dict) and "id_str" in row:
            return FoundRoom.read(row)
        return cls.read(row)

    @property
    def id(self) -> str:
        return self.doc_id or f"{self.search_keyword}@{self.rank}"


class SuggestWord(Item):
    """A word to search for."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "word"
    noun: ClassVar = "word"

    suggest_word_id: Id = at("", "id")
    suggest_word: str = Field(validation_alias="word", min_length=1)

    @property
    def id(self) -> str:
        return self.suggest_word
