"""Send requests to the sandbox as a browser on www.douyin.com does, signed."""

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
from f2scrapy.signing.tokens import make_ms_token, make_str_data

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
MS_TOKEN = make_ms_token(184, random.Random(1).random)


@dataclass(frozen=True)
class Reply:
    """Status, headers and body of a response."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Browser:
    """A visitor; `with_changes` makes an unusual one."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "User-Agent": AGENT,
            "Referer": "https://www.douyin.com/",
            "x-tt-argus": "1",
        }
    )
    params: dict[str, str] = field(default_factory=lambda: {**BROWSER, "msToken": MS_TOKEN})
    scheme: str = "a_bogus"
    cookie: str = ""  # "" = a new ttwid of the sandbox
    clock_ms: int = 0  # 0 = now
    uifid: str | None = None  # None = a new one of the sandbox
    raw: str = ""  # prefix of the query

    def with_changes(self, **changes: Any) -> "Browser":
        return replace(self, **changes)

    def with_headers(self, **headers: str) -> "Browser":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers=self.headers | named)

    async def call_api(self, path: str, **params: Any) -> Reply:
        """Call an interface below /aweme/v1/web/."""
        url, headers = self.sign_url(path, **params)
        return await self.get(url, headers=headers)

    def sign_url(self, path: str, **params: Any) -> tuple[str, dict[str, str]]:
        """Return the signed address and the headers of a call."""
        uifid = self.sandbox.state.issue_uifid() if self.uifid is None else self.uifid
        unsigned = Unsigned(
            query=self.raw + urlencode(self.params | params, quote_via=quote),
            body=b"",
            user_agent=self.headers.get("User-Agent", ""),
            fingerprint=str(fingerprint.generate(AGENT, random.Random(3).random)),
            now_ms=self.clock_ms or time.time_ns() // 1_000_000,
            random=random.random,
            uifid=uifid,
        )
        signed = sign(self.scheme, unsigned)
        cookie = self.cookie or f"ttwid={self.sandbox.state.issue_ttwid()}"
        headers = self.headers | ({"uifid": uifid} if uifid else {})
        return f"{WEB}/{path}/?{signed.query}", {**headers, **signed.headers, "Cookie": cookie}

    async def fetch_posts(self, name: str, **params: Any) -> Reply:
        user = self.sandbox.state.catalogue.by_name[name]
        params = {"max_cursor": 0, "count": 18} | params
        return await self.call_api("aweme/post", sec_user_id=user.sec_user_id, **params)

    async def fetch_pages(self, name: str, count: int = 18) -> list[dict[str, Any]]:
        """Fetch all pages of a user's list, following cursor and has_more."""
        pages: list[dict[str, Any]] = []
        cursor, more = 0, 1
        while more:
            page = (await self.fetch_posts(name, max_cursor=cursor, count=count)).json()
            pages.append(page)
            cursor, more = page["max_cursor"], page["has_more"]
        return pages

    async def get(self, url: str, method: str = "GET", **options: Any) -> Reply:
        """Request any address of the platforms unchanged, without following redirects."""
        options = {"headers": self.headers, "allow_redirects": False} | options
        address = URL(self.sandbox.to_sandbox(url), encoded=True)
        async with self.http.request(method, address, **options) as response:
            return Reply(response.status, response.headers, await response.read())

    async def post_token(self, url: str, body: Any, **headers: str) -> Reply:
        sent = self.headers | {"Content-Type": "application/json"} | headers
        return await self.get(url, "POST", data=json.dumps(body), headers=sent)

    @property
    def violations(self) -> list[str]:
        return [what for _, what in self.sandbox.state.report.violations]


@asynccontextmanager
async def visit(options: Options | None = None) -> AsyncIterator[Browser]:
    """Start a sandbox and yield a browser that uses it."""
    async with Sandbox(options) as sandbox, aiohttp.ClientSession() as http:
        yield Browser(sandbox, http)


def build_browser_report(**changes: Any) -> dict[str, Any]:
    """Return the body of a request for an msToken."""
    report = {"nWID": {"navigator": {"userAgent": AGENT}}, "wID": {}}
    body: dict[str, Any] = {"magic": 538969122, "version": 1, "dataType": 8, "ulr": 0}
    return {
        **body,
        "strData": make_str_data(report, 197),
        "tspFromClient": time.time() * 1000,
        **changes,
    }


def get_first_url(work: dict[str, Any]) -> str:
    return str(work["video"]["bit_rate"][0]["play_addr"]["url_list"][0])
