"""Record what a run expected, saw, kept and missed; no Scrapy, no file."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from f2scrapy.api.secret_values import redact_quote
from f2scrapy.browser.installed import INSTALL
from f2scrapy.errors import EXIT_EXPLAINED, Outcome, Reason, get_exit_code, shorten
from f2scrapy.model.account import LoginState
from f2scrapy.model.unreadable import Unreadable
from f2scrapy.text import describe_unreadable, pluralize

logger = logging.getLogger(__name__)

# Gaps with a detail, of one outcome in one list and of a run. A list may send rows without end that
# cannot be read: 200,000 of them made a report of 61 MB. Those beyond it are counted.
MAX_LIST_GAPS = 1000
MAX_GAPS = 20_000

_SKIPPED = {  # words for `Skipped.reason`
    "interval": "outside of the interval",
    "kinds": "of other kinds",
    "likes": "with other numbers of likes",
    "seconds": "of other lengths",
    "match": "without the words",
    "known": "archived before",
    "given": "given by an earlier run",
    "repeated": "seen earlier in this run",
}

_OTHER_WAYS = {  # stat → words for answers that came another way
    "f2/from_page": "read from the site's page",
    "f2/from_open": "read by open.douyin.com",
    "f2/by_page": "asked from within the page",
}


@dataclass
class Listing:
    """A list, or a single item, that the run requests, and its progress in it."""

    source: str  # such as "douyin:post:MS4w…"
    expected: int | None = None  # rows by the owner's count, or by the limit; None = not known
    seen: int = 0  # different rows seen
    foreign: int = 0  # of them, works of other authors, which the owner's count does not include
    cursor: Any = None  # of the next page to request; None = the first
    stopped: str = ""  # why the run stopped before the end: "known", "max_counts", "interval"
    finished: bool = False  # read to its end, or to its limit
    outcome: Outcome = Outcome.OK  # of its own requests
    index: bool = False  # its rows only name other lists; they do not count
    # Where some or all rows came from: "page" = the site's page, "open" = open.douyin.com (see
    # fetch_item); the name of a second interface, such as "creator/item_list", if the first was
    # refused or empty.
    origin: str = "interface"
    parent: str = ""  # the source of the list that named this one; "" = the user did
    noun: str = ""  # word for its rows, see `Item.noun`; "" = no page came yet
    remarks: list[str] = field(default_factory=list)  # unusual answers that had rows, each once
    owner: str = ""  # its owner's name, if there is an owner
    new: int = 0  # of its rows, those that this run has kept
    known_since: str = ""  # when an earlier run read it to its end (ISO 8601, UTC); "" = none did

    @property
    def is_over(self) -> bool:
        """Whether it was read to its end, or ended by a refusal."""
        return self.finished or self.outcome is not Outcome.OK

    @property
    def progress(self) -> float:
        """The part of it that was read, from 0 to 1; 0 = not known."""
        return min(self.seen / self.expected, 1.0) if self.expected else 0.0


@dataclass(frozen=True)
class Gap:
    """A missing work, or the missing rest of a list."""

    key: str  # of the work, or the source of the list
    outcome: Outcome
    detail: str  # the evidence, in words
    count: int = 1  # works
    source: str = ""
    reason: Reason | None = None  # within the outcome, with advice of its own


@dataclass
class NotTaken:
    """Files that were asked for and that the platform does not offer, all for one reason."""

    what: str  # such as "music"
    why: str
    first: str  # key of the first work
    count: int = 0  # works


@dataclass
class RunLog:
    """The events of one run; `Report` and `Pagination` record them, the report shows them."""

    spider: str
    started: datetime  # aware, UTC
    has_lists: bool = True  # False = a user's own spider, which records no lists
    has_files: bool = True  # False = the run fetches none
    continues: bool = False  # whether the next run goes on in its lists, though it has no files
    login: LoginState = LoginState.NONE
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
        is_explained = all(map(self._is_explained, self._count_missing()))
        return is_explained and not any(gap.key in self.listings for gap in self.gaps)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run: the most frequent one of the worst kind."""
        if not self.is_finished:
            return Outcome.INTERRUPTED
        if worst := self._count_missing().most_common():
            return min((outcome for outcome, _ in worst), key=self._rank_severity)
        if not self.has_lists:
            return Outcome.OK
        if not self.listings:
            return Outcome.INTERNAL
        return Outcome.OK if self.seen or self.kept else Outcome.EMPTY_TRUE

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
        return EXIT_EXPLAINED if self._is_explained(self.outcome) else get_exit_code(self.outcome)

    @property
    def seen(self) -> int:
        """Rows seen, without those of indexes."""
        return sum(listing.seen for listing in self.listings.values() if not listing.index)

    @property
    def expected(self) -> int | None:
        """Rows by the counts of the lists; None = no list has a count."""
        counts = [listing.expected for listing in self.listings.values() if not listing.index]
        return sum(n or 0 for n in counts) if any(n is not None for n in counts) else None

    def progress(self) -> tuple[float, int | None, str]:
        """Return what is done, of what in all (None = not known), and both in words.

        Of one list these are its rows, "18/24 works"; of several the lists, "3/12 lists, 70
        works": the rows of lists that were not begun are not known.
        """
        lists = [listing for listing in self.listings.values() if not listing.parent]
        if len(lists) < 2:
            return self._count_rows()
        whole = sum(listing.is_over for listing in lists)
        begun = sum(listing.progress for listing in lists if not listing.is_over)
        rows = self._count_rows(without_total=True)[2]
        return whole + begun, len(lists), f"{whole}/{pluralize(len(lists), 'list')}, {rows}"

    def _count_rows(self, *, without_total: bool = False) -> tuple[int, int | None, str]:
        seen, total = self.seen, None if without_total else self.expected
        # The gap of a whole list is no row.
        shown = sum(gap.key not in self.listings for gap in self.gaps) + self.counted.total()
        done = min(self.kept + self.skipped.total() + shown, seen)
        nouns = (listing.noun for listing in self.listings.values() if not listing.index)
        noun = next(filter(None, nouns), "")
        if not noun:
            return done, total, "no answer yet"
        words = pluralize(done if total is None else total, noun)
        return done, total, words if total is None else f"{done}/{words}"

    def summary(self, stats: Mapping[str, Any] = {}) -> str:
        """Return one line: the outcome, "812 of 815, 3 explained (…)", and the advice.

        `stats` are Scrapy's: they count the answers that came another way.
        """
        outcome = self.outcome
        words = ", ".join(self._build_summary_parts(stats))
        if outcome is Outcome.EMPTY_TRUE:
            words = ", ".join(["the platform says there is nothing", *self._build_remarks()])
        elif not (self.has_lists or self.kept or self.gaps):
            words = ", ".join(["the spider gave no rows", *self._list_skipped()])
        sentences = [f"{outcome}: {words}.", "" if outcome.is_explanation else self.advice]
        if self.login is LoginState.EXPIRED and outcome is not Outcome.COOKIE_EXPIRED:
            sentences.append(f"This was read as a guest. {Outcome.COOKIE_EXPIRED.advice}")
        return " ".join(filter(None, sentences))

    def _build_summary_parts(self, stats: Mapping[str, Any]) -> list[str]:
        have = self.kept + self.skipped["known"] + self.skipped["given"]
        cut = [gap for gap in self.gaps if self._is_rest(gap)]
        missing = self._count_missing() - _count_outcomes(cut)
        parts = [f"{have} of {'an unknown number' if cut else have + missing.total()}"]
        for word, explained in (("explained", True), ("missing", False)):
            counts = {
                what: n
                for what, n in missing.most_common()
                if self._is_explained(what) is explained
            }
            named = ", ".join(f"{n} {what}" for what, n in counts.items())
            parts += [f"{sum(counts.values())} {word} ({named})"] if counts else []
        if cut:
            outcomes = ", ".join(_count_outcomes(cut))
            parts.append(f"{pluralize(len(cut), 'list')} cut short ({outcomes})")
        for name, words in _OTHER_WAYS.items():
            if count := stats.get(name, 0):
                parts.append(f"{pluralize(count, 'answer')} {words}")
        if stats.get("f2/lent"):
            parts.append("with the identity of a browser")
        origins = Counter(listing.origin for listing in self.listings.values())
        for name in sorted(origins.keys() - {"interface", "page", "open"}):
            parts.append(f"{pluralize(origins[name], 'list')} read by {name}, the second way")
        unusual = sum(bool(listing.remarks) for listing in self.listings.values())
        if unusual:
            parts.append(f"{pluralize(unusual, 'list')} with unknown status codes beside the rows")
        parts += [*self._list_skipped(), *self._build_remarks()]
        if any(listing.stopped == "known" for listing in self.listings.values()):
            parts.append("older ones left out: an earlier run has read them")
        return parts

    def _list_skipped(self) -> list[str]:
        skipped = sorted(self.skipped.items())
        return [f"{count} {_SKIPPED.get(reason, reason)}" for reason, count in skipped if count]

    def _build_remarks(self) -> Iterator[str]:
        """Yield words on what is not there without being missing."""
        for what, count in sorted(self._count_not_taken().items()):
            yield f"{pluralize(count, 'work')} without {what}"
        if self.unreadable:
            yield describe_unreadable(self.unreadable)

    def _count_not_taken(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for group in self.not_taken.values():
            counts[group.what] += group.count
        return counts

    def as_dict(self, stats: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return the content of F2_REPORT; `stats` are Scrapy's. Times in UTC, sizes in bytes."""
        counts = self._count_missing()
        missing = counts.total()
        explained = sum(n for outcome, n in counts.items() if self._is_explained(outcome))
        return {
            "spider": self.spider,
            "version": self.version,
            "arguments": self.arguments,
            "options": self.options,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "advice": self.advice,
            "login": self.login,
            "summary": self.summary(stats),
            "expected": self.expected,
            "seen": self.seen,
            "kept": self.kept,
            "skipped": dict(self.skipped),
            "failed": missing,
            "explained": explained,
            "unexplained": missing - explained,
            "gaps": [asdict(gap) for gap in self.gaps],
            "counted": dict(self.counted),
            "not_taken": [asdict(group) for group in self.not_taken.values()],
            "unreadable": dict(self.unreadable),
            "lists": [asdict(listing) for listing in self.listings.values()],
            "folders": self.folders,
            "requests": stats.get("f2/requests", 0),
            "from_page": stats.get("f2/from_page", 0),
            "from_open": stats.get("f2/from_open", 0),
            "by_page": stats.get("f2/by_page", 0),
            "lent": stats.get("f2/lent", 0),
            "retries": stats.get("f2/retry/count", 0),
            "browser_tries": stats.get("f2/browser_tries", 0),
            "files": stats.get("f2/files", 0),
            "bytes": stats.get("f2/bytes", 0),
            "seconds": round((now - self.started).total_seconds(), 3),
            "started": self.started.isoformat(timespec="seconds"),
            "finished": now.isoformat(timespec="seconds"),
            "closed": self.closed,
        }

    def _count_missing(self) -> Counter[Outcome]:
        return _count_outcomes(self.gaps) + self.counted

    def _is_explained(self, outcome: Outcome) -> bool:
        """Return whether the outcome explains why works are missing.

        LOGIN_REQUIRED does if the lists were read, and hold works for accounts only (TikTok, 2026);
        a later run with cookies gets these.
        """
        if outcome is Outcome.LOGIN_REQUIRED:
            return all(one.outcome is not outcome for one in self.listings.values())
        return outcome.is_explanation

    def _rank_severity(self, outcome: Outcome) -> int:
        """Return a number that is lower for worse; of explanations, first one with advice."""
        if self._is_explained(outcome):
            return 4 if outcome.is_explanation else 3
        if outcome.is_refusal:
            return 0
        return 2 if outcome is Outcome.BAD_INPUT else 1

    def _is_rest(self, gap: Gap) -> bool:
        """Return whether the gap is the rest of a list without a count."""
        listing = self.listings.get(gap.key)
        return listing is not None and listing.expected is None and listing.seen > 0


def _count_outcomes(gaps: Iterable[Gap]) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    for gap in gaps:
        counts[gap.outcome] += gap.count
    return counts
