"""Download works and music of Douyin, and record its rooms."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.apps.douyin.db import AsyncUserDB
from f2scrapy.f2.database import UserDatabase
from f2scrapy.f2.downloads import Downloader
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinDownloader(Downloader):
    """F2's downloader of Douyin."""

    platform: ClassVar[str] = "douyin"
    work: ClassVar[type[Item]] = Post
    users: ClassVar[type[UserDatabase]] = AsyncUserDB
    room: ClassVar[tuple[str, str]] = ("room_id", "room_id")
