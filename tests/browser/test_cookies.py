"""The cookies of a Chromium's own profile, as it keeps them on disk."""

import time
from pathlib import Path

import pytest
from support.real_browser import find_chromium

from f2scrapy.api.browser_cookies import read_browser_cookies
from f2scrapy.config.cookie_source import BrowserSource


async def test_profile_of_chromium_is_read_with_the_right_expiry(tmp_path: Path) -> None:
    pytest.importorskip("yt_dlp")
    async_playwright = pytest.importorskip("playwright.async_api").async_playwright
    program, end = find_chromium(), int(time.time()) + 86_400
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(tmp_path), executable_path=program
        )
        await context.add_cookies([
            {"name": "sessionid", "value": "abc%3D", "domain": ".douyin.com", "path": "/",
             "expires": end, "httpOnly": True, "secure": True},
        ])  # fmt: skip
        await context.close()
    found = read_browser_cookies(BrowserSource("chromium", str(tmp_path)))
    assert [(c.domain, c.name, c.value, c.expires) for c in found] == [
        (".douyin.com", "sessionid", "abc%3D", end)
    ]
