"""The sandbox's pages show what its interfaces answer."""

import json
from typing import Any

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.sandbox.catalogue import GONE, Work, work_at
from f2scrapy.sandbox.douyin import lists as douyin
from f2scrapy.sandbox.douyin import pages as douyin_pages
from f2scrapy.sandbox.http_types import Answer, Ask
from f2scrapy.sandbox.state import World

SAME = {"aweme_id", "aweme_type", "desc", "create_time", "hashtag_names", "share_url", "uid",
        "nickname", "sec_user_id", "digg_count", "comment_count", "is_top", "can_comment",
        "music_id", "music_play_url", "mix_id", "mix_name", "mix_episode", "duration_ms",
        "images", "state"}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World(clock=lambda: 1_800_000_000.0)  # addresses lapse at the same second


def page(world: World, url: str) -> Answer:
    return douyin_pages.page(Ask.of("GET", url.partition("://")[2]), world)


def shown(world: World, endpoint: Endpoint) -> Any:
    answer = page(world, endpoint.page())
    if answer.status == 302:
        answer = page(world, dict(answer.headers)["Location"])
    return endpoint.from_page(answer.body.decode())


def kinds_of_work() -> list[Work]:
    users = World().catalogue.by_name
    works = [work_at(users[name], n) for name in ("mixed", "series") for n in range(12)]
    return list({work.recipe + work.user.name: work for work in works}.values())


@pytest.mark.parametrize("work", kinds_of_work(), ids=lambda work: work.recipe)
def test_work(world: World, work: Work) -> None:
    endpoint = PostDetail(aweme_id=str(work.aweme_id))
    if work.recipe in GONE:
        with pytest.raises(ProtocolError):
            shown(world, endpoint)
        return
    answer = douyin.aweme_detail(Ask.of("GET", f"{douyin.HOST}/?{endpoint.query()}"), world)
    told = Post.model_validate(json.loads(answer.body)["aweme_detail"])
    seen = Post.model_validate(shown(world, endpoint)["aweme_detail"])
    assert seen.model_dump(include=SAME) == told.model_dump(include=SAME)
    assert [file.asset for file in seen.media()] == [file.asset for file in told.media()]
    films = [post.video.renditions() if post.video else () for post in (seen, told)]
    assert {r.urls for r in films[0]} == {r.urls for r in films[1]}


def test_user(world: World) -> None:
    endpoint = UserProfile(sec_user_id=world.catalogue.by_name["private account"].sec_user_id)
    answer = douyin.profile(Ask.of("GET", f"{douyin.HOST}/?{endpoint.query()}"), world)
    assert isinstance(answer, Answer)
    answers = (json.loads(answer.body), shown(world, endpoint))
    told, seen = (User.model_validate(answer["user"]) for answer in answers)
    differ = {"gender", "user_age"}  # a page does not say
    assert seen.model_dump(exclude=differ) == told.model_dump(exclude=differ)


@pytest.mark.parametrize("path", ["video/7", "note/x", "user/MS4wLjABAAAA", "collection/7", ""])
def test_nothing_to_show(world: World, path: str) -> None:
    answer = page(world, f"https://{douyin.HOST}/{path}")
    assert answer.status == 200
    with pytest.raises(ProtocolError):
        PostDetail(aweme_id="7").from_page(answer.body.decode())
