"""Databases of Douyin's users and works, by F2's names."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.database import UserDatabase, VideoDatabase


class AsyncUserDB(UserDatabase):
    """Users; the columns are the attributes of UserProfileFilter."""

    key: ClassVar[str] = "sec_user_id"
    filter: ClassVar[str] = "douyin.UserProfileFilter"


class AsyncVideoDB(VideoDatabase):
    """Works; the columns are the attributes of PostDetailFilter."""

    filter: ClassVar[str] = "douyin.PostDetailFilter"
