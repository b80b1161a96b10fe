"""The environment's proxy, for a crawl as for all that asks without Scrapy."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured

from f2scrapy.api.proxy import proxy_for
from f2scrapy.crawl.shared import get_options


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's (2.19) knows no all_proxy, nor what is no proxy; its way with passwords stays."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if get_options(crawler).sandbox:
            raise NotConfigured
        return super().from_crawler(crawler)

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        request.meta["proxy"] = proxy_for(request.url)
        super().process_request(request)
