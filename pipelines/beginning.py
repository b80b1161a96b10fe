"""Asks when a broadcast began, where that is told elsewhere: its files are named by it."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.fetch_item import fetch_item
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import Refused
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind

logger = logging.getLogger(__name__)


class BeginningPipeline:
    """Sets `create_time` of a room that is to be recorded; without it, it is recorded as well."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if MediaKind.LIVE not in get_options(crawler).media:
            raise NotConfigured
        return cls(crawler)

    @own_items
    async def process_item(self, item: Item) -> Item:
        room: Any = item
        if any(medium.kind is MediaKind.LIVE for medium in item.assets.values()):
            endpoint = room.start_time_endpoint()
            if endpoint:
                await self._ask(endpoint, room)
        return item

    async def _ask(self, endpoint: Any, room: Any) -> None:
        try:  # the broadcast does not wait for long
            told, _ = await fetch_item(self.crawler, endpoint, type(room), max_retry_times=1)
        except Refused as refused:
            logger.info("%s: nobody says when it began: %s", room.key, refused)
        else:
            room.create_time = told.create_time
