"""Paginate a list without requests."""

import json
from collections.abc import Iterable, KeysView
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest

from f2scrapy.crawl.item_filter import Interval, ItemFilter, Span
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
from f2scrapy.platforms.douyin.items.favorites import Sound as DouyinSound
from f2scrapy.platforms.douyin.items.hashtags import Hashtag as DouyinHashtag
from f2scrapy.platforms.tiktok.endpoints.posts import UserPost as TiktokPosts
from f2scrapy.platforms.tiktok.items.hashtags import Hashtag as TiktokHashtag
from f2scrapy.platforms.tiktok.items.music import Sound as TiktokSound

pytestmark = [pytest.mark.clock, pytest.mark.usefixtures("each_key_set")]

FIRST = UserPost(sec_user_id="MS4w")
DAY = 86_400
NOW = 1_700_000_000


class Owner(Item):
    sec_user_id: str
    nickname: str = "Owner"


class Work(Item):
    platform: ClassVar = "test"
    kind: ClassVar = "work"
    number: int
    sec_user_id: str = ""
    create_time: Moment = None
    is_top: int = 0
    hidden: bool = False
    replies: int = 0
    digg_count: int | None = None

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


def test_circle_is_requested_as_another_guest_before_it_is_a_gap(paginate) -> None:
    made = paginate()
    circle = page(row(1), row(2))
    wishes = []
    for count in range(MAX_REPEATS + 2):
        made = paginate()
        read(made, circle, *[circle] * count)
        wishes.append(made.wants_other_guest)
    assert wishes == [False, False, True, False]


def test_empty_page_whose_cursor_stays_is_left_downwards(paginate) -> None:
    made = paginate()
    empty = {"aweme_list": [], "has_more": 1, "max_cursor": 1_700_000_000_000}
    week = 7 * DAY * 1000
    first = page(row(0), row(1))
    ends = [first["max_cursor"] - week * n for n in range(4)]
    read(made, first)
    endpoint = FIRST.resume_at(ends[0])
    for n in range(3):
        made.start_page(endpoint)
        assert not list(made.read_page(endpoint, empty | {"max_cursor": ends[n]}))
        endpoint = made.next_page(endpoint, empty | {"max_cursor": ends[n]})
        assert endpoint.position == ends[n + 1]


def test_empty_pages_that_stay_end_in_a_gap(paginate) -> None:
    made = paginate()
    endpoint = FIRST.resume_at(1_700_000_000_000)
    walked = 0
    while endpoint is not None and walked < 99:
        empty = {"aweme_list": [], "has_more": 1, "max_cursor": endpoint.position}
        made.start_page(endpoint)
        assert not list(made.read_page(endpoint, empty))
        endpoint, walked = made.next_page(endpoint, empty), walked + 1
    assert walked == MAX_EMPTY_PAGES + MAX_REPEATS
    assert made.run_log.outcome is Outcome.LIST_GAP


def test_an_answer_without_a_list_in_the_middle_counts_as_empty(paginate, shared: Path) -> None:
    case = shared / "reference/cases/crawl/03-empty-page-with-more.json"
    answer = json.loads(case.read_text())["answer"]
    first = TiktokPosts(secUid="MS4w", cursor=0)
    with pytest.raises(ProtocolError, match="itemList"):
        first.read_rows(answer)
    later = first.resume_at(1_792_999_999_999)
    made = paginate(first_page=later)
    assert not list(made.read_page(later, answer))
    following = made.next_page(later, answer)
    assert following.position == int(answer["cursor"])
    made.start_page(following)
    assert not list(made.read_page(following, answer))
    assert made.next_page(following, answer).position == int(answer["cursor"]) - 7 * DAY * 1000


@pytest.mark.parametrize("count", [0, 2, 1])
@pytest.mark.parametrize("rows", [(row(1), row(2)), ()])
def test_list_that_claims_more_outweighs_the_count_of_its_owner(
    paginate, count: int, rows: Any
) -> None:
    made = paginate(expected=count)
    circle = page(*rows)
    pages = MAX_REPEATS + 1 if rows else MAX_REPEATS + MAX_EMPTY_PAGES - 1
    assert read(made, circle, *[circle] * pages)[1] is None
    assert made.listing.outcome is Outcome.LIST_GAP
    assert not made.is_complete


