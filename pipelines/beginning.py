"""Asks when a broadcast began, where that is told elsewhere: its files are named by it."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.fetch_item import thing
from f2scrapy.errors import Refused
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind, parse_media_kinds

logger = logging.getLogger(__name__)


class BeginningPipeline:
    """Sets `create_time` of a room that is to be recorded; without it, it is recorded as well."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if MediaKind.LIVE not in parse_media_kinds(crawler.settings.getlist("F2_MEDIA")):
            raise NotConfigured
        return cls(crawler)

    async def process_item(self, item: Item) -> Item:
        room: Any = item
        if any(medium.kind is MediaKind.LIVE for medium in item.assets.values()):
            endpoint = room.beginning()
            if endpoint:
                await self._ask(endpoint, room)
        return item

    async def _ask(self, endpoint: Any, room: Any) -> None:
        try:  # the broadcast does not wait for long
            told, _ = await thing(self.crawler, endpoint, type(room), max_retry_times=1)
        except Refused as refused:
            logger.info("%s: nobody says when it began: %s", room.key, refused)
        else:
            room.create_time = told.create_time
