"""Let only answers through that are answers: try again, be another guest, or refuse."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from f2scrapy.api import retry as rules
from f2scrapy.api.verdict import judge
from f2scrapy.crawl.requests import (
    GARBLED,
    ApiCall,
    Garbled,
    get_purpose,
    is_stopping,
    network_errors,
)
from f2scrapy.crawl.shared import get_identity, get_options
from f2scrapy.errors import Outcome, Refused
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)


class OutcomeMiddleware:
    """Judges interfaces' answers by `verdict.py`.

    Files, pages and tokens are judged by who asked for them; only trouble on the way (429, 5xx,
    broken connections) is met here for them, too.
    """

    def __init__(self, crawler: Crawler, retries: int, pause: float) -> None:
        self.crawler = crawler
        self.retries = retries
        self.pause = pause  # seconds before the first retry
        self.errors = network_errors(crawler.settings)
        self._told: set[tuple[str, Outcome, int]] = set()  # tries that were in the log

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        return cls(crawler, options.retries, options.backoff)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Raises:
        Refused: the platform said no, and kept to it.
        Garbled: no answer could be unpacked.
        """
        if GARBLED in response.flags:
            return await self._met(request, Garbled())
        purpose = get_purpose(request)
        if not isinstance(purpose, ApiCall):
            if response.status == 429 or response.status >= 500:
                seen = f"HTTP {response.status}"
                return await self._again(request, Outcome.SERVER_ERROR, seen, response) or response
            return response
        location = response.headers.get("Location", b"") or b""
        verdict = judge(
            response.status, location.decode("latin-1"), response.body, purpose.endpoint
        )
        self.crawler.stats.inc_value(f"f2/outcome/{verdict.outcome}")
        if verdict.outcome is Outcome.OK:
            request.meta["answer"] = verdict.page
            return response
        retry = await self._again(request, verdict.outcome, verdict.seen, response)
        if retry is None:
            outcome = get_identity(self.crawler).as_seen(verdict.outcome)
            raise Refused(outcome, verdict.seen, ambiguous=verdict.doubtful)
        return retry

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Connections that fail or break, and a platform that makes nobody its guest."""
        if isinstance(exception, Refused) and exception.outcome in rules.ANOTHER_GUEST:
            return await self._again(request, exception.outcome, exception.detail)
        if not isinstance(exception, self.errors):
            return None
        self.crawler.stats.inc_value(f"f2/outcome/{Outcome.NETWORK}")
        return await self._again(request, Outcome.NETWORK, describe_error(exception))

    async def _met(self, request: Request, error: Exception) -> Request:
        retry = await self.process_exception(request, error)
        if retry is None:
            raise error
        return retry

    async def _again(
        self, request: Request, outcome: Outcome, seen: str, response: Response | None = None
    ) -> Request | None:
        if outcome not in rules.AGAIN:
            return None
        tried = request.meta.get("retry_times", 0)
        most = rules.most(outcome, request.meta.get("max_retry_times", self.retries))
        assert self.crawler.spider is not None
        retry = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=str(outcome),
            max_retry_times=most,
            give_up_log_level="DEBUG",
            stats_base_key="f2/retry",
        )
        if retry is not None:
            pause = self._pause(tried, response)
            again = f"asked again in {pause:.2g} s ({tried + 1} of {most})"
            slot = request.meta.get("download_slot", "")
            self._tell((slot, outcome, tried), f"{seen}; {again}")
            await self._wait(pause)
            if rules.as_another_guest(outcome, tried, most):
                await get_identity(self.crawler).renew(request.meta.get("guest"))
        return retry

    async def _wait(self, seconds: float) -> None:
        """No longer than the run goes on."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not is_stopping(self.crawler):  # noqa: ASYNC110
            await asyncio.sleep(min(left, 0.5))

    def _tell(self, what: tuple[str, Outcome, int], text: str) -> None:
        """The first of its kind is in the log; where one is refused, a hundred may be."""
        if what not in self._told:
            self._told.add(what)
            logger.info("%s: %s", what[1], text)

    def _pause(self, tried: int, response: Response | None) -> float:
        """Seconds: twice as long each time, or as long as the platform asks for."""
        told = response.headers.get("Retry-After", b"") if response else b""
        if told and told.isdigit():
            return min(float(told), rules.MAX_PAUSE)
        return rules.pause(self.pause, tried)
