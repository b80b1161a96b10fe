"""The run log never calls a short list complete."""

from datetime import UTC, datetime
from typing import Any

import pytest

from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import build_report, describe_progress, summarize
from f2scrapy.errors import Outcome
from f2scrapy.model.account import LoginState
from f2scrapy.model.unreadable import Unreadable

pytestmark = pytest.mark.clock

LIST = "test:list:1"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def run_log() -> RunLog:
    return RunLog("test_thing", NOW)


def read_list(run_log: RunLog, seen: int, expected: int | None = None) -> None:
    listing = run_log.get_listing(LIST)
    listing.seen, listing.expected, listing.finished = seen, expected, True
    for number in range(seen):
        run_log.add_kept(f"test:thing:{number}")


def close(run_log: RunLog, reason: str = "finished", **stats: int) -> dict[str, Any]:
    """Return the report of the run, which ends here."""
    run_log.close_listings(reason)
    run_log.is_finished = True
    return build_report(run_log, {f"f2/{name}": value for name, value in stats.items()}, NOW)


def test_everything_kept(run_log: RunLog) -> None:
    read_list(run_log, 3, expected=3)
    report = close(run_log)
    assert report["outcome"] == "OK"
    assert report["exit_code"] == 0
    assert report["summary"].startswith("OK: 3 of 3.")


def test_nothing_there(run_log: RunLog) -> None:
    read_list(run_log, 0, expected=0)
    report = close(run_log)
    assert report["outcome"] == "EMPTY_TRUE"
    assert report["summary"] == "EMPTY_TRUE: the platform says there is nothing."


def test_rows_that_only_name_lists_do_not_count(run_log: RunLog) -> None:
    index = run_log.get_listing("test:index")
    index.seen, index.expected, index.finished, index.index = 7, 7, True, True
    read_list(run_log, 3, expected=3)
    report = close(run_log)
    assert (report["seen"], report["expected"]) == (3, 3)


def test_every_gap_explained(run_log: RunLog) -> None:
    for number in (0, 1):
        run_log.add_gap(f"test:thing:{number}", Outcome.PRIVATE, "says so", source=LIST)
    read_list(run_log, 5, expected=5)
    report = close(run_log)
    assert report["exit_code"] == 3
    assert report["summary"] == "PRIVATE: 3 of 5, 2 explained (2 PRIVATE)."
    assert run_log.is_whole(LIST)


def test_one_gap_unexplained(run_log: RunLog) -> None:
    run_log.add_gap("test:thing:0", Outcome.PRIVATE, "says so", source=LIST)
    run_log.add_gap("test:thing:1", Outcome.MEDIA_BROKEN, "HTTP 500", source=LIST)
    read_list(run_log, 5)
    report = close(run_log)
    assert (report["outcome"], report["exit_code"]) == ("MEDIA_BROKEN", 4)
    assert "3 of 5, 1 explained (1 PRIVATE), 1 missing (1 MEDIA_BROKEN). No" in report["summary"]
    assert not run_log.is_whole(LIST)


def test_rest_of_a_list_without_a_count_is_an_unknown_number(run_log: RunLog) -> None:
    read_list(run_log, seen=3)
    run_log.add_gap("thing:1", Outcome.DELETED, "x", source=LIST)
    run_log.add_refusal(LIST, Outcome.CAPTCHA, "a captcha")
    assert close(run_log)["summary"].startswith(
        "CAPTCHA: 3 of an unknown number, 1 explained (1 DELETED), 1 list cut short (CAPTCHA)."
    )


@pytest.mark.parametrize("outcome", [o for o in Outcome if o.is_refusal])
def test_refusal_is_the_outcome_beside_other_events(run_log: RunLog, outcome: Outcome) -> None:
    read_list(run_log, 5, expected=20)
    run_log.get_listing(LIST).finished = False
    run_log.add_gap("test:thing:1", Outcome.MEDIA_BROKEN, "HTTP 500")
    run_log.add_refusal(LIST, outcome, "no", cursor=17)
    report = close(run_log)
    assert (report["outcome"], report["exit_code"]) == (outcome, 5)
    assert report["lists"][0]["cursor"] == 17
    assert report["failed"] == 15 + 1


