"""TikTok's web interfaces, one class each (facts: F2 0.0.1.7 and recorded answers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint, code_of

SITE = "https://www.tiktok.com"
API = f"{SITE}/api"

# What statusCode means, as public clients of the site name it (10000 … 10231); nobody has told
# what 10201 is: it comes to who is not taken for a browser.
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
    10213: Outcome.LOGIN_REQUIRED,  # not for everybody's age
    10214: Outcome.LOGIN_REQUIRED,
    10215: Outcome.PROHIBITED,
    10216: Outcome.PRIVATE,  # the work
    10217: Outcome.PROHIBITED,
    10218: Outcome.PROHIBITED,
    10219: Outcome.PROHIBITED,
    10220: Outcome.PROHIBITED,
    10221: Outcome.PROHIBITED,  # the user is banned
    10222: Outcome.PRIVATE,  # the user
    10223: Outcome.PRIVATE,  # a child's account
    10227: Outcome.PROHIBITED,
    10228: Outcome.PROHIBITED,
    10229: Outcome.PROHIBITED,
    10230: Outcome.PROHIBITED,
    10231: Outcome.REGION,
}
_WORDS = {10202: " (no such user)", 10204: " (no such work, or none for this address)"}
_DOUBTFUL = (10204,)  # others have met it where their address was blocked


class TiktokEndpoint(Endpoint):
    """What TikTok's interfaces have in common."""

    platform: ClassVar = "tiktok"
    referer: ClassVar = f"{SITE}/"
    scheme: ClassVar = "web"
    more: ClassVar = "hasMore"
    omits_empty: ClassVar = True
    most: ClassVar = 35

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        if "verify_ticket" in page or page.get("type") == "verify":
            return Refused(Outcome.CAPTCHA, "a captcha instead of an answer")
        code = code_of(page, "statusCode", "status_code")
        if not code:
            return None
        words = map(page.get, ("statusMsg", "status_msg", "message"))
        message = str(next(filter(None, words), ""))
        outcome = _STATUS_CODES.get(code, Outcome.SCHEMA_CHANGED)
        seen = f"statusCode {code}{_WORDS.get(code, '')}"
        return Refused(outcome, seen, message, ambiguous=code in _DOUBTFUL)
