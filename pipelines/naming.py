"""Give each work a unique name within its folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
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
            path = self.archive.reserve_path(item.key, self._build_new_paths(item))
            if self.rename and path.startswith(f"{item.path}/"):
                paths, build_end = self._build_paths(item), self.template.build_end
                before = self.archive.get_files(item.key)
                path = self.archive.rename(item.key, paths, build_end)
                if self.stats and before != self.archive.get_files(item.key):
                    self.stats.inc_value("f2/renamed")
            self.archive.locate(path)
            item.path = path
        return item

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
