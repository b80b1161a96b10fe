"""Users: single ones, and who follows whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import look
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import API, SITE, TiktokEndpoint


class UserProfile(TiktokEndpoint):
    """A user: names, counts, settings; by either of the two ids."""

    url: ClassVar = f"{API}/user/detail/"
    thing: ClassVar = "userInfo"
    about: ClassVar = {
        "userInfo.user.secUid": "sec_user_id",
        "userInfo.user.uniqueId": "unique_id",
    }

    sec_user_id: str = Field("", alias="secUid")
    unique_id: str = Field("", alias="uniqueId")

    @classmethod
    def of(cls, link: Link) -> Self:
        """The user a link names, by id or by name."""
        return cls(**{link.kind: link.id})

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A private account is shown, beside a code that says what it is."""
        refused = super().refusal(page)
        shown = refused and refused.outcome is Outcome.PRIVATE and look(page, "userInfo.user")
        return None if shown else refused

    def page(self) -> str:
        """The site shows users by their names only."""
        return f"{SITE}/@{self.unique_id}" if self.unique_id else ""

    def from_page(self, html: str) -> Mapping[str, Any]:
        return pages.profile(pages.page_data(html))


_LIST = f"{API}/user/list/"


class _FollowList(TiktokEndpoint):
    """Users beside one, the latest first.

    The page sends both cursors along as the answer gave them (s since 1970; recorded 2025-10,
    how they are read is nowhere told).
    """

    rows: ClassVar = "userList"
    turns: ClassVar = {"max_cursor": "maxCursor", "min_cursor": "minCursor"}
    total: ClassVar = "total"

    count: int = 30
    max_cursor: int = Field(0, alias="maxCursor")
    min_cursor: int = Field(0, alias="minCursor")
    scene: int
    sec_user_id: str = Field(alias="secUid")

    @property
    def place(self) -> int:
        """The later one goes on, whichever way it is read."""
        return self.min_cursor

    def resumed(self, place: int) -> Self:
        return self.model_copy(update={"min_cursor": place})


class UserFollowing(_FollowList):
    """Whom a user follows."""

    url: ClassVar = _LIST

    scene: int = 21


class UserFollower(_FollowList):
    """Who follows a user."""

    url: ClassVar = _LIST

    scene: int = 67
