"""Test TikTok's other lists, page by page."""

from collections.abc import Iterable
from typing import Any

import pytest
from support.tiktok_client import Visitor, visit_tiktok

from f2scrapy.sandbox import comments, work_lists
from f2scrapy.sandbox.catalogue import Work, build_work
from f2scrapy.sandbox.people import compute_follow_time, get_person
from f2scrapy.sandbox.search_index import HOLE
from f2scrapy.sandbox.state import SESSION
from f2scrapy.sandbox.tiktok.feeds import PLAYLISTS
from f2scrapy.sandbox.works import count_comments


def collect_rows(pages: Iterable[dict[str, Any]], key: str = "itemList") -> list[Any]:
    return [row for page in pages for row in page.get(key) or ()]


def collect_ids(pages: Iterable[dict[str, Any]]) -> list[int]:
    return [int(item["id"]) for item in collect_rows(pages)]


def list_chosen_ids(visitor: Visitor, start: int, count: int) -> list[int]:
    return [work_lists.get_work(start + n, visitor.sandbox.state).aweme_id for n in range(count)]


# Liked and collected


async def test_likes(visitor: Visitor) -> None:
    sec = visitor.get_sec_user_id("demo")
    pages = await visitor.fetch_pages("/api/favorite/item_list/", secUid=sec, count=30)
    assert collect_ids(pages) == list_chosen_ids(visitor, 7, 45)
    assert [len(page["itemList"]) for page in pages] == [30, 15]
    assert {type(page["cursor"]) for page in pages} == {str}
    assert not visitor.violations


async def test_private_likes_are_empty(visitor: Visitor) -> None:
    sec = visitor.get_sec_user_id("gap")
    page = (await visitor.call_api("/api/favorite/item_list/", secUid=sec, cursor=0)).json()
    assert (page["statusCode"], page["hasMore"], "itemList" in page) == (0, False, False)
    answer = (await visitor.call_api("/api/user/detail/", secUid=sec, uniqueId="")).json()[
        "userInfo"
    ]
    assert (answer["user"]["openFavorite"], answer["stats"]["diggCount"]) == (False, 0)


async def test_only_the_account_has_collected_works(visitor: Visitor) -> None:
    path, own = "/api/user/collect/item_list/", visitor.get_sec_user_id("demo")
    assert (await visitor.call_api(path, secUid=own)).json()["statusCode"] == 10102
    account = visitor.with_changes(cookies=visitor.cookies | {"sessionid": SESSION})
    pages = await account.fetch_pages(path, secUid=own, count=30)
    assert collect_ids(pages) == list_chosen_ids(visitor, 0, work_lists.COLLECTED)
    assert not collect_rows(await account.fetch_pages(path, secUid=visitor.get_sec_user_id("one")))


# Playlists


async def test_playlists_have_several_pages(visitor: Visitor) -> None:
    sec = visitor.get_sec_user_id("demo")
    pages = await visitor.fetch_pages("/api/user/playlist/", secUid=sec, count=20)
    found = collect_rows(pages, "playList")
    assert len(pages) == 2
    assert [row["mixName"] for row in found] == [playlist.name for playlist in PLAYLISTS]
    assert [row["videoCount"] for row in found] == [playlist.count for playlist in PLAYLISTS]
    assert len({row["mixId"] for row in found}) == len(PLAYLISTS)


async def test_works_of_each_playlist(visitor: Visitor) -> None:
    user = visitor.sandbox.state.catalogue.by_name["demo"]
    for playlist in PLAYLISTS[:5]:
        pages = await visitor.fetch_pages("/api/mix/item_list/", mixId=playlist.id, count=5)
        places = range(playlist.start, playlist.start + playlist.count)
        assert collect_ids(pages) == [build_work(user, place).aweme_id for place in places]


async def test_a_series_begins_with_its_oldest(visitor: Visitor) -> None:
    sec = visitor.get_sec_user_id("series")
    answer = (await visitor.call_api("/api/user/playlist/", secUid=sec, cursor=0)).json()[
        "playList"
    ]
    pages = await visitor.fetch_pages("/api/mix/item_list/", mixId=answer[0]["mixId"], count=30)
    times = [item["createTime"] for item in collect_rows(pages)]
    assert len(times) == answer[0]["videoCount"] == 45
    assert times == sorted(times)
    assert {item["playlistId"] for item in collect_rows(pages)} == {answer[0]["mixId"]}


async def test_no_playlists(visitor: Visitor) -> None:
    page = (
        await visitor.call_api("/api/user/playlist/", secUid=visitor.get_sec_user_id("one"))
    ).json()
    assert (page["hasMore"], "playList" in page) == (False, False)
    assert (await visitor.call_api("/api/mix/item_list/", mixId="7")).json()["statusCode"] == 10201


# Chosen by the platform


async def test_similar_works(visitor: Visitor) -> None:
    work = next(iter(visitor.sandbox.describe_files("one", "tiktok")))
    pages = await visitor.fetch_pages("/api/related/item_list/", itemID=work, count=16)
    assert len(collect_ids(pages)) == len(set(collect_ids(pages))) == work_lists.SIMILAR


