"""Douyin's gateway of 2026: each reason by what a request lacks, as public reports measured it."""

from collections.abc import AsyncIterator

import pytest
from support.sandbox_client import Browser, visit

from f2scrapy.sandbox.gateway import OPEN, WEBID_HEADER
from f2scrapy.sandbox.state import SESSION, STRICT, Options


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A visitor of an address that the gateway guards."""
    async with visit(Options(strict=STRICT | {"argus"})) as browser:
        yield browser


async def fetch(browser: Browser, **headers: str) -> tuple[int, str]:
    reply = await browser.with_headers(**headers).fetch_posts("demo")
    return reply.status, reply.body.decode() if reply.status != 200 else ""


def refuse(reason: str) -> tuple[int, str]:
    return 403, f"Blocked by ArgusSecurityPlugin {reason}"


async def test_it_checks_in_the_order_of_reports(browser: Browser) -> None:
    bare = browser.with_changes(uifid="")
    assert await fetch(bare) == refuse("Uifid Not Found")
    cookie = (
        f"ttwid={browser.sandbox.state.issue_ttwid()}; UIFID={browser.sandbox.state.issue_uifid()}"
    )
    assert await fetch(bare.with_changes(cookie=cookie)) == refuse("Uifid Not Found")
    assert await fetch(browser, x_tt_argus="") == refuse("Signature Not Found")
    assert await fetch(browser.with_changes(uifid="0" * 192)) == refuse("Validate Error")
    signed = browser.with_changes(scheme="a_bogus+secsdk")
    assert await fetch(signed.with_changes(uifid="0" * 192)) == refuse("Validate Error")
    assert await fetch(signed, x_tt_argus="") == (200, "")
    assert await fetch(browser) == (200, "")


async def test_a_signature_of_something_else_is_invalid(browser: Browser) -> None:
    signed = browser.with_changes(scheme="a_bogus+secsdk")
    url, headers = signed.sign_url("aweme/post", count=18)
    reply = await browser.get(url.replace("count=18", "count=19"), headers=headers)
    assert (reply.status, reply.body.decode()) == refuse("Sign Invalid")
    assert reply.headers["argus_security_code"] == "web_id_sign_invalid"


async def test_other_paths_are_free_unless_the_header_is_demanded(browser: Browser) -> None:
    bare = browser.with_changes(uifid="").with_headers(x_tt_argus="")
    assert (await bare.call_api("user/profile/other", sec_user_id="MS4w")).status == 200
    async with visit(Options(strict=STRICT | {"argus", "argus_header"})) as strict:
        for lacking in (strict.with_changes(uifid=""), strict.with_headers(x_tt_argus="")):
            assert (await lacking.call_api("user/profile/other", sec_user_id="MS4w")).status == 403
        assert (await strict.call_api("user/profile/other", sec_user_id="MS4w")).status == 200


async def test_an_unguarded_address_asks_for_nothing() -> None:
    async with visit(Options(strict=STRICT - {"argus"})) as browser:
        bare = browser.with_changes(uifid="").with_headers(x_tt_argus="")
        assert await fetch(bare) == (200, "")


async def test_real_pages_give_a_uifid_to_a_browser_that_has_none(browser: Browser) -> None:
    for url in ("https://live.douyin.com/?from_nav=1", "https://www.douyin.com/user/MS4w"):
        cookies = (await browser.get(url)).headers.getall("Set-Cookie")
        [given] = [line for line in cookies if line.startswith("UIFID_TEMP=")]
        pair = given.partition(";")[0]
        assert browser.sandbox.state.is_known_uifid(pair.partition("=")[2])
        again = await browser.get(url, headers={**browser.headers, "Cookie": pair})
        assert "UIFID" not in "".join(again.headers.getall("Set-Cookie"))


@pytest.mark.parametrize(("name", "passes"), [("right", True), ("", True), ("wrong", False)])
async def test_an_accounts_webid_is_that_of_its_session(
    browser: Browser, name: str, passes: bool
) -> None:
    ttwid = browser.sandbox.state.issue_ttwid()
    webid = {"right": browser.sandbox.state.derive_webid(ttwid), "wrong": "7" * 19}.get(name, "")
    params = {"webid": webid} if webid else {}
    account = browser.with_changes(cookie=f"ttwid={ttwid}; sessionid={SESSION}")
    reply = await account.fetch_posts("demo", **params)
    assert (reply.status, bool(reply.body)) == (200, passes)
    assert reply.headers.get(WEBID_HEADER, "") == (
        browser.sandbox.state.derive_webid(ttwid) if passes else ""
    )


async def test_the_open_channel_wants_no_more_than_an_origin(browser: Browser) -> None:
    work = next(iter(browser.sandbox.describe_files("one")))
    url = f"https://www.douyin.com/aweme/v1/web/aweme/detail/?aweme_id={work}&aid=6383"
    agent = {"User-Agent": browser.headers["User-Agent"]}
    reply = await browser.get(url, headers=agent | {"Origin": OPEN})
    assert reply.json()["aweme_detail"]["aweme_id"] == work
    assert not browser.violations
    assert (await browser.get(url, headers=agent)).status == 403
