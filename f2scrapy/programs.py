"""Command: what the programs beside Scrapy have in common: arguments, the log's lines."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import NoReturn

from f2scrapy.config.inputs import read_lines
from f2scrapy.errors import InputError
from f2scrapy.text import CHINA, format_clock, make_visible

_ONE_SIGNAL_S = 1.0


class Parser(argparse.ArgumentParser):
    """Its errors are `InputError`s of one line."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see {self.prog} --help")


def seconds(text: str) -> float:
    """The value of an option that is a time."""
    with suppress(ValueError):
        if 0 <= (found := float(text)) < inf:
            return found
    raise argparse.ArgumentTypeError(f"want seconds, 0 or more, not {text!r}")


def whole(below: float = inf) -> Callable[[str], int]:
    """What reads the value of an option that is a whole number."""
    limit = "" if below == inf else f" below {below}"

    def read(text: str) -> int:
        if text.isdecimal() and len(text) < 16 and int(text) < below:
            return int(text)
        raise argparse.ArgumentTypeError(f"want a whole number{limit}, not {text!r}")

    return read


def texts(given: Sequence[str], *, empty: bool = False) -> list[str]:
    """What names the rooms: `@file` stands for the lines of a file; else `@name` is a user.

    Raises:
        InputError: a file cannot be read, or nothing is left; unless it may be `empty`.
    """
    found = []
    for text in given:
        path = Path(text[1:])
        is_file = text[:1] == "@" and ("/" in text or path.suffix == ".txt" or path.is_file())
        found += read_lines(text) if is_file else [text]
    if not found and not empty:
        raise InputError(f"{' '.join(given)}: there is no room in it")
    return found


class Line(logging.Formatter):
    """One line a record, at the time of UTC+8; what strangers wrote stands in logs, too."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()  # of a defect's traceback there are many
        return "\n".join([make_visible(line) for line in lines[:1]] + lines[1:])

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return format_clock(datetime.fromtimestamp(record.created, CHINA), datefmt)


def call_at_signal(stop: Callable[[], object]) -> None:
    """Call `stop` in the running event loop at the first Ctrl-C or SIGTERM; kill at the next.

    `signal.signal` works on Windows, too; `add_signal_handler` of event loops does not. Some parent
    processes forward a signal that their children also receive: two at once count as one.
    """
    loop = asyncio.get_running_loop()
    first: list[float] = []  # s

    def handle(number: int, _frame: FrameType | None) -> None:
        if first and monotonic() - first[0] > _ONE_SIGNAL_S:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        first.append(monotonic())
        if not loop.is_closed():  # the first signal may have ended it
            loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
