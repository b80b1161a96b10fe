"""The sandbox answers more clients of Douyin: streamget, phonecopy, douyin-live-chat."""

import json
import re
from typing import Any

import aiohttp
import pytest
from support.sandbox_client import AGENT, Browser, visit
from support.socket_listener import ROOM, Listener, decode_frame, run_listener
from yarl import URL

from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.douyin.live import Broadcast, make_web_rid
from f2scrapy.sandbox.state import SESSION

pytestmark = pytest.mark.clock
# What streamget 4.0.10 sends for a room: no screen, another version than the User-Agent's.
STREAMGET = {
    "aid": "6383",
    "app_name": "douyin_web",
    "live_id": "1",
    "device_platform": "web",
    "language": "zh-CN",
    "browser_language": "zh-CN",
    "browser_platform": "Win32",
    "browser_name": "Chrome",
    "browser_version": "116.0.0.0",
    "is_need_double_stream": "false",
    "msToken": "",
}
VERIFY_FP = "verify_mrtdqm6u_WPtwB28B_3Ql8_4vB9_b8KN_MWb7gkGJjbHR"


def get_rid(browser: Browser) -> str:
    return make_web_rid(browser.sandbox.state.catalogue.by_name["demo"])


async def test_a_room_is_entered_with_the_parameters_of_another_browser(browser: Browser) -> None:
    odd = browser.with_changes(params={**STREAMGET, "web_rid": get_rid(browser)})
    odd = odd.with_headers(Referer="https://live.douyin.com")
    url, headers = odd.sign_url("x")
    query = url.partition("?")[2]
    address = f"https://live.douyin.com/webcast/room/web/enter/?{query}"
    answer = (await browser.get(address, headers=headers)).json()
    assert answer["data"]["data"][0]["status"] == 2
    assert browser.violations == ["UA param mismatch: browser_version=116.0.0.0"]


@pytest.mark.parametrize("kept", [(), ("uifid",)])
async def test_headers_of_secsdk_may_be_missing(browser: Browser, kept: tuple[str, ...]) -> None:
    user = browser.sandbox.state.catalogue.by_name["demo"].sec_user_id
    signer = browser.with_changes(scheme="a_bogus+secsdk")
    url, headers = signer.sign_url("aweme/post", sec_user_id=user, count=18, max_cursor=0)
    ours = {"uifid", "x-secsdk-web-signature", "x-secsdk-web-expire"} - {*kept}
    sent = {name: value for name, value in headers.items() if name.lower() not in ours}
    assert (await browser.get(url, headers=sent)).json()["aweme_list"]
    assert not browser.violations


async def test_verify_fp_may_follow_the_signature_and_nothing_else(browser: Browser) -> None:
    user = browser.sandbox.state.catalogue.by_name["demo"].sec_user_id
    url, headers = browser.sign_url("aweme/post", sec_user_id=user, count=18, max_cursor=0)
    tail = f"&verifyFp={VERIFY_FP}&fp={VERIFY_FP}"
    assert (await browser.get(url + tail, headers=headers)).json()["aweme_list"]
    assert not browser.violations
    assert not (await browser.get(f"{url}&count=20", headers=headers)).body


@pytest.mark.parametrize("path", ["query/user/", "query/user"])
async def test_an_account_learns_its_webid(browser: Browser, path: str) -> None:
    ttwid = browser.sandbox.state.issue_ttwid()
    account = browser.with_changes(
        cookie=f"ttwid={ttwid}; sessionid={SESSION}", params=browser.params | {"msToken": ""}
    )
    url, headers = account.sign_url(path.rstrip("/"), webid="7" * 19)
    answer = (await browser.get(url.replace("/?", "?").replace("query/user", path), headers=headers)
              ).json()  # fmt: skip
    assert answer["id"] == browser.sandbox.state.derive_webid(ttwid)
    assert not browser.violations


async def test_the_page_of_a_room_names_room_owner_and_visitor(browser: Browser) -> None:
    state = browser.sandbox.state
    ttwid, user = state.issue_ttwid(), state.catalogue.by_name["demo"]
    reply = await browser.get(
        f"https://live.douyin.com/{get_rid(browser)}",
        headers=browser.headers | {"Cookie": f"ttwid={ttwid}"},
    )
    text = reply.body.decode()
    assert re.findall(r'roomId\\":\\"(\d+)\\"', text) == [Broadcast(user).room_id]
    assert re.findall(r'\\"user_unique_id\\":\\"(\d+)\\"', text) == [state.derive_webid(ttwid)]
    assert re.findall(r'\\"anchor\\":\{\\"id_str\\":\\"(\d+)\\"', text) == [user.uid]
    [pushed] = re.findall(r"push\(\[1,(\".+\")\]\)</script>", text)
    shown = json.loads(json.loads(pushed).partition(":")[2])[3]["state"]
    stream = shown["streamStore"]["streamData"]["H264_streamData"]["stream"]
    assert stream["origin"]["main"]["flv"].startswith("http://pull-flv-l1.douyincdn.com/")


PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Version/16.0 Mobile/15E148 Safari/604.1"
)


