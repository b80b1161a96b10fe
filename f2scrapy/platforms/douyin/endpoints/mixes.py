"""Collections of works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class MixPosts(DouyinEndpoint):
    """Works of a collection, from its first episode on."""

    url: ClassVar = f"{WEB}/mix/aweme/"
    rows_path: ClassVar = "aweme_list"
    echo: ClassVar = {"mix_id": "mix_id"}  # on the site's page; the interface does not send it
    cursor_params: ClassVar = {"cursor": "cursor"}

    cursor: int = 0  # the episode before the first that is wanted
    count: int = 20  # rows a page
    mix_id: str

    def read_total(self, answer: Mapping[str, Any]) -> int | None:
        """Return the number of the last episode so far, which each work of the collection holds."""
        for row in self.read_rows(answer):
            published = get_path(row, "mix_info.statis.updated_to_episode")
            if isinstance(published, int):
                return published
        return None

    @property
    def site_page_url(self) -> str:
        """The page of the collection, which shows the first episodes only."""
        return "" if self.cursor else f"{SITE}/collection/{self.mix_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_works(pages.read_render_data(html))
