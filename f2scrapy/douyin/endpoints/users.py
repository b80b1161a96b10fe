"""Users."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.douyin.endpoints import WEB, DouyinEndpoint


class UserProfile(DouyinEndpoint):
    """A user: names, counts, settings."""

    url: ClassVar = f"{WEB}/user/profile/other/"
    thing: ClassVar = "user"

    sec_user_id: str
