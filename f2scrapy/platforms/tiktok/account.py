"""Whose login it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from f2scrapy.model.account import AccountOwner
from f2scrapy.platforms.tiktok.endpoints.users import AccountInfo, UserProfile

CHECK = AccountInfo()
GUEST_CHECK = UserProfile(unique_id="tiktok")  # a cheap request that any guest may make


def read_owner(answer: Mapping[str, Any]) -> AccountOwner:
    """Return the user of an answer to CHECK; raises one of `SHAPE_ERRORS` for another shape."""
    data = answer["data"]
    return AccountOwner(
        sec_user_id=data["sec_user_id"],
        unique_id=data.get("username") or "",
        nickname=data.get("screen_name") or "",
    )
