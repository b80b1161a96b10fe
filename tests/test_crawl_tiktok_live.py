"""TikTok's rooms are recorded as Douyin's are: by a crawl, and by a program of their own."""

import json
import subprocess
import sys

import pytest
from crawling import PROJECT, Play


@pytest.fixture
def room() -> str:
    return "https://www.tiktok.com/@sandbox1/live"


def test_a_crawl_records_the_room(play: Play, room: str) -> None:
    crawl = play("over=4")
    run = crawl("tiktok_live", "-a", f"url={room}", F2_MEDIA="live")
    assert (run.code, run.report["kept"], run.report["files"]) == (0, 1, 1), run.log
    [segment] = [path for path in crawl.files() if path.suffix == ".flv"]
    assert segment.parent.parent.parent == crawl.root / "tiktok" / "live"
    assert segment.stat().st_size > 10_000
    assert crawl.asked["violations"] == []


def test_a_room_and_what_is_said_in_it(play: Play, room: str) -> None:
    crawl = play("over=5")
    command = crawl.command("x")
    done = subprocess.run(
        [sys.executable, "-m", "f2scrapy.live", room, "--danmaku"], env=command["env"],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [journal] = crawl.root.rglob("*_danmaku.jsonl")
    kinds = [json.loads(line)["kind"] for line in journal.read_text("utf-8").splitlines()]
    assert kinds[0] == "opened"
    assert {"chat", "clock"} < set(kinds)
    assert crawl.asked["violations"] == []
