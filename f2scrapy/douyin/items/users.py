"""Users."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.item import Count, Flag, Id, Item, Text, Url, at


class User(Item):
    """A user, from a profile or a list of users; only `sec_user_id` is promised."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "user"

    sec_user_id: str = Field(validation_alias="sec_uid", min_length=1)
    uid: Id = ""
    unique_id: Text = ""
    short_id: Id = ""
    nickname: Text = ""
    signature: Text = ""
    avatar_url: Url = at("", "avatar_larger.url_list.0", "avatar_300x300.url_list.0")
    gender: Count = 0  # 1 male, 2 female, 0 not said
    user_age: Count = -1  # years; -1 = not said
    country: Text = ""
    province: Text = ""
    city: Text = ""
    district: Text = ""
    ip_location: Text = ""
    school_name: Text = ""
    custom_verify: Text = ""
    enterprise_verify_reason: Text = ""
    share_url: Text = at("", "share_info.share_url")
    aweme_count: int | None = None  # works others can see; None = the answer does not say
    favoriting_count: Count = 0
    follower_count: Count = 0
    following_count: Count = 0
    total_favorited: Count = 0
    mix_count: Count = 0
    mplatform_followers_count: Count = 0  # with those on the platform's other apps
    max_follower_count: Count = 0
    follow_status: Count = 0  # of the asking account: 0 none, 1 follows, 2 both ways
    is_secret: Flag = at(False, "secret")  # shows works to followers only
    is_star: Flag = False
    is_ban: Flag = False
    is_block: Flag = False
    is_blocked: Flag = False
    is_canceled: Flag = at(False, "user_canceled")
    live_status: Count = 0  # 1 = on air
    room_id: Id = ""

    @model_validator(mode="after")
    def _judge(self) -> Self:
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
