"""Build Scrapy's requests; each carries a typed note of what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

from f2scrapy.download.transfer import SaveTo
from f2scrapy.model.endpoint import Endpoint

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MEDIA_SLOT = "media"  # one downloader slot for files of all hosts, without the API's pace
TOKEN_SLOT = "tokens"  # noqa: S105
GARBLED = "garbled"  # flag of a response that could not be unpacked
_PURPOSE = "f2"  # key in Request.meta

BAD_ADDRESS = (  # raised for a file's address that leads nowhere
    DownloadCancelledError, IgnoreRequest, NotSupported, UnsupportedURLSchemeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class ApiCall:
    """A request of an interface; its decoded answer will be in `response.meta["answer"]`."""

    endpoint: Endpoint


@dataclass(frozen=True)
class SitePage:
    """A request of an HTML page or a short link."""


@dataclass(frozen=True)
class MediaFile:
    """A request of a file; `save_to` None = its body is kept in memory."""

    save_to: SaveTo | None = None


@dataclass(frozen=True)
class TokenCall:
    """A request of a guest token; the query of `url` may hold another token."""

    url: str = field(repr=False)


Purpose = ApiCall | SitePage | MediaFile | TokenCall


class Garbled(ResponseDataLossError):
    """A response that cannot be unpacked; another try may bring it whole."""


def get_purpose(request: Request) -> Purpose | None:
    """Return what the request asks for; None = it is a request of a user's own spider."""
    purpose: Purpose | None = request.meta.get(_PURPOSE)
    return purpose


def api_request(endpoint: Endpoint, **options: Any) -> Request:
    """Build the request of an interface; `options` are those of `scrapy.Request`.

    The URL holds the endpoint's own parameters only: `SigningMiddleware` adds browser, tokens and
    signature on the way out, so that filters, caches and queues know one URL for one question.
    Each endpoint has a downloader slot of its own, hence a pace of its own.
    """
    query = endpoint.encode_query()
    meta = {
        _PURPOSE: ApiCall(endpoint),
        "verbatim_url": True,
        "download_slot": f"{endpoint.platform}:{type(endpoint).__name__}",
    } | options.pop("meta", {})
    return Request(
        f"{endpoint.url}?{query}" if query else endpoint.url,
        method=endpoint.method,
        body=endpoint.encode_body(),
        meta=meta,
        dont_filter=True,
        **options,
    )


def page_request(url: str, **options: Any) -> Request:
    """Build the request of a page or a short link; a redirect comes back as the response."""
    meta = {_PURPOSE: SitePage(), "dont_redirect": True, "handle_httpstatus_all": True}
    return Request(url, meta=meta | options.pop("meta", {}), dont_filter=True, **options)


def media_request(url: str, save_to: SaveTo | None = None, **meta: Any) -> Request:
    """Build the request of a file; with `save_to` it goes straight to disk."""
    common = {
        _PURPOSE: MediaFile(save_to),
        "verbatim_url": True,
        "download_slot": MEDIA_SLOT,
        "autothrottle_dont_adjust_delay": True,
        "dont_cache": True,
    }
    return Request(url, meta=common | meta, dont_filter=True)


def token_request(url: str, method: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Build the request of a guest token; its query is added on the way out."""
    return Request(
        url.partition("?")[0],
        method=method,
        headers=dict(headers),
        body=body,
        meta={
            _PURPOSE: TokenCall(url),
            "download_slot": TOKEN_SLOT,
            "dont_redirect": True,
            "handle_httpstatus_all": True,
            "max_retry_times": 1,
        },
        dont_filter=True,
    )


def network_errors(settings: BaseSettings) -> tuple[type[Exception], ...]:
    """Return what a request raises when the way to the platform fails; another try may help."""
    return tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))


def is_stopping(crawler: Crawler) -> bool:
    """Whether the run is to stop (Ctrl-C, SIGTERM): nothing new begins."""
    return crawler.engine is not None and not crawler.engine.running
