"""Read all lists of the archive again: `f2scrapy update`, once or every day."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints
from urllib.parse import quote

from f2scrapy import project_package
from f2scrapy.archive.archive import Archive
from f2scrapy.command.arguments import PROGRAM, Parser, choose_log, parse_pairs, parse_period
from f2scrapy.command.child import run_child
from f2scrapy.command.jobs import Job, find_jobs
from f2scrapy.command.run import Output, resolve_short_links, run_jobs
from f2scrapy.config.file import load_options
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.errors import EXIT_OK, InputError
from f2scrapy.language import translate as _
from f2scrapy.model.link import find_links
from f2scrapy.platforms import find_platform, get_platform

_NOTHING = (
    "the archive knows no list with files that a run has read (without --max, and not a single "
    "work); run one first, or give links, or @file with links"
)
_STEP_S = 0.5  # of the pause between two runs
_OWN = "self"  # in place of an id: the list of the account
Spiders = dict[tuple[str, str], list[Any]]  # by platform and mode


class KnownList(NamedTuple):
    """A list with files that an earlier run has read, or begun to read."""

    spider: str
    target: str  # id of a user, a playlist, a sound …; "" = none is named
    words: tuple[str, ...]  # of `scrapy crawl`: the same files and filters, the words of a search


def update(words: Sequence[str]) -> int:
    """Read the lists again; with `--every`, again and again until Ctrl-C or SIGTERM."""
    given = _parse(words)
    if not given.every:
        return _update_once(given)
    pause = parse_period("--every", given.every)
    _check(given)  # else a service would repeat the mistake for ever
    once = [*given.words, *([f"--path={given.path}"] if given.path else [])]
    once += [word for text in given.settings for word in ("-s", text)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # process 1 has none by itself
    try:
        while True:
            command = [sys.executable, "-m", "f2scrapy.command", "update", *once]
            if run_child(command).is_stopped:
                return EXIT_OK
            print(_("next run in {time}", time=given.every), file=sys.stderr)  # noqa: T201
            _sleep(pause.total_seconds())
    except KeyboardInterrupt:
        return EXIT_OK


def _sleep(seconds: float) -> None:
    """Sleep in short steps: a signal that comes just before a step does not end it.

    Python handles it between two calls; 2 of 1,000 that came within 0.3 ms were late (2026-11).
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _STEP_S))


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser(prog=f"{PROGRAM} update", description=_("read all lists of the archive again"))
    add = parser.add_argument
    add("words", nargs="*", metavar="LINK",
        help=_("read these instead of all: links, or @file with links"))  # fmt: skip
    add("--every", metavar="TIME", help=_("go on, with pauses such as 30min, 24h, 7d"))
    add("--path", metavar="FOLDER", help=_("root folder of all files; default: Download"))
    add("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE",
        help=_("any option, such as F2_PACE=2"))  # fmt: skip
    return parser.parse_args(words)


def _check(given: argparse.Namespace) -> None:
    """Check the words of the command, and the options.

    Raises:
        InputError: they cannot be used.
    """
    options = parse_pairs("-s", given.settings)
    load_options(**{name: text for name, text in options.items() if name.startswith("F2_")})
    find_jobs(given.words)


def _update_once(given: argparse.Namespace) -> int:
    parse_pairs("-s", given.settings)
    words = [*choose_log(), *(word for text in given.settings for word in ("-s", text))]
    words += ["-s", f"F2_PATH={given.path}"] if given.path else []
    if given.words:
        options = dict(text.split("=", 1) for text in words[1::2])
        jobs = resolve_short_links(find_jobs(given.words), "", options)
    else:
        jobs = _find_known_jobs(given)
    return run_jobs(jobs, words, Output())


