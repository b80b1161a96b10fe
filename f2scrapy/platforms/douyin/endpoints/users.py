"""Users: single ones, who follows whom, and the guest who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import look
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class UserProfile(DouyinEndpoint):
    """A user: names, counts, settings."""

    url: ClassVar = f"{WEB}/user/profile/other/"
    thing: ClassVar = "user"
    about: ClassVar = {"user.sec_uid": "sec_user_id"}

    sec_user_id: str

    def page(self) -> str:
        return f"{SITE}/user/{self.sec_user_id}"

    def from_page(self, html: str) -> Mapping[str, Any]:
        return pages.profile(pages.render_data(html))


class FollowList(DouyinEndpoint):
    """What the lists of followed users and of followers have in common; times are in seconds.

    `source_type` is the order of the list, and what turns its pages follows from that.
    """

    user_id: str = ""
    sec_user_id: str
    offset: int = 0
    min_time: int = 0
    max_time: int = 0
    count: int = 20  # rows a page, at most 20
    source_type: int
    gps_access: int = 0
    address_book_access: int = 0
    is_top: int = 1

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A list its owner hides has a status_code of its own, and at most a word on privacy."""
        refused = super().refusal(page)
        if refused is None or refused.outcome is not Outcome.SCHEMA_CHANGED:
            return refused
        if refused.quote and not any(word in refused.quote for word in ("不可见", "设置")):
            return refused
        return Refused(Outcome.PRIVATE, refused.detail, refused.quote)


class UserFollowing(FollowList):
    """Whom a user follows, in the order the page shows at first."""

    url: ClassVar = f"{WEB}/user/following/list/"
    rows: ClassVar = "followings"
    turns: ClassVar[Mapping[str, str]] = {"offset": "offset"}

    source_type: int = 4


class UserFollowingLatest(UserFollowing):
    """Whom a user follows, followed last comes first."""

    turns: ClassVar = {"max_time": "min_time"}

    source_type: int = 1


class UserFollowingOldest(UserFollowing):
    """Whom a user follows, followed first comes first."""

    turns: ClassVar = {"min_time": "max_time"}

    source_type: int = 3


class UserFollower(FollowList):
    """Who follows a user, the latest first."""

    url: ClassVar = f"{WEB}/user/follower/list/"
    rows: ClassVar = "followers"
    turns: ClassVar[Mapping[str, str]] = {"max_time": "min_time"}

    source_type: int = 1


class UserFollowerByOffset(UserFollower):
    """Who follows a user, in an order nobody has told."""

    turns: ClassVar = {"offset": "offset"}

    source_type: int = 2

    def turned(self, page: Mapping[str, Any]) -> Self:
        """The page sends the time along."""
        return super().turned(page).model_copy(update={"max_time": look(page, "min_time") or 0})


FOLLOWING = {1: UserFollowingLatest, 3: UserFollowingOldest, 4: UserFollowing}  # by source_type
FOLLOWERS = {1: UserFollower, 2: UserFollowerByOffset}


class QueryUser(DouyinEndpoint):
    """The ids the platform has given to who asks; the versions are those of the page that asks."""

    url: ClassVar = f"{WEB}/query/user/"

    publish_video_strategy_type: int = 2
    version_code: str = "170400"
    version_name: str = "17.4.0"
    update_version_code: str = "170400"

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The answer itself is the one row."""
        return [page]
