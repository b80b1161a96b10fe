"""Test TikTok's pages, short links and token hosts."""

import json
import re
import time
from typing import Any

import pytest
from support.sandbox_client import AGENT
from support.tiktok_client import HEADERS, WEB, Visitor, read_cookies, read_scope

pytestmark = pytest.mark.clock

# Pages


async def test_home_registers_a_visitor(visitor: Visitor) -> None:
    for path in ("/", "/explore"):
        page = await visitor.browser.get(WEB + path, headers=HEADERS)
        detail = read_scope(page)["webapp.app-context"]
        assert re.fullmatch(r"\d{19}", detail["wid"])
        assert abs(int(detail["webIdCreatedTime"]) - time.time()) < 60
        assert (detail["language"], detail["region"]) == ("en", "SG")
        assert read_cookies(page).keys() == {"ttwid", "tt_chain_token", "tt_csrf_token"}
        assert b"webmssdk" in page.body


async def test_a_known_visitor_stays_the_same(visitor: Visitor) -> None:
    page = await visitor.get(f"{WEB}/")
    assert read_scope(page)["webapp.app-context"]["wid"] == visitor.params["device_id"]
    assert read_cookies(page) == visitor.cookies


async def test_user_page(visitor: Visitor) -> None:
    detail = read_scope(await visitor.get(f"{WEB}/@sandbox1?lang=en"))["webapp.user-detail"]
    assert detail["statusCode"] == 0
    assert detail["userInfo"]["user"]["secUid"] == visitor.get_sec_user_id("demo")
    assert detail["userInfo"]["stats"]["videoCount"] == 24


@pytest.mark.parametrize(("name", "status"), [("nobody", 10202), ("sandbox16", 10221),
                                              ("sandbox5", 10222)])  # fmt: skip
async def test_pages_of_hidden_users(visitor: Visitor, name: str, status: int) -> None:
    detail = read_scope(await visitor.get(f"{WEB}/@{name}"))["webapp.user-detail"]
    assert detail["statusCode"] == status
    assert ("userInfo" in detail) is (status == 10222)


async def test_work_page_is_the_detail(visitor: Visitor) -> None:
    item = (await visitor.fetch_posts("one"))["itemList"][0]
    detail = read_scope(await visitor.get(f"{WEB}/@sandbox6/video/{item['id']}"))[
        "webapp.video-detail"
    ]
    shown = detail["itemInfo"]["itemStruct"]
    assert item.keys() <= shown.keys()
    assert shown["createTime"] == str(item["createTime"])
    assert (await visitor.fetch_media(shown["video"]["playAddr"])).status == 200


@pytest.mark.parametrize("name", ["_", "sandbox2", ""])
@pytest.mark.parametrize("recipe", ["video", "images"])
async def test_a_wrong_name_is_redirected(visitor: Visitor, name: str, recipe: str) -> None:
    works = visitor.sandbox.describe_files("demo", "tiktok")
    aweme_id = next(id_ for id_, work in works.items() if work["recipe"] == recipe)
    reply = await visitor.get(f"{WEB}/@{name}/video/{aweme_id}")
    kind = "photo" if recipe == "images" else "video"
    assert reply.headers["Location"] == f"{WEB}/@sandbox1/{kind}/{aweme_id}"
    page = await visitor.get(reply.headers["Location"])
    assert read_scope(page)["webapp.video-detail"]["itemInfo"]["itemStruct"]["id"] == aweme_id


@pytest.mark.parametrize(("recipe", "status"), [("private", 10216), ("deleted", 10204)])
async def test_pages_of_hidden_works(visitor: Visitor, recipe: str, status: int) -> None:
    works = visitor.sandbox.describe_files("mixed", "tiktok")
    aweme_id = next(id_ for id_, work in works.items() if work["recipe"] == recipe)
    detail = read_scope(await visitor.get(f"{WEB}/@sandbox3/video/{aweme_id}"))[
        "webapp.video-detail"
    ]
    assert (detail["statusCode"], "itemInfo" in detail) == (status, False)


async def test_no_such_work(visitor: Visitor) -> None:
    detail = read_scope(await visitor.get(f"{WEB}/@sandbox3/video/7"))["webapp.video-detail"]
    assert detail["statusCode"] == 10204


# Links


