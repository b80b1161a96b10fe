"""Lists of the users that a user follows, and of followers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import model_validator

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint


class FollowList(DouyinEndpoint):
    """The parts that lists of followed users and of followers share; times are in s since 1970.

    `source_type` is the order of the list, which determines the cursor of its pages. Either id of
    the user will do; F2 sends both, or one (a user_id alone was not seen recorded).
    """

    user_id: str = ""  # uid: digits
    sec_user_id: str = ""
    offset: int = 0
    min_time: int = 0
    max_time: int = 0
    count: int = 20  # rows a page, at most 20
    source_type: int
    gps_access: int = 0
    address_book_access: int = 0
    is_top: int = 1

    @model_validator(mode="after")
    def _require_id(self) -> Self:
        if not (self.user_id or self.sec_user_id):
            raise ValueError("want a user_id or a sec_user_id")
        return self

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return PRIVATE for a hidden list: another status_code, with words on privacy or none."""
        refused = super().find_refusal(answer)
        if refused is None or refused.outcome is not Outcome.SCHEMA_CHANGED:
            return refused
        if refused.quote and not any(word in refused.quote for word in ("不可见", "设置")):
            return refused
        return Refused(Outcome.PRIVATE, refused.detail, refused.quote)


class UserFollowing(FollowList):
    """The users that a user follows, in the site's default order."""

    url: ClassVar = f"{WEB}/user/following/list/"
    rows_path: ClassVar = "followings"
    cursor_params: ClassVar[Mapping[str, str]] = {"offset": "offset"}

    source_type: int = 4


class UserFollowingLatest(UserFollowing):
    """The users that a user follows, the latest followed first."""

    cursor_params: ClassVar = {"max_time": "min_time"}

    source_type: int = 1


class UserFollowingOldest(UserFollowing):
    """The users that a user follows, the earliest followed first."""

    cursor_params: ClassVar = {"min_time": "max_time"}

    source_type: int = 3


class UserFollower(FollowList):
    """The followers of a user, the latest first."""

    url: ClassVar = f"{WEB}/user/follower/list/"
    rows_path: ClassVar = "followers"
    cursor_params: ClassVar[Mapping[str, str]] = {"max_time": "min_time"}

    source_type: int = 1


class UserFollowerByOffset(UserFollower):
    """The followers of a user, in an order that is not documented."""

    cursor_params: ClassVar = {"offset": "offset"}

    source_type: int = 2

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        """Return the next page; the site sends its time along with the offset."""
        following = super().next_page(answer)
        return following.model_copy(update={"max_time": get_path(answer, "min_time") or 0})


FOLLOWING = {1: UserFollowingLatest, 3: UserFollowingOldest, 4: UserFollowing}  # by source_type
FOLLOWERS = {1: UserFollower, 2: UserFollowerByOffset}
