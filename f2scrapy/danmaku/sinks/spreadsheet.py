"""CSV: a room's events as rows for a spreadsheet, which executes none of them."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.danmaku.messages import Event
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import columns
from f2scrapy.danmaku.sinks.lines import Lines
from f2scrapy.text import csv_cell


class Spreadsheet:
    """The table `base`.csv: UTF-8 with the mark that Excel wants, a line an event."""

    blocks: ClassVar = True

    def __init__(self, base: Path) -> None:
        self._path = base.with_name(f"{base.name}.csv")

    def open(self, room: Room) -> None:  # noqa: ARG002 - rows bear its id
        self._lines = Lines(self._path, BOM_UTF8 + _rows([columns.NAMES]))

    def write(self, events: Sequence[Event]) -> None:
        self._lines.append(_rows(map(csv_cell, columns.row(event)) for event in events))

    def close(self) -> None:
        self._lines.close()


def _rows(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
