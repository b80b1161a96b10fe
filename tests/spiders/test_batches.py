"""Batches of lists: a refused identity asks no further, and the next run goes on with the rest."""

from __future__ import annotations

from typing import Any

import pytest
from support.crawling import Crawler, Play, Run

from f2scrapy.sandbox.catalogue import User

NAMES = [f"batch{number}" for number in range(12)]
USERS = tuple(User(900 + n, name, 3) for n, name in enumerate(NAMES))
ACCOUNT = {"F2_COOKIE": "sessionid=f2sandboxsession"}
TRIES = 6  # of one request, with F2_RETRIES=5


def run_batch(crawl: Crawler, *words: str, **settings: str) -> Run:
    urls = " ".join(crawl.sandbox.get_user_url(name) for name in NAMES)
    return crawl("douyin_user_post", "-a", f"url={urls}", *words, F2_MEDIA="", **settings)


def get_outcomes(crawl: Crawler, run: Run) -> list[str]:
    """Return the outcome of each user's list, in the order of the users."""
    lists = {listing["source"]: listing for listing in run.report["lists"]}
    ids = [crawl.sandbox.state.catalogue.by_name[name].sec_user_id for name in NAMES]
    return [lists[f"douyin:post:{one}"]["outcome"] for one in ids]


@pytest.mark.parametrize(
    ("fault", "outcome", "tries"),
    [
        ("empty@6~list", "RISK_CONTROL", TRIES),
        ("rate_limit@6~list", "RATE_LIMITED", TRIES),
        ("captcha@6~list", "CAPTCHA", 2),
        ("login@6~list", "COOKIE_EXPIRED", 1),
    ],
)
@pytest.mark.parametrize("account", [ACCOUNT, {}], ids=["account", "guest"])
def test_batch_costs_the_tries_of_one_list(
    play: Play, fault: str, outcome: str, tries: int, account: dict[str, str]
) -> None:
    if outcome == "COOKIE_EXPIRED" and not account:
        pytest.skip("a guest has no login")
    crawl = play(fault, users=USERS)
    run = run_batch(crawl, **account)
    assert (run.code, run.outcome, run.report["kept"]) == (5, outcome, 15)
    assert sorted(get_outcomes(crawl, run)) == sorted(["OK"] * 5 + [outcome] + ["INTERRUPTED"] * 6)
    asked = crawl.take_report()
    assert asked["list_requests"] == 5 + tries
    assert asked["violations"] == []
    details = {gap["detail"] for gap in run.report["gaps"] if gap["outcome"] == "INTERRUPTED"}
    assert details == {f"not asked: the platform refuses this identity ({outcome})"}


def test_next_run_begins_with_the_unfinished_lists(play: Play) -> None:
    crawl = play("captcha@6~list", users=USERS)
    first = get_outcomes(crawl, run_batch(crawl))
    crawl.sandbox.state.faults.active.clear()
    crawl.sandbox.state.switch_on("captcha@8~list")
    second = run_batch(crawl)
    after = get_outcomes(crawl, second)
    not_begun = [n for n, outcome in enumerate(first) if outcome == "INTERRUPTED"]
    refused = first.index("CAPTCHA")
    assert [after[n] for n in [*not_begun, refused]] == ["OK"] * 7
    assert "7 lists that an earlier run did not finish first" in second.log

    crawl.sandbox.state.faults.active.clear()
    third = run_batch(crawl)
    assert (third.code, third.report["kept"]) == (0, 36)
    fourth = run_batch(crawl)
    assert "did not finish" not in fourth.log


def test_one_slip_of_the_platform_ends_no_batch(play: Play) -> None:
    crawl = play("empty:3~list", users=USERS)
    run = run_batch(crawl)
    assert (run.code, run.report["kept"]) == (0, 36)
    assert crawl.take_report()["list_requests"] == 12 + 3


def test_list_that_is_half_read_keeps_its_cursor(play: Play) -> None:
    crawl = play("captcha@4~list")
    urls = " ".join(crawl.sandbox.get_user_url(name) for name in ("clean200", "demo"))
    run = crawl("douyin_user_post", "-a", f"url={urls}", F2_MEDIA="")
    assert run.code == 5
    lists: list[dict[str, Any]] = run.report["lists"]
    cut = [listing for listing in lists if listing["outcome"] != "OK"]
    assert all(listing["cursor"] for listing in cut if listing["seen"])
