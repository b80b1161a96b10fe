"""The sandbox is no stricter than other people's clients show: what they send is answered."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from support.sandbox_client import AGENT, Browser, visit
from support.tiktok_client import WEB, Visitor, visit_tiktok

from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.douyin.live import make_web_rid
from f2scrapy.sandbox.state import STRICT, Options
from f2scrapy.sandbox.tiktok.feeds import COLLECTION

pytestmark = pytest.mark.clock
HEADERS = {"User-Agent": AGENT}
ROOM = "7600000000000000010"


async def ask_unsigned(visitor: Visitor, url: str, **params: Any) -> Any:
    """Return the answer to a client that sends parameters of its own alone, and no cookie."""
    reply = await visitor.browser.get(f"{url}?{urlencode(params)}", headers=HEADERS)
    return reply.json() if reply.body else None


@pytest.mark.parametrize(
    ("path", "params", "key"),
    [
        (
            "/api/creator/item_list/",
            {"secUid": "", "type": 1, "cursor": 0, "count": 15},
            "itemList",
        ),
        ("/api/collection/item_list/", {"collectionId": COLLECTION, "cursor": 0}, "itemList"),
        ("/api/favorite/item_list/", {"secUid": "", "cursor": 0}, "itemList"),
        ("/api/repost/item_list/", {"secUid": "", "cursor": 0}, "itemList"),
        ("/api/story/item_list/", {"authorId": "98000000001"}, "itemList"),
        ("/api-live/user/room", {"aid": 1988, "sourceType": 54, "uniqueId": "sandbox1"}, "data"),
        ("/api-live/user/room/", {"aid": 1988, "sourceType": 54, "uniqueId": "sandbox1"}, "data"),
    ],
)
async def test_unsigned_requests_of_clients_are_answered(
    visitor: Visitor, path: str, params: dict[str, Any], key: str
) -> None:
    if "secUid" in params:
        params = params | {"secUid": visitor.get_sec_user_id("demo")}
    assert (await ask_unsigned(visitor, WEB + path, **params))[key]
    assert not visitor.violations


@pytest.mark.parametrize("host", ["webcast.tiktok.com", "webcast.us.tiktok.com"])
async def test_rooms_are_alive_by_aid_and_ids_alone(visitor: Visitor, host: str) -> None:
    url = f"https://{host}/webcast/room/check_alive/"
    [row] = (await ask_unsigned(visitor, url, aid=1988, room_ids=ROOM))["data"]
    assert (row["alive"], row["room_id_str"]) == (True, ROOM)


async def test_room_info_in_the_names_of_the_app(visitor: Visitor) -> None:
    url = "https://webcast.tiktok.com/webcast/room/info"
    data = (await ask_unsigned(visitor, url, aid=1988, room_id=ROOM))["data"]
    assert (data["id_str"], data["status"], data["owner"]["display_id"]) == (ROOM, 2, "sandbox1")
    assert data["stream_url"]["flv_pull_url"]["HD1"].startswith("https://pull-f5-sg01.tiktokcdn")
    assert (await ask_unsigned(visitor, url, room_id="7"))["status_code"] == 30003


async def test_account_lists_need_a_login_signed_or_not(visitor: Visitor) -> None:
    url = f"{WEB}/api/user/collect/item_list/"
    answer = await ask_unsigned(visitor, url, secUid=visitor.get_sec_user_id("demo"))
    assert not answer or answer["statusCode"]
    assert visitor.violations == ["account cookie missing or expired"]


async def test_a_wrong_signature_is_refused_where_none_is_needed(visitor: Visitor) -> None:
    url = visitor.sign_url("/api/favorite/item_list/", secUid=visitor.get_sec_user_id("demo"))
    assert (await visitor.get(url)).json()["itemList"]
    assert not (await visitor.get(url.replace("region=SG", "region=US"))).body


async def test_schemes_by_name_demand_a_signature_everywhere() -> None:
    async with visit_tiktok(Options(strict=STRICT | {"x_gnarly"})) as visitor:
        url = f"{WEB}/api/creator/item_list/"
        assert await ask_unsigned(visitor, url, secUid=visitor.get_sec_user_id("demo")) is None


@pytest.mark.parametrize(
    ("changes", "strict", "message"),
    [
        ({"browser_language": "zh-CN", "app_language": "zh-Hans"}, "", ""),
        ({"device_id": "7000000000000000001"}, "", ""),
        (
            {"device_id": "7000000000000000001"},
            "device",
            "device_id and ttwid are of two visitors",
        ),
    ],
)
async def test_parameters_of_clients(changes: dict[str, str], strict: str, message: str) -> None:
    async with visit_tiktok(Options(strict=STRICT | {strict})) as visitor:
        odd = visitor.with_changes(params=visitor.params | changes)
        reply = await odd.call_api(
            "/api/post/item_list/", secUid=visitor.get_sec_user_id("demo"), count=5
        )
        assert visitor.violations == ([message] if message else [])
        assert bool(reply.body) is not bool(message)


async def test_web_id_last_time_may_be_absent(visitor: Visitor) -> None:
    params = {k: v for k, v in visitor.params.items() if k != "WebIdLastTime"}
    odd = visitor.with_changes(params=params)
    user = visitor.get_sec_user_id("demo")
    assert (await odd.call_api("/api/post/item_list/", secUid=user)).json()["itemList"]


async def test_videos_come_with_all_cookies_of_the_domain(visitor: Visitor) -> None:
    items = (await visitor.fetch_posts("demo"))["itemList"]
    url = next(item["video"]["playAddr"] for item in items if item["video"].get("playAddr"))
    headers = visitor.headers | {"Cookie": f"{visitor.cookie}; tt_csrf_token=a", "Accept": "*/*"}
    reply = await visitor.browser.get(url, headers=headers)
    while reply.status == 302:
        reply = await visitor.browser.get(reply.headers["Location"], headers=headers)
    assert (reply.status, len(reply.body) > 1000) == (200, True)
    assert "tt_csrf_token sent to" in " ".join(visitor.violations)  # noted: f2scrapy sends one


async def test_the_last_part_of_a_url_key_is_the_bit_rate(visitor: Visitor) -> None:
    items = (await visitor.fetch_posts("demo"))["itemList"]
    rates = [rate for item in items for rate in item["video"].get("bitrateInfo", ())]
    assert rates
    for rate in rates:
        assert rate["PlayAddr"]["UrlKey"].endswith(f"p_{rate['Bitrate']}")


@pytest.mark.parametrize(("strict", "answered"), [("", True), ("body", False)])
async def test_post_signed_without_its_body(strict: str, answered: bool) -> None:
    async with visit(Options(strict=STRICT | {strict})) as browser:
        cookie = "sessionid=f2sandboxsession"
        changed = browser.with_changes(cookie=cookie)
        url, headers = changed.sign_url("aweme/listcollection", cursor=0, count=20)
        body = {"data": json.dumps({"cursor": 0, "count": 20}), "headers": headers}
        reply = await changed.get(url, "POST", **body)
        assert bool(reply.body) is answered
        assert browser.violations == ([] if answered else ["a_bogus: body hash differs"])


@pytest.mark.parametrize(("strict", "answered"), [("", True), ("screen", False)])
async def test_screen_of_another_size(strict: str, answered: bool) -> None:
    async with visit(Options(strict=STRICT | {strict})) as browser:
        odd = browser.with_changes(
            params=browser.params | {"screen_width": "7", "screen_height": "7"}
        )
        assert bool((await odd.fetch_posts("demo")).body) is answered


async def test_room_from_the_rooms_own_page(browser: Browser) -> None:
    rid = make_web_rid(browser.sandbox.state.catalogue.by_name["demo"])
    page = f"https://live.douyin.com/{rid}"
    first = await browser.get(page)
    assert b"byted_acrawler" in first.body
    nonce = first.headers["Set-Cookie"].partition(";")[0]
    reply = await browser.get(page, headers=browser.headers | {"Cookie": nonce})
    [pushed] = re.findall(r"push\(\[1,(\".+\")\]\)</script>", reply.body.decode())
    room = json.loads(json.loads(pushed).partition(":")[2])[3]["state"]["roomStore"]["roomInfo"]
    assert (room["room"]["status"], room["web_rid"]) == (2, rid)
    assert "FULL_HD1" in room["room"]["stream_url"]["flv_pull_url"]


async def test_interfaces_of_other_clients(browser: Browser) -> None:
    user = browser.sandbox.state.catalogue.by_name["series"]
    listed = (await browser.call_api("mix/list", sec_user_id=user.sec_user_id)).json()
    detail = (await browser.call_api("mix/detail", mix_id=user.mix_id)).json()
    assert listed["mix_infos"] == [detail["mix_info"]]
    assert detail["mix_info"]["mix_id"] == user.mix_id
    account = browser.with_changes(cookie="sessionid=f2sandboxsession")
    own = (await account.call_api("user/profile/self")).json()["user"]
    assert own["unique_id"] == "sandbox1"
    assert not (await browser.call_api("user/profile/self")).json().get("user")


async def test_creator_list_by_weeks() -> None:
    async with visit_tiktok(Options(faults=("weekly",))) as visitor:
        user = visitor.sandbox.state.catalogue.by_name["demo"]
        newest = build_work(user, 0).create_ms
        params = {"secUid": user.sec_user_id, "cursor": newest + 1, "count": 35, "type": 1}
        answer = await ask_unsigned(visitor, f"{WEB}/api/creator/item_list/", **params)
        ids = [item["id"] for item in answer["itemList"]]
        week = [build_work(user, place) for place in range(user.count)]
        assert ids == [str(w.aweme_id) for w in week if w.create_ms > newest + 1 - 7 * 86_400_000]
        assert answer["hasMorePrevious"] is True
        assert "hasMore" not in answer
        assert "cursor" not in answer
