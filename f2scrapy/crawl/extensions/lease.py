"""Keep the lease of a crawl's identity while it runs, and give the identity back at its end."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.shared import get_archive, get_gate, get_options
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.account import LoginState
from f2scrapy.text import format_moment

if TYPE_CHECKING:
    from f2scrapy.crawl.lease import Lease

logger = logging.getLogger(__name__)

_LOST = "another run may use this identity now: the lease could not be renewed in time"


class LeaseKeeper:
    """Renews the lease three times within its length; without it, nothing is asked any more."""

    def __init__(self, crawler: Crawler, lease: Lease) -> None:
        self.crawler = crawler
        self.lease = lease
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not get_options(crawler).identity:
            raise NotConfigured
        from f2scrapy.crawl.lease import get_lease  # noqa: PLC0415 - it brings encryption

        lease = get_lease(crawler)
        if lease is None:
            raise NotConfigured
        keeper = cls(crawler, lease)
        crawler.signals.connect(keeper.spider_opened, signals.spider_opened)
        crawler.signals.connect(keeper.spider_closed, signals.spider_closed)
        return keeper

    def spider_opened(self) -> None:
        logger.info("The identity of this run is %s.", self.lease.member.name)
        self._task = asyncio.get_running_loop().create_task(self._renew())

    async def _renew(self) -> None:
        archive, patience_s = get_archive(self.crawler), self.lease.length.total_seconds() * 2 / 3
        renewed = time.monotonic()  # the machine's clock may be set meanwhile
        while True:
            await asyncio.sleep(self.lease.length.total_seconds() / 3)
            try:
                is_ours = await archive.run(lambda: self.lease.renew(datetime.now(UTC)))
            except OSError as error:
                logger.warning("The lease is not renewed: %s", error.strerror)
                is_ours = time.monotonic() - renewed < patience_s
            else:
                renewed = time.monotonic()
            if not is_ours:
                get_gate(self.crawler).stop(Refused(Outcome.INTERRUPTED, _LOST))
                return

    async def spider_closed(self) -> None:
        """Give the identity back; the run log knows the run's outcome by now."""
        if self._task is not None:
            self._task.cancel()
        name, outcome = self.lease.member.name, self._judge()
        try:
            end = partial(self.lease.end, outcome, datetime.now(UTC))
            rest = await get_archive(self.crawler).run(end)
        except OSError as error:
            logger.warning("The identity is free in %s: %s", self.lease.length, error.strerror)
        else:
            if outcome is Outcome.COOKIE_EXPIRED:
                logger.warning("The identity %s is out: its login has expired", name)
            elif rest:
                until = format_moment(rest)
                logger.warning("The identity %s rests until %s (%s)", name, until, outcome)

    def _judge(self) -> Outcome:
        """Return the outcome for the identity: that of its refusal, or OK."""
        refused = get_gate(self.crawler).refused
        if get_run_log(self.crawler).login is LoginState.EXPIRED:
            return Outcome.COOKIE_EXPIRED
        return refused.outcome if refused else Outcome.OK
