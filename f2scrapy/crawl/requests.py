"""Build Scrapy's requests; each has its purpose in `meta`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.misc import load_object

from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.download.transfer import SaveTo
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MEDIA_SLOT = "media"  # one downloader slot for files of all hosts, without the API's pace
TOKEN_SLOT = "tokens"  # noqa: S105
PREPARED = "prepared"  # key in Request.meta: the PreparedRequest, while it is being sent
CORRUPT = "corrupt"  # flag of a response that cannot be decompressed
BOMB = "bomb"  # flag of a response that is too long once decompressed
_PURPOSE = "f2"  # key in Request.meta

BAD_ADDRESS = (  # raised for addresses that are invalid or lead to no file
    DownloadCancelledError, IgnoreRequest, NotSupported, UnsupportedURLSchemeError, ValueError,
)  # fmt: skip


class ApiCall(NamedTuple):
    """A request of an interface; its decoded answer will be in `response.meta["answer"]`."""

    endpoint: Endpoint


@dataclass(frozen=True)
class SitePage:
    """A request of an HTML page or a short link."""


class MediaFile(NamedTuple):
    """A request of a file; `save_to` None = its body is kept in memory."""

    save_to: SaveTo | None = None


@dataclass(frozen=True)
class TokenCall:
    """A request of a guest token, as it is sent."""

    sent: PreparedRequest = field(repr=False)


Purpose = ApiCall | SitePage | MediaFile | TokenCall


class PrivateNetworkAddress(IgnoreRequest):
    """A platform's answer names this machine, or one of its local network."""


class CorruptResponse(ResponseDataLossError):
    """A response that cannot be decompressed; a retry may help."""


def get_purpose(request: Request) -> Purpose | None:
    """Return the purpose of a request; None = it is of a user's own spider."""
    purpose: Purpose | None = request.meta.get(_PURPOSE)
    return purpose


def make_api_request(endpoint: Endpoint, **options: Any) -> Request:
    """Build the request of an interface; `options` are those of `scrapy.Request`.

    The URL has the endpoint's own parameters only: `SigningMiddleware` adds browser, tokens and
    signature before it is sent, so filters, caches and queues see the same URL each time. Each
    endpoint has its own downloader slot, and so its own pace.
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


def make_page_request(url: str, **options: Any) -> Request:
    """Build the request of a page or a short link; a redirect comes back as the response."""
    meta = {_PURPOSE: SitePage(), "dont_redirect": True, "handle_httpstatus_all": True}
    return Request(url, meta=meta | options.pop("meta", {}), dont_filter=True, **options)


def make_media_request(url: str, save_to: SaveTo | None = None, **meta: Any) -> Request:
    """Build the request of a file; with `save_to` it goes straight to disk."""
    common = {
        _PURPOSE: MediaFile(save_to),
        "verbatim_url": True,
        "download_slot": MEDIA_SLOT,
        "autothrottle_dont_adjust_delay": True,
        "dont_cache": True,
    }
    return Request(url, meta=common | meta, dont_filter=True)


def make_token_request(sent: PreparedRequest, method: str, body: bytes) -> Request:
    """Build the request of a guest token; `SigningMiddleware` adds its query and headers."""
    return Request(
        sent.url.partition("?")[0],
        method=method,
        body=body,
        meta={
            _PURPOSE: TokenCall(sent),
            "download_slot": TOKEN_SLOT,
            "dont_redirect": True,
            "handle_httpstatus_all": True,
            "max_retry_times": 1,
        },
        dont_filter=True,
    )


def refuse_long(request: Request, settings: BaseSettings) -> Exception:
    """Return the error for a response that is too long to be held in memory.

    A limit of the user's own is a mistake of theirs. Beyond the project's, a bomb is a fault of the
    platform or of a gateway, and no bug here; a file has other mirrors.
    """
    size = settings.getint("DOWNLOAD_MAXSIZE")
    detail = f"an answer is longer than the {size} bytes of DOWNLOAD_MAXSIZE"
    purpose = get_purpose(request)
    if purpose is None or isinstance(purpose, MediaFile):
        return DownloadCancelledError(detail)
    is_users = (settings.getpriority("DOWNLOAD_MAXSIZE") or 0) > SETTINGS_PRIORITIES["project"]
    return Refused(Outcome.BAD_INPUT if is_users else Outcome.NETWORK, detail)


def get_network_errors(settings: BaseSettings) -> tuple[type[Exception], ...]:
    """Return the exceptions of failed connections; a retry may help."""
    return tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))


def is_stopping(crawler: Crawler) -> bool:
    """Return whether the run is stopping (Ctrl-C, SIGTERM): nothing new may begin."""
    return crawler.engine is not None and not crawler.engine.running


async def let_out() -> None:
    """Let Scrapy send a request that was just yielded, before the next result is processed.

    It does so three turns of the event loop later (Scrapy 2.19). Works that come meanwhile are all
    named in the first one, which takes 15 ms for a page of 18 (2026-12).
    """
    for _ in range(3):
        await asyncio.sleep(0)
