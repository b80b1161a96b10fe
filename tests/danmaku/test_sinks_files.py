"""File sinks have each event once, after any kind of end."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.danmaku_events import EVIL, ROOM, evil_text, get_time, make_chat, make_gift

from f2scrapy.danmaku.messages import Gap, User
from f2scrapy.danmaku.sinks import Sink, columns, spreadsheet
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import Journal, find_parts, read_entries
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet

pytestmark = pytest.mark.clock

HEAD, FOOT = b"<a>\n<b>\n", b"</a>\n"
calm = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def write_file(sink: Sink, *batches: list[Any]) -> None:
    sink.open(ROOM)
    for batch in batches:
        sink.write(batch)
    sink.close()


def read_journal(path: Path) -> list[dict[str, Any]]:
    return [
        entry
        for part in find_parts(path)
        for entry in read_entries(part)
        if entry and entry["kind"] != "opened"
    ]


# Lines


@given(
    before=st.lists(st.binary(min_size=1).map(lambda data: data.replace(b"\n", b"") + b"\n")),
    cut=st.integers(min_value=0),
    foot=st.sampled_from([b"", FOOT]),
)
@calm
def test_whole_lines_survive_a_cut_anywhere(
    before: list[bytes], cut: int, foot: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "lines"
    path.unlink(missing_ok=True)
    lines = LineFile(path, HEAD, foot)
    for line in before:
        lines.append(line)
    lines.close()
    whole = path.read_bytes()
    cut = cut % (len(whole) + 1)
    path.write_bytes(whole[:cut])
    again = LineFile(path, HEAD, foot)
    again.append(b"last\n")
    again.close()
    kept = b"".join(before)[: max(cut - len(HEAD), 0)]
    kept = kept[: kept.rfind(b"\n") + 1]
    assert path.read_bytes() == HEAD + kept + b"last\n" + foot


def test_a_long_incomplete_line_is_cut(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"whole\n" + b"x" * 200_000)
    LineFile(tmp_path / "lines").close()
    assert (tmp_path / "lines").read_bytes() == b"whole\n"


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    first = LineFile(tmp_path / "lines")
    with pytest.raises(BlockingIOError, match="another process"):
        LineFile(tmp_path / "lines")
    first.close()


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    class Full(LineFile):
        def _put(self, data: bytes) -> None:
            full = b"two" in data
            super()._put(data[:2] if full else data)
            if full:
                raise OSError(28, "No space left on device")

    lines = Full(tmp_path / "lines", foot=FOOT)
    lines.append(b"one\n")
    with pytest.raises(OSError, match="No space"):
        lines.append(b"two\n")
    lines.close()
    assert (tmp_path / "lines").read_bytes() == b"one\n" + FOOT


# Journal


def test_journal_holds_room_and_events(tmp_path: Path) -> None:
    write_file(Journal(tmp_path / "a.b"), [make_chat(), make_gift()], [make_chat("再见", msg_id=3)])
    opened, *events = read_entries(tmp_path / "a.b.jsonl")
    assert opened
    assert (opened["kind"], opened["room_id"]) == ("opened", ROOM.room_id)
    assert opened["create_time"] == "2026-11-21T12:00:00+00:00"
    assert [event and event.get("content", event["kind"]) for event in events] == [
        *("你好", "gift", "再见")
    ]


def test_events_are_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a")
    journal.open(ROOM)
    journal.write([make_chat()])
    assert [entry["content"] for entry in read_journal(tmp_path / "a.jsonl")] == ["你好"]
    journal.close()


def test_a_killed_journal_continues_after_its_last_whole_line(tmp_path: Path) -> None:
    write_file(Journal(tmp_path / "a"), [make_chat("one"), make_chat("two")])
    path = tmp_path / "a.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    os.utime(path, (1_700_000_000, 1_700_000_000))
    write_file(Journal(tmp_path / "a", now=lambda: get_time(9)), [make_chat("three")])
    assert [entry["opened"] for entry in read_entries(path) if entry and "opened" in entry][1:] == [
        get_time(9).isoformat()
    ]
    one, gap, three = read_journal(path)
    assert (one["content"], gap["kind"], three["content"]) == ("one", "gap", "three")
    assert datetime.fromisoformat(gap["began"]) == datetime.fromtimestamp(1_700_000_000, UTC)
    assert datetime.fromisoformat(gap["ended"]) == get_time(9)
    assert gap["reason"] == "no run was listening"
    assert None not in list(read_entries(path))


def test_journal_begins_new_parts_and_continues_in_the_last(tmp_path: Path) -> None:
    for _ in range(2):
        write_file(
            Journal(tmp_path / "a", part_bytes=2000), *[[make_chat(str(n))] for n in range(10)]
        )
    found = find_parts(tmp_path / "a.jsonl")
    assert len(found) > 3
    assert found[1].name == "a.2.jsonl"
    contents = [entry.get("content", "") for entry in read_journal(tmp_path / "a.jsonl")]
    assert contents == [*"0123456789", "", *"0123456789"]
    assert all(next(read_entries(part))["kind"] == "opened" for part in found)  # type: ignore[index]


@given(text=evil_text)
@calm
def test_journal_keeps_any_text_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.unlink(missing_ok=True)
    write_file(Journal(tmp_path / "a"), [make_chat(text, nickname=text)])
    [entry] = read_journal(path)
    assert (entry["content"], entry["user"]["nickname"]) == (text, text)


def test_an_unreadable_line_is_none_and_harmless(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"kind":"chat"}\n\x00\xff\n[1]\n{"kind":"gift"}\n{"ki')
    kinds = [entry and entry["kind"] for entry in read_entries(tmp_path / "a.jsonl")]
    assert kinds == ["chat", None, None, "gift", None]


# SQLite


def test_database_has_rows_once(tmp_path: Path) -> None:
    gap = Gap(began=get_time(1), ended=get_time(2), reason="network")
    for _ in range(2):
        write_file(Database(tmp_path / "a"), [make_chat(), make_gift(), gap])
    with sqlite3.connect(tmp_path / "a.db") as db:
        rows = db.execute("SELECT kind, nickname, text, repeat_count FROM events").fetchall()
        [[room]] = db.execute("SELECT data FROM rooms")
    db.close()
    assert rows[:2] == [("chat", "小明", "你好", None), ("gift", "小红", rows[1][2], 3)]
    assert [row[0] for row in rows[2:]] == ["gap", "gap"]
    assert json.loads(room)["nickname"] == "主播"


def test_database_stores_ids_larger_than_its_integers(tmp_path: Path) -> None:
    write_file(Database(tmp_path / "a"), [make_gift(msg_id=2**64 - 1, group_id=2**63)])
    with sqlite3.connect(tmp_path / "a.db") as db:
        rows = db.execute("SELECT msg_id, group_id FROM events").fetchall()
    db.close()
    assert rows == [(str(2**64 - 1), str(2**63))]


@given(text=evil_text)
@settings(calm, max_examples=calm.max_examples * 3 // 10)
def test_database_takes_any_text(text: str, tmp_path: Path) -> None:
    for path in tmp_path.glob("a.db*"):
        path.unlink()
    write_file(Database(tmp_path / "a"), [make_chat(text, nickname=text)])
    with sqlite3.connect(tmp_path / "a.db") as db:
        [[data]] = db.execute("SELECT data FROM events")
    db.close()
    assert json.loads(data)["content"] == text


def test_a_database_that_cannot_be_opened_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "a.db").mkdir()
    with pytest.raises(OSError, match="unable to open"):
        Database(tmp_path / "a").open(ROOM)


def test_a_file_that_is_no_database_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match=r"file is not a database: .*a\.db"):
        Database(tmp_path / "a").open(ROOM)


# CSV


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_is_read_back_and_continued(tmp_path: Path) -> None:
    write_file(Spreadsheet(tmp_path / "a"), [make_chat()])
    write_file(Spreadsheet(tmp_path / "a"), [make_gift()])
    rows = read_table(tmp_path / "a.csv")
    assert [(row["kind"], row["nickname"], row["repeat_count"]) for row in rows] == [
        ("chat", "小明", ""),
        ("gift", "小红", "3"),
    ]
    assert rows[0]["create_time"] == "2026-11-21T12:00:01+00:00"


@given(texts=st.lists(evil_text | st.sampled_from(EVIL), min_size=1))
@calm
def test_csv_executes_nothing_and_keeps_its_rows(texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").unlink(missing_ok=True)
    write_file(Spreadsheet(tmp_path / "a"), [make_chat(text, nickname=text) for text in texts])
    rows = read_table(tmp_path / "a.csv")
    assert len(rows) == len(texts)
    assert len((tmp_path / "a.csv").read_bytes().splitlines()) == len(texts) + 1
    for row in rows:
        assert not row["text"].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert not set(row["nickname"]) & set("\x00\x1b\u202e\u2066\r\n")


# Netted gifts: sums are right


def make_steps(*counts: int, first_id: int = 50, **values: Any) -> list[Any]:
    """Return the messages of one combo."""
    return [
        make_gift(msg_id=first_id + n, repeat_count=n, group_id=9, diamond_count=2, **values)
        for n in counts
    ]


def sum_columns(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the sums of `given` and `coins` in the files of all kinds."""
    sums = {}
    if (folder / "a.db").exists():
        with sqlite3.connect(folder / "a.db") as db:
            sums["db"] = db.execute("SELECT sum(given), sum(coins) FROM events").fetchone()
        db.close()
    rows = read_table(folder / "a.csv")
    sums["csv"] = tuple(sum(int(row[name] or 0) for row in rows) for name in ("given", "coins"))
    return sums


