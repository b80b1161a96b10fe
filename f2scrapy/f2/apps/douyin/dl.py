"""Download works and music of Douyin, and record its rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.f2.apps.douyin.db import AsyncUserDB
from f2scrapy.f2.database import UserDatabase
from f2scrapy.f2.downloads import Downloader
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinDownloader(Downloader):
    """F2's downloader of Douyin."""

    platform: ClassVar[str] = "douyin"
    work: ClassVar[type[Item]] = Post
    users: ClassVar[type[UserDatabase]] = AsyncUserDB

    def build_detail(self, aweme_id: str) -> Endpoint:
        return PostDetail(aweme_id=aweme_id)

    def find_room_link(self, room: Mapping[str, Any]) -> Link:
        return Link("room_id", str(room["room_id"]))
