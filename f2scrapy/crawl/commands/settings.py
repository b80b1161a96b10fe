"""Run `scrapy settings` with the options of f2scrapy.yaml and the environment."""

from __future__ import annotations

from scrapy.commands.settings import Command as ScrapySettings

from f2scrapy.crawl.checked_command import CheckedCommand


class Command(CheckedCommand, ScrapySettings):
    """Scrapy's command, which by itself ignores the settings of add-ons."""