async def test_recommendations_change(visitor: Visitor) -> None:
    pages = [
        (await visitor.call_api("/api/recommend/item_list/", count=6)).json() for _ in range(3)
    ]
    assert all(page["hasMore"] and "cursor" not in page for page in pages)
    assert len(collect_ids(pages)) == 18
    assert len(set(collect_ids(pages))) == 16  # each page repeats the last row before
    async with visit_tiktok() as another:
        first = (await another.call_api("/api/recommend/item_list/", count=6)).json()
        assert collect_ids([first]) == collect_ids(pages[:1])


# People


def find_discussed(visitor: Visitor) -> Work:
    user = visitor.sandbox.state.catalogue.by_name["clean200"]
    works = (build_work(user, n) for n in range(200))
    return next(work for work in works if 150 < count_comments(work) < 800)


async def test_comments_and_replies(visitor: Visitor) -> None:
    work = find_discussed(visitor)
    pages = await visitor.fetch_pages("/api/comment/list/", aweme_id=work.aweme_id, count=20)
    found = {row["cid"]: row for row in collect_rows(pages, "comments")}
    assert len(found) == comments.count_threads(work)
    assert {page["total"] for page in pages} == {count_comments(work)}
    top = max(found.values(), key=lambda row: row["reply_comment_total"])
    below = await visitor.fetch_pages("/api/comment/list/reply/", item_id=work.aweme_id,
                                      comment_id=top["cid"], count=20)  # fmt: skip
    assert len(collect_rows(below, "comments")) == top["reply_comment_total"] == 47
    assert {row["reply_id"] for row in collect_rows(below, "comments")} == {top["cid"]}
    assert not visitor.violations


async def test_pictures_of_comments(visitor: Visitor) -> None:
    work = find_discussed(visitor)
    pages = await visitor.fetch_pages("/api/comment/list/", aweme_id=work.aweme_id, count=50)
    pictured = next(row for row in collect_rows(pages, "comments") if row["image_list"])
    for url in pictured["image_list"][0]["origin_url"]["url_list"]:
        assert (await visitor.fetch_media(url)).status == 200


async def test_an_unknown_work_has_no_comments(visitor: Visitor) -> None:
    page = (await visitor.call_api("/api/comment/list/", aweme_id="7")).json()
    assert (page["comments"], page["has_more"], page["total"]) == (None, 0, 0)


@pytest.mark.parametrize(("scene", "key", "total"), [(21, "followings", 42),
                                                     (67, "followers", 1200)])  # fmt: skip
async def test_followings_and_followers(visitor: Visitor, scene: int, key: str, total: int) -> None:
    user = visitor.sandbox.state.catalogue.by_name["one"]
    pages: list[dict[str, Any]] = []
    cursor, more = 0, True
    while more:
        reply = await visitor.call_api("/api/user/list/", secUid=user.sec_user_id, scene=scene,
                                       count=30, minCursor=cursor, maxCursor=0)  # fmt: skip
        pages.append(reply.json())
        cursor, more = pages[-1]["minCursor"], pages[-1]["hasMore"]
    found = [row["user"]["secUid"] for row in collect_rows(pages, "userList")]
    assert found == [get_person(user, key, n).sec_user_id for n in range(total)]
    assert cursor == compute_follow_time(total - 1)
    assert {page["total"] for page in pages} == {total}


async def test_a_private_account_lists_no_people(visitor: Visitor) -> None:
    sec = visitor.get_sec_user_id("private account")
    assert (await visitor.call_api("/api/user/list/", secUid=sec, scene=21)).json()[
        "statusCode"
    ] == 10222


# Searches


async def search(visitor: Visitor, path: str, **params: Any) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []
    offset, more, search_id = 0, True, ""
    while more:
        query = {"count": 20, "offset": offset, "search_id": search_id} | params
        pages.append((await visitor.call_api(f"/api/search/{path}/full/", **query)).json())
        offset, more = pages[-1]["cursor"], pages[-1]["has_more"]
        search_id = search_id or pages[0]["extra"]["logid"]
    return pages


async def test_works_are_found(visitor: Visitor) -> None:
    pages = await search(visitor, "item", keyword="clean200")
    found = [item["id"] for item in collect_rows(pages, "item_list")]
    assert len(set(found)) == 200
    assert (
        len(pages[HOLE.start // 20]["item_list"]) == 1
    )  # the repeated last row of the page before
    assert len({str(type(page["cursor"])) for page in pages}) == 2
    assert not visitor.violations


async def test_users_and_works_are_found(visitor: Visitor) -> None:
    cards = collect_rows(await search(visitor, "general", keyword="demo"), "data")
    assert [card["type"] for card in cards] == [4, *([1] * (len(cards) - 1))]
    assert cards[0]["user_list"][0]["user_info"]["sec_uid"] == visitor.get_sec_user_id("demo")
    assert len({card["item"]["id"] for card in cards[1:]}) == 24


async def test_the_id_of_another_search_is_noted(visitor: Visitor) -> None:
    await visitor.call_api("/api/search/item/full/", keyword="demo", offset=20, search_id="x")
    assert visitor.violations == ["search_id of another search"]
