"""Classify a platform's response by its status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, NamedTuple

from f2scrapy.api import waf
from f2scrapy.api.secret_values import redact_quote
from f2scrapy.errors import Outcome, ProtocolError, Reason, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors, get_path

_BY_STATUS: Mapping[int, Outcome] = {
    401: Outcome.LOGIN_REQUIRED,
    403: Outcome.RISK_CONTROL,
    404: Outcome.SCHEMA_CHANGED,
    429: Outcome.RATE_LIMITED,
    444: Outcome.RATE_LIMITED,  # F2 gets it if requests come too fast
    451: Outcome.REGION,
}
# The words of Douyin's gateway, after "Blocked by ArgusSecurityPlugin" (public reports since May
# 2026), also in its header argus_security_code ("web_id_sign_invalid"). In this order it checks.
_GATEWAY: tuple[tuple[str, Reason, Outcome], ...] = (
    (r"uifid[\s_]+not[\s_]+found", Reason.UIFID_NOT_FOUND, Outcome.RISK_CONTROL),
    (r"signature[\s_]+not[\s_]+found", Reason.SIGNATURE_NOT_FOUND, Outcome.SIGNATURE_REJECTED),
    (r"sign(ature)?[\s_]+invalid", Reason.SIGN_INVALID, Outcome.SIGNATURE_REJECTED),
    (r"argussecurityplugin\W+validate[\s_]+error", Reason.UIFID_REJECTED, Outcome.RISK_CONTROL),
)
# Of the login pages of TikTok and Douyin (2026); a page may write attributes into the tag.
_LOGIN_TITLE = r"<title(\s[^<>]{0,99})?>\s{0,9}(log ?in\b|登录)"
# Patterns of text in a body or in the address of a redirect; the first match decides.
_BY_TEXT: tuple[tuple[str, Outcome], ...] = (
    (r"argussecurityplugin", Outcome.RISK_CONTROL),
    (r"captcha|verify_?center|verify_ticket|验证码|安全验证", Outcome.CAPTCHA),
    (r"x-secsdk|signature|a_bogus|x-bogus|签名|validate error", Outcome.SIGNATURE_REJECTED),
    (r"passport|login|//sso\.|未登录|请先登录|登录后", Outcome.LOGIN_REQUIRED),
    (_LOGIN_TITLE, Outcome.LOGIN_REQUIRED),
    (r"频繁|too (many|frequent)|rate.?limit|稍后再试", Outcome.RATE_LIMITED),
    (r"not available in your (region|country)|地区", Outcome.REGION),
)
# Patterns of the path of a redirect. Names of users are part of paths: /@captcha is none.
_BY_ADDRESS: tuple[tuple[str, Outcome], ...] = (
    (r"//verify\.|/captcha|/verify_?center", Outcome.CAPTCHA),
    (r"//(sso|passport|login)\.|^passport|/passport", Outcome.LOGIN_REQUIRED),
    (r"(^|/)(login|signup)([/.#;]|$)", Outcome.LOGIN_REQUIRED),
)
# Pages that stand before the platform's own, for a person or a browser to pass (public reports of
# 2025 and 2026), with words for them; the first match decides.
_BARRIERS = (
    (r"TTGCaptcha|verify_data", "a slider captcha, which a person has to solve"),
    (
        r"_\$jsvmprt|byted_acrawler|__ac_(nonce|signature)",
        "a page whose script has to run in a browser (__ac_nonce)",
    ),
)
# An interface may also say this of a single work or user. HTML pages are not matched against it:
# every footer contains such words.
_BY_QUOTE: tuple[tuple[str, Outcome], ...] = (
    *_BY_TEXT,
    (r"(请|需要|重新)登录", Outcome.LOGIN_REQUIRED),
    (r"[过太]快", Outcome.RATE_LIMITED),
    (r"繁忙|打瞌睡|稍后重试|try again later", Outcome.SERVER_ERROR),
    # Rooms: "你不在主播设置的可见范围内", "仅开通有会员直播权益的会员用户可观看" (reports of 2026)
    (r"私密|隐私|权限|private|可见范围|仅.{1,30}可(观看|见)", Outcome.PRIVATE),
    (r"不存在|不见了|已(经|被)?(被.{0,4})?删除|deleted|(not|n['’]t) exist", Outcome.DELETED),
    (r"封禁|违规|banned", Outcome.PROHIBITED),
)


# All that some answers hold: as such Douyin refuses the second page of a list to guests and to
# expired logins (public reports, 2025).
_AROUND = frozenset(
    {"status_code", "status_msg", "statusCode", "statusMsg", "message", "extra", "log_pb"}
)
# Of an unknown code, and of one that comes now and then by mistake.
_UNCLEAR = (Outcome.SCHEMA_CHANGED, Outcome.SERVER_ERROR)


class Verdict(NamedTuple):
    """The meaning of a response; `answer` is its decoded JSON, and None unless it is OK.

    An `unusual` answer is OK by its rows, beside an unknown status code that `detail` names.
    """

    outcome: Outcome
    detail: str = ""  # one line for people, without secrets
    answer: Mapping[str, Any] | None = None
    ambiguous: bool = False  # see `Refused`
    reason: Reason | None = None  # see `Refused`
    unusual: bool = False

    def as_refusal(self, outcome: Outcome | None = None) -> Refused:
        """Return the error of a refusal; `outcome` replaces the verdict's."""
        return Refused(
            outcome or self.outcome, self.detail, ambiguous=self.ambiguous, reason=self.reason
        )


