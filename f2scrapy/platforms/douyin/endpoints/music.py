"""Sounds, and the works that use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class MusicDetail(DouyinEndpoint):
    """A sound; its page was seen recorded, its interface was not.

    Path and parameter are those of ikenxuan/amagi and jiji262/douyin-downloader (2026),
    `music_info` that of the latter and another program.
    """

    url: ClassVar = f"{WEB}/music/detail/"
    item_path: ClassVar = "music_info"
    echo: ClassVar = {"music_info.id_str": "music_id"}

    music_id: str

    @property
    def site_page_url(self) -> str:
        return f"{SITE}/music/{self.music_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return {"music_info": pages.parse_music(pages.read_render_data(html))}


class MusicPosts(DouyinEndpoint):
    """Works that use a sound, in the platform's order (not seen recorded).

    Path, parameters and answer are those of jiji262/douyin-downloader and erma0/douyin (2026).
    """

    url: ClassVar = f"{WEB}/music/aweme/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"cursor": "cursor"}

    music_id: str
    cursor: int = 0
    count: int = 20  # rows a page
