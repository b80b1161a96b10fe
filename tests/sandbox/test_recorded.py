"""Test replies from recordings: all works, page by page, with media for each address."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support.recordings import Recorded
from support.sandbox_client import Browser, visit
from support.tiktok_client import Visitor, read_scope, visit_tiktok

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


async def fetch_works(browser: Browser) -> list[dict[str, Any]]:
    return [work for page in await browser.fetch_pages("recorded") for work in page["aweme_list"]]


async def test_every_recorded_work_is_listed_once(browser: Browser, recorded: Recorded) -> None:
    listed = [work["aweme_id"] for work in await fetch_works(browser)]
    page = recorded("aweme_post_page18_video")
    assert {work["aweme_id"] for work in page["aweme_list"]} <= set(listed)
    assert len(set(listed)) == len(listed) > 80
    assert not browser.violations


async def test_the_profile_counts_the_recorded_works(browser: Browser) -> None:
    user = browser.sandbox.state.catalogue.by_name["recorded"]
    reply = await browser.call_api("user/profile/other", sec_user_id=user.sec_user_id)
    assert reply.json()["user"]["aweme_count"] == len(await fetch_works(browser))


async def test_an_author_lists_own_works(browser: Browser) -> None:
    work = next(w for w in await fetch_works(browser) if w["author"].get("sec_uid"))
    sec = work["author"]["sec_uid"]
    page = (await browser.call_api("aweme/post", sec_user_id=sec, max_cursor=0, count=20)).json()
    assert {w["author"]["sec_uid"] for w in page["aweme_list"]} == {sec}


async def test_detail(browser: Browser) -> None:
    work = (await fetch_works(browser))[0]
    reply = await browser.call_api("aweme/detail", aweme_id=work["aweme_id"])
    assert reply.json()["aweme_detail"] == work


async def test_films_have_the_size_in_the_answer(browser: Browser) -> None:
    films = [(work.get("video") or {}) for work in (await fetch_works(browser))[:12]]
    rates = [rate["play_addr"] for film in films for rate in film.get("bit_rate") or []]
    assert rates
    for address in rates:
        body = (await browser.get(_choose_cdn(address["url_list"]))).body
        assert len(body) == address["data_size"]
        assert body[4:8] == MAGIC["mp4"]


async def test_mirrors_serve_the_same_file(browser: Browser) -> None:
    work = next(w for w in await fetch_works(browser) if w["aweme_type"] == 0)
    bodies = [await _follow(browser, url) for url in work["video"]["play_addr"]["url_list"]]
    assert len(bodies) > 1
    assert len(set(bodies)) == 1


async def test_images_and_music(browser: Browser) -> None:
    album = next(w for w in await fetch_works(browser) if w["aweme_type"] == 68)
    image = (await browser.get(album["images"][0]["url_list"][0])).body
    assert MAGIC["webp"] in image[:16] or image.startswith(MAGIC["jpeg"])
    music = (await browser.get(album["music"]["play_url"]["url_list"][0])).body
    assert music.startswith(MAGIC["mp3"])


async def test_the_generated_users_are_still_there(browser: Browser) -> None:
    assert len((await browser.fetch_posts("demo")).json()["aweme_list"]) == 18


def _choose_cdn(urls: list[str]) -> str:
    return next(url for url in urls if "/aweme/v1/play" not in url)


async def _follow(browser: Browser, url: str) -> bytes:
    reply = await browser.get(url)
    return (
        (await browser.get(reply.headers["Location"])).body if reply.status == 302 else reply.body
    )


# TikTok


async def fetch_items(visitor: Visitor) -> list[Json]:
    sec = visitor.get_sec_user_id("recorded")
    pages = await visitor.fetch_pages("/api/post/item_list/", secUid=sec, count=35)
    assert [page["cursor"] for page in pages] == sorted((p["cursor"] for p in pages), reverse=True)
    return [item for page in pages for item in page["itemList"]]


async def test_every_tiktok_work_is_listed_once_newest_first(visitor: Visitor) -> None:
    found = await fetch_items(visitor)
    assert len({item["id"] for item in found}) == len(found) == 60
    times = [int(item["createTime"]) for item in found]
    assert times == sorted(times, reverse=True)
    assert not visitor.violations


async def test_tiktok_cursors_are_times(visitor: Visitor) -> None:
    page = await visitor.fetch_posts("recorded")
    assert page["cursor"] == f"{int(page['itemList'][-1]['createTime']) * 1000}"
    last = await visitor.fetch_posts("recorded", cursor=1)
    assert (last["cursor"], last["hasMore"], "itemList" in last) == ("1", False, False)


async def test_interface_and_page_have_the_same_work(visitor: Visitor) -> None:
    for item in (await fetch_items(visitor))[::20]:
        answer = (await visitor.call_api("/api/item/detail/", itemId=item["id"])).json()
        page = read_scope(await visitor.get(f"https://www.tiktok.com/@anybody/video/{item['id']}"))
        assert answer["itemInfo"]["itemStruct"] == item
        assert page["webapp.video-detail"]["itemInfo"]["itemStruct"] == item


@pytest.mark.parametrize("name", ["sandbox98", "recorded author"])
async def test_interface_and_page_count_a_users_works(visitor: Visitor, name: str) -> None:
    found = await fetch_items(visitor)
    authors = [item["author"]["uniqueId"] for item in found if isinstance(item["author"], dict)]
    name, count = (name, 60) if name == "sandbox98" else (authors[0], authors.count(authors[0]))
    answer = (await visitor.call_api("/api/user/detail/", uniqueId=name)).json()["userInfo"]
    page = read_scope(await visitor.get(f"https://www.tiktok.com/@{name}"))["webapp.user-detail"]
    assert page["userInfo"] == answer
    assert (answer["user"]["uniqueId"], answer["stats"]["videoCount"]) == (name, count)


async def test_tiktok_media_have_the_sizes_in_the_answers(visitor: Visitor) -> None:
    seen = set()
    for video in [item["video"] for item in await fetch_items(visitor)][::6]:
        files = [gear["PlayAddr"] for gear in video.get("bitrateInfo") or ()]
        sizes = {file["UrlList"][0]: file["DataSize"] for file in files}
        sizes |= {row["Url"]: row["Size"] for row in video.get("subtitleInfos") or ()}
        sizes |= {video["playAddr"]: video["size"]} if "size" in video else {}
        for url, size in sizes.items():
            body = (await visitor.fetch_media(url)).body
            assert len(body) == int(size)
            seen |= {(type(size), body[4:8] == MAGIC["mp4"], body.startswith(b"WEBVTT"))}
    assert seen == {(int, True, False), (str, True, False), (int, False, True)}


async def test_tiktok_pictures_sound_and_mirrors(visitor: Visitor) -> None:
    found = await fetch_items(visitor)
    item = next(item for item in found if item["music"]["playUrl"] and "claInfo" in item["video"])
    music = (await visitor.fetch_media(item["music"]["playUrl"])).body
    cover = (await visitor.fetch_media(item["video"]["originCover"])).body
    assert (music[:3], cover[:3]) == (MAGIC["mp3"], MAGIC["jpeg"])
    urls = next(urls for i in found for gear in i["video"].get("bitrateInfo") or ()
                if len(urls := gear["PlayAddr"]["UrlList"]) == 3)  # fmt: skip
    cdn, other, player = [await visitor.fetch_media(url) for url in urls]
    assert cdn.body == other.body
    assert (player.status, player.headers["Location"]) == (302, urls[0])


async def test_tiktok_hosts_still_check_the_referer(visitor: Visitor) -> None:
    url = (await fetch_items(visitor))[0]["video"]["playAddr"]
    assert (await visitor.fetch_media(url, Referer="https://example.com/")).status == 403
    assert "media: Referer is not https://www.tiktok.com/" in visitor.violations