def classify_response(status: int, location: str, body: bytes, endpoint: Endpoint) -> Verdict:
    """Return the meaning of an interface's response; `location` "" = there is no such header."""
    if 300 <= status < 400:
        outcome = classify_address(location, Outcome.SCHEMA_CHANGED)
        return Verdict(outcome, f"HTTP {status}, redirected")
    if status != 200:
        return _classify_error(status, body)
    if not body.strip():
        return Verdict(Outcome.RISK_CONTROL, "HTTP 200 with an empty body")
    if blocked := _find_gateway_block(body):
        return blocked
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
    if found := find_gateway_reason(text):
        return found[1]
    return _match(text, _BY_TEXT, default)


def find_gateway_reason(text: str) -> tuple[Reason, Outcome] | None:
    """Return the reason in the words of Douyin's gateway, and its outcome; None = no such words."""
    for pattern, reason, outcome in _GATEWAY:
        if re.search(pattern, text, re.IGNORECASE):
            return reason, outcome
    return None


def _find_gateway_block(body: bytes) -> Verdict | None:
    """Return the meaning of the gateway's words in place of an answer; None = there are none."""
    text = body[:4000].decode(errors="replace") if len(body) <= 4000 else ""
    if not re.search("blocked by argussecurityplugin", text, re.IGNORECASE):
        return None
    found = find_gateway_reason(text)
    reason, outcome = found or (None, Outcome.RISK_CONTROL)
    return Verdict(outcome, f"HTTP 200{_quote(text)}", reason=reason)


def find_barrier(body: bytes) -> Verdict | None:
    """Return the meaning of a page that stands before the platform's own; None = it is none.

    Only for a page without the expected data: a real page may load the same scripts.
    """
    if please_wait := _find_please_wait(body):
        return please_wait
    text = _decode_start(body)
    if text[:1] != "<":
        return None
    words = (words for pattern, words in _BARRIERS if re.search(pattern, text))
    return next((Verdict(Outcome.CAPTCHA, detail) for detail in words), None)


def _find_please_wait(body: bytes) -> Verdict | None:
    if not waf.has_mark(body):
        return None
    detail = 'the "Please wait" page (a proof of work)'
    return Verdict(Outcome.RISK_CONTROL, detail, reason=Reason.PLEASE_WAIT)


