"""Check the settings of Scrapy's commands, and of ours beside `crawl`, before they are read."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from f2scrapy.errors import EXIT_INPUT, InputError
from f2scrapy.language import translate_message


class CheckedCommand(ScrapyCommand):
    """A mix-in: bad input is one line on stderr, and exit code 1.

    Scrapy 2.19 shows a traceback for what it finds when it builds the process of a command.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from f2scrapy.api.proxy import switch_off_proxies  # noqa: PLC0415 - for each command
        from f2scrapy.crawl.scrapy_settings import check_scrapy_settings  # noqa: PLC0415

        super().process_options(args, opts)
        assert self.settings is not None
        try:
            self.check_options(self.settings)
            check_scrapy_settings(self.settings)
            if not self.settings.getbool("HTTPPROXY_ENABLED"):
                switch_off_proxies()
        except InputError as error:
            name = type(self).__module__.rpartition(".")[2]
            print(f"scrapy {name}: {translate_message(error)}", file=sys.stderr)  # noqa: T201
            sys.exit(EXIT_INPUT)

    def check_options(self, settings: BaseSettings) -> None:
        """Check our own options; one that cannot be used raises an InputError."""
        from f2scrapy.crawl.addon import load_settings  # noqa: PLC0415
        from f2scrapy.crawl.shared import parse_settings  # noqa: PLC0415

        load_settings(settings)
        parse_settings(settings)
