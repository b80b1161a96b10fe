"""Arguments: what the command of the live chat is given, checked before anything is asked."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from f2scrapy.danmaku.convert import SUFFIXES
from f2scrapy.danmaku.files import FILES
from f2scrapy.danmaku.messages import KINDS
from f2scrapy.danmaku.sinks.console import SHOWN
from f2scrapy.errors import InputError
from f2scrapy.programs import Parser, seconds, whole
from f2scrapy.text import describe_unknown

PROGRAM = "f2-danmaku"
CONSOLE = "console"
MADE_UP = "auto"  # as a token: one is made up and told
SINKS = (*FILES, CONSOLE)


def watching() -> Parser:
    """Of the command itself."""
    parser = Parser(
        prog=PROGRAM,
        description="What is said and given in live rooms of Douyin and TikTok, as it happens.",
        epilog=f"{PROGRAM} convert --help: files for players and spreadsheets, from a journal. "
        f"Kinds of events: {', '.join(sorted(KINDS))}.",
    )
    add = parser.add_argument
    add("url", nargs="+", help="a room's link, number (web_rid) or room_id, @name; or @file")
    add("--duration", type=seconds, default=0.0, metavar="S", help="seconds; 0 = until it ends")
    add("--wait", action="store_true", help="wait for rooms that are not on air yet")
    add("--filter", type=_kinds, default=SHOWN, metavar="KIND,…", help="what the console shows")
    add("--only", type=_kinds, default=frozenset(), metavar="KIND,…",
        help="what is read and kept at all; default: everything")  # fmt: skip
    add("-o", "--sink", type=_sinks, action="extend", metavar="NAME,…",
        help=f"{', '.join(SINKS)}; default: journal,{CONSOLE}")  # fmt: skip
    add("--output", metavar="DIR", help="root of all files; default: F2_PATH")
    add("--relay", type=whole(1 << 16), metavar="PORT",
        help="also as WebSocket on 127.0.0.1; 0 = any port")  # fmt: skip
    add("--token", default="", help="the relay's: a text, @file, or auto; web pages need one")
    return parser


def converting() -> Parser:
    """Of the command's second form."""
    parser = Parser(
        prog=f"{PROGRAM} convert",
        description="A file for players or spreadsheets, from the journal of a room.",
    )
    add = parser.add_argument
    add("journal", type=Path, help="a journal (.jsonl), the first of its parts")
    add("-o", "--output", type=Path, required=True, help=f"a file in {', '.join(SUFFIXES)}")
    add("--start", default="", help="when the video began: 2026-11-21T20:00:00 (UTC+8)")
    add("--segment", default="", help="which file of a recording it is for")
    return parser


def _kinds(text: str) -> frozenset[str]:
    return frozenset(_names(text, "kind of event", KINDS))


def _sinks(text: str) -> list[str]:
    return _names(text, "sink", SINKS)


def _names(text: str, what: str, known: Collection[str]) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise InputError(describe_unknown(f"{what} {name!r}", name, known))
    return names
