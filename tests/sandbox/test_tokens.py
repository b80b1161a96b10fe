"""Test the token hosts: their checks of requests, and the tokens they issue."""

import time

import pytest
from support.sandbox_client import AGENT, BROWSER, Browser, build_browser_report, visit

pytestmark = pytest.mark.clock

MS_TOKEN = "https://mssdk.bytedance.com/web/r/token?ms_appid=6383"
TTWID = "https://ttwid.bytedance.com/ttwid/union/register/"
WEBID = "https://mcs.zijieapi.com/webid?aid=6383&sdk_version=5.1.18_zip&device_platform=web"
REGISTER = {"region": "cn", "aid": 1768, "needFid": False, "service": "www.ixigua.com",
            "migrate_info": {"ticket": "", "source": "node"}, "cbUrlProtocol": "https",
            "union": True}  # fmt: skip
NUMBERED = {"app_id": 6383, "referer": "https://www.douyin.com/", "user_unique_id": "",
            "url": "https://www.douyin.com/", "user_agent": AGENT}  # fmt: skip


@pytest.mark.parametrize("path", ["/web/r/token", "/web/common"])
async def test_ms_token(browser: Browser, path: str) -> None:
    url = f"https://mssdk.bytedance.com{path}?ms_appid=6383"
    reply = await browser.post_token(url, build_browser_report())
    token = reply.headers["Set-Cookie"].partition("msToken=")[2].partition(";")[0]
    assert len(token) == 184
    assert browser.sandbox.state.is_issued_ms_token(token)
    assert (await browser.with_changes(params=BROWSER | {"msToken": token}).fetch_posts("one")).body
    assert not browser.violations


async def test_ttwid(browser: Browser) -> None:
    reply = await browser.post_token(TTWID, REGISTER)
    cookie = reply.headers["Set-Cookie"].partition(";")[0]
    assert (await browser.with_changes(cookie=cookie).fetch_posts("one")).body
    assert not browser.violations


async def test_webid(browser: Browser) -> None:
    reply = await browser.post_token(WEBID, NUMBERED)
    assert len(reply.json()["web_id"]) == 19
    assert not browser.violations


@pytest.mark.parametrize(
    ("url", "body", "message"),
    [
        (MS_TOKEN, build_browser_report(magic=1), "msToken: magic is not 538969122"),
        (
            MS_TOKEN,
            build_browser_report(strData="x"),
            "msToken: strData is malformed",
        ),
        (
            MS_TOKEN,
            build_browser_report(tspFromClient=time.time()),
            "msToken: tspFromClient is of another time (it is in ms)",
        ),
        (MS_TOKEN.partition("?")[0], build_browser_report(), "msToken: ms_appid is not 6383"),
        (TTWID, {**REGISTER, "union": False}, "ttwid: union is not true"),
        (TTWID, [], "ttwid: body is not a JSON object"),
        (WEBID, {**NUMBERED, "user_agent": "x"}, "webid: user_agent differs from the header"),
        (WEBID.partition("?")[0], NUMBERED, "webid: app_id or aid is not 6383"),
    ],
)
async def test_wrong_bodies_give_nothing(
    browser: Browser, url: str, body: object, message: str
) -> None:
    reply = await browser.post_token(url, body)
    assert "Set-Cookie" not in reply.headers
    assert b"web_id" not in reply.body
    assert message in browser.violations


async def test_an_account_cookie_is_noted(browser: Browser) -> None:
    await browser.post_token(TTWID, REGISTER, Cookie="sessionid=x")
    assert browser.violations == ["account cookie sessionid sent to ttwid.bytedance.com"]


async def test_get_gives_nothing(browser: Browser) -> None:
    assert (await browser.get(TTWID)).status == 405


async def test_tokens_are_valid_after_a_restart(browser: Browser) -> None:
    ttwid = browser.sandbox.state.issue_ttwid()
    async with visit() as other:
        assert other.sandbox.state.is_known_ttwid(ttwid)
        assert not other.sandbox.state.is_known_ttwid(ttwid[:-1] + "g")
        assert not other.sandbox.state.is_known_ttwid("")
