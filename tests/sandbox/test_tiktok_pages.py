"""TikTok's pages, short links and token hosts."""

import json
import re
import time
from typing import Any

import pytest
from support.sandbox_client import AGENT
from support.tiktok_client import HEADERS, WEB, Visitor, cookies_of, scope

# Pages


async def test_home_makes_a_visitor(visitor: Visitor) -> None:
    for path in ("/", "/explore"):
        page = await visitor.browser.get(WEB + path, headers=HEADERS)
        told = scope(page)["webapp.app-context"]
        assert re.fullmatch(r"\d{19}", told["wid"])
        assert abs(int(told["webIdCreatedTime"]) - time.time()) < 60
        assert (told["language"], told["region"]) == ("en", "SG")
        assert cookies_of(page).keys() == {"ttwid", "tt_chain_token", "tt_csrf_token"}
        assert b"webmssdk" in page.body


async def test_a_known_visitor_stays_the_same(visitor: Visitor) -> None:
    page = await visitor.get(f"{WEB}/")
    assert scope(page)["webapp.app-context"]["wid"] == visitor.params["device_id"]
    assert cookies_of(page) == visitor.cookies


async def test_user_page(visitor: Visitor) -> None:
    told = scope(await visitor.get(f"{WEB}/@sandbox1?lang=en"))["webapp.user-detail"]
    assert told["statusCode"] == 0
    assert told["userInfo"]["user"]["secUid"] == visitor.sec_user_id("demo")
    assert told["userInfo"]["stats"]["videoCount"] == 24


@pytest.mark.parametrize(("name", "status"), [("nobody", 10202), ("sandbox16", 10221),
                                              ("sandbox5", 10222)])  # fmt: skip
async def test_users_who_are_not_seen(visitor: Visitor, name: str, status: int) -> None:
    told = scope(await visitor.get(f"{WEB}/@{name}"))["webapp.user-detail"]
    assert told["statusCode"] == status
    assert ("userInfo" in told) is (status == 10222)


async def test_work_page_is_the_detail(visitor: Visitor) -> None:
    item = (await visitor.posts("one"))["itemList"][0]
    told = scope(await visitor.get(f"{WEB}/@sandbox6/video/{item['id']}"))["webapp.video-detail"]
    shown = told["itemInfo"]["itemStruct"]
    assert item.keys() <= shown.keys()
    assert shown["createTime"] == str(item["createTime"])
    assert (await visitor.media(shown["video"]["playAddr"])).status == 200


@pytest.mark.parametrize("name", ["_", "sandbox2", ""])
@pytest.mark.parametrize("recipe", ["video", "images"])
async def test_a_wrong_name_is_led_to_the_right(visitor: Visitor, name: str, recipe: str) -> None:
    works = visitor.sandbox.files("demo", "tiktok")
    aweme_id = next(id_ for id_, work in works.items() if work["recipe"] == recipe)
    reply = await visitor.get(f"{WEB}/@{name}/video/{aweme_id}")
    kind = "photo" if recipe == "images" else "video"
    assert reply.headers["Location"] == f"{WEB}/@sandbox1/{kind}/{aweme_id}"
    page = await visitor.get(reply.headers["Location"])
    assert scope(page)["webapp.video-detail"]["itemInfo"]["itemStruct"]["id"] == aweme_id


@pytest.mark.parametrize(("recipe", "status"), [("private", 10216), ("deleted", 10204)])
async def test_works_that_are_not_seen(visitor: Visitor, recipe: str, status: int) -> None:
    works = visitor.sandbox.files("mixed", "tiktok")
    aweme_id = next(id_ for id_, work in works.items() if work["recipe"] == recipe)
    told = scope(await visitor.get(f"{WEB}/@sandbox3/video/{aweme_id}"))["webapp.video-detail"]
    assert (told["statusCode"], "itemInfo" in told) == (status, False)


async def test_no_such_work(visitor: Visitor) -> None:
    told = scope(await visitor.get(f"{WEB}/@sandbox3/video/7"))["webapp.video-detail"]
    assert told["statusCode"] == 10204


# Links


@pytest.mark.parametrize("base", ["https://vm.tiktok.com", "https://vt.tiktok.com", f"{WEB}/t"])
async def test_short_links(visitor: Visitor, base: str) -> None:
    work = next(iter(visitor.sandbox.files("one", "tiktok")))
    places = {"u-demo": "/@sandbox1?", f"w-{work}": f"/@/video/{work}?",
              "l-demo": "/@sandbox1/live?", "u-private_account": "/@sandbox5?"}  # fmt: skip
    for code, place in places.items():
        reply = await visitor.browser.get(f"{base}/{code}/", headers=HEADERS)
        assert reply.headers["Location"].startswith(WEB + place)
    gone = await visitor.browser.get(f"{base}/gone/", headers=HEADERS)
    assert gone.status == 404
    assert not visitor.violations


