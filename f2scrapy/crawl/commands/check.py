"""Run `scrapy check` with settings that were checked."""

from __future__ import annotations

from scrapy.commands.check import Command as ScrapyCheck

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapyCheck):
    """Scrapy's command."""
