"""The sandbox's liked and collected works: pages that join, and what they ask for."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from f2scrapy.sandbox.douyin import favorites as account
from f2scrapy.sandbox.http_types import Ask, Page
from f2scrapy.sandbox.state import World

WEB = "www.douyin.com/aweme/v1/web"


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def walk(answer: Callable[[Ask, World], Any], world: World, cursor: str, query: str) -> list[int]:
    """How many rows each page has; no row comes twice."""
    sizes, place, rows = [], 0, []
    while True:
        body = json.dumps({"cursor": place}).encode()
        page = answer(Ask.of("POST", f"{WEB}/?{cursor}={place}&{query}", {}, body), world)
        assert isinstance(page, Page)
        sizes.append(len(page.rows))
        rows += [json.loads(row)[page.id_key] for row in page.rows]
        if not page.fields["has_more"]:
            assert len(set(rows)) == len(rows)
            return sizes
        place = int(page.fields[page.cursor_key])


def test_pages_join(world: World) -> None:
    demo = f"sec_user_id={world.catalogue.by_name['demo'].sec_user_id}"
    assert walk(account.user_like, world, "max_cursor", f"{demo}&count=18") == [18, 18, 9]
    assert walk(account.user_collection, world, "cursor", "count=50") == [20] * 7 + [10]
    assert walk(account.user_collects, world, "cursor", "") == [20, 3]
    assert walk(account.user_music_collection, world, "cursor", "count=19") == [19, 19, 7]


def test_every_other_page_of_a_folder_is_empty(world: World) -> None:
    folder = f"collects_id={account.FOLDERS[0].id}"
    assert walk(account.user_collects_video, world, "cursor", folder) == [20, 0, 20, 0, 10]


def test_likes_of_those_who_do_not_show_them(world: World) -> None:
    user = world.catalogue.by_name["gap"].sec_user_id
    assert walk(account.user_like, world, "max_cursor", f"sec_user_id={user}") == [0]


@pytest.mark.parametrize("body", [b"", b"cursor=5", b"[]", b"{}", b'{"cursor": 6}'])
def test_the_body_of_the_collection_says_what_its_url_says(body: bytes) -> None:
    world = World()
    answer = account.user_collection(Ask.of("POST", f"{WEB}/?cursor=5", {}, body), world)
    assert not isinstance(answer, Page)
    assert world.report.violations
