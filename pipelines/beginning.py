"""Fetch the start time of a broadcast from its own interface, for the names of its files."""

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
    """Sets `create_time` of a room that will be recorded; a failure does not prevent that."""

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
                await self._set_start_time(endpoint, room)
        return item

    async def _set_start_time(self, endpoint: Any, room: Any) -> None:
        try:  # one retry: the broadcast goes on meanwhile
            fresh, _ = await fetch_item(self.crawler, endpoint, type(room), max_retry_times=1)
        except Refused as refused:
            logger.info("%s: its start time is unknown: %s", room.key, refused)
        else:
            room.create_time = fresh.create_time
