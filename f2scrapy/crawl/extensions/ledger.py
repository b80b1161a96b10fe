"""Ledger: what was expected, seen, kept and missed; the report and the exit code of a run."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from f2scrapy import errors
from f2scrapy.crawl.run_log import Gap, Listing
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

_WORDS = {  # what `Skipped.reason` means to people
    "interval": "outside of the interval",
    "known": "archived before",
    "repeated": "given once already",
}


@dataclass
class Ledger:
    """Counts one run. Parts of the run reach it by `crawler.get_extension(Ledger)`."""

    spider: str
    stats: StatsCollector
    report_path: str = ""  # F2_REPORT; "" = only the summary line
    listings: dict[str, Listing] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    scraped: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    reason: str = ""  # why the spider closed; "" = it has not
    finished: bool = False  # everything is counted; a run that never comes so far is not complete
    _missing: dict[str, set[str]] = field(default_factory=dict, repr=False)  # key → its lists
    _repeated: dict[str, set[str]] = field(default_factory=dict, repr=False)  # key → other lists

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = crawler.settings["F2_REPORT"]
        report = str(Path(path).expanduser()) if path else ""
        ledger = cls(crawler.spidercls.name, crawler.stats, report)
        connect = crawler.signals.connect
        connect(ledger.spider_opened, signals.spider_opened)
        connect(ledger.item_scraped, signals.item_scraped)
        connect(ledger.item_dropped, signals.item_dropped)
        connect(ledger.fault, signals.spider_error)
        connect(ledger.fault, signals.item_error)
        connect(ledger.spider_closed, signals.spider_closed)
        connect(ledger.engine_stopped, signals.engine_stopped)  # feeds are written by then
        return ledger

    def listing(self, source: str) -> Listing:
        """The listing of this source, made at the first call."""
        return self.listings.setdefault(source, Listing(source))

    def forget(self, source: str) -> None:
        """This listing turned out to be another one."""
        del self.listings[source]

    def gap(
        self, key: str, outcome: Outcome, detail: str, *, count: int = 1, source: str = ""
    ) -> None:
        """Record that `count` works are missing; one work is missing for one reason only."""
        if key in self._missing:
            self._missing[key].add(source)
            return
        self._missing[key] = {source} | self._repeated.get(key, set())
        self.gaps.append(Gap(key, outcome, detail, count, source))
        level = logging.INFO if outcome.explains else logging.WARNING
        logger.log(level, "%s: %s (%s)", key, outcome, detail)

    def refuse(self, source: str, outcome: Outcome, detail: str, cursor: Any = None) -> None:
        """The walk through `source` ends here because the platform, or the way to it, says no."""
        listing = self.listing(source)
        listing.outcome, listing.cursor = outcome, cursor
        unseen = max(1, (listing.expected or 0) - listing.seen)
        self.gap(source, outcome, detail, count=unseen, source=source)

    def whole(self, source: str) -> bool:
        """Whether everything in this list is kept, or missing for a reason that will not pass."""
        unexplained = (gap.key for gap in self.gaps if not gap.outcome.explains)
        missing = any(source in self._missing[key] for key in unexplained)
        return self.listing(source).finished and not missing

    def progress(self) -> tuple[int, int | None, str]:
        """How many rows are done, of how many (None = nobody counts them), and "18/24 works"."""
        seen, total = self._seen(), self._expected()
        # What is missing in a list without having been shown is not done.
        shown = sum(gap.key not in self.listings for gap in self.gaps)
        done = min(self.scraped + self.skipped.total() + shown, seen)
        nouns = (listing.noun for listing in self.listings.values() if not listing.index)
        noun = next(filter(None, nouns), "")
        if not noun:
            return done, total, "no answer yet"
        told = pluralize(done if total is None else total, noun)
        return done, total, told if total is None else f"{done}/{told}"

    # What Scrapy tells

    def spider_opened(self) -> None:
        """Leaves a report that is true if the run is killed."""
        self._write(self.report())

    def item_scraped(self, item: Item) -> None:
        self.scraped += item.key not in self._missing

    def item_dropped(self, item: Item, exception: DropItem) -> None:
        reason = getattr(exception, "reason", "")
        if not reason:
            self.gap(item.key, Outcome.INTERNAL, str(exception), source=item.source)
            return
        self.skipped[reason] += 1
        if reason == "repeated":
            self._repeated.setdefault(item.key, set()).add(item.source)
            self._missing.get(item.key, set()).add(item.source)

    def fault(self, failure: Failure, item: Item | None = None) -> None:
        key, source = (item.key, item.source) if item else ("callback", "")
        error = failure.value
        kind = Outcome.DISK if isinstance(error, OSError) else Outcome.INTERNAL
        detail = f"{type(error).__name__}: {failure.getErrorMessage()}"
        if isinstance(error, OSError) and error.strerror:
            detail = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        self.gap(key, kind, detail, source=source)

    def spider_closed(self, spider: Spider, reason: str) -> None:  # noqa: ARG002
        self.reason = reason
        for listing in self.listings.values():
            if not listing.finished and listing.outcome is Outcome.OK:
                self.refuse(listing.source, Outcome.INTERRUPTED, reason, listing.cursor)

    def engine_stopped(self) -> None:
        stats = self.stats.get_stats()
        if stats.get("log_count/ERROR") and not self.gaps:
            self.gap("log", Outcome.INTERNAL, f"{stats['log_count/ERROR']} errors in the log")
        self.finished = bool(self.reason)
        self._write(self.report())
        logger.info(self.summary())

    # What is told in the end

    @property
    def outcome(self) -> Outcome:
        """How the run ended: the worst that happened in it, the most frequent of its like."""
        if not self.finished:
            return Outcome.INTERRUPTED
        if worst := _by_outcome(self.gaps).most_common():
            return min((outcome for outcome, _ in worst), key=_severity)
        if not self.listings:
            return Outcome.INTERNAL
        return Outcome.OK if self._seen() else Outcome.EMPTY_TRUE

    @property
    def exit_code(self) -> int:
        """What the process ends with; see `exits`."""
        return errors.exit_code(self.outcome)

    def summary(self) -> str:
        """One line: the outcome, "812 of 815, 3 explained (…)", what was skipped, what to do."""
        outcome = self.outcome
        told = ", ".join(self._parts())
        if outcome is Outcome.EMPTY_TRUE:
            told = "the platform says there is nothing"
        return f"{outcome}: {told}. {'' if outcome.explains else outcome.advice}".rstrip()

    def _parts(self) -> list[str]:
        have = self.scraped + self.skipped["known"]
        cut = [gap for gap in self.gaps if self._is_rest(gap)]
        missing = _by_outcome(gap for gap in self.gaps if gap not in cut)
        parts = [f"{have} of {'an unknown number' if cut else have + missing.total()}"]
        for word, explained in (("explained", True), ("missing", False)):
            counts = {what: n for what, n in missing.most_common() if what.explains is explained}
            named = ", ".join(f"{n} {what}" for what, n in counts.items())
            parts += [f"{sum(counts.values())} {word} ({named})"] if counts else []
        if cut:
            parts.append(f"{pluralize(len(cut), 'list')} cut short ({', '.join(_by_outcome(cut))})")
        if pages := self.stats.get_value("f2/from_page", 0):
            parts.append(f"{pluralize(pages, 'answer')} read from the site's page")
        skipped = sorted(self.skipped.items())
        parts += [f"{count} {_WORDS.get(reason, reason)}" for reason, count in skipped if count]
        if any(listing.stopped == "known" for listing in self.listings.values()):
            parts.append("older ones not asked for: an earlier run went through them")
        return parts

    def report(self) -> dict[str, Any]:
        """Everything of `F2_REPORT`; times in UTC, sizes in bytes."""
        missing, explained = self._missing_counts()
        now = datetime.now(UTC)
        return {
            "spider": self.spider,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "advice": self.outcome.advice,
            "summary": self.summary(),
            "expected": self._expected(),
            "seen": self._seen(),
            "kept": self.scraped,
            "skipped": dict(self.skipped),
            "failed": missing,
            "explained": explained,
            "unexplained": missing - explained,
            "gaps": [asdict(gap) for gap in self.gaps],
            "lists": [asdict(listing) for listing in self.listings.values()],
            "requests": self.stats.get_value("f2/requests", 0),
            "from_page": self.stats.get_value("f2/from_page", 0),
            "retries": self.stats.get_value("f2/retry/count", 0),
            "files": self.stats.get_value("f2/files", 0),
            "bytes": self.stats.get_value("f2/bytes", 0),
            "seconds": round((now - self.started).total_seconds(), 3),
            "started": self.started.isoformat(timespec="seconds"),
            "finished": now.isoformat(timespec="seconds"),
            "closed": self.reason,
        }

    def _write(self, report: dict[str, Any]) -> None:
        if not self.report_path:
            return
        path = Path(self.report_path)
        part = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            self.gap("F2_REPORT", Outcome.DISK, f"{path}: {error.strerror}")

    def _seen(self) -> int:
        return sum(listing.seen for listing in self.listings.values() if not listing.index)

    def _expected(self) -> int | None:
        counts = [listing.expected for listing in self.listings.values() if not listing.index]
        return sum(n or 0 for n in counts) if any(n is not None for n in counts) else None

    def _is_rest(self, gap: Gap) -> bool:
        """Whether it is the rest of a list whose rows nobody counts."""
        listing = self.listings.get(gap.key)
        return listing is not None and listing.expected is None and listing.seen > 0

    def _missing_counts(self) -> tuple[int, int]:
        explained = sum(gap.count for gap in self.gaps if gap.outcome.explains)
        return sum(gap.count for gap in self.gaps), explained


def _by_outcome(gaps: Iterable[Gap]) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    for gap in gaps:
        counts[gap.outcome] += gap.count
    return counts


def _severity(outcome: Outcome) -> int:
    if outcome.refused:
        return 0
    if outcome.explains:
        return 3
    return 2 if outcome is Outcome.BAD_INPUT else 1
