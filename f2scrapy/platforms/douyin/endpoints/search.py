"""Searches: everywhere, by kind of thing, within a user's works; and words to search for.

The general search and the search within a user's works are known from recordings and F2; addresses
and channels of the others are those of the page's tabs, as other programs had them in 2025.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, Field

from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import from_text, look
from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint

# Words for the platform's values; the first of each narrows nothing.
SORTS = {"relevance": "0", "likes": "1", "newest": "2"}
PUBLISHED = {"any": "0", "day": "1", "week": "7", "half_year": "180"}
DURATIONS = {"any": "", "short": "0-1", "medium": "1-5", "long": "5-10000"}  # minutes
CONTENTS = {"any": "0", "video": "1", "images": "2"}


def _word(known: Mapping[str, str]) -> BeforeValidator:
    def value(word: Any) -> str:
        if word not in known:
            raise ValueError(f"there are: {', '.join(known)}")
        return known[word]

    return BeforeValidator(value)


class Order(BaseModel):
    """How results are ranked, and since when: made of words, kept as the platform's values."""

    sort: Annotated[str, _word(SORTS)] = SORTS["relevance"]
    published: Annotated[str, _word(PUBLISHED)] = PUBLISHED["any"]

    @property
    def narrow(self) -> bool:
        """Whether anything is asked for but the usual."""
        return (self.sort, self.published) != (SORTS["relevance"], PUBLISHED["any"])


class Filters(Order):
    """What a search is narrowed to besides."""

    duration: Annotated[str, _word(DURATIONS)] = DURATIONS["any"]
    content: Annotated[str, _word(CONTENTS)] = CONTENTS["any"]

    @property
    def narrow(self) -> bool:
        usual = (DURATIONS["any"], CONTENTS["any"])
        return super().narrow or (self.duration, self.content) != usual


class Search(DouyinEndpoint):
    """What all searches have in common: results by offset, each page told the one before's id."""

    turns: ClassVar = {"offset": "cursor"}

    search_channel: str
    search_source: str = "normal_search"
    search_id: str = ""  # of the page before; "" on the first
    query_correct_type: int = 1
    is_filter_search: int = 0
    keyword: str
    offset: int = 0  # results; not rows: a page may hold fewer
    count: int = 15

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """Where a visitor is to prove to be human, there is an empty list beside a reason."""
        if look(page, "search_nil_info.search_nil_type") == "verify_check":
            return Refused(Outcome.CAPTCHA, "no results, verify_check")
        return super().refusal(page)

    def turned(self, page: Mapping[str, Any]) -> Self:
        following = super().turned(page)
        told = look(page, "log_pb.impr_id") or self.search_id
        return following.model_copy(update={"search_id": str(told)})

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """What the cards hold: `found` in each row tells of the search and the card."""
        told = {
            "search_id": look(page, "log_pb.impr_id"),
            "search_keyword": self.keyword,
            "home_text": look(page, "global_doodle_config.home_text"),
        }
        rows: list[Any] = []
        for number, card in enumerate(super().rows_of(page)):
            ranked = told | {"rank": self.offset + number}
            rows += self._found(card, ranked) if isinstance(card, dict) else [card]
        return rows

    def _found(self, card: dict[str, Any], told: dict[str, Any]) -> Iterator[Any]:
        """The rows of one card: the things in it; itself where it holds none."""
        about = told | {"card_type": card.get("type"), "card_name": _name(card)}
        things = [thing for thing in self._things(card) if isinstance(thing, dict)]
        yield from ({**thing, "found": about} for thing in things or [card])

    def _things(self, card: dict[str, Any]) -> list[Any]:
        """The works and users in a card."""
        raise NotImplementedError


class TabSearch(Search):
    """One tab of the page that shows results."""

    @classmethod
    def narrowed(cls, keyword: str, filters: Filters, offset: int = 0) -> Self:
        """The results from `offset` on.

        Raises:
            InputError: this tab has no filters.
        """
        chosen = cls.filtering(filters) if filters.narrow else {}
        page = {"keyword": keyword, "offset": offset, "is_filter_search": int(filters.narrow)}
        return cls.model_validate(page | chosen)

    @classmethod
    def filtering(cls, filters: Filters) -> dict[str, str]:  # noqa: ARG003 - none by default
        """Its own parameters for the filters."""
        raise InputError("sort, published, duration, content: only for -a type=general or video")


