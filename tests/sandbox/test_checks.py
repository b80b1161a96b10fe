"""Checks: what the sandbox minds in a request, and how it says so."""

import random
import time

import pytest
from support.sandbox_client import BROWSER, MS_TOKEN, Browser, visit

from f2scrapy.api.browser_profile import client
from f2scrapy.sandbox.checks import WEBSIGNED
from f2scrapy.sandbox.state import CHECKS, SESSION, Options
from f2scrapy.signing.tokens import ms_token


@pytest.mark.parametrize("scheme", ["a_bogus", "a_bogus_1_0_1_19", "a_bogus+secsdk"])
async def test_signed_requests_pass(browser: Browser, scheme: str) -> None:
    reply = await browser.but(scheme=scheme).posts("demo")
    assert len(reply.json()["aweme_list"]) == 18
    assert not browser.violations


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"scheme": ""}, "a_bogus: a_bogus is missing"),
        ({"clock_ms": 1_600_000_000_000}, "a_bogus: of another time"),
        ({"cookie": "a=b"}, "ttwid missing"),
        ({"cookie": "ttwid=1%7Cabc%7C1%7Cdef"}, "ttwid not issued here"),
        ({"params": BROWSER}, "msToken missing"),
        ({"params": BROWSER | {"msToken": "short"}}, "msToken of 5 characters"),
        (
            {"params": BROWSER | {"msToken": MS_TOKEN, "browser_version": "131.0.0.0"}},
            "UA param mismatch: browser_version=131.0.0.0",
        ),
        (
            {"params": BROWSER | {"msToken": MS_TOKEN, "os_name": "Linux"}},
            "UA param mismatch: os_name=Linux",
        ),
        ({"params": {"msToken": MS_TOKEN}}, "parameter device_platform missing"),
    ],
)
async def test_wrong_requests_are_refused_and_noted(
    browser: Browser, changes: dict, what: str
) -> None:
    reply = await browser.but(**changes).posts("demo")
    assert (reply.status, reply.body) == (200, b"")
    assert what in browser.violations


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("User_Agent", "python-requests/2", "User-Agent is not a browser's"),
        ("User_Agent", "Firefox", "User-Agent is not a browser's"),
        ("Referer", "https://example.com/", "Referer is not https://www.douyin.com/"),
        ("sec_ch_ua", '"Chromium";v="99"', "sec-ch-ua disagrees with User-Agent"),
        ("sec_ch_ua_platform", '"macOS"', "sec-ch-ua-platform disagrees with User-Agent"),
    ],
)
async def test_wrong_headers_are_refused_and_noted(
    browser: Browser, name: str, value: str, what: str
) -> None:
    reply = await browser.with_headers(**{name: value}).posts("demo")
    assert reply.body == b""
    assert what in browser.violations


async def test_a_changed_query_is_refused(browser: Browser) -> None:
    url, headers = browser.signed("aweme/post", count=18)
    reply = await browser.get(url.replace("count=18", "count=19"), headers=headers)
    assert reply.body == b""
    assert "a_bogus: query hash differs" in browser.violations


async def test_a_requoted_query_is_refused(browser: Browser) -> None:
    url, headers = browser.signed("aweme/post", text="a b")
    assert (await browser.get(url.replace("a%20b", "a+b"), headers=headers)).body == b""


async def test_signed_by_another_browser(browser: Browser) -> None:
    url, headers = browser.signed("aweme/post")
    older = headers["User-Agent"].replace("NT 10.0", "NT 6.1")
    assert (await browser.get(url, headers=headers | {"User-Agent": older})).body == b""
    assert browser.violations == ["a_bogus: user agent hash differs"]


async def test_an_account_needs_no_ttwid(browser: Browser) -> None:
    reply = await browser.but(cookie=f"sessionid={SESSION}").posts("demo")
    assert reply.json()["status_code"] == 0
    assert not browser.violations


async def test_a_lapsed_account_is_a_stranger(browser: Browser) -> None:
    assert (await browser.but(cookie="sessionid=old").posts("demo")).body == b""


async def test_unsigned_passes_where_nothing_is_checked() -> None:
    async with visit(Options(strict=frozenset())) as browser:
        reply = await browser.but(scheme="", params={}, headers={}).posts("demo")
        assert len(reply.json()["aweme_list"]) == 18


async def test_websign_is_wanted_on_demand() -> None:
    async with visit(Options(strict=CHECKS - {"real_ms_token"})) as browser:
        reply = await browser.posts("demo")
        assert reply.status == 403
        assert reply.body.startswith(b"Blocked by ArgusSecurityPlugin")
        assert (await browser.but(scheme="a_bogus+secsdk").posts("demo")).status == 200


async def test_the_outer_signature_is_held_against_the_inner_ones_query(browser: Browser) -> None:
    url, headers = browser.but(scheme="a_bogus+secsdk").signed("aweme/post", count=18)
    reply = await browser.get(url.replace("count=18", "count=19"), headers=headers)
    assert reply.status == 403
    assert browser.violations == ["secsdk: x-secsdk-web-signature differs"]


def test_websign_is_wanted_where_we_send_it() -> None:
    assert set(client("douyin", {}).secsdk_paths) == WEBSIGNED


async def test_a_made_up_ms_token_is_told_apart_on_demand() -> None:
    async with visit(Options(strict=CHECKS - {"websign"})) as browser:
        assert (await browser.posts("demo")).status == 403
        real = browser.sandbox.world.issue_ms_token()
        assert (await browser.but(params=BROWSER | {"msToken": real}).posts("demo")).status == 200
        assert len(ms_token(184, random.random)) == len(real)


async def test_post_where_get_is_wanted(browser: Browser) -> None:
    url = "https://www.douyin.com/aweme/v1/web/aweme/post/"
    reply = await browser.get(url, "POST", data="{}")
    assert reply.status == 405


async def test_time_is_the_sandbox_clock(browser: Browser) -> None:
    browser.sandbox.world.clock = lambda: time.time() + 3600
    assert (await browser.posts("demo")).body == b""
    assert "a_bogus: of another time" in browser.violations
