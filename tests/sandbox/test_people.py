"""Lists of users and comments, turned page by page without a server: nobody lost, nobody made."""

import json
import tracemalloc
from typing import Any

import pytest

from f2scrapy.platforms.douyin.endpoints.comments import CommentReply, PostComment
from f2scrapy.platforms.douyin.endpoints.users import FOLLOWERS, FOLLOWING, UserProfile
from f2scrapy.sandbox import routes
from f2scrapy.sandbox.catalogue import User, work_at
from f2scrapy.sandbox.comments import replies_in, threads
from f2scrapy.sandbox.douyin.users import person
from f2scrapy.sandbox.http_types import Ask, Page
from f2scrapy.sandbox.state import Options, World
from f2scrapy.sandbox.works import comment_count

CROWD = User(900, "crowd", 0, followers=130, following=45)
MANY = User(901, "many", 0, followers=100_000)
WORLD = World(Options(users=(CROWD, MANY)))
TALK = next(
    work
    for work in (work_at(WORLD.catalogue.by_name["clean200"], n) for n in range(200))
    if 150 < comment_count(work) < 200
)


def answer(endpoint: Any) -> dict[str, Any]:
    ask = Ask.of("GET", f"{endpoint.url.removeprefix('https://')}?{endpoint.query()}")
    found = routes.find(ask, WORLD).answer(ask, WORLD)
    told: dict[str, Any] = json.loads((found.answer() if isinstance(found, Page) else found).body)
    return told


def turned(endpoint: Any) -> list[dict[str, Any]]:
    """All rows, in the order in which an honest reader meets them."""
    rows = []
    for _ in range(200):
        page = answer(endpoint)
        rows += endpoint.rows_of(page)
        if endpoint.ended(page):
            return rows
        endpoint = endpoint.turned(page)
    pytest.fail(f"turns in circles at {endpoint.place}")


LISTS = [(1, FOLLOWERS), (2, FOLLOWERS), (1, FOLLOWING), (3, FOLLOWING), (4, FOLLOWING)]


@pytest.mark.parametrize(("source_type", "lists"), LISTS)
@pytest.mark.parametrize("count", [2, 7, 20])
def test_each_order_shows_everybody(source_type: int, lists: Any, count: int) -> None:
    first = lists[source_type](sec_user_id=CROWD.sec_user_id, count=count)
    met = list(dict.fromkeys(row["sec_uid"] for row in turned(first)))
    total = CROWD.followers if lists is FOLLOWERS else CROWD.following
    everybody = [person(CROWD, first.rows, position)["sec_uid"] for position in range(total)]
    assert met == (everybody[::-1] if source_type == 3 else everybody)


def test_pages_that_turn_by_time_show_one_row_again() -> None:
    first = FOLLOWERS[1](sec_user_id=CROWD.sec_user_id)
    page = answer(first)
    assert (page["offset"], page["has_more"], page["total"]) == (0, True, 130)
    again = answer(first.turned(page))["followers"][0]
    assert again == page["followers"][-1]


def test_the_profile_counts_the_same_people() -> None:
    user = answer(UserProfile(sec_user_id=CROWD.sec_user_id))["user"]
    assert (user["follower_count"], user["following_count"]) == (130, 45)


@pytest.mark.parametrize(("sec_user_id", "source_type"), [("MS4wNobody", 1), (None, 9)])
def test_what_it_does_not_know_it_refuses(sec_user_id: str | None, source_type: int) -> None:
    first = FOLLOWERS[1](sec_user_id=sec_user_id or CROWD.sec_user_id, source_type=source_type)
    assert answer(first)["status_code"] != 0


def test_a_hundred_thousand_followers_are_never_held() -> None:
    first = FOLLOWERS[1](sec_user_id=MANY.sec_user_id, max_time=1_780_000_000)
    tracemalloc.start()
    assert len(answer(first)["followers"]) == 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_comments_and_replies_are_as_many_as_the_work_counts() -> None:
    tops = {row["cid"]: row for row in turned(PostComment(aweme_id=str(TALK.aweme_id)))}
    assert len(tops) == threads(TALK)
    below = [
        reply
        for cid in tops
        for reply in turned(CommentReply(item_id=str(TALK.aweme_id), comment_id=cid, count=7))
    ]
    assert len({reply["cid"] for reply in below} | tops.keys()) == comment_count(TALK)
    assert sum(replies_in(TALK, thread) for thread in range(len(tops))) == len(below)
    assert {reply["reply_id"] for reply in below} <= tops.keys()


def test_a_work_nobody_can_see_has_no_comments() -> None:
    page = answer(PostComment(aweme_id="7"))
    assert (page["comments"], page["has_more"], page["total"]) == (None, 0, 0)
