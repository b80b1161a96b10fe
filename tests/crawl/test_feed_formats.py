"""Parquet, XLSX and SQLite hold what the rows hold."""

import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from f2scrapy.crawl import feed_formats
from f2scrapy.crawl.feed_formats import ID, KIND, convert

LONG = "7699826113376157705"
ROW = {
    KIND: "post", ID: LONG, "aweme_id": LONG, "desc": '=1+1 "夜"',
    "create_time": "2026-01-02T03:04:05Z", "digg_count": 5, "hashtags": ["a", "b"],
    "files": [{"path": "x.mp4"}], "is_top": False,
    "fetched_at": "2026-11-01T00:00:00Z",
}  # fmt: skip


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    lines = write(tmp_path / "part", ROW, {**ROW, ID: "2", "aweme_id": "2", "digg_count": None})
    convert("parquet", lines, tmp_path / "rows.parquet", keeps_rows=False)
    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [row["aweme_id"] for row in rows] == [LONG, "2"]
    assert rows[0]["create_time"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (rows[0]["digg_count"], rows[1]["digg_count"]) == (5, None)
    assert rows[0]["hashtags"] == ["a", "b"]
    assert KIND not in rows[0]


def test_types_of_parquet_are_those_of_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_formats, "_GROUP", 1)
    few: dict[str, Any] = {KIND: "post", ID: "1", "tags": [], "count": 1, "create_time": None}
    whole = {"tags": ["a"], "count": 2.5, "create_time": ROW["create_time"], "files": [{"n": 1}]}
    lines = write(tmp_path / "part", few, few | whole, few)
    convert("parquet", lines, tmp_path / "rows.parquet", keeps_rows=False)
    first, second, third = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert first == third == {"tags": [], "count": 1.0, "create_time": None, "files": None}
    assert second == whole | {"create_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}


def test_no_rows_are_a_table_without_columns(tmp_path: Path) -> None:
    convert("parquet", write(tmp_path / "part"), tmp_path / "rows.parquet", keeps_rows=False)
    assert pq.read_table(tmp_path / "rows.parquet").shape == (0, 0)


def test_workbook_has_a_sheet_for_each_kind_and_no_formula(tmp_path: Path) -> None:
    user = {KIND: "user", ID: "MS4w", "nickname": "夜"}
    later = ROW | {"found_last": "late"}
    lines = write(tmp_path / "part", ROW, user, later)
    convert("xlsx", lines, tmp_path / "a.xlsx", keeps_rows=False)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        posts, users = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "<f>" not in posts + users
    assert f'<c r="A2" t="inlineStr"><is><t>{LONG}</t>' in posts, "an id is text"
    assert "=1+1" in posts
    assert "found_last" in posts.partition('<row r="2"')[0], "the headline has all columns"
    assert "late" in posts.partition('<row r="3"')[2]
    assert "夜" in users


def test_database_replaces_rows_and_keeps_counts(tmp_path: Path) -> None:
    target = tmp_path / "rows.sqlite"
    later = {**ROW, "digg_count": 9, "fetched_at": "2026-11-02T00:00:00Z", "new_column": 1}
    convert("sqlite", write(tmp_path / "part", ROW), target, keeps_rows=True)
    convert("sqlite", write(tmp_path / "part", later), target, keeps_rows=True)
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("SELECT id, digg_count, new_column, hashtags FROM post").fetchall() == [
            (LONG, 9, 1, '["a", "b"]')
        ]
        query = "SELECT fetched_at, value, change FROM counts_over_time"
        assert db.execute(query).fetchall() == [
            ("2026-11-01T00:00:00Z", 5, None), ("2026-11-02T00:00:00Z", 9, 4)]  # fmt: skip
    convert("sqlite", write(tmp_path / "part", later), target, keeps_rows=False)
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("SELECT count(*) FROM counts").fetchone() == (1,)


def test_failed_conversion_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "rows.sqlite"
    target.write_text("old")
    broken = tmp_path / "part"
    broken.write_text("{")
    with pytest.raises(ValueError, match="property name"):
        convert("sqlite", broken, target, keeps_rows=False)
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part", "rows.sqlite"]
