"""Profiles of users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class UserProfile(DouyinEndpoint):
    """The profile of a user: names, counts, settings."""

    url: ClassVar = f"{WEB}/user/profile/other/"
    item_path: ClassVar = "user"
    echo: ClassVar = {"user.sec_uid": "sec_user_id"}

    sec_user_id: str

    @property
    def site_page_url(self) -> str:
        return f"{SITE}/user/{self.sec_user_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_profile(pages.read_render_data(html))


class OwnProfile(DouyinEndpoint):
    """The profile of the account, for which a guest gets status_code 8.

    Two projects compared both answers in July 2026; none is recorded in this project.
    """

    url: ClassVar = f"{WEB}/user/profile/self/"
    item_path: ClassVar = "user"
