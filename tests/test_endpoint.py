"""Paging is data of the interface, testable without Scrapy."""

from typing import Any

import pytest

from f2scrapy.douyin.endpoints import PostDetail, UserPost
from f2scrapy.errors import ProtocolError

FIRST = UserPost(sec_user_id="MS4w=")


def test_query_holds_its_own_parameters_encoded() -> None:
    assert FIRST.query() == "max_cursor=0&count=18&sec_user_id=MS4w%3D"


@pytest.mark.parametrize("more", [1, True, "1"])
@pytest.mark.parametrize("cursor", [1700000000000, "1700000000000"])
def test_next_page_begins_at_the_cursor(more: Any, cursor: Any) -> None:
    following = FIRST.next({"has_more": more, "max_cursor": cursor})
    assert following == UserPost(sec_user_id="MS4w=", max_cursor=1700000000000)


@pytest.mark.parametrize("more", [0, False, "0"])
def test_last_page(more: Any) -> None:
    assert FIRST.next({"has_more": more, "max_cursor": 5}) is None


@pytest.mark.parametrize("page", [{"max_cursor": 1}, {"has_more": 1}, {"has_more": None}])
def test_a_page_that_does_not_say_how_to_go_on(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match=r"has_more|max_cursor"):
        FIRST.next(page)


def test_single_things_have_no_next_page() -> None:
    assert PostDetail(aweme_id="7").next({"has_more": 1}) is None


def test_null_is_an_empty_list_where_the_answer_is_a_page() -> None:
    assert FIRST.rows_of({"aweme_list": None, "has_more": 0}) == []


@pytest.mark.parametrize(
    "page", [{}, {"aweme_list": None}, {"aweme_list": {}}, {"has_more": 1}, {"aweme_list": ""}]
)
def test_rows_of_an_unknown_shape(page: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="aweme_list: expected a list"):
        FIRST.rows_of(page)


def test_one_thing_counts_as_one_row() -> None:
    assert PostDetail(aweme_id="7").rows_of({"aweme_detail": {"a": 1}}) == [{"a": 1}]
