"""Remembers users, works and files, once they are there."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from f2scrapy.archive import Archive
from f2scrapy.errors import Outcome
from f2scrapy.item import Item


class ArchivePipeline:
    """Writes to the archive: the nickname, the state of a work without files, and each file.

    Files that are not on disk are not remembered; what is remembered already is not written again.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Archive.of(crawler))

    def process_item(self, item: Item) -> Item:
        sec_user_id, nickname = (getattr(item, name, "") for name in ("sec_user_id", "nickname"))
        if sec_user_id and nickname:
            self.archive.saw_user(item.platform, sec_user_id, nickname)
        if item.state is not Outcome.OK:
            self.archive.saw_work(item.key, item.state)
        if item.files:
            self._remember(item)
        return item

    def _remember(self, item: Item) -> None:
        held = self.archive.held(item.key)
        offered = {medium.asset: medium.renditions for medium in item.media()}
        for file in item.files:
            if held.get(file.asset) != file and self.archive.on_disk(file):
                self.archive.remember(item.key, file, offered.get(file.asset, ()))