async def test_short_links_see_no_cookies(visitor: Visitor) -> None:
    await visitor.get("https://vm.tiktok.com/u-demo/")
    assert "ttwid sent to vm.tiktok.com" in visitor.violations


async def test_mobile_pages(visitor: Visitor) -> None:
    work = next(iter(visitor.sandbox.files("one", "tiktok")))
    reply = await visitor.browser.get(f"https://m.tiktok.com/v/{work}.html", headers=HEADERS)
    assert reply.headers["Location"] == f"{WEB}/@sandbox6/video/{work}"
    lost = await visitor.browser.get("https://m.tiktok.com/v/7.html", headers=HEADERS)
    assert lost.headers["Location"].endswith("/notfound")


# Tokens

REPORT = {"magic": 538969122, "version": 1, "dataType": 8, "strData": "TGc0"}
CHECK = {"aid": 1988, "service": "www.tiktok.com", "union": False, "unionHost": "",
         "needFid": False, "fid": "", "migrate_priority": 0}  # fmt: skip
MSSDK = "https://mssdk-sg.tiktok.com/web/common"


async def posted(visitor: Visitor, url: str, body: Any, **headers: str) -> Any:
    sent = {"User-Agent": AGENT, "Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return await visitor.browser.get(url, "POST", data=json.dumps(body), headers=sent)


async def test_ms_token(visitor: Visitor) -> None:
    reply = await posted(visitor, MSSDK, REPORT | {"tspFromClient": time.time() * 1000})
    token = cookies_of(reply)["msToken"]
    assert len(token) == 148
    assert visitor.sandbox.world.issued_ms_token(token)
    assert not visitor.violations


@pytest.mark.parametrize(
    "changes",
    [{"magic": 1}, {"version": 2}, {"dataType": 7}, {"strData": ""}, {"strData": "no base64!"},
     {"tspFromClient": 1}],
)  # fmt: skip
async def test_reports_that_are_none(visitor: Visitor, changes: dict[str, Any]) -> None:
    body = REPORT | {"tspFromClient": time.time() * 1000} | changes
    assert not cookies_of(await posted(visitor, MSSDK, body))
    assert next(iter(changes)) in visitor.violations[0]


async def test_ttwid_is_renewed_for_the_same_visitor(visitor: Visitor) -> None:
    before = visitor.cookies["ttwid"]
    url = f"{WEB}/ttwid/check/"
    reply = await posted(visitor, url, CHECK, Content_Type="text/plain", Cookie=f"ttwid={before}")
    after = cookies_of(reply)["ttwid"]
    world = visitor.sandbox.world
    assert world.knows_ttwid(after)
    assert world.device_id(after) == world.device_id(before) == visitor.params["device_id"]
    assert not visitor.violations


@pytest.mark.parametrize(
    ("body", "headers", "what"),
    [
        (CHECK, {}, "ttwid: cookie ttwid missing"),
        (CHECK, {"Cookie": "ttwid=1%7Ca%7C1%7Cb"}, "ttwid not issued here"),
        (CHECK | {"aid": 6383}, {"Cookie": "ttwid=1"}, "ttwid: aid is not 1988"),
        (CHECK, {"Content-Type": "application/json", "Cookie": "ttwid=1"},
         "Content-Type is not text/plain"),
    ],
)  # fmt: skip
async def test_ttwid_is_not_renewed(
    visitor: Visitor, body: Any, headers: dict[str, str], what: str
) -> None:
    sent = {"Content-Type": "text/plain"} | headers
    reply = await posted(visitor, f"{WEB}/ttwid/check/", body, **sent)
    assert not cookies_of(reply)
    assert what in visitor.violations


async def test_odin_tt(visitor: Visitor) -> None:
    reply = await visitor.get(f"{WEB}/passport/web/auth/config?aid=1459&device_id=7")
    assert len(cookies_of(reply)["odin_tt"]) == 128
    assert not visitor.violations
    assert not cookies_of(await visitor.get(f"{WEB}/passport/web/auth/config?aid=1988"))
    assert visitor.violations == ["odin_tt: aid is not 1459"]
