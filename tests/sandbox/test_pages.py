"""Test that the sandbox's pages have the same data as its interfaces."""

import json
from typing import Any

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.sandbox.catalogue import GONE, Work, build_work
from f2scrapy.sandbox.douyin import lists, pages
from f2scrapy.sandbox.http_types import Reply, Request
from f2scrapy.sandbox.state import State

SAME = {"aweme_id", "aweme_type", "desc", "create_time", "hashtag_names", "share_url", "uid",
        "nickname", "sec_user_id", "digg_count", "comment_count", "is_top", "can_comment",
        "music_id", "music_play_url", "mix_id", "mix_name", "mix_episode", "duration_ms",
        "images", "state"}  # fmt: skip


@pytest.fixture(scope="module")
def state() -> State:
    return State(clock=lambda: 1_800_000_000.0)  # addresses expire at the same second


def fetch_page(state: State, url: str) -> Reply:
    return pages.serve_page(Request.from_target("GET", url.partition("://")[2]), state)


def read_page(state: State, endpoint: Endpoint) -> Any:
    answer = fetch_page(state, endpoint.site_page_url)
    if answer.status == 302:
        answer = fetch_page(state, dict(answer.headers)["Location"])
    return endpoint.read_site_page(answer.body.decode())


def list_works_by_recipe() -> list[Work]:
    users = State().catalogue.by_name
    works = [build_work(users[name], n) for name in ("mixed", "series") for n in range(12)]
    return list({work.recipe + work.user.name: work for work in works}.values())


@pytest.mark.parametrize("work", list_works_by_recipe(), ids=lambda work: work.recipe)
def test_work(state: State, work: Work) -> None:
    endpoint = PostDetail(aweme_id=str(work.aweme_id))
    if work.recipe in GONE:
        with pytest.raises(ProtocolError):
            read_page(state, endpoint)
        return
    answer = lists.serve_aweme_detail(
        Request.from_target("GET", f"{lists.HOST}/?{endpoint.encode_query()}"), state
    )
    from_interface = Post.model_validate(json.loads(answer.body)["aweme_detail"])
    from_site_page = Post.model_validate(read_page(state, endpoint)["aweme_detail"])
    assert from_site_page.model_dump(include=SAME) == from_interface.model_dump(include=SAME)
    # Pages do not show whether there are danmaku: they are asked for of each video.
    assert [file.asset for file in from_site_page.list_media()] == [
        file.asset
        for file in from_interface.model_copy(update={"danmaku_count": None}).list_media()
    ]
    films = [
        post.video.list_renditions() if post.video else ()
        for post in (from_site_page, from_interface)
    ]
    assert {r.urls for r in films[0]} == {r.urls for r in films[1]}


def test_user(state: State) -> None:
    endpoint = UserProfile(sec_user_id=state.catalogue.by_name["private account"].sec_user_id)
    answer = lists.serve_profile(
        Request.from_target("GET", f"{lists.HOST}/?{endpoint.encode_query()}"), state
    )
    assert isinstance(answer, Reply)
    answers = (json.loads(answer.body), read_page(state, endpoint))
    from_interface, from_site_page = (User.model_validate(answer["user"]) for answer in answers)
    differ = {"gender", "user_age"}  # pages have neither
    assert from_site_page.model_dump(exclude=differ) == from_interface.model_dump(exclude=differ)


@pytest.mark.parametrize("path", ["video/7", "note/x", "user/MS4wLjABAAAA", "collection/7", ""])
def test_pages_without_a_work(state: State, path: str) -> None:
    answer = fetch_page(state, f"https://{lists.HOST}/{path}")
    assert answer.status == 200
    with pytest.raises(ProtocolError):
        PostDetail(aweme_id="7").read_site_page(answer.body.decode())
