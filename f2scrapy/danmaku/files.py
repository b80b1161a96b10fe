"""List the kinds of files that a room can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from f2scrapy.danmaku.sinks import Sink
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import Journal
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet

# Name on the command line -> sink; the argument of each is a path without suffix.
FILES: Mapping[str, Callable[[Path], Sink]] = {
    "journal": Journal,
    "sqlite": Database,
    "csv": Spreadsheet,
    "ass": Ass,
    "xml": Bilibili,
}