@pytest.mark.parametrize("runs", [[[1, 2, 3]], [[1, 2], [3]], [[1], [1, 3], [3]]])
def test_sums_of_gifts_are_right_over_several_runs(runs: list[list[int]], tmp_path: Path) -> None:
    for counts in runs:
        for kind in (Database, Spreadsheet):
            write_file(kind(tmp_path / "a"), [make_chat(), *make_steps(*counts)])
    assert sum_columns(tmp_path) == {"db": (3, 6), "csv": (3, 6)}


@given(name=evil_text)
@settings(calm, max_examples=30)
def test_a_combo_of_any_name_continues(name: str, tmp_path: Path) -> None:
    for path in tmp_path.glob("a.*"):
        path.unlink()
    hidden = User(user_id="111111", nickname=name)
    for count in (2, 3):
        gift = make_steps(count, user=hidden, gift_name=name)
        write_file(Spreadsheet(tmp_path / "a"), gift)
    assert sum_columns(tmp_path)["csv"] == (3, 6)


def test_a_row_has_arrival_and_receiver(tmp_path: Path) -> None:
    receiver = User(user_id="8", nickname="嘉宾")
    gift = make_gift(to_user=receiver, received_time=get_time(3))
    write_file(Spreadsheet(tmp_path / "a"), [gift, make_chat()])
    row, chat = read_table(tmp_path / "a.csv")
    assert (row["to_user_id"], row["to_nickname"]) == ("8", "嘉宾")
    assert row["received_time"] == "2026-11-21T12:00:03+00:00"
    assert (row["given"], row["coins"], chat["given"], chat["coins"]) == ("3", "3", "", "")


