"""Fetch single items and site pages through the engine of a running crawl."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.api.redirects import MAX_REDIRECTS, redirect_target
from f2scrapy.api.verdict import classify_address, classify_answer, is_login_page
from f2scrapy.crawl.identity_gate import UNGATED
from f2scrapy.crawl.requests import get_network_errors, make_api_request, make_page_request
from f2scrapy.crawl.shared import get_gate, get_identity
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media
from f2scrapy.platforms import Links
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

OPEN, PAGE = "open", "page"  # places with the same answer, as reports name them
# After one of these refusals another place may still show the rows.
_SHOWN_ELSEWHERE = frozenset(
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
    """Return the one item that an answer describes, and the answer; `meta` is for the request.

    If the interface refuses, the answer may come from its other channel.

    Raises:
        Refused: there is no answer, or it has an unknown shape.
    """
    try:
        return await _fetch_item(crawler, endpoint, kind, **meta)
    except Refused as refused:
        answer = await _read_other_channel(crawler, endpoint, refused)
        if answer is None:
            raise
        crawler.stats.inc_value(f"f2/from_{OPEN}")
        return kind.parse_answer(endpoint, answer), answer


async def fetch_rows(crawler: Crawler, first_page: Endpoint) -> list[Any]:
    """Return the rows of all pages of a list.

    A refused page is requested by the list's second way, if there is one.

    Raises:
        Refused: a page is refused, or has an unknown shape.
    """
    rows: list[Any] = []
    page, is_last = first_page, False
    while not is_last:
        try:
            found, is_last, following = await _fetch_page(crawler, page)
        except Refused:
            second = page.build_second_way(0)
            if second is None:
                raise
            page = second
        else:
            rows += found
            page = following or page
    return rows


async def _fetch_page(crawler: Crawler, page: Endpoint) -> tuple[list[Any], bool, Endpoint | None]:
    """Return the rows of a page, whether it is the last, and the next page."""
    try:
        response = await _send(crawler, make_api_request(page))
        answer: Mapping[str, Any] = response.meta["answer"]
        with convert_errors():
            is_last = page.is_last_page(answer)
            return page.read_rows(answer), is_last, None if is_last else page.next_page(answer)
    except ProtocolError as error:
        raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error
    except get_network_errors(crawler.settings) as error:
        raise Refused(Outcome.NETWORK, describe_error(error)) from error


async def _fetch_item(
    crawler: Crawler, endpoint: Endpoint, kind: type[Kind], **meta: Any
) -> tuple[Kind, Mapping[str, Any]]:
    answer = await ask(crawler, endpoint, **meta)
    try:
        return kind.parse_answer(endpoint, answer), answer
    except ProtocolError as error:
        raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error


async def ask(crawler: Crawler, endpoint: Endpoint, **meta: Any) -> Mapping[str, Any]:
    """Return the decoded answer of an interface; `meta` is for the request.

    Raises:
        Refused: there is no answer.
    """
    try:
        response = await _send(crawler, make_api_request(endpoint, meta=meta))
    except get_network_errors(crawler.settings) as error:
        raise Refused(Outcome.NETWORK, describe_error(error)) from error
    if remark := response.meta.get("remark"):
        logger.warning("%s: %s", type(endpoint).__name__, remark)
    answer: Mapping[str, Any] = response.meta["answer"]
    return answer


async def _send(crawler: Crawler, request: Request) -> Response:
    try:
        return await crawler.engine.download_async(request)
    except BaseException:
        get_gate(crawler).release(request)
        raise


async def refresh_media(crawler: Crawler, item: Item) -> dict[str, Media]:
    """Return the media of `item` at new addresses, by asset; empty = no interface shows them.

    Raises:
        Refused: there is no answer, or the work is no longer available.
    """
    detail = item.detail_endpoint()
    if detail is None:
        return {}
    crawler.stats.inc_value("f2/renewed")
    fresh, _ = await fetch_item(crawler, detail, type(item))
    if fresh.state is not Outcome.OK:
        raise Refused(fresh.state, "the work itself says so")
    return {file.asset: file for file in fresh.list_media() if file.is_shown}


async def read_elsewhere(
    crawler: Crawler, links: Links, endpoint: Endpoint, refused: Refused
) -> tuple[Mapping[str, Any], str]:
    """Return the answer that another place holds, after the interface refused it, and that place.

    The places are OPEN, the interface's other channel, and PAGE, the site's page.

    Raises:
        Refused: `refused`, if no place holds the answer; else the refusal of the page.
    """
    answer = await _read_other_channel(crawler, endpoint, refused)
    if answer is not None:
        return answer, OPEN
    return await _read_site_page(crawler, links, endpoint, refused), PAGE


def _may_be_shown(refused: Refused) -> bool:
    return refused.ambiguous or refused.outcome in _SHOWN_ELSEWHERE


async def _read_other_channel(
    crawler: Crawler, endpoint: Endpoint, refused: Refused
) -> Mapping[str, Any] | None:
    """Return the answer of the interface's other channel; None = it gives none."""
    other = endpoint.find_other_channel() if _may_be_shown(refused) else None
    if other is None:
        return None
    failures: tuple[type[Exception], ...] = (Refused, *get_network_errors(crawler.settings))
    try:
        request = make_api_request(other, meta={"max_retry_times": 0, UNGATED: True})
        response = await crawler.engine.download_async(request)
    except failures:
        return None
    answer: Mapping[str, Any] = response.meta["answer"]
    return answer


async def _read_site_page(
    crawler: Crawler, links: Links, endpoint: Endpoint, refused: Refused
) -> Mapping[str, Any]:
    """Return the answer that the site's page holds.

    Raises:
        Refused: `refused`, if no page holds the answer; else the refusal of the page.
    """
    if not _may_be_shown(refused) or not endpoint.site_page_url:
        raise refused
    response = await _fetch_site_page(crawler, links, endpoint.site_page_url, refused)
    site_page = response.body.decode(errors="replace")
    try:
        with convert_errors():
            answer = endpoint.read_site_page(site_page)
    except ProtocolError:
        if is_login_page(site_page):
            raise _refuse_login(crawler, refused) from None
        raise refused from None
    verdict = classify_answer(answer, endpoint)
    if verdict.answer is None:
        raise Refused(verdict.outcome, verdict.detail)
    return verdict.answer


def _refuse_login(crawler: Crawler, refused: Refused) -> Refused:
    """Return the refusal of a page that leads to the login, after that of the interface.

    A captcha stays one: the page's login hides what the interface asks for.
    """
    if refused.outcome is Outcome.CAPTCHA:
        return refused
    outcome = get_identity(crawler).refine_outcome(Outcome.LOGIN_REQUIRED)
    return Refused(outcome, "the site's page asks for a login")


async def _fetch_site_page(crawler: Crawler, links: Links, url: str, refused: Refused) -> Response:
    """Fetch a page, and follow its redirects within the platform.

    Raises:
        Refused: `refused`, if there is no response; see `_refuse_login`, if it leads to the login.
    """
    failures: tuple[type[Exception], ...] = (Refused, *get_network_errors(crawler.settings))
    for _ in range(MAX_REDIRECTS + 1):
        try:
            response = await crawler.engine.download_async(make_page_request(url))
        except failures:
            raise refused from None
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if classify_address(location, Outcome.OK) is Outcome.LOGIN_REQUIRED:
            raise _refuse_login(crawler, refused)
        url = redirect_target(links, response.url, location)
        if not url:
            break
    return response