def test_list_that_was_broken_off(run_log: RunLog) -> None:
    run_log.get_listing(LIST).expected = 4
    report = close(run_log, "shutdown")
    assert (report["outcome"], report["exit_code"], report["failed"]) == ("INTERRUPTED", 4, 4)
    assert report["closed"] == "shutdown"


def test_bad_input(run_log: RunLog) -> None:
    run_log.add_gap("nonsense", Outcome.BAD_INPUT, "holds no link")
    assert close(run_log)["exit_code"] == 1


def test_one_work_is_missing_for_one_reason(run_log: RunLog) -> None:
    run_log.add_gap("test:thing:0", Outcome.PRIVATE, "says so")
    run_log.add_gap("test:thing:0", Outcome.NETWORK, "broke")
    read_list(run_log, 1)
    report = close(run_log)
    assert (report["kept"], report["failed"], report["outcome"]) == (0, 1, "PRIVATE")


def test_run_that_is_not_finished_is_not_complete(run_log: RunLog) -> None:
    read_list(run_log, 3, expected=3)
    assert build_report(run_log, {}, NOW)["outcome"] == "INTERRUPTED"
    assert run_log.exit_code == 4


def test_run_that_read_no_list_is_not_complete(run_log: RunLog) -> None:
    assert (close(run_log)["outcome"], run_log.exit_code) == ("INTERNAL", 4)


def test_run_of_a_users_own_spider_has_no_lists() -> None:
    run_log = RunLog("mysite", NOW, has_lists=False)
    run_log.add_kept("")
    report = close(run_log)
    assert (report["outcome"], report["exit_code"], report["kept"]) == ("OK", 0, 1)
    empty = RunLog("mysite", NOW, has_lists=False)
    empty.add_skipped("", "double", "")
    assert close(empty)["summary"] == "OK: the spider gave no rows, 1 double."
    assert (empty.outcome, empty.exit_code) == ("OK", 0), "whether there were any is not known"


def test_work_for_accounts_only_is_explained(run_log: RunLog) -> None:
    run_log.add_gap("test:thing:0", Outcome.LOGIN_REQUIRED, "classified", source=LIST)
    run_log.add_gap("test:thing:1", Outcome.PRIVATE, "says so", source=LIST)
    run_log.add_gap("test:thing:2", Outcome.PRIVATE, "says so", source=LIST)
    read_list(run_log, 5, expected=5)
    report = close(run_log)
    assert (report["outcome"], report["exit_code"]) == ("LOGIN_REQUIRED", 3)
    assert (report["explained"], report["unexplained"]) == (3, 0)
    assert report["summary"] == (
        "LOGIN_REQUIRED: 2 of 5, 3 explained (2 PRIVATE, 1 LOGIN_REQUIRED). "
        + Outcome.LOGIN_REQUIRED.advice
    )
    assert not run_log.is_whole(LIST), "a later run with cookies gets it"
    run_log.add_refusal("test:list:2", Outcome.LOGIN_REQUIRED, "status 8")
    assert run_log.exit_code == 5


@pytest.mark.parametrize(
    ("key", "outcome", "answered"),
    [
        ("test:thing:1", Outcome.DELETED, True),
        ("test:thing:1", Outcome.LOGIN_REQUIRED, True),
        ("test:thing:1", Outcome.NETWORK, False),
        (LIST, Outcome.PRIVATE, False),
        (LIST, Outcome.CAPTCHA, False),
    ],
)
def test_list_without_rows_is_answered_if_each_has_a_lasting_reason(
    run_log: RunLog, key: str, outcome: Outcome, answered: bool
) -> None:
    read_list(run_log, 0)
    close(run_log)
    assert run_log.is_answered
    run_log.add_gap(key, outcome, "x", source=LIST)
    assert run_log.is_answered is answered


