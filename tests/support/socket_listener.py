"""Listen to the sandbox's chat sockets as a browser does, frame by frame."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from support.sandbox_client import AGENT, Browser, visit
from yarl import URL

from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.live.webcast import DOUYIN_SOCKET
from f2scrapy.sandbox.protobuf import unpack
from f2scrapy.sandbox.state import Options
from f2scrapy.signing import Unsigned, sign

ROOM, OTHER = "7600000000000004000", "7600000000000004010"  # room0, room1
VISITOR_ID = "7310000000000000001"
FETCH = "https://live.douyin.com/webcast/im/fetch/"
STUB = {"live_id": "1", "aid": "6383", "version_code": "180800", "did_rule": "3",
        "webcast_sdk_version": "1.0.14-beta.0", "device_platform": "web",
        "identity": "audience"}  # fmt: skip


@dataclass
class Listener:
    """A browser with a socket that decodes frames step by step."""

    browser: Browser
    cookie: str = ""
    signed: bool = True

    async def fetch(self, room_id: str = ROOM, **params: str) -> dict[int, Any]:
        """Return the Response of im/fetch."""
        query_params = {"room_id": room_id, "user_unique_id": VISITOR_ID,
                        "resp_content_type": "protobuf",
                        "browser_version": AGENT.removeprefix("Mozilla/"), **params}  # fmt: skip
        url, headers = self.browser.with_changes(params=query_params).sign_url("x")
        query = url.partition("?")[2]
        reply = await self.browser.get(f"{FETCH}?{query}", headers=headers)
        return dict(unpack(reply.body))

    async def make_url(self, room_id: str = ROOM, **changes: str) -> str:
        begin = await self.fetch(room_id)
        params = {**STUB, "room_id": room_id, "user_unique_id": VISITOR_ID, "compress": "gzip",
                  "cursor": get_text(begin, 2),
                  "internal_ext": get_text(begin, 5)} | changes  # fmt: skip
        query = urlencode(params, quote_via=quote)
        if self.signed:
            unsigned = Unsigned(query, b"", AGENT, "", 0, lambda: 0.37 + len(query) % 7 / 100)
            query = sign("webcast", unsigned).query
        return f"https://{''.join(DOUYIN_SOCKET)}?{query}"

    @asynccontextmanager
    async def open_socket(self, url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        cookie = self.cookie or f"ttwid={self.browser.sandbox.state.issue_ttwid()}"
        headers = {"User-Agent": AGENT, "Cookie": cookie, "Origin": "https://live.douyin.com"}
        address = URL(self.browser.sandbox.to_sandbox(url), encoded=True)
        async with self.browser.http.ws_connect(address, headers=headers, max_msg_size=0) as socket:
            yield socket


def get_text(fields: Any, number: int) -> str:
    return b"".join(fields[number]).decode()


def decode_frame(data: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    """Return a frame, and the Response in it."""
    frame = dict(unpack(data))
    payload = frame[8][0]
    plain = gzip.decompress(payload) if payload[:2] == b"\x1f\x8b" else payload
    return frame, dict(unpack(plain))


def get_ids(response: dict[int, Any]) -> list[int]:
    return [unpack(message)[3][0] for message in response.get(1, ())]


@asynccontextmanager
async def run_listener(*faults: str, **pace: Any) -> AsyncIterator[Listener]:
    chat = ChatOptions(**{"rate": 1000, "frame": 0.02, **pace})
    async with visit(Options(faults=faults, rooms=2, chat=chat)) as browser:
        yield Listener(browser)
