"""Put works that another list has archived into the folder of this list, too, as hard links."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import File
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)


class LinksPipeline:
    """Links files at the end of the run, when all are complete; a link costs no space.

    The archive knows each file by its first place alone. A link that is there is left as it is.
    """

    crawler: Crawler
    run_log: RunLog | None = None  # for files that cannot be linked; None until the spider opens

    def __init__(self, archive: Archive, *, keeps_folders: bool = False) -> None:
        self.archive = archive
        self.keeps_folders = keeps_folders  # those of the template
        self._folders: dict[str, set[str]] = defaultdict(set)  # of other lists, by work

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        if not (options.link and options.media):
            raise NotConfigured
        made = cls(get_archive(crawler), keeps_folders=options.naming.has_folders)
        made.crawler = crawler
        return made

    def open_spider(self) -> None:
        self.run_log = get_run_log(self.crawler)

    @own_items
    def process_item(self, item: Item) -> Item:
        if item.list_folder and not item.path.startswith(f"{item.list_folder}/"):
            self._folders[item.key].add(item.list_folder)
        return item

    def close_spider(self) -> None:
        """Link the files of each work into the folders of the other lists that have it."""
        assert self.run_log is not None
        count = 0
        for key, folders in self._folders.items():
            for folder in sorted(folders):
                try:
                    count += self._link_work(key, folder)
                except OSError as error:
                    detail = f"cannot be linked into {folder}: {error.strerror}"
                    self.run_log.add_gap(key, Outcome.DISK, detail)
        if count:
            logger.info("%s of other lists linked into the folder of this one",
                        pluralize(count, "file"))  # fmt: skip

    def _link_work(self, key: str, folder: str) -> int:
        """Return the number of new links."""
        path = self.archive.get_path(key) or ""
        files = [file for file in self.archive.get_files(key).values() if path]
        return sum(self._link(file, path, folder) for file in files)

    def _link(self, file: File, path: str, folder: str) -> bool:
        source = self.archive.root / file.path
        list_folder = "/".join(path.split("/")[:3]) if self.keeps_folders else _find_folder(path)
        target = self.archive.locate(folder + file.path[len(list_folder) :])
        if target.exists() or not source.is_file():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(source)
        return True


def _find_folder(path: str) -> str:
    """Return the list's folder of a work's path: that above its own folder, if it has one."""
    above, _, name = path.rpartition("/")
    return above.removesuffix(f"/{name}")