def test_a_database_of_an_earlier_version_gets_the_columns(tmp_path: Path) -> None:
    write_file(Database(tmp_path / "a"), [make_chat(), *make_steps(1, 2)])
    with sqlite3.connect(tmp_path / "a.db") as db:
        for name in columns.LATER:
            db.execute(f"ALTER TABLE events DROP COLUMN {name}")
    db.close()
    write_file(Database(tmp_path / "a"), make_steps(2, 3))
    with sqlite3.connect(tmp_path / "a.db") as db:
        rows = db.execute("SELECT given, coins FROM events WHERE kind = 'gift'").fetchall()
    db.close()
    assert rows == [(1, 2), (1, 2), (1, 2)]


def test_a_table_with_other_columns_stays_as_it_is(tmp_path: Path) -> None:
    old = b"\xef\xbb\xbfcreate_time,room_id\r\n2026-01-01,7\r\n"
    (tmp_path / "a.csv").write_bytes(old)
    for _ in range(2):
        write_file(Spreadsheet(tmp_path / "a"), [make_chat()])
    assert (tmp_path / "a.csv").read_bytes() == old
    assert len(read_table(tmp_path / "a.2.csv")) == 2
    assert not (tmp_path / "a.3.csv").exists()


def test_a_long_table_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_TAIL", 3000)
    chats = [make_chat(str(n)) for n in range(100)]
    write_file(Spreadsheet(tmp_path / "a"), [*chats, *make_steps(2)])
    write_file(Spreadsheet(tmp_path / "a"), make_steps(3))
    assert sum_columns(tmp_path)["csv"] == (3, 6)
