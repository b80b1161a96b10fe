"""The sandbox's "Please wait" page accepts a solution, of the same user agent, and nothing else."""

import pytest
from support.sandbox_client import Browser
from support.tiktok_client import HEADERS

from f2scrapy.api import waf

PAGES = ("https://www.douyin.com/user/MS4w", "https://www.tiktok.com/explore")


def solve(body: bytes) -> str:
    challenge = waf.find_challenge(body)
    assert challenge is not None
    return "; ".join(f"{name}={value}" for name, value in (waf.solve(challenge) or {}).items())


@pytest.mark.parametrize("value", ["", "=rci"])
@pytest.mark.parametrize("url", PAGES)
async def test_a_solution_lets_pass(browser: Browser, url: str, value: str) -> None:
    browser.sandbox.state.switch_on(f"please_wait{value}")
    page = await browser.get(url)
    assert page.status == 200
    assert 300 < len(page.body) < 2500
    headers = HEADERS | {"Cookie": solve(page.body)}
    assert b"/waf-aiso/" not in (await browser.get(url, headers=headers)).body
    assert not browser.violations


async def test_no_other_browser_passes_with_it(browser: Browser) -> None:
    browser.sandbox.state.switch_on("please_wait")
    cookie = solve((await browser.get(PAGES[1])).body)
    other = {"User-Agent": HEADERS["User-Agent"] + " x", "Cookie": cookie}
    assert b"/waf-aiso/" in (await browser.get(PAGES[1], headers=other)).body
    assert browser.violations == ["_wafchallengeid is no solution"]


async def test_the_second_cookie_is_wanted(browser: Browser) -> None:
    browser.sandbox.state.switch_on("please_wait=rci")
    first, _, second = solve((await browser.get(PAGES[1])).body).partition("; ")
    cookie = first if first.startswith("_waf") else second
    again = await browser.get(PAGES[1], headers=HEADERS | {"Cookie": cookie})
    assert b"/waf-aiso/" in again.body


async def test_hosts_of_tokens_have_no_page(browser: Browser) -> None:
    browser.sandbox.state.switch_on("please_wait")
    reply = await browser.post_token("https://mcs.zijieapi.com/webid?aid=6383", {})
    assert b"/waf-aiso/" not in reply.body
