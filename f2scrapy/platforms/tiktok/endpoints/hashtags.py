"""Hashtags, which the platform calls challenges, and the works that have them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from f2scrapy.platforms.tiktok.endpoints import API, TiktokEndpoint


class HashtagDetail(TiktokEndpoint):
    """A hashtag by its name: its id, which the list of its works requires (not seen recorded).

    Path, parameter and `challengeInfo` are those of davidteather/TikTok-Api 7.3.3 and three more
    public clients of 2025-26.
    """

    url: ClassVar = f"{API}/challenge/detail/"
    item_path: ClassVar = "challengeInfo"
    echo: ClassVar = {"challengeInfo.challenge.title": "hashtag_name"}

    hashtag_name: str = Field(alias="challengeName")


class HashtagPosts(TiktokEndpoint):
    """Works with a hashtag, in the platform's order (not seen recorded).

    Path, parameters and answer are those of TikTok-Api 7.3.3 and three more public clients.
    """

    url: ClassVar = f"{API}/challenge/item_list/"
    rows_path: ClassVar = "itemList"
    cursor_params: ClassVar = {"cursor": "cursor"}

    hashtag_id: str = Field(alias="challengeID")
    count: int = 30  # rows a page
    cursor: int = 0
