"""TikTok's web interfaces, one class each (sources: F2 0.0.1.7 and recorded answers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint, find_code, get_path
from f2scrapy.platforms.common.reasons import find_reason

SITE = "https://www.tiktok.com"
API = f"{SITE}/api"

# Meanings of statusCode, by the names in public clients of the site (10000 … 10231). 10201 is
# undocumented: clients that are not recognized as a browser receive it.
_STATUS_CODES = {
    8: Outcome.LOGIN_REQUIRED,
    10000: Outcome.CAPTCHA,
    10101: Outcome.SERVER_ERROR,
    10102: Outcome.LOGIN_REQUIRED,
    10111: Outcome.SERVER_ERROR,
    10113: Outcome.CAPTCHA,
    10114: Outcome.RISK_CONTROL,
    10119: Outcome.LOGIN_REQUIRED,  # a live room for accounts only
    10201: Outcome.RISK_CONTROL,
    10202: Outcome.DELETED,  # no such user
    10203: Outcome.DELETED,  # … music
    10204: Outcome.DELETED,  # … work
    10205: Outcome.DELETED,  # … hashtag
    10210: Outcome.DELETED,  # … live room
    10213: Outcome.LOGIN_REQUIRED,  # age-restricted
    10214: Outcome.LOGIN_REQUIRED,
    10215: Outcome.PROHIBITED,
    10216: Outcome.PRIVATE,  # the work
    10217: Outcome.PROHIBITED,
    10218: Outcome.PROHIBITED,
    10219: Outcome.PROHIBITED,
    10220: Outcome.PROHIBITED,
    # No such user, or a banned one: 10 of 14 public clients of 2025-26 (gallery-dl 1.32.18) say the
    # first, 2 the second; one measured it on names that never existed (2026-09-25).
    10221: Outcome.DELETED,
    10222: Outcome.PRIVATE,  # the user
    10223: Outcome.PRIVATE,  # a child's account
    10227: Outcome.PROHIBITED,
    10228: Outcome.PROHIBITED,
    10229: Outcome.PROHIBITED,
    10230: Outcome.PROHIBITED,
    10231: Outcome.REGION,
    4003110: Outcome.LOGIN_REQUIRED,  # a live room for adults or followers (reports of 2024-26)
}
_WORDS = {
    10202: " (no such user)",
    10204: " (no such work, or none for this address)",
    10221: " (no such user, or a banned one: check the name)",
}
_AMBIGUOUS = (10204,)  # other clients received it for blocked IP addresses, too


class TiktokEndpoint(Endpoint):
    """The parts that all interfaces of TikTok share."""

    platform: ClassVar = "tiktok"
    referer: ClassVar = f"{SITE}/"
    scheme: ClassVar = "web"
    has_more_path: ClassVar = "hasMore"
    null_means_empty: ClassVar = True
    max_page_size: ClassVar = 35

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        if "verify_ticket" in answer or answer.get("type") == "verify":
            return Refused(Outcome.CAPTCHA, "a captcha instead of an answer")
        code = find_code(answer, "statusCode", "status_code")
        if not code:
            return None
        words = map(answer.get, ("statusMsg", "status_msg", "message"))
        own = (get_path(answer, f"data.{name}") for name in ("prompts", "message"))  # of live rooms
        message = str(next(filter(None, (*words, *own)), ""))
        outcome = _STATUS_CODES.get(code, Outcome.SCHEMA_CHANGED)
        if reason := find_reason(message) if outcome.is_explanation else None:
            return Refused(reason, f"statusCode {code}: {message}")
        detail = f"statusCode {code}{_WORDS.get(code, '')}"
        return Refused(outcome, detail, message, ambiguous=code in _AMBIGUOUS)
