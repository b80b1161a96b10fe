"""The outcome of a run decides when its list runs again."""

from datetime import UTC, datetime, timedelta

import pytest

from f2scrapy.errors import Outcome
from f2scrapy.fleet.next_run import plan_next

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def wait(outcome: Outcome, failures: int = 0, kept: int = 0) -> timedelta | None:
    plan = plan_next(outcome, kept=kept, every=DAY, failures=failures, now=NOON)
    return plan.due_at - NOON if plan.due_at else None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_has_a_rule(outcome: Outcome) -> None:
    plan = plan_next(outcome, kept=3, every=DAY, failures=2, now=NOON)
    assert (plan.due_at is None) == (outcome is Outcome.BAD_INPUT)


def test_complete_list_runs_again_after_its_period_or_never() -> None:
    assert wait(Outcome.OK, failures=5) == DAY
    assert wait(Outcome.EMPTY_TRUE) == DAY
    once = plan_next(Outcome.OK, kept=3, every=None, failures=0, now=NOON)
    assert (once.due_at, once.failures) == (None, 0)


def test_deleted_works_are_no_deleted_list() -> None:
    assert wait(Outcome.DELETED, kept=812) == DAY
    assert wait(Outcome.DELETED, kept=0) == 7 * DAY
    assert wait(Outcome.PRIVATE, kept=0, failures=9) == 7 * DAY


def test_refused_list_goes_on_soon_and_each_failure_doubles_the_pause() -> None:
    waits = [wait(Outcome.RISK_CONTROL, failures=count) for count in range(3)]
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert wait(Outcome.NETWORK) == timedelta(seconds=10)
    assert wait(Outcome.DISK, failures=3) == timedelta(seconds=80)
    assert wait(Outcome.NETWORK, failures=5000) == timedelta(hours=6)


def test_news_come_once_in_a_row_of_failures() -> None:
    for outcome in (Outcome.COOKIE_EXPIRED, Outcome.INTERNAL, Outcome.BAD_INPUT):
        assert plan_next(outcome, kept=0, every=DAY, failures=0, now=NOON).is_news
    assert not plan_next(Outcome.INTERNAL, kept=0, every=DAY, failures=1, now=NOON).is_news
    assert not plan_next(Outcome.NETWORK, kept=0, every=DAY, failures=0, now=NOON).is_news


def test_fault_of_ours_is_tried_once_a_day_even_if_the_period_is_shorter() -> None:
    plan = plan_next(Outcome.INTERNAL, kept=0, every=MINUTE, failures=0, now=NOON)
    assert plan.due_at == NOON + DAY