@pytest.mark.parametrize("base", ["https://vm.tiktok.com", "https://vt.tiktok.com", f"{WEB}/t"])
async def test_short_links(visitor: Visitor, base: str) -> None:
    work = next(iter(visitor.sandbox.describe_files("one", "tiktok")))
    places = {"u-demo": "/@sandbox1?", f"w-{work}": f"/@/video/{work}?",
              "l-demo": "/@sandbox1/live?", "u-private_account": "/@sandbox5?"}  # fmt: skip
    for code, place in places.items():
        reply = await visitor.browser.get(f"{base}/{code}/", headers=HEADERS)
        assert reply.headers["Location"].startswith(WEB + place)
    gone = await visitor.browser.get(f"{base}/gone/", headers=HEADERS)
    assert gone.status == 404
    assert not visitor.violations


async def test_cookies_sent_to_short_links_are_noted(visitor: Visitor) -> None:
    await visitor.get("https://vm.tiktok.com/u-demo/")
    assert "ttwid sent to vm.tiktok.com" in visitor.violations


async def test_mobile_pages(visitor: Visitor) -> None:
    work = next(iter(visitor.sandbox.describe_files("one", "tiktok")))
    reply = await visitor.browser.get(f"https://m.tiktok.com/v/{work}.html", headers=HEADERS)
    assert reply.headers["Location"] == f"{WEB}/@sandbox6/video/{work}"
    lost = await visitor.browser.get("https://m.tiktok.com/v/7.html", headers=HEADERS)
    assert lost.headers["Location"].endswith("/notfound")


# Tokens

REPORT = {"magic": 538969122, "version": 1, "dataType": 8, "strData": "TGc0"}
CHECK = {"aid": 1988, "service": "www.tiktok.com", "union": False, "unionHost": "",
         "needFid": False, "fid": "", "migrate_priority": 0}  # fmt: skip
MSSDK = "https://mssdk-sg.tiktok.com/web/common"


async def post(visitor: Visitor, url: str, body: Any, **headers: str) -> Any:
    sent = {"User-Agent": AGENT, "Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return await visitor.browser.get(url, "POST", data=json.dumps(body), headers=sent)


async def test_ms_token(visitor: Visitor) -> None:
    reply = await post(visitor, MSSDK, REPORT | {"tspFromClient": time.time() * 1000})
    token = read_cookies(reply)["msToken"]
    assert len(token) == 148
    assert visitor.sandbox.state.is_issued_ms_token(token)
    assert not visitor.violations


@pytest.mark.parametrize(
    "changes",
    [{"magic": 1}, {"version": 2}, {"dataType": 7}, {"strData": ""}, {"strData": "no base64!"},
     {"tspFromClient": 1}],
)  # fmt: skip
async def test_malformed_reports(visitor: Visitor, changes: dict[str, Any]) -> None:
    body = REPORT | {"tspFromClient": time.time() * 1000} | changes
    assert not read_cookies(await post(visitor, MSSDK, body))
    assert next(iter(changes)) in visitor.violations[0]


async def test_ttwid_is_renewed_for_the_same_visitor(visitor: Visitor) -> None:
    before = visitor.cookies["ttwid"]
    url = f"{WEB}/ttwid/check/"
    reply = await post(visitor, url, CHECK, Content_Type="text/plain", Cookie=f"ttwid={before}")
    after = read_cookies(reply)["ttwid"]
    state = visitor.sandbox.state
    assert state.is_known_ttwid(after)
    assert (
        state.derive_device_id(after)
        == state.derive_device_id(before)
        == visitor.params["device_id"]
    )
    assert not visitor.violations


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (CHECK, {}, "ttwid: cookie ttwid missing"),
        (CHECK, {"Cookie": "ttwid=1%7Ca%7C1%7Cb"}, "ttwid not issued here"),
        (CHECK | {"aid": 6383}, {"Cookie": "ttwid=1"}, "ttwid: aid is not 1988"),
        (CHECK, {"Content-Type": "application/json", "Cookie": "ttwid=1"},
         "Content-Type is not text/plain"),
    ],
)  # fmt: skip
async def test_ttwid_is_not_renewed(
    visitor: Visitor, body: Any, headers: dict[str, str], message: str
) -> None:
    sent = {"Content-Type": "text/plain"} | headers
    reply = await post(visitor, f"{WEB}/ttwid/check/", body, **sent)
    assert not read_cookies(reply)
    assert message in visitor.violations


async def test_odin_tt(visitor: Visitor) -> None:
    reply = await visitor.get(f"{WEB}/passport/web/auth/config?aid=1459&device_id=7")
    assert len(read_cookies(reply)["odin_tt"]) == 128
    assert not visitor.violations
    assert not read_cookies(await visitor.get(f"{WEB}/passport/web/auth/config?aid=1988"))
    assert visitor.violations == ["odin_tt: aid is not 1459"]
