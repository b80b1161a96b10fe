"""Asks when a broadcast began, where that is told elsewhere: its files are named by it."""

from __future__ import annotations

import logging
from typing import Any, Self

from pydantic import ValidationError
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.errors import F2Error
from f2scrapy.item import Item, MediaKind, kinds
from f2scrapy.request import api, network_errors

logger = logging.getLogger(__name__)


class BeginningPipeline:
    """Sets `create_time` of a room that is to be recorded; without it, it is recorded as well."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        network = network_errors(crawler.settings)
        self.passed_over: tuple[type[Exception], ...] = (F2Error, ValidationError, *network)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if MediaKind.LIVE not in kinds(crawler.settings.getlist("F2_MEDIA")):
            raise NotConfigured
        return cls(crawler)

    async def process_item(self, item: Item) -> Item:
        room: Any = item
        if any(medium.kind is MediaKind.LIVE for medium in item.assets.values()):
            endpoint = room.beginning()
            if endpoint:
                room.create_time = await self._asked(endpoint, type(item))
        return item

    async def _asked(self, endpoint: Any, kind: type[Item]) -> Any:
        try:
            request = api(endpoint, meta={"max_retry_times": 1})  # the broadcast does not wait
            response = await self.crawler.engine.download_async(request)
            [row] = endpoint.rows_of(response.meta["page"])
            told: Any = kind.read(row)
        except self.passed_over as error:
            logger.info("nobody says when the broadcast began: %s", type(error).__name__)
            return None
        return told.create_time
