"""Decompress responses; a response that cannot be decompressed gets a flag."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from f2scrapy.crawl.requests import CORRUPT, refuse_long


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware; its errors (2.19) bypass the retry, so they become a flag."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise refuse_long(request, "the answer is too long once decompressed") from error
        except Exception:  # noqa: BLE001 - each format has an error of its own
            return response.replace(body=b"", flags=[*response.flags, CORRUPT])
