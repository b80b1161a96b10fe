"""Collect the rows: F2's names, called against the sandbox, by the ids of the documentation."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.tiktok.handler import TiktokHandler
from f2scrapy.sandbox.catalogue import User, Work, build_work
from f2scrapy.sandbox.server import Sandbox

SERIES = User(902, "series", 45, series=True)
WEB_RID = "66000000{:04}"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
)


@dataclass
class Caller:
    """What the rows call with."""

    sandbox: Sandbox
    kwargs: dict[str, Any]
    folder: Path

    @property
    def demo(self) -> User:
        return self.sandbox.state.catalogue.by_name["demo"]

    @property
    def clean(self) -> User:
        return self.sandbox.state.catalogue.by_name["clean200"]

    @property
    def work(self) -> Work:
        return build_work(self.demo, 3)

    def douyin(self, **kwargs: Any) -> DouyinHandler:
        return DouyinHandler(self.kwargs | kwargs)

    def tiktok(self, **kwargs: Any) -> TiktokHandler:
        return TiktokHandler(self.kwargs | kwargs)


Row = Callable[[Caller], Awaitable[None]]
ROWS: dict[str, Row] = {}
# Not sent, or not offered: each says so. The rows of the login take a browser: test_login.py.
EXCEPTIONS = {"D-W8", "D-W11", "X-4"}
OF_THE_LOGIN = {"D-H33", "D-C19", "D-C20", "D-C21"}


def row(*ids: str) -> Callable[[Row], Row]:
    def add(function: Row) -> Row:
        ROWS.update(dict.fromkeys(ids, function))
        return function

    return add


async def read(pages: AsyncIterator[Any]) -> list[Any]:
    """Return the pages of a list; each has the forms of a filter."""
    found = [page async for page in pages]
    for page in found:
        assert page._to_raw()
        assert set(page._to_dict()) > {"has_more"} or set(page._to_dict()) > {"hasMore"}
        assert isinstance(page._to_list(), list)
    return found


def count(pages: list[Any], name: str = "aweme_id") -> int:
    ids = [one for page in pages for one in getattr(page, name)]
    return len(set(map(str, ids)))
