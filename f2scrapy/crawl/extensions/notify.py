"""Send notifications when a crawl begins, ends or fails; see f2scrapy/notify.py."""

from __future__ import annotations

from collections import Counter
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.extensions.report import Report
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import EXIT_OK
from f2scrapy.notify import Notifier


def count_new(run: RunLog) -> dict[str, int]:
    """Return the number of new rows by the owner of their list, or by the list if it has none.

    Owners of one name have the list behind it.
    """
    lists = [one for one in run.listings.values() if one.new]
    names = Counter(one.owner for one in lists)
    return {
        one.source if not one.owner
        else one.owner if names[one.owner] == 1
        else f"{one.owner} ({one.source})": one.new
        for one in lists
    }  # fmt: skip


class Notify:
    """Sends one when the spider opens, and the run's summary when the engine has stopped."""

    def __init__(self, crawler: Crawler, notifier: Notifier) -> None:
        self.crawler = crawler
        self.notifier = notifier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        notifier = Notifier.from_options(get_options(crawler))
        if notifier.is_silent:
            raise NotConfigured
        extension = cls(crawler, notifier)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        name = self.crawler.spidercls.name
        self.notifier.send("start", name, f"{name} has begun", spider=name)

    async def engine_stopped(self) -> None:
        """Send the summary; `Report` has counted everything by now."""
        report = self.crawler.get_extension(Report)
        assert report is not None
        run = report.run_log
        event = "end" if run.exit_code == EXIT_OK else "failure"
        facts = {"spider": run.spider, "outcome": run.outcome, "exit_code": run.exit_code,
                 "login": run.login,
                 "login_end": run.login_end and run.login_end.isoformat()}  # fmt: skip
        self.notifier.send(event, run.spider, report.summary(), new=count_new(run), **facts)
        if run.notice and event not in self.notifier.events:
            self.notifier.send("login", run.spider, run.notice, **facts)
        await self.notifier.close()
