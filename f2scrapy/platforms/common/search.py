"""The fields of search results that all platforms share."""

from __future__ import annotations

from f2scrapy.model.fields import Count, Text, at
from f2scrapy.model.item import Item


class Found(Item):
    """The search that found an item, and its rank. Files go into a folder named by the keyword."""

    search_keyword: Text = at("", "found.search_keyword")
    search_id: Text = at("", "found.search_id")  # of the page of results
    rank: Count = at(0, "found.rank")  # among all results, from 0; one card may hold several
    card_type: int | None = at(None, "found.card_type")  # the platform's number for the card

    @property
    def folder(self) -> tuple[str, str]:
        return f"keyword:{self.search_keyword}", self.search_keyword
