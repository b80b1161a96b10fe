"""Classify responses; retry refused requests, as another guest if needed, or raise Refused."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from f2scrapy.api.passage import pass_please_wait
from f2scrapy.api.retry import (
    GUEST_REFUSALS,
    MAX_PAUSE,
    RETRYABLE,
    apply_remedy,
    compute_pause,
    count_reason_retries,
    count_retries,
    needs_new_guest,
)
from f2scrapy.api.verdict import Verdict, classify_response
from f2scrapy.crawl.browser.captcha import ASK_EVERY_S
from f2scrapy.crawl.browser.route import BY_PAGE, get_browser_route
from f2scrapy.crawl.identity_gate import UNGATED, Postponed
from f2scrapy.crawl.requests import (
    BOMB,
    CORRUPT,
    ApiCall,
    CorruptResponse,
    SitePage,
    get_network_errors,
    get_purpose,
    is_stopping,
    refuse_long,
)
from f2scrapy.crawl.shared import get_gate, get_identity, get_options
from f2scrapy.errors import Outcome, Reason, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)


class OutcomeMiddleware:
    """Classifies the answers of interfaces by `verdict.py`.

    Files, pages and tokens are classified by the code that requests them; here only 429, 5xx and
    failed connections are retried for them.
    """

    def __init__(self, crawler: Crawler, retries: int, pause: float) -> None:
        self.crawler = crawler
        self.retries = retries
        self.pause = pause  # seconds before the first retry
        self.errors = get_network_errors(crawler.settings)
        self.gate = get_gate(crawler)
        self._logged: set[tuple[str, Outcome, int]] = set()  # slot, outcome and number of a try

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        return cls(crawler, options.retries, options.backoff)

    def process_request(self, request: Request) -> None:
        """Let the request pass, unless the platform refuses the identity."""
        self.gate.check(request)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Put the answer of an interface into `meta`, or return the retry of a request.

        Raises:
            Refused: the platform refused the request, and its retries; or a response is too long.
            CorruptResponse: the response cannot be decompressed, nor those of its retries.
        """
        if BOMB in response.flags:
            self.gate.settle(request)
            raise refuse_long(request, self.crawler.settings)
        if CORRUPT in response.flags:
            self.gate.judge(request, Outcome.NETWORK)
            return await self._retry_corrupt(request)
        purpose = get_purpose(request)
        if isinstance(purpose, ApiCall | SitePage) and (
            again := await self._pass_page(request, response)
        ):
            return again
        if isinstance(purpose, ApiCall):
            return await self._process_answer(request, response, purpose.endpoint)
        if response.status == 429 or response.status >= 500:
            detail = f"HTTP {response.status}"
            return await self._retry(request, Outcome.SERVER_ERROR, detail, response) or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Retry after network errors, and after a refused guest token; wait if others do."""
        if isinstance(exception, Postponed):
            await self.gate.wait(lambda: is_stopping(self.crawler))
            return request
        if isinstance(exception, Refused) and exception.outcome in GUEST_REFUSALS:
            if not self.gate.judge(request, exception.outcome):
                await self.gate.wait(lambda: is_stopping(self.crawler))
                return request
            return await self._retry(
                request, exception.outcome, exception.detail, reason=exception.reason
            )
        if not isinstance(exception, self.errors):
            return None
        self.crawler.stats.inc_value(f"f2/outcome/{Outcome.NETWORK}")
        return await self._retry(request, Outcome.NETWORK, describe_error(exception))

    async def _pass_page(self, request: Request, response: Response) -> Request | None:
        """Return the request to send again after a "Please wait" page; None = it is none.

        Raises:
            Refused: the page came again.
        """
        identity, sender = get_identity(self.crawler), request.meta.get("sender")
        if sender is None:  # a response from a cache
            return None
        try:
            if not await pass_please_wait(identity, request.url, response.body, sender.entry):
                return None
        except Refused as refused:
            self.gate.settle(request)
            self.crawler.stats.inc_value(f"f2/outcome/{refused.outcome}")
            if again := await self._retry(
                request, refused.outcome, refused.detail, response, refused.reason
            ):
                return again
            raise
        self.gate.settle(request)
        self.crawler.stats.inc_value("f2/please_wait")
        return request.replace(dont_filter=True)

    async def _process_answer(
        self, request: Request, response: Response, endpoint: Endpoint
    ) -> Request | Response:
        verdict = _classify(response, endpoint)
        self.crawler.stats.inc_value(f"f2/outcome/{verdict.outcome}")
        outcome = get_identity(self.crawler).refine_outcome(verdict.outcome)
        if not self.gate.judge(request, outcome):
            await self.gate.wait(lambda: is_stopping(self.crawler))
            return request
        if verdict.outcome is Outcome.OK:
            get_browser_route(self.crawler).note_answer(request)
            request.meta["answer"] = verdict.answer
            if verdict.unusual:
                request.meta["remark"] = verdict.detail
            return response
        if again := await self._ask_browser(request, verdict, endpoint):
            return again
        retry = await self._retry(
            request, verdict.outcome, verdict.detail, response, verdict.reason
        )
        if retry is None:
            raise verdict.as_refusal(outcome)
        return retry

    async def _ask_browser(
        self, request: Request, verdict: Verdict, endpoint: Endpoint
    ) -> Request | None:
        """Return the request to send with the help of a browser; None = it cannot help now."""
        route = get_browser_route(self.crawler)
        retries = self._count_retries(request, verdict.outcome, verdict.reason)
        tried = request.meta.get("retry_times", 0)
        if UNGATED in request.meta:
            return None
        case, why = (
            (endpoint, verdict.outcome, tried, retries),
            f"{verdict.outcome}: {verdict.detail}",
        )
        if route.shows_captcha(*case):
            again = route.wait_for_person(request, endpoint, why)
            await self._wait(ASK_EVERY_S if again and request.meta.get(BY_PAGE) else 0)
            return again
        return await route.switch(request, endpoint, why) if route.can_help(*case) else None

    async def _retry_corrupt(self, request: Request) -> Request:
        error = CorruptResponse()
        retry = await self.process_exception(request, error)
        if retry is None:
            raise error
        return retry

    async def _retry(
        self,
        request: Request,
        outcome: Outcome,
        detail: str,
        response: Response | None = None,
        reason: Reason | None = None,
    ) -> Request | None:
        """Wait, and return the request to send again; None = no retry helps, or none is left."""
        if outcome not in RETRYABLE:
            return None
        tried = request.meta.get("retry_times", 0)
        retries = self._count_retries(request, outcome, reason)
        assert self.crawler.spider is not None
        retry = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=str(outcome),
            max_retry_times=retries,
            give_up_log_level="DEBUG",
            stats_base_key="f2/retry",
        )
        if retry is not None:
            pause = self._choose_pause(tried, response)
            again = f"asked again in {pause:.2g} s ({tried + 1} of {retries})"
            slot = request.meta.get("download_slot", "")
            self._log_once((slot, outcome, tried), f"{detail}; {again}")
            await self._wait(pause)
            await self._prepare_retry(retry, outcome, reason, retries)
        return retry

    def _count_retries(self, request: Request, outcome: Outcome, reason: Reason | None) -> int:
        limit = request.meta.get("max_retry_times", self.retries)
        if reason is None:
            return count_retries(outcome, limit)
        before = request.meta.get("reasons", ())
        return count_reason_retries(reason, request.meta.get("retry_times", 0), before, limit)

    async def _prepare_retry(
        self, retry: Request, outcome: Outcome, reason: Reason | None, retries: int
    ) -> None:
        """Change the identity for the next try, if that may help; other spiders have none."""
        sender = retry.meta.get("sender")  # None = refused before it was sent
        if reason is not None:
            identity = get_identity(self.crawler)
            retry.meta["reasons"] = (*retry.meta.get("reasons", ()), reason)
            sender = sender or identity.get_sender(retry.url)
            await apply_remedy(identity, reason, sender, urlsplit(retry.url).path)
        elif sender and needs_new_guest(outcome, retry.meta["retry_times"] - 1, retries):
            await get_identity(self.crawler).renew(sender.guest)

    async def _wait(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the run."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not is_stopping(self.crawler):  # noqa: ASYNC110
            await asyncio.sleep(min(left, 0.5))

    def _log_once(self, key: tuple[str, Outcome, int], text: str) -> None:
        """Log the first retry of each key: a hundred requests may be refused at once."""
        if key not in self._logged:
            self._logged.add(key)
            logger.info("%s: %s", key[1], text)

    def _choose_pause(self, tried: int, response: Response | None) -> float:
        """Return the seconds of Retry-After if the platform sends it, else of the backoff."""
        wanted = response.headers.get("Retry-After", b"") if response else b""
        if wanted and wanted.isdigit():
            return min(float(wanted), MAX_PAUSE)
        return compute_pause(self.pause, tried)


def _classify(response: Response, endpoint: Endpoint) -> Verdict:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return classify_response(response.status, location, response.body, endpoint)
