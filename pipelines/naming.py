"""Give each work a unique name within its folder."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from functools import partial
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.archive.works import FolderRenamed, NewWork
from f2scrapy.crawl.media_files import find_unknown, has_files, list_ends
from f2scrapy.crawl.orphans import remove_parts
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.reservations import Reservations
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.archived import Archived
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
        self.reservations = Reservations(archive)
        self._checked = ""  # the folder of the last work

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
    def process_item(self, item: Item) -> Item | Awaitable[Item]:
        if not item.path:
            return item
        known = item.archived or self.archive.read_work(item.key)
        if known.path is None:
            return self._name_new(item, known)
        self.archive.queue_sighting(item.key, known, item)
        item.archived, path = known, known.path
        if self.rename and path.startswith(f"{item.path}/"):
            path = self._rename(item, known, path)
            item.archived = self.archive.read_work(item.key)
            if self.stats and known.files != item.archived.files:
                self.stats.inc_value("f2/renamed")
        self._use(item, path)
        return item

    def _rename(self, item: Item, known: Archived, path: str) -> str:
        """Move the files of a work to the name by the template; return its path."""
        root, template = self.archive.root, self.template
        unknown = find_unknown(root, path, item, template, known.files)
        paths = self._build_paths(item)
        renamed = self.archive.rename(item.key, paths, template.build_end, unknown)
        if renamed != path:  # what is unfinished there would never be continued
            for end in list_ends(item, template, path):
                remove_parts(root / f"{path}{end}")
            self.archive.remove_empty((root / path).parent)
        return renamed

    async def _name_new(self, item: Item, known: Archived) -> Item:
        """Reserve the path of a new work, in the folder's new name if another run renames it."""
        folder = "/".join(item.list_folder.split("/")[:3])
        work = NewWork(item.key, partial(self._build_new_paths, item), item, folder)
        try:
            path = await self.reservations.reserve(work)
        except FolderRenamed:
            current = self.archive.find_folder(*item.list_owner)
            assert current is not None, f"{item.list_owner} has no folder any more"
            item.path = current + item.path.removeprefix(folder)
            item.list_folder = item.path
            return await self._name_new(item, known)
        item.archived = known._replace(path=path)
        self._use(item, path)
        return item

    def _use(self, item: Item, path: str) -> None:
        """Set the path of an item, unless a link leads out of F2_PATH; `Folder` checks it, too."""
        folder = path.rpartition("/")[0]
        if folder != self._checked:
            self.archive.locate(path)
            self._checked = folder
        item.path = path

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
