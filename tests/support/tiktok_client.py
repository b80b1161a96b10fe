"""Send requests to the sandbox as a browser on www.tiktok.com does: first a page, then calls."""

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
from f2scrapy.signing.tokens import make_ms_token

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
MS_TOKEN = make_ms_token(148, random.Random(1).random)


@dataclass(frozen=True)
class Visitor:
    """A visitor; `with_changes` makes an unusual one."""

    browser: Browser
    params: dict[str, str]  # all except msToken, in any order
    cookies: dict[str, str]
    scheme: str = "x_bogus"
    token: str = MS_TOKEN
    clock_ms: int = 0  # 0 = now
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))

    def with_changes(self, **changes: Any) -> "Visitor":
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

    def sign_url(self, path: str, **params: Any) -> str:
        own = dict(sorted((self.params | params).items()))
        tokens = {"msToken": self.token} if self.token else {}
        unsigned = Unsigned(
            query=urlencode(own | tokens, quote_via=quote),
            body=b"",
            user_agent=self.headers["User-Agent"],
            fingerprint=str(fingerprint.generate(AGENT, random.Random(3).random)),
            now_ms=self.clock_ms or time.time_ns() // 1_000_000,
            random=random.random,
        )
        return f"{WEB}{path}?{sign(self.scheme, unsigned).query}"

    async def call_api(self, path: str, **params: Any) -> Reply:
        return await self.get(self.sign_url(path, **params))

    async def get(self, url: str, method: str = "GET", **options: Any) -> Reply:
        """Request any address with this visitor's cookies, unless `headers` are given."""
        headers = {**self.headers, "Cookie": self.cookie}
        return await self.browser.get(url, method, **({"headers": headers} | options))

    async def fetch_media(self, url: str, **headers: str) -> Reply:
        """Request a file as a page does: with the one cookie its host may receive."""
        own = {"Cookie": f"tt_chain_token={self.cookies['tt_chain_token']}"}
        sent = HEADERS | (own if ".tiktok.com/" in url else {}) | headers
        return await self.browser.get(url, headers=sent)

    def get_sec_user_id(self, name: str) -> str:
        return self.sandbox.state.catalogue.by_name[name].sec_user_id

    async def fetch_posts(self, name: str, **params: Any) -> Any:
        query = {"secUid": self.get_sec_user_id(name), "count": 35, "cursor": 0} | params
        return (await self.call_api("/api/post/item_list/", **query)).json()

    async def fetch_pages(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Fetch all pages of a list, following cursor and hasMore."""
        pages = [(await self.call_api(path, cursor=0, **params)).json()]
        while pages[-1].get("hasMore") or pages[-1].get("has_more"):
            cursor = pages[-1]["cursor"]
            pages.append((await self.call_api(path, cursor=cursor, **params)).json())
        return pages


def read_scope(page: Reply) -> Any:
    """Return the state in a page."""
    return read_script(page, "__UNIVERSAL_DATA_FOR_REHYDRATION__")["__DEFAULT_SCOPE__"]


def read_script(page: Reply, name: str) -> Any:
    found = re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', page.body.decode(), re.DOTALL)
    assert found, f"no {name}"
    return json.loads(found[1])


def read_cookies(page: Reply) -> dict[str, str]:
    jar = SimpleCookie()
    for line in page.headers.getall("Set-Cookie", []):
        jar.load(line)
    return {name: morsel.value for name, morsel in jar.items()}


@asynccontextmanager
async def visit_tiktok(options: Options | None = None) -> AsyncIterator[Visitor]:
    """Start a sandbox and yield a visitor that has loaded its home page."""
    async with Sandbox(options) as sandbox, aiohttp.ClientSession() as http:
        browser = Browser(sandbox, http, headers=dict(HEADERS))
        page = await browser.get(f"{WEB}/")
        known = read_scope(page)["webapp.app-context"]
        own = BROWSER | {"device_id": known["wid"], "WebIdLastTime": known["webIdCreatedTime"]}
        yield Visitor(browser, own, read_cookies(page))
