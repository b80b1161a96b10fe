"""Make a table of research programs from rows: Parquet, XLSX, or a SQLite database.

None of them can be written row by row and be whole at any time. So a run writes JSON lines, each
with the kind and the id of its row, and makes the file from them at its end. The lines are read
twice, first for the columns: all rows at once take 24 kB of memory each (measured 2026-11-30).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from f2scrapy.text import SEPARATOR

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter import Workbook

KIND, ID = "_kind", "_id"
_TIMES = ("_time", "_at")  # ends of the names of columns that hold a moment
_COUNTS = "_count"  # of those that hold a number that grows
_MAX_CELL = 32_767  # characters, of XLSX
_GROUP = 1_000  # rows of Parquet in memory, and in a row group

_COUNT_TABLES = (
    """CREATE TABLE IF NOT EXISTS counts (
        kind TEXT NOT NULL, id TEXT NOT NULL, fetched_at TEXT NOT NULL, name TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (kind, id, name, fetched_at)
    ) WITHOUT ROWID""",
    """CREATE VIEW IF NOT EXISTS counts_over_time AS
        SELECT kind, id, name, fetched_at, value,
            value - LAG(value) OVER (PARTITION BY kind, id, name ORDER BY fetched_at) AS change
        FROM counts""",
)


def read_rows(lines: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of JSON lines."""
    with lines.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def write_parquet(lines: Path, target: Path) -> None:
    """Write one table with all rows; moments are timestamps in UTC, ids text."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([])
    for group in _iter_groups(lines, schema):
        schema = pa.unify_schemas([schema, group.schema], promote_options="permissive")
    with pq.ParquetWriter(target, schema) as writer:
        for group in _iter_groups(lines, schema):
            writer.write_table(group)


def _iter_groups(lines: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield some rows after others, with the columns of the schema and those it does not have."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    types = {field.name: field.type for field in schema}
    rows = read_rows(lines)
    while group := [*islice(rows, _GROUP)]:
        found = [
            {name: _to_moment(name, value) for name, value in _strip(row).items()} for row in group
        ]
        names = dict.fromkeys([*types, *(name for row in found for name in row)])
        yield pa.table(
            {name: pa.array([row.get(name) for row in found], types.get(name)) for name in names}
        )


def write_workbook(lines: Path, target: Path) -> None:
    """Write one sheet for each kind of row; ids are text, and nothing is a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - an extra

    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(str(target), options | {"constant_memory": True}) as book:
        sheets = {kind: _add_sheet(book, kind, names) for kind, names in _list_names(lines).items()}
        counts: Counter[str] = Counter()
        for row in read_rows(lines):
            sheet, columns = sheets[row[KIND]]
            counts[row[KIND]] += 1
            for name, value in _strip(row).items():
                if sheet.write(counts[row[KIND]], columns[name], _to_cell(value)) == -1:
                    raise OSError(f"a sheet of XLSX has no row {counts[row[KIND]] + 1}")


def _list_names(lines: Path) -> dict[str, list[str]]:
    """Return the columns of each kind of row."""
    names: dict[str, dict[str, None]] = {}
    for row in read_rows(lines):
        names.setdefault(row[KIND], {}).update(dict.fromkeys(_strip(row)))
    return {kind: [*found] for kind, found in names.items()}


def _add_sheet(book: Workbook, kind: str, names: list[str]) -> tuple[Any, dict[str, int]]:
    """Add a sheet with its headline; return it with the numbers of its columns."""
    sheet = book.add_worksheet(kind)
    columns = {name: number for number, name in enumerate(names)}
    for name, number in columns.items():
        sheet.write_string(0, number, name)
    return sheet, columns


def write_database(lines: Path, target: Path) -> None:
    """Insert the rows, a table for each kind; a row with a known id replaces the older one.

    Numbers that grow go to `counts`, too, each with its time: see the view `counts_over_time`.
    """
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        for statement in _COUNT_TABLES:
            db.execute(statement)
        known: dict[str, set[str]] = {}
        for row in read_rows(lines):
            _insert(db, row, known)
        db.execute("COMMIT")


def _insert(db: sqlite3.Connection, row: dict[str, Any], known: dict[str, set[str]]) -> None:
    kind, key, values = row[KIND], row[ID], _strip(row)
    table = _quote(kind)
    if kind not in known:
        db.execute(f"CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY)")
        known[kind] = {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")}
    for name in values.keys() - known[kind]:
        db.execute(f"ALTER TABLE {table} ADD COLUMN {_quote(name)}")
        known[kind].add(name)
    cells = {"id": key} | {name: _to_value(value) for name, value in values.items()}
    names, marks = ", ".join(map(_quote, cells)), ", ".join("?" * len(cells))
    db.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", [*cells.values()])  # noqa: S608 - quoted
    for name, value in values.items():
        if name.endswith(_COUNTS) and isinstance(value, int):
            count = (kind, key, values.get("fetched_at") or "", name, value)
            db.execute("INSERT OR REPLACE INTO counts VALUES (?, ?, ?, ?, ?)", count)


def _strip(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (KIND, ID)}


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _to_moment(name: str, value: Any) -> Any:
    if name.endswith(_TIMES) and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)


def _to_value(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _to_cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = SEPARATOR.join(value)
    value = _to_value(value)
    return value[:_MAX_CELL] if isinstance(value, str) else value


# By format: how the file is made, and the package that it needs.
CONVERTERS: dict[str, Callable[[Path, Path], None]] = {
    "parquet": write_parquet,
    "xlsx": write_workbook,
    "sqlite": write_database,
}
PACKAGES = {"parquet": "pyarrow", "xlsx": "xlsxwriter"}
APPENDABLE = "sqlite"  # the format whose file takes more rows


def convert(form: str, lines: Path, target: Path, *, keeps_rows: bool) -> None:
    """Make the file `target` of a format from JSON lines, whole or not at all.

    With `keeps_rows`, a database keeps the rows it has.
    """
    made = lines.with_suffix(".made")
    made.unlink(missing_ok=True)
    if keeps_rows and target.is_file():
        shutil.copyfile(target, made)
    try:
        CONVERTERS[form](lines, made)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)
