"""Run `scrapy crawl` with one clear line for bad input and an exit code for the outcome."""

from __future__ import annotations

import argparse
import gc

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import BaseSettings

from f2scrapy.crawl.checked_command import CheckedCommand

EXIT_USAGE = 2  # as argparse has it


class Command(CheckedCommand, ScrapyCrawl):
    """Scrapy's command; `exitcode` is that of the run log."""

    def check_settings(self, settings: BaseSettings) -> None:
        """Leave them to the checks of the crawl, which write its report, too."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if fault := _find_misplaced(args):
            self.end(fault, EXIT_USAGE)
        gc.disable()  # until `run`: imports make thousands of objects, which stay (2026-11)
        from f2scrapy.crawl import crawl_command  # noqa: PLC0415 - Scrapy imports all commands

        assert self.settings is not None
        self.crawler = crawl_command.prepare_crawler(self.settings, args[0], opts.spargs)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        from f2scrapy.crawl import crawl_command  # noqa: PLC0415 - as above

        assert self.crawler_process is not None
        self.exitcode = crawl_command.run(self.crawler_process, self.crawler, opts.spargs)


def _find_misplaced(words: list[str]) -> str:
    """Return the fault in the words that argparse left over; "" = they are one name."""
    for word in words:
        name, sign, _ = word.partition("=")
        if word.startswith("-"):
            return f"no such option: {name}"
        if sign:
            return f"did you mean -a {name}=…?"
    return "" if len(words) == 1 else "want the name of one spider; `scrapy list` shows them all"
