"""Download works of TikTok, and record its rooms."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.apps.tiktok.db import AsyncUserDB
from f2scrapy.f2.database import UserDatabase
from f2scrapy.f2.downloads import Downloader
from f2scrapy.model.item import Item
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokDownloader(Downloader):
    """F2's downloader of TikTok."""

    platform: ClassVar[str] = "tiktok"
    work: ClassVar[type[Item]] = Post
    users: ClassVar[type[UserDatabase]] = AsyncUserDB
    room: ClassVar[tuple[str, str]] = ("unique_id", "user_uniqueId")
