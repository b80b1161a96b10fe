"""Scrapy requests for what we ask: an answer, a page, a file, a token; and how they fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from f2scrapy.model.endpoint import Endpoint

if TYPE_CHECKING:  # rooms do without it
    from scrapy.crawler import Crawler

MEDIA_SLOT = "media"  # one downloader slot for files of all hosts, without the API's pace
TOKEN_SLOT = "tokens"  # noqa: S105
GARBLED = "garbled"  # flag of an answer that could not be unpacked

USELESS = (  # what a file's address raises that leads nowhere
    DownloadCancelledError, IgnoreRequest, NotSupported, UnsupportedURLSchemeError, ValueError,
)  # fmt: skip


class Garbled(ResponseDataLossError):
    """An answer that cannot be unpacked came damaged; another try may bring it whole."""


def api(endpoint: Endpoint, **options: Any) -> Request:
    """Ask `endpoint`; the answer's decoded JSON is in `response.meta["page"]`.

    The URL bears the endpoint's own parameters only: browser, tokens and signature are put on at
    the wire, so that filters, caches and queues know one URL for one question. Each endpoint has
    a slot of its own, hence a pace of its own. `options` are those of `scrapy.Request`.
    """
    query = endpoint.query()
    meta = {
        "endpoint": endpoint,
        "platform": endpoint.platform,
        "verbatim_url": True,
        "download_slot": f"{endpoint.platform}:{type(endpoint).__name__}",
    } | options.pop("meta", {})
    return Request(
        f"{endpoint.url}?{query}" if query else endpoint.url,
        method=endpoint.method,
        body=endpoint.body(),
        meta=meta,
        dont_filter=True,
        **options,
    )


def page(url: str, platform: str, **options: Any) -> Request:
    """Ask for a page or a short link; redirects come back as answers, to be looked at."""
    meta = {"platform": platform, "dont_redirect": True, "handle_httpstatus_all": True}
    return Request(url, meta=meta | options.pop("meta", {}), dont_filter=True, **options)


def media(url: str, platform: str, **meta: Any) -> Request:
    """Fetch a file; `meta` says where to (see `transport.py`)."""
    common = {
        "platform": platform,
        "verbatim_url": True,
        "download_slot": MEDIA_SLOT,
        "autothrottle_dont_adjust_delay": True,
        "dont_cache": True,
    }
    return Request(url, meta=common | meta, dont_filter=True)


def token(url: str, method: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Ask for a guest token; it is dressed already, but for its query: that may hold another."""
    return Request(
        url.partition("?")[0],
        method=method,
        headers=dict(headers),
        body=body,
        meta={
            "token_url": url,
            "download_slot": TOKEN_SLOT,
            "dont_redirect": True,
            "handle_httpstatus_all": True,
            "max_retry_times": 1,
        },
        dont_filter=True,
    )


def network_errors(settings: BaseSettings) -> tuple[type[Exception], ...]:
    """What a request raises when the way to the platform fails; worth another try."""
    return tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))


def stopping(crawler: Crawler) -> bool:
    """Whether the run was told to stop (Ctrl-C, SIGTERM): nothing new begins."""
    return crawler.engine is not None and not crawler.engine.running
