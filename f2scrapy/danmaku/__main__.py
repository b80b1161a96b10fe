"""Show and save the messages of live rooms: `python -m f2scrapy.danmaku URL…`."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console

from f2scrapy.archive.archive import Archive
from f2scrapy.config.file import load_options
from f2scrapy.config.inputs import read_lines
from f2scrapy.config.options import Options
from f2scrapy.danmaku.arguments import (
    AUTO,
    CONSOLE,
    LOOK,
    PROGRAM,
    build_convert_parser,
    build_reread_parser,
    build_stats_parser,
    build_watch_parser,
)
from f2scrapy.danmaku.convert import convert
from f2scrapy.danmaku.files import build_look, make_base
from f2scrapy.danmaku.files import make_sinks as make_file_sinks
from f2scrapy.danmaku.reread import reread
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.runner import RoomResult, run
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.danmaku.sinks.console import View
from f2scrapy.danmaku.sinks.relay import Relay
from f2scrapy.danmaku.stats import count_journals
from f2scrapy.danmaku.stats_report import show_report, write_report
from f2scrapy.danmaku.summary import choose_exit_code, show
from f2scrapy.danmaku.video import read_size
from f2scrapy.download.part_file import DiskError
from f2scrapy.errors import EXIT_OK, InputError, get_exit_code
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.programs import (
    CommandParser,
    call_at_signal,
    expand_files,
    log_to,
    print_redacted,
)
from f2scrapy.rooms import parse_targets, reserve_room_path
from f2scrapy.text import make_visible, pluralize

MakeSinks = Callable[[Room], Awaitable[list[Sink]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code, which has the same meaning as that of a crawl."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    sys.excepthook = print_redacted
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # the console may lack a letter of a nickname
            stream.reconfigure(errors="replace")
    try:
        for name, (build_parser, run_command) in _COMMANDS.items():
            if given[:1] == [name]:
                return run_command(build_parser().parse_args(given[1:]))
        return _watch(build_watch_parser().parse_args(given))
    except InputError as error:
        print(f"{PROGRAM}: {translate_message(make_visible(str(error)))}", file=sys.stderr)
        return get_exit_code(error.outcome)


def _convert(options: argparse.Namespace) -> int:
    canvas = read_size(Path(options.segment))
    look = build_look(_load_project(options), os.environ, canvas)
    with _raise_write_errors(options.output):
        rows, unreadable = convert(
            options.journal, options.output, options.start, options.segment, look
        )
    failed = f"; {pluralize(unreadable, 'line')} could not be read" if unreadable else ""
    print(translate_message(f"{options.output}: made of {pluralize(rows, 'event')}{failed}"))
    return EXIT_OK


def _stats(options: argparse.Namespace) -> int:
    report = count_journals(options.journal)
    show_report(report, Console(highlight=False), options.top)
    for path in options.output:
        with _raise_write_errors(path):
            for made in write_report(report, path):
                print(made)
    return EXIT_OK


def _reread(options: argparse.Namespace) -> int:
    with _raise_write_errors(options.output):
        counts = reread(options.journal, options.output)
    failed = f"; {pluralize(counts.unreadable, 'line')} could not be read" * bool(counts.unreadable)
    text = (
        f"{options.output}: {pluralize(counts.events, 'event')}, {counts.parsed} of them parsed "
        f"again, {counts.changed} have other values{failed}"
    )
    print(translate_message(text))
    return EXIT_OK


_COMMANDS: dict[str, tuple[Callable[[], CommandParser], Callable[[argparse.Namespace], int]]] = {
    "convert": (build_convert_parser, _convert),
    "stats": (build_stats_parser, _stats),
    "reread": (build_reread_parser, _reread),
}


def _load_project(options: argparse.Namespace) -> Options:
    """Return the options of the project, with those of the command line for subtitles."""
    given = {f"F2_DANMAKU_{name.upper()}": getattr(options, name) for name in LOOK}
    return load_options(**{name: text for name, text in given.items() if text is not None})


@contextmanager
def _raise_write_errors(path: Path) -> Iterator[None]:
    """Raise errors of the disk as InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _watch(options: argparse.Namespace) -> int:
    project = load_options(**({"F2_PATH": options.output} if options.output else {}))
    rooms, token = expand_files(options.url), _read_token(options)
    names = list(dict.fromkeys(options.sink or ["journal", CONSOLE]))
    console = Console(highlight=False)
    log_to(console)
    view = View(console, options.filter) if CONSOLE in names else None
    relay = None if options.relay is None else Relay(options.relay, token, _collect_room_ids(rooms))
    stop = asyncio.Event()
    with ExitStack() as stack:
        files = [name for name in names if name != CONSOLE]
        build_files = _build_file_sinks(project, files, stack, stop)

        async def make_sinks(room: Room) -> list[Sink]:
            return [*await build_files(room), *(part.make_sink() for part in (view, relay) if part)]

        if view:
            stack.enter_context(view)
        results = asyncio.run(_run(options, project, rooms, make_sinks, relay, stop=stop))
    show(results, console)
    return choose_exit_code(results)


