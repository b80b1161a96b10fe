"""Test a night in small: five rooms with chat, splits, a pause, a kill, a full disk, the end."""

import json
import resource
import subprocess
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.crawling import PROJECT, Crawler, Play
from support.recording import LAG, read_frames

from f2scrapy.danmaku.convert import JournalReader
from f2scrapy.danmaku.stats import count_journals
from f2scrapy.sandbox.douyin.live import make_web_rid
from f2scrapy.sandbox.live.chat import ChatOptions, MessageStream

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sizes of files are limited there")

ROOMS = 5
NEAR_S = 1.0  # seconds between a message and the moment that the picture shows
STEP_S = 0.1
DISK = 40_000  # bytes of a file, less than a segment has


@contextmanager
def run(crawl: Crawler) -> Iterator[subprocess.Popen[str]]:
    """Record all rooms in a process, which is killed at the end of the block."""
    command = crawl.build_command("x", F2_LIVE_SPLIT="2s", F2_STALL="3")
    names = [make_web_rid(crawl.sandbox.state.catalogue.by_name[f"room{n}"]) for n in range(ROOMS)]
    with subprocess.Popen(
        [sys.executable, "-m", "f2scrapy.live", "--danmaku", "ass,xml", *names],
        env=command["env"], cwd=PROJECT, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_until(process: subprocess.Popen[str], is_true: Callable[[], bool]) -> None:
    """Wait until something has happened, while the process goes on."""
    end = time.monotonic() + 120
    while not is_true():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        began = time.monotonic()
        time.sleep(STEP_S)
        LAG.worst = max(LAG.worst, time.monotonic() - began - STEP_S)


def count_finished(crawl: Crawler) -> list[int]:
    """Return the number of finished segments of each room."""
    found = Counter(path.parent for path in crawl.root.rglob("*_live_*.flv"))
    return [found.get(folder, 0) for folder in list_folders(crawl)]


def wait_for_segments(
    process: subprocess.Popen[str], crawl: Crawler, before: list[int], more: int = 1
) -> None:
    """Wait until each room has `more` finished segments than before."""
    wait_until(
        process,
        lambda: all(
            now >= then + more for now, then in zip(count_finished(crawl), before, strict=True)
        ),
    )


def list_folders(crawl: Crawler) -> list[Path]:
    return sorted({path.parent for path in crawl.root.rglob("*_session.json")})


def read_end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code of a process and its log, once it ends."""
    _, log = process.communicate(timeout=60)
    return process.returncode, log


def play_night(crawl: Crawler) -> None:
    with run(crawl) as first:
        wait_until(first, lambda: len(list_folders(crawl)) == ROOMS)
        wait_for_segments(first, crawl, [0] * ROOMS)
        crawl.sandbox.state.switch_on("paused=0,5")
        wait_for_segments(first, crawl, count_finished(crawl), 2)  # before and after the pause
    before = count_finished(crawl)
    with run(crawl) as second:
        wait_for_segments(second, crawl, before, 2)  # one may be of the run before
        resource.prlimit(second.pid, resource.RLIMIT_FSIZE, (DISK, DISK))
        code, log = read_end(second)
        assert (code, "DISK" in log) == (4, True), log
    before = count_finished(crawl)
    with run(crawl) as third:
        wait_for_segments(third, crawl, before)
        crawl.sandbox.state.switch_on("over")
        code, log = read_end(third)
        assert (code, "NETWORK" in log) == (4, True), "seconds are missing since the second run"


def read_session(folder: Path) -> dict[str, Any]:
    [path] = folder.glob("*_session.json")
    return dict(json.loads(path.read_text("utf-8")))


def get_stream(crawl: Crawler, folder: Path) -> MessageStream:
    return crawl.sandbox.state.get_stream("douyin", read_session(folder)["room_id"])


def check_segments(folder: Path, stream: MessageStream) -> None:
    """Check that each segment plays, and has its messages where its picture shows their time."""
    segments = sorted(folder.glob("*_live_*.flv"))
    placed = 0
    for path in segments:
        frames = read_frames(path)
        times = [seconds for seconds, _ in frames]
        for row in ET.parse(path.with_suffix(".xml")).findall("d"):
            cells = row.attrib["p"].split(",")
            seconds, number = float(cells[0]), int(cells[-1]) - stream.get_msg_id(0)
            shown, wall = frames[max(bisect_right(times, seconds) - 1, 0)]
            sent = stream.compute_time_ms(number) / 1000
            assert abs(wall + seconds - shown - sent) < NEAR_S + LAG.worst
            placed += 1
        assert path.with_suffix(".ass").read_text("utf-8").startswith("[Script Info]")
    assert placed > len(segments)


def check_totals(folder: Path, stream: MessageStream) -> None:
    """Check that the sums of a journal are those of the sandbox for the messages it has."""
    [journal] = folder.glob("*_danmaku.jsonl")
    report = count_journals([journal])
    numbers = [
        event.msg_id - stream.get_msg_id(0)
        for event in JournalReader(journal).read_events()
        if event.msg_id
    ]
    assert len(numbers) == len(set(numbers))
    assert report.coins == sum(sum_coins(stream, set(numbers)).values())


def sum_coins(stream: MessageStream, numbers: set[int]) -> dict[int, int]:
    """Return the coins by group of the messages with these numbers, each group once."""
    best: dict[int, int] = {}
    for number in numbers:
        for gift in stream.iter_gifts(number, number + 1):
            best[gift.group] = max(best.get(gift.group, 0), gift.count * gift.coins)
    return best


def test_a_night_in_small(play: Play) -> None:
    LAG.worst = 0.0
    crawl = play("drop=90", "http=404~.m3u8", rooms=ROOMS, chat=ChatOptions(rate=20))
    play_night(crawl)
    folders = list_folders(crawl)
    assert len(folders) == ROOMS
    for folder in folders:
        stream = get_stream(crawl, folder)
        assert not list(folder.glob("*.part*"))
        check_segments(folder, stream)
        check_totals(folder, stream)
        because = [row["because"] for row in read_session(folder)["segments"]]
        assert {"start", "split", "pause"} <= {*because}
        assert because.count("start") == 3, "one for each run"
