"""Parse arguments and format log lines for the programs that run without Scrapy."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic
from types import FrameType, TracebackType
from typing import Any, NoReturn

from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text

from f2scrapy.api.secret_values import redact_quote, remove_known
from f2scrapy.config.inputs import read_lines
from f2scrapy.errors import InputError
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.text import (
    CHINA,
    MAX_RECORD,
    format_clock,
    format_redacted_traceback,
    make_visible,
)

_ONE_SIGNAL_S = 1.0


class CommandParser(argparse.ArgumentParser):
    """An ArgumentParser that raises an InputError of one line instead of leaving the program."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values, add_help=False)
        self._positionals.title, self._optionals.title = _("arguments"), _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see {self.prog} --help")


def parse_seconds(text: str) -> float:
    """Parse the value of an option that is a time in seconds."""
    with suppress(ValueError):
        if 0 <= (found := float(text)) < inf:
            return found
    raise argparse.ArgumentTypeError(f"want seconds, 0 or more, not {text!r}")


def build_integer_parser(below: float = inf) -> Callable[[str], int]:
    """Return a parser for the value of an option that is a whole number less than `below`."""
    limit = "" if below == inf else f" below {below}"

    def parse(text: str) -> int:
        if text.isdecimal() and len(text) < 16 and int(text) < below:
            return int(text)
        raise argparse.ArgumentTypeError(f"want a whole number{limit}, not {text!r}")

    return parse


def expand_files(given: Sequence[str], *, empty: bool = False) -> list[str]:
    """Return the texts that name rooms, with `@file` replaced by the lines of the file.

    `@name` is a user unless there is such a file, or it looks like the path of one.

    Raises:
        InputError: a file is not readable, or the result is empty although `empty` is False.
    """
    found = []
    for text in given:
        path = Path(text[1:])
        is_file = text[:1] == "@" and ("/" in text or path.suffix == ".txt" or path.is_file())
        found += read_lines(text) if is_file else [text]
    if not found and not empty:
        raise InputError(f"{' '.join(given)}: it names no room")
    return found


def print_redacted(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    """Print an error that nothing handled, without secrets: a hook for `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        return
    print(remove_known(format_redacted_traceback(error)), file=sys.stderr)  # noqa: T201


class LineFormatter(logging.Formatter):
    """Format a log record as one visible line in UTC+8, without secrets.

    Logs contain text of strangers, which may repeat the headers of a request.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.levelno >= logging.WARNING and not record.exc_info:
            record.msg, record.args = translate_message(record.getMessage()), ()
        text = redact_quote(super().format(record), MAX_RECORD)
        lines = text.splitlines()  # a traceback has many
        return "\n".join([make_visible(line) for line in lines[:1]] + lines[1:])

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return format_clock(datetime.fromtimestamp(record.created, CHINA), datefmt)


def log_to(console: Console) -> None:
    """Log to a terminal above its status lines, or else to stderr."""
    handler: logging.Handler = (
        RichHandler(
            console=console,
            show_path=False,
            rich_tracebacks=False,
            log_time_format=lambda moment: Text(format_clock(moment)),
        )
        if console.is_terminal
        else logging.StreamHandler()
    )
    handler.setFormatter(
        LineFormatter("%(message)s" if console.is_terminal else "%(asctime)s %(message)s")
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("f2scrapy").setLevel(logging.INFO)


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
