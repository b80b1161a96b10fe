"""The sandbox's searches: what pages hold, and what they want to be told."""

import json
from typing import Any

import pytest

from f2scrapy.sandbox.douyin.search import videos
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.search_index import HOLE
from f2scrapy.sandbox.state import World


def ask(world: World, **params: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in params.items())
    address = f"www.douyin.com/aweme/v1/web/search/item/?keyword=clean200&{query}"
    answer: dict[str, Any] = json.loads(videos(Ask.of("GET", address), world).answer().body)
    return answer


def test_places_of_the_hole_are_empty_and_more_follows() -> None:
    world = World()
    first = ask(world, count=10)
    page = ask(world, count=10, offset=HOLE.start + 10, search_id=first["log_pb"]["impr_id"])
    assert (page["data"], page["has_more"], page["cursor"]) == ([], True, str(HOLE.stop))
    assert not world.report.violations


@pytest.mark.parametrize("told", ["", "20261101ABC"])
def test_page_that_is_not_told_the_search_it_belongs_to_is_noted(told: str) -> None:
    world = World()
    ask(world, count=10, offset=10, search_id=told)
    assert [what for _, what in world.report.violations] == ["search_id of another search"]


def test_filters_leave_what_they_say() -> None:
    world = World()
    albums = ask(world, count=20, content_type=2)["data"]
    assert len(albums) == 20
    assert all(card["aweme_info"]["images"] for card in albums)
    week = ask(world, count=20, publish_time=7)["data"]
    assert len(week) == 7
    liked = [card["aweme_info"]["statistics"]["digg_count"]
             for card in ask(world, count=20, sort_type=1)["data"]]  # fmt: skip
    assert len(set(liked)) > 1
    assert liked == sorted(liked, reverse=True)
