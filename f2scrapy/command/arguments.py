"""Parse the command line of `f2scrapy`, and turn its options into those of a crawl.

argparse costs 2 ms at start; click and typer cost 70 (2026-11, click 8.5, typer 0.29).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from f2scrapy.errors import InputError
from f2scrapy.language import translate as _

PROGRAM = "f2scrapy"
ONLY = ("video", "image", "live_photo", "article", "music", "metadata")
FORMATS = ("csv", "jsonl", "jl", "jsonlines", "json", "xml", "sqlite", "parquet", "xlsx")
CODECS = ("h264", "h265", "av1", "bytevc2")
PLANS = {"list_formats": "formats", "plan": "files", "print": "rows"}  # → F2_PLAN
COMMANDS = {
    "update": "read all lists of the archive again",
    "verify": "look for the files of the archive on disk, and in the store",
    "archive": "copy the archive to a server, or back",
    "live": "record live rooms",
    "danmaku": "show and save the messages of live rooms",
    "fleet": "read many lists with many machines",
    "identity": "keep several accounts, with budgets and rests",
    "login": "log in, and keep the cookies",
    "doctor": "check the installation, the login and the platforms",
    "shell-completion": "print the completion for a shell, such as bash",
    "man": "print the manual page",
}
EXAMPLES = (
    ('f2scrapy "LINK"', "all works of a user, or one work, playlist or live room"),
    ('f2scrapy "LINK" --since 2024 --only video', "only the videos, published since 2024"),
    ('f2scrapy "LINK" --only metadata -o works.csv', "a table, no files"),
)

# Options of the command → arguments of spiders (-a). "" = the value itself.
_ARGUMENTS = {
    "max": "max_counts",
    "kinds": "kinds",
    "likes": "likes",
    "seconds": "seconds",
    "match": "match",
    "collects": "collects",
    "playlist": "playlist",
}
_SETTINGS = {
    "cookies": "F2_COOKIES",
    "browser": "F2_COOKIES",
    "path": "F2_PATH",
    "name": "F2_NAMING",
    "rate": "F2_RATE",
    "report": "F2_REPORT",
}
_EMPTY = re.compile(r"--[\w-]+=")  # an option with its value, which is empty
_TIME = re.compile(r"(\d+(?:\.\d+)?)(s|min|h|d)", re.ASCII)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_LEVELS = {-1: "ERROR", 1: "INFO", 2: "DEBUG"}  # by --quiet and the number of --verbose


class Parser(argparse.ArgumentParser):
    """An ArgumentParser in the user's language that raises an InputError of one line.

    `programs.CommandParser` does this for other programs; to import it takes 80 ms (2026-11).
    """

    def __init__(self, **values: Any) -> None:
        super().__init__(**values, add_help=False)
        self.register("action", None, _Once)
        self.register("action", "store", _Once)
        self._positionals.title, self._optionals.title = _("arguments"), _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    def parse_args(  # type: ignore[override] # always with arguments
        self, args: Sequence[str], namespace: None = None
    ) -> argparse.Namespace:
        """Parse arguments; `-o -:jsonl` is Scrapy's word for the standard output.

        Raises:
            InputError: the arguments cannot be used; an option is empty, as that of a script's
                variable without value, which would not limit what it was to limit.
        """
        words = [*args]
        for flag, value in pairwise([*words, "-"]):
            if _EMPTY.fullmatch(flag) or (flag.startswith("-") and not value):
                raise InputError(f"{flag.rstrip('=')} is empty")
        for at, (flag, value) in enumerate(pairwise(words)):
            if flag == "-o" and value.startswith("-:"):
                words[at : at + 2] = [f"-o{value}"]
                break
        # A link may stand behind an option, too; argparse cannot have that beside subcommands.
        parse = super().parse_args if self._subparsers else super().parse_intermixed_args
        return parse(words, namespace)

    def error(self, message: str) -> None:  # type: ignore[override] # the base never returns
        raise InputError(f"{message}; see {self.prog} --help")


class _Once(argparse.Action):
    """Keeps a value, and refuses a second one, which would silently replace it."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any,
        option_string: str | None = None,
    ) -> None:  # fmt: skip
        if option_string and getattr(namespace, self.dest) != self.default:
            parser.error(f"{option_string} is given twice: leave out one")
        setattr(namespace, self.dest, values)