async def _run(
    options: argparse.Namespace,
    project: Options,
    rooms: Sequence[str],
    make_sinks: MakeSinks,
    relay: Relay | None,
    *,
    stop: asyncio.Event,
) -> list[RoomResult]:
    call_at_signal(stop.set)
    async with AsyncExitStack() as stack:
        if relay:
            await _start_relay(relay, stack, show_token=options.token == AUTO)
        return await run(
            rooms,
            make_sinks=make_sinks,
            duration=options.duration,
            wait=options.wait,
            only=options.only,
            stop=stop,
            poll=project.live_poll,
            account=options.account or project.danmaku_account,
        )


async def _start_relay(relay: Relay, stack: AsyncExitStack, *, show_token: bool) -> None:
    try:
        await stack.enter_async_context(relay)
    except OSError as error:
        raise InputError(f"--relay {relay.port}: {error.strerror}; name another port") from None
    token = f"?token={relay.token}" if show_token else ""
    print(f"{PROGRAM}: {_('relay at')} ws://127.0.0.1:{relay.port}/{token}", file=sys.stderr)


def _build_file_sinks(
    options: Options, names: Sequence[str], stack: ExitStack, stop: asyncio.Event
) -> MakeSinks:
    """Return a function that makes the file sinks of a room, below F2_PATH.

    While another program has locked the archive, the other rooms go on; `stop` ends the waiting.
    """
    archive = None
    if names:
        place, limits = options.archive_place, options.limits
        archive = Archive(place, options.path, blocking=False, limits=limits)
        archive.is_stopping = stop.is_set
        stack.enter_context(closing(archive))
    look = build_look(options, os.environ)

    async def make_sinks(room: Room) -> list[Sink]:
        if archive is None:
            return []
        folderize = options.folderize
        reserve = partial(reserve_room_path, archive, options.naming, room, folderize=folderize)
        try:
            base = await archive.run(reserve)
        except OSError as error:
            raise DiskError(f"cannot choose a path for its files: {error}") from None
        return make_file_sinks(make_base(base), names, options, look)

    return make_sinks


def _collect_room_ids(rooms: Sequence[str]) -> list[str]:
    """Return the ids of rooms for requests to the relay, as far as the links have them."""
    links = [target.link for target in parse_targets(rooms)]
    return [link.id for link in links if link.kind in {"web_rid", "room_id", "unique_id"}]


def _read_token(options: argparse.Namespace) -> str:
    text: str = options.token
    if text and options.relay is None:
        raise InputError("--token needs --relay PORT")
    if text == AUTO:
        return secrets.token_urlsafe(16)
    if not text.startswith("@"):
        return text
    lines = read_lines(text, "--token ")
    if not lines:
        raise InputError(f"--token {text}: the file is empty")
    return lines[0]


if __name__ == "__main__":
    sys.exit(main())
