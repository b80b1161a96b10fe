"""Give each work a unique name within its folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.archive.works import FolderRenamed
from f2scrapy.crawl.media_files import has_files
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.item import Item


class NamingPipeline:
    """Extends `path` from the folder to the work's files, without suffix.

    A work keeps its first name, unless `rename` moves its files to the name by the current
    template. Works in folders of other lists are not renamed.
    """

    def __init__(
        self, archive: Archive, template: Template, *, folderize: bool, rename: bool
    ) -> None:
        self.archive = archive
        self.template = template
        self.folderize = folderize
        self.rename = rename
        self.stats: StatsCollector | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        made = cls(
            get_archive(crawler),
            options.naming,
            folderize=options.folderize,
            rename=options.rename,
        )
        made.stats = crawler.stats
        return made

    @own_items
    def process_item(self, item: Item) -> Item:
        if item.path:
            path = self._find_path(item)
            if self.rename and path.startswith(f"{item.path}/"):
                paths, build_end = self._build_paths(item), self.template.build_end
                path = self.archive.rename(item.key, paths, build_end)
                before, item.archived = item.archived, self.archive.read_work(item.key)
                if self.stats and before and before.files != item.archived.files:
                    self.stats.inc_value("f2/renamed")
            self.archive.locate(path)
            item.path = path
        return item

    def _find_path(self, item: Item) -> str:
        """Return the path that a work has, or reserve one."""
        known = item.archived or self.archive.read_work(item.key)
        if known.path:
            self.archive.queue_sighting(item.key, known, item)
            item.archived = known
        else:
            item.archived = known._replace(path=self._reserve_path(item))
        assert item.archived.path is not None
        return item.archived.path

    def _reserve_path(self, item: Item) -> str:
        """Reserve the path of a new work, in the folder's new name if another run renames it."""
        folder = "/".join(item.list_folder.split("/")[:3])
        paths = self._build_new_paths(item)
        try:
            return self.archive.reserve_path(item.key, paths, item, folder=folder)
        except FolderRenamed:
            current = self.archive.find_folder(*item.list_owner)
            assert current is not None, f"{item.list_owner} has no folder any more"
            item.path = current + item.path.removeprefix(folder)
            item.list_folder = item.path
            return self._reserve_path(item)

    def _build_paths(self, item: Item) -> Iterator[str]:
        template = self._get_template(item)
        return self.archive.iter_paths(item.path, template, item, folderize=self.folderize)

    def _build_new_paths(self, item: Item) -> Iterator[str]:
        """Yield the paths of a new work, without those where files of another work may be.

        There are such files if the archive was lost or moved away.
        """
        for path in self._build_paths(item):
            is_own = item.id in path.rpartition("/")[2]
            if not is_own and has_files(self.archive.root, path, item, self.template):
                if not self._get_template(item).is_exact(item):
                    continue
                self.archive.doubtful.add(item.key)
            yield path

    def _get_template(self, item: Item) -> Template:
        return Template(item.naming) if item.naming else self.template
