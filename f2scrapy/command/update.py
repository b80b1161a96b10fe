"""Read all lists of the archive again: `f2scrapy update`, once or every day."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from f2scrapy import project_package
from f2scrapy.archive.archive import Archive
from f2scrapy.command.arguments import PROGRAM, Parser
from f2scrapy.command.jobs import Job
from f2scrapy.command.language import translate as _
from f2scrapy.command.run import Output, run_jobs
from f2scrapy.config.file import load_options
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.errors import EXIT_OK, InputError
from f2scrapy.text import pluralize

_EVERY = re.compile(r"(\d+(?:\.\d+)?)(min|h|d)", re.ASCII)
_SECONDS = {"min": 60, "h": 3600, "d": 86_400}
_OF_USERS = re.compile(r"MS4wLjAB[\w-]+|self", re.ASCII)


class KnownList(NamedTuple):
    """A list that an earlier run has read to its end."""

    spider: str
    target: str  # sec_user_id of its owner; "self" = the account
    words: tuple[str, ...]  # of `scrapy crawl`: the same files and filters


def update(words: Sequence[str]) -> int:
    """Read the lists again; with `--every`, again and again until Ctrl-C."""
    given = _parse(words)
    if not given.every:
        return _update_once(given)
    pause = _parse_pause(given.every)
    once = [
        text for text in words if text not in ("--every", given.every, f"--every={given.every}")
    ]
    try:
        while True:
            command = [sys.executable, "-m", "f2scrapy.command", "update", *once]
            subprocess.run(command, check=False)
            print(_("next run in {time}", time=given.every), file=sys.stderr)  # noqa: T201
            time.sleep(pause)
    except KeyboardInterrupt:
        return EXIT_OK


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser(prog=f"{PROGRAM} update", description=_("read all lists of the archive again"))
    add = parser.add_argument
    add("--every", metavar="TIME", help=_("go on, with pauses such as 30min, 24h, 7d"))
    add("--path", metavar="FOLDER", help=_("root folder of all files; default: Download"))
    add("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE",
        help=_("any option, such as F2_PACE=2"))  # fmt: skip
    return parser.parse_args(words)


def _parse_pause(text: str) -> float:
    found = _EVERY.fullmatch(text)
    if not found or not float(found[1]):
        raise InputError(f"--every {text}: want a time, such as 30min, 24h, 7d")
    return float(found[1]) * _SECONDS[found[2]]


def _update_once(given: argparse.Namespace) -> int:
    words = [word for text in given.settings for word in ("-s", text)]
    words += ["-s", f"F2_PATH={given.path}"] if given.path else []
    options = load_options(**{"F2_PATH": given.path} if given.path else {})
    place = options.archive_place
    if isinstance(place, Path) and not place.is_file():
        raise InputError(f"{place}: there is no archive; nothing to update")
    with closing(Archive(place, options.path)) as archive:
        known, other = sort_lists(archive.list_ids())
    if other:
        lists = pluralize(other, "list")
        print(f"{lists} of single works or collections: give their links", file=sys.stderr)  # noqa: T201
    if not known:
        raise InputError("the archive knows no list of a user")
    jobs: dict[tuple[str, tuple[str, ...]], Job] = {}
    for one in known:
        job = jobs.setdefault((one.spider, one.words), Job(one.spider, [], [*one.words]))
        job.texts += [one.target] if one.target != "self" else []
    return run_jobs(list(jobs.values()), words, Output())


def sort_lists(ids: Sequence[str]) -> tuple[list[KnownList], int]:
    """Return the lists of users, and the number of other ones, by their ids in the archive."""
    spiders = _find_spiders()
    found = [parse_list_id(text, spiders) for text in ids if "/" not in text.split("|")[0]]
    known = [one for one in found if one]
    return list(dict.fromkeys(known)), len(found) - len(known)


def parse_list_id(text: str, spiders: dict[tuple[str, str], str]) -> KnownList | None:
    """Return a list by its id, such as "douyin:post:MS4w…|desc,video|interval=7d".

    None = it is no list of a user, or no spider reads it.
    """
    source, media, wanted = (*text.split("|", 2), "", "")[:3]
    platform, mode, target = (*source.split(":", 2), "", "")[:3]
    spider = spiders.get((platform, mode))
    if spider is None or not _OF_USERS.fullmatch(target):
        return None
    words = ["-s", f"F2_MEDIA={media}"]
    for argument in _split_filter(wanted):
        words += ["-a", argument]
    return KnownList(spider, target, tuple(words))


def _split_filter(wanted: str) -> Iterator[str]:
    """Yield the arguments in the name of a filter; `match` is last, and may contain anything."""
    others, has_match, pattern = wanted.partition("match=")
    yield from filter(None, others.split("&"))
    if has_match:
        yield f"match={pattern}"


def _find_spiders() -> dict[tuple[str, str], str]:
    """Return the spiders that read the list of a user, by platform and mode."""
    from f2scrapy.crawl.spider_loader import SpiderLoader  # noqa: PLC0415 - Scrapy takes time

    loader = SpiderLoader([project_package("spiders")])
    spiders: dict[tuple[str, str], str] = {}
    for name in sorted(find_spider_modules()):
        spider: Any = loader.load(name)
        if {"sec_user_id"} & {*getattr(spider, "wants", ())}:
            spiders.setdefault((name.partition("_")[0], spider.mode), name)
    return spiders
