"""scrapy crawl, with one clear line for bad input and an exit code that says how the run ended."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from pathlib import Path

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.statscollectors import DummyStatsCollector
from scrapy.utils.log import configure_logging

from f2scrapy.api import proxy
from f2scrapy.api.identity import from_settings
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import Template
from f2scrapy.config import file
from f2scrapy.crawl import preflight
from f2scrapy.crawl.extensions.ledger import Ledger
from f2scrapy.crawl.run_log import Gap
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import EXIT_INPUT, EXIT_UNEXPLAINED, InputError, Outcome
from f2scrapy.live.recording_options import rules
from f2scrapy.model.media import parse_media_kinds
from f2scrapy.model.rendition import policy
from f2scrapy.notify import Notifier
from f2scrapy.text import describe_unknown

EXIT_USAGE = 2  # as argparse has it


class Command(ScrapyCrawl):
    """Scrapy's command; `exitcode` follows the ledger."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if fault := _misplaced(args):
            print(f"scrapy crawl: {fault}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_USAGE)
        assert self.settings is not None
        settings = self.settings.copy()
        try:
            _check(settings, args[0], opts.spargs)
        except InputError as error:
            print(f"scrapy crawl {args[0]}: {error}", file=sys.stderr)  # noqa: T201
            self._log(error)
            _report(settings, args[0], error)
            sys.exit(EXIT_INPUT)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        assert self.settings is not None
        logging.getLogger("scrapy").setLevel(self.settings["LOG_LEVEL"])  # not made, then dropped
        if self.settings["LOG_LEVEL"] != "DEBUG":
            logging.getLogger("scrapy.middleware").setLevel(logging.WARNING)  # lists of our parts
            logging.getLogger("scrapy.crawler").addFilter(_is_news)
            logging.getLogger("scrapy.addons").setLevel(logging.WARNING)
        crawler = self._create_crawler(args[0])
        # What is loaded by now stays, and pages make objects by the thousand: the collector's
        # usual pace cost a tenth of a run's CPU.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        started = crawler._extensions is not None
        ledger = crawler.get_extension(Ledger) if started else None
        self.exitcode = ledger.exit_code if ledger else EXIT_UNEXPLAINED

    def _log(self, error: InputError) -> None:
        """Where a log is kept: of a job of scrapyd's, people see nothing else."""
        assert self.settings is not None
        if self.settings["LOG_FILE"]:
            configure_logging(self.settings)
            logging.getLogger(__name__).error("%s", error)


def _check(settings: Settings, name: str, values: dict[str, str]) -> None:
    """Find what is wrong with the user's input before anything starts; `settings` become the run's.

    Raises:
        InputError: something is.
    """
    file.load(settings)
    loader = get_spider_loader(settings)
    if name not in loader.list():
        raise InputError(describe_unknown(f"spider {name}", name, loader.list()))
    spider = loader.load(name)
    spider.update_settings(settings)
    if settings["JOBDIR"]:
        raise InputError("JOBDIR: leave it out; the archive knows what is missing")
    if issubclass(spider, ApiSpider):
        spider.check(settings, values)
    from_settings(settings, file.platform_of(name))
    Template(settings["F2_NAMING"])
    policy(settings["F2_RENDITION"])
    parse_media_kinds(settings.getlist("F2_MEDIA"))
    rules(settings)
    Notifier.of(settings)
    proxy.check(settings["F2_SANDBOX"])
    preflight.check(settings)
    Archive(file.archive_path(settings), Path(settings["F2_PATH"])).close()


def _report(settings: Settings, name: str, error: InputError) -> None:
    """What F2_REPORT says of a run that does not begin: an earlier one's would still say OK."""
    stats = DummyStatsCollector(Crawler(Spider, settings))
    ledger = Ledger(name, stats, preflight.report(settings))
    ledger.gaps.append(Gap("input", Outcome.BAD_INPUT, str(error)))
    ledger.reason = "bad input"
    ledger.engine_stopped()


def _is_news(record: logging.LogRecord) -> bool:
    """Not the list of settings; that Ctrl-C was seen, and what another one does, is."""
    return not str(record.msg).startswith("Overridden settings")


def _misplaced(words: list[str]) -> str:
    """What is wrong with words that argparse left over; "" = they are one name."""
    for word in words:
        name, sign, _ = word.partition("=")
        if word.startswith("-"):
            return f"no such option: {name}"
        if sign:
            return f"did you mean -a {name}=…?"
    return "" if len(words) == 1 else "want the name of one spider; `scrapy list` shows them all"
