"""Run `scrapy parse` for spiders of pages; those of the platforms read signed answers."""

from __future__ import annotations

import argparse

from scrapy.commands.parse import Command as ScrapyParse

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapyParse):
    """Scrapy's command, which gives a spider one page of its choice without its start."""

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        from f2scrapy.crawl.spider import ApiSpider  # noqa: PLC0415 - Scrapy imports all commands

        super().set_spidercls(url, opts)
        if self.spidercls and issubclass(self.spidercls, ApiSpider):
            words = f"scrapy crawl {self.spidercls.name} -a max_counts=1 …"
            text = f"spiders of the platforms read signed answers, not pages; want {words}"
            self.end(text)
