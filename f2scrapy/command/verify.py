"""Look for all files of the archive on disk: `f2scrapy verify`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from f2scrapy.archive.archive import Archive
from f2scrapy.command.arguments import PROGRAM, Parser
from f2scrapy.command.language import translate as _
from f2scrapy.config.file import load_options
from f2scrapy.errors import EXIT_OK, EXIT_UNEXPLAINED, InputError
from f2scrapy.text import make_visible


def verify(words: Sequence[str]) -> int:
    """Name each archived file that is missing or has another size; return the exit code."""
    given = _parse(words)
    options = load_options(**{"F2_PATH": given.path} if given.path else {})
    place = options.archive_place
    if isinstance(place, Path) and not place.is_file():
        raise InputError(f"{place}: there is no archive")
    count = 0
    faults = []
    with closing(Archive(place, options.path)) as archive:
        for _key, file in archive.iter_all_files():
            count += 1
            if not archive.is_on_disk(file):
                is_there = archive.locate(file.path).exists()
                faults.append((file.path, "another size" if is_there else "missing"))
    for path, fault in faults:
        print(f"{make_visible(path)}: {_(fault)}")  # noqa: T201
    text = "{count} files, {faults} of them missing or of another size"
    print(_(text, count=count, faults=len(faults)))  # noqa: T201
    return EXIT_UNEXPLAINED if faults else EXIT_OK


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog=f"{PROGRAM} verify", description=_("look for the files of the archive on disk")
    )
    parser.add_argument(
        "--path", metavar="FOLDER", help=_("root folder of all files; default: Download")
    )
    return parser.parse_args(words)
