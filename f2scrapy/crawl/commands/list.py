"""List the spiders."""

from __future__ import annotations

import argparse
import gc

from scrapy.commands.list import Command as ScrapyList


class Command(ScrapyList):
    """Scrapy's command."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        super().run(args, opts)
        # Python would look for garbage among 70,000 objects: a seventh of the CPU (2026-12).
        gc.freeze()
