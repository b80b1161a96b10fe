"""Drop items seen earlier in this run, and works that are archived completely."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from scrapy.crawler import Crawler

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.records import NOTHING_WANTED
from f2scrapy.crawl.key_set import KeySet
from f2scrapy.crawl.media_files import mark_silent
from f2scrapy.crawl.orphans import sweep_parts
from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.rendition import Policy, choose, is_better


class DedupPipeline:
    """Passes an item once, and only if one of its wanted files is missing on disk.

    With `upgrade`, a work passes if a better rendition is offered than the archived one. A work
    that is not available passes if its state is new; it is a gap in every run (`pagination.py`).
    """

    def __init__(
        self, archive: Archive, wanted: frozenset[MediaKind], upgrade: Policy | None
    ) -> None:
        self.archive = archive
        self.wanted = wanted
        self.upgrade = upgrade
        self._seen = KeySet()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        options = get_options(crawler)
        upgrade = options.rendition if options.upgrade else None
        wanted = frozenset() if options.plan == "formats" else options.media  # those of all works
        return cls(get_archive(crawler), wanted, upgrade)

    @own_items
    def process_item(self, item: Item) -> Item:
        if item.key in self._seen:
            raise Skipped("repeated")
        is_known = self.wanted and self._is_known(item)
        is_refused = self.wanted and not is_known and self._is_known_refusal(item)
        self._seen.add(item.key)
        if is_known:
            raise Skipped("known")
        if is_refused:
            raise Skipped("refused before")
        return item

    def _is_known_refusal(self, item: Item) -> bool:
        """Return whether the archive has this refused state; users, which have no media, pass."""
        refused = item.state is not Outcome.OK and type(item).list_media is not Item.list_media
        return refused and self.archive.get_state(item.key) is item.state

    def _is_known(self, item: Item) -> bool:
        """Return whether all wanted files are archived, on disk, and not to be upgraded.

        Of a work without any wanted file, an earlier run has recorded just that.
        """
        media = item.list_wanted(self.wanted)
        if not media:
            return item.state is Outcome.OK and self.archive.get_state(item.key) is NOTHING_WANTED
        held = item.archived.files if item.archived else self.archive.get_files(item.key)
        if not held:
            return False
        is_complete = all(
            medium.asset in held and self.archive.has_file(item.key, held[medium.asset])
            for medium in media
        )
        if not is_complete or self._has_better(item.key, media):
            return False
        sweep_parts(self.archive, ((held[medium.asset], medium) for medium in media))
        return True

    def _has_better(self, key: str, media: Iterable[Media]) -> bool:
        if self.upgrade is None:
            return False
        taken = self.archive.get_renditions(key)
        silent = self.archive.get_silent(key)
        marked = (mark_silent(one, silent.get(one.asset, frozenset())) for one in media)
        return any(
            is_better(choose(medium.renditions, self.upgrade).rendition, old, self.upgrade)
            for medium in marked
            if medium.renditions and (old := taken.get(medium.asset))
        )
