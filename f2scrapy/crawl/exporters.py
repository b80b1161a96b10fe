"""Export items as JSON, at pydantic's speed, and as flat CSV without formulas.

Columns are in the order of declaration, `Item`'s own last; times are ISO 8601 in UTC, with Z.
FEED_EXPORT_FIELDS chooses and renames columns; `files.path` is the path of each file.
Items of a user's own spider (dicts, dataclasses, Scrapy's …) are written alike.
"""

from __future__ import annotations

import codecs
import csv
import errno
import json
import logging
import re
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from typing import IO, Any, Self, get_args, get_origin

from itemadapter import ItemAdapter
from pydantic import BaseModel
from pydantic_core import to_json, to_jsonable_python
from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter, JsonItemExporter

from f2scrapy.crawl.feed_formats import ID, KIND
from f2scrapy.crawl.shared import get_options
from f2scrapy.model.item import Item
from f2scrapy.text import format_csv_cell

logger = logging.getLogger(__name__)

PLATFORM = "platform"
_LONG_NUMBER = re.compile(r"\d{16,}", re.ASCII)
_Fields = Mapping[str, str] | Iterable[str] | None


class JsonLinesExporter(BaseItemExporter):
    """Writes one JSON object per line, always in UTF-8: RFC 8259 allows no other encoding."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        self.file.write(_dump_json(item, self.fields_to_export) + b"\n")


class KeyedExporter(JsonLinesExporter):
    """Writes JSON lines, each with the kind and the id of its row, for `feed_formats.py`."""

    def export_item(self, item: Any) -> None:
        kind, key = type(item).__name__, ""
        if isinstance(item, Item):
            kind, key = item.kind, item.id
        data = json.loads(_dump_json(item, self.fields_to_export))
        self.file.write(to_json({KIND: kind, ID: key} | data) + b"\n")


class JsonExporter(JsonItemExporter):
    """Writes one JSON array, always in UTF-8; FEED_EXPORT_INDENT in spaces, 0 = a line per item.

    The comma comes with the item behind it, and a full disk may lose items: the first one in the
    file has none.
    """

    def start_exporting(self) -> None:
        self.first_item = not is_begun(self.file)
        if self.first_item:
            super().start_exporting()
            self.file.flush()
        self._begin = self.file.tell() if self.first_item and self.file.seekable() else None

    def export_item(self, item: Any) -> None:
        data = _dump_json(item, self.fields_to_export, self.indent)
        comma = b"," if self.indent is None else b",\n"
        is_first = self.first_item or (self.file.seekable() and self.file.tell() == self._begin)
        self.file.write(data if is_first else comma + data)
        self.first_item = False


class CsvExporter(BaseItemExporter):
    """Writes one row per item, for spreadsheets; Excel needs FEED_EXPORT_ENCODING=utf-8-sig.

    A model within an item makes a column for each of its fields (`music.title`); if it is a list
    of models, each such column holds all values in the same order, joined by `|`. Deeper levels
    are JSON. Text that a spreadsheet would execute gets a leading apostrophe; characters that the
    encoding lacks become `?`. With F2_EXCEL a new file begins with a byte order mark, and numbers
    of 16 or more digits, such as ids, get the apostrophe, too: Excel would round them.

    The class of the first item decides the columns, or the first line of a file that is appended
    to. Items of another class fill the columns they have; fields without a column are left out,
    with one warning: give each class a feed of its own (`item_classes` in FEEDS), or name the
    columns in FEED_EXPORT_FIELDS.
    """

    def __init__(self, file: IO[bytes], include_headers_line: bool = True, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._headline = include_headers_line and not is_begun(file)
        begin = _read_begin(file) if include_headers_line else b""
        self._stream = TextIOWrapper(
            file, self.encoding or "utf-8", errors="replace", newline="", write_through=True
        )
        self._writer = csv.writer(self._stream, **self._kwargs)  # such as delimiter
        self._old_headers = self.read_headers(begin)
        self._for_excel = False
        self._columns: dict[str, str] = {}  # path in the item → header
        self._known: set[Any] = set()  # classes; of dicts, the names of their fields

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **kwargs: Any) -> Self:
        exporter = cls(file, **kwargs)
        exporter._for_excel = get_options(crawler).excel
        if exporter._for_excel and not is_begun(file) and exporter._stream.encoding == "utf-8":
            file.write(codecs.BOM_UTF8)
        return exporter

    def export_item(self, item: Any) -> None:
        kind = _list_fields(item) if isinstance(item, dict) else type(item)
        if kind not in self._known:
            self._add_columns(item)
            self._known.add(kind)
        data = _to_jsonable(item)
        cells = [format_csv_cell(_pick(data, path)) for path in self._columns]
        self._writer.writerow(map(_quote_id, cells) if self._for_excel else cells)

    def finish_exporting(self) -> None:
        self._stream.detach()  # Scrapy closes the file

    def read_headers(self, begin: bytes) -> list[str]:
        """Return the headers of a file that begins with these bytes; [] = it has none."""
        text = begin.decode(self._stream.encoding, "replace").removeprefix("\ufeff")
        lines = text.splitlines(keepends=True)
        try:
            return next(csv.reader(lines, **self._kwargs), [])
        except csv.Error:  # it is no CSV
            return lines[:1]

    def _add_columns(self, item: Any) -> None:
        paths = list_columns(type(item)) if isinstance(item, BaseModel) else _list_fields(item)
        if not self._columns:
            columns = _to_mapping(self.fields_to_export) or _to_mapping(paths)
            if self._headline:
                self._writer.writerow(columns.values())
                self._stream.flush()  # a row that fails does not take the headline with it
            self._columns = _fit_columns(columns, self._old_headers)
        lost = [path for path in paths if path not in self._columns]
        if lost and self.fields_to_export is None:
            logger.warning("CSV: no column for %s of %s", ", ".join(lost), type(item).__name__)


def _read_begin(file: IO[bytes]) -> bytes:
    """Return the first bytes of a feed on this disk; b"" = it is new, or cannot be read."""
    read = getattr(file, "read_begin", None)  # of a RowFile
    return read() if read and is_begun(file) else b""


def _fit_columns(columns: dict[str, str], headers: list[str]) -> dict[str, str]:
    """Return columns (path → header) in the order of a file that has these headers already.

    A header that the rows lack is a column of empty cells: another version wrote it.

    Raises:
        OSError: no header is one of theirs, or one stands there twice.
    """
    if not headers:
        return columns
    paths = {header: path for path, header in columns.items()}
    fitted = {paths.get(header, header): header for header in headers}
    if len(fitted) < len(headers) or not paths.keys() & fitted.values():
        raise OSError(errno.EINVAL, "the file has the columns of other rows: name another file")
    return fitted


def _quote_id(cell: Any) -> Any:
    """Return a cell as text if it is a number that Excel would round."""
    return f"'{cell}" if isinstance(cell, str) and _LONG_NUMBER.fullmatch(cell) else cell


def is_begun(file: IO[bytes]) -> bool:
    """Return whether the file has rows of an earlier run."""
    return file.seekable() and file.tell() > 0


def _dump_json(item: Any, fields: _Fields, indent: int | None = None) -> bytes:
    if fields is None and isinstance(item, BaseModel) and not indent:
        text = item.model_dump_json().encode()
        platform = getattr(item, PLATFORM, None)  # of the class: no field of the model
        return text if platform is None else b'%s,"%s":"%s"}' % (
            text[:-1], PLATFORM.encode(), platform.encode())  # fmt: skip
    return to_json(choose_fields(item, fields), indent=indent or None)


def choose_fields(item: Any, fields: _Fields) -> dict[str, Any]:
    """Return an item's row as values of JSON: the fields of FEED_EXPORT_FIELDS; None = all."""
    data = _to_jsonable(item)
    if fields is None:
        return data
    return {
        header: _pick(data, path)
        for path, header in _to_mapping(fields).items()
        if path in data or path.partition(".")[0] in data
    }


