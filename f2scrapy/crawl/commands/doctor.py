"""Say on one screen what is installed, whose login it is, and what the platforms answer."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from f2scrapy.crawl.checked_command import CheckedCommand, check_given_settings
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message


class Command(CheckedCommand):
    """`scrapy doctor`: one request for each platform; the output holds no secret."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's

    def short_desc(self) -> str:
        return _("Examine the installation, the login and the platforms")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help=_("print JSON"))
        parser.add_argument("--offline", action="store_true", help=_("ask no platform"))

    def check_settings(self, settings: BaseSettings) -> None:
        """Check Scrapy's; a wrong option of ours is a finding of the examination."""
        check_given_settings(settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:  # Scrapy leaves out what it does not know
            raise UsageError(f"{translate_message('unrecognized arguments')}: {' '.join(args)}")
        # Scrapy imports all commands for each of them.
        from f2scrapy.api.secret_values import redact_values  # noqa: PLC0415
        from f2scrapy.doctor.examine import describe, examine  # noqa: PLC0415
        from f2scrapy.doctor.finding import compute_exit_code, list_lines  # noqa: PLC0415

        logging.getLogger("f2scrapy").setLevel(logging.ERROR)  # a finding says the same
        given = read_given_options(self)
        findings = asyncio.run(examine(offline=opts.offline, **given))
        shown = redact_values([*describe(findings)])
        if opts.json:
            print(json.dumps(shown, ensure_ascii=False, indent=2))  # noqa: T201
        else:
            print("\n".join(list_lines(findings)))  # noqa: T201
        self.exitcode = compute_exit_code(findings)


def read_given_options(command: ScrapyCommand) -> dict[str, str]:
    """Return the F2_… options of the command line (-s)."""
    settings = command.settings
    assert settings is not None
    return {
        name: settings[name]
        for name in settings
        if name.startswith("F2_") and settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
    }
