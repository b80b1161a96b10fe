"""Write the events of a room as CSV, without formulas that a spreadsheet would execute."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.danmaku.messages import Event, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import columns
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.text import format_csv_cell

_TAIL = 4 << 20  # bytes of an earlier run that are read, for combos of gifts that continue


class Spreadsheet:
    """The table `base`.csv: a line for each event, in UTF-8 with the byte order mark for Excel.

    A file with other columns, of another version, stays as it is: the table is `base`.2.csv then.
    """

    blocks: ClassVar = True

    def __init__(self, base: Path) -> None:
        self._base = base
        self._rows = columns.Rows()
        self.written = 0  # rows

    def open(self, room: Room) -> None:  # noqa: ARG002 - rows have its id
        path = next(path for path in map(self._make_path, count(1)) if _is_own(path))
        self._lines = LineFile(path, _HEAD)
        for row in _read_rows(path):
            if row["kind"] == Gift.kind:
                self._rows.restore(row)

    def write(self, events: Sequence[Event]) -> None:
        rows = [self._rows.make(event) for event in events]
        self._lines.append(_format_rows(map(format_csv_cell, row.values()) for row in rows))
        self.written += len(rows)

    def close(self) -> None:
        self._lines.close()

    def _make_path(self, number: int) -> Path:
        name = self._base.name
        return self._base.with_name(f"{name}.csv" if number == 1 else f"{name}.{number}.csv")


def _format_rows(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


_HEAD = BOM_UTF8 + _format_rows([columns.NAMES])


def _is_own(path: Path) -> bool:
    """Return True if the file is new, or begins with the columns of this version."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        return _HEAD.startswith(file.read(len(_HEAD)))


def _read_rows(path: Path) -> Iterable[dict[str, str]]:
    """Return the last rows of a file."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _TAIL, len(_HEAD)))
        lines = file.read().decode(errors="replace").splitlines()
    return csv.DictReader(lines[1:] if size > _TAIL else lines, columns.NAMES)
