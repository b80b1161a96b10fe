"""Run `scrapy settings` with the options of f2scrapy.yaml and the environment."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.settings import Command as ScrapySettings

from f2scrapy.errors import EXIT_INPUT, InputError
from f2scrapy.language import translate_message


class Command(ScrapySettings):
    """Scrapy's command, which by itself ignores the settings of add-ons."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from f2scrapy.crawl.addon import load_settings  # noqa: PLC0415 - Scrapy imports all commands
        from f2scrapy.crawl.shared import parse_settings  # noqa: PLC0415

        super().process_options(args, opts)
        assert self.settings is not None
        try:
            load_settings(self.settings)
            parse_settings(self.settings)
        except InputError as error:
            print(f"scrapy settings: {translate_message(error)}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_INPUT)
