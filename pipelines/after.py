"""Run the user's command for each finished work: F2_AFTER."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.addon import copy_environment
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.item import Item

logger = logging.getLogger(__name__)

_AT_ONCE = 2


class AfterPipeline:
    """Runs a command for each work with files, never by a shell; a failure is logged.

    In its words, `{path}` is the work's first file and `{folder}` the folder of it, both absolute,
    and `{id}` the work's id.
    """

    def __init__(self, archive: Archive, words: Sequence[str]) -> None:
        self.archive = archive
        self.words = words
        self._slots = asyncio.Semaphore(_AT_ONCE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        words = get_options(crawler).after
        if not words:
            raise NotConfigured
        return cls(get_archive(crawler), words)

    @own_items
    async def process_item(self, item: Item) -> Item:
        if item.files:
            async with self._slots:
                await self._run(item)
        return item

    async def _run(self, item: Item) -> None:
        path = self.archive.locate(item.files[0].path)
        values = {"{path}": str(path), "{folder}": str(path.parent), "{id}": item.id}
        words = [_fill(word, values) for word in self.words]
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=asyncio.subprocess.DEVNULL, env=copy_environment()
            )
            code = await process.wait()
        except OSError as error:
            logger.warning("%s: F2_AFTER cannot be run: %s", item.key, error.strerror)
            return
        if code:
            logger.warning("%s: F2_AFTER ended with exit code %d", item.key, code)


def _fill(word: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word
