"""Searches: general, by kind, within a user's works; suggestions of words; the board of topics.

The general search and the search within a user's works are known from recordings and F2; URLs and
channels of the others are those of the tabs on the page of results, taken from other programs
(2025).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, Field

from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import decode_json, get_path
from f2scrapy.platforms.common.reasons import find_search_refusal
from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint

# Words for the platform's values; the first of each is no filter.
SORTS = {"relevance": "0", "likes": "1", "newest": "2"}
PUBLISHED = {"any": "0", "day": "1", "week": "7", "half_year": "180"}
DURATIONS = {"any": "", "short": "0-1", "medium": "1-5", "long": "5-10000"}  # minutes
CONTENTS = {"any": "0", "video": "1", "images": "2"}


def _map_words(values: Mapping[str, str]) -> BeforeValidator:
    def convert(word: Any) -> str:
        if word not in values:
            raise ValueError(f"there are: {', '.join(values)}")
        return values[word]

    return BeforeValidator(convert)


class SearchOrder(BaseModel):
    """The ranking of results and their age: given as words, stored as the platform's values."""

    sort: Annotated[str, _map_words(SORTS)] = SORTS["relevance"]
    published: Annotated[str, _map_words(PUBLISHED)] = PUBLISHED["any"]

    @property
    def is_narrowed(self) -> bool:
        """Whether any value differs from the default."""
        return (self.sort, self.published) != (SORTS["relevance"], PUBLISHED["any"])


class Filters(SearchOrder):
    """All filters of a search."""

    duration: Annotated[str, _map_words(DURATIONS)] = DURATIONS["any"]
    content: Annotated[str, _map_words(CONTENTS)] = CONTENTS["any"]

    @property
    def is_narrowed(self) -> bool:
        defaults = (DURATIONS["any"], CONTENTS["any"])
        return super().is_narrowed or (self.duration, self.content) != defaults


class Search(DouyinEndpoint):
    """The parts that all searches share: results by offset; each request names the page before."""

    cursor_params: ClassVar = {"offset": "cursor"}

    search_channel: str
    search_source: str = "normal_search"
    search_id: str = ""  # of the page before; "" on the first
    query_correct_type: int = 1
    is_filter_search: int = 0
    keyword: str
    offset: int = 0  # results; not rows: a page may hold fewer
    count: int = 15

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return the refusal that an empty list comes with, too."""
        return find_search_refusal(answer, self.rows_path) or super().find_refusal(answer)

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        following = super().next_page(answer)
        search_id = get_path(answer, "log_pb.impr_id") or self.search_id
        return following.model_copy(update={"search_id": str(search_id)})

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the contents of all cards; `found` in each row describes search and card."""
        context = {
            "search_id": get_path(answer, "log_pb.impr_id"),
            "search_keyword": self.keyword,
            "home_text": get_path(answer, "global_doodle_config.home_text"),
        }
        rows: list[Any] = []
        for number, card in enumerate(super().read_rows(answer)):
            ranked = context | {"rank": self.offset + number}
            rows += self._expand_card(card, ranked) if isinstance(card, dict) else [card]
        return rows

    def _expand_card(self, card: dict[str, Any], context: dict[str, Any]) -> Iterator[Any]:
        """Yield the hits in a card as rows; the card itself if it holds none."""
        found = context | {"card_type": card.get("type"), "card_name": _get_card_name(card)}
        hits = [hit for hit in self._list_hits(card) if isinstance(hit, dict)]
        yield from ({**hit, "found": found} for hit in hits or [card])

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        """Return the works, users and rooms in a card; other values are ignored."""
        raise NotImplementedError


class TabSearch(Search):
    """A tab of the page of results."""

    @classmethod
    def with_filters(cls, keyword: str, filters: Filters, offset: int = 0) -> Self:
        """Return the search for a keyword, from `offset` on.

        Raises:
            InputError: this tab has no filters.
        """
        chosen = cls.filter_params(filters) if filters.is_narrowed else {}
        usual = {"keyword": keyword, "offset": offset, "is_filter_search": int(filters.is_narrowed)}
        return cls.model_validate(usual | chosen)

    @classmethod
    def filter_params(cls, filters: Filters) -> dict[str, str]:  # noqa: ARG003 - none by default
        """Return this tab's parameters for the filters.

        Raises:
            InputError: this tab has no filters.
        """
        raise InputError("sort, published, duration, content: only for -a type=general or video")


