"""Searches; their answers speak in snake_case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field

from f2scrapy.model.endpoint import look
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
    """What searches have in common: results by offset, each page told the first one's id."""

    more: ClassVar = "has_more"
    turns: ClassVar = {"offset": "cursor"}

    asked_from: str = Field("search", alias="from_page")
    count: int = 20
    keyword: str
    offset: int = 0  # results; not rows: a page may hold fewer
    search_id: str = ""  # of the first page; "" on it
    web_search_code: str = json.dumps(_CODE, separators=(",", ":"))

    def turned(self, page: Mapping[str, Any]) -> Self:
        following = super().turned(page)
        search_id = self.search_id or str(look(page, "extra.logid") or "")
        return following.model_copy(update={"search_id": search_id})

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """What the cards hold: `found` in each row tells of the search and the card."""
        told = {
            "search_id": look(page, "extra.logid"),
            "search_keyword": self.keyword,
            "backtrace": page.get("backtrace"),
        }
        rows: list[Any] = []
        for number, card in enumerate(super().rows_of(page)):
            ranked = told | {"rank": self.offset + number}
            rows += _found(card, ranked) if isinstance(card, dict) else [card]
        return rows


class ItemSearch(Search):
    """Works alone."""

    url: ClassVar = f"{API}/search/item/full/"
    rows: ClassVar = "item_list"


class GeneralSearch(Search):
    """Whatever fits best: works, users, live rooms."""

    url: ClassVar = f"{API}/search/general/full/"
    rows: ClassVar = "data"


SEARCHES: Mapping[str, type[Search]] = {"general": GeneralSearch, "video": ItemSearch}


def _found(card: dict[str, Any], told: dict[str, Any]) -> list[Any]:
    """The rows of one card: the work or the users in it; itself where it holds none."""
    about = told | {"card_type": card.get("type")}
    users = card.get("user_list")
    things = [look(row, "user_info") for row in users] if isinstance(users, list) else []
    held = [thing for thing in (card.get("item"), *things) if isinstance(thing, dict)]
    return [{**thing, "found": about} for thing in held or [card]]
