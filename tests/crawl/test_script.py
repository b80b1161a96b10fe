"""Crawls and downloads in the event loop of a program."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.api.session import Session
from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.list_reader import ListReader
from f2scrapy.crawl.script import crawl, download
from f2scrapy.errors import InputError, Outcome
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options


def build_options(sandbox: Sandbox, root: Path) -> dict[str, Any]:
    return {"F2_SANDBOX": sandbox.url, "F2_PATH": str(root), "F2_PACE": "0", "F2_FSYNC": False,
            "F2_BACKOFF": "0.01"}  # fmt: skip


async def read_posts(sandbox: Sandbox, root: Path) -> list[Post]:
    user = sandbox.state.catalogue.by_name["demo"].sec_user_id
    options = {name: str(value) for name, value in build_options(sandbox, root).items()}
    async with Session("douyin", **options) as session:
        reader = ListReader(session, UserPost(sec_user_id=user), Post, max_counts=4)
        return [post async for page in reader for post in page.items]


async def test_crawls_run_at_once_and_say_how_they_ended(tmp_path: Path) -> None:
    environment = dict(os.environ)
    async with Sandbox() as sandbox:
        options, link = build_options(sandbox, tmp_path), sandbox.get_user_url("demo")
        words = {"url": link, "max_counts": "3"}
        posts, profile = await asyncio.gather(
            crawl("douyin_user_post", words, **options),
            crawl("douyin_user_profile", {"url": link}, **options, F2_MEDIA=""),
        )
        assert not sandbox.state.report.violations
    assert (posts.exit_code, posts.outcome, posts.summary) == (0, Outcome.OK, "OK: 3 of 3.")
    assert posts.report["kept"] == 3 < posts.report["files"]
    assert (profile.exit_code, profile.report["seen"]) == (0, 1)
    assert dict(os.environ) == environment


@pytest.mark.parametrize(
    ("spider", "words", "options", "line"),
    [
        ("douyin_user_pots", {}, {}, "spider douyin_user_pots is not known; did you mean"),
        ("douyin_user_post", {"url": "x"}, {}, "-a url=x: this holds no link or id"),
        ("douyin_user_post", {"link": "x"}, {}, "argument link is not known"),
        ("douyin_user_post", {"url": "x"}, {"F2_PAHT": "x"}, "option F2_PAHT is not known"),
        (
            "douyin_user_post",
            {"url": "x"},
            {"HTTPPROXY_ENABLED": False, "proxy": "a.test:1"},
            "HTTPPROXY_ENABLED=False switches proxies off",
        ),
        (
            "douyin_user_post",
            {"url": "x"},
            {"HTTPPROXY_ENABLED": "no"},
            "HTTPPROXY_ENABLED=no: want True or False",
        ),
        ("douyin_user_post", {"url": "x"}, {"ITEM_PIPELINES": {}}, "ITEM_PIPELINES: this leaves"),
    ],
)
async def test_bad_input_is_one_clear_line(
    tmp_path: Path, spider: str, words: dict[str, str], options: dict[str, str], line: str
) -> None:
    with pytest.raises(InputError) as error:
        await crawl(spider, words, F2_PATH=str(tmp_path), **options)
    assert str(error.value).startswith(line)


async def test_refusal_has_its_exit_code(tmp_path: Path) -> None:
    async with Sandbox(Options(faults=("login_redirect",))) as sandbox:
        link = {"url": sandbox.get_user_url("demo")}
        done = await crawl("douyin_user_profile", link, **build_options(sandbox, tmp_path))
    assert (done.exit_code, done.outcome) == (5, Outcome.LOGIN_REQUIRED)


async def test_items_at_hand_go_to_a_folder_of_choice_once(tmp_path: Path) -> None:
    async with Sandbox(Options(faults=("cut:1~media",))) as sandbox:
        options = build_options(sandbox, tmp_path / "root")
        posts = await read_posts(sandbox, tmp_path / "root")
        done = await download(posts, tmp_path / "here", **options)
        assert (done.exit_code, done.summary) == (0, "OK: 4 of 4.")
        offered = sandbox.describe_files("demo")
        for post in posts:
            assert {file.asset for file in post.files} >= {"desc"}
            for file in post.files:
                data = (tmp_path / file.path).read_bytes()
                assert Path(file.path).parts[0] == "here"
                digests = {one["sha256"] for one in offered[post.aweme_id]["files"].values()}
                text = file.asset.startswith(("desc", "subtitle"))
                assert text or hashlib.sha256(data).hexdigest() in digests
        again = await download(posts, tmp_path / "here", **options)
        assert (again.report["files"], again.summary) == (0, "OK: 4 of 4, 4 archived before.")
        assert not sandbox.state.report.violations


async def test_items_at_hand_go_to_their_owners_folder_with_their_facts(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        [post, *_] = await read_posts(sandbox, tmp_path)
        await download([post], **build_options(sandbox, tmp_path))
    assert post.files[0].path.startswith("douyin/post/演示账号/")
    archive = Archive(tmp_path / "f2scrapy.db", tmp_path)
    facts = archive.get_facts(post.key)
    archive.close()
    assert facts["title"] == post.desc
    assert facts["created_at"] == post.create_time
    assert (facts["sec_user_id"], facts["nickname"]) == (post.sec_user_id, "演示账号")
    assert facts["digg_count"] == post.digg_count is not None
    with pytest.raises(InputError, match="of one platform"):
        await download([])
