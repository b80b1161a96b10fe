"""Show what a run would fetch, and fetch nothing: F2_PLAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.filesize import decimal
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from f2scrapy.crawl.own_items import own_items
from f2scrapy.crawl.shared import get_options
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.language import translate_message
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.rendition import choose
from f2scrapy.text import make_visible, pluralize

if TYPE_CHECKING:
    from rich.console import Console


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
        from f2scrapy.crawl.plan_output import PipedConsole  # noqa: PLC0415 - rich takes 25 ms

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
        from f2scrapy.crawl.plan_output import build_table  # noqa: PLC0415

        title = make_visible(f"{item.key} {getattr(item, 'desc', '')}")[:100]
        self.console.print(build_table(title, media, self.policy))
