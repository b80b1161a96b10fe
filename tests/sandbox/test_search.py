"""Test the sandbox's searches: their pages and required parameters."""

import json
from typing import Any

import pytest

from f2scrapy.sandbox.douyin.search import serve_hot_search, serve_videos
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.search_index import HOLE
from f2scrapy.sandbox.state import State


def search(state: State, **params: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in params.items())
    address = f"www.douyin.com/aweme/v1/web/search/item/?keyword=clean200&{query}"
    answer: dict[str, Any] = json.loads(
        serve_videos(Request.from_target("GET", address), state).to_reply().body
    )
    return answer


def test_pages_in_the_hole_are_empty_and_not_the_last() -> None:
    state = State()
    first = search(state, count=10)
    page = search(state, count=10, offset=HOLE.start + 10, search_id=first["log_pb"]["impr_id"])
    assert (page["data"], page["has_more"], page["cursor"]) == ([], True, str(HOLE.stop))
    assert not state.report.violations


@pytest.mark.parametrize("search_id", ["", "20261101ABC"])
def test_a_page_without_the_search_id_is_noted(search_id: str) -> None:
    state = State()
    search(state, count=10, offset=10, search_id=search_id)
    assert [what for _, what in state.report.violations] == ["search_id of another search"]


def test_filters() -> None:
    state = State()
    albums = search(state, count=20, content_type=2)["data"]
    assert len(albums) == 20
    assert all(card["aweme_info"]["images"] for card in albums)
    week = search(state, count=20, publish_time=7)["data"]
    assert len(week) == 7
    liked = [card["aweme_info"]["statistics"]["digg_count"]
             for card in search(state, count=20, sort_type=1)["data"]]  # fmt: skip
    assert len(set(liked)) > 1
    assert liked == sorted(liked, reverse=True)


def test_other_parameters_of_the_board_are_noted() -> None:
    state = State()
    address = "www.douyin.com/aweme/v1/web/hot/search/list/?detail_list=1&source=7"
    serve_hot_search(Request.from_target("GET", address), state)
    assert [what for _, what in state.report.violations] == [
        "source is not 6",
        "main_billboard_count is not 5",
    ]
