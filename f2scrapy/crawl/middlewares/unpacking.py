"""Unpack what came compressed; what cannot be unpacked is known to whom it concerns."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from f2scrapy.crawl.requests import GARBLED


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Scrapy's, whose errors (2.19) come too late to be met by a retry: they become a flag."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise DownloadCancelledError("an answer that is too long once unpacked") from error
        except Exception:  # noqa: BLE001 - each format has an error of its own
            return response.replace(body=b"", flags=[*response.flags, GARBLED])
