"""Run `scrapy fetch` with settings that were checked."""

from __future__ import annotations

from scrapy.commands.fetch import Command as ScrapyFetch

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapyFetch):
    """Scrapy's command."""
