"""Export items as JSON, at pydantic's speed, and as flat CSV without formulas.

Columns are in the order of declaration, `Item`'s own last; times are ISO 8601 in UTC, with Z.
FEED_EXPORT_FIELDS chooses and renames columns; `files.path` is the path of each file.
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

from f2scrapy.text import csv_cell

logger = logging.getLogger(__name__)

_Fields = Mapping[str, str] | Iterable[str] | None


class JsonLinesExporter(BaseItemExporter):
    """Writes one JSON object per line, always in UTF-8: RFC 8259 allows no other encoding."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: BaseModel) -> None:
        self.file.write(_dump_json(item, self.fields_to_export) + b"\n")


class JsonExporter(JsonItemExporter):
    """Writes one JSON array, always in UTF-8; FEED_EXPORT_INDENT in spaces, 0 = a line per item."""

    def export_item(self, item: BaseModel) -> None:
        data = _dump_json(item, self.fields_to_export, self.indent)
        self._add_comma_after_first()
        self.file.write(data)


class CsvExporter(BaseItemExporter):
    """Writes one row per item, for spreadsheets; Excel needs FEED_EXPORT_ENCODING=utf-8-sig.

    A model within an item makes a column for each of its fields (`music.title`); if it is a list
    of models, each such column holds all values in the same order, joined by `|`. Deeper levels
    are JSON. Text that a spreadsheet would execute gets a leading apostrophe; characters that the
    encoding lacks become `?`.

    The class of the first item decides the columns. Items of another class fill the columns they
    have; fields without a column are left out, with one warning: give each class a feed of its
    own (`item_classes` in FEEDS), or name the columns in FEED_EXPORT_FIELDS.
    """

    def __init__(self, file: IO[bytes], include_headers_line: bool = True, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        appends = file.seekable() and file.tell() > 0
        self._headline = include_headers_line and not appends
        self._stream = TextIOWrapper(
            file, self.encoding or "utf-8", errors="replace", newline="", write_through=True
        )
        self._writer = csv.writer(self._stream)
        self._columns: dict[str, str] = {}  # path in the item → header
        self._known: set[type[BaseModel]] = set()

    def export_item(self, item: BaseModel) -> None:
        if type(item) not in self._known:
            self._add_class(type(item))
        data = item.model_dump(mode="json")
        self._writer.writerow([csv_cell(_pick(data, place)) for place in self._columns])

    def finish_exporting(self) -> None:
        self._stream.detach()  # Scrapy closes the file

    def _add_class(self, kind: type[BaseModel]) -> None:
        self._known.add(kind)
        if not self._columns:
            self._columns = _to_mapping(self.fields_to_export) or _to_mapping(_list_columns(kind))
            if self._headline:
                self._writer.writerow(self._columns.values())
        lost = [place for place in _list_columns(kind) if place not in self._columns]
        if lost and self.fields_to_export is None:
            logger.warning("CSV: no column for %s of %s", ", ".join(lost), kind.__name__)


def _dump_json(item: BaseModel, fields: _Fields, indent: int | None = None) -> bytes:
    if fields is None:
        return item.model_dump_json(indent=indent or None).encode()
    data = item.model_dump(mode="json")
    chosen = {
        head: _pick(data, place)
        for place, head in _to_mapping(fields).items()
        if place.partition(".")[0] in data
    }
    return to_json(chosen, indent=indent or None)


def _to_mapping(fields: _Fields) -> dict[str, str]:
    if isinstance(fields, Mapping):
        return dict(fields)
    return {name: name for name in fields or ()}


def _list_columns(kind: type[BaseModel]) -> list[str]:
    columns = []
    for name, field in kind.model_fields.items():
        nested = _find_model(field.annotation)
        if field.exclude or field.exclude_if:  # raw answers do not fit a table
            continue
        columns += [f"{name}.{inner}" for inner in nested.model_fields] if nested else [name]
    return columns


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model in `Model`, `Model | None`, `list[Model]` …; None = there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return None
    return next(filter(None, map(_find_model, get_args(annotation))), None)


def _pick(value: Any, place: str) -> Any:
    """Return the value at a path such as "files.path"; in a list, of each of its rows."""
    if not place:
        return value
    if isinstance(value, list):
        return [_pick(row, place) for row in value]
    first, _, rest = place.partition(".")
    return _pick(value.get(first), rest) if isinstance(value, dict) else None