def _decode_start(body: bytes) -> str:
    """Return the first characters of a page, from the first that is visible."""
    return body[:100_000].decode("utf-8-sig", errors="replace").lstrip()


def is_login_page(site_page: str) -> bool:
    """Return whether the title of a site's page asks for a login."""
    return bool(re.search(_LOGIN_TITLE, site_page[:4000], re.IGNORECASE))


def classify_address(location: str, default: Outcome) -> Outcome:
    """Return the meaning of a redirect's address; `default` if no pattern matches.

    The query is ignored: it may repeat the query of the request, with its signature.
    """
    address = location.partition("?")[0]
    if address.rstrip("/").endswith("/notfound"):
        return Outcome.REGION  # seen by F2 in regions that TikTok does not serve
    return _match(address, _BY_ADDRESS, default)


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
    if refused is None:
        return _classify_content(answer, endpoint)
    outcome = _match(refused.quote, _BY_QUOTE, refused.outcome)
    detail = redact_quote(refused.detail) + _quote(refused.quote)  # a code may be any text
    # An unknown code beside a list says nothing against its rows, whatever its words are; a single
    # work may be shown beside the words that refuse it.
    unclear = refused.outcome if endpoint.rows_path else outcome
    if unclear in _UNCLEAR and _has_rows(answer, endpoint):
        # A search of TikTok answered status_code 203 with 11 good rows (a recording of 2022-12).
        return Verdict(Outcome.OK, f"{detail}, beside rows", answer, unusual=True)
    return Verdict(outcome, detail, ambiguous=refused.ambiguous)


def _classify_content(answer: Mapping[str, Any], endpoint: Endpoint) -> Verdict:
    if not endpoint.is_answered_by(answer):
        return Verdict(Outcome.SERVER_ERROR, "the answer is about something else")
    if (endpoint.rows_path or endpoint.item_path) and answer.keys() <= _AROUND:
        return Verdict(Outcome.RISK_CONTROL, "an answer that holds nothing but its status")
    return Verdict(Outcome.OK, answer=answer)


def _has_rows(answer: Mapping[str, Any], endpoint: Endpoint) -> bool:
    """Return whether an answer holds rows, of what was requested."""
    path = endpoint.rows_path or endpoint.item_path
    if not path or not get_path(answer, path) or not endpoint.is_answered_by(answer):
        return False
    try:
        with convert_errors():
            return any(isinstance(row, dict) and row for row in endpoint.read_rows(answer))
    except ProtocolError:
        return False


def _classify_error(status: int, body: bytes) -> Verdict:
    text = body[:4000].decode(errors="replace")  # secrets are removed before it is cut to a line
    outcome, detail = classify_status(status), f"HTTP {status}{_quote(text)}"
    if status not in (401, 403):
        return _find_please_wait(body) or Verdict(outcome, detail)
    if found := find_gateway_reason(text):
        return Verdict(found[1], detail, reason=found[0])
    return find_barrier(body) or Verdict(classify_text(text, outcome), detail)


def _classify_undecodable(body: bytes) -> Verdict:
    if barrier := find_barrier(body):
        return barrier
    text = _decode_start(body)
    if text[:1] in "{[":
        return Verdict(Outcome.NETWORK, f"{len(body)} bytes of incomplete JSON")
    if text[:1] != "<":
        outcome = classify_text(text[:4000], Outcome.NETWORK)
        return Verdict(outcome, f"{len(body)} bytes that are no JSON{_quote(text)}")
    return Verdict(classify_text(text, Outcome.RISK_CONTROL), "an HTML page instead of JSON")


def _quote(text: str) -> str:
    """Return the first words without tags and secrets.

    Gateways repeat the signed address; some repeat the headers of the request with its cookies.
    """
    plain = redact_quote(unescape(re.sub(r"<[^<>]*+>", " ", text[:4000])), 4000)
    line = " ".join(re.sub(r"\?\S*", "?", plain).split())[:120]
    return f': "{line}"' if line else ""
