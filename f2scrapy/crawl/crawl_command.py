"""Check a crawl of the command line, run it, and find its exit code."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.log import configure_logging

from f2scrapy.crawl.addon import load_settings
from f2scrapy.crawl.extensions.report import Report, write_report
from f2scrapy.crawl.listing import Gap
from f2scrapy.crawl.preflight import check_run, find_report
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.scrapy_settings import check_parts, check_scrapy_settings
from f2scrapy.errors import EXIT_UNEXPLAINED, InputError, Outcome, Refused, get_exit_code
from f2scrapy.language import translate_message
from f2scrapy.text import describe_unknown

logger = logging.getLogger(__name__)


def prepare_crawler(settings: Settings, name: str, values: Mapping[str, str]) -> Crawler:
    """Return the crawler of a spider, checked before logs and reactor are set up.

    `values` are the arguments (-a). Bad input is one line on stderr, and the end of the
    program; so is a pool without a free identity.
    """
    crawler: Crawler | None = None
    try:
        crawler = _build_crawler(settings, name)
        check_parts(crawler.settings)
        check_run(crawler, values)
    except InputError as error:
        gap = Gap("input", error.outcome, str(error))
    except Refused as error:  # no identity of the pool is free
        gap = Gap("identity", error.outcome, error.detail)
    else:
        return crawler
    print(f"scrapy crawl {name}: {translate_message(gap.detail)}", file=sys.stderr)  # noqa: T201
    _log_error(settings, gap.detail)
    _write_report(crawler.settings if crawler else settings, name, gap)
    sys.exit(get_exit_code(gap.outcome))


def run(process: CrawlerProcessBase, crawler: Crawler, values: Mapping[str, str]) -> int:
    """Run a crawl, and return its exit code."""
    _reduce_logs(crawler.settings)
    gc.freeze()  # objects loaded by now stay
    # Pages make thousands of objects: the default thresholds cost a tenth of the CPU (2026-11).
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    process.crawl(crawler, **values)
    process.start()
    drop_unread_output()
    started = crawler._extensions is not None
    report = crawler.get_extension(Report) if started else None
    return report.run_log.exit_code if report else EXIT_UNEXPLAINED


def drop_unread_output() -> None:
    """Drop rows on the standard output if it takes no more: `| head` has ended, a disk is full.

    They are gaps already. Python would write them at its end, and fail with an exit code of its
    own (120).
    """
    if sys.stdout is None or sys.stdout.closed:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _build_crawler(settings: Settings, name: str) -> Crawler:
    load_settings(settings)
    check_scrapy_settings(settings)
    loader = get_spider_loader(settings)
    if name not in loader.list():
        raise InputError(describe_unknown(f"spider {name}", name, loader.list()))
    return Crawler(loader.load(name), settings)


def _reduce_logs(settings: BaseSettings) -> None:
    """Drop Scrapy's lists of its parts and settings, unless LOG_LEVEL is DEBUG."""
    level = settings["LOG_LEVEL"]
    for name in ("scrapy", "f2scrapy"):
        logging.getLogger(name).setLevel(level)  # lower records are not created
    if level != "DEBUG":
        logging.getLogger("scrapy.middleware").setLevel(logging.WARNING)
        logging.getLogger("scrapy.crawler").addFilter(_is_news)
        logging.getLogger("scrapy.addons").setLevel(logging.WARNING)


def _log_error(settings: Settings, text: str) -> None:
    """Write to LOG_FILE if it is set: of a scrapyd job, users see the log only."""
    if settings["LOG_FILE"] and not text.startswith("LOG_"):
        configure_logging(settings)
        logger.error("%s", text)


def _write_report(settings: BaseSettings, name: str, gap: Gap) -> None:
    """Write F2_REPORT of a run that does not begin: an earlier report may say OK."""
    path = find_report(settings)
    if path is None:
        return
    closed = "bad input" if gap.outcome is Outcome.BAD_INPUT else "not begun"
    run_log = RunLog(name, datetime.now(UTC), is_finished=True, closed=closed)
    run_log.gaps.append(gap)
    write_report(path, run_log, {})


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a record of Scrapy's crawler is more than a list of settings."""
    return not str(record.msg).startswith("Overridden settings")