async def fetch_shared(browser: Browser, name: str, place: int, kind: str) -> dict[str, Any]:
    """Return a work of the share page, as a phone without cookies and Referer reads it."""
    work = build_work(browser.sandbox.state.catalogue.by_name[name], place)
    url = f"https://www.iesdouyin.com/share/{kind}/{work.aweme_id}/"
    text = (await browser.get(url, headers={"User-Agent": PHONE})).body.decode()
    [data] = re.findall(r"window\._ROUTER_DATA\s*=\s*(.*?)</script>", text)
    [page] = [
        page for key, page in json.loads(data)["loaderData"].items() if key.endswith("_(id)/page")
    ]
    return dict(page["videoInfoRes"])


async def test_a_phone_finds_a_work_on_its_share_page(browser: Browser) -> None:
    [item] = (await fetch_shared(browser, "one", 0, "video"))["item_list"]
    assert item["desc"]
    assert (item["author"]["unique_id"], len(item["author"]["avatar_medium"]["url_list"])) != (
        "",
        0,
    )
    url = item["video"]["play_addr"]["url_list"][0].replace("playwm", "play")
    phone = {"User-Agent": PHONE}
    target = (await browser.get(url, headers=phone)).headers["Location"]
    assert (await browser.get(target, headers=phone)).body[4:8] == b"ftyp"
    wide = f"https://www.iesdouyin.com/aweme/v1/play/?video_id={item['video']['play_addr']['uri']}"
    target = (await browser.get(f"{wide}&ratio=1080p&line=0", headers=phone)).headers["Location"]
    assert (await browser.get(target, headers=phone)).status == 200
    assert not browser.violations


async def test_share_pages_have_pictures_and_name_hidden_works(browser: Browser) -> None:
    user = browser.sandbox.state.catalogue.by_name["demo"]
    works = [build_work(user, place) for place in range(user.count)]
    album = next(n for n, work in enumerate(works) if work.recipe == "images")
    [item] = (await fetch_shared(browser, "demo", album, "note"))["item_list"]
    phone = {"User-Agent": PHONE}
    for image in item["images"]:
        assert (await browser.get(image["url_list"][0], headers=phone)).status == 200
    hidden = await fetch_shared(browser, "private account", 0, "video")
    assert (hidden["item_list"], len(hidden["filter_list"])) == ([], 1)


# Sockets

OLD_EXT = (
    f"internal_src:dim|wss_push_room_id:{ROOM}|wss_push_did:7319483754668557238|first_req_ms:"
    "1721106114541|fetch_time:1721106114633|seq:1|wss_info:0-1721106114633-0-0"
)
OLD = {"cursor": "d-1_u-1_fh-7392091211001140287_t-1721106114633_r-1", "internal_ext": OLD_EXT,
       "user_unique_id": "7319483754668557238"}  # fmt: skip


async def open_with(listener: Listener, url: str, **headers: str) -> dict[int, Any]:
    """Return the Response in the first frame of a socket."""
    cookie = f"ttwid={listener.browser.sandbox.state.issue_ttwid()}"
    address = URL(listener.browser.sandbox.to_sandbox(url), encoded=True)
    sent = {"User-Agent": AGENT, "Cookie": cookie} | {k.replace("_", "-"): v
                                                      for k, v in headers.items()}  # fmt: skip
    async with listener.browser.http.ws_connect(address, headers=sent) as socket:
        frame, response = decode_frame((await socket.receive()).data)
    assert frame[8][0][:2] == b"\x1f\x8b"
    return response


@pytest.mark.parametrize("host", ["webcast5-ws-web-hl", "webcast100-ws-web-lf"])
async def test_sockets_open_with_what_a_page_said_long_ago(host: str) -> None:
    async with run_listener() as listener:
        url = (await listener.make_url(**OLD)).replace("webcast5-ws-web-hl", host)
        name = url.split("/")[2]
        assert (await open_with(listener, url, Origin=f"https://{name}"))[1]
        again = (await listener.make_url(**OLD, x="1")).replace("webcast5-ws-web-hl", host)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await open_with(listener, again, Origin="https://example.com")
        assert listener.browser.violations == ["Origin is not https://live.douyin.com"]


async def test_frames_of_douyin_are_all_compressed() -> None:
    async with run_listener() as listener:
        async with listener.open_socket(await listener.make_url()) as socket:
            frames = [decode_frame((await socket.receive()).data)[0] for _ in range(12)]
        assert {frame[8][0][:2] for frame in frames} == {b"\x1f\x8b"}


async def test_a_ping_is_a_heartbeat() -> None:
    async with run_listener(heartbeat=0.2) as listener:
        async with listener.open_socket(await listener.make_url()) as socket:
            for _ in range(60):
                await socket.receive()
                await socket.ping(b"hb")
        assert not listener.browser.violations


@pytest.mark.parametrize("length", [107, 120, 128, 164, 184])
async def test_lengths_of_ms_token(browser: Browser, length: int) -> None:
    odd = browser.with_changes(params=browser.params | {"msToken": "x" * length})
    assert (await odd.fetch_posts("demo")).body


async def test_answers_name_their_log_id(browser: Browser) -> None:
    reply = await browser.fetch_posts("demo")
    assert reply.headers["X-Tt-Logid"] == reply.json()["log_pb"]["impr_id"]


async def test_guests_need_an_ms_token() -> None:
    async with visit() as browser:
        odd = browser.with_changes(params=browser.params | {"msToken": ""})
        assert not (await odd.fetch_posts("demo")).body
