"""Douyin's web interfaces, one class each (sources: F2 0.0.1.7 and recorded answers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint, find_code

SITE = "https://www.douyin.com"
WEB = f"{SITE}/aweme/v1/web"

MIRROR = "www-hj.douyin.com"

# 5 comes now and then beside a list of null, and not for the next request (2026).
_STATUS_CODES = {5: Outcome.SERVER_ERROR, 8: Outcome.LOGIN_REQUIRED}  # 8: "user not logged in"


class DouyinEndpoint(Endpoint):
    """The parts that all interfaces of Douyin share."""

    platform: ClassVar = "douyin"
    referer: ClassVar = f"{SITE}/"
    scheme: ClassVar = "web"

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        if "verify_ticket" in answer or answer.get("type") == "verify":
            return Refused(Outcome.CAPTCHA, "a captcha instead of an answer")
        code = find_code(answer, "status_code")  # null: seen by F2 at query/user
        if not code:
            return None
        message = str(answer.get("status_msg") or answer.get("message") or "")
        return Refused(
            _STATUS_CODES.get(code, Outcome.SCHEMA_CHANGED), f"status_code {code}", message
        )


class MirroredEndpoint(DouyinEndpoint):
    """An interface that `MIRROR` has, too: it is requested there if www.douyin.com refuses.

    Comments, replies, favourites and query/user were seen there in captures of 2026-03, the first
    three with headers bd-ticket-guard-*; not tried.
    """

    guarded: ClassVar[bool] = True

    mirrored: bool = Field(False, exclude=True)  # whether it is requested at the mirror

    @property
    def address(self) -> str:
        return self.url.replace("www.douyin.com", MIRROR) if self.mirrored else self.url

    @property
    def is_guarded(self) -> bool:
        return self.mirrored and self.guarded

    @property
    def way(self) -> str:
        return MIRROR if self.mirrored else super().way

    def build_second_way(self, now_ms: int) -> Self | None:  # noqa: ARG002 - it has no time
        return None if self.mirrored else self.model_copy(update={"mirrored": True})
