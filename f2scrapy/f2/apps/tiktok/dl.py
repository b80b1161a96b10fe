"""Download works of TikTok, and record its rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.f2.apps.tiktok.db import AsyncUserDB
from f2scrapy.f2.database import UserDatabase
from f2scrapy.f2.downloads import Downloader
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokDownloader(Downloader):
    """F2's downloader of TikTok."""

    platform: ClassVar[str] = "tiktok"
    work: ClassVar[type[Item]] = Post
    users: ClassVar[type[UserDatabase]] = AsyncUserDB

    def build_detail(self, aweme_id: str) -> Endpoint:
        return PostDetail(item_id=aweme_id)

    def find_room_link(self, room: Mapping[str, Any]) -> Link:
        return Link("unique_id", str(room["user_uniqueId"]))
