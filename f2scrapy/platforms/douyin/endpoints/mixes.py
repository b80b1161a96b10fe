"""Collections of works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class UserMixes(DouyinEndpoint):
    """Collections of a user (not seen recorded).

    Path, `sec_user_id`, `mix_infos` and `total` are those of jiji262/douyin-downloader (2026), the
    first three also those of a program of 2023 with many copies (pxel95/tiktok). The site's own
    request, with `req_from`, is in two recordings of others (2024).
    """

    url: ClassVar = f"{WEB}/mix/list/"
    rows_path: ClassVar = "mix_infos"
    total_path: ClassVar = "total"
    cursor_params: ClassVar = {"cursor": "cursor"}

    sec_user_id: str
    req_from: str = "channel_pc_web"
    cursor: int = 0
    count: int = 12


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