def test_circle_after_the_lists_own_number_of_rows_is_the_end(paginate) -> None:
    class Counting(UserPost):
        total_path: ClassVar = "total"

    made = paginate(first_page=Counting(sec_user_id="MS4w"))
    circle = page(row(1), row(2)) | {"total": 2}
    assert read(made, circle, circle) == ([1, 2], None)
    assert made.is_complete


def test_count_that_the_list_has_exceeded_ends_nothing(paginate) -> None:
    made = paginate(expected=1)
    with pytest.raises(ProtocolError, match="has_more"):
        read(made, {"aweme_list": [row(1), row(2)], "max_cursor": 1})


def test_works_of_other_authors_are_not_counted_as_the_owners(paginate) -> None:
    made = paginate(expected=3)
    made.owner, made.is_own = Owner(sec_user_id="MS4w"), True
    authors = ("MS4w", "MS4x", "")  # a row without an author is the owner's
    rows = [row(n, sec_user_id=author) for n, author in enumerate(authors)]
    assert read(made, page(*rows, more=0), page(more=0)) == ([0, 1, 2], None)
    assert (made.listing.seen, made.listing.foreign) == (3, 1)
    [gap] = made.run_log.gaps
    assert (gap.outcome, gap.count) == (Outcome.LIST_GAP, 1)
    assert "1 of them of other authors" in gap.detail


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


@pytest.mark.parametrize("total", ["", {}, [], "1.2w", -1, None])
def test_number_of_rows_that_cannot_be_read_costs_no_row(paginate, total: object) -> None:
    class Counting(UserPost):
        total_path: ClassVar = "total"

    made = paginate(first_page=Counting(sec_user_id="MS4w"))
    odd = {"total": total}
    assert read(made, page(row(1)) | odd, page(row(2), more=0) | odd) == ([1, 2], None)
    assert made.is_complete
    assert made.listing.expected is None
    assert list(made.run_log.unreadable) == ([] if total is None else ["total"])


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
    made = paginate(expected=100, wanted=ItemFilter(interval=span))
    numbers, following = read(made, page(row(55, is_top=1), row(1), row(2, hidden=True)))
    assert numbers == [55, 1, 2]
    assert following.position == (NOW - 50 * DAY + 1) * 1000
    made.start_page(following)
    behind = page(row(51), row(61))
    list(made.read_page(following, behind))
    following = made.next_page(following, behind)
    assert following is not None, "one old work does not stand for all behind it"
    behind = page(*map(row, range(62, 62 + FIRST.count)))
    list(made.read_page(following, behind))
    assert made.next_page(following, behind) is None
    assert made.listing.stopped == "interval"
    assert made.run_log.gaps == []
    assert made.is_complete, "the next run with this interval can stop at its works"


def test_open_interval_skips_no_page(paginate) -> None:
    since = Interval(datetime.fromtimestamp(NOW - 30 * DAY, UTC), None)
    made = paginate(expected=100, wanted=ItemFilter(interval=since))
    numbers, following = read(made, page(row(1), row(2)))
    assert numbers == [1, 2]
    assert following.position == (NOW - 2 * DAY) * 1000


def test_known_works_within_an_interval_stop_as_known(paginate) -> None:
    since = Interval(datetime.fromtimestamp(NOW - 30 * DAY, UTC), None)
    made = paginate(wanted=ItemFilter(interval=since), known_keys=know(range(1, 21)))
    assert read(made, page(*map(row, range(1, 21))))[1] is None
    assert made.listing.stopped == "known"


def test_works_older_than_an_interval_stop_it_after_known_ones(paginate) -> None:
    since = Interval(datetime.fromtimestamp(NOW - 30 * DAY, UTC), None)
    made = paginate(wanted=ItemFilter(interval=since), known_keys=know(range(1, 31)))
    assert read(made, page(*map(row, range(15, 40))))[1] is None
    assert made.listing.stopped == "interval"


def test_max_counts_counts_wanted_works(paginate) -> None:
    liked = ItemFilter(likes=Span(10, None))
    made = paginate(expected=9, max_counts=2, wanted=liked)
    rows = [row(number, digg_count=number % 2 * 10) for number in range(1, 7)]
    assert read(made, page(*rows)) == ([1, 2, 3], None)
    assert made.listing.stopped == "max_counts"
    assert made.listing.expected is None


def know(numbers: Iterable[int]) -> KeysView[str]:
    return dict.fromkeys(f"test:work:{number}" for number in numbers).keys()


