"""Record what a run expected, saw, kept and missed; no Scrapy, no file."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from f2scrapy.api.secret_values import redact_quote
from f2scrapy.browser.installed import INSTALL
from f2scrapy.crawl.listing import Gap, Listing, NotTaken, count_outcomes
from f2scrapy.errors import EXIT_EXPLAINED, Outcome, Reason, get_exit_code, shorten
from f2scrapy.model.account import LoginState, describe_end, ends_soon
from f2scrapy.model.unreadable import Unreadable

logger = logging.getLogger(__name__)

# Gaps with a detail, of one outcome in one list and of a run. A list may send rows without end that
# cannot be read: 200,000 of them made a report of 61 MB. Those beyond it are counted.
MAX_LIST_GAPS = 1000
MAX_GAPS = 20_000


@dataclass
class RunLog:
    """The events of one run; `Report` and `Pagination` record them, the report shows them."""

    spider: str
    started: datetime  # aware, UTC
    has_lists: bool = True  # False = a user's own spider, which records no lists
    has_files: bool = True  # False = the run fetches none
    continues: bool = False  # whether the next run goes on in its lists, though it has no files
    login: LoginState = LoginState.NONE
    login_end: datetime | None = None  # when its cookies expire (aware, UTC); None = not known
    lacks_browser: bool = False  # a browser would have been used, and there is none
    listings: dict[str, Listing] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)  # with their details, see MAX_GAPS
    counted: Counter[Outcome] = field(default_factory=Counter)  # works missing beyond those
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    unreadable: Counter[str] = field(default_factory=Counter)  # left-out parts of rows, by path
    not_taken: dict[tuple[str, str], NotTaken] = field(default_factory=dict)  # by what and why
    kept: int = 0  # items that passed all pipelines without a gap
    version: str = ""  # of f2scrapy
    arguments: dict[str, Any] = field(default_factory=dict)  # of the spider, as it has read them
    options: dict[str, str] = field(default_factory=dict)  # other than the defaults; no secrets
    folders: list[str] = field(default_factory=list)  # of its works; of platforms, if many
    closed: str = ""  # why the spider closed; "" = it has not
    is_finished: bool = False  # whether everything is counted
    _missing: dict[str, Outcome] = field(default_factory=dict, repr=False)  # by key
    _details: Counter[tuple[Outcome, str]] = field(default_factory=Counter, repr=False)
    _incomplete: set[str] = field(default_factory=set, repr=False)  # lists with unexplained gaps
    _repeated: dict[str, set[str]] = field(default_factory=dict, repr=False)  # key → other lists

    # Writing

    def get_listing(self, source: str) -> Listing:
        """Return the listing of this source; the first call creates it."""
        return self.listings.setdefault(source, Listing(source))

    def forget_listing(self, source: str) -> None:
        """Remove a listing that turned out to be another one."""
        del self.listings[source]

    def add_gap(
        self,
        key: str,
        outcome: Outcome,
        detail: str,
        *,
        count: int = 1,
        source: str = "",
        reason: Reason | None = None,
    ) -> None:
        """Record that `count` works are missing; one work is missing for one reason only.

        Secrets that a platform repeats in `detail` are removed.
        """
        if key in self._missing:
            self._mark_incomplete(key, {source})
            return
        self._missing[key] = outcome
        self._mark_incomplete(key, {source} | self._repeated.get(key, set()))
        place = outcome, source
        self._details[place] += 1
        is_list = key in self.listings
        if len(self.gaps) >= MAX_GAPS or (self._details[place] > MAX_LIST_GAPS and not is_list):
            self.counted[outcome] += count
            if self._details[place] == MAX_LIST_GAPS + 1:
                logger.warning("%s: %s: further works are counted, not named", source, outcome)
            return
        gap = Gap(shorten(key), outcome, redact_quote(detail), count, source, reason)
        self.gaps.append(gap)
        level = logging.INFO if outcome.is_explanation else logging.WARNING
        if outcome is Outcome.INTERRUPTED:  # all that Ctrl-C ends: the summary counts it
            level = logging.DEBUG
        logger.log(level, "%s: %s (%s)", gap.key, outcome, gap.detail)

    def _mark_incomplete(self, key: str, sources: set[str]) -> None:
        """Record that these lists lack the work, if a later run may fetch it."""
        if not self._missing[key].is_explanation:
            self._incomplete |= sources

    def add_refusal(
        self,
        source: str,
        outcome: Outcome,
        detail: str,
        cursor: Any = None,
        *,
        reason: Reason | None = None,
    ) -> None:
        """Record that the list of `source` ends here, by a refusal or a failed connection."""
        listing = self.get_listing(source)
        listing.outcome, listing.cursor = outcome, cursor
        unseen = max(1, (listing.expected or 0) - listing.seen)
        self.add_gap(source, outcome, detail, count=unseen, source=source, reason=reason)

    def add_remark(self, source: str, text: str) -> None:
        """Record something unusual in an answer of a list; nothing is missing because of it."""
        remarks = self.get_listing(source).remarks
        if text not in remarks:
            remarks.append(text)
            logger.warning("%s: %s", source, text)

    def add_kept(self, key: str, source: str = "") -> None:
        """Record an item that passed all pipelines; `source` is its list."""
        if key not in self._missing:
            self.kept += 1
            if source in self.listings:
                self.listings[source].new += 1

    def add_lost(self, key: str, outcome: Outcome, detail: str, *, source: str) -> None:
        """Record that an item that was kept is missing now."""
        self.kept -= key not in self._missing
        self.add_gap(key, outcome, detail, source=source)

    def get_missing(self, key: str) -> Outcome | None:
        """Return why an item is missing; None = it is not."""
        return self._missing.get(key)

    def add_unreadable(self, key: str, parts: Iterable[Unreadable]) -> None:
        """Record the parts of a row that were left out; each path is logged once."""
        for path in dict.fromkeys(part.path for part in parts):
            if path not in self.unreadable:
                logger.warning("%s: the field %s cannot be read; it is left empty", key, path)
            self.unreadable[path] += 1

    def add_not_taken(self, key: str, what: str, why: str) -> None:
        """Record a file that was asked for and is not offered; the work is complete without it."""
        if (what, why) not in self.not_taken:
            logger.info("%s: no %s: %s", key, what, why)
        self.not_taken.setdefault((what, why), NotTaken(what, why, key)).count += 1

    def add_skipped(self, key: str, reason: str, source: str) -> None:
        """Record an item that was left out on purpose."""
        self.skipped[reason] += 1
        if reason == "repeated":
            self._repeated.setdefault(key, set()).add(source)
            if key in self._missing:
                self._mark_incomplete(key, {source})

    def close_listings(self, reason: str) -> None:
        """Record the spider's end; lists that are not finished were interrupted."""
        self.closed = reason
        for listing in self.listings.values():
            if not listing.finished and listing.outcome is Outcome.OK:
                self.add_refusal(listing.source, Outcome.INTERRUPTED, reason, listing.cursor)

    # Reading

    def is_whole(self, source: str) -> bool:
        """Return whether every row of this list is kept, or missing for a lasting reason."""
        return self.get_listing(source).finished and source not in self._incomplete

    def list_unfinished(self, source: str) -> list[Outcome]:
        """Return the outcomes of this list and of those below it that a later run can finish."""
        return [
            listing.outcome
            for name, listing in self.listings.items()
            if (name == source or name.startswith(f"{source}/"))
            and not (listing.finished or listing.outcome.is_explanation)
        ]

    @property
    def is_answered(self) -> bool:
        """Whether the platform has answered for each row: given it, or a lasting reason.

        A list that is refused, for any reason, is not answered. Of a user's own spider nothing is
        known but the rows it gave.
        """
        if not self.has_lists or self.closed != "finished":
            return False
        is_explained = all(map(self.is_explained, self.count_missing()))
        return is_explained and not any(gap.key in self.listings for gap in self.gaps)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run: the most frequent one of the worst kind."""
        if not self.is_finished:
            return Outcome.INTERRUPTED
        if worst := self.count_missing().most_common():
            return min((outcome for outcome, _ in worst), key=self._rank_severity)
        if not self.has_lists:
            return Outcome.OK
        if not self.listings:
            return Outcome.INTERNAL
        return Outcome.OK if self.seen or self.kept else Outcome.EMPTY_TRUE

    @property
    def notice(self) -> str:
        """A sentence on a login that ends soon; "" = there is none."""
        end = self.login_end
        return describe_end(end) if end and ends_soon(end, self.started) else ""

    @property
    def advice(self) -> str:
        """Advice for the user that is true of this run."""
        if self.lacks_browser and self.outcome.is_refusal:
            return f"{self._basic_advice} A browser may help: {INSTALL}."
        return self._basic_advice

    @property
    def _basic_advice(self) -> str:
        """That of a reason, if a gap has one, else that of the outcome."""
        gaps = (gap for gap in self.gaps if gap.outcome is self.outcome)
        if reason := next((gap.reason for gap in gaps if gap.reason), None):
            return reason.advice
        if self.outcome is Outcome.INTERRUPTED and self.continues:
            return "Run the same command again: it goes on where this run has ended."
        if self.outcome is Outcome.INTERRUPTED and not self.has_files:
            return "Run the same command again: it reads its lists from the beginning."
        if self.outcome is Outcome.LIST_GAP and self.login in (
            LoginState.VALID, LoginState.UNCHECKED
        ):  # fmt: skip
            return "The list was shorter than the platform's own count: run again later."
        return self.outcome.advice

    @property
    def exit_code(self) -> int:
        """The exit code of the process; see `errors.get_exit_code`."""
        return EXIT_EXPLAINED if self.is_explained(self.outcome) else get_exit_code(self.outcome)

    @property
    def seen(self) -> int:
        """Rows seen, without those of indexes."""
        return sum(listing.seen for listing in self.listings.values() if not listing.index)

    @property
    def expected(self) -> int | None:
        """Rows by the counts of the lists; None = no list has a count."""
        counts = [listing.expected for listing in self.listings.values() if not listing.index]
        return sum(n or 0 for n in counts) if any(n is not None for n in counts) else None

    def count_missing(self) -> Counter[Outcome]:
        """Return the numbers of missing works by outcome."""
        return count_outcomes(self.gaps) + self.counted

    def is_explained(self, outcome: Outcome) -> bool:
        """Return whether the outcome explains why works are missing.

        LOGIN_REQUIRED does if the lists were read, and hold works for accounts only (TikTok, 2026);
        a later run with cookies gets these.
        """
        if outcome is Outcome.LOGIN_REQUIRED:
            return all(one.outcome is not outcome for one in self.listings.values())
        return outcome.is_explanation

    def _rank_severity(self, outcome: Outcome) -> int:
        """Return a number that is lower for worse; of explanations, first one with advice."""
        if self.is_explained(outcome):
            return 4 if outcome.is_explanation else 3
        if outcome.is_refusal:
            return 0
        return 2 if outcome is Outcome.BAD_INPUT else 1
