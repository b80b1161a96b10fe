"""Whose login it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from f2scrapy.model.account import AccountOwner
from f2scrapy.platforms.douyin.endpoints.guests import QueryUser
from f2scrapy.platforms.douyin.endpoints.users import OwnProfile

CHECK = OwnProfile()
GUEST_CHECK = QueryUser()  # a cheap request that any guest may make


def read_owner(answer: Mapping[str, Any]) -> AccountOwner:
    """Return the user of an answer to CHECK; raises one of `SHAPE_ERRORS` for another shape."""
    user = answer["user"]
    return AccountOwner(
        sec_user_id=user["sec_uid"],
        unique_id=user.get("unique_id") or user.get("short_id") or "",
        nickname=user.get("nickname") or "",
    )
