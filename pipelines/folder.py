"""Set the owner's folder for each work, and rename it when the nickname has changed.

This runs before dedup.py, to notice a new nickname even if all works are known.
"""

from __future__ import annotations

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import make_safe_name
from f2scrapy.crawl.orphans import sweep_former_folders
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind

logger = logging.getLogger(__name__)


class FolderPipeline:
    """Sets `path` to <platform>/<mode>/<nickname>[/<subfolder>] if the user wants files.

    `archived` is what the archive knows of the work. `list_folder` is the same as `path`; the next
    pipelines extend `path`. An item that comes with a folder of its own keeps it
    (`crawl/script.py`).

    The first nickname in a run counts: lists may show an old and a new one. If another run renames
    the folder, later works of this run go to the renamed one, too.
    """

    def __init__(self, archive: Archive, wanted: frozenset[MediaKind]) -> None:
        self.archive = archive
        self.wanted = wanted
        self._folders: dict[tuple[str, str, str], str] = {}  # of this run, by owner

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        if not options.media or options.plan:
            raise NotConfigured
        return cls(get_archive(crawler), options.media)

    @own_items
    def process_item(self, item: Item) -> Item:
        if item.path:
            item.archived = self.archive.read_work(item.key)
        elif item.list_wanted(self.wanted):
            item.path = self._reserve_folder(item)
            if item.subfolder:
                name, tag = make_safe_name(item.subfolder), item.source.rpartition("/")[2]
                item.path += f"/{self.archive.fit_name(item.path, name, tag)}"
            item.list_folder = item.path
        return item

    def _reserve_folder(self, item: Item) -> str:
        owner = item.list_owner
        nickname = item.owner_nickname or getattr(item, "nickname", "")
        known = self._folders.get(owner, "")
        item.archived = self.archive.read_work(item.key, known, item.page_keys if known else ())
        if item.archived.has_folder:
            return known
        folder = self.archive.reserve_folder(*owner, "" if known else nickname)
        if not known:
            sweep_former_folders(self.archive, owner)
        self._folders[owner] = folder.path
        item.archived = self.archive.read_work(item.key, folder.path)
        if folder.renamed_from:
            logger.info("%s is called %s now", folder.renamed_from, folder.path)
        return folder.path
