"""A run in words: the progress, the summary, and the report of F2_REPORT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from f2scrapy.crawl.listing import Gap, count_outcomes
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome
from f2scrapy.model.account import LoginState
from f2scrapy.text import list_lacking, pluralize

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

_COUNTED = {  # stat → words for works, and for answers that came another way
    "f2/renamed": ("work", "moved to other names"),
    "f2/from_page": ("answer", "read from the site's page"),
    "f2/from_open": ("answer", "read by open.douyin.com"),
    "f2/by_page": ("answer", "asked from within the page"),
}


def describe_progress(log: RunLog) -> tuple[float, int | None, str]:
    """Return what is done, of what in all (None = not known), and both in words.

    Of one list these are its rows, "18/24 works"; of several the lists, "3/12 lists, 70
    works": the rows of lists that were not begun are not known.
    """
    lists = [listing for listing in log.listings.values() if not listing.parent]
    if len(lists) < 2:
        return _count_rows(log)
    whole = sum(listing.is_over for listing in lists)
    begun = sum(listing.progress for listing in lists if not listing.is_over)
    rows = _count_rows(log, without_total=True)[2]
    return whole + begun, len(lists), f"{whole}/{pluralize(len(lists), 'list')}, {rows}"


def _count_rows(log: RunLog, *, without_total: bool = False) -> tuple[int, int | None, str]:
    seen, total = log.seen, None if without_total else log.expected
    # The gap of a whole list is no row.
    shown = sum(gap.key not in log.listings for gap in log.gaps) + log.counted.total()
    done = min(log.kept + log.skipped.total() + shown, seen)
    nouns = (listing.noun for listing in log.listings.values() if not listing.index)
    noun = next(filter(None, nouns), "")
    if not noun:
        return done, total, "no answer yet"
    words = pluralize(done if total is None else total, noun)
    return done, total, words if total is None else f"{done}/{words}"


def summarize(log: RunLog, stats: Mapping[str, Any] = {}) -> str:
    """Return one line: the outcome, "812 of 815, 3 explained (…)", and the advice.

    `stats` are Scrapy's: they count the answers that came another way.
    """
    outcome = log.outcome
    words = ", ".join(_build_summary_parts(log, stats))
    if outcome is Outcome.EMPTY_TRUE:
        words = ", ".join(["the platform says there is nothing", *_build_remarks(log)])
    elif not (log.has_lists or log.kept or log.gaps):
        words = ", ".join(["the spider gave no rows", *_list_skipped(log)])
    sentences = [f"{outcome}: {words}.", "" if outcome.is_explanation else log.advice]
    if log.login is LoginState.EXPIRED and outcome is not Outcome.COOKIE_EXPIRED:
        sentences.append(f"This was read as a guest. {Outcome.COOKIE_EXPIRED.advice}")
    return " ".join(filter(None, [*sentences, log.notice]))


def _build_summary_parts(log: RunLog, stats: Mapping[str, Any]) -> list[str]:
    have = log.kept + log.skipped["known"] + log.skipped["given"]
    cut = [gap for gap in log.gaps if _is_rest(log, gap)]
    missing = log.count_missing() - count_outcomes(cut)
    parts = [f"{have} of {'an unknown number' if cut else have + missing.total()}"]
    for word, explained in (("explained", True), ("missing", False)):
        counts = {
            what: n for what, n in missing.most_common() if log.is_explained(what) is explained
        }
        named = ", ".join(f"{n} {what}" for what, n in counts.items())
        parts += [f"{sum(counts.values())} {word} ({named})"] if counts else []
    if cut:
        outcomes = ", ".join(count_outcomes(cut))
        parts.append(f"{pluralize(len(cut), 'list')} cut short ({outcomes})")
    for name, (noun, words) in _COUNTED.items():
        if count := stats.get(name, 0):
            parts.append(f"{pluralize(count, noun)} {words}")
    if stats.get("f2/lent"):
        parts.append("with the identity of a browser")
    if shown := stats.get("f2/captchas_shown"):
        solved = stats.get("f2/captchas_solved", 0)
        parts.append(f"{solved} of {pluralize(shown, 'captcha')} solved in the window")
    origins = Counter(listing.origin for listing in log.listings.values())
    for name in sorted(origins.keys() - {"interface", "page", "open"}):
        parts.append(f"{pluralize(origins[name], 'list')} read by {name}, the second way")
    unusual = sum(bool(listing.remarks) for listing in log.listings.values())
    if unusual:
        parts.append(f"{pluralize(unusual, 'list')} with unknown status codes beside the rows")
    parts += [*_list_skipped(log), *_build_remarks(log)]
    if any(listing.stopped == "known" for listing in log.listings.values()):
        parts.append("older ones left out: an earlier run has read them")
    return parts


def _list_skipped(log: RunLog) -> list[str]:
    skipped = sorted(log.skipped.items())
    return [f"{count} {_SKIPPED.get(reason, reason)}" for reason, count in skipped if count]


def _build_remarks(log: RunLog) -> list[str]:
    groups = log.not_taken.values()
    return list_lacking(((group.what, group.count) for group in groups), log.unreadable)


def build_report(log: RunLog, stats: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the content of F2_REPORT; `stats` are Scrapy's. Times in UTC, sizes in bytes."""
    counts = log.count_missing()
    missing = counts.total()
    explained = sum(n for outcome, n in counts.items() if log.is_explained(outcome))
    return {
        **_describe_command(log),
        "outcome": log.outcome,
        "exit_code": log.exit_code,
        "advice": log.advice,
        "login": log.login,
        "login_end": log.login_end.isoformat(timespec="seconds") if log.login_end else None,
        "summary": summarize(log, stats),
        "expected": log.expected,
        "seen": log.seen,
        "kept": log.kept,
        "skipped": dict(log.skipped),
        "failed": missing,
        "explained": explained,
        "unexplained": missing - explained,
        "gaps": [asdict(gap) for gap in log.gaps],
        "counted": dict(log.counted),
        "not_taken": [asdict(group) for group in log.not_taken.values()],
        "unreadable": dict(log.unreadable),
        "lists": [asdict(listing) for listing in log.listings.values()],
        "folders": log.folders,
        "requests": stats.get("f2/requests", 0),
        **_count_other_ways(stats),
        "retries": stats.get("f2/retry/count", 0),
        "browser_tries": stats.get("f2/browser_tries", 0),
        "renamed": stats.get("f2/renamed", 0),
        "files": stats.get("f2/files", 0),
        "bytes": stats.get("f2/bytes", 0),
        "seconds": round((now - log.started).total_seconds(), 3),
        "started": log.started.isoformat(timespec="seconds"),
        "finished": now.isoformat(timespec="seconds"),
        "closed": log.closed,
    }


def _count_other_ways(stats: Mapping[str, Any]) -> dict[str, int]:
    """Return how many answers came another way, and what a browser did for the run."""
    names = ("from_page", "from_open", "by_page", "lent", "captchas_shown", "captchas_solved")
    return {name: stats.get(f"f2/{name}", 0) for name in names}


def _describe_command(log: RunLog) -> dict[str, Any]:
    """Return what was run."""
    return {
        "spider": log.spider,
        "version": log.version,
        "arguments": log.arguments,
        "options": log.options,
    }


def _is_rest(log: RunLog, gap: Gap) -> bool:
    """Return whether the gap is the rest of a list without a count."""
    listing = log.listings.get(gap.key)
    return listing is not None and listing.expected is None and listing.seen > 0
