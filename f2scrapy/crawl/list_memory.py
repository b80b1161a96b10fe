"""Remember for the next run which lists this one has read, and how far."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.listing import Listing
from f2scrapy.crawl.pagination import Pagination
from f2scrapy.crawl.shared import get_archive
from f2scrapy.errors import Outcome

if TYPE_CHECKING:
    from f2scrapy.crawl.spider import ApiSpider


logger = logging.getLogger(__name__)


class ListMemory:
    """Saves the state of a spider's lists at its end. What cannot be saved is a gap."""

    def __init__(self, spider: ApiSpider) -> None:
        self._spider = spider
        self._run_log = spider.run_log
        self._archive = get_archive(spider.crawler)

    async def begin(self, source: str) -> None:
        """Save that this list is being read, once it has shown works: a kill may be next.

        If the archive refuses, or is locked for long, the next page tries again, and the end.
        """
        try:
            await self._begin(source)
        except OSError as error:
            logger.info("%s: not remembered yet as begun: %s", source, error.strerror)

    async def _begin(self, source: str) -> None:
        args, pagination = self._spider.args, self._spider.paginations[source]
        if isinstance(args, PaginationArgs) and pagination.may_complete:
            await self._archive.run(partial(self._spider.known.begin, source, args))

    async def save(self) -> None:
        """Save the newest works of complete lists, and which lists are not complete."""
        await self._save_unfinished()
        self._close_reading()
        args = self._spider.args
        if not isinstance(args, PaginationArgs):
            return
        for source, pagination in self._spider.paginations.items():
            listing = pagination.listing
            if listing.finished and not (listing.stopped or args.interval):
                self._report_missing_files(source)
            if pagination.is_complete:
                await self._save_newest(source, args, pagination)
            else:
                with self._report_unsaved(source):
                    await self._begin(source)

    def _close_reading(self) -> None:
        """Save which lists the feeds have whole; the round ends if none of them is cut short."""
        lost = {gap.source for gap in self._run_log.gaps if gap.outcome in (
            Outcome.DISK, Outcome.INTERNAL)}  # fmt: skip
        listings = self._run_log.listings.values()
        whole = {
            listing.source
            for listing in listings
            if (listing.finished or listing.outcome.is_explanation) and listing.source not in lost
        }
        open_lists = [listing for listing in listings if listing.source not in whole]
        is_cut = any(map(self._is_cut, open_lists))
        whole -= {above for listing in open_lists for above in self._list_parents(listing)}
        whole |= {name for name, final in self._spider.renamed.items() if final in whole}
        with self._report_unsaved("feeds"):
            self._spider.reading.close(whole, is_whole=not is_cut)

    def _list_parents(self, listing: Listing) -> Iterator[str]:
        """Yield the sources of the lists above one: they are read again for its sake."""
        while listing.parent:
            yield listing.parent
            listing = self._run_log.get_listing(listing.parent)

    def _is_cut(self, listing: Listing) -> bool:
        """Return whether an unfinished list holds the round open; one refused at once does not."""
        return not listing.outcome.is_refusal or bool(listing.seen or listing.parent)

    async def _save_unfinished(self) -> None:
        for link in self._spider.targets.links:
            source = final = self._spider.get_source(link)
            while final in self._spider.renamed and self._spider.renamed[final] != final:
                final = self._spider.renamed[final]
            ends = self._run_log.list_unfinished(final)
            with self._report_unsaved(source):
                if not ends:
                    await self._archive.run(partial(self._archive.remove_unfinished, source))
                elif len(self._spider.targets.links) > 1:
                    refused = any(outcome.is_refusal for outcome in ends)
                    add = partial(self._archive.add_unfinished, source, refused=refused)
                    await self._archive.run(add)

    def _report_missing_files(self, source: str) -> None:
        """Name the archived works that lack files, and that the list no longer shows."""
        for key, assets in self._spider.known.iter_missing(source):
            detail = f"missing on disk, and the list does not show it any more: {', '.join(assets)}"
            self._run_log.add_gap(key, Outcome.LIST_GAP, detail, source=source)

    async def _save_newest(self, source: str, args: PaginationArgs, pagination: Pagination) -> None:
        with self._report_unsaved(source):
            save = partial(self._spider.known.save, source, args, pagination.newest)
            await self._archive.run(save)

    @contextmanager
    def _report_unsaved(self, source: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # Scrapy would log a traceback
            detail = f"not remembered as complete: {error.strerror}"
            self._run_log.add_gap(source, Outcome.DISK, detail)
