"""Collections of works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.model.endpoint import look
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class MixPosts(DouyinEndpoint):
    """Works of a collection, from its first episode on."""

    url: ClassVar = f"{WEB}/mix/aweme/"
    rows: ClassVar = "aweme_list"
    about: ClassVar = {"mix_id": "mix_id"}  # of a page; the interface does not say
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
        return pages.works(pages.render_data(html))
