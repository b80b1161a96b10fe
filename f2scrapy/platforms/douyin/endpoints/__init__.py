"""Douyin's web interfaces, one class each (sources: F2 0.0.1.7 and recorded answers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint, find_code

SITE = "https://www.douyin.com"
WEB = f"{SITE}/aweme/v1/web"

_STATUS_CODES = {8: Outcome.LOGIN_REQUIRED}  # 8: "user not logged in"


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
