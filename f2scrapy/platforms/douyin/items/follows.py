"""Users in lists of followed users and of followers."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from f2scrapy.model.fields import Count, Flag, Moment, Text, Url, at
from f2scrapy.platforms.douyin.items.users import User


class ListedUser(User):
    """A user in a list of users; None = unknown.

    `state` stays OK for a private account, because the list shows it completely.
    """

    can_comment: bool | None = at(None, "aweme_control.can_comment")
    can_forward: bool | None = at(None, "aweme_control.can_forward")
    can_share: bool | None = at(None, "aweme_control.can_share")
    can_show_comment: bool | None = at(None, "aweme_control.can_show_comment")
    back_cover: Url = at("", "cover_url.0.url_list.0")
    register_time: Moment = at(None, "create_time")
    secondary_priority: Count = at(
        0, "following_list_secondary_information_struct.secondary_information_priority"
    )
    secondary_text: Text = at(
        "", "following_list_secondary_information_struct.secondary_information_text"
    )
    is_gov_media_vip: Flag = False
    is_mix_user: Flag = False
    is_phone_binded: Flag = False
    is_top: Flag = False
    is_verified: Flag = False
    language: Text = ""
    relation_label: Any = None  # unchanged; null in every answer seen

    @model_validator(mode="after")
    def _set_state(self) -> Self:
        return self
