"""Show what a run would fetch, and fetch nothing: F2_PLAN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Self

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_options
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind, Rendition
from f2scrapy.model.rendition import Policy, choose
from f2scrapy.text import make_visible, pluralize


class PipedConsole(Console):
    """A console that goes on in silence if its reader has enough, such as `| head`."""

    def on_broken_pipe(self) -> None:
        with suppress(SystemExit):
            super().on_broken_pipe()


class PlanPipeline:
    """Shows the files of each item ("formats"), and the sum at the end; drops the items.

    With "rows" it keeps the items for the feeds, and no file of them is fetched.
    """

    def __init__(self, crawler: Crawler, console: Console) -> None:
        options = get_options(crawler)
        self.crawler, self.console = crawler, console
        self.mode, self.wanted = options.plan, options.media
        self.policy, self.pace = options.rendition, options.pace
        self.works = self.files = self.bytes = self.unknown = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not get_options(crawler).plan:
            raise NotConfigured
        return cls(crawler, PipedConsole())

    @own_items
    def process_item(self, item: Item) -> Item:
        if self.mode == "rows":
            return item
        media = item.list_wanted(self.wanted - {MediaKind.LIVE})
        self._count(media)
        if self.mode == "formats":
            self._show_formats(item, media)
        raise Skipped("planned")

    def close_spider(self) -> None:
        """Show the sum of the plan."""
        if self.mode == "rows":
            return
        sizes = decimal(self.bytes)
        if self.unknown:
            sizes += f" and {pluralize(self.unknown, 'file')} of unknown size"
        works, files = pluralize(self.works, "work"), pluralize(self.files, "file")
        requests = self.crawler.stats.get_value("f2/requests", 0)
        seconds = f"{requests * self.pace:.0f} s at F2_PACE={self.pace:g}"
        for line in (f"{works}, {files}: {sizes}",
                     f"{pluralize(requests, 'request')} for that, about {seconds}"):  # fmt: skip
            self.console.print(translate_message(line), highlight=False)

    def _count(self, media: list[Media]) -> None:
        media = [medium for medium in media if medium.kind is not MediaKind.MOTION_PHOTO]
        self.works += bool(media)
        self.files += len(media)
        for medium in media:
            if medium.text is not None:
                self.bytes += len(medium.text.encode())
            elif medium.renditions and (size := choose(medium.renditions, self.policy)[0].size):
                self.bytes += size
            else:
                self.unknown += 1

    def _show_formats(self, item: Item, media: list[Media]) -> None:
        title = make_visible(f"{item.key} {getattr(item, 'desc', '')}")[:100]
        columns = (_("file"), _("size"), _("codec"), "kbit/s", "fps", _("bytes"), _("mirrors"), "")
        table = Table(*columns, title=Text(title), title_justify="left")
        for medium in media:
            if medium.renditions:
                for cells in _list_rows(medium, self.policy):
                    table.add_row(*map(Text, cells))
        self.console.print(table)


def _list_rows(medium: Media, policy: Policy) -> Iterator[list[str]]:
    """Yield the cells of each encoding of a file; the last one marks that which would be taken.

    It is the "nearest" if none meets all terms of F2_RENDITION.
    """
    taken = choose(medium.renditions, policy)
    for one in sorted(medium.renditions, key=_rank, reverse=True):
        reason = (_("nearest") if taken.unmet else _("taken")) if one == taken.rendition else ""
        yield [
            medium.asset,
            f"{one.width}x{one.height}" if one.width else "",
            one.codec + (_(" (no sound)") if one.is_silent else ""),
            f"{one.bit_rate / 1000:.0f}" if one.bit_rate else "",
            str(one.fps or ""),
            decimal(one.size) if one.size else "",
            str(len(one.urls)),
            f"← {reason}" if reason else "",
        ]


def _rank(one: Rendition) -> tuple[int, int]:
    return one.width * one.height, one.bit_rate
