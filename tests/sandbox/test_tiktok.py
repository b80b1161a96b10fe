"""Test the TikTok interfaces of the sandbox: lists, works, profiles, and their checks."""

import json
from typing import Any

import pytest
from support.sandbox_client import AGENT
from support.tiktok_client import BROWSER, Visitor, visit_tiktok

from f2scrapy.sandbox.state import SESSION, Options
from f2scrapy.sandbox.works import is_album
from f2scrapy.signing import SCHEMES

POSTS = "/api/post/item_list/"


# Lists, works, profiles


async def test_all_works_once_and_in_order(visitor: Visitor) -> None:
    pages = await visitor.fetch_pages(POSTS, secUid=visitor.get_sec_user_id("clean200"), count=35)
    times = [item["createTime"] for page in pages for item in page["itemList"]]
    assert len(times) == 200
    assert times == sorted(times, reverse=True)
    assert {len(page["itemList"]) for page in pages[:-1]} == {35}
    assert {type(page["cursor"]) for page in pages} == {str}
    assert [page["hasMore"] for page in pages] == [True] * 5 + [False]
    assert not visitor.violations


async def test_no_page_is_longer_than_35(visitor: Visitor) -> None:
    assert len((await visitor.fetch_posts("clean200", count=100))["itemList"]) == 35


async def test_pinned_stand_first_and_once(visitor: Visitor) -> None:
    pages = await visitor.fetch_pages(POSTS, secUid=visitor.get_sec_user_id("pinned"), count=20)
    items = [item for page in pages for item in page["itemList"]]
    assert [item["isPinnedItem"] for item in items[:4]] == [True, True, True, False]
    assert len({item["id"] for item in items}) == len(items) == 45


@pytest.mark.parametrize("name", ["empty", "private account"])
async def test_an_empty_page_has_no_list(visitor: Visitor, name: str) -> None:
    page = await visitor.fetch_posts(name)
    assert "itemList" not in page
    assert (page["hasMore"], page["statusCode"]) == (False, 0)


@pytest.mark.parametrize(("sec", "status"), [("MS4w", 10202), ("", 10201), ("banned", 10221)])
async def test_unknown_and_banned_users(visitor: Visitor, sec: str, status: int) -> None:
    sec = visitor.get_sec_user_id(sec) if sec == "banned" else sec
    page = (await visitor.call_api(POSTS, secUid=sec, cursor=0)).json()
    assert (page["statusCode"], page["status_code"]) == (status, status)


@pytest.mark.parametrize("by", ["secUid", "uniqueId"])
async def test_profile(visitor: Visitor, by: str) -> None:
    user = visitor.sandbox.state.catalogue.by_name["gap"]
    names = {"secUid": "", "uniqueId": ""} | {
        by: user.sec_user_id if by == "secUid" else user.unique_id
    }
    answer = (await visitor.call_api("/api/user/detail/", **names)).json()["userInfo"]
    assert answer["user"]["secUid"] == user.sec_user_id
    assert answer["stats"]["videoCount"] == 33
    assert answer["statsV2"]["videoCount"] == "33"


async def test_a_private_profile_has_the_user(visitor: Visitor) -> None:
    answer = (await visitor.call_api("/api/user/detail/", secUid="", uniqueId="sandbox5")).json()
    assert answer["statusCode"] == 10222
    assert answer["userInfo"]["user"]["privateAccount"] is True


async def test_detail_is_the_item_of_the_list(visitor: Visitor) -> None:
    item = (await visitor.fetch_posts("one"))["itemList"][0]
    answer = (await visitor.call_api("/api/item/detail/", itemId=item["id"])).json()
    shown = answer["itemInfo"]["itemStruct"]
    assert shown.keys() == item.keys()
    assert (shown["id"], shown["desc"]) == (item["id"], item["desc"])
    assert answer["statusCode"] == 0


@pytest.mark.parametrize(("recipe", "status"), [("private", 10216), ("deleted", 10204),
                                                ("prohibited", 10217)])  # fmt: skip
async def test_hidden_works(visitor: Visitor, recipe: str, status: int) -> None:
    works = visitor.sandbox.describe_files("mixed", "tiktok")
    aweme_id = next(id_ for id_, work in works.items() if work["recipe"] == recipe)
    answer = (await visitor.call_api("/api/item/detail/", itemId=aweme_id)).json()
    assert answer["statusCode"] == status
    listed = {item["id"]: item for item in (await visitor.fetch_posts("mixed"))["itemList"]}
    assert listed[aweme_id]["privateItem"] is (recipe == "private")
    assert listed[aweme_id]["video"]["playAddr"] == ""
    assert works[aweme_id]["files"] == {}


