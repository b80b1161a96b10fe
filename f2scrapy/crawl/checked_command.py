"""Check the options and settings of Scrapy's commands, and of ours, before they are read."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from f2scrapy.errors import EXIT_INPUT, InputError
from f2scrapy.language import translate_message


class CheckedCommand(ScrapyCommand):
    """A mix-in: bad input is one line on stderr, and exit code 1.

    Scrapy 2.19 shows a traceback for what it finds when it builds the process of a command. It
    imports all commands for each of them: what one needs is imported when it runs.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            super().process_options(args, opts)
        except OSError as error:  # of --pidfile
            self.end(f"{error.filename}: {error.strerror}")
        except (TypeError, ValueError) as error:  # of parts and feeds, which Scrapy reads as JSON
            self.end(f"-s: want an object of JSON: {error}")
        assert self.settings is not None
        try:
            self.check_settings(self.settings)
        except InputError as error:
            self.end(str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            super().run(args, opts)  # type: ignore[safe-super]  # a mix-in
        except InputError as error:  # of the file of a spider
            self.end(str(error))

    def check_settings(self, settings: BaseSettings) -> None:
        """Check our own options and Scrapy's settings.

        Raises:
            InputError: one cannot be used.
        """
        from f2scrapy.crawl.addon import load_settings  # noqa: PLC0415 - see the class
        from f2scrapy.crawl.shared import parse_settings  # noqa: PLC0415

        load_settings(settings)
        parse_settings(settings)
        check_given_settings(settings)

    def end(self, text: str, code: int = EXIT_INPUT) -> NoReturn:
        """Print a message, and end the program with this exit code."""
        name = type(self).__module__.rpartition(".")[2]
        print(f"scrapy {name}: {translate_message(text)}", file=sys.stderr)  # noqa: T201
        sys.exit(code)


def check_given_settings(settings: BaseSettings) -> None:
    """Check Scrapy's settings, and switch proxies off if the user wants none.

    Raises:
        InputError: a setting cannot be used.
    """
    from f2scrapy.api.proxy import switch_off_proxies  # noqa: PLC0415 - see the class above
    from f2scrapy.crawl.scrapy_settings import check_scrapy_settings  # noqa: PLC0415

    check_scrapy_settings(settings)
    if not settings.getbool("HTTPPROXY_ENABLED"):
        switch_off_proxies()