def _find_known_jobs(given: argparse.Namespace) -> list[Job]:
    """Return the jobs that read all lists of the archive.

    Raises:
        InputError: there is none.
    """
    options = load_options(**{"F2_PATH": given.path} if given.path else {})
    place = options.archive_place
    if isinstance(place, Path) and not place.is_file():
        raise InputError(f"{place}: there is no archive; nothing to update")
    with closing(Archive(place, options.path)) as archive:
        known, other = sort_lists(archive.list_ids())
    if other:
        text = "{count} lists without files, or in parts: type their commands again"
        print(_(text, count=other), file=sys.stderr)  # noqa: T201
    if not known:
        raise InputError(_NOTHING)
    jobs: dict[tuple[str, tuple[str, ...]], Job] = {}
    for one in known:
        job = jobs.setdefault((one.spider, one.words), Job(one.spider, [], [*one.words]))
        job.texts += [one.target] if one.target else []
    return list(jobs.values())


def sort_lists(ids: Sequence[str]) -> tuple[list[KnownList], int]:
    """Return the lists to read again, and the number of other ones, by their ids in the archive."""
    spiders = _find_spiders()
    found = [parse_list_id(text, spiders) for text in ids]
    known = [one for one in found if one]
    return list(dict.fromkeys(known)), len(found) - len(known)


def parse_list_id(text: str, spiders: Spiders) -> KnownList | None:
    """Return a list by its id, such as "douyin:post:MS4w…|desc,video|link|interval=7d".

    None = it has no files, it is below another one, or no spider reads it.
    """
    source, media, wanted = (*text.split("|", 2), "", "")[:3]
    platform, mode, target = (*source.split(":", 2), "", "")[:3]
    links, _sign, rest = wanted.partition("|")
    words = ["-s", f"F2_MEDIA={media}"]
    if links == "link":  # filters have a value each
        words += ["-s", "F2_LINK=yes"]
        wanted = rest
    for argument in _split_filter(wanted):
        words += ["-a", argument]
    for spider in spiders.get((platform, mode), ()) if media else ():
        named = _name_target(spider, platform, target)
        if named is not None:
            return KnownList(spider.name, named.get("url", ""), (*words, *_build_keyword(named)))
    return None


def _name_target(spider: Any, platform: str, target: str) -> dict[str, str] | None:
    """Return the argument that names a list to its spider; None = it reads no such list."""
    arguments = get_type_hints(spider)["args"].model_fields
    if "keyword" in arguments:  # lists of one user's works are not named by their words
        return None if "url" in arguments else {"keyword": target}
    if target == _OWN:
        return {}
    links = get_platform(platform).links
    forms = [links.KINDS[kind].form for kind in spider.wants if kind in links.KINDS]
    for text in (target, *(form.format(quote(target)) for form in forms if form)):
        found, _unusable = find_links([text], links.find, spider.wants, links.KINDS)
        if [link.id for link in found] == [target]:
            return {"url": text}
    return None


def _build_keyword(named: dict[str, str]) -> list[str]:
    return ["-a", f"keyword={named['keyword']}"] if "keyword" in named else []


def _split_filter(wanted: str) -> Iterator[str]:
    """Yield the arguments in the name of a filter; `match` is last, and may contain anything."""
    others, has_match, pattern = wanted.partition("match=")
    yield from filter(None, others.split("&"))
    if has_match:
        yield f"match={pattern}"


def _find_spiders() -> Spiders:
    """Return the spiders that read lists of files."""
    from f2scrapy.crawl.arguments import PaginationArgs  # noqa: PLC0415 - Scrapy takes time
    from f2scrapy.crawl.spider_loader import SpiderLoader  # noqa: PLC0415
    from f2scrapy.model.item import Item  # noqa: PLC0415

    loader = SpiderLoader([project_package("spiders")])
    spiders: Spiders = defaultdict(list)
    for name in sorted(find_spider_modules()):
        spider: Any = loader.load(name)
        has_files = spider.item.is_mixed() or spider.item.list_media is not Item.list_media
        if has_files and issubclass(get_type_hints(spider)["args"], PaginationArgs):
            spiders[find_platform(name), spider.mode].append(spider)
    return spiders
