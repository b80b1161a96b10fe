"""Aside: one thing that is asked for while a crawl goes on, through its engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from scrapy.crawler import Crawler

from f2scrapy.crawl.requests import api, network_errors
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media
from f2scrapy.text import describe_error

Kind = TypeVar("Kind", bound=Item)


async def thing(
    crawler: Crawler, endpoint: Endpoint, kind: type[Kind], **meta: Any
) -> tuple[Kind, Mapping[str, Any]]:
    """What the answer of an interface is about, and the whole answer; `meta` is the request's.

    Raises:
        Refused: there is no answer, or none that can be read.
    """
    try:
        response = await crawler.engine.download_async(api(endpoint, meta=meta))
        page: Mapping[str, Any] = response.meta["page"]
        return kind.told(endpoint, page), page
    except ProtocolError as error:
        raise Refused(Outcome.SCHEMA_CHANGED, str(error)) from error
    except network_errors(crawler.settings) as error:
        raise Refused(Outcome.NETWORK, describe_error(error)) from error


async def renewed(crawler: Crawler, item: Item) -> dict[str, Media]:
    """The media of `item` at addresses made anew, by asset; none where no interface tells of it.

    Raises:
        Refused: the interface does not answer, or the work is not to be had any more.
    """
    detail = item.detail()
    if detail is None:
        return {}
    crawler.stats.inc_value("f2/renewed")
    fresh, _ = await thing(crawler, detail, type(item))
    if fresh.state is not Outcome.OK:
        raise Refused(fresh.state, "the work itself says so")
    return {file.asset: file for file in fresh.media() if file.renditions}
