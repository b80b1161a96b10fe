"""Decide, by the outcome of a list's run, when it runs again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from f2scrapy.errors import Outcome

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LONGEST = 6 * _HOUR  # of a pause that grows with each failure
_RARELY = 7 * _DAY


class NextRun(NamedTuple):
    """What follows a run."""

    due_at: datetime | None  # None = never
    failures: int  # in a row
    is_news: bool  # whether a person should know


class _Rule(NamedTuple):
    """What follows an outcome; without `pause`, the list runs again after its period."""

    pause: timedelta | None = None  # before the next run
    grows: bool = False  # whether the pause doubles with each failure in a row
    is_news: bool = False


_COMPLETE = _Rule()
_SOON = _Rule(timedelta(seconds=10), grows=True)  # with another identity, or this one
_NEVER_SOON = _Rule(_RARELY)
_FAULTY = _Rule(_DAY, is_news=True)

# The pauses are ours; the identity itself rests by the limits of the pool.
_RULES = {
    Outcome.OK: _COMPLETE,
    Outcome.EMPTY_TRUE: _COMPLETE,
    Outcome.RISK_CONTROL: _SOON,
    Outcome.CAPTCHA: _SOON,
    Outcome.RATE_LIMITED: _SOON,
    Outcome.INTERRUPTED: _SOON,
    Outcome.COOKIE_EXPIRED: _Rule(_SOON.pause, grows=True, is_news=True),
    Outcome.LOGIN_REQUIRED: _Rule(_RARELY, is_news=True),
    Outcome.REGION: _Rule(_RARELY, is_news=True),
    Outcome.PRIVATE: _NEVER_SOON,
    Outcome.DELETED: _NEVER_SOON,
    Outcome.PROHIBITED: _NEVER_SOON,
    Outcome.SERVER_ERROR: _SOON,
    Outcome.NETWORK: _SOON,
    Outcome.MEDIA_BROKEN: _SOON,
    Outcome.LIST_GAP: _SOON,
    Outcome.DISK: _Rule(_SOON.pause, grows=True, is_news=True),
    Outcome.STORE: _Rule(_SOON.pause, grows=True, is_news=True),
    Outcome.SIGNATURE_REJECTED: _FAULTY,
    Outcome.SCHEMA_CHANGED: _FAULTY,
    Outcome.INTERNAL: _FAULTY,
}


def plan_next(
    outcome: Outcome, *, kept: int, every: timedelta | None, failures: int, now: datetime
) -> NextRun:
    """Return what follows a run of a list.

    `kept` are the rows it has, new ones and those of earlier runs; `every` is the list's period,
    None = it is to be read to its end once. A list of which single works are deleted, or private,
    is complete; one that is so itself has no rows.
    """
    if outcome is Outcome.BAD_INPUT:
        return NextRun(None, failures + 1, is_news=True)
    rule = _COMPLETE if outcome.is_explanation and kept else _RULES[outcome]
    if rule.pause is None:
        return NextRun(now + every if every else None, 0, is_news=False)
    pause = max(rule.pause, every) if every and not rule.grows else rule.pause
    if rule.grows:
        pause = min(pause * 2.0 ** min(failures, 20), _LONGEST)
    return NextRun(now + pause, failures + 1, is_news=rule.is_news and not failures)
