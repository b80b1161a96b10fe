"""Run `scrapy crawl` with one clear line for bad input and an exit code for the outcome."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from datetime import UTC, datetime
from typing import NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.log import configure_logging

from f2scrapy.crawl.addon import load_settings
from f2scrapy.crawl.extensions.report import Report, write_report
from f2scrapy.crawl.listing import Gap
from f2scrapy.crawl.preflight import check_run, find_report
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.scrapy_settings import check_parts, check_scrapy_settings
from f2scrapy.errors import (
    EXIT_INPUT,
    EXIT_UNEXPLAINED,
    InputError,
    Outcome,
    Refused,
    get_exit_code,
)
from f2scrapy.text import describe_unknown

EXIT_USAGE = 2  # as argparse has it

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    """Scrapy's command; `exitcode` is that of the run log."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            super().process_options(args, opts)
        except OSError as error:  # of --pidfile
            print(f"scrapy crawl: {error.filename}: {error.strerror}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_INPUT)
        except (TypeError, ValueError) as error:  # of parts and feeds, which Scrapy reads as JSON
            print(f"scrapy crawl: -s: want an object of JSON: {error}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_INPUT)
        if fault := _find_misplaced(args):
            print(f"scrapy crawl: {fault}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_USAGE)
        self.crawler: Crawler | None = None
        try:
            self._prepare(args[0], opts.spargs)
        except InputError as error:
            self._end_early(args[0], Gap("input", Outcome.BAD_INPUT, str(error)))
        except Refused as error:  # no identity of the pool is free
            self._end_early(args[0], Gap("identity", error.outcome, error.detail))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        assert self.crawler_process is not None
        assert self.crawler is not None
        self._reduce_logs()
        # Objects loaded by now stay, and each page makes thousands: the garbage collector's
        # default thresholds cost a tenth of a run's CPU (2026).
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        self.crawler_process.crawl(self.crawler, **opts.spargs)
        self.crawler_process.start()
        started = self.crawler._extensions is not None
        report = self.crawler.get_extension(Report) if started else None
        self.exitcode = report.run_log.exit_code if report else EXIT_UNEXPLAINED

    def _prepare(self, name: str, values: dict[str, str]) -> None:
        """Build the crawler, and check the run before logs and reactor are set up.

        Raises:
            InputError: the spider, an option or an argument cannot be used.
        """
        assert self.settings is not None
        load_settings(self.settings)
        check_scrapy_settings(self.settings)
        loader = get_spider_loader(self.settings)
        if name not in loader.list():
            raise InputError(describe_unknown(f"spider {name}", name, loader.list()))
        self.crawler = Crawler(loader.load(name), self.settings)
        check_parts(self.crawler.settings)
        check_run(self.crawler, values)

    def _reduce_logs(self) -> None:
        """Drop Scrapy's lists of its parts and settings, unless LOG_LEVEL is DEBUG."""
        assert self.settings is not None
        level = self.settings["LOG_LEVEL"]
        logging.getLogger("scrapy").setLevel(level)  # lower records are not created
        if level != "DEBUG":
            logging.getLogger("scrapy.middleware").setLevel(logging.WARNING)
            logging.getLogger("scrapy.crawler").addFilter(_is_news)
            logging.getLogger("scrapy.addons").setLevel(logging.WARNING)

    def _end_early(self, name: str, gap: Gap) -> NoReturn:
        """End a run that does not begin, for the reason in `gap`."""
        print(f"scrapy crawl {name}: {gap.detail}", file=sys.stderr)  # noqa: T201
        self._log_error(gap.detail)
        self._write_report(name, gap)
        sys.exit(get_exit_code(gap.outcome))

    def _log_error(self, text: str) -> None:
        """Write to LOG_FILE if it is set: of a scrapyd job, users see the log only."""
        assert self.settings is not None
        if self.settings["LOG_FILE"] and not text.startswith("LOG_"):
            configure_logging(self.settings)
            logger.error("%s", text)

    def _write_report(self, name: str, gap: Gap) -> None:
        """Write F2_REPORT of a run that does not begin: an earlier report may say OK."""
        assert self.settings is not None
        path = find_report(self.crawler.settings if self.crawler else self.settings)
        if path is None:
            return
        closed = "bad input" if gap.outcome is Outcome.BAD_INPUT else "not begun"
        run_log = RunLog(name, datetime.now(UTC), is_finished=True, closed=closed)
        run_log.gaps.append(gap)
        write_report(path, run_log, {})


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a record of Scrapy's crawler is more than a list of settings."""
    return not str(record.msg).startswith("Overridden settings")


def _find_misplaced(words: list[str]) -> str:
    """Return the fault in the words that argparse left over; "" = they are one name."""
    for word in words:
        name, sign, _ = word.partition("=")
        if word.startswith("-"):
            return f"no such option: {name}"
        if sign:
            return f"did you mean -a {name}=…?"
    return "" if len(words) == 1 else "want the name of one spider; `scrapy list` shows them all"
