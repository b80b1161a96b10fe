"""Record live rooms until they are over: python -m f2scrapy.live; Ctrl-C ends it cleanly.

A room is given by its link, its number, a text that contains links, or @file with one or more a
line.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import zip_longest

from rich.console import Console
from rich.table import Table
from rich.text import Text

from f2scrapy.api.secret_values import redact_quote
from f2scrapy.config.options import LIVE_DANMAKU
from f2scrapy.errors import InputError, get_exit_code, get_worst_exit_code
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.live.danmaku import build_danmaku_recorder
from f2scrapy.live.runner import RoomResult, Runner
from f2scrapy.live.status import StatusView
from f2scrapy.model.stream import CODECS, FORMS, QUALITIES, VIEWS
from f2scrapy.programs import (
    CommandParser,
    call_at_signal,
    expand_files,
    log_to,
    parse_seconds,
    print_redacted,
)
from f2scrapy.text import make_visible

PROGRAM = "python -m f2scrapy.live"
DANMAKU = "--danmaku"
_SHORT = {
    "path": "F2_PATH",
    "quality": "F2_LIVE_QUALITY",
    "split": "F2_LIVE_SPLIT",
    "danmaku": "F2_LIVE_DANMAKU",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Record the rooms of the command line, and leave the program with the exit code."""
    console = Console(stderr=True, highlight=False)
    log_to(console)
    sys.excepthook = print_redacted
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        given = _build_parser().parse_args(_name_files(words))
        options = _options(given)
        runner = Runner(
            options,
            wait=given.wait,
            read_list=partial(expand_files, given.room, empty=True),
            companion=build_danmaku_recorder(options),
            view=StatusView(console),
        )
        rooms = expand_files(given.room, empty=given.wait)  # a watch list may be empty at first
        results = asyncio.run(_record_rooms(runner, rooms, given.duration))
    except InputError as error:
        print(f"{PROGRAM}: {translate_message(make_visible(str(error)))}", file=sys.stderr)
        sys.exit(get_exit_code(error.outcome))
    _print_results(results, console)
    for line in [*runner.describe_unreadable(), *runner.remarks]:
        print(translate_message(line), file=sys.stderr)
    sys.exit(get_worst_exit_code(get_exit_code(one.overall_outcome) for one in results))


def _build_parser() -> CommandParser:
    parser = CommandParser(
        prog=PROGRAM,
        description=_(__doc__ or ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("room", nargs="+", help=_("link, number, @name, text, or @file"))
    add("--wait", action="store_true",
        help=_(
            "wait for rooms that are not on air, and for their next broadcasts; rooms added to "
            "@file are recorded, too"
        ))  # fmt: skip
    add(DANMAKU, metavar="NAME,…", help=_(
        "also record the messages of the room: a journal, and with ass,xml these files beside each "
        "segment (F2_LIVE_DANMAKU)"))  # fmt: skip
    add("--duration", type=parse_seconds, default=0, metavar="S", help=_("stop after S seconds"))
    add("--path", help=_("root folder of all files (F2_PATH)"))
    words = "; ".join(", ".join(names) for names in (QUALITIES, CODECS, FORMS, VIEWS))
    add("--quality", help=f"{words} (F2_LIVE_QUALITY)")
    add("--split", help=_("begin a new file after 30min, 500MB, 1h,2GB (F2_LIVE_SPLIT)"))
    add(
        "-s", dest="set", action="append", default=[], metavar="F2_NAME=VALUE", help=_("any option")
    )
    return parser


def _name_files(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the arguments, with a value for a `--danmaku` that has none: a room may follow it."""
    for argument, after in zip_longest(arguments, arguments[1:], fillvalue=""):
        has_value = {*after.split(",")} <= {*LIVE_DANMAKU}
        yield argument if argument != DANMAKU or has_value else f"{DANMAKU}={LIVE_DANMAKU[0]}"


def _options(given: argparse.Namespace) -> dict[str, str]:
    """The options of the command line.

    Raises:
        InputError: one has no value.
    """
    pairs = [text.partition("=") for text in given.set]
    for name, sign, _value in pairs:
        if not sign:
            raise InputError(f"-s {name}: want F2_NAME=VALUE")
    short = {option: getattr(given, name) for name, option in _SHORT.items()}
    return {name: value for name, _, value in pairs} | {
        name: value for name, value in short.items() if value is not None
    }


async def _record_rooms(runner: Runner, rooms: Sequence[str], duration: float) -> list[RoomResult]:
    call_at_signal(runner.stop.set)
    if duration:
        asyncio.get_running_loop().call_later(duration, runner.stop.set)
    showing = asyncio.create_task(runner.view.run()) if runner.view else None
    try:
        return await runner.run(rooms)
    finally:
        if showing:
            showing.cancel()
            await asyncio.wait([showing])


def _print_results(results: Sequence[RoomResult], console: Console) -> None:
    if not results:
        console.print(_("nothing was on air"))
        return
    table = Table(_("room"), _("outcome"), _("recorded"))
    table.columns[0].max_width = 24
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for one in results:
        words = redact_quote(one.recording.summary if one.recording else one.detail)
        summary = translate_message(words)
        table.add_row(
            *map(Text, (make_visible(one.name), one.overall_outcome, make_visible(summary)))
        )
    console.print(table)


if __name__ == "__main__":
    main()