def build_parser() -> Parser:
    """Return the parser of `f2scrapy LINK…`, with help in the user's language."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [options] LINK…\n       {PROGRAM} COMMAND …",
        description=_("Download works, comments and lists of Douyin and TikTok by their links."),
        epilog=_format_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="LINK",
        help=_("a link, an id, @name, a text from the app, @file with links, or a spider's name"),
    )
    _add_choice(parser)
    _add_files(parser)
    _add_output(parser)
    parser.add_argument("--version", action="store_true", help=_("show the version"))
    return parser


def _add_choice(parser: Parser) -> None:
    """Add the options that choose works."""
    add = parser.add_argument_group(_("which works")).add_argument
    add("--what", metavar="NAME", default="",
        help=_("another list of the link: comment, user_like, follower, related …"))  # fmt: skip
    add("--since", metavar="TIME", help=_("published since 2024, 2024-03, 2024-03-05, or in 7d"))
    add("--until", metavar="TIME", help=_("published until 2024, 2024-03 or 2024-03-05"))
    add("--new", action="store_true", help=_("stop at works that an earlier run has read"))
    add("--max", metavar="N", help=_("at most N of each list"))
    add("--kinds", metavar="KIND,…", help=_("works with video, image, live_photo, article"))
    add("--likes", metavar="RANGE", help=_("with so many likes: 1000, ..500, 100..500"))
    add("--seconds", metavar="RANGE", help=_("videos of this length: 60, ..30"))
    add("--match", metavar="REGEX", help=_("with these words: a regular expression"))
    add("--replies", action="store_true", help=_("comments, with their replies"))
    add("--collects", metavar="NAMES", help=_("folders of favourites: names or ids, or all"))
    add("--playlist", metavar="NAMES", help=_("playlists: names or ids, or all"))


def _add_files(parser: Parser) -> None:
    """Add the options for the files of works."""
    add = parser.add_argument_group(_("which files")).add_argument
    add("--only", metavar="KIND,…", help=f"{', '.join(ONLY)}")
    add("--codec", choices=CODECS, help=_("prefer this encoding of videos"))
    add("--height", metavar="N", type=int, help=_("at most so many pixels on the shorter side"))
    add("--cookies", metavar="FILE", help=_("cookies of a browser (cookies.txt), for an account"))
    add("--browser", metavar="NAME", help=_("take the cookies of this browser, such as firefox"))
    add("--rate", metavar="BYTES", help=_("at most so many bytes per second: 500k, 2M"))
    add("--path", metavar="FOLDER", help=_("root folder of all files; default: Download"))
    add("--name", metavar="TEMPLATE", help=_("names of files, such as {create}_{desc}"))


def _add_output(parser: Parser) -> None:
    """Add the options for what the command shows and writes."""
    add = parser.add_argument_group(_("what is shown")).add_argument
    add("-o", metavar="FILE", dest="feed",
        help=_("also write rows: .csv, .jsonl, .json, .xml, .sqlite, .parquet, .xlsx"))  # fmt: skip
    add("--list-formats", action="store_true",
        help=_("show all encodings, and which ones would be taken; fetch nothing"))  # fmt: skip
    add("--plan", action="store_true",
        help=_("show how much would be fetched; fetch nothing"))  # fmt: skip
    add(
        "--print", metavar="FIELD", help=_("print a field of each row, such as desc; fetch nothing")
    )
    add("--report", metavar="FILE", help=_("write the result of the run as JSON"))
    add("-q", "--quiet", action="store_true", help=_("show the last line only"))
    add("-v", "--verbose", action="count", default=0, help=_("show the log; -vv: all of it"))
    add("-a", dest="arguments", action="append", default=[], metavar="NAME=VALUE",
        help=_("any argument of the spider"))  # fmt: skip
    add("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE",
        help=_("any option, such as F2_PACE=2"))  # fmt: skip


def _format_epilog() -> str:
    commands = "\n".join(f"  {name:<18}{_(text)}" for name, text in COMMANDS.items())
    return f"{_('commands')}:\n{commands}\n\n{format_examples()}"


def format_examples() -> str:
    """Return the examples of the help."""
    lines = (f"  {command}\n      {_(text)}" for command, text in EXAMPLES)
    return f"{_('examples')}:\n" + "\n".join(lines)


def parse_pairs(flag: str, texts: Sequence[str]) -> dict[str, str]:
    """Return the values of an option that is given several times, by their names.

    Raises:
        InputError: one has no name, or no value.
    """
    for text in texts:
        if "=" not in text:
            raise InputError(f"{flag} {text}: want NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)


def parse_time(flag: str, text: str) -> timedelta:
    """Return a length of time, such as 30min, 24h, 7d.

    Raises:
        InputError: this is none.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise InputError(f"{flag} {text}: want a time, such as 30min, 24h, 7d")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def parse_period(flag: str, text: str) -> timedelta:
    """Return a length of time as `parse_time` does, but not zero.

    Raises:
        InputError: this is none.
    """
    if period := parse_time(flag, text):
        return period
    raise InputError(f"{flag} {text}: want a time, such as 30min, 24h, 7d")


