"""Run `scrapy shell` with settings that were checked."""

from __future__ import annotations

from scrapy.commands.shell import Command as ScrapyShell

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapyShell):
    """Scrapy's command."""
