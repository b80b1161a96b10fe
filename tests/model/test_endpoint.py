"""Paging is data of the interface, testable without Scrapy."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import pytest

from f2scrapy.errors import InputError, ProtocolError
from f2scrapy.model.endpoint import InBody
from f2scrapy.platforms.douyin.endpoints import DouyinEndpoint
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail, UserPost
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.endpoints.live import RoomAlive

FIRST = UserPost(sec_user_id="MS4w=")


class Search(DouyinEndpoint):
    """An interface of the other kinds: POST, lists, flags, nested paths, two cursors as text."""

    url: ClassVar = "https://www.douyin.com/search/"
    method: ClassVar = "POST"
    rows: ClassVar = "data.list"
    more: ClassVar = "data.hasMore"
    turns: ClassVar = {"offset": "data.cursor", "search_id": "log.id"}

    keyword: Annotated[str, InBody] = "猫"
    offset: int = 0
    search_id: str = ""
    is_pull: bool = True
    ids: list[int] = [1, 2]  # noqa: RUF012 - pydantic copies it


def test_query_holds_its_own_parameters_encoded() -> None:
    assert FIRST.query() == "max_cursor=0&count=18&sec_user_id=MS4w%3D"


def test_post_carries_its_body_and_says_how() -> None:
    search = Search()
    assert search.query() == "offset=0&search_id=&is_pull=true&ids=1%2C2"
    assert search.body() == b"keyword=%E7%8C%AB"
    assert search.headers()["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_get_has_no_body() -> None:
    assert FIRST.body() == b""
    assert "Content-Type" not in FIRST.headers()


@pytest.mark.parametrize("more", [1, True, "1"])
@pytest.mark.parametrize("cursor", [1700000000000, "1700000000000"])
def test_next_page_begins_at_the_cursor(more: Any, cursor: Any) -> None:
    page = {"has_more": more, "max_cursor": cursor}
    assert not FIRST.ended(page)
    assert FIRST.turned(page).place == 1700000000000


def test_pages_that_turn_by_two_values() -> None:
    page = {"data": {"hasMore": 1, "cursor": "10"}, "log": {"id": "abc"}}
    assert Search().turned(page) == Search(offset=10, search_id="abc")
    assert Search().turned(page).place == (10, "abc")


@pytest.mark.parametrize("more", [0, False, "0"])
def test_last_page(more: Any) -> None:
    assert FIRST.ended({"has_more": more, "max_cursor": 5})


@pytest.mark.parametrize("page", [{"max_cursor": 1}, {"has_more": None}])
def test_page_that_does_not_say_whether_it_goes_on(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="has_more"):
        FIRST.ended(page)


@pytest.mark.parametrize("page", [{"has_more": 1}, {"has_more": 1, "max_cursor": "soon"}])
def test_page_that_does_not_say_where_it_goes_on(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="max_cursor: cannot go on at"):
        FIRST.turned(page)


def test_single_things_have_no_next_page() -> None:
    assert PostDetail(aweme_id="7").ended({"has_more": 1})
    assert PostDetail(aweme_id="7").place is None


def test_size_and_entry() -> None:
    assert FIRST.sized(5).count == 5
    assert FIRST.entered(datetime(2024, 1, 1, tzinfo=UTC)).place == 1704067200000
    with pytest.raises(InputError, match="no size that can be chosen"):
        UserProfile(sec_user_id="a").sized(5)
    with pytest.raises(InputError, match="a page holds 20 at most"):
        FIRST.sized(21)


def test_null_is_an_empty_list_where_the_answer_is_a_page() -> None:
    assert FIRST.rows_of({"aweme_list": None, "has_more": 0}) == []


@pytest.mark.parametrize(
    "page", [{}, {"aweme_list": None}, {"aweme_list": {}}, {"has_more": 1}, {"aweme_list": ""}]
)
def test_rows_of_an_unknown_shape(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="aweme_list: expected a list"):
        FIRST.rows_of(page)


def test_rows_below_a_path() -> None:
    assert Search().rows_of({"data": {"list": [1]}}) == [1]


def test_one_thing_counts_as_one_row() -> None:
    assert PostDetail(aweme_id="7").rows_of({"aweme_detail": {"a": 1}}) == [{"a": 1}]


def test_who_says_nothing_of_a_room_does_not_say_that_it_is_over() -> None:
    row = {"alive": False, "room_id": 7}
    assert RoomAlive(room_id="7").rows_of({"data": [{"room_id": 8}, row]}) == [row]
    for rows in ([], [{"room_id": 8}]):
        with pytest.raises(ProtocolError, match="expected room 7"):
            RoomAlive(room_id="7").rows_of({"data": rows})
