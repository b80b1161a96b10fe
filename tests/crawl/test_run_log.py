"""The ledger never calls a short list complete."""

import json
from pathlib import Path

import pytest
from f2scrapy.crawl.extensions.ledger import Ledger
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from f2scrapy.crawl.skipped import Skipped
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item


class Thing(Item):
    platform = "test"
    kind = "thing"
    number: int

    @property
    def id(self) -> str:
        return str(self.number)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    stats = MemoryStatsCollector(get_crawler())
    return Ledger("test_thing", stats, str(tmp_path / "report.json"))


def walk(ledger: Ledger, seen: int, expected: int | None = None) -> None:
    listing = ledger.listing("test:list:1")
    listing.seen, listing.expected, listing.finished = seen, expected, True
    for number in range(seen):
        ledger.item_scraped(Thing(number=number))


def close(ledger: Ledger, reason: str = "finished") -> dict[str, object]:
    ledger.spider_closed(None, reason)  # type: ignore[arg-type]
    ledger.engine_stopped()
    report: dict[str, object] = json.loads(Path(ledger.report_path).read_text("utf-8"))
    return report


def test_everything_kept(ledger: Ledger) -> None:
    walk(ledger, 3, expected=3)
    report = close(ledger)
    assert report["outcome"] == "OK"
    assert report["exit_code"] == 0
    assert str(report["summary"]).startswith("OK: 3 of 3.")


def test_nothing_there(ledger: Ledger) -> None:
    walk(ledger, 0, expected=0)
    report = close(ledger)
    assert report["outcome"] == "EMPTY_TRUE"
    assert report["summary"] == "EMPTY_TRUE: the platform says there is nothing."


def test_rows_that_only_name_lists_do_not_count(ledger: Ledger) -> None:
    index = ledger.listing("test:index")
    index.seen, index.expected, index.finished, index.index = 7, 7, True, True
    walk(ledger, 3, expected=3)
    report = close(ledger)
    assert (report["seen"], report["expected"]) == (3, 3)


def test_every_gap_explained(ledger: Ledger) -> None:
    for number in (0, 1):
        ledger.gap(f"test:thing:{number}", Outcome.PRIVATE, "says so", source="test:list:1")
    walk(ledger, 5, expected=5)
    report = close(ledger)
    assert report["exit_code"] == 3
    assert report["summary"] == "PRIVATE: 3 of 5, 2 explained (2 PRIVATE)."
    assert ledger.whole("test:list:1")


def test_one_gap_unexplained(ledger: Ledger) -> None:
    ledger.gap("test:thing:0", Outcome.PRIVATE, "says so", source="test:list:1")
    ledger.gap("test:thing:1", Outcome.MEDIA_BROKEN, "HTTP 500", source="test:list:1")
    walk(ledger, 5)
    report = close(ledger)
    assert (report["outcome"], report["exit_code"]) == ("MEDIA_BROKEN", 4)
    assert "3 of 5, 1 explained (1 PRIVATE), 1 missing (1 MEDIA_BROKEN). No" in report["summary"]  # type: ignore[operator]
    assert not ledger.whole("test:list:1")


def test_nobody_knows_how_much_is_missing_of_a_list_nobody_counts(ledger: Ledger) -> None:
    walk(ledger, seen=3)
    ledger.gap("thing:1", Outcome.DELETED, "x", source="test:list:1")
    ledger.refuse("test:list:1", Outcome.CAPTCHA, "a captcha")
    assert str(close(ledger)["summary"]).startswith(
        "CAPTCHA: 3 of an unknown number, 1 explained (1 DELETED), 1 list cut short (CAPTCHA)."
    )


