"""Run `scrapy` commands from another program, with f2scrapy's settings in any folder."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from f2scrapy.errors import EXIT_OK, InputError


def run_scrapy(words: Sequence[str]) -> int:
    """Run `scrapy WORDS…` in this process, once, and return its exit code.

    Raises:
        InputError: the user has no home folder, where Scrapy looks for its configuration.
    """
    try:
        Path.home()
    except RuntimeError:
        raise InputError("the home folder of this user is not known: set HOME") from None
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "f2scrapy.settings")
    gc.disable()  # it would look through new modules, which stay: a tenth of their import (2026-12)
    from scrapy.cmdline import execute  # noqa: PLC0415 - after the settings are named

    gc.enable()
    try:
        execute(["scrapy", *words])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_OK
    return EXIT_OK


def build_process(words: Sequence[str]) -> list[str]:
    """Return the command line that runs `scrapy WORDS…` in a process of its own."""
    return [sys.executable, "-m", "f2scrapy.command", "scrapy", *words]
