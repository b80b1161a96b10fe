"""Feeds: JSON at pydantic's speed, CSV that is flat and executes nothing.

Columns stand in the order of declaration, `Item`'s own last; times are ISO 8601 in UTC, with Z.
FEED_EXPORT_FIELDS chooses and renames, also below a field: `files.path` are the paths of all files.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from typing import IO, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_json
from scrapy.exporters import BaseItemExporter, JsonItemExporter

from f2scrapy.text import format_csv_cell

logger = logging.getLogger(__name__)

_Fields = Mapping[str, str] | Iterable[str] | None


class JsonLinesExporter(BaseItemExporter):
    """One JSON object a line, always UTF-8: RFC 8259 knows no other encoding."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: BaseModel) -> None:
        self.file.write(_json(item, self.fields_to_export) + b"\n")


class JsonExporter(JsonItemExporter):
    """One JSON array, always UTF-8; FEED_EXPORT_INDENT in blanks, 0 = one item a line."""

    def export_item(self, item: BaseModel) -> None:
        data = _json(item, self.fields_to_export, self.indent)
        self._add_comma_after_first()
        self.file.write(data)


class CsvExporter(BaseItemExporter):
    """One row an item, for spreadsheets: FEED_EXPORT_ENCODING=utf-8-sig is what Excel reads.

    A model within an item makes a column for each of its fields (`music.title`); of a list of
    models each such column holds all values, joined by `|` and in the same order. What is nested
    deeper is JSON. Text that a spreadsheet would execute gets a leading apostrophe; characters
    the encoding lacks become `?`.

    The class of the first item decides the columns. Items of another class fill those they have;
    what has no column is left out, with one warning: give each class a feed of its own
    (`item_classes` in FEEDS), or name the columns in FEED_EXPORT_FIELDS.
    """

    def __init__(self, file: IO[bytes], include_headers_line: bool = True, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        appends = file.seekable() and file.tell() > 0
        self._headline = include_headers_line and not appends
        self._stream = TextIOWrapper(
            file, self.encoding or "utf-8", errors="replace", newline="", write_through=True
        )
        self._writer = csv.writer(self._stream)
        self._columns: dict[str, str] = {}  # place in the item: head of the column
        self._known: set[type[BaseModel]] = set()

    def export_item(self, item: BaseModel) -> None:
        if type(item) not in self._known:
            self._meet(type(item))
        data = item.model_dump(mode="json")
        self._writer.writerow([format_csv_cell(_pick(data, place)) for place in self._columns])

    def finish_exporting(self) -> None:
        self._stream.detach()  # the file is closed by who opened it

    def _meet(self, kind: type[BaseModel]) -> None:
        self._known.add(kind)
        if not self._columns:
            self._columns = _named(self.fields_to_export) or _named(_columns(kind))
            if self._headline:
                self._writer.writerow(self._columns.values())
        lost = [place for place in _columns(kind) if place not in self._columns]
        if lost and self.fields_to_export is None:
            logger.warning("CSV: no column for %s of %s", ", ".join(lost), kind.__name__)


def _json(item: BaseModel, fields: _Fields, indent: int | None = None) -> bytes:
    if fields is None:
        return item.model_dump_json(indent=indent or None).encode()
    data = item.model_dump(mode="json")
    chosen = {
        head: _pick(data, place)
        for place, head in _named(fields).items()
        if place.partition(".")[0] in data
    }
    return to_json(chosen, indent=indent or None)


def _named(fields: _Fields) -> dict[str, str]:
    if isinstance(fields, Mapping):
        return dict(fields)
    return {name: name for name in fields or ()}


def _columns(kind: type[BaseModel]) -> list[str]:
    columns = []
    for name, field in kind.model_fields.items():
        nested = _nested(field.annotation)
        if field.exclude or field.exclude_if:  # raw answers are nothing for a table
            continue
        columns += [f"{name}.{inner}" for inner in nested.model_fields] if nested else [name]
    return columns


def _nested(annotation: Any) -> type[BaseModel] | None:
    """The model in `Model`, `Model | None`, `list[Model]` …; None = there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return None
    return next(filter(None, map(_nested, get_args(annotation))), None)


def _pick(value: Any, place: str) -> Any:
    """What stands at `place`, such as "files.path"; of a list, what stands there in each row."""
    if not place:
        return value
    if isinstance(value, list):
        return [_pick(row, place) for row in value]
    first, _, rest = place.partition(".")
    return _pick(value.get(first), rest) if isinstance(value, dict) else None
