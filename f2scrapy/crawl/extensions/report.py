"""Count the run by Scrapy's signals, and write its report and summary."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from f2scrapy import __version__
from f2scrapy.api.secret_values import redact_values
from f2scrapy.archive.server import hide_passwords
from f2scrapy.config.file import read_defaults
from f2scrapy.config.options import SECRETS
from f2scrapy.config.outputs import replace_file
from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import build_report, summarize
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.platforms import find_platform

logger = logging.getLogger(__name__)

_MAX_FOLDERS = 3  # that a report names


class Report:
    """Writes F2_REPORT at the beginning and at the end; other parts get `run_log` from it."""

    def __init__(self, run_log: RunLog, crawler: Crawler, path: Path | None) -> None:
        self.run_log = run_log
        self.crawler = crawler
        self.path = path  # None = only the summary line
        self.folders: set[str] = set()  # of works with files, below F2_PATH

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        name = crawler.spidercls.name
        options = get_options(crawler)
        item = getattr(crawler.spidercls, "item", Item)
        run_log = RunLog(
            name,
            datetime.now(UTC),
            has_lists=bool(find_platform(name)),
            has_files=bool(options.media) and item.list_media is not Item.list_media,
            version=__version__,
            options=list_changed(crawler.settings),
        )
        report = cls(run_log, crawler, options.report)
        connect = crawler.signals.connect
        connect(report.spider_opened, signals.spider_opened)
        connect(report.item_scraped, signals.item_scraped)
        connect(report.item_dropped, signals.item_dropped)
        connect(report.record_error, signals.spider_error)
        connect(report.record_error, signals.item_error)
        connect(report.spider_closed, signals.spider_closed)
        connect(report.engine_stopped, signals.engine_stopped)  # feeds are written by then
        return report

    def spider_opened(self) -> None:
        """Write a report that is true if the run is killed."""
        args = getattr(self.crawler.spider, "args", None)
        if isinstance(args, Args):
            self.run_log.arguments = args.model_dump(mode="json", exclude_unset=True)
        self._write()

    def item_scraped(self, item: Any) -> None:
        self.run_log.add_kept(*identify_item(item) if isinstance(item, Item) else ("", ""))
        self._add_folder(item)

    def item_dropped(self, item: Any, exception: DropItem) -> None:
        reason = getattr(exception, "reason", "")
        key, source = identify_item(item)
        if reason == "known":
            self._add_folder(item)
        if reason or not isinstance(item, Item):
            self.run_log.add_skipped(key, reason or str(exception), source)
        else:
            self.run_log.add_gap(key, Outcome.INTERNAL, str(exception), source=source)

    def _add_folder(self, item: Any) -> None:
        """Record the folder of an item's list: <platform>/<mode>/<nickname>."""
        if isinstance(item, Item) and item.path:
            self.folders.add("/".join(item.path.split("/")[:3]))

    def record_error(self, failure: Failure, item: Any = None) -> None:
        """Record an exception of a callback or a pipeline as a gap."""
        key, source = identify_item(item) if item is not None else ("callback", "")
        error = failure.value
        kind = Outcome.DISK if isinstance(error, OSError) else Outcome.INTERNAL
        detail = f"{type(error).__name__}: {failure.getErrorMessage()}"
        if isinstance(error, OSError) and error.strerror:
            detail = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        self.run_log.add_gap(key, kind, detail, source=source)

    def spider_closed(self, spider: Spider, reason: str) -> None:  # noqa: ARG002
        self.run_log.close_listings(reason)

    def engine_stopped(self) -> None:
        errors = self._stats.get("log_count/ERROR")
        if errors and not self.run_log.gaps:
            self.run_log.add_gap("log", Outcome.INTERNAL, f"{errors} errors in the log")
        self.run_log.is_finished = bool(self.run_log.closed)
        self._write()
        logger.info(self.summary())

    def summary(self) -> str:
        """Return the run's last line."""
        return summarize(self.run_log, self._stats)

    def _list_folders(self) -> list[str]:
        """Return the folders of the run's works; of many, only those of platforms."""
        root = get_options(self.crawler).path
        found = self.folders
        if len(found) > _MAX_FOLDERS:
            found = {folder.partition("/")[0] for folder in found}
        return [str(root / folder) for folder in sorted(found)]

    @property
    def _stats(self) -> Mapping[str, Any]:
        return self.crawler.stats.get_stats()

    def _write(self) -> None:
        if self.path is None:
            return
        try:
            self.run_log.folders = self._list_folders()
            write_report(self.path, self.run_log, self._stats)
        except OSError as error:
            detail = f"{self.path}: {error.strerror}"
            self.run_log.add_gap("F2_REPORT", Outcome.DISK, detail)
            _remove_old(self.path)


def list_changed(settings: BaseSettings) -> dict[str, str]:
    """Return the F2_… options that are not the defaults, without those that hold secrets."""
    defaults = {name: value for name, value in read_defaults().items() if name not in SECRETS}
    given = {name: settings[name] for name in defaults}
    return {
        name: hide_passwords(str(value))
        for name, value in given.items()
        if str(value) != str(defaults[name])
    }


def get_run_log(crawler: Crawler) -> RunLog:
    """Return the run log of this crawl; it exists once Scrapy has loaded its extensions."""
    report = crawler.get_extension(Report)
    assert report is not None
    return report.run_log


def _remove_old(path: Path) -> None:
    """Remove the report of another time, which would pass for that of this run."""
    if path.is_file() and not path.is_symlink():
        with suppress(OSError):
            path.unlink()


def write_report(path: Path, run_log: RunLog, stats: Mapping[str, Any]) -> None:
    """Write the report to `path`, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    report = redact_values(build_report(run_log, stats, datetime.now(UTC)))
    text = json.dumps(report, ensure_ascii=False, indent=2)
    replace_file(path, text.encode(errors="backslashreplace"))  # \udcff is an escape of JSON, too


def identify_item(item: Any) -> tuple[str, str]:
    """Return an item's key and list; for items of a user's own spider, their class name and ""."""
    return (item.key, item.source) if isinstance(item, Item) else (type(item).__name__, "")
