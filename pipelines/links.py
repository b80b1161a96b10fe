"""Put works that another list has archived into the folder of this list, too, as hard links."""

from __future__ import annotations

import errno
import filecmp
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import iter_candidates
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.archived import Archived
from f2scrapy.model.item import Item
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

# Answers of disks without hard links: FAT and network shares; another disk below F2_PATH.
_UNSUPPORTED = frozenset(
    (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL, errno.EXDEV)
)


class LinksPipeline:
    """Links files at the end of the run, when all are complete; a link costs no space.

    The archive knows each file by its first place alone. A link that is there is left as it is,
    under its former name, too, if the work was renamed since.
    """

    crawler: Crawler
    run_log: RunLog | None = None  # for files that cannot be linked; None until the spider opens

    def __init__(self, archive: Archive, *, keeps_folders: bool = False) -> None:
        self.archive = archive
        self.keeps_folders = keeps_folders  # those of the template
        # Sources of the other lists by their folder, by work.
        self._lists: dict[str, dict[str, str]] = defaultdict(dict)
        self._list_inodes = cache(_list_inodes)  # of folders as they were before

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
            self._lists[item.key][item.list_folder] = item.source
        return item

    async def close_spider(self) -> None:
        """Link the files of each work into the folders of the other lists that have it.

        A list with a file that cannot be linked is not complete: the next run reads it whole.
        """
        assert self.run_log is not None
        count = 0
        refused: Counter[tuple[str, str]] = Counter()
        for key, lists in self._lists.items():
            for folder, source in sorted(lists.items()):
                try:
                    known = await self.archive.run(partial(self.archive.read_work, key))
                    count += self._link_work(key, known, folder)
                except _NoHardLinksError:
                    refused[folder, source] += 1
                except OSError as error:
                    detail = f"cannot be linked into {folder}: {error.strerror}"
                    self.run_log.add_gap(key, Outcome.DISK, detail, source=source)
        for (folder, source), works in refused.items():
            detail = f"the disk takes no hard links in {folder}, as F2_LINK wants"
            self.run_log.add_gap(folder, Outcome.DISK, detail, count=works, source=source)
        if count:
            logger.info("%s of other lists linked into the folder of this one",
                        pluralize(count, "file"))  # fmt: skip

    def _link_work(self, key: str, known: Archived, folder: str) -> int:
        """Return the number of new links.

        Raises:
            OSError: a link cannot be made, or other files have the work's names.
        """
        path = known.path or ""
        files = [file.path for file in known.files.values()]
        sources = {file[len(path) :]: self.archive.root / file for file in files}
        sources = {tail: source for tail, source in sources.items() if source.is_file()}
        above, _, name = path.rpartition("/")
        has_own_folder = above.endswith(f"/{name}")
        inner = above.removesuffix(f"/{name}").split("/")[3:] if self.keeps_folders else []
        place = "/".join([folder, *inner])
        for new in islice(iter_candidates(name, key.rpartition(":")[2]), 2):
            stem = f"{place}/{new}/{new}" if has_own_folder else f"{place}/{new}"
            targets = {self.archive.locate(stem + tail): sources[tail] for tail in sources}
            if all(_is_free(target, source) for target, source in targets.items()):
                root = self.archive.root / folder
                return sum(self._link(source, target, root) for target, source in targets.items())
        raise FileExistsError(errno.EEXIST, "another file has its name")

    def _link(self, source: Path, target: Path, folder: Path) -> bool:
        found = source.stat()
        if target.exists() or (
            found.st_nlink > 1 and (found.st_dev, found.st_ino) in self._list_inodes(folder)
        ):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                raise _NoHardLinksError from error
            if isinstance(error, FileExistsError) and _is_free(target, source):
                return False  # another run has just made it
            raise
        return True


class _NoHardLinksError(Exception):
    """The disk takes no hard links."""


def _is_free(target: Path, source: Path) -> bool:
    """Return whether the name is free, or taken by the file itself or by a copy of it."""
    return not target.exists() or filecmp.cmp(target, source)


def _list_inodes(folder: Path) -> frozenset[tuple[int, int]]:
    return frozenset(_iter_inodes(folder))


def _iter_inodes(folder: Path) -> Iterator[tuple[int, int]]:
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # another run has moved it
                found = Path(place, name).lstat()
                yield found.st_dev, found.st_ino
