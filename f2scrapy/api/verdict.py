"""What did the platform really say? One table from status, headers and body to an outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint, convert_errors

_BY_STATUS: Mapping[int, Outcome] = {
    401: Outcome.LOGIN_REQUIRED,
    403: Outcome.RISK_CONTROL,
    404: Outcome.SCHEMA_CHANGED,
    429: Outcome.RATE_LIMITED,
    444: Outcome.RATE_LIMITED,  # F2 meets it where requests come too fast
    451: Outcome.REGION,
}
# What stands in a body or a redirect's address, by what it means; the first that is found counts.
_BY_TEXT: tuple[tuple[str, Outcome], ...] = (
    (r"argussecurityplugin|uifid not found", Outcome.RISK_CONTROL),
    (r"captcha|verify_?center|verify_ticket|验证码|安全验证", Outcome.CAPTCHA),
    (r"x-secsdk|signature|a_bogus|x-bogus|签名|validate error", Outcome.SIGNATURE_REJECTED),
    (r"passport|login|//sso\.|未登录|请先登录|登录后", Outcome.LOGIN_REQUIRED),
    (r"频繁|too (many|frequent)|稍后再试", Outcome.RATE_LIMITED),
    (r"not available in your (region|country)|地区", Outcome.REGION),
)
# What an interface may say of one work or user besides; on a page such words stand in every footer.
_BY_WORDS: tuple[tuple[str, Outcome], ...] = (
    *_BY_TEXT,
    (r"私密|隐私|权限|private", Outcome.PRIVATE),
    (r"不存在|已删除|deleted|not exist", Outcome.DELETED),
)


@dataclass(frozen=True)
class Verdict:
    """What an answer means; `page` is its decoded JSON where the outcome is OK."""

    outcome: Outcome
    seen: str = ""  # one line for people; holds no secret
    page: Mapping[str, Any] | None = None
    doubtful: bool = False  # as in Refused


def judge(status: int, location: str, body: bytes, endpoint: Endpoint) -> Verdict:
    """Decide what an interface's answer means. `location` is the redirect's, "" = none."""
    if 300 <= status < 400:
        outcome = by_address(location, Outcome.SCHEMA_CHANGED)
        return Verdict(outcome, f"HTTP {status}, led elsewhere")
    if status != 200:
        return _refused_status(status, body)
    if not body.strip():
        return Verdict(Outcome.RISK_CONTROL, "HTTP 200 with an empty body")
    try:
        page = endpoint.decode(body)
    except (ValueError, RecursionError, ProtocolError):
        return _no_json(body)
    return of_page(page, endpoint)


def by_status(status: int) -> Outcome:
    """What a status other than 200 means, before the body is looked at."""
    usual = Outcome.SERVER_ERROR if status >= 500 else Outcome.SCHEMA_CHANGED
    return _BY_STATUS.get(status, usual)


def by_text(text: str, usual: Outcome) -> Outcome:
    """What words on a page or of a gateway mean; `usual` where none of them is known."""
    return _meant(text, _BY_TEXT, usual)


def by_address(location: str, usual: Outcome) -> Outcome:
    """What the address of a redirect means; `usual` where it is not known.

    Its query may be that of the request, signature and all.
    """
    address = location.partition("?")[0]
    if address.rstrip("/").endswith("/notfound"):
        return Outcome.REGION  # F2 met it where TikTok does not serve a region
    return by_text(address, usual)


def _meant(text: str, table: tuple[tuple[str, Outcome], ...], usual: Outcome) -> Outcome:
    found = (outcome for words, outcome in table if re.search(words, text, re.IGNORECASE))
    return next(found, usual)


def of_page(page: Any, endpoint: Endpoint) -> Verdict:
    """What a decoded answer means, be it an interface's own or what a page shows in its place."""
    if not isinstance(page, dict):
        return Verdict(Outcome.SCHEMA_CHANGED, f"JSON {type(page).__name__}, not an object")
    try:
        with convert_errors():
            refused = endpoint.find_refusal(page)
    except ProtocolError as error:
        return Verdict(Outcome.SCHEMA_CHANGED, str(error))
    if refused is None and not endpoint.is_answered_by(page):
        return Verdict(Outcome.SERVER_ERROR, "the answer is about something else")
    if refused is None:
        return Verdict(Outcome.OK, page=page)
    outcome = _meant(refused.quote, _BY_WORDS, refused.outcome)
    seen = refused.detail + _quoted(refused.quote)
    return Verdict(outcome, seen, doubtful=refused.ambiguous)


def _refused_status(status: int, body: bytes) -> Verdict:
    text = body[:4000].decode(errors="replace")
    outcome = by_status(status)
    if status in (401, 403):
        outcome = by_text(text, outcome)
    return Verdict(outcome, f"HTTP {status}{_quoted(text)}")


def _no_json(body: bytes) -> Verdict:
    text = body[:100_000].decode(errors="replace")
    if text.lstrip()[:1] != "<":
        return Verdict(Outcome.NETWORK, f"{len(body)} bytes of JSON that breaks off")
    return Verdict(by_text(text, Outcome.RISK_CONTROL), "an HTML page instead of JSON")


def _quoted(text: str) -> str:
    """Its first words; gateways repeat the address that was asked for, with all its tokens."""
    plain = unescape(re.sub(r"<[^<>]*>", " ", text[:4000]))
    line = " ".join(re.sub(r"\?\S*", "?", plain).split())[:120]
    return f': "{line}"' if line else ""
