"""Give the files of a work the time of its publication."""

from __future__ import annotations

import logging
import os
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.item import Item

logger = logging.getLogger(__name__)


class FileTimePipeline:
    """Sets the time of change of each file, so that file managers sort works by publication."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not get_options(crawler).file_time:
            raise NotConfigured
        return cls(get_archive(crawler))

    @own_items
    def process_item(self, item: Item) -> Item:
        moment = item.published
        if item.kind == "post" and moment is not None:
            for file in item.files:
                try:
                    os.utime(f"{self.archive.root}/{file.path}", (moment.timestamp(),) * 2)
                except (OSError, OverflowError) as error:  # the file itself is whole
                    logger.debug("%s keeps the time of its download: %s", file.path, error)
        return item
