"""Users: profiles, and lists of followers and followed users."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import API, SITE, TiktokEndpoint


class UserProfile(TiktokEndpoint):
    """The profile of a user, by either of the two ids: names, counts, settings."""

    url: ClassVar = f"{API}/user/detail/"
    item_path: ClassVar = "userInfo"
    echo: ClassVar = {
        "userInfo.user.secUid": "sec_user_id",
        "userInfo.user.uniqueId": "unique_id",
    }

    sec_user_id: str = Field("", alias="secUid")
    unique_id: str = Field("", alias="uniqueId")

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return the refusal; None for a private account if the answer holds its profile."""
        refused = super().find_refusal(answer)
        if refused and refused.outcome is Outcome.PRIVATE and get_path(answer, "userInfo.user"):
            return None
        return refused

    @property
    def site_page_url(self) -> str:
        """The page of the user, which the site has under names only."""
        return f"{SITE}/@{self.unique_id}" if self.unique_id else ""

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_profile(pages.read_page_data(html))


class AccountInfo(TiktokEndpoint):
    """The account of the cookies, by the interface that the site's login uses.

    Public clients of 2023 to 2026 ask it without a signature; none of its answers is recorded in
    this project. A guest gets the message "error".
    """

    url: ClassVar = f"{SITE}/passport/web/account/info/"
    scheme: ClassVar = ""
    item_path: ClassVar = "data"

    aid: int = 1459

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return LOGIN_REQUIRED for an answer that names no account and asks for a login."""
        refused = super().find_refusal(answer)
        data = answer.get("data")
        if refused or not isinstance(data, Mapping) or data.get("sec_user_id"):
            return refused
        words = str(data.get("description") or answer.get("message") or "")
        asks = re.search(r"session|sign ?in|log ?in|登录|过期", words, re.IGNORECASE)
        outcome = Outcome.LOGIN_REQUIRED if asks else Outcome.SCHEMA_CHANGED
        return Refused(outcome, f"error_code {data.get('error_code')}", words)


_LIST = f"{API}/user/list/"


class _FollowList(TiktokEndpoint):
    """Followers of a user, or followed users, the latest first.

    The site returns both cursors of the answer unchanged (s since 1970). An answer of 2025-10 has
    minCursor alone; another project measured (2026-09) that maxCursor stays 0 and minCursor moves.
    """

    rows_path: ClassVar = "userList"
    cursor_params: ClassVar = {"max_cursor": "maxCursor", "min_cursor": "minCursor"}
    total_path: ClassVar = "total"

    count: int = 30
    max_cursor: int = Field(0, alias="maxCursor")
    min_cursor: int = Field(0, alias="minCursor")
    scene: int
    sec_user_id: str = Field(alias="secUid")

    @property
    def position(self) -> int:
        """The cursor that moves: `min_cursor`, or `max_cursor` in answers without the other."""
        return self.min_cursor or self.max_cursor

    @property
    def page_key(self) -> tuple[int, int]:
        return self.max_cursor, self.min_cursor

    def resume_at(self, position: int) -> Self:
        return self.model_copy(update={"min_cursor": position})


class UserFollowing(_FollowList):
    """The users that a user follows."""

    url: ClassVar = _LIST

    scene: int = 21


class UserFollower(_FollowList):
    """The followers of a user."""

    url: ClassVar = _LIST

    scene: int = 67