def test_what_is_not_there_is_in_the_last_line_of_each_outcome(run_log: RunLog) -> None:
    read_list(run_log, 0)
    run_log.add_not_taken("test:thing:1", "music", "withdrawn")
    run_log.add_unreadable("test:thing:1", [Unreadable("video.fps", is_empty=False)])
    words = "1 work without music, 1 field unreadable (video.fps)"
    assert close(run_log)["summary"] == f"EMPTY_TRUE: the platform says there is nothing, {words}."
    read_list(run_log, 1)
    assert summarize(run_log) == f"OK: 1 of 1, {words}."
    run_log.add_refusal(LIST, Outcome.CAPTCHA, "x")
    assert f", {words}. Open the site" in summarize(run_log)


def test_work_missing_in_one_list_is_missing_in_the_other(run_log: RunLog) -> None:
    read_list(run_log, 2)
    other = run_log.get_listing("test:list:2")
    other.finished = True
    run_log.add_skipped("test:thing:1", "repeated", "test:list:2")
    run_log.add_gap("test:thing:1", Outcome.NETWORK, "broke", source=LIST)
    assert not run_log.is_whole(LIST)
    assert not run_log.is_whole("test:list:2")


def test_list_that_shows_a_missing_work_later_is_not_whole_either(run_log: RunLog) -> None:
    read_list(run_log, 2)
    run_log.get_listing("test:list:2").finished = True
    run_log.add_gap("test:thing:1", Outcome.NETWORK, "broke", source=LIST)
    assert run_log.is_whole("test:list:2")
    run_log.add_skipped("test:thing:1", "repeated", "test:list:2")
    assert not run_log.is_whole("test:list:2")


def test_list_that_turned_out_to_be_another_is_forgotten(run_log: RunLog) -> None:
    run_log.get_listing("test:list:short")
    run_log.forget_listing("test:list:short")
    read_list(run_log, 1, expected=1)
    report = close(run_log)
    assert [listing["source"] for listing in report["lists"]] == [LIST]
    assert report["exit_code"] == 0


def test_progress_counts_rows_that_are_done(run_log: RunLog) -> None:
    assert describe_progress(run_log) == (0, None, "no answer yet")
    read_list(run_log, 5)
    [listing] = run_log.listings.values()
    listing.seen, listing.expected, listing.noun = 20, 24, "comment"
    run_log.add_skipped("test:thing:8", "interval", LIST)
    run_log.add_gap("test:thing:9", Outcome.NETWORK, "broke")
    run_log.add_gap(listing.source, Outcome.LIST_GAP, "ended early", count=4)
    assert describe_progress(run_log) == (7, 24, "7/24 comments")


def test_one_is_no_plural(run_log: RunLog) -> None:
    read_list(run_log, 1)
    run_log.listings[LIST].noun = "comment"
    assert describe_progress(run_log) == (1, None, "1 comment")


def test_summary_says_in_words_what_was_left_out(run_log: RunLog) -> None:
    read_list(run_log, 0)
    [listing] = run_log.listings.values()
    listing.seen, listing.stopped = 21, "known"
    for number, reason in enumerate(["known", *["interval"] * 19, "repeated"]):
        run_log.add_skipped(f"test:thing:{number}", reason, LIST)
    assert close(run_log, from_page=1)["summary"] == (
        "OK: 1 of 1, 1 answer read from the site's page, 19 outside of the interval, 1 archived "
        "before, 1 seen earlier in this run, older ones left out: an earlier run has read them."
    )


