"""Log in to a platform in a browser, and keep the login for any number of crawls."""

from __future__ import annotations

import argparse
import asyncio
import sys

from scrapy.exceptions import UsageError

from f2scrapy.crawl.checked_command import CheckedCommand
from f2scrapy.crawl.commands.doctor import read_given_options
from f2scrapy.errors import EXIT_INPUT, EXIT_REFUSED, InputError, Refused
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message


class Command(CheckedCommand):
    """`scrapy login douyin` and `scrapy login tiktok`."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's

    def syntax(self) -> str:
        return "[--check] PLATFORM"

    def short_desc(self) -> str:
        return _("Log in to a platform in a browser, for later crawls")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        check = _("say whose login is kept, and whether it is accepted")
        parser.add_argument("--check", action="store_true", help=check)
        parser.add_argument("--no-window", action="store_true", help=_("show the code here"))
        parser.add_argument("--seconds", type=float, help=_("seconds for it, 300 unless given"))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from f2scrapy.browser import terminal  # noqa: PLC0415 - Scrapy imports all commands
        from f2scrapy.platforms import list_platforms  # noqa: PLC0415

        if len(args) != 1 or args[0] not in list_platforms():
            raise UsageError(translate_message(f"want one of {', '.join(list_platforms())}"))
        given = read_given_options(self)
        try:
            if not opts.check:
                window = False if opts.no_window else None
                asyncio.run(terminal.log_in(args[0], window, opts.seconds, given))
            self.exitcode = asyncio.run(terminal.check(args[0], given))
        except InputError as error:
            print(f"scrapy login: {translate_message(error)}", file=sys.stderr)  # noqa: T201
            self.exitcode = EXIT_INPUT
        except (Refused, OSError) as error:
            why = error.detail if isinstance(error, Refused) else error.strerror
            print(_("Not logged in: {why}.", why=translate_message(why)), file=sys.stderr)  # noqa: T201
            self.exitcode = EXIT_REFUSED