def _to_jsonable(item: Any) -> dict[str, Any]:
    """Return an item's fields as values of JSON; NaN becomes null."""
    if isinstance(item, BaseModel):
        platform = getattr(item, PLATFORM, None)
        named = {} if platform is None else {PLATFORM: platform}
        return item.model_dump(mode="json") | named
    data: dict[str, Any] = to_jsonable_python(
        ItemAdapter(item).asdict(), fallback=str, inf_nan_mode="null"
    )
    return data


def _list_fields(item: Any) -> tuple[str, ...]:
    """Return the names of the fields of an item that is no pydantic model."""
    return tuple(map(str, ItemAdapter(item).field_names()))


def _to_mapping(fields: _Fields) -> dict[str, str]:
    if isinstance(fields, Mapping):
        return dict(fields)
    return {name: name for name in fields or ()}


def list_columns(kind: type[BaseModel]) -> list[str]:
    """Return the paths of the columns of a class of items, in their order."""
    columns = []
    for name, field in kind.model_fields.items():
        nested = _find_model(field.annotation)
        if field.exclude or field.exclude_if:  # raw answers do not fit a table
            continue
        columns += [f"{name}.{inner}" for inner in nested.model_fields] if nested else [name]
    return [*columns, PLATFORM] if hasattr(kind, PLATFORM) else columns


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model in `Model`, `Model | None`, `list[Model]` …; None = there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return None
    return next(filter(None, map(_find_model, get_args(annotation))), None)


def _pick(value: Any, path: str) -> Any:
    """Return the value at a path such as "files.path"; in a list, of each of its rows."""
    if not path:
        return value
    if isinstance(value, list):
        return [_pick(row, path) for row in value]
    if isinstance(value, dict) and path in value:  # a user's own names may contain a dot
        return value[path]
    first, _, rest = path.partition(".")
    return _pick(value.get(first), rest) if isinstance(value, dict) else None