def test_whole_page_of_known_works_stops(paginate) -> None:
    made = paginate(expected=99, known_keys=know(range(3, 60)))
    pages = page(*map(row, range(18))), page(*map(row, range(18, 36)))
    assert read(made, *pages) == (list(range(36)), None)
    assert made.is_complete
    assert made.listing.expected == 36, "an earlier run has read the rest of the 99"
    assert made.newest == [f"test:work:{n}" for n in range(60)], "with those not seen again"


@pytest.mark.parametrize("known", [[0], range(17), [*range(5), *range(6, 18)]])
def test_page_with_an_unknown_work_does_not_stop(paginate, known: Iterable[int]) -> None:
    made = paginate(known_keys=know(known))
    assert read(made, page(*map(row, range(18))))[1] is not None


def test_short_pages_stop_once_they_are_a_pages_rows(paginate) -> None:
    made = paginate(known_keys=know(range(99)))
    pages = [page(*map(row, range(n, n + 6))) for n in range(0, 18, 6)]
    assert read(made, *pages[:2])[1] is not None
    made = paginate(known_keys=know(range(99)))
    assert read(made, *pages)[1] is None


def test_page_with_an_unreadable_row_does_not_stop(paginate) -> None:
    made = paginate(known_keys=know(range(99)))
    rows = [*map(row, range(18))]
    bad = {"aweme_list": [*rows, {"number": "?"}], "has_more": 1, "max_cursor": 5}
    assert read(made, bad)[1] is not None


def like_again(likes: list[int], random: Random) -> list[int]:
    """Return the likes after some days: new ones on top, old ones given again or taken back."""
    kept = [n for n in likes if random.random() > 0.1]
    again = random.sample(kept, min(len(kept), random.randrange(4)))
    top = [*again, *range(max(likes) + 1, max(likes) + 1 + random.randrange(80))]
    random.shuffle(top)
    return top + [n for n in kept if n not in again]


@pytest.mark.parametrize("seed", range(60))
def test_no_update_loses_a_work(paginate, seed: int) -> None:
    """Of any like still there, some run has seen it; the frontier moves over nothing unseen."""
    random = Random(seed)
    likes, known, got = [*range(random.randrange(1, 90))], know([]), set[int]()
    for _ in range(6):
        made = paginate(known_keys=known)
        made.listing.stopped, made.listing.seen = "", 0
        size, at = random.choice([5, 18, 18]), 0
        endpoint: Any = made.first_page
        while endpoint is not None:
            rows, at = likes[at : at + size], at + size
            answer = {"aweme_list": [{"number": n} for n in rows],
                      "has_more": int(at < len(likes)), "max_cursor": at}  # fmt: skip
            made.start_page(endpoint)
            got |= {item.number for item in made.read_page(endpoint, answer)}
            endpoint = made.next_page(endpoint, answer)
        assert made.run_log.gaps == []
        assert got >= set(likes)
        known = dict.fromkeys(made.newest).keys()
        likes = like_again(likes, random)


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


@pytest.mark.parametrize("owner", [
    TiktokHashtag.parse({"challenge": {"id": "1"}, "statsV2": {"videoCount": "9"}}),
    TiktokHashtag.parse({"challenge": {"id": "1"}, "stats": {"videoCount": 0, "viewCount": 7}}),
    DouyinHashtag.parse({"cid": "1", "user_count": 9}),
    TiktokSound.parse({"music": {"id": "1"}, "stats": {"videoCount": 9}}),
    DouyinSound.parse({"id": 1, "user_count": 9}),
])  # fmt: skip
def test_empty_list_of_an_owner_that_has_rows_is_a_gap(paginate, owner: Item) -> None:
    made = paginate()
    made.owner = owner
    assert read(made, page(more=0)) == ([], None)
    assert [(gap.key, gap.outcome) for gap in made.run_log.gaps] == [("test:1", Outcome.LIST_GAP)]


@pytest.mark.parametrize("owner", [
    TiktokHashtag.parse({"challenge": {"id": "1"}, "stats": {"videoCount": 0}}),
    DouyinHashtag.parse({"cid": "1"}), DouyinSound.parse({"id": 1, "user_count": 0}),
])  # fmt: skip
def test_empty_list_of_an_owner_without_rows_is_none(paginate, owner: Item) -> None:
    made = paginate()
    made.owner = owner
    read(made, page(more=0))
    assert made.run_log.gaps == []
