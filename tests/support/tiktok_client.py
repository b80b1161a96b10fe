"""A browser on TikTok in a few lines: a visitor of the sandbox's pages, then signed requests."""

import json
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from support.sandbox_client import AGENT, Browser, Reply

from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options
from f2scrapy.signing import Unsigned, fingerprint, sign
from f2scrapy.signing.tokens import ms_token

WEB = "https://www.tiktok.com"
HEADERS = {"User-Agent": AGENT, "Referer": f"{WEB}/"}
BROWSER = {
    "WebIdLastTime": "1793534400",
    "aid": "1988",
    "app_language": "en",
    "app_name": "tiktok_web",
    "browser_language": "en-US",
    "browser_name": "Mozilla",
    "browser_online": "true",
    "browser_platform": "Win32",
    "browser_version": AGENT.removeprefix("Mozilla/"),
    "channel": "tiktok_web",
    "cookie_enabled": "true",
    "device_platform": "web_pc",
    "focus_state": "true",
    "history_len": "4",
    "is_fullscreen": "false",
    "is_page_visible": "true",
    "os": "windows",
    "region": "SG",
    "screen_height": "1080",
    "screen_width": "1920",
    "tz_name": "Asia/Singapore",
    "webcast_language": "en",
}
MS_TOKEN = ms_token(148, random.Random(1).random)


@dataclass(frozen=True)
class Visitor:
    """One visitor; `replace` it to be somebody odd."""

    browser: Browser
    params: dict[str, str]  # all but msToken, in any order
    cookies: dict[str, str]
    scheme: str = "x_bogus"
    token: str = MS_TOKEN
    clock_ms: int = 0  # 0 = now
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))

    def but(self, **changes: Any) -> "Visitor":
        return replace(self, **changes)

    @property
    def sandbox(self) -> Sandbox:
        return self.browser.sandbox

    @property
    def violations(self) -> list[str]:
        return self.browser.violations

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def signed(self, path: str, **params: Any) -> str:
        mine = dict(sorted((self.params | params).items()))
        tokens = {"msToken": self.token} if self.token else {}
        ask = Unsigned(
            query=urlencode(mine | tokens, quote_via=quote),
            body=b"",
            user_agent=self.headers["User-Agent"],
            fingerprint=str(fingerprint.generate(AGENT, random.Random(3).random)),
            now_ms=self.clock_ms or time.time_ns() // 1_000_000,
            random=random.random,
        )
        return f"{WEB}{path}?{sign(self.scheme, ask).query}"

    async def api(self, path: str, **params: Any) -> Reply:
        return await self.get(self.signed(path, **params))

    async def get(self, url: str, method: str = "GET", **options: Any) -> Reply:
        """Any address, with this visitor's cookies, unless `headers` say otherwise."""
        headers = {**self.headers, "Cookie": self.cookie}
        return await self.browser.get(url, method, **({"headers": headers} | options))

    async def media(self, url: str, **headers: str) -> Reply:
        """A file, as the page asks for it: with the one cookie that its host may see."""
        mine = {"Cookie": f"tt_chain_token={self.cookies['tt_chain_token']}"}
        sent = HEADERS | (mine if ".tiktok.com/" in url else {}) | headers
        return await self.browser.get(url, headers=sent)

    def sec_user_id(self, name: str) -> str:
        return self.sandbox.world.catalogue.by_name[name].sec_user_id

    async def posts(self, name: str, **params: Any) -> Any:
        asked = {"secUid": self.sec_user_id(name), "count": 35, "cursor": 0} | params
        return (await self.api("/api/post/item_list/", **asked)).json()

    async def pages(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All pages of a list, as an honest reader turns them."""
        pages = [(await self.api(path, cursor=0, **params)).json()]
        while pages[-1].get("hasMore") or pages[-1].get("has_more"):
            cursor = pages[-1]["cursor"]
            pages.append((await self.api(path, cursor=cursor, **params)).json())
        return pages


def scope(page: Reply) -> Any:
    """What a page is drawn from."""
    return script(page, "__UNIVERSAL_DATA_FOR_REHYDRATION__")["__DEFAULT_SCOPE__"]


def script(page: Reply, name: str) -> Any:
    found = re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', page.body.decode(), re.DOTALL)
    assert found, f"no {name}"
    return json.loads(found[1])


def cookies_of(page: Reply) -> dict[str, str]:
    jar = SimpleCookie()
    for line in page.headers.getall("Set-Cookie", []):
        jar.load(line)
    return {name: morsel.value for name, morsel in jar.items()}


@asynccontextmanager
async def visit_tiktok(options: Options | None = None) -> AsyncIterator[Visitor]:
    """A sandbox of one's own, and a visitor who has seen its home page."""
    async with Sandbox(options) as sandbox, aiohttp.ClientSession() as http:
        browser = Browser(sandbox, http, headers=dict(HEADERS))
        page = await browser.get(f"{WEB}/")
        known = scope(page)["webapp.app-context"]
        mine = BROWSER | {"device_id": known["wid"], "WebIdLastTime": known["webIdCreatedTime"]}
        yield Visitor(browser, mine, cookies_of(page))
