"""Remembers users, works and files, once they are there."""

from __future__ import annotations

from typing import Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind


class ArchivePipeline:
    """Writes to the archive: each file, whose work it is, and the state of a work without files.

    Files that are not on disk are not remembered; what is remembered already is not written again.
    Where no files are wanted, nothing is remembered at all.
    """

    def __init__(self, archive: Archive, wanted: frozenset[MediaKind]) -> None:
        self.archive = archive
        self.wanted = wanted
        self._user = ("", "", "")  # of the last item: most lists are one user's

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(get_archive(crawler), get_options(crawler).media)

    @own_items
    def process_item(self, item: Item) -> Item:
        if self.wanted and item.state is not Outcome.OK:
            self.archive.update_work(item.key, item.state)
        if item.files:
            self._remember(item)
            self._remember_author(item)
        return item

    def _remember_author(self, item: Item) -> None:
        """Who published what is kept here; of all the others seen in lists nothing is stored."""
        fields = ItemAdapter(item)
        user = (item.platform, fields.get("sec_user_id", ""), fields.get("nickname", ""))
        if all(user) and user != self._user:
            self.archive.update_user(*user)
            self._user = user

    def _remember(self, item: Item) -> None:
        media = ((file, item.assets.get(file.asset)) for file in item.files)
        # Segments of a broadcast are no media.
        files = [(file, medium.renditions if medium else ()) for file, medium in media]
        self.archive.add_files(item.key, item.path, files)