def test_report_has_what_scrapy_counted_and_how_long_it_took(run_log: RunLog) -> None:
    read_list(run_log, 1)
    stats = {"f2/requests": 5, "f2/retry/count": 2, "f2/files": 3, "f2/bytes": 70}
    report = build_report(run_log, stats, NOW.replace(second=2))
    numbers = ("requests", "retries", "files", "bytes", "from_page", "seconds")
    assert [report[name] for name in numbers] == [5, 2, 3, 70, 0, 2.0]
    assert report["finished"] == "2026-11-30T12:00:02+00:00"


@pytest.mark.parametrize(
    ("outcome", "facts", "words"),
    [
        (Outcome.INTERRUPTED, {}, "Run the same command again; finished files are kept."),
        (Outcome.INTERRUPTED, {"has_files": False}, "it reads its lists from the beginning."),
        (Outcome.LIST_GAP, {}, "log in (F2_COOKIES)"),
        (Outcome.LIST_GAP, {"login": LoginState.VALID}, "own count: run again later."),
    ],
)
def test_advice_is_true_of_the_run(
    run_log: RunLog, outcome: Outcome, facts: dict[str, bool], words: str
) -> None:
    for name, value in facts.items():
        setattr(run_log, name, value)
    run_log.add_refusal(LIST, outcome, "x")
    report = close(run_log)
    assert words in report["advice"]
    assert report["summary"].endswith(report["advice"])


def test_progress_of_a_batch_is_that_of_its_links(run_log: RunLog) -> None:
    """Nothing is known of the rows of lists that were not begun: they would be 95 % for hours."""
    listings = [run_log.get_listing(f"test:list:{number}") for number in range(12)]
    assert describe_progress(run_log) == (0, 12, "0/12 lists, no answer yet")
    for listing in listings[:2]:
        listing.seen, listing.expected, listing.finished, listing.noun = 20, 20, True, "work"
    listings[2].outcome = Outcome.PRIVATE
    listings[3].seen, listings[3].expected, listings[3].noun = 5, 10, "work"
    child = run_log.get_listing("test:list:3/child")
    child.parent, child.seen = "test:list:3", 7
    for number in range(45):
        run_log.add_kept(str(number))
    assert describe_progress(run_log) == (3.5, 12, "3/12 lists, 45 works")


def test_gaps_without_end_are_counted_but_not_named(run_log: RunLog) -> None:
    """200,000 rows that cannot be read made a report of 61 MB."""
    read_list(run_log, 5, expected=30_005)
    for number in range(30_000):
        run_log.add_gap(f"{LIST}#{number}", Outcome.SCHEMA_CHANGED, "x: missing", source=LIST)
    run_log.add_gap("test:thing:x", Outcome.MEDIA_BROKEN, "HTTP 404", source=LIST)
    report = close(run_log)
    assert (report["failed"], report["unexplained"], len(report["gaps"])) == (30_001, 30_001, 1001)
    assert report["counted"] == {"SCHEMA_CHANGED": 29_000}
    assert "5 of 30006, 30001 missing (30000 SCHEMA_CHANGED, 1 MEDIA_BROKEN)" in report["summary"]
    assert not run_log.is_whole(LIST)
    assert run_log.exit_code == 4


def test_a_gap_beyond_the_named_ones_still_makes_its_lists_incomplete(run_log: RunLog) -> None:
    other = "test:list:2"
    run_log.get_listing(other).finished = True
    read_list(run_log, 0)
    for number in range(1100):
        run_log.add_gap(f"w{number}", Outcome.NETWORK, "", source="elsewhere")
    assert run_log.is_whole(LIST)
    run_log.add_skipped("w1099", "repeated", LIST)
    assert (run_log.is_whole(LIST), run_log.is_whole(other)) == (False, True)


def test_details_are_short_and_hold_no_secret(run_log: RunLog) -> None:
    run_log.add_gap("a" * 10_000, Outcome.NETWORK, f"Cookie: sessionid=SECRET\n{'x' * 100_000}")
    [gap] = close(run_log)["gaps"]
    assert "SECRET" not in gap["detail"]
    assert len(gap["detail"]) < 2100
    assert len(gap["key"]) < 2100