class GeneralSearch(TabSearch):
    """Everything the keyword finds: works, users, rooms, and cards of other things between them."""

    url: ClassVar = f"{WEB}/general/search/single/"
    rows: ClassVar = "data"

    search_channel: str = "aweme_general"
    filter_selected: str = ""  # JSON; "" = nothing is narrowed
    from_group_id: str = ""
    need_filter_settings: int = 1

    @classmethod
    def filtering(cls, filters: Filters) -> dict[str, str]:
        chosen = {
            "sort_type": filters.sort,
            "publish_time": filters.published,
            "filter_duration": filters.duration,
            "search_range": "0",
            "content_type": filters.content,
        }
        return {"filter_selected": json.dumps(chosen, separators=(",", ":"))}

    def _things(self, card: dict[str, Any]) -> list[Any]:
        users = [look(row, "user_info") for row in card.get("user_list") or ()]
        mixed = look(card, "aweme_mix_info.mix_items") or []
        hot = [
            work
            for below in card.get("sub_card_list") or ()
            for work in look(below, "hotspot_info.hotspot_items") or ()
        ]
        # A hot topic has a name and a rank of its own, besides the works that stand for it.
        topic = [card] if hot else []
        return [*topic, card.get("aweme_info"), _room(card), *users, *mixed, *hot]


class VideoSearch(TabSearch):
    """Works only."""

    url: ClassVar = f"{WEB}/search/item/"
    rows: ClassVar = "data"

    search_channel: str = "aweme_video_web"
    sort_type: str = SORTS["relevance"]
    publish_time: str = PUBLISHED["any"]
    filter_duration: str = DURATIONS["any"]
    content_type: str = CONTENTS["any"]

    @classmethod
    def filtering(cls, filters: Filters) -> dict[str, str]:
        return {
            "sort_type": filters.sort,
            "publish_time": filters.published,
            "filter_duration": filters.duration,
            "content_type": filters.content,
        }

    def _things(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("aweme_info")]


class UserSearch(TabSearch):
    """Users only."""

    url: ClassVar = f"{WEB}/discover/search/"
    rows: ClassVar = "user_list"

    search_channel: str = "aweme_user_web"

    def _things(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("user_info")]


class LiveSearch(TabSearch):
    """Rooms on air only."""

    url: ClassVar = f"{WEB}/live/search/"
    rows: ClassVar = "data"

    search_channel: str = "aweme_live"

    def _things(self, card: dict[str, Any]) -> list[Any]:
        return [_room(card)]


class HomePostSearch(Search):
    """Works of one user that a keyword finds."""

    url: ClassVar = f"{WEB}/home/search/item/"
    rows: ClassVar = "aweme_list"

    search_channel: str = "aweme_personal_home_video"
    search_scene: str = "douyin_search"
    sort_type: str = SORTS["relevance"]
    publish_time: str = PUBLISHED["any"]
    enable_history: int = 1
    count: int = 10
    from_user: str  # uid: digits, not the sec_user_id

    def _things(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("item")]


SEARCHES: Mapping[str, type[TabSearch]] = {
    "general": GeneralSearch,
    "video": VideoSearch,
    "user": UserSearch,
    "live": LiveSearch,
}


class SuggestWords(DouyinEndpoint):
    """What people who typed this were looking for."""

    url: ClassVar = f"{WEB}/api/suggest_words/"
    rows: ClassVar = "data"

    keyword: str = Field(alias="query")
    count: int = 10
    business_id: str = "30068"
    from_group_id: str = ""
    rsp_source: str = ""
    penetrate_params: str = "{}"

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        refused = super().refusal(page)
        if refused or page.get("msg") == "success":
            return refused
        return Refused(Outcome.SCHEMA_CHANGED, "msg is not success", str(page.get("msg") or ""))

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The words of the first group; what follows it is not about the query."""
        groups = super().rows_of(page)
        words = look(groups[0], "words") if groups else []
        if not isinstance(words, list):
            raise ProtocolError("data.0.words: expected a list")
        return words


def _room(card: Mapping[str, Any]) -> Any:
    """The room in the work that stands for it, where it is JSON within JSON; None = no room."""
    written = look(card, "lives.rawdata")
    try:
        return from_text(written) if isinstance(written, str) else None
    except ValueError:
        raise ProtocolError("lives.rawdata: expected JSON") from None


def _name(card: Mapping[str, Any]) -> Any:
    """What the platform calls this kind of card; it was renamed between 2023 and 2026."""
    return card.get("card_unique_name") or card.get("card_id")
