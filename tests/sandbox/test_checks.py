"""Test the checks of requests, and their refusals."""

import random
import time

import pytest
from support.sandbox_client import BROWSER, MS_TOKEN, Browser, visit

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.sandbox.gateway import PROTECTED
from f2scrapy.sandbox.state import SESSION, STRICT, Options
from f2scrapy.signing.tokens import make_ms_token

pytestmark = pytest.mark.clock


@pytest.mark.parametrize("scheme", ["a_bogus", "a_bogus_1_0_1_19", "a_bogus+secsdk"])
async def test_signed_requests_pass(browser: Browser, scheme: str) -> None:
    reply = await browser.with_changes(scheme=scheme).fetch_posts("demo")
    assert len(reply.json()["aweme_list"]) == 18
    assert not browser.violations


@pytest.mark.parametrize(
    ("changes", "message"),
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
    browser: Browser, changes: dict, message: str
) -> None:
    reply = await browser.with_changes(**changes).fetch_posts("demo")
    assert (reply.status, reply.body) == (200, b"")
    assert message in browser.violations


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("User_Agent", "python-requests/2", "User-Agent is not a browser's"),
        ("User_Agent", "Firefox", "User-Agent is not a browser's"),
        ("Referer", "https://example.com/", "Referer is not https://www.douyin.com/"),
        ("sec_ch_ua", '"Chromium";v="99"', "sec-ch-ua disagrees with User-Agent"),
        ("sec_ch_ua_platform", '"macOS"', "sec-ch-ua-platform disagrees with User-Agent"),
    ],
)
async def test_wrong_headers_are_refused_and_noted(
    browser: Browser, name: str, value: str, message: str
) -> None:
    reply = await browser.with_headers(**{name: value}).fetch_posts("demo")
    assert reply.body == b""
    assert message in browser.violations


async def test_a_changed_query_is_refused(browser: Browser) -> None:
    url, headers = browser.sign_url("aweme/post", count=18)
    reply = await browser.get(url.replace("count=18", "count=19"), headers=headers)
    assert reply.body == b""
    assert "a_bogus: query hash differs" in browser.violations


async def test_a_requoted_query_is_refused(browser: Browser) -> None:
    url, headers = browser.sign_url("aweme/post", text="a b")
    assert (await browser.get(url.replace("a%20b", "a+b"), headers=headers)).body == b""


async def test_a_signature_of_another_browser_is_refused(browser: Browser) -> None:
    url, headers = browser.sign_url("aweme/post")
    older = headers["User-Agent"].replace("NT 10.0", "NT 6.1")
    assert (await browser.get(url, headers=headers | {"User-Agent": older})).body == b""
    assert browser.violations == ["a_bogus: user agent hash differs"]


async def test_an_account_needs_no_ttwid(browser: Browser) -> None:
    reply = await browser.with_changes(cookie=f"sessionid={SESSION}").fetch_posts("demo")
    assert reply.json()["status_code"] == 0
    assert not browser.violations


async def test_an_expired_session_counts_as_none(browser: Browser) -> None:
    assert (await browser.with_changes(cookie="sessionid=old").fetch_posts("demo")).body == b""


async def test_unsigned_requests_pass_without_checks() -> None:
    async with visit(Options(strict=frozenset())) as browser:
        reply = await browser.with_changes(scheme="", params={}, headers={}).fetch_posts("demo")
        assert len(reply.json()["aweme_list"]) == 18


async def test_websign_is_required_if_selected() -> None:
    async with visit(Options(strict=STRICT | {"websign"})) as browser:
        reply = await browser.fetch_posts("demo")
        assert reply.status == 403
        assert reply.body.startswith(b"Blocked by ArgusSecurityPlugin")
        assert (
            await browser.with_changes(scheme="a_bogus+secsdk").fetch_posts("demo")
        ).status == 200


async def test_the_outer_signature_covers_the_inner_query(browser: Browser) -> None:
    url, headers = browser.with_changes(scheme="a_bogus+secsdk").sign_url("aweme/post", count=18)
    reply = await browser.get(url.replace("count=18", "count=19"), headers=headers)
    assert reply.status == 403
    assert browser.violations == ["secsdk: x-secsdk-web-signature differs"]


def test_websign_is_required_for_the_paths_of_the_client() -> None:
    assert set(load_profile("douyin", {}).secsdk_paths) == PROTECTED


async def test_an_invented_ms_token_is_refused_if_selected() -> None:
    async with visit(Options(strict=STRICT | {"real_ms_token"})) as browser:
        assert (await browser.fetch_posts("demo")).status == 403
        real = browser.sandbox.state.issue_ms_token()
        assert (
            await browser.with_changes(params=BROWSER | {"msToken": real}).fetch_posts("demo")
        ).status == 200
        assert len(make_ms_token(184, random.random)) == len(real)


async def test_post_instead_of_get_is_refused(browser: Browser) -> None:
    url = "https://www.douyin.com/aweme/v1/web/aweme/post/"
    reply = await browser.get(url, "POST", data="{}")
    assert reply.status == 405


async def test_time_is_the_sandbox_clock(browser: Browser) -> None:
    browser.sandbox.state.clock = lambda: time.time() + 3600
    assert (await browser.fetch_posts("demo")).body == b""
    assert "a_bogus: of another time" in browser.violations
