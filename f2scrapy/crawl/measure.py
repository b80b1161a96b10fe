"""Measure files on the platform's servers before they are downloaded."""

from __future__ import annotations

from collections.abc import Iterable

from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.crawl.middlewares.redirect import check_address
from f2scrapy.crawl.requests import BAD_ADDRESS, get_network_errors, make_media_request
from f2scrapy.errors import Refused
from f2scrapy.model.media import Rendition


async def measure_original(
    crawler: Crawler, original: Rendition | None, best: Rendition
) -> Rendition | None:
    """Return the upload itself, if it is larger than the best encoding; None = it is not.

    The platform may enlarge an upload, and answers with an encoding if it keeps no original: only
    the size shows which file is better. The picture is taken to be as large as that of `best`.
    """
    if original is None:
        return None
    size = await _measure(crawler, original.urls)
    best_size = best.size or await _measure(crawler, best.urls)
    if not best_size or size <= best_size:
        return None
    known = {"width": best.width, "height": best.height, "size": size}
    rate = best.bit_rate * size // best_size
    return original.model_copy(update=known | {"bit_rate": rate})


async def _measure(crawler: Crawler, urls: Iterable[str]) -> int:
    """Return the size of a video in bytes by the first mirror that tells it; 0 = none does."""
    network_errors = get_network_errors(crawler.settings)
    failures: tuple[type[Exception], ...] = (Refused, *BAD_ADDRESS, *network_errors)
    for url in urls:
        request = make_media_request(url, max_retry_times=1).replace(method="HEAD")
        try:
            check_address(crawler, request)
            response = await crawler.engine.download_async(request)
        except failures:
            continue
        if size := _read_size(response):
            return size
    return 0


def _read_size(response: Response) -> int:
    length = (response.headers.get("Content-Length") or b"").decode("latin-1")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    is_video = response.status == 200 and kind.startswith(("video/", "application/octet-stream"))
    return int(length) if is_video and length.isdecimal() else 0
