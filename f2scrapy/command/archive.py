"""Copy the archive between an SQLite file and a server: `f2scrapy archive migrate FROM TO`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from f2scrapy.archive.copying import copy_archive
from f2scrapy.archive.database import open_database
from f2scrapy.archive.server import Server, hide_passwords, parse_place
from f2scrapy.command.arguments import PROGRAM, Parser
from f2scrapy.errors import EXIT_OK, EXIT_UNEXPLAINED, InputError
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message


def run_archive(words: Sequence[str]) -> int:
    """Run `f2scrapy archive …`; return the exit code."""
    given = _parse(words)
    source, target = _parse_place(given.source), _parse_place(given.target)
    if isinstance(source, Path) and not source.is_file():
        raise InputError(f"{source}: there is no archive")
    if _are_same(source, target):
        raise InputError(f"{source}: want two archives, an old one and a new one")
    try:
        counts = _migrate(source, target)
    except OSError as error:
        why = translate_message(f"{error.strerror}; nothing is kept of the copy")
        print(f"{PROGRAM}: {why}", file=sys.stderr)  # noqa: T201
        return EXIT_UNEXPLAINED
    for table, count in counts.items():
        print(_("{table}: {count} rows", table=table, count=count))  # noqa: T201
    text = "The copy is complete and equal. Set F2_ARCHIVE={place} from now on."
    print(_(text, place=hide_passwords(given.target)))  # noqa: T201
    return EXIT_OK


def _are_same(source: Path | Server, target: Path | Server) -> bool:
    """Return whether both are one archive; databases that differ in options alone may be two."""
    addresses = [
        place.url if isinstance(place, Server) else place.resolve() for place in (source, target)
    ]
    return addresses[0] == addresses[1]


def _migrate(source: Path | Server, target: Path | Server) -> dict[str, int]:
    with ExitStack() as stack:
        databases = [
            stack.enter_context(closing(open_database(place, blocking=True)))
            for place in (source, target)
        ]
        return copy_archive(*databases)


def _parse_place(text: str) -> Path | Server:
    try:
        return parse_place(text)
    except ValueError as error:
        raise InputError(f"{hide_passwords(text)}: {error}") from None


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog=f"{PROGRAM} archive", description=_("copy the archive to a server, or back")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    migrate = commands.add_parser(
        "migrate",
        help=_("copy all rows into an empty archive, and compare both"),
        description=_("a file, or postgresql://USER@HOST/DATABASE"),
    )
    migrate.add_argument("source", metavar="FROM", help=_("the archive that is copied"))
    migrate.add_argument("target", metavar="TO", help=_("the new, empty archive"))
    return parser.parse_args(words)
