"""Douyin's web interfaces: one class each (facts: F2 0.0.1.7 and recorded answers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.endpoint import Endpoint
from f2scrapy.errors import Outcome, Refused

WEB = "https://www.douyin.com/aweme/v1/web"

_STATUS_CODES = {8: Outcome.LOGIN_REQUIRED}  # 8: "user not logged in"


class DouyinEndpoint(Endpoint):
    """What Douyin's interfaces have in common."""

    platform: ClassVar = "douyin"
    referer: ClassVar = "https://www.douyin.com/"
    scheme: ClassVar = "web"

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        if "verify_ticket" in page or page.get("type") == "verify":
            return Refused(Outcome.CAPTCHA, "a captcha instead of an answer")
        code = page.get("status_code", 0)
        if code in (0, "0"):
            return None
        message = str(page.get("status_msg") or page.get("message") or "")
        return Refused(
            _STATUS_CODES.get(code, Outcome.SCHEMA_CHANGED), f"status_code {code}", message
        )


class UserProfile(DouyinEndpoint):
    """A user: names, counts, settings."""

    url: ClassVar = f"{WEB}/user/profile/other/"
    thing: ClassVar = "user"

    sec_user_id: str


class UserPost(DouyinEndpoint):
    """Works published by a user, newest first, pinned ones before them on the first page."""

    url: ClassVar = f"{WEB}/aweme/post/"
    rows: ClassVar = "aweme_list"
    turns: ClassVar = {"max_cursor": "max_cursor"}

    max_cursor: int = 0  # ms since 1970; 0 asks for the newest page
    count: int = 18  # rows a page, at most 20
    sec_user_id: str


class PostDetail(DouyinEndpoint):
    """One work, with media addresses made anew."""

    url: ClassVar = f"{WEB}/aweme/detail/"
    thing: ClassVar = "aweme_detail"

    aweme_id: str

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A work that cannot be had is null beside a reason."""
        refused = super().refusal(page)
        if refused or page.get("aweme_detail") is not None or "aweme_detail" not in page:
            return refused
        reason = page.get("filter_detail") or {}
        text = " ".join(str(reason.get(key) or "") for key in ("filter_reason", "detail_msg"))
        hidden = any(word in text for word in ("private", "私密", "self_see", "friend"))
        return Refused(Outcome.PRIVATE if hidden else Outcome.DELETED, f"no such work: {text}")
