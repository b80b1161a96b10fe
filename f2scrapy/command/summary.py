"""Describe the result of a run in one line: what, how much, where, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from f2scrapy.errors import Outcome
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.model.account import LoginState, ends_soon
from f2scrapy.platforms import find_platform
from f2scrapy.text import format_clock, list_lacking, make_visible

_UNITS = ("B", "kB", "MB", "GB", "TB")


def describe_report(report: Mapping[str, Any], feeds: Sequence[str] = ()) -> str:
    """Return the last line of a run by its report; `feeds` are the files of its rows."""
    outcome = Outcome(report["outcome"])
    text = _(", ").join(_iterate_parts(report))
    place = _(", ").join([*find_places(report), *feeds])
    if place:
        text += f" → {place}"
    if report["login"] == LoginState.EXPIRED and outcome is not Outcome.COOKIE_EXPIRED:
        text += f"\n{_('This was read as a guest.')} {_(Outcome.COOKIE_EXPIRED.advice)}"
    if outcome in (Outcome.OK, Outcome.EMPTY_TRUE):
        return text
    name = _(outcome)  # in English as it is in log and report
    return f"{text}\n{name}{_(': ')}{translate_message(_find_cause(report) + report['advice'])}"


def _find_cause(report: Mapping[str, Any]) -> str:
    """Return what is wrong in the command, or has ended the run, as a sentence.

    With --quiet nothing else says so; an account's budget is spent until a time, for example.
    """
    gaps = (gap for gap in report["gaps"] if gap["outcome"] == report["outcome"])
    gap = next(gaps, None)
    if gap and report["outcome"] == Outcome.BAD_INPUT:
        return make_visible(f"{gap['key']}: {gap['detail']}. ")
    if gap and report["outcome"] == Outcome.INTERRUPTED and report["closed"] != "shutdown":
        return make_visible(f"{gap['detail']}. ")
    return ""


def _iterate_parts(report: Mapping[str, Any]) -> Iterator[str]:
    kept, noun = report["kept"], _find_noun(report)
    if not kept and report["outcome"] == Outcome.EMPTY_TRUE:
        yield _("the platform says there is nothing")
    elif not kept and report.get("renamed"):
        yield _("{count} moved to other names", count=report["renamed"])
    elif not kept and report["outcome"] == Outcome.OK and report["skipped"].get("planned"):
        yield _("nothing was fetched")
    elif not kept and report["outcome"] == Outcome.OK:
        since = max((one["known_since"] for one in report["lists"]), default="")
        when = format_clock(datetime.fromisoformat(since), "%Y-%m-%d %H:%M") if since else ""
        yield _("nothing new since {when}", when=when) if when else _("nothing new")
    else:
        yield _("{count} " + noun, count=kept)
    if report["files"]:
        noun = "{count} file" if report["files"] == 1 else "{count} files"
        yield _(noun, count=report["files"])
        yield format_size(report["bytes"])
    elif kept and report["outcome"] == Outcome.OK and _records(report):
        yield _("nothing was recorded: not on air, or another process records")
    yield from _list_missing(report)
    yield from _iterate_remarks(report)


def _iterate_remarks(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what else is of interest: what was left out, and what comes next."""
    if report["kept"] and report.get("renamed"):
        yield _("{count} moved to other names", count=report["renamed"])
    groups = ((group["what"], group["count"]) for group in report["not_taken"])
    yield from map(translate_message, list_lacking(groups, report["unreadable"]))
    for name, count in report["skipped"].items():
        if text := _SKIPPED.get(name):
            yield _(text, count=count)
    if report["login"] == LoginState.NONE and report["options"].get("F2_COOKIES"):
        platform = find_platform(report["spider"])
        yield _("as a guest: the cookies hold no login of {platform}", platform=platform)
    end = report.get("login_end") and datetime.fromisoformat(report["login_end"])
    if end and ends_soon(end, datetime.fromisoformat(report["started"])):
        yield _("the login ends on {day}: log in again", day=format_clock(end, "%Y-%m-%d"))
    if report["closed"] == "shutdown":
        yield _("stopped before the end; the same command goes on")


_SKIPPED = {
    "interval": "{count} outside of the time",
    "kinds": "{count} of other kinds",
    "likes": "{count} with other numbers of likes",
    "seconds": "{count} of other lengths",
    "match": "{count} without the words",
}


def _list_missing(report: Mapping[str, Any]) -> Iterator[str]:
    counts: Counter[str] = Counter(report["counted"])
    for gap in report["gaps"]:
        counts[gap["outcome"]] += gap["count"]
    for outcome, count in counts.most_common():
        yield _("{count} missing ({why})", count=count, why=_(outcome))


def _records(report: Mapping[str, Any]) -> bool:
    """Return whether the run was to record live rooms."""
    is_of_rooms = any(one["noun"] == "room" for one in report["lists"])
    return is_of_rooms and "live" in report["options"].get("F2_MEDIA", "").split(",")


def _find_noun(report: Mapping[str, Any]) -> str:
    """Return the word for the rows, in the plural unless there is one."""
    nouns = [one["noun"] for one in report["lists"] if one["noun"] and not one["index"]]
    noun = nouns[0] if nouns else "row"
    return noun if report["kept"] == 1 else f"{noun}s"


def find_places(report: Mapping[str, Any]) -> list[str]:
    """Return the folders of the run's files; [] = it is not said, or there are none."""
    return list(report.get("folders", ()))


def format_size(count: float) -> str:
    """Return a number of bytes in units of 1000."""
    for unit in _UNITS[:-1]:
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} {_UNITS[-1]}"