@pytest.mark.parametrize("outcome", [o for o in Outcome if o.is_refusal])
def test_refusal_is_the_outcome_whatever_else_happened(ledger: Ledger, outcome: Outcome) -> None:
    walk(ledger, 5, expected=20)
    ledger.listing("test:list:1").finished = False
    ledger.gap("test:thing:1", Outcome.MEDIA_BROKEN, "HTTP 500")
    ledger.refuse("test:list:1", outcome, "no", cursor=17)
    report = close(ledger)
    assert (report["outcome"], report["exit_code"]) == (outcome, 5)
    assert report["lists"][0]["cursor"] == 17  # type: ignore[index]
    assert report["failed"] == 15 + 1


def test_walk_that_was_broken_off(ledger: Ledger) -> None:
    ledger.listing("test:list:1").expected = 4
    report = close(ledger, "shutdown")
    assert (report["outcome"], report["exit_code"], report["failed"]) == ("INTERRUPTED", 4, 4)


def test_bad_input(ledger: Ledger) -> None:
    ledger.gap("nonsense", Outcome.BAD_INPUT, "holds no link")
    assert close(ledger)["exit_code"] == 1


def test_one_work_is_missing_for_one_reason(ledger: Ledger) -> None:
    ledger.gap("test:thing:0", Outcome.PRIVATE, "says so")
    ledger.gap("test:thing:0", Outcome.NETWORK, "broke")
    walk(ledger, 1)
    report = close(ledger)
    assert (report["kept"], report["failed"], report["outcome"]) == (0, 1, "PRIVATE")


def test_run_that_never_closed_is_not_complete(ledger: Ledger) -> None:
    ledger.spider_opened()
    walk(ledger, 3, expected=3)
    assert json.loads(Path(ledger.report_path).read_text("utf-8"))["outcome"] == "INTERRUPTED"
    assert ledger.exit_code == 4


def test_run_that_asked_for_nothing_is_not_complete(ledger: Ledger) -> None:
    assert (close(ledger)["outcome"], ledger.exit_code) == ("INTERNAL", 4)


def test_errors_in_the_log_are_not_success(ledger: Ledger) -> None:
    walk(ledger, 3)
    ledger.stats.inc_value("log_count/ERROR")
    assert close(ledger)["exit_code"] == 4


def test_work_missing_in_one_list_is_missing_in_the_other(ledger: Ledger) -> None:
    walk(ledger, 2)
    other = ledger.listing("test:list:2")
    other.finished = True
    twin = Thing(number=1, source="test:list:2")
    ledger.item_dropped(twin, Skipped("repeated"))
    ledger.gap(twin.key, Outcome.NETWORK, "broke", source="test:list:1")
    assert not ledger.whole("test:list:1")
    assert not ledger.whole("test:list:2")


def test_progress_is_what_is_done_not_what_is_shown(ledger: Ledger) -> None:
    assert ledger.progress() == (0, None, "no answer yet")
    walk(ledger, 5)
    [listing] = ledger.listings.values()
    listing.seen, listing.expected, listing.noun = 20, 24, "comment"
    ledger.item_dropped(Thing(number=8), Skipped("interval"))
    ledger.gap("test:thing:9", Outcome.NETWORK, "broke")
    ledger.gap(listing.source, Outcome.LIST_GAP, "ended early", count=4)
    assert ledger.progress() == (7, 24, "7/24 comments")


def test_one_is_no_plural(ledger: Ledger) -> None:
    walk(ledger, 1)
    ledger.listings["test:list:1"].noun = "comment"
    assert ledger.progress() == (1, None, "1 comment")


def test_what_was_left_out_is_said_in_words(ledger: Ledger) -> None:
    walk(ledger, 0)
    [listing] = ledger.listings.values()
    listing.seen, listing.stopped = 21, "known"
    for number, reason in enumerate(["known", *["interval"] * 19, "repeated"]):
        ledger.item_dropped(Thing(number=number), Skipped(reason))
    ledger.stats.inc_value("f2/from_page")
    assert close(ledger)["summary"] == (
        "OK: 1 of 1, 1 answer read from the site's page, 19 outside of the interval, 1 archived "
        "before, 1 given once already, older ones not asked for: an earlier run went through them."
    )
