"""Collections of works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.douyin import pages
from f2scrapy.douyin.endpoints import SITE, WEB, DouyinEndpoint
from f2scrapy.endpoint import look
from f2scrapy.errors import ProtocolError


class MixPosts(DouyinEndpoint):
    """Works of a collection, from its first episode on."""

    url: ClassVar = f"{WEB}/mix/aweme/"
    rows: ClassVar = "aweme_list"
    turns: ClassVar = {"cursor": "cursor"}

    cursor: int = 0  # the episode before the first that is wanted
    count: int = 20  # rows a page
    mix_id: str

    def total_of(self, page: Mapping[str, Any]) -> int | None:
        """The last episode published so far, as each work of the collection knows it."""
        for row in self.rows_of(page):
            published = look(row, "mix_info.statis.updated_to_episode")
            if isinstance(published, int):
                return published
        return None

    def page(self) -> str:
        """It shows the first episodes only."""
        return "" if self.cursor else f"{SITE}/collection/{self.mix_id}"

    def from_page(self, html: str) -> Mapping[str, Any]:
        answer = pages.works(pages.render_data(html))
        if answer.get("mix_id") != self.mix_id:
            raise ProtocolError("the page shows another collection")
        return answer
