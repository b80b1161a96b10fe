"""Recordings as answers: all of them, in pages, with media for each address."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support.recordings import Recorded
from support.sandbox_client import Browser, visit
from support.tiktok_client import Visitor, scope, visit_tiktok

from f2scrapy.sandbox.state import Options

MAGIC = {"mp4": b"ftyp", "webp": b"WEBP", "mp3": b"ID3", "jpeg": b"\xff\xd8\xff"}
Json = dict[str, Any]


@pytest.fixture
async def browser(shared: Path) -> AsyncIterator[Browser]:
    async with visit(Options(recorded=shared / "reference" / "recorded")) as browser:
        yield browser


@pytest.fixture
async def visitor(shared: Path) -> AsyncIterator[Visitor]:
    async with visit_tiktok(Options(recorded=shared / "reference" / "recorded")) as visitor:
        yield visitor


# Douyin


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


# TikTok


async def items(visitor: Visitor) -> list[Json]:
    sec = visitor.sec_user_id("recorded")
    pages = await visitor.pages("/api/post/item_list/", secUid=sec, count=35)
    assert [page["cursor"] for page in pages] == sorted((p["cursor"] for p in pages), reverse=True)
    return [item for page in pages for item in page["itemList"]]


async def test_every_tiktok_work_is_listed_once_newest_first(visitor: Visitor) -> None:
    found = await items(visitor)
    assert len({item["id"] for item in found}) == len(found) == 60
    times = [int(item["createTime"]) for item in found]
    assert times == sorted(times, reverse=True)
    assert not visitor.violations


async def test_cursors_are_tiktoks(visitor: Visitor) -> None:
    page = await visitor.posts("recorded")
    assert page["cursor"] == f"{int(page['itemList'][-1]['createTime']) * 1000}"
    last = await visitor.posts("recorded", cursor=1)
    assert (last["cursor"], last["hasMore"], "itemList" in last) == ("1", False, False)


async def test_interface_and_page_show_a_work(visitor: Visitor) -> None:
    for item in (await items(visitor))[::20]:
        answer = (await visitor.api("/api/item/detail/", itemId=item["id"])).json()
        page = scope(await visitor.get(f"https://www.tiktok.com/@anybody/video/{item['id']}"))
        assert answer["itemInfo"]["itemStruct"] == item
        assert page["webapp.video-detail"]["itemInfo"]["itemStruct"] == item


@pytest.mark.parametrize("name", ["sandbox98", "recorded author"])
async def test_interface_and_page_count_a_users_works(visitor: Visitor, name: str) -> None:
    found = await items(visitor)
    authors = [item["author"]["uniqueId"] for item in found if isinstance(item["author"], dict)]
    name, count = (name, 60) if name == "sandbox98" else (authors[0], authors.count(authors[0]))
    answer = (await visitor.api("/api/user/detail/", uniqueId=name)).json()["userInfo"]
    page = scope(await visitor.get(f"https://www.tiktok.com/@{name}"))["webapp.user-detail"]
    assert page["userInfo"] == answer
    assert (answer["user"]["uniqueId"], answer["stats"]["videoCount"]) == (name, count)


async def test_tiktok_media_have_the_size_the_answers_say(visitor: Visitor) -> None:
    seen = set()
    for video in [item["video"] for item in await items(visitor)][::6]:
        files = [gear["PlayAddr"] for gear in video.get("bitrateInfo") or ()]
        told = {file["UrlList"][0]: file["DataSize"] for file in files}
        told |= {row["Url"]: row["Size"] for row in video.get("subtitleInfos") or ()}
        told |= {video["playAddr"]: video["size"]} if "size" in video else {}
        for url, size in told.items():
            body = (await visitor.media(url)).body
            assert len(body) == int(size)
            seen |= {(type(size), body[4:8] == MAGIC["mp4"], body.startswith(b"WEBVTT"))}
    assert seen == {(int, True, False), (str, True, False), (int, False, True)}


async def test_tiktok_pictures_sound_and_mirrors(visitor: Visitor) -> None:
    found = await items(visitor)
    item = next(item for item in found if item["music"]["playUrl"] and "claInfo" in item["video"])
    music = (await visitor.media(item["music"]["playUrl"])).body
    cover = (await visitor.media(item["video"]["originCover"])).body
    assert (music[:3], cover[:3]) == (MAGIC["mp3"], MAGIC["jpeg"])
    urls = next(urls for i in found for gear in i["video"].get("bitrateInfo") or ()
                if len(urls := gear["PlayAddr"]["UrlList"]) == 3)  # fmt: skip
    cdn, other, player = [await visitor.media(url) for url in urls]
    assert cdn.body == other.body
    assert (player.status, player.headers["Location"]) == (302, urls[0])


async def test_tiktok_hosts_still_want_to_see_where_one_comes_from(visitor: Visitor) -> None:
    url = (await items(visitor))[0]["video"]["playAddr"]
    assert (await visitor.media(url, Referer="https://example.com/")).status == 403
    assert "media: Referer is not https://www.tiktok.com/" in visitor.violations
