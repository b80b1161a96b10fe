"""A browser in a few lines: asks the sandbox as a page of the platform would, signed."""

import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options
from f2scrapy.signing import Unsigned, fingerprint, sign
from f2scrapy.signing.tokens import ms_token, str_data

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
BROWSER = {
    "device_platform": "webapp",
    "aid": "6383",
    "browser_language": "zh-CN",
    "browser_platform": "Win32",
    "browser_name": "Chrome",
    "browser_version": "130.0.0.0",
    "engine_name": "Blink",
    "engine_version": "130.0.0.0",
    "os_name": "Windows",
    "os_version": "10",
}
WEB = "https://www.douyin.com/aweme/v1/web"
MS_TOKEN = ms_token(184, random.Random(1).random)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Browser:
    """One visitor; `replace` it to be somebody odd."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    headers: dict[str, str] = field(
        default_factory=lambda: {"User-Agent": AGENT, "Referer": "https://www.douyin.com/"}
    )
    params: dict[str, str] = field(default_factory=lambda: {**BROWSER, "msToken": MS_TOKEN})
    scheme: str = "a_bogus"
    cookie: str = ""  # "" = a ttwid the sandbox has issued
    clock_ms: int = 0  # 0 = now
    raw: str = ""  # what the query begins with

    def but(self, **changes: Any) -> "Browser":
        return replace(self, **changes)

    def with_headers(self, **headers: str) -> "Browser":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers=self.headers | named)

    async def api(self, path: str, **params: Any) -> Reply:
        """An interface of the platform, below /aweme/v1/web/."""
        url, headers = self.signed(path, **params)
        return await self.get(url, headers=headers)

    def signed(self, path: str, **params: Any) -> tuple[str, dict[str, str]]:
        """The address and headers `api` sends."""
        ask = Unsigned(
            query=self.raw + urlencode(self.params | params, quote_via=quote),
            body=b"",
            user_agent=self.headers.get("User-Agent", ""),
            fingerprint=str(fingerprint.generate(AGENT, random.Random(3).random)),
            now_ms=self.clock_ms or time.time_ns() // 1_000_000,
            random=random.random,
            uifid="u" * 32,
        )
        signed = sign(self.scheme, ask)
        cookie = self.cookie or f"ttwid={self.sandbox.world.issue_ttwid()}"
        return f"{WEB}/{path}/?{signed.query}", {**self.headers, **signed.headers, "Cookie": cookie}

    async def posts(self, name: str, **params: Any) -> Reply:
        user = self.sandbox.world.catalogue.by_name[name]
        params = {"max_cursor": 0, "count": 18} | params
        return await self.api("aweme/post", sec_user_id=user.sec_user_id, **params)

    async def pages(self, name: str, count: int = 18) -> list[dict[str, Any]]:
        """All pages of a user, as an honest reader turns them."""
        pages: list[dict[str, Any]] = []
        cursor, more = 0, 1
        while more:
            page = (await self.posts(name, max_cursor=cursor, count=count)).json()
            pages.append(page)
            cursor, more = page["max_cursor"], page["has_more"]
        return pages

    async def get(self, url: str, method: str = "GET", **options: Any) -> Reply:
        """Any address of the platforms, as it is, redirects not followed."""
        options = {"headers": self.headers, "allow_redirects": False} | options
        door = URL(self.sandbox.door(url), encoded=True)
        async with self.http.request(method, door, **options) as response:
            return Reply(response.status, response.headers, await response.read())

    async def token(self, url: str, body: Any, **headers: str) -> Reply:
        sent = self.headers | {"Content-Type": "application/json"} | headers
        return await self.get(url, "POST", data=json.dumps(body), headers=sent)

    @property
    def violations(self) -> list[str]:
        return [what for _, what in self.sandbox.world.report.violations]


@asynccontextmanager
async def visit(options: Options | None = None) -> AsyncIterator[Browser]:
    """A sandbox of one's own, and a browser in it."""
    async with Sandbox(options) as sandbox, aiohttp.ClientSession() as http:
        yield Browser(sandbox, http)


def report_of_browser(**changes: Any) -> dict[str, Any]:
    """What an msToken is asked with."""
    report = {"nWID": {"navigator": {"userAgent": AGENT}}, "wID": {}}
    body: dict[str, Any] = {"magic": 538969122, "version": 1, "dataType": 8, "ulr": 0}
    return {
        **body,
        "strData": str_data(report, 197),
        "tspFromClient": time.time() * 1000,
        **changes,
    }


def first_url(work: dict[str, Any]) -> str:
    return str(work["video"]["bit_rate"][0]["play_addr"]["url_list"][0])