class GeneralSearch(TabSearch):
    """All results of a keyword: works, users, rooms, and other cards between them."""

    url: ClassVar = f"{WEB}/general/search/single/"
    rows_path: ClassVar = "data"

    search_channel: str = "aweme_general"
    filter_selected: str = ""  # JSON; "" = no filter
    from_group_id: str = ""
    need_filter_settings: int = 1

    @classmethod
    def filter_params(cls, filters: Filters) -> dict[str, str]:
        chosen = {
            "sort_type": filters.sort,
            "publish_time": filters.published,
            "filter_duration": filters.duration,
            "search_range": "0",
            "content_type": filters.content,
        }
        return {"filter_selected": json.dumps(chosen, separators=(",", ":"))}

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        users = [get_path(row, "user_info") for row in card.get("user_list") or ()]
        mixed = get_path(card, "aweme_mix_info.mix_items") or []
        hot = [
            work
            for sub_card in card.get("sub_card_list") or ()
            for work in get_path(sub_card, "hotspot_info.hotspot_items") or ()
        ]
        # A hot topic has its own name and rank, in addition to the works that represent it.
        topic = [card] if hot else []
        return [*topic, card.get("aweme_info"), _decode_room(card), *users, *mixed, *hot]


class VideoSearch(TabSearch):
    """Works only."""

    url: ClassVar = f"{WEB}/search/item/"
    rows_path: ClassVar = "data"

    search_channel: str = "aweme_video_web"
    sort_type: str = SORTS["relevance"]
    publish_time: str = PUBLISHED["any"]
    filter_duration: str = DURATIONS["any"]
    content_type: str = CONTENTS["any"]

    @classmethod
    def filter_params(cls, filters: Filters) -> dict[str, str]:
        return {
            "sort_type": filters.sort,
            "publish_time": filters.published,
            "filter_duration": filters.duration,
            "content_type": filters.content,
        }

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("aweme_info")]


class UserSearch(TabSearch):
    """Users only."""

    url: ClassVar = f"{WEB}/discover/search/"
    rows_path: ClassVar = "user_list"

    search_channel: str = "aweme_user_web"

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("user_info")]


class LiveSearch(TabSearch):
    """Rooms on air only."""

    url: ClassVar = f"{WEB}/live/search/"
    rows_path: ClassVar = "data"

    search_channel: str = "aweme_live"

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        return [_decode_room(card)]


class HomePostSearch(Search):
    """Works of one user that match a keyword."""

    url: ClassVar = f"{WEB}/home/search/item/"
    rows_path: ClassVar = "aweme_list"

    search_channel: str = "aweme_personal_home_video"
    search_scene: str = "douyin_search"
    sort_type: str = SORTS["relevance"]
    publish_time: str = PUBLISHED["any"]
    enable_history: int = 1
    count: int = 10
    from_user: str  # uid: digits, not the sec_user_id

    def _list_hits(self, card: dict[str, Any]) -> list[Any]:
        return [card.get("item")]


SEARCHES: Mapping[str, type[TabSearch]] = {
    "general": GeneralSearch,
    "video": VideoSearch,
    "user": UserSearch,
    "live": LiveSearch,
}


class SuggestWords(DouyinEndpoint):
    """Words that the platform suggests for a query."""

    url: ClassVar = f"{WEB}/api/suggest_words/"
    rows_path: ClassVar = "data"

    keyword: str = Field(alias="query")
    count: int = 10
    business_id: str = "30068"
    from_group_id: str = ""
    rsp_source: str = ""
    penetrate_params: str = "{}"

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        refused = super().find_refusal(answer)
        if refused or answer.get("msg") == "success":
            return refused
        return Refused(Outcome.SCHEMA_CHANGED, "msg is not success", str(answer.get("msg") or ""))

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the words of the first group; the other groups do not relate to the query."""
        groups = super().read_rows(answer)
        words = get_path(groups[0], "words") if groups else []
        if not isinstance(words, list):
            raise ProtocolError("data.0.words: expected a list")
        return words


class HotSearch(DouyinEndpoint):
    """The board of topics that people search for most, on one page (not seen recorded)."""

    url: ClassVar = f"{WEB}/hot/search/list/"
    rows_path: ClassVar = "data.word_list"

    detail_list: int = 1
    source: int = 6
    main_billboard_count: int = 5  # of unknown meaning: the board has about 50 topics

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the topics on the board, then the rising ones; each with the board's time."""
        rising = get_path(answer, "data.trending_list") or []
        if not isinstance(rising, list):
            raise ProtocolError("data.trending_list: expected a list")
        board_time = {"active_time": get_path(answer, "data.active_time")}
        rows = [*super().read_rows(answer), *rising]
        return [row | board_time if isinstance(row, dict) else row for row in rows]


def _decode_room(card: Mapping[str, Any]) -> Any:
    """Return the room of a card, which is JSON within the JSON of a work; None = no room."""
    written = get_path(card, "lives.rawdata")
    try:
        return decode_json(written) if isinstance(written, str) else None
    except ValueError:
        raise ProtocolError("lives.rawdata: expected JSON") from None


def _get_card_name(card: Mapping[str, Any]) -> Any:
    """Return the platform's name of this kind of card; its key changed between 2023 and 2026."""
    return card.get("card_unique_name") or card.get("card_id")
