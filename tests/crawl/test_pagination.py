"""One list, page by page, without a request."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from f2scrapy.crawl.extensions.ledger import Ledger
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.pagination import EMPTY_PAGES, HOPELESS, ONCE_MORE, Limits, Pagination
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.fields import Moment
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.endpoints.posts import UserPost

FIRST = UserPost(sec_user_id="MS4w")
DAY = 86_400
NOW = 1_700_000_000


class Work(Item):
    platform: ClassVar = "test"
    kind: ClassVar = "work"
    number: int
    create_time: Moment = None
    is_top: int = 0
    hidden: bool = False
    replies: int = 0

    def model_post_init(self, context: Any) -> None:
        self.state = Outcome.PRIVATE if self.hidden else Outcome.OK

    @property
    def id(self) -> str:
        return str(self.number)

    @property
    def hanging(self) -> int:
        return self.replies


def row(number: int, **more: Any) -> dict[str, Any]:
    """Work `number`, as many days old."""
    return {"number": number, "create_time": NOW - number * DAY, **more}


def page(*rows: Any, more: int = 1) -> dict[str, Any]:
    oldest = min((r["create_time"] for r in rows if not r.get("is_top")), default=NOW)
    return {"aweme_list": list(rows), "has_more": more, "max_cursor": oldest * 1000}


@pytest.fixture
def walk():  # type: ignore[no-untyped-def]
    ledger = Ledger("test", MemoryStatsCollector(get_crawler()), reason="finished", finished=True)

    def make(expected: int | None = None, **limits: Any) -> Walk:
        made = Pagination(ledger.listing("test:1"), ledger, Work, "post", Limits(**limits),
                    newest_first=True)  # fmt: skip
        made.enter(FIRST)
        made.expect(expected)
        return made

    return make


def go(walk: Pagination, *pages: dict[str, Any]) -> tuple[list[int], Any]:
    """The numbers of the works given, and the endpoint that would be asked for after the pages."""
    endpoint: Any = FIRST
    numbers = []
    for one in pages:
        walk.enter(endpoint)
        numbers += [item.number for item in walk.items(endpoint, one)]  # type: ignore[attr-defined]
        endpoint = walk.following(endpoint, one)
    return numbers, endpoint


def test_walks_to_the_end(walk) -> None:
    made = walk(expected=3)
    assert go(made, page(row(1), row(2)), page(row(3), more=0)) == ([1, 2, 3], None)
    assert made.complete
    assert made.ledger.gaps == []


def test_nothing_is_asked_for_that_cannot_be_written(walk) -> None:
    made = walk(expected=100)
    for number in range(HOPELESS - 1):
        made.ledger.gap(f"test:work:{number}", Outcome.DISK, "full")
    assert go(made, page(row(1)))[1] is not None
    made.ledger.gap("test:work:x", Outcome.DISK, "full")
    assert go(made, page(row(2)))[1] is None
    assert (made.listing.outcome, made.listing.finished) == (Outcome.DISK, False)
    assert made.ledger.gaps[-1].count == 98


def test_repeated_rows_are_given_once(walk) -> None:
    made = walk()
    assert go(made, page(row(1), row(2)), page(row(2), row(3), more=0))[0] == [1, 2, 3]
    assert made.listing.seen == 3


def test_short_list_is_a_gap(walk) -> None:
    made = walk(expected=5)
    go(made, page(row(1), row(2), more=0), page(more=0))
    [gap] = made.ledger.gaps
    assert (gap.outcome, gap.count) == (Outcome.LIST_GAP, 3)
    assert not made.complete


@pytest.mark.parametrize(("count", "gaps"), [(9, []), (10, [1]), (2, [])])
def test_a_count_may_include_what_hangs_below(walk, count: int, gaps: list[int]) -> None:
    made = walk(expected=count)
    once_more = [page(more=0)] if gaps else []
    go(made, page(row(1, replies=4)), page(row(2), row(3, replies=2), more=0), *once_more)
    assert [gap.count for gap in made.ledger.gaps] == gaps
    assert made.listing.expected == 3 + sum(gaps)


def test_last_page_is_doubted_while_works_are_missing(walk) -> None:
    made = walk(expected=3)
    assert go(made, page(row(1), more=0), page(row(2), row(3), more=0)) == ([1, 2, 3], None)
    assert made.complete


def test_circle_is_asked_once_more_and_then_a_gap(walk) -> None:
    made = walk(expected=9)
    circle = page(row(1), row(2))
    following = go(made, circle, *[circle] * (ONCE_MORE + 1))[1]
    assert following is None
    assert made.listing.outcome is Outcome.LIST_GAP


def test_circle_after_everything_was_seen_is_the_end(walk) -> None:
    made = walk(expected=2)
    circle = page(row(1), row(2))
    assert go(made, circle, circle) == ([1, 2], None)
    assert made.complete


def test_last_page_need_not_say_where_it_would_go_on(walk) -> None:
    made = walk(expected=5)
    assert go(made, {"aweme_list": [row(1)], "has_more": 0})[1] is None
    assert [gap.outcome for gap in made.ledger.gaps] == [Outcome.LIST_GAP]


def test_list_that_was_seen_whole_need_not_say_that_it_ends(walk) -> None:
    made = walk(expected=2)
    assert go(made, {"aweme_list": [row(1), row(2)], "max_cursor": 1}) == ([1, 2], None)
    assert made.complete
    made = walk(expected=9)
    with pytest.raises(ProtocolError, match="has_more"):
        go(made, {"aweme_list": [row(3), row(4)], "max_cursor": 1})


def test_empty_pages_are_passed_but_not_for_ever(walk) -> None:
    made = walk(expected=9)
    pages = [{"aweme_list": [], "has_more": 1, "max_cursor": 9000 - n} for n in range(20)]
    assert go(made, *pages[: EMPTY_PAGES - 1])[1] is not None
    made = walk(expected=9)
    assert go(made, *pages[: EMPTY_PAGES + ONCE_MORE])[1] is None


def test_pages_of_what_was_seen_are_not_turned_for_ever(walk) -> None:
    made = walk()
    pages = [page(row(1)) | {"max_cursor": 9000 - n} for n in range(20)]
    assert go(made, *pages[:EMPTY_PAGES])[1] is not None
    made = walk()
    assert go(made, *pages[: EMPTY_PAGES + 1 + ONCE_MORE])[1] is None
    assert made.listing.outcome is Outcome.LIST_GAP


def test_list_that_counts_its_rows_itself_is_held_against_that(walk) -> None:
    class Counting(UserPost):
        total: ClassVar = "total"

    made = walk()
    assert list(made.items(Counting(sec_user_id="MS4w"), page(row(1), more=0) | {"total": 3}))
    assert made.listing.expected == 3


def test_bad_row_is_one_gap_however_often_the_page_is_asked(walk) -> None:
    made = walk(expected=3)
    bad = {"aweme_list": [row(1), {"number": "?"}, "gone"], "has_more": 0, "max_cursor": 1}
    for _ in range(3):
        list(made.items(FIRST, bad))
    assert [gap.outcome for gap in made.ledger.gaps] == [Outcome.SCHEMA_CHANGED] * 2
    assert made.listing.seen == 3


def test_page_without_rows_is_no_page(walk) -> None:
    with pytest.raises(ProtocolError, match="aweme_list"):
        list(walk().items(FIRST, {"has_more": 0}))


def test_max_counts_stops_at_once_and_asks_no_more(walk) -> None:
    made = walk(expected=9, max_counts=2)
    assert go(made, page(row(1), row(2), row(3, hidden=True))) == ([1, 2], None)
    assert made.ledger.gaps == []
    assert made.listing.expected == 2
    assert not made.complete


def test_interval_shows_pinned_works_then_jumps_and_stops(walk) -> None:
    span = Interval(start=datetime.fromtimestamp(NOW - 60 * DAY, UTC),
                    end=datetime.fromtimestamp(NOW - 50 * DAY, UTC))  # fmt: skip
    made = walk(expected=100, interval=span)
    numbers, following = go(made, page(row(55, is_top=1), row(1), row(2, hidden=True)))
    assert numbers == [55, 1, 2]
    assert following.place == (NOW - 50 * DAY + 1) * 1000
    made.enter(following)
    list(made.items(following, page(row(51), row(61))))
    assert made.following(following, page(row(51), row(61))) is None
    assert made.ledger.gaps == []
    assert not made.complete


def test_known_work_stops_after_its_page(walk) -> None:
    made = walk(expected=99, frontier=frozenset({"test:work:2"}))
    assert go(made, page(row(1), row(2), row(3))) == ([1, 2, 3], None)
    assert made.complete
    assert made.listing.expected == 3, "of 99, the rest is an earlier run's"
    assert made.newest == ["test:work:1", "test:work:2", "test:work:3"]


def test_known_work_that_was_pinned_since_does_not_stop(walk) -> None:
    made = walk(frontier=frozenset({"test:work:9"}))
    numbers, following = go(made, page(row(9, is_top=1), row(1), row(2)))
    assert numbers == [9, 1, 2]
    assert following is not None
    assert "test:work:9" not in made.newest


def test_walk_entered_in_the_middle_is_not_held_against_the_count(walk) -> None:
    made = walk()
    made._places.clear()
    made.enter(FIRST.model_copy(update={"max_cursor": 5}))
    made.expect(100)
    go(made, page(row(1), more=0))
    assert made.ledger.gaps == []
    assert not made.complete


def test_private_work_is_a_gap_that_explains_itself(walk) -> None:
    made = walk(expected=2)
    go(made, page(row(1), row(2, hidden=True), more=0))
    assert [gap.outcome for gap in made.ledger.gaps] == [Outcome.PRIVATE]
    assert made.complete


def test_items_know_where_they_were_found(walk) -> None:
    [item] = walk().items(FIRST, page(row(1)))
    assert (item.source, item.mode) == ("test:1", "post")
