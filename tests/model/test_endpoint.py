"""Requests, paging and rows of an endpoint."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import pytest

from f2scrapy.errors import InputError, ProtocolError
from f2scrapy.model.endpoint import InBody
from f2scrapy.platforms.douyin.endpoints import DouyinEndpoint
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail, UserPost
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.endpoints.live import RoomAlive
from f2scrapy.platforms.tiktok.items.live import RoomOnAir

FIRST = UserPost(sec_user_id="MS4w=")


class Search(DouyinEndpoint):
    """An interface with POST, lists, flags, nested paths, and two cursors as text."""

    url: ClassVar = "https://www.douyin.com/search/"
    method: ClassVar = "POST"
    rows_path: ClassVar = "data.list"
    has_more_path: ClassVar = "data.hasMore"
    cursor_params: ClassVar = {"offset": "data.cursor", "search_id": "log.id"}

    keyword: Annotated[str, InBody] = "猫"
    offset: int = 0
    search_id: str = ""
    is_pull: bool = True
    ids: list[int] = [1, 2]  # noqa: RUF012 - pydantic copies it


def test_query_holds_its_own_parameters_encoded() -> None:
    assert FIRST.encode_query() == "max_cursor=0&count=18&sec_user_id=MS4w%3D"


def test_post_has_a_body_and_its_content_type() -> None:
    search = Search()
    assert search.encode_query() == "offset=0&search_id=&is_pull=true&ids=1%2C2"
    assert search.encode_body() == b"keyword=%E7%8C%AB"
    assert search.build_headers()["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_get_has_no_body() -> None:
    assert FIRST.encode_body() == b""
    assert "Content-Type" not in FIRST.build_headers()


@pytest.mark.parametrize("more", [1, True, "1"])
@pytest.mark.parametrize("cursor", [1700000000000, "1700000000000"])
def test_next_page_begins_at_the_cursor(more: Any, cursor: Any) -> None:
    page = {"has_more": more, "max_cursor": cursor}
    assert not FIRST.is_last_page(page)
    assert FIRST.next_page(page).position == 1700000000000


def test_two_cursors() -> None:
    page = {"data": {"hasMore": 1, "cursor": "10"}, "log": {"id": "abc"}}
    assert Search().next_page(page) == Search(offset=10, search_id="abc")
    assert Search().next_page(page).position == (10, "abc")


@pytest.mark.parametrize("more", [0, False, "0"])
def test_last_page(more: Any) -> None:
    assert FIRST.is_last_page({"has_more": more, "max_cursor": 5})


@pytest.mark.parametrize("page", [{"max_cursor": 1}, {"has_more": None}])
def test_last_page_without_has_more_raises(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="has_more"):
        FIRST.is_last_page(page)


@pytest.mark.parametrize("page", [{"has_more": 1}, {"has_more": 1, "max_cursor": "soon"}])
def test_next_page_without_a_cursor_raises(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="max_cursor: cannot go on at"):
        FIRST.next_page(page)


def test_single_items_have_no_next_page() -> None:
    assert PostDetail(aweme_id="7").is_last_page({"has_more": 1})
    assert PostDetail(aweme_id="7").position is None


def test_page_size_and_start() -> None:
    assert FIRST.with_page_size(5).count == 5
    assert FIRST.start_at(datetime(2024, 1, 1, tzinfo=UTC)).position == 1704067200000
    with pytest.raises(InputError, match="no size that can be chosen"):
        UserProfile(sec_user_id="a").with_page_size(5)
    with pytest.raises(InputError, match="a page holds 20 at most"):
        FIRST.with_page_size(21)


def test_null_rows_are_empty_beside_has_more() -> None:
    assert FIRST.read_rows({"aweme_list": None, "has_more": 0}) == []


@pytest.mark.parametrize(
    "page", [{}, {"aweme_list": None}, {"aweme_list": {}}, {"has_more": 1}, {"aweme_list": ""}]
)
def test_rows_of_an_unknown_shape(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="aweme_list: expected a list"):
        FIRST.read_rows(page)


@pytest.mark.parametrize("more", [0, False, "0"])
def test_null_at_a_dotted_path_is_an_empty_list(more: Any) -> None:
    assert Search().read_rows({"data": {"list": None, "hasMore": more}}) == []


@pytest.mark.parametrize(
    "data", [{"hasMore": 0}, {"list": None}, {"list": None, "hasMore": 1}, None, []]
)
def test_missing_rows_at_a_dotted_path_raise(data: Any) -> None:
    with pytest.raises(ProtocolError, match=r"data\.list: expected a list"):
        Search().read_rows({"data": data})


def test_rows_below_a_path() -> None:
    assert Search().read_rows({"data": {"list": [1]}}) == [1]


def test_single_item_counts_as_one_row() -> None:
    assert PostDetail(aweme_id="7").read_rows({"aweme_detail": {"a": 1}}) == [{"a": 1}]


def test_missing_row_of_a_room_raises() -> None:
    row = {"alive": False, "room_id": 7}
    assert RoomAlive(room_id="7").read_rows({"data": [{"room_id": 8}, row]}) == [row]
    for rows in ([], [{"room_id": 8}]):
        with pytest.raises(ProtocolError, match="expected room 7"):
            RoomAlive(room_id="7").read_rows({"data": rows})


def test_rows_of_several_rooms_come_in_the_order_of_the_request() -> None:
    rows = [{"alive": True, "room_id": 8}, {"alive": False, "room_id_str": "7"}]
    found = RoomAlive(room_id="7,9,8").read_rows({"data": rows})
    assert found == [rows[1], {"room_id_str": "9"}, rows[0]]
    [_, gap, _] = found
    with pytest.raises(ProtocolError):  # the answer does not say that room 9 is over
        RoomOnAir.from_row(gap)
