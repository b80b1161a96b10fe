"""Send requests through the environment's proxy, by the same rules as without Scrapy."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured

from f2scrapy.api.proxy import find_proxy
from f2scrapy.crawl.shared import get_options


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's middleware for passwords; Scrapy 2.19 ignores all_proxy and checks no address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if get_options(crawler).sandbox:
            raise NotConfigured
        return super().from_crawler(crawler)

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        request.meta["proxy"] = find_proxy(request.url)
        super().process_request(request)
