"""Databases of Tiktok's users and works, by F2's names."""

from __future__ import annotations

from typing import Any, ClassVar

from f2scrapy.f2.database import UserDatabase, VideoDatabase


class AsyncUserDB(UserDatabase):
    """Users; the columns are the attributes of UserProfileFilter."""

    key: ClassVar[str] = "secUid"
    filter: ClassVar[str] = "tiktok.UserProfileFilter"

    async def get_user_info(self, key: str = "", uniqueId: str = "") -> dict[str, Any]:
        """Return the row of a user by secUid, else by uniqueId; {} = the user is not stored."""
        return (self.find(key) if key else {}) or self.find(uniqueId, "uniqueId")


class AsyncVideoDB(VideoDatabase):
    """Works; the columns are the attributes of PostDetailFilter."""

    filter: ClassVar[str] = "tiktok.PostDetailFilter"
