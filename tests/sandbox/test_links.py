"""Test the short links: their targets, and the violations on the way."""

import pytest
from support.sandbox_client import Browser


async def follow_hops(browser: Browser, url: str, most: int = 10) -> list[str]:
    """Return the redirect targets a browser without cookies follows."""
    targets = []
    while (target := (await browser.get(url)).headers.get("Location")) and len(targets) < most:
        targets.append(target)
        url = target
    return targets


async def test_a_user(browser: Browser) -> None:
    targets = await follow_hops(browser, "https://v.douyin.com/u-private_account/")
    sec = browser.sandbox.state.catalogue.by_name["private account"].sec_user_id
    assert targets[0].startswith(f"https://www.iesdouyin.com/share/user/{sec}?sec_uid={sec}&")
    assert targets[1].startswith(f"https://www.douyin.com/user/{sec}")


@pytest.mark.parametrize(("code", "kind"), [("w", "video"), ("n", "note")])
async def test_a_work(browser: Browser, code: str, kind: str) -> None:
    targets = await follow_hops(browser, f"https://v.douyin.com/{code}-7300000000000000000/")
    assert targets[0].startswith(f"https://www.iesdouyin.com/share/{kind}/7300000000000000000/")
    assert targets[-1].startswith(f"https://www.douyin.com/{kind}/7300000000000000000")


async def test_requests_outside_the_platforms_are_noted(browser: Browser) -> None:
    assert await follow_hops(browser, "https://v.douyin.com/away/") == [
        "https://evil.example/collect?from=short"
    ]
    assert browser.violations == ["request to evil.example, outside the platforms"]


async def test_endless(browser: Browser) -> None:
    assert len(await follow_hops(browser, "https://v.douyin.com/endless/")) == 10


async def test_eight_hops(browser: Browser) -> None:
    assert len(await follow_hops(browser, "https://v.douyin.com/long/")) == 8


async def test_a_deleted_link(browser: Browser) -> None:
    assert (await browser.get("https://v.douyin.com/gone/")).status == 404


@pytest.mark.parametrize("cookie", ["sessionid=x", "ttwid=x"])
async def test_secrets_are_noted(browser: Browser, cookie: str) -> None:
    await browser.get("https://v.douyin.com/u-demo/", headers={"Cookie": cookie})
    assert len(browser.violations) == 1
    assert browser.violations[0].endswith("sent to v.douyin.com")


async def test_the_page_at_the_end_sets_a_ttwid(browser: Browser) -> None:
    reply = await browser.get(browser.sandbox.get_user_url("demo"))
    ttwid = reply.headers["Set-Cookie"].partition("ttwid=")[2].partition(";")[0]
    assert browser.sandbox.state.is_known_ttwid(ttwid)
