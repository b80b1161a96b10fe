"""Fetch single things while a crawl goes on, through its engine: an item, a page, new addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.api.redirects import HOPS, onward
from f2scrapy.api.verdict import of_page
from f2scrapy.crawl.requests import api_request, network_errors, page_request
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media
from f2scrapy.platforms import Links
from f2scrapy.text import describe_error

# The site's page may show what an interface refuses with one of these.
_SHOWN_BY_PAGE = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.SCHEMA_CHANGED,
    }
)

Kind = TypeVar("Kind", bound=Item)


async def fetch_item(
    crawler: Crawler, endpoint: Endpoint, kind: type[Kind], **meta: Any
) -> tuple[Kind, Mapping[str, Any]]:
    """Return the one item an interface's answer is about, and the answer; `meta` is the request's.

    Raises:
        Refused: there is no answer, or none that can be read.
    """
    try:
        response = await crawler.engine.download_async(api_request(endpoint, meta=meta))
        answer: Mapping[str, Any] = response.meta["answer"]
        return kind.parse_answer(endpoint, answer), answer
    except ProtocolError as error:
        raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error
    except network_errors(crawler.settings) as error:
        raise Refused(Outcome.NETWORK, describe_error(error)) from error


async def refresh_media(crawler: Crawler, item: Item) -> dict[str, Media]:
    """Return the media of `item` at new addresses, by asset; none where no interface shows them.

    Raises:
        Refused: the interface does not answer, or the work is no longer available.
    """
    detail = item.detail_endpoint()
    if detail is None:
        return {}
    crawler.stats.inc_value("f2/renewed")
    fresh, _ = await fetch_item(crawler, detail, type(item))
    if fresh.state is not Outcome.OK:
        raise Refused(fresh.state, "the work itself says so")
    return {file.asset: file for file in fresh.list_media() if file.renditions}


async def read_site_page(
    crawler: Crawler, links: Links, endpoint: Endpoint, refused: Refused
) -> Mapping[str, Any]:
    """Return what the site's page shows in place of an interface's answer that was refused.

    Raises:
        Refused: `refused`, if no page shows the same; else what the page says.
    """
    if not (refused.ambiguous or refused.outcome in _SHOWN_BY_PAGE) or not endpoint.site_page_url:
        raise refused
    response = await _fetch_page(crawler, links, endpoint.site_page_url, refused)
    try:
        with convert_errors():
            answer = endpoint.read_site_page(response.body.decode(errors="replace"))
    except ProtocolError:
        raise refused from None
    verdict = of_page(answer, endpoint)
    if verdict.page is None:
        raise Refused(verdict.outcome, verdict.seen)
    return verdict.page


async def _fetch_page(crawler: Crawler, links: Links, url: str, refused: Refused) -> Response:
    """Fetch a page; its redirects are followed on the platform only."""
    failures: tuple[type[Exception], ...] = (Refused, *network_errors(crawler.settings))
    for _ in range(HOPS + 1):
        try:
            response = await crawler.engine.download_async(page_request(url))
        except failures:
            raise refused from None
        location = response.headers.get("Location") or b""
        url = onward(links, response.url, location.decode("latin-1"))
        if not url:
            break
    return response
