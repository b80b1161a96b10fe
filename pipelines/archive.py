"""Record users, works and files in the archive, once the files are on disk."""

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
    """Records each file with its work, and the state of works that have none.

    Only files on disk are recorded, and each once. If the user wants no files, nothing is
    recorded.
    """

    def __init__(self, archive: Archive, wanted: frozenset[MediaKind]) -> None:
        self.archive = archive
        self.wanted = wanted
        self._user = ("", "", "")  # of the last item: most lists have one author

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(get_archive(crawler), get_options(crawler).media)

    @own_items
    def process_item(self, item: Item) -> Item:
        if self.wanted and item.state is not Outcome.OK:
            self.archive.update_work(item.key, item.state)
        if item.files:
            self._record_files(item)
            self._record_author(item)
        return item

    def _record_author(self, item: Item) -> None:
        """Record the author of archived files; other users in lists are not recorded."""
        fields = ItemAdapter(item)
        user = (item.platform, fields.get("sec_user_id", ""), fields.get("nickname", ""))
        if all(user) and user != self._user:
            self.archive.update_user(*user)
            self._user = user

    def _record_files(self, item: Item) -> None:
        media = ((file, item.assets.get(file.asset)) for file in item.files)
        # Segments of a broadcast belong to no media.
        files = [(file, medium.renditions if medium else ()) for file, medium in media]
        self.archive.add_files(item.key, item.path, files)
