"""TikTok's rooms are recorded as Douyin's are: by a crawl, and by a program of their own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.crawling import PROJECT, Crawler, Play
from support.recording import ROOM, read_frames

from f2scrapy.danmaku.clock import Mark, build_segment_clock
from f2scrapy.live.clock import ClockMap

AHEAD = 40.0  # seconds by which the platform's clock is before ours
ROOMS = {"tiktok": "https://www.tiktok.com/@sandbox1/live", "douyin": ROOM}


def live(crawl: Crawler, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "f2scrapy.live", *words], env=crawl.build_command("x")["env"],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_crawl_records_the_room(play: Play) -> None:
    crawl = play("over=4")
    run = crawl("tiktok_live", "-a", f"url={ROOMS['tiktok']}", F2_MEDIA="live")
    assert (run.code, run.report["kept"], run.report["files"]) == (0, 1, 1), run.log
    [segment] = [path for path in crawl.list_files() if path.suffix == ".flv"]
    assert segment.parent.parent.parent == crawl.root / "tiktok" / "live"
    assert segment.stat().st_size > 10_000
    assert run.report["bytes"] == segment.stat().st_size
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize("platform", ["tiktok", "douyin"])
def test_a_room_and_what_is_said_over_all_that_can_happen(play: Play, platform: str) -> None:
    # after 1 s, 5 s, and 5.6 to 6.4 s from the drop: seconds apart where a start takes seconds, too
    crawl = play("cut=60000:1~stream", "switch=5", "over=12", media_ttl_s=8)
    crawl.sandbox.state.clock = lambda: time.time() + AHEAD
    crawl.sandbox.state.reset()
    done = live(crawl, ROOMS[platform], "--danmaku")
    assert done.returncode == 0, done.stderr
    [session] = crawl.root.rglob("*_session.json")
    [journal] = crawl.root.rglob("*_danmaku.jsonl")
    told = json.loads(session.read_text("utf-8"))
    assert {row["because"] for row in told["segments"]} == {"start", "drop", "codec", "renewed"}
    assert told["server_ahead"] == pytest.approx(AHEAD, abs=0.5)
    lines = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert {"opened", "chat", "clock"} <= {line["kind"] for line in lines}
    marks = [Mark.from_dict(line) for line in lines if line["kind"] == "clock"]
    paths = [session.with_name(row["file"]) for row in told["segments"]]
    found = [off for path in paths for off in apart(path, ClockMap.read(session), marks)]
    assert max(found) < 0.9
    assert crawl.take_report()["violations"] == []


def test_the_number_of_a_broadcast_is_not_enough(play: Play) -> None:
    done = live(play(), "https://www.tiktok.com/share/live/7600000000000000010")
    assert done.returncode == 1
    assert "want its owner's @name" in done.stderr


def apart(path: Path, clock: ClockMap, marks: list[Mark]) -> Iterator[float]:
    """Seconds between where a message of each picture's moment is put, and the picture."""
    own = build_segment_clock(path.stem, marks)
    for seconds, wall in read_frames(path):
        if (place := clock.locate(wall)) and place[0] == path.name:
            yield abs(place[1] - seconds)
        if (there := own(datetime.fromtimestamp(wall, UTC))) is not None:
            yield abs(there - seconds)
