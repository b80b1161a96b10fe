"""Read answers by F2's attributes: a filter has those that fields.yaml names for its class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, ClassVar, cast

import yaml

from f2scrapy.f2.utils.json_filter import JSONModel
from f2scrapy.f2.values import CONVERSIONS, parse_path, read_path
from f2scrapy.model.item import Item
from f2scrapy.text import describe_unknown

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first is ten times as fast


@dataclass(frozen=True)
class Field:
    """An attribute: its place in the answer, and what becomes of the value there."""

    path: str
    conversion: str = ""  # a name of CONVERSIONS
    argument: str = ""

    @classmethod
    def parse(cls, text: str) -> Field:
        """Read `path | conversion argument`."""
        path, _, how = text.partition(" | ")
        conversion, _, argument = how.partition(" ")
        return cls(path, conversion, argument)

    def read(self, answer: Any, rows: str) -> Any:
        """Return the value; of each row, if the path leads through the rows at `rows`."""
        value = read_path(answer, parse_path(self.path))
        if value is None and "[*]" in self.path:
            value = []
        convert = CONVERSIONS.get(self.conversion)
        if convert is None:
            return value
        if rows and self.path.startswith(f"{rows}[*]"):
            return [convert(one, self.argument) for one in value]
        return convert(value, self.argument)


@dataclass(frozen=True)
class Table:
    """The attributes of one filter, and the place of its rows and works."""

    fields: Mapping[str, Field]
    rows: str = ""  # path of the rows; "" = it is about one thing
    repeated: tuple[str, ...] = ()  # attributes of the page that each row of _to_list has, too
    item: str = ""  # module and class of a work, below `platforms/<platform>/items`
    thing: str = ""  # path of the one thing
    inner: str = ""  # path of the work within a row


@cache
def load_tables() -> dict[str, Table]:
    """Return the tables by name, such as `douyin.UserPostFilter`, read at the first use."""
    text = files(__package__).joinpath("fields.yaml").read_text("utf-8")
    entries: dict[str, dict[str, Any]] = yaml.load(text, _Loader)  # noqa: S506 - a safe one
    tables: dict[str, Table] = {}
    for name, entry in entries.items():
        base = entry.pop("base", "")
        inherited = vars(tables[f"{name.partition('.')[0]}.{base}"]) if base else {}
        own = {key: Field.parse(path) for key, path in entry.pop("fields", {}).items()}
        fields = {**inherited.get("fields", {}), **own}
        repeated = tuple(entry.pop("repeated", inherited.get("repeated", ())))
        tables[name] = Table(**{**inherited, **entry, "fields": fields, "repeated": repeated})
    return tables


class Row(dict[str, Any]):
    """The attributes of one row, or of the one thing of a filter, by name."""

    item_class: type[Item] | None = None  # None = it is no work
    source: Any = None  # the row as the platform sent it

    def parse_item(self) -> Item | None:
        """Return the work, to download it; None = the row is not about one.

        Raises:
            ProtocolError: the row has an unknown shape.
        """
        return self.item_class.parse(self.source) if self.item_class and self.source else None


class Filter(JSONModel):
    """An answer, read by F2's attributes.

    An attribute of the rows is a list with a value for each row, None where it is missing; so the
    values at one index belong to one row. (F2 leaves out missing ones of `caption`, and gives a
    bare value if there is one.)

    Raises:
        AttributeError: the filter has no such attribute; the text names the nearest.
    """

    platform: ClassVar[str]

    @property
    def _table(self) -> Table:
        kinds = (kind for kind in type(self).__mro__ if issubclass(kind, Filter))
        names = (f"{getattr(kind, 'platform', '')}.{kind.__name__}" for kind in kinds)
        return next(load_tables()[name] for name in names if name in load_tables())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        table = self._table
        if name not in table.fields:
            kind = type(self).__name__
            raise AttributeError(describe_unknown(f"{kind}.{name}", name, table.fields))
        return table.fields[name].read(self._data, table.rows)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute by its name; `default` if the answer has no value."""
        value = getattr(self, name)
        return default if value is None else value

    def _to_dict(self) -> Row:
        """Return all attributes by name; those of rows as lists."""
        row = Row({name: getattr(self, name) for name in self._table.fields})
        self._set_source(row, read_path(self._data, parse_path(self._table.thing)))
        return row

    def _to_list(self) -> list[Row]:
        """Return a dict for each row, with the page's own attributes that F2 repeats in each.

        A filter that is about one thing gives one dict.
        """
        table = self._table
        if not table.rows:
            return [self._to_dict()]
        rows = read_path(self._data, parse_path(table.rows)) or []
        start = f"{table.rows}[*]"
        columns = {n: getattr(self, n) for n, f in table.fields.items() if f.path.startswith(start)}
        page = {name: getattr(self, name) for name in table.repeated}
        return [self._build_row(columns, page, number, row) for number, row in enumerate(rows)]

    def _build_row(
        self, columns: Mapping[str, list[Any]], page: dict[str, Any], number: int, source: Any
    ) -> Row:
        row = Row({name: values[number] for name, values in columns.items()} | page)
        self._set_source(row, read_path(source, parse_path(self._table.inner)))
        return row

    def _set_source(self, row: Row, source: Any) -> None:
        row.source = source
        module, _, name = self._table.item.partition(".")
        if module:
            items = import_module(f"f2scrapy.platforms.{self.platform}.items.{module}")
            row.item_class = cast("type[Item]", getattr(items, name))
