"""Results of searches: works, users, rooms and other cards; suggested words, topics."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, Json, model_validator

from f2scrapy.model.fields import Count, Id, Moment, Stat, Text, Url, at, each
from f2scrapy.model.item import Item
from f2scrapy.platforms.common import search
from f2scrapy.platforms.douyin.items.live import LiveRoom
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class Found(search.Found):
    """The search that found an item, its rank and its card."""

    card_name: Text = at("", "found.card_name")  # the platform's name for the card
    home_text: Text = at("", "found.home_text")  # the text above the results


class FoundPost(Found, Post):
    """A work in the results of a search."""

    signature: Text = at("", "author.signature")  # of its author
    avatar_larger: Url = at("", "author.avatar_larger.url_list.0")
    city: Text = ""  # of publication: a number of the platform's
    music_sec_uid: Text = at("", "music.sec_uid")
    video_cover: Url = at("", "video.cover.url_list.0")  # `cover` is the original one
    dynamic_cover: Url = at("", "video.dynamic_cover.url_list.0")


class FoundUser(Found, User):
    """A user in the results of a search."""


class FoundRoom(Found, LiveRoom):
    """A live room in the results of a search."""


class SearchResult(Found):
    """Another card: words, a hot topic, an article of an encyclopedia."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "card"
    noun: ClassVar = "result"

    doc_id: Id = at("", "provider_doc_id_str", "log_data.search_result_id")
    doc_type: Count = 0
    title: Text = at("", "sub_card_list.0.hotspot_info.hotspot.sentence")
    hot_value: Count = at(0, "sub_card_list.0.hotspot_info.hotspot.hot_value")
    words: Annotated[list[Text], each("related_word")] = at([], "related_word_list")
    display: Json[dict[str, Any]] | None = at(None, "common_aladdin.display")  # unchanged

    @classmethod
    def from_row(cls, row: Any) -> Item:
        """Parse a row of a search as a user, work, room or other card."""
        if isinstance(row, dict) and "sec_uid" in row:
            return FoundUser.parse(row)
        if isinstance(row, dict) and ("aweme_id" in row or "video" in row):
            return FoundPost.parse(row)
        if isinstance(row, dict) and "id_str" in row:
            return FoundRoom.parse(row)
        return cls.parse(row)

    @property
    def id(self) -> str:
        return self.doc_id or f"{self.search_keyword}@{self.rank}"


class SuggestWord(Item):
    """A suggested search word."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "word"
    noun: ClassVar = "word"

    suggest_word_id: Id = at("", "id")
    suggest_word: str = Field(validation_alias="word", min_length=1)

    @property
    def id(self) -> str:
        return self.suggest_word


class HotTopic(Item):
    """A topic that many people search for; only `sentence_id` and `word` are required.

    A rising topic that is not on the board has neither `position` nor `hot_value`.
    """

    platform: ClassVar = "douyin"
    kind: ClassVar = "topic"
    noun: ClassVar = "topic"

    sentence_id: str = Field(min_length=1, coerce_numbers_to_str=True)
    word: str = Field(min_length=1)
    position: Stat = None  # from 1; 0 = pinned by the platform; None = not on the board
    is_top: bool = False  # pinned by the platform
    hot_value: Stat = None
    video_count: Stat = None
    event_time: Moment = None
    label: Count = 0  # a number of the platform's: its mark beside the word
    word_cover: Url = at("", "word_cover.url_list.0")
    active_time: Text = ""  # of the board, as sent

    @model_validator(mode="after")
    def _set_is_top(self) -> Self:
        self.is_top = self.position == 0
        return self

    @property
    def id(self) -> str:
        return self.sentence_id
