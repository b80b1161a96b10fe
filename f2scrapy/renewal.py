"""A work's files at addresses made anew: what its own interface says of it now."""

from __future__ import annotations

from pydantic import ValidationError
from scrapy.crawler import Crawler

from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.item import Item, Media
from f2scrapy.request import api, network_errors, trouble
from f2scrapy.walk import first_fault


async def renewed(crawler: Crawler, item: Item) -> dict[str, Media]:
    """The media of `item` that have an address, by asset; none where no interface tells of it.

    Raises:
        Refused: the interface does not answer, or the work is not to be had any more.
    """
    detail = item.detail()
    if detail is None:
        return {}
    crawler.stats.inc_value("f2/renewed")
    try:
        response = await crawler.engine.download_async(api(detail))
        [row] = detail.rows_of(response.meta["page"])
        fresh = type(item).read(row)
    except (ProtocolError, ValidationError) as error:
        raise Refused(Outcome.SCHEMA_CHANGED, first_fault(error)) from error
    except network_errors(crawler.settings) as error:
        raise Refused(Outcome.NETWORK, trouble(error)) from error
    if fresh.state is not Outcome.OK:
        raise Refused(fresh.state, "the work itself says so")
    return {file.asset: file for file in fresh.media() if file.renditions}
