"""Searches; their answers have names in snake_case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field

from f2scrapy.errors import Refused
from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.common.reasons import find_search_refusal
from f2scrapy.platforms.tiktok.endpoints import API, TiktokEndpoint

_CODE = {
    "tiktok": {
        "client_params_x": {
            "search_engine": {
                "ies_mt_user_live_video_card_use_libra": 1,
                "mt_search_general_user_live_card": 1,
            }
        },
        "search_server": {},
    }
}


class Search(TiktokEndpoint):
    """The parts that all searches share: results by offset; each request names the first page."""

    has_more_path: ClassVar = "has_more"
    cursor_params: ClassVar = {"offset": "cursor"}

    asked_from: str = Field("search", alias="from_page")
    count: int = 20
    keyword: str
    offset: int = 0  # results; not rows: a page may hold fewer
    search_id: str = ""  # of the first page; "" on it
    web_search_code: str = json.dumps(_CODE, separators=(",", ":"))

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return the refusal that an empty list comes with, too."""
        return find_search_refusal(answer, self.rows_path) or super().find_refusal(answer)

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        following = super().next_page(answer)
        search_id = self.search_id or str(get_path(answer, "extra.logid") or "")
        return following.model_copy(update={"search_id": search_id})

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the contents of all cards; `found` in each row describes search and card."""
        context = {
            "search_id": get_path(answer, "extra.logid"),
            "search_keyword": self.keyword,
            "backtrace": answer.get("backtrace"),
        }
        rows: list[Any] = []
        for number, card in enumerate(super().read_rows(answer)):
            ranked = context | {"rank": self.offset + number}
            rows += _expand_card(card, ranked) if isinstance(card, dict) else [card]
        return rows


class ItemSearch(Search):
    """Works only."""

    url: ClassVar = f"{API}/search/item/full/"
    rows_path: ClassVar = "item_list"


class GeneralSearch(Search):
    """Results of all kinds: works, users, live rooms."""

    url: ClassVar = f"{API}/search/general/full/"
    rows_path: ClassVar = "data"


class SuggestWords(TiktokEndpoint):
    """Words that the search box suggests for a beginning (not seen recorded).

    Path, `keyword`, `sug_list`, `content` and `word_record` with `words_content`, `group_id` and
    `words_position` are those of two public clients (2022, 2026) that are less known; two more of
    2026 got answers without a signature.
    """

    url: ClassVar = f"{API}/search/general/preview/"
    rows_path: ClassVar = "sug_list"

    asked_from: str = Field("search", alias="from_page")
    keyword: str


SEARCHES: Mapping[str, type[Search]] = {"general": GeneralSearch, "video": ItemSearch}


def _expand_card(card: dict[str, Any], context: dict[str, Any]) -> list[Any]:
    """Return the work or users in a card as rows; the card itself if it holds none."""
    found = context | {"card_type": card.get("type")}
    rows = card.get("user_list")
    users = [get_path(row, "user_info") for row in rows] if isinstance(rows, list) else []
    hits = [hit for hit in (card.get("item"), *users) if isinstance(hit, dict)]
    return [{**hit, "found": found} for hit in hits or [card]]
