"""Scrapy's scheduler, which gives out nothing but retries while the platform refuses."""

from __future__ import annotations

from collections import deque
from typing import Any, Self

from scrapy import Request
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler

from f2scrapy.crawl.identity_gate import IdentityGate
from f2scrapy.crawl.shared import get_gate


class GatedScheduler(Scheduler):
    """Queues the requests of `IdentityGate` that are tried again before all others.

    The others stay in the queue: in the downloader they would take all places, and the retry none.
    """

    gate: IdentityGate

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._retries: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        scheduler = super().from_crawler(crawler)
        scheduler.gate = get_gate(crawler)
        return scheduler

    def enqueue_request(self, request: Request) -> bool:
        if not self.gate.is_retried(request):
            return super().enqueue_request(request)
        self._retries.append(request)
        return True

    def next_request(self) -> Request | None:
        if self._retries:
            return self._retries.popleft()
        return None if self.gate.is_held else super().next_request()

    def __len__(self) -> int:
        return super().__len__() + len(self._retries)
