"""Recordings as answers: all of them, in pages, with media for each address."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from recordings import Recorded
from sandbox_client import Browser, visit

from f2scrapy.sandbox.world import Options

MAGIC = {"mp4": b"ftyp", "webp": b"WEBP", "mp3": b"ID3", "jpeg": b"\xff\xd8\xff"}


@pytest.fixture
async def browser(shared: Path) -> AsyncIterator[Browser]:
    async with visit(Options(recorded=shared / "reference" / "recorded")) as browser:
        yield browser


async def works(browser: Browser) -> list[dict[str, Any]]:
    return [work for page in await browser.pages("recorded") for work in page["aweme_list"]]


async def test_every_recorded_work_is_listed_once(browser: Browser, recorded: Recorded) -> None:
    listed = [work["aweme_id"] for work in await works(browser)]
    page = recorded("aweme_post_page18_video")
    assert {work["aweme_id"] for work in page["aweme_list"]} <= set(listed)
    assert len(set(listed)) == len(listed) > 80
    assert not browser.violations


async def test_the_profile_counts_them(browser: Browser) -> None:
    user = browser.sandbox.world.catalogue.by_name["recorded"]
    reply = await browser.api("user/profile/other", sec_user_id=user.sec_user_id)
    assert reply.json()["user"]["aweme_count"] == len(await works(browser))


async def test_an_author_lists_his_own(browser: Browser) -> None:
    work = next(w for w in await works(browser) if w["author"].get("sec_uid"))
    sec = work["author"]["sec_uid"]
    page = (await browser.api("aweme/post", sec_user_id=sec, max_cursor=0, count=20)).json()
    assert {w["author"]["sec_uid"] for w in page["aweme_list"]} == {sec}


async def test_detail(browser: Browser) -> None:
    work = (await works(browser))[0]
    reply = await browser.api("aweme/detail", aweme_id=work["aweme_id"])
    assert reply.json()["aweme_detail"] == work


async def test_films_have_the_size_the_answer_says(browser: Browser) -> None:
    films = [(work.get("video") or {}) for work in (await works(browser))[:12]]
    rates = [rate["play_addr"] for film in films for rate in film.get("bit_rate") or []]
    assert rates
    for address in rates:
        body = (await browser.get(_cdn(address["url_list"]))).body
        assert len(body) == address["data_size"]
        assert body[4:8] == MAGIC["mp4"]


async def test_mirrors_serve_the_same(browser: Browser) -> None:
    work = next(w for w in await works(browser) if w["aweme_type"] == 0)
    bodies = [await _through(browser, url) for url in work["video"]["play_addr"]["url_list"]]
    assert len(bodies) > 1
    assert len(set(bodies)) == 1


async def test_images_and_music(browser: Browser) -> None:
    album = next(w for w in await works(browser) if w["aweme_type"] == 68)
    image = (await browser.get(album["images"][0]["url_list"][0])).body
    assert MAGIC["webp"] in image[:16] or image.startswith(MAGIC["jpeg"])
    music = (await browser.get(album["music"]["play_url"]["url_list"][0])).body
    assert music.startswith(MAGIC["mp3"])


async def test_the_made_up_users_are_still_there(browser: Browser) -> None:
    assert len((await browser.posts("demo")).json()["aweme_list"]) == 18


def _cdn(urls: list[str]) -> str:
    return next(url for url in urls if "/aweme/v1/play" not in url)


async def _through(browser: Browser, url: str) -> bytes:
    reply = await browser.get(url)
    return (
        (await browser.get(reply.headers["Location"])).body if reply.status == 302 else reply.body
    )
