"""Sounds, and the works that use them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from f2scrapy.platforms.tiktok.endpoints import API, TiktokEndpoint


class MusicDetail(TiktokEndpoint):
    """A sound (not seen recorded).

    Path, parameter and `musicInfo` are those of davidteather/TikTok-Api 7.3.3 and two more public
    clients of 2025-26.
    """

    url: ClassVar = f"{API}/music/detail/"
    item_path: ClassVar = "musicInfo"
    echo: ClassVar = {"musicInfo.music.id": "music_id"}

    music_id: str = Field(alias="musicId")


class MusicPosts(TiktokEndpoint):
    """Works that use a sound, in the platform's order (not seen recorded).

    Path, parameters and answer are those of TikTok-Api 7.3.3 and two more public clients.
    """

    url: ClassVar = f"{API}/music/item_list/"
    rows_path: ClassVar = "itemList"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 30  # rows a page
    cursor: int = 0
    music_id: str = Field(alias="musicID")  # written so here, unlike in MusicDetail
