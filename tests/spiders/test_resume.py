"""Lists without files go on where an interrupted run has ended: no row twice, none lost."""

import csv
import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.crawling import Play, Talk, get_ids


def read_rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".xml":
        items = ET.parse(path).getroot()
        return [{field.tag: field.text for field in item} for item in items]
    if path.suffix == ".json":
        rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        return rows
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("flag", "name"),
    [("-o", "rows.jsonl"), ("-O", "rows.csv"), ("-O", "rows.json"), ("-O", "rows.xml")],
)
def test_refused_list_goes_on_at_its_place(
    play: Play, tmp_path: Path, flag: str, name: str
) -> None:
    feed = tmp_path / name
    crawl = play("captcha@6~list")
    words = (flag, str(feed))
    first = crawl.run_user_post("clean200", *words, F2_MEDIA="", F2_RETRIES="0")
    assert first.outcome == "CAPTCHA"
    some = len(read_rows(feed))
    assert 0 < some < 200
    crawl.sandbox.state.faults.active.clear()
    crawl.take_report()
    second = crawl.run_user_post("clean200", *words, F2_MEDIA="")
    assert second.report["summary"] == f"OK: 200 of 200, {some} given by an earlier run."
    assert second.report["kept"] == 200 - some
    works = sorted(crawl.sandbox.describe_files("clean200"))
    assert get_ids(read_rows(feed)) == works, "no row twice, none lost"
    assert crawl.take_report()["kinds"]["list"] == 12 - some // 18 + 1, "one page is read again"
    third = crawl.run_user_post("clean200", *words, F2_MEDIA="")
    assert third.report["kept"] == 200, "a finished round begins at the top again"
    assert len(read_rows(feed)) == (400 if flag == "-o" else 200)


@pytest.mark.parametrize("number", [9, 11])  # in the comments, and in replies alone
def test_replies_go_on_below_their_comments(talk: Talk, tmp_path: Path, number: int) -> None:
    crawl, _work, link = talk(f"captcha@{number}~list")
    feed = tmp_path / "comments.jsonl"
    words = ("douyin_comment", "-a", link, "-a", "replies=true", "-o", str(feed))
    first = crawl(*words, F2_RETRIES="0")
    assert first.outcome == "CAPTCHA"
    some = len(read_rows(feed))
    crawl.sandbox.state.faults.active.clear()
    second = crawl(*words)
    assert second.code == 0
    ids = get_ids(read_rows(feed), "comment_id")
    assert len(ids) == len(set(ids)) == some + second.report["kept"]
    whole = crawl("douyin_comment", "-a", link, "-a", "replies=true", "-O", str(feed))
    assert get_ids(read_rows(feed), "comment_id") == ids, "the same as in one run"
    assert whole.report["kept"] == len(ids)


def test_update_gives_new_comments_only(talk: Talk, tmp_path: Path) -> None:
    crawl, _work, link = talk()
    words = ("douyin_comment", "-a", link)
    first = crawl(*words, "-o", str(tmp_path / "first.jsonl"))
    new = tmp_path / "new.jsonl"
    second = crawl(*words, "-a", "update=true", "-o", str(new))
    assert first.report["kept"] > 50
    assert (second.code, second.report["kept"]) == (0, 0)
    assert second.report["skipped"] == {"given": first.report["kept"]}
    assert not new.exists() or not read_rows(new)


def count_given(archive: Path) -> int:
    """Return the number of rows that a crawl has given by now."""
    if not archive.exists():
        return 0
    with closing(sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)) as db:
        tables = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'given'")
        return int(tables.fetchone()[0] and db.execute("SELECT count(*) FROM given").fetchone()[0])


@pytest.mark.parametrize("flag", ["-o", "-O"])
def test_killed_run_goes_on(play: Play, tmp_path: Path, flag: str) -> None:
    crawl = play("stall=100@6~list")
    feed = tmp_path / "rows.jsonl"
    link = crawl.sandbox.get_user_url("clean200")
    command = crawl.build_command(
        "douyin_user_post", "-a", f"url={link}", flag, str(feed), F2_MEDIA=""
    )
    with subprocess.Popen(**command, stderr=subprocess.DEVNULL) as process:
        while count_given(crawl.root / "f2scrapy.db") < 5 * 18:
            time.sleep(0.01)
        process.kill()
    crawl.sandbox.state.faults.active.clear()
    run = crawl.run_user_post("clean200", flag, str(feed), F2_MEDIA="")
    assert run.code == 0
    assert run.report["skipped"]["given"] > 0
    assert get_ids(read_rows(feed)) == sorted(crawl.sandbox.describe_files("clean200"))


def test_finished_lists_of_a_batch_are_not_read_again(play: Play, tmp_path: Path) -> None:
    feed = tmp_path / "rows.jsonl"
    crawl = play("captcha@5~list")
    users = ("demo", "clean200")
    links = "\n".join(map(crawl.sandbox.get_user_url, users))
    (tmp_path / "links.txt").write_text(links, encoding="utf-8")
    words = ("douyin_user_post", "-o", str(feed), "-a")
    assert crawl(*words, f"url=@{tmp_path}/links.txt", F2_MEDIA="", F2_RETRIES="0").code == 5
    crawl.sandbox.state.faults.active.clear()
    crawl.take_report()
    second = crawl(*words, f"url={links}", F2_MEDIA="")  # named in another way
    assert second.code == 0
    works = [one for user in users for one in crawl.sandbox.describe_files(user)]
    assert get_ids(read_rows(feed)) == sorted(works)
    assert crawl.take_report()["kinds"]["profile"] == 1, "of the unfinished list alone"
