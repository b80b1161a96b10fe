"""Feeds: JSON at pydantic's speed, CSV that is flat and executes nothing.

Columns stand in the order of declaration, `Item`'s own last; times are ISO 8601 in UTC, with Z.
FEED_EXPORT_FIELDS chooses and renames, also below a field: `files.path` are the paths of all files.
Items of a user's own spider (dicts, dataclasses, Scrapy's …) are written alike.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from typing import IO, Any, get_args, get_origin

from itemadapter import ItemAdapter
from pydantic import BaseModel
from pydantic_core import to_json, to_jsonable_python
from scrapy.exporters import BaseItemExporter, JsonItemExporter

from f2scrapy.text import format_csv_cell

logger = logging.getLogger(__name__)

_Fields = Mapping[str, str] | Iterable[str] | None


class JsonLinesExporter(BaseItemExporter):
    """One JSON object a line, always UTF-8: RFC 8259 knows no other encoding."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        self.file.write(_json(item, self.fields_to_export) + b"\n")


class JsonExporter(JsonItemExporter):
    """One JSON array, always UTF-8; FEED_EXPORT_INDENT in blanks, 0 = one item a line."""

    def export_item(self, item: Any) -> None:
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
        self._known: set[Any] = set()  # classes; of dicts, the names of their fields

    def export_item(self, item: Any) -> None:
        kind = _fields_of(item) if isinstance(item, dict) else type(item)
        if kind not in self._known:
            self._known.add(kind)
            self._meet(item)
        data = _as_json(item)
        self._writer.writerow([format_csv_cell(_pick(data, place)) for place in self._columns])

    def finish_exporting(self) -> None:
        self._stream.detach()  # the file is closed by who opened it

    def _meet(self, item: Any) -> None:
        places = _columns(type(item)) if isinstance(item, BaseModel) else _fields_of(item)
        if not self._columns:
            self._columns = _named(self.fields_to_export) or _named(places)
            if self._headline:
                self._writer.writerow(self._columns.values())
        lost = [place for place in places if place not in self._columns]
        if lost and self.fields_to_export is None:
            logger.warning("CSV: no column for %s of %s", ", ".join(lost), type(item).__name__)


def _json(item: Any, fields: _Fields, indent: int | None = None) -> bytes:
    if fields is None and isinstance(item, BaseModel):
        return item.model_dump_json(indent=indent or None).encode()
    data = _as_json(item)
    if fields is not None:
        data = {
            head: _pick(data, place)
            for place, head in _named(fields).items()
            if place in data or place.partition(".")[0] in data
        }
    return to_json(data, indent=indent or None)


def _as_json(item: Any) -> dict[str, Any]:
    """Return an item's fields with values that JSON knows; it has no word for NaN."""
    if isinstance(item, BaseModel):
        return item.model_dump(mode="json")
    data: dict[str, Any] = to_jsonable_python(
        ItemAdapter(item).asdict(), fallback=str, inf_nan_mode="null"
    )
    return data


def _fields_of(item: Any) -> tuple[str, ...]:
    """Return the names of the fields of an item that is no pydantic model."""
    return tuple(map(str, ItemAdapter(item).field_names()))


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
    if isinstance(value, dict) and place in value:  # a user's own names may hold a point
        return value[place]
    first, _, rest = place.partition(".")
    return _pick(value.get(first), rest) if isinstance(value, dict) else None
