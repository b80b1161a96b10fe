"""The SQL and the views of docs/archive.md hold on both databases."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.archived import OTHER, WORK, write_file

from f2scrapy.archive.archive import Archive
from f2scrapy.errors import Outcome

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = re.findall(r"```sql\n(.*?)```", (DOCS / "archive.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """An archive with two works of a user: one has new likes, and one was deleted since."""
    for nickname in ("Ann", "Eve"):
        archive.update_user("douyin", "MS4a", nickname)
        archive._db.execute("UPDATE nicknames SET last_seen = ? WHERE nickname = 'Ann'", ("2020",))
    archive._db.execute(
        "UPDATE nicknames SET first_seen = '2020-01-01T00:00:00+00:00',"
        " last_seen = '2020-01-02T00:00:00+00:00' WHERE nickname = 'Ann'"
    )
    for key, likes in ((WORK, 5), (OTHER, 7)):
        work = SimpleNamespace(
            desc="海", sec_user_id="MS4a", nickname="Ann", digg_count=likes, comment_count=1,
            create_time=datetime(2024, 5, 1, 12, tzinfo=UTC),
        )  # fmt: skip
        archive.reserve_path(key, [f"d/{likes}"], work)
        write_file(archive, key, data=b"x" * likes * 1_000_000)
    archive.update_work(OTHER, Outcome.DELETED)
    return archive


def ask(archive: Archive, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in archive._db.execute(query).fetchall()]


def see(archive: Archive, likes: int | None) -> None:
    """Have a run read the first work again."""
    item = SimpleNamespace(digg_count=likes)
    archive.queue_sighting(WORK, archive.read_work(WORK), item)
    archive.flush()


def test_queries_of_the_docs(filled: Archive) -> None:
    see(filled, 9)
    sizes, names, likes, deleted, _ = (ask(filled, query) for query in QUERIES)
    assert sizes == [("Eve", 2, 12)]
    assert [row[2] for row in names] == ["Ann", "Eve"]
    assert likes == [("douyin", WORK.rpartition(":")[2], 4)]
    assert deleted == [("海", "DELETED", "d/7_video.mp4")]


@pytest.mark.parametrize(("start", "titles"), [("2000", []), ("9999", ["海"])])
def test_query_finds_works_that_no_list_showed(
    filled: Archive, start: str, titles: list[str]
) -> None:
    see(filled, 9)
    found = ask(filled, QUERIES[4].replace("'2026-", f"'{start}-"))
    assert [row[1] for row in found] == titles


def test_docs_have_the_same_queries_in_both_languages() -> None:
    chinese = (DOCS / "archive.zh-CN.md").read_text("utf-8")
    assert re.findall(r"```sql\n(.*?)```", chinese, re.DOTALL) == QUERIES


def test_docs_name_all_columns(archive: Archive) -> None:
    text = (DOCS / "archive.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*?\| (.*) \|$", text, re.MULTILINE)
    for view, text in rows:
        cursor: Any = archive._db.execute(f"SELECT * FROM {view}")
        columns = [column[0] for column in cursor.description]
        counts = [name for name in columns if name.endswith("_count")]
        named = [name for name in re.findall(r"`(\w+)`", text) if name in columns]
        assert named + (counts if "five counts" in text else []) == columns, view
    assert len(rows) == 5


def test_counts_have_a_row_for_each_change(filled: Archive) -> None:
    for likes in (5, None, 9, 9, 6):
        time.sleep(0.002)  # a row has the milliseconds of its time
        see(filled, likes)
    query = "SELECT digg_count, comment_count FROM counts_over_time WHERE work_id = '{}'"
    found = ask(filled, f"{query.format(WORK.rpartition(':')[2])} ORDER BY counted_at")
    assert found == [(5, 1), (9, 1), (6, 1)]
    assert filled.get_facts(WORK)["digg_count"] == 6
    assert ask(filled, query.format(OTHER.rpartition(":")[2])) == [(7, 1)]


def test_times_are_equal_in_both_databases(filled: Archive) -> None:
    ((found, seen),) = ask(
        filled, "SELECT created_at, last_seen FROM archived_works WHERE state = 'OK'"
    )
    moments = [t if isinstance(t, datetime) else datetime.fromisoformat(t) for t in (found, seen)]
    assert moments[0] == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert moments[1].utcoffset() is not None
