"""Hashtags, which the platform calls challenges, and the works that have them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint


class HashtagDetail(DouyinEndpoint):
    """A hashtag (not seen recorded).

    Path, parameters and `ch_info` are those of four public programs of 2025-26, none well known.
    """

    url: ClassVar = f"{WEB}/challenge/detail/"
    item_path: ClassVar = "ch_info"
    echo: ClassVar = {"ch_info.cid": "hashtag_id"}

    hashtag_id: str = Field(alias="ch_id")
    query_type: int = 0


class HashtagPosts(DouyinEndpoint):
    """Works with a hashtag, in the platform's order (not seen recorded).

    Path, parameters and answer are those of erma0/douyin (2026), which adds a `sort_type`, and of
    four programs that are less known.
    """

    url: ClassVar = f"{WEB}/challenge/aweme/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"cursor": "cursor"}

    hashtag_id: str = Field(alias="ch_id")
    cursor: int = 0
    count: int = 20  # rows a page
