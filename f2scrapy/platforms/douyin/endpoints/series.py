"""Short dramas, which the platform calls series, and their episodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint


class SeriesDetail(DouyinEndpoint):
    """A short drama (not seen recorded).

    Path, parameters and `series_info` are those of two public programs of 2026, none well known.
    """

    url: ClassVar = f"{WEB}/series/detail/"
    item_path: ClassVar = "series_info"
    echo: ClassVar = {"series_info.series_id": "series_id"}

    series_id: str
    req_from: str = "channel_pc_web"


class UserSeries(DouyinEndpoint):
    """Short dramas of a user (not seen recorded).

    The path is that of jiji262/douyin-downloader (2026), the parameters those of two programs of
    2026 that are less known; `series_infos` and `total` are those of two more.
    """

    url: ClassVar = f"{WEB}/series/list/"
    rows_path: ClassVar = "series_infos"
    total_path: ClassVar = "total"
    cursor_params: ClassVar = {"cursor": "cursor"}

    sec_user_id: str
    req_from: str = "channel_pc_web"
    cursor: int = 0
    count: int = 12


class SeriesPosts(DouyinEndpoint):
    """Episodes of a short drama, in their order (not seen recorded).

    Path and parameters are those of three public programs of 2026, none well known. They read the
    next cursor from `cursor`, or from `max_cursor` in answers without it. An id of a mix gets
    status 5.
    """

    url: ClassVar = f"{WEB}/series/aweme/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"cursor": "cursor"}

    series_id: str
    pull_type: int = 2
    cursor: int = 0
    count: int = 20  # rows a page

    def _read_cursors(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        cursor = answer.get("cursor") or answer.get("max_cursor")
        return {"cursor": cursor} if cursor else super()._read_cursors(answer)