def build_crawl_words(given: argparse.Namespace) -> list[str]:
    """Return the `-a`, `-s` and `-o` of `scrapy crawl` for the options of the command.

    Raises:
        InputError: two options contradict each other, or one has no value.
    """
    for flag, texts in (("-a", given.arguments), ("-s", given.settings)):
        parse_pairs(flag, texts)
    _check_contradictions(given)
    words = [word for name, value in _list_arguments(given) for word in ("-a", f"{name}={value}")]
    words += [word for name, value in _list_settings(given) for word in ("-s", f"{name}={value}")]
    words += [word for text in given.arguments for word in ("-a", text)]
    return words + [word for text in given.settings for word in ("-s", text)]


def _check_contradictions(given: argparse.Namespace) -> None:
    """Check options of which one would silently win.

    Raises:
        InputError: two of them are given.
    """
    shown = {"--list-formats": given.list_formats, "--plan": given.plan}
    for flags in (
        {"--cookies": given.cookies, "--browser": given.browser},
        shown,
        *({flag: value, "-o": given.feed} for flag, value in shown.items()),
        *({flag: value, "--print": given.print} for flag, value in shown.items()),
    ):
        if all(flags.values()):
            first, second = flags
            raise InputError(f"leave out one of {first} and {second}")


def _list_arguments(given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    for option, name in _ARGUMENTS.items():
        if (value := getattr(given, option)) is not None:
            yield name, value
    if given.since or given.until:
        yield "interval", _join_interval(given.since or "", given.until or "")
    if given.new:
        yield "update", "true"
    if given.replies:
        yield "replies", "true"


def _join_interval(since: str, until: str) -> str:
    is_age = since[-1:].isalpha()
    if is_age and until:
        raise InputError(f"--since {since} is up to now; leave out --until, or name two days")
    return since if is_age else f"{since}..{until}"


def _list_settings(given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    for option, name in _SETTINGS.items():
        if (value := getattr(given, option)) is not None:
            yield name, value
    plan = next((value for option, value in PLANS.items() if getattr(given, option)), "")
    if plan:
        yield "F2_PLAN", plan
    if given.only:
        yield "F2_MEDIA", _parse_only(given.only)
    elif given.print:
        yield "F2_MEDIA", ""
    terms = [f"codec:{given.codec}"] if given.codec else []
    terms += [] if given.height is None else [f"height<={given.height}"]
    if terms:
        yield "F2_RENDITION", ",".join(terms)
    if level := _LEVELS.get(-1 if given.quiet else min(given.verbose, 2)):
        yield "LOG_LEVEL", level
    if given.quiet:
        yield "F2_PROGRESS", "none"


def _parse_only(text: str) -> str:
    kinds = [word.strip() for word in text.split(",") if word.strip()]
    if not kinds:
        raise InputError(f"--only {text}: want one of {', '.join(ONLY)}")
    if "metadata" in kinds and len(kinds) > 1:
        raise InputError(f"--only {text}: metadata means no files; leave it or the others out")
    return "" if kinds == ["metadata"] else ",".join(kinds)


def check_feed(text: str) -> None:
    """Check that the name of a file says its format: FILE.csv, or FILE:csv.

    Raises:
        InputError: it does not.
    """
    name, sign, form = text.rpartition(":")
    if text and (form if sign and name else Path(text).suffix[1:]) not in FORMATS:
        suffixes = ", ".join(f".{name}" for name in FORMATS)
        raise InputError(f"-o {text}: want the name of a file that ends in one of {suffixes}")


def choose_log() -> list[str]:
    """Return the option that leaves a terminal to the bars; `-v` and `-s` come after it."""
    return ["-s", "LOG_LEVEL=WARNING"] if sys.stderr.isatty() else []


def find_task(given: argparse.Namespace) -> str:
    """Return the list that the options choose, such as "comment"; "" = by the kind of link."""
    if given.what:
        return str(given.what)
    if given.replies:
        return "comment"
    return "mix" if given.playlist else ""
