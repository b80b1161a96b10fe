"""Users."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Count, Flag, Id, PageUrl, Stat, Text, Url, at
from f2scrapy.model.item import Item


class User(Item):
    """A user, from a profile or a list of users; only `sec_user_id` is required."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "user"
    noun: ClassVar = "user"

    sec_user_id: str = Field(validation_alias="sec_uid", min_length=1)
    uid: Id = ""
    unique_id: Text = ""
    short_id: Id = ""
    nickname: Text = ""
    signature: Text = ""
    avatar_url: Url = at("", "avatar_larger.url_list.0", "avatar_300x300.url_list.0")
    gender: Count = 0  # 1 male, 2 female, 0 unknown
    user_age: Count = -1  # years; -1 = unknown
    country: Text = ""
    province: Text = ""
    city: Text = ""
    district: Text = ""
    ip_location: Text = ""
    school_name: Text = ""
    custom_verify: Text = ""
    enterprise_verify_reason: Text = ""
    share_url: PageUrl = at("", "share_info.share_url")
    aweme_count: Stat = None  # works others can see
    favoriting_count: Stat = None
    follower_count: Stat = None
    following_count: Stat = None
    total_favorited: Stat = None
    mix_count: Stat = None
    mplatform_followers_count: Stat = None  # including the platform's other apps
    max_follower_count: Stat = None
    follow_status: Count = 0  # of the requesting account: 0 none, 1 follows, 2 both ways
    is_secret: Flag = at(False, "secret")  # shows works to followers only
    is_star: Flag = False
    is_ban: Flag = False
    is_block: Flag = False
    is_blocked: Flag = False
    is_canceled: Flag = at(False, "user_canceled")
    live_status: Count = 0  # 1 = on air
    room_id: Id = ""

    @model_validator(mode="after")
    def _set_state(self) -> Self:
        if self.is_canceled:
            self.state = Outcome.DELETED
        elif self.is_ban:
            self.state = Outcome.PROHIBITED
        elif self.is_secret and not self.follow_status:
            self.state = Outcome.PRIVATE
        return self

    @property
    def id(self) -> str:
        return self.sec_user_id


class Profile(User):
    """The profile of a user; `state` stays OK for a private account, since profiles are public."""

    @model_validator(mode="after")
    def _ignore_private(self) -> Self:
        if self.state is Outcome.PRIVATE:
            self.state = Outcome.OK
        return self
