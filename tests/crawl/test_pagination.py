"""One list, page by page, without a request."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.pagination import (
    MAX_DISK_GAPS,
    MAX_EMPTY_PAGES,
    MAX_REPEATS,
    Limits,
    Pagination,
)
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.fields import Moment
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.endpoints.posts import UserPost

pytestmark = pytest.mark.clock

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
    def reply_count(self) -> int:
        return self.replies


def row(number: int, **more: Any) -> dict[str, Any]:
    """Work `number`, as many days old."""
    return {"number": number, "create_time": NOW - number * DAY, **more}


def page(*rows: Any, more: int = 1) -> dict[str, Any]:
    oldest = min((r["create_time"] for r in rows if not r.get("is_top")), default=NOW)
    return {"aweme_list": list(rows), "has_more": more, "max_cursor": oldest * 1000}


@pytest.fixture
def paginate():  # type: ignore[no-untyped-def]
    """paginate(expected=9, max_counts=2): the state of reading a list of so many rows."""
    run_log = RunLog("test", datetime.now(UTC), closed="finished", is_finished=True)

    def make(
        expected: int | None = None, first_page: UserPost = FIRST, **limits: Any
    ) -> Pagination:
        return Pagination(
            run_log.get_listing("test:1"), run_log, Work, "post", first_page, Limits(**limits),
            expected=expected, newest_first=True,
        )  # fmt: skip

    return make


def read(pagination: Pagination, *pages: dict[str, Any]) -> tuple[list[int], Any]:
    """Return the numbers of the works, and the endpoint of the page to request after the pages."""
    endpoint: Any = pagination.first_page
    numbers = []
    for one in pages:
        pagination.start_page(endpoint)
        items = pagination.read_page(endpoint, one)
        numbers += [item.number for item in items]  # type: ignore[attr-defined]
        endpoint = pagination.next_page(endpoint, one)
    return numbers, endpoint


def test_list_is_read_to_its_end(paginate) -> None:
    made = paginate(expected=3)
    assert read(made, page(row(1), row(2)), page(row(3), more=0)) == ([1, 2, 3], None)
    assert made.is_complete
    assert made.run_log.gaps == []


def test_no_page_is_requested_when_nothing_can_be_written(paginate) -> None:
    made = paginate(expected=100)
    for number in range(MAX_DISK_GAPS - 1):
        made.run_log.add_gap(f"test:work:{number}", Outcome.DISK, "full")
    assert read(made, page(row(1)))[1] is not None
    made.run_log.add_gap("test:work:x", Outcome.DISK, "full")
    assert read(made, page(row(2)))[1] is None
    assert (made.listing.outcome, made.listing.finished) == (Outcome.DISK, False)
    assert made.run_log.gaps[-1].count == 98


def test_repeated_rows_are_given_once(paginate) -> None:
    made = paginate()
    assert read(made, page(row(1), row(2)), page(row(2), row(3), more=0))[0] == [1, 2, 3]
    assert made.listing.seen == 3


def test_short_list_is_a_gap(paginate) -> None:
    made = paginate(expected=5)
    read(made, page(row(1), row(2), more=0), page(more=0))
    [gap] = made.run_log.gaps
    assert (gap.outcome, gap.count) == (Outcome.LIST_GAP, 3)
    assert not made.is_complete


@pytest.mark.parametrize(("count", "gaps"), [(9, []), (10, [1]), (2, [])])
def test_a_count_may_include_what_hangs_below(paginate, count: int, gaps: list[int]) -> None:
    made = paginate(expected=count)
    once_more = [page(more=0)] if gaps else []
    read(made, page(row(1, replies=4)), page(row(2), row(3, replies=2), more=0), *once_more)
    assert [gap.count for gap in made.run_log.gaps] == gaps
    assert made.listing.expected == 3 + sum(gaps)


def test_last_page_is_doubted_while_works_are_missing(paginate) -> None:
    made = paginate(expected=3)
    assert read(made, page(row(1), more=0), page(row(2), row(3), more=0)) == ([1, 2, 3], None)
    assert made.is_complete


def test_circle_is_requested_again_and_then_a_gap(paginate) -> None:
    made = paginate(expected=9)
    circle = page(row(1), row(2))
    following = read(made, circle, *[circle] * (MAX_REPEATS + 1))[1]
    assert following is None
    assert made.listing.outcome is Outcome.LIST_GAP


def test_circle_after_everything_was_seen_is_the_end(paginate) -> None:
    made = paginate(expected=2)
    circle = page(row(1), row(2))
    assert read(made, circle, circle) == ([1, 2], None)
    assert made.is_complete


def test_last_page_need_not_say_where_it_would_go_on(paginate) -> None:
    made = paginate(expected=5)
    assert read(made, {"aweme_list": [row(1)], "has_more": 0})[1] is None
    assert [gap.outcome for gap in made.run_log.gaps] == [Outcome.LIST_GAP]


def test_list_that_was_seen_whole_need_not_say_that_it_ends(paginate) -> None:
    made = paginate(expected=2)
    assert read(made, {"aweme_list": [row(1), row(2)], "max_cursor": 1}) == ([1, 2], None)
    assert made.is_complete
    made = paginate(expected=9)
    with pytest.raises(ProtocolError, match="has_more"):
        read(made, {"aweme_list": [row(3), row(4)], "max_cursor": 1})


def test_empty_pages_are_passed_but_not_for_ever(paginate) -> None:
    made = paginate(expected=9)
    pages = [{"aweme_list": [], "has_more": 1, "max_cursor": 9000 - n} for n in range(20)]
    assert read(made, *pages[: MAX_EMPTY_PAGES - 1])[1] is not None
    made = paginate(expected=9)
    assert read(made, *pages[: MAX_EMPTY_PAGES + MAX_REPEATS])[1] is None


def test_pages_of_what_was_seen_are_not_turned_for_ever(paginate) -> None:
    made = paginate()
    pages = [page(row(1)) | {"max_cursor": 9000 - n} for n in range(20)]
    assert read(made, *pages[:MAX_EMPTY_PAGES])[1] is not None
    made = paginate()
    assert read(made, *pages[: MAX_EMPTY_PAGES + 1 + MAX_REPEATS])[1] is None
    assert made.listing.outcome is Outcome.LIST_GAP


def test_list_that_counts_its_rows_itself_is_held_against_that(paginate) -> None:
    class Counting(UserPost):
        total_path: ClassVar = "total"

    made = paginate()
    assert list(made.read_page(Counting(sec_user_id="MS4w"), page(row(1), more=0) | {"total": 3}))
    assert made.listing.expected == 3


def test_bad_row_is_one_gap_however_often_the_page_is_read(paginate) -> None:
    made = paginate(expected=3)
    bad = {"aweme_list": [row(1), {"number": "?"}, "gone"], "has_more": 0, "max_cursor": 1}
    for _ in range(3):
        list(made.read_page(FIRST, bad))
    assert [gap.outcome for gap in made.run_log.gaps] == [Outcome.SCHEMA_CHANGED] * 2
    assert made.listing.seen == 3


def test_page_without_rows_is_no_page(paginate) -> None:
    with pytest.raises(ProtocolError, match="aweme_list"):
        list(paginate().read_page(FIRST, {"has_more": 0}))


def test_max_counts_stops_at_once_and_requests_no_more(paginate) -> None:
    made = paginate(expected=9, max_counts=2)
    assert read(made, page(row(1), row(2), row(3, hidden=True))) == ([1, 2], None)
    assert made.run_log.gaps == []
    assert made.listing.expected == 2
    assert not made.is_complete


def test_interval_shows_pinned_works_then_jumps_and_stops(paginate) -> None:
    span = Interval(start=datetime.fromtimestamp(NOW - 60 * DAY, UTC),
                    end=datetime.fromtimestamp(NOW - 50 * DAY, UTC))  # fmt: skip
    made = paginate(expected=100, interval=span)
    numbers, following = read(made, page(row(55, is_top=1), row(1), row(2, hidden=True)))
    assert numbers == [55, 1, 2]
    assert following.position == (NOW - 50 * DAY + 1) * 1000
    made.start_page(following)
    list(made.read_page(following, page(row(51), row(61))))
    assert made.next_page(following, page(row(51), row(61))) is None
    assert made.run_log.gaps == []
    assert not made.is_complete


def test_known_work_stops_after_its_page(paginate) -> None:
    made = paginate(expected=99, known_keys=frozenset({"test:work:2"}))
    assert read(made, page(row(1), row(2), row(3))) == ([1, 2, 3], None)
    assert made.is_complete
    assert made.listing.expected == 3, "an earlier run has read the rest of the 99"
    assert made.newest == ["test:work:1", "test:work:2", "test:work:3"]


def test_known_work_that_was_pinned_since_does_not_stop(paginate) -> None:
    made = paginate(known_keys=frozenset({"test:work:9"}))
    numbers, following = read(made, page(row(9, is_top=1), row(1), row(2)))
    assert numbers == [9, 1, 2]
    assert following is not None
    assert "test:work:9" not in made.newest


def test_list_read_from_its_middle_is_not_held_against_the_count(paginate) -> None:
    made = paginate(expected=100, first_page=FIRST.model_copy(update={"max_cursor": 5}))
    read(made, page(row(1), more=0))
    assert made.run_log.gaps == []
    assert not made.is_complete


def test_private_work_is_a_gap_that_explains_itself(paginate) -> None:
    made = paginate(expected=2)
    read(made, page(row(1), row(2, hidden=True), more=0))
    assert [gap.outcome for gap in made.run_log.gaps] == [Outcome.PRIVATE]
    assert made.is_complete


def test_items_know_where_they_were_found(paginate) -> None:
    [item] = paginate().read_page(FIRST, page(row(1)))
    assert (item.source, item.mode) == ("test:1", "post")
