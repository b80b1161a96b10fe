"""Fetch single items and rows through the engine of a running crawl."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from f2scrapy.api.elsewhere import OPEN, SitePage, read_other_channel
from f2scrapy.api.identity import Identity
from f2scrapy.crawl.identity_gate import UNGATED
from f2scrapy.crawl.requests import get_network_errors, make_api_request, make_page_request
from f2scrapy.crawl.shared import get_gate, get_identity
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

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
        answer = await read_other_channel(EngineFetcher(crawler), endpoint, refused)
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


@dataclass(frozen=True)
class EngineFetcher:
    """The engine's requests for `f2scrapy.api.elsewhere`."""

    crawler: Crawler

    @property
    def identity(self) -> Identity:
        return get_identity(self.crawler)

    async def try_endpoint(self, endpoint: Endpoint) -> Mapping[str, Any] | None:
        request = make_api_request(endpoint, meta={"max_retry_times": 0, UNGATED: True})
        response = await self._try(request)
        answer: Mapping[str, Any] | None = response.meta["answer"] if response else None
        return answer

    async def try_page(self, url: str) -> SitePage | None:
        response = await self._try(make_page_request(url))
        if response is None:
            return None
        location = (response.headers.get("Location") or b"").decode("latin-1")
        return SitePage(response.url, location, response.body)

    async def _try(self, request: Request) -> Response | None:
        failures: tuple[type[Exception], ...] = (
            Refused, *get_network_errors(self.crawler.settings)
        )  # fmt: skip
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except failures:
            return None
        return response
