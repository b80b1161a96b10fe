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


def start(crawl: Crawler, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "f2scrapy.live", *words], env=crawl.build_command("x")["env"],
        cwd=PROJECT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_finished(crawl: Crawler, count: int) -> None:
    """Wait until so many segments are finished, and the next one has a picture."""
    end = time.monotonic() + 60
    while len([*crawl.root.rglob("*_live_*.flv")]) < count:
        assert time.monotonic() < end
        time.sleep(0.05)
    crawl.wait_for_segments(size=20_000)


def test_a_crawl_records_the_room(play: Play) -> None:
    crawl = play()
    command = crawl.build_command("tiktok_live", "-a", f"url={ROOMS['tiktok']}", F2_MEDIA="live")
    with subprocess.Popen(**command, stderr=subprocess.PIPE, text=True) as process:
        crawl.wait_for_segments(size=20_000)
        crawl.sandbox.state.switch_on("over")
        _, log = process.communicate(timeout=60)
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert (process.returncode, report["kept"], report["files"]) == (0, 1, 1), log
    [segment] = [path for path in crawl.list_files() if path.suffix == ".flv"]
    assert segment.parent.parent.parent == crawl.root / "tiktok" / "live"
    assert segment.stat().st_size > 10_000
    assert report["bytes"] == segment.stat().st_size
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize("platform", ["tiktok", "douyin"])
def test_a_room_and_what_is_said_over_all_that_can_happen(play: Play, platform: str) -> None:
    crawl = play("cut=60000:1~stream", media_ttl_s=8)
    crawl.sandbox.state.clock = lambda: time.time() + AHEAD
    crawl.sandbox.state.reset()
    with start(crawl, ROOMS[platform], "--danmaku") as process:
        wait_for_finished(crawl, 2)  # the drop, and the address that is renewed 6 s later
        crawl.sandbox.state.switch_on("switch=0")
        wait_for_finished(crawl, 3)
        crawl.sandbox.state.switch_on("over")
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
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
