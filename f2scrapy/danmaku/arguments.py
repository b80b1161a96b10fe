"""Parse and check the command line of f2-danmaku, before any request."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from f2scrapy.danmaku.convert import SUFFIXES
from f2scrapy.danmaku.files import FILES
from f2scrapy.danmaku.messages import KINDS
from f2scrapy.danmaku.sinks.console import DEFAULT_KINDS
from f2scrapy.errors import InputError
from f2scrapy.language import translate as _
from f2scrapy.programs import CommandParser, build_integer_parser, parse_seconds
from f2scrapy.text import describe_unknown

PROGRAM = "f2-danmaku"
CONSOLE = "console"
AUTO = "auto"  # the value of --token for a random token, which is printed
SINKS = (*FILES, CONSOLE)
_EPILOG = (
    "{program} convert --help: make files for players and spreadsheets from a journal; "
    "{program} stats --help: count gifts, chats and viewers; {program} reread --help. "
    "Kinds of events: {kinds}."
)
LOOK = ("canvas", "size", "seconds", "opacity", "language")  # arguments of F2_DANMAKU_…


def build_watch_parser() -> CommandParser:
    """Return the parser of `f2-danmaku URL…`."""
    parser = CommandParser(
        prog=PROGRAM,
        description=_("Show and save the messages of live rooms of Douyin and TikTok."),
        epilog=_(_EPILOG, program=PROGRAM, kinds=", ".join(sorted(KINDS))),
    )
    add = parser.add_argument
    add("url", nargs="+", help=_("a room's link, number (web_rid) or room_id, @name; or @file"))
    add(
        "--duration",
        type=parse_seconds,
        default=0.0,
        metavar="S",
        help=_("seconds; 0 = until it ends"),
    )
    add("--wait", action="store_true", help=_("wait for rooms that are not on air yet"))
    add(
        "--filter",
        type=_parse_kinds,
        default=DEFAULT_KINDS,
        metavar="KIND,…",
        help=_("kinds that the console shows"),
    )
    add("--only", type=_parse_kinds, default=frozenset(), metavar="KIND,…",
        help=_("kinds to read and save; default: all"))  # fmt: skip
    add("-o", "--sink", type=_parse_sinks, action="extend", metavar="NAME,…",
        help=_("{names}; default: journal,console", names=", ".join(SINKS)))  # fmt: skip
    add("--account", action="store_true",
        help=_("watch with the account of F2_COOKIES, which gifts may need"))  # fmt: skip
    add("--output", metavar="DIR", help=_("root of all files; default: F2_PATH"))
    add("--relay", type=build_integer_parser(1 << 16), metavar="PORT",
        help=_("also serve a WebSocket on 127.0.0.1; 0 = any free port"))  # fmt: skip
    add("--token", default="",
        help=_("token of the relay: a text, @file, or auto; web pages need it"))  # fmt: skip
    return parser


def build_convert_parser() -> CommandParser:
    """Return the parser of `f2-danmaku convert`."""
    parser = CommandParser(
        prog=f"{PROGRAM} convert",
        description=_("Make a file for players or spreadsheets from the journal of a room."),
    )
    add = parser.add_argument
    add("journal", type=Path, help=_("a journal (.jsonl), the first of its parts"))
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        help=_("the new file; its suffix is one of {names}", names=", ".join(SUFFIXES)),
    )
    add("--start", default="", help=_("start of the video: 2026-11-21T20:00:00 (UTC+8)"))
    add("--segment", default="", help=_("file of a recording that the result belongs to"))
    _add_look(parser)
    return parser


def _add_look(parser: CommandParser) -> None:
    """Add the arguments for the look of subtitles; `LOOK` has their names."""
    add = parser.add_argument
    add("--canvas", metavar="WxH",
        help=_("size of the video, as 1080x1920; default: that of the file --segment"))  # fmt: skip
    add("--size", metavar="N", help=_("size of letters in subtitles (F2_DANMAKU_SIZE)"))
    add("--seconds", metavar="S", help=_("seconds to cross the picture (F2_DANMAKU_SECONDS)"))
    add("--opacity", metavar="N", help=_("of texts, from 0 to 1 (F2_DANMAKU_OPACITY)"))
    add("--language", metavar="L", help=_("of texts: en, zh, auto (F2_DANMAKU_LANGUAGE)"))


def build_stats_parser() -> CommandParser:
    """Return the parser of `f2-danmaku stats`."""
    parser = CommandParser(
        prog=f"{PROGRAM} stats",
        description=_("Count the gifts, chats and viewers in journals of rooms."),
    )
    add = parser.add_argument
    add("journal", type=Path, nargs="+", help=_("journals (.jsonl), each the first of its parts"))
    add("-o", "--output", type=Path, action="append", default=[], metavar="FILE",
        help=_("NAME.csv: tables NAME_people.csv, NAME_gifts.csv, NAME_minutes.csv; NAME.svg: a "
        "picture; may be given twice"))  # fmt: skip
    add(
        "--top",
        type=build_integer_parser(),
        default=20,
        metavar="N",
        help=_("rows a table shows; default: 20"),
    )
    return parser


def build_reread_parser() -> CommandParser:
    """Return the parser of `f2-danmaku reread`."""
    parser = CommandParser(
        prog=f"{PROGRAM} reread",
        description=_("Parse the messages in a journal again, with all fields of this version."),
    )
    add = parser.add_argument
    add("journal", type=Path, help=_("a journal (.jsonl), the first of its parts"))
    add("-o", "--output", type=Path, required=True, help=_("the new journal"))
    return parser


def _parse_kinds(text: str) -> frozenset[str]:
    return frozenset(_parse_names(text, "kind of event", KINDS))


def _parse_sinks(text: str) -> list[str]:
    return _parse_names(text, "sink", SINKS)


def _parse_names(text: str, noun: str, known: Collection[str]) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise InputError(describe_unknown(f"{noun} {name!r}", name, known))
    return names