async def test_items_have_the_shape_of_real_ones(visitor: Visitor) -> None:
    page = await visitor.call_api(POSTS, secUid=visitor.get_sec_user_id("demo"), count=20, cursor=0)
    items = page.json()["itemList"]
    films = [item for item in items if "imagePost" not in item]
    albums = [item for item in items if "imagePost" in item]
    assert 18_000 < len(json.dumps(films, ensure_ascii=False)) / len(films) < 35_000
    assert {item["video"]["duration"] for item in albums} == {0}
    assert all(item["imagePost"]["images"] for item in albums)
    assert {gear["CodecType"] for gear in films[0]["video"]["bitrateInfo"]} == {"h264", "h265_hvc1"}
    assert films[0]["statsV2"]["playCount"] == str(films[0]["stats"]["playCount"])
    work = visitor.sandbox.state.catalogue.find_work(int(albums[0]["id"]))
    assert work is not None
    assert is_album(work)


# Checks


@pytest.mark.parametrize("scheme", ["x_bogus", "x_gnarly", "dynosaur"])
async def test_signed_requests_pass(visitor: Visitor, scheme: str) -> None:
    assert scheme in SCHEMES
    assert (await visitor.with_changes(scheme=scheme).fetch_posts("one"))["itemList"]
    assert not visitor.violations


@pytest.mark.parametrize("scheme", ["x_bogus", "x_gnarly", "dynosaur"])
async def test_a_changed_query_is_refused(visitor: Visitor, scheme: str) -> None:
    url = visitor.with_changes(scheme=scheme).sign_url(
        POSTS, secUid=visitor.get_sec_user_id("one"), cursor=0
    )
    reply = await visitor.get(url.replace("cursor=0", "cursor=1"))
    assert (reply.status, reply.body) == (200, b"")
    assert any(
        message.startswith(f"{scheme}: ") and "differs" in message for message in visitor.violations
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scheme": ""}, "x_bogus: X-Bogus is missing"),
        ({"clock_ms": 1_600_000_000_000}, "x_bogus: of another time"),
        ({"cookies": {"a": "b"}}, "ttwid missing"),
        ({"cookies": {"ttwid": "1%7Cabc%7C1%7Cdef"}}, "ttwid not issued here"),
        ({"token": ""}, "msToken missing"),
        ({"token": "x" * 184}, "msToken of 184 characters"),
        ({"headers": {"User-Agent": AGENT}}, "Referer is not https://www.tiktok.com/"),
        (
            {"headers": {"User-Agent": "curl/8", "Referer": "https://www.tiktok.com/"}},
            "User-Agent is not a browser's",
        ),
    ],
)
async def test_wrong_requests_are_refused_and_noted(
    visitor: Visitor, changes: dict[str, Any], message: str
) -> None:
    reply = await visitor.with_changes(**changes).call_api(
        POSTS, secUid=visitor.get_sec_user_id("one")
    )
    assert (reply.status, reply.body) == (200, b"")
    assert message in visitor.violations


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"aid": "6383"}, "aid is not 1988"),
        ({"device_id": "7"}, "device_id is not of 19 digits"),
        ({"WebIdLastTime": "now"}, "WebIdLastTime is not a number of seconds"),
        ({"app_language": "zh-Hans"}, "browser_language and app_language disagree"),
        ({"tz_name": "Shanghai"}, "tz_name is no time zone"),
        ({"region": ""}, "parameter region missing"),
    ],
)
async def test_wrong_parameters_are_refused_and_noted(
    visitor: Visitor, params: dict[str, str], message: str
) -> None:
    odd = visitor.with_changes(params=visitor.params | params)
    assert (await odd.call_api(POSTS, secUid=visitor.get_sec_user_id("one"))).body == b""
    assert message in visitor.violations


@pytest.mark.parametrize("params", [{"browser_version": "5.0 (X11)"}, {"os": "Linux x86_64"}])
async def test_parameters_against_the_user_agent_are_noted(
    visitor: Visitor, params: dict[str, str]
) -> None:
    """TikTokApi 7.3.3 sends such ones."""
    odd = visitor.with_changes(params=visitor.params | params)
    assert (await odd.call_api(POSTS, secUid=visitor.get_sec_user_id("one"))).body
    [[name, value]] = params.items()
    assert visitor.violations == [f"UA param mismatch: {name}={value}"]


async def test_another_order_is_noted_but_not_refused(visitor: Visitor) -> None:
    url = visitor.with_changes(scheme="", token="").sign_url(
        POSTS, secUid=visitor.get_sec_user_id("one")
    )
    async with visit_tiktok(Options(strict=frozenset({"params"}))) as lenient:
        own = f"device_id={lenient.params['device_id']}"
        url = url.replace(f"&device_id={visitor.params['device_id']}", "") + f"&{own}"
        assert (await lenient.get(url)).json()["itemList"]
        assert lenient.violations == ["parameters are not in the order of their names"]


async def test_an_account_needs_no_ttwid(visitor: Visitor) -> None:
    account = visitor.with_changes(cookies={"sessionid": SESSION})
    assert (await account.fetch_posts("one"))["itemList"]
    assert not visitor.violations
    assert set(BROWSER) < set(visitor.params)
