"""What did the platform really say? Judge each answer; try again, be another guest, or refuse."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic_core import from_json
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from f2scrapy.endpoint import Endpoint
from f2scrapy.errors import Outcome, Refused
from f2scrapy.identity import Identity
from f2scrapy.request import network_errors

MAX_PAUSE = 60.0  # seconds between two tries

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
    (r"私密|隐私|权限|private", Outcome.PRIVATE),
    (r"不存在|已删除|deleted|not exist", Outcome.DELETED),
)
_BY_STATUS_CODE: Mapping[int, Outcome] = {8: Outcome.LOGIN_REQUIRED}  # 8: "user not logged in"

# Worth another try with a fresh signature; those of the second set with another guest, too.
_AGAIN = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK,
    }
)
_ANOTHER_GUEST = frozenset({Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED, Outcome.CAPTCHA})


@dataclass(frozen=True)
class Verdict:
    """What an answer means; `page` is its decoded JSON where the outcome is OK."""

    outcome: Outcome
    seen: str = ""  # one line for people; holds no secret
    page: Mapping[str, Any] | None = None


def judge(status: int, location: str, body: bytes, endpoint: Endpoint) -> Verdict:
    """Decide what an interface's answer means. `location` is the redirect's, "" = none."""
    if 300 <= status < 400:
        return Verdict(_by_text(location, Outcome.SCHEMA_CHANGED), f"HTTP {status}, led elsewhere")
    if status != 200:
        return _refused_status(status, body)
    if not body.strip():
        return Verdict(Outcome.RISK_CONTROL, "HTTP 200 with an empty body")
    try:
        page = from_json(body, cache_strings="keys")
    except ValueError:
        return _no_json(body)
    if not isinstance(page, dict):
        return Verdict(Outcome.SCHEMA_CHANGED, f"JSON {type(page).__name__}, not an object")
    return _judge_page(page, endpoint)


def _refused_status(status: int, body: bytes) -> Verdict:
    usual = Outcome.SERVER_ERROR if status >= 500 else _BY_STATUS.get(status)
    text = body[:4000].decode(errors="replace")
    outcome = usual or Outcome.SCHEMA_CHANGED
    if status in (401, 403):
        outcome = _by_text(text, outcome)
    return Verdict(outcome, f"HTTP {status}{_quoted(text)}")


def _no_json(body: bytes) -> Verdict:
    text = body[:100_000].decode(errors="replace")
    if text.lstrip()[:1] != "<":
        return Verdict(Outcome.NETWORK, f"{len(body)} bytes of JSON that breaks off")
    return Verdict(_by_text(text, Outcome.RISK_CONTROL), "an HTML page instead of JSON")


def _judge_page(page: dict[str, Any], endpoint: Endpoint) -> Verdict:
    code = page.get("status_code", 0)
    if code == 0:
        own = endpoint.refusal(page)
        if own is not None:
            return Verdict(own.outcome, own.seen)
        if {"verify_ticket", "captcha"} & page.keys() or page.get("type") == "verify":
            return Verdict(Outcome.CAPTCHA, "a captcha instead of an answer")
        return Verdict(Outcome.OK, page=page)
    message = str(page.get("status_msg") or page.get("message") or "")
    usual = _BY_STATUS_CODE.get(code, Outcome.SCHEMA_CHANGED)
    return Verdict(_by_text(message, usual), f"status_code {code}{_quoted(message)}")


def _by_text(text: str, usual: Outcome) -> Outcome:
    found = (outcome for words, outcome in _BY_TEXT if re.search(words, text, re.IGNORECASE))
    return next(found, usual)


def _quoted(text: str) -> str:
    line = " ".join(re.sub(r"<[^>]*>", " ", text).split())[:120]
    return f': "{line}"' if line else ""


class OutcomeMiddleware:
    """Lets only answers through that are answers; everything else is tried again or raised.

    Interfaces' answers are judged here. Files and pages are judged by who asked for them; only
    trouble on the way (429, 5xx, broken connections) is met here for them, too.
    """

    def __init__(self, crawler: Crawler, retries: int, pause: float) -> None:
        self.crawler = crawler
        self.retries = retries
        self.pause = pause  # seconds before the first retry
        self.errors = network_errors(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        return cls(crawler, settings.getint("F2_RETRIES"), settings.getfloat("F2_BACKOFF"))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Raises:
        Refused: the platform said no, and kept to it.
        """
        endpoint = request.meta.get("endpoint")
        if endpoint is None:
            if response.status == 429 or response.status >= 500:
                return await self._again(request, Outcome.SERVER_ERROR, response) or response
            return response
        location = response.headers.get("Location", b"") or b""
        verdict = judge(response.status, location.decode("latin-1"), response.body, endpoint)
        self.crawler.stats.inc_value(f"f2/outcome/{verdict.outcome}")
        if verdict.outcome is Outcome.OK:
            request.meta["page"] = verdict.page
            return response
        outcome = self._of_login(verdict.outcome)
        return await self._again(request, outcome, response) or _raise(outcome, verdict.seen)

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Connections that fail or break."""
        if not isinstance(exception, self.errors):
            return None
        self.crawler.stats.inc_value(f"f2/outcome/{Outcome.NETWORK}")
        return await self._again(request, Outcome.NETWORK)

    def _of_login(self, outcome: Outcome) -> Outcome:
        identity = Identity.of(self.crawler)
        if outcome is Outcome.LOGIN_REQUIRED and (identity.logged_in or identity.expired):
            return Outcome.COOKIE_EXPIRED
        return outcome

    async def _again(
        self, request: Request, outcome: Outcome, response: Response | None = None
    ) -> Request | None:
        if outcome not in _AGAIN:
            return None
        tried = request.meta.get("retry_times", 0)
        assert self.crawler.spider is not None
        retry = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=str(outcome),
            max_retry_times=request.meta.get("max_retry_times", self.retries),
            give_up_log_level="DEBUG",
            stats_base_key="f2/retry",
        )
        if retry is not None:
            await asyncio.sleep(self._pause(tried, response))
            if outcome in _ANOTHER_GUEST and tried + 1 > self.retries // 2:
                Identity.of(self.crawler).renew(request.meta.get("guest"))
        return retry

    def _pause(self, tried: int, response: Response | None) -> float:
        """Seconds: twice as long each time, or as long as the platform asks for."""
        told = response.headers.get("Retry-After", b"") if response else b""
        if told and told.isdigit():
            return min(float(told), MAX_PAUSE)
        return min(self.pause * 2.0**tried * random.uniform(0.5, 1.5), MAX_PAUSE)


def _raise(outcome: Outcome, seen: str) -> Response:
    raise Refused(outcome, seen)
