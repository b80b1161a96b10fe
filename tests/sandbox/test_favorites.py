"""Test the sandbox's liked and collected works: joined pages and required parameters."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from f2scrapy.sandbox.douyin import favorites
from f2scrapy.sandbox.http_types import Page, Request
from f2scrapy.sandbox.state import State

WEB = "www.douyin.com/aweme/v1/web"


@pytest.fixture(scope="module")
def state() -> State:
    return State()


def count_rows(
    handler: Callable[[Request, State], Any], state: State, cursor: str, query: str
) -> list[int]:
    """Return the number of rows of each page, and check that no row comes twice."""
    sizes, place, rows = [], 0, []
    while True:
        body = json.dumps({"cursor": place}).encode()
        page = handler(
            Request.from_target("POST", f"{WEB}/?{cursor}={place}&{query}", {}, body), state
        )
        assert isinstance(page, Page)
        sizes.append(len(page.rows))
        rows += [json.loads(row)[page.id_key] for row in page.rows]
        if not page.fields["has_more"]:
            assert len(set(rows)) == len(rows)
            return sizes
        place = int(page.fields[page.cursor_key])


def test_pages_join(state: State) -> None:
    demo = f"sec_user_id={state.catalogue.by_name['demo'].sec_user_id}"
    assert count_rows(favorites.serve_user_like, state, "max_cursor", f"{demo}&count=18") == [
        18,
        18,
        9,
    ]
    assert count_rows(favorites.serve_user_collection, state, "cursor", "count=50") == [20] * 7 + [
        10
    ]
    assert count_rows(favorites.serve_user_collects, state, "cursor", "") == [20, 3]
    assert count_rows(favorites.serve_user_music_collection, state, "cursor", "count=19") == [
        19,
        19,
        7,
    ]


def test_every_other_page_of_a_folder_is_empty(state: State) -> None:
    folder = f"collects_id={favorites.FOLDERS[0].id}"
    assert count_rows(favorites.serve_user_collects_video, state, "cursor", folder) == [
        20,
        0,
        20,
        0,
        10,
    ]


def test_private_likes_are_empty(state: State) -> None:
    user = state.catalogue.by_name["gap"].sec_user_id
    assert count_rows(favorites.serve_user_like, state, "max_cursor", f"sec_user_id={user}") == [0]


@pytest.mark.parametrize("body", [b"", b"cursor=5", b"[]", b"{}", b'{"cursor": 6}'])
def test_body_and_url_of_the_collection_must_agree(body: bytes) -> None:
    state = State()
    answer = favorites.serve_user_collection(
        Request.from_target("POST", f"{WEB}/?cursor=5", {}, body), state
    )
    assert not isinstance(answer, Page)
    assert state.report.violations
