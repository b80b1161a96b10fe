"""Run `scrapy runspider` with settings that were checked."""

from __future__ import annotations

from scrapy.commands.runspider import Command as ScrapyRunSpider

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapyRunSpider):
    """Scrapy's command."""
