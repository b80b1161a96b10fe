"""Notify: tells somebody that the crawl began, ended or failed; see f2scrapy/notify.py."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.extensions.ledger import Ledger
from f2scrapy.errors import EXIT_OK
from f2scrapy.notify import Notifier


class Notify:
    """Sends when the spider opens, and when the engine has stopped, what the ledger says then."""

    def __init__(self, crawler: Crawler, notifier: Notifier) -> None:
        self.crawler = crawler
        self.notifier = notifier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        notifier = Notifier.of(crawler.settings)
        if notifier.silent:
            raise NotConfigured
        extension = cls(crawler, notifier)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        name = self.crawler.spidercls.name
        self.notifier.tell("start", name, f"{name} has begun", spider=name)

    async def engine_stopped(self) -> None:
        """Connected after the ledger's, so everything is counted."""
        ledger = self.crawler.get_extension(Ledger)
        assert ledger is not None
        event = "end" if ledger.exit_code == EXIT_OK else "failure"
        facts = {"spider": ledger.spider, "outcome": ledger.outcome, "exit_code": ledger.exit_code}
        self.notifier.tell(event, ledger.spider, ledger.summary(), **facts)
        await self.notifier.close()
