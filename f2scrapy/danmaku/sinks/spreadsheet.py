"""Write the events of a room as CSV, without formulas that a spreadsheet would execute."""

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
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.text import format_csv_cell


class Spreadsheet:
    """The table `base`.csv: a line for each event, in UTF-8 with the byte order mark for Excel."""

    blocks: ClassVar = True

    def __init__(self, base: Path) -> None:
        self._path = base.with_name(f"{base.name}.csv")

    def open(self, room: Room) -> None:  # noqa: ARG002 - rows have its id
        self._lines = LineFile(self._path, BOM_UTF8 + _format_rows([columns.NAMES]))

    def write(self, events: Sequence[Event]) -> None:
        self._lines.append(
            _format_rows(map(format_csv_cell, columns.make_row(event)) for event in events)
        )

    def close(self) -> None:
        self._lines.close()


def _format_rows(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
