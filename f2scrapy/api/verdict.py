"""Classify a platform's response by its status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from f2scrapy.api.secret_values import redact_quote
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint, convert_errors

_BY_STATUS: Mapping[int, Outcome] = {
    401: Outcome.LOGIN_REQUIRED,
    403: Outcome.RISK_CONTROL,
    404: Outcome.SCHEMA_CHANGED,
    429: Outcome.RATE_LIMITED,
    444: Outcome.RATE_LIMITED,  # F2 gets it if requests come too fast
    451: Outcome.REGION,
}
# Patterns of text in a body or in the address of a redirect; the first match decides.
_BY_TEXT: tuple[tuple[str, Outcome], ...] = (
    (r"argussecurityplugin|uifid not found", Outcome.RISK_CONTROL),
    (r"captcha|verify_?center|verify_ticket|验证码|安全验证", Outcome.CAPTCHA),
    (r"x-secsdk|signature|a_bogus|x-bogus|签名|validate error", Outcome.SIGNATURE_REJECTED),
    (r"passport|login|//sso\.|未登录|请先登录|登录后", Outcome.LOGIN_REQUIRED),
    (r"频繁|too (many|frequent)|稍后再试", Outcome.RATE_LIMITED),
    (r"not available in your (region|country)|地区", Outcome.REGION),
)
# An interface may also say this of a single work or user. HTML pages are not matched against it:
# every footer contains such words.
_BY_QUOTE: tuple[tuple[str, Outcome], ...] = (
    *_BY_TEXT,
    (r"私密|隐私|权限|private", Outcome.PRIVATE),
    (r"不存在|已删除|deleted|not exist", Outcome.DELETED),
)


@dataclass(frozen=True)
class Verdict:
    """The meaning of a response; `answer` is its decoded JSON, and None unless it is OK."""

    outcome: Outcome
    detail: str = ""  # one line for people, without secrets
    answer: Mapping[str, Any] | None = None
    ambiguous: bool = False  # see `Refused`


def classify_response(status: int, location: str, body: bytes, endpoint: Endpoint) -> Verdict:
    """Return the meaning of an interface's response; `location` "" = there is no such header."""
    if 300 <= status < 400:
        outcome = classify_address(location, Outcome.SCHEMA_CHANGED)
        return Verdict(outcome, f"HTTP {status}, redirected")
    if status != 200:
        return _classify_error(status, body)
    if not body.strip():
        return Verdict(Outcome.RISK_CONTROL, "HTTP 200 with an empty body")
    try:
        answer = endpoint.decode(body)
    except (ValueError, RecursionError, ProtocolError):
        return _classify_undecodable(body)
    return classify_answer(answer, endpoint)


def classify_status(status: int) -> Outcome:
    """Return the meaning of a status other than 200, without regard to the body."""
    default = Outcome.SERVER_ERROR if status >= 500 else Outcome.SCHEMA_CHANGED
    return _BY_STATUS.get(status, default)


def classify_text(text: str, default: Outcome) -> Outcome:
    """Return the meaning of the text of a page or a gateway; `default` if no pattern matches."""
    return _match(text, _BY_TEXT, default)


def classify_address(location: str, default: Outcome) -> Outcome:
    """Return the meaning of a redirect's address; `default` if no pattern matches.

    The query is ignored: it may repeat the query of the request, with its signature.
    """
    address = location.partition("?")[0]
    if address.rstrip("/").endswith("/notfound"):
        return Outcome.REGION  # seen by F2 in regions that TikTok does not serve
    return classify_text(address, default)


def _match(text: str, table: tuple[tuple[str, Outcome], ...], default: Outcome) -> Outcome:
    found = (outcome for pattern, outcome in table if re.search(pattern, text, re.IGNORECASE))
    return next(found, default)


def classify_answer(answer: Any, endpoint: Endpoint) -> Verdict:
    """Return the meaning of a decoded answer, of the interface or of the site's page."""
    if not isinstance(answer, dict):
        return Verdict(Outcome.SCHEMA_CHANGED, f"JSON {type(answer).__name__}, not an object")
    try:
        with convert_errors():
            refused = endpoint.find_refusal(answer)
    except ProtocolError as error:
        return Verdict(Outcome.SCHEMA_CHANGED, redact_quote(str(error)))
    if refused is None and not endpoint.is_answered_by(answer):
        return Verdict(Outcome.SERVER_ERROR, "the answer is about something else")
    if refused is None:
        return Verdict(Outcome.OK, answer=answer)
    outcome = _match(refused.quote, _BY_QUOTE, refused.outcome)
    detail = redact_quote(refused.detail) + _quote(refused.quote)  # a code may be any text
    return Verdict(outcome, detail, ambiguous=refused.ambiguous)


def _classify_error(status: int, body: bytes) -> Verdict:
    text = body[:4000].decode(errors="replace")  # secrets are removed before it is cut to a line
    outcome = classify_status(status)
    if status in (401, 403):
        outcome = classify_text(text, outcome)
    return Verdict(outcome, f"HTTP {status}{_quote(text)}")


def _classify_undecodable(body: bytes) -> Verdict:
    text = body[:100_000].decode(errors="replace")
    if text.lstrip()[:1] != "<":
        return Verdict(Outcome.NETWORK, f"{len(body)} bytes of incomplete JSON")
    return Verdict(classify_text(text, Outcome.RISK_CONTROL), "an HTML page instead of JSON")


def _quote(text: str) -> str:
    """Return the first words without tags and secrets.

    Gateways repeat the signed address; some repeat the headers of the request with its cookies.
    """
    plain = redact_quote(unescape(re.sub(r"<[^<>]*+>", " ", text[:4000])), 4000)
    line = " ".join(re.sub(r"\?\S*", "?", plain).split())[:120]
    return f': "{line}"' if line else ""
