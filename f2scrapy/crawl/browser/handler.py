"""Download by the browser's page, by scrapy-playwright, or by our own transport."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.crawl.browser.route import BY_PAGE, get_browser_route
from f2scrapy.crawl.download_handler import TransportHandler
from f2scrapy.crawl.shared import get_gate


class DownloadHandler:
    """Scrapy download handler for http and https; both share one browser.

    A request of a user's own spider with `meta={"playwright": True}` is scrapy-playwright's. By
    inheritance, its handler would send all other requests by Scrapy's own.
    """

    lazy = True  # the transport needs a loop that runs

    def __init__(self, crawler: Crawler) -> None:
        self._transport = TransportHandler.from_crawler(crawler)
        self._route = get_browser_route(crawler)
        self._gate = get_gate(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Return the response; see `TransportHandler` and `Pages` for the errors."""
        if request.meta.get(BY_PAGE):
            async with self._gate.take_turn(request):
                return await self._route.pages.ask(request)
        if request.meta.get("playwright"):
            return await self._route.pages.navigate(request)
        return await self._transport.download_request(request)

    async def close(self) -> None:
        await self._transport.close()
        await self._route.close()
