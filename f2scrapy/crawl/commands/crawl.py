"""Run `scrapy crawl` with one clear line for bad input and an exit code for the outcome."""

from __future__ import annotations

import argparse
import gc
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from f2scrapy.errors import EXIT_INPUT
from f2scrapy.language import translate_message

EXIT_USAGE = 2  # as argparse has it


class Command(ScrapyCrawl):
    """Scrapy's command; `exitcode` is that of the run log.

    Scrapy imports all commands for each of them: what this one needs is imported when it runs.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            super().process_options(args, opts)
        except OSError as error:  # of --pidfile
            _print_error(f"{error.filename}: {error.strerror}")
            sys.exit(EXIT_INPUT)
        except (TypeError, ValueError) as error:  # of parts and feeds, which Scrapy reads as JSON
            _print_error(f"-s: want an object of JSON: {error}")
            sys.exit(EXIT_INPUT)
        if fault := _find_misplaced(args):
            _print_error(fault)
            sys.exit(EXIT_USAGE)
        gc.disable()  # until `run`: imports make thousands of objects, which stay (2026-11)
        from f2scrapy.crawl import crawl_command  # noqa: PLC0415 - see the class

        assert self.settings is not None
        self.crawler = crawl_command.prepare_crawler(self.settings, args[0], opts.spargs)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        from f2scrapy.crawl import crawl_command  # noqa: PLC0415 - see the class

        assert self.crawler_process is not None
        self.exitcode = crawl_command.run(self.crawler_process, self.crawler, opts.spargs)


def _print_error(text: str) -> None:
    print(f"scrapy crawl: {translate_message(text)}", file=sys.stderr)  # noqa: T201


def _find_misplaced(words: list[str]) -> str:
    """Return the fault in the words that argparse left over; "" = they are one name."""
    for word in words:
        name, sign, _ = word.partition("=")
        if word.startswith("-"):
            return f"no such option: {name}"
        if sign:
            return f"did you mean -a {name}=…?"
    return "" if len(words) == 1 else "want the name of one spider; `scrapy list` shows them all"
