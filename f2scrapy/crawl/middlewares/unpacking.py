"""Decompress responses; one that cannot be decompressed, or is too long then, gets a flag."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from f2scrapy.crawl.requests import BOMB, CORRUPT


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware; its errors (2.19) bypass the retry, so they become a flag."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            return response.replace(body=b"", flags=[*response.flags, BOMB])
        except Exception:  # noqa: BLE001 - each format has an error of its own
            return response.replace(body=b"", flags=[*response.flags, CORRUPT])
