"""Test lists of users and comments page by page without a server: complete and without extras."""

import json
import tracemalloc
from typing import Any

import pytest

from f2scrapy.platforms.douyin.endpoints.comments import CommentReply, PostComment
from f2scrapy.platforms.douyin.endpoints.follows import FOLLOWERS, FOLLOWING
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.sandbox import routes
from f2scrapy.sandbox.catalogue import User, build_work
from f2scrapy.sandbox.comments import count_replies, count_threads
from f2scrapy.sandbox.douyin.users import build_person
from f2scrapy.sandbox.http_types import Page, Request
from f2scrapy.sandbox.state import Options, State
from f2scrapy.sandbox.works import count_comments

CROWD = User(900, "crowd", 0, followers=130, following=45)
MANY = User(901, "many", 0, followers=100_000)
STATE = State(Options(users=(CROWD, MANY)))
DISCUSSED = next(
    work
    for work in (build_work(STATE.catalogue.by_name["clean200"], n) for n in range(200))
    if 150 < count_comments(work) < 200
)


def fetch_answer(endpoint: Any) -> dict[str, Any]:
    request = Request.from_target(
        "GET", f"{endpoint.url.removeprefix('https://')}?{endpoint.encode_query()}"
    )
    found = routes.find_route(request, STATE).handler(request, STATE)
    reply = found.to_reply() if isinstance(found, Page) else found
    decoded: dict[str, Any] = json.loads(reply.body)
    return decoded


def collect_rows(endpoint: Any) -> list[dict[str, Any]]:
    """Return all rows in the order a reader of all pages meets them."""
    rows = []
    for _ in range(200):
        page = fetch_answer(endpoint)
        rows += endpoint.read_rows(page)
        if endpoint.is_last_page(page):
            return rows
        endpoint = endpoint.next_page(page)
    pytest.fail(f"endless loop at {endpoint.position}")


LISTS = [(1, FOLLOWERS), (2, FOLLOWERS), (1, FOLLOWING), (3, FOLLOWING), (4, FOLLOWING)]


@pytest.mark.parametrize(("source_type", "lists"), LISTS)
@pytest.mark.parametrize("count", [2, 7, 20])
def test_each_order_shows_all_people(source_type: int, lists: Any, count: int) -> None:
    first = lists[source_type](sec_user_id=CROWD.sec_user_id, count=count)
    seen = list(dict.fromkeys(row["sec_uid"] for row in collect_rows(first)))
    total = CROWD.followers if lists is FOLLOWERS else CROWD.following
    people = [
        build_person(CROWD, first.rows_path, position)["sec_uid"] for position in range(total)
    ]
    assert seen == (people[::-1] if source_type == 3 else people)


def test_pages_by_time_repeat_one_row() -> None:
    first = FOLLOWERS[1](sec_user_id=CROWD.sec_user_id)
    page = fetch_answer(first)
    assert (page["offset"], page["has_more"], page["total"]) == (0, True, 130)
    again = fetch_answer(first.next_page(page))["followers"][0]
    assert again == page["followers"][-1]


def test_the_profile_counts_the_same_people() -> None:
    user = fetch_answer(UserProfile(sec_user_id=CROWD.sec_user_id))["user"]
    assert (user["follower_count"], user["following_count"]) == (130, 45)


@pytest.mark.parametrize(("sec_user_id", "source_type"), [("MS4wNobody", 1), (None, 9)])
def test_unknown_users_and_orders_are_refused(sec_user_id: str | None, source_type: int) -> None:
    first = FOLLOWERS[1](sec_user_id=sec_user_id or CROWD.sec_user_id, source_type=source_type)
    assert fetch_answer(first)["status_code"] != 0


def test_a_hundred_thousand_followers_take_no_memory() -> None:
    first = FOLLOWERS[1](sec_user_id=MANY.sec_user_id, max_time=1_780_000_000)
    tracemalloc.start()
    assert len(fetch_answer(first)["followers"]) == 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_comments_and_replies_match_the_count_of_the_work() -> None:
    tops = {row["cid"]: row for row in collect_rows(PostComment(aweme_id=str(DISCUSSED.aweme_id)))}
    assert len(tops) == count_threads(DISCUSSED)
    below = [
        reply
        for cid in tops
        for reply in collect_rows(
            CommentReply(item_id=str(DISCUSSED.aweme_id), comment_id=cid, count=7)
        )
    ]
    assert len({reply["cid"] for reply in below} | tops.keys()) == count_comments(DISCUSSED)
    assert sum(count_replies(DISCUSSED, thread) for thread in range(len(tops))) == len(below)
    assert {reply["reply_id"] for reply in below} <= tops.keys()


def test_an_unknown_work_has_no_comments() -> None:
    page = fetch_answer(PostComment(aweme_id="7"))
    assert (page["comments"], page["has_more"], page["total"]) == (None, 0, 0)
