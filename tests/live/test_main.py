"""Test `python -m f2scrapy.live`: rooms, waiting, watch lists, signals and notifications."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from support.crawling import PROJECT, Crawler
from support.listener import SECRET, start_listener
from support.recording import ROOM, read_frames

from f2scrapy.archive.archive import Archive
from f2scrapy.config.options import parse_split
from f2scrapy.errors import InputError
from f2scrapy.live.danmaku import build_clock_lines
from f2scrapy.live.record import SegmentRow
from f2scrapy.rooms import parse_targets

Play = Callable[..., Crawler]


def start(crawl: Crawler, *words: str, **options: str) -> subprocess.Popen[str]:
    command = crawl.build_command("x", **options)
    return subprocess.Popen(
        [sys.executable, "-m", "f2scrapy.live", *words], env=command["env"], cwd=PROJECT,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(process: subprocess.Popen[str]) -> tuple[int, str]:
    try:
        _, log = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, log


def list_segments(crawl: Crawler) -> list[Path]:
    return [path for path in crawl.list_files() if not path.suffix.startswith(".json")]


def read_journal(crawl: Crawler) -> list[dict[str, Any]]:
    """Return the lines of the danmaku journal beside the recording."""
    [path] = crawl.root.rglob("*_danmaku.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def list_kinds(crawl: Crawler) -> list[str]:
    """Return the kinds of the journal's lines, in their order."""
    return [line["kind"] for line in read_journal(crawl)]


def list_clocked(crawl: Crawler) -> set[str]:
    """Return the segments with a clock in the journal."""
    return {line["segment"] for line in read_journal(crawl) if line["kind"] == "clock"}


def test_two_rooms_to_their_end_with_notifications(play: Play) -> None:
    crawl = play()
    with start_listener() as (url, received):
        process = start(
            crawl, f"https://live.douyin.com/{ROOM}", "660000000002", "660000000005",
            F2_COOKIE="sessionid=f2sandboxsession",
            F2_NOTIFY_WEBHOOK=f"{url}/{SECRET}", F2_NOTIFY_BARK=f"{url}/push/{SECRET}",
        )  # fmt: skip
        crawl.wait_for_segments(count=2)
        crawl.sandbox.state.switch_on("over")
        code, log = wait_for(process)
    assert code == 0, log
    assert "not on air" in log
    assert len(list_segments(crawl)) == 2
    assert all(read_frames(path) for path in list_segments(crawl))
    events = [body["event"] for path, body in received if "push" not in path]
    assert sorted(events) == ["end", "end", "start", "start"]
    ends = [body for _, body in received if body.get("event") == "end"]
    assert {(body["outcome"], body["exit_code"]) for body in ends} == {("OK", 0)}
    assert {body["title"] for path, body in received if "push" in path} > {"演示账号"}
    assert SECRET not in log
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    [file] = archive.get_files("douyin:live:7600000000000000010").values()
    assert archive.is_on_disk(file)
    assert file.rendition == "origin-h264-flv-main"
    archive.close()
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_or_killed_run_leaves_files_that_play(play: Play, number: int) -> None:
    crawl = play()
    process = start(crawl, ROOM, "--danmaku")
    part = crawl.wait_for_segments()
    process.send_signal(number)
    code, log = wait_for(process)
    if number == signal.SIGINT:
        assert code == 0, log
        assert "stopped" in log
        assert not list(crawl.root.rglob("*.part*"))
    else:
        assert len(read_frames(part[0])) > 10
        for path in crawl.root.rglob("*_danmaku.jsonl"):
            os.utime(path)  # by the clock of the tests, which may differ from the disk's
        sleep(2)
        process = start(crawl, ROOM, "--danmaku")
        while not list_segments(crawl):  # the next run finishes it
            assert process.poll() is None
            sleep(0.05)
        crawl.wait_for_segments()
        process.send_signal(signal.SIGINT)
        code, log = wait_for(process)
        assert (code, "NETWORK" in log) == (4, True), "seconds are missing"
        assert len(list_segments(crawl)) == 2
        kinds = list_kinds(crawl)
        assert kinds.index("gap") == kinds.index("opened", 1) + 1, "no connection in between"
        gap = read_journal(crawl)[kinds.index("gap")]
        began, end = (datetime.fromisoformat(gap[name]) for name in ("began", "ended"))
        assert (end - began).total_seconds() > 2
        assert list_clocked(crawl) == {path.stem for path in list_segments(crawl)}
    assert all(len(read_frames(path)) > 10 for path in list_segments(crawl))
    assert list_kinds(crawl).count("chat") > 2


@pytest.mark.skipif(sys.platform != "linux", reason="sizes of files are limited otherwise")
def test_a_full_disk_leaves_whole_files(play: Play) -> None:
    crawl = play()
    process = start(crawl, ROOM)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (150_000, 150_000))
    code, log = wait_for(process)
    assert (code, "DISK" in log) == (4, True), log
    [path] = list_segments(crawl)
    assert 100_000 < path.stat().st_size <= 150_000
    assert len(read_frames(path)) > 10
    assert not list(crawl.root.rglob("*.part*"))


def test_a_room_named_twice_is_recorded_once(play: Play) -> None:
    crawl = play()
    process = start(crawl, ROOM, "7600000000000000010")
    crawl.wait_for_segments()
    process.send_signal(signal.SIGINT)
    code, log = wait_for(process)
    assert (code, "named twice" in log) == (0, True), log
    assert len(list_segments(crawl)) == 1


def test_one_broadcast_is_recorded_by_one_process(play: Play) -> None:
    crawl = play()
    first = start(crawl, ROOM)
    crawl.wait_for_segments()
    with start_listener() as (url, received):
        second = start(crawl, ROOM, F2_NOTIFY_WEBHOOK=f"{url}/x")
        code, log = wait_for(second)
    assert (code, "another process is" in log, received) == (0, True, []), log
    assert "killed" not in log
    first.send_signal(signal.SIGINT)
    code, log = wait_for(first)
    assert (code, len(list_segments(crawl))) == (0, 1), log


@pytest.mark.parametrize("crawled", [False, True])
def test_a_killed_run_is_finished_after_the_room_is_over(play: Play, crawled: bool) -> None:
    crawl = play()
    process = start(crawl, ROOM, "--danmaku")
    [part] = crawl.wait_for_segments()
    process.kill()
    wait_for(process)
    crawl.sandbox.state.switch_on("over")
    if crawled:
        run = crawl("douyin_live", "-a", "url=660000000005", F2_MEDIA="live")
        code, log = run.code, run.log
    else:
        for path in crawl.root.glob("f2scrapy.db*"):
            path.unlink()  # another archive takes the files over
        code, log = wait_for(start(crawl, "660000000005"))
    assert (code, "finished the segments of a killed run" in log) == (0, True), log
    [segment] = list_segments(crawl)
    assert (segment.name, len(read_frames(segment)) > 10) == (part.stem, True)
    assert list_clocked(crawl) == {segment.stem}
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    [file] = archive.get_files("douyin:live:7600000000000000010").values()
    assert archive.is_on_disk(file)
    archive.close()


def test_stopping_does_not_wait_for_rooms_in_the_queue(play: Play) -> None:
    crawl = play()
    process = start(crawl, ROOM, "660000000002", "660000000005", F2_PACE="200")
    crawl.wait_for_segments()
    process.send_signal(signal.SIGINT)
    code, log = wait_for(process)
    assert (code, len(list_segments(crawl))) == (4, 1), log
    assert log.count("INTERRUPTED") == 2, "the other rooms are unknown, as they were not fetched"


def test_a_watch_list_that_grows(play: Play, tmp_path: Path) -> None:
    crawl = play()
    rooms = tmp_path / "rooms.txt"
    rooms.write_text("# mine\n660000000005\nhttps://example.com/\n")  # never on air; no room
    process = start(crawl, f"@{rooms}", "--wait", F2_LIVE_POLL="0.3")
    while not (crawl.root / "f2scrapy.db").exists():  # the list has been read by then
        assert process.poll() is None
        sleep(0.05)
    rooms.write_text(f"660000000005\nhttps://example.com/\nhttps://live.douyin.com/{ROOM}\n")
    crawl.wait_for_segments()
    sleep(1)  # a poll or two
    process.send_signal(signal.SIGTERM)
    code, log = wait_for(process)
    assert (code, log.count("names no live room")) == (0, 1), log
    assert log.count("waiting for") == 1, "not at each poll"
    assert len(list_segments(crawl)) == 1


def test_remux_to_mp4(play: Play) -> None:
    crawl = play()
    process = start(crawl, ROOM, F2_LIVE_REMUX="1")
    crawl.wait_for_segments()
    crawl.sandbox.state.switch_on("over")
    code, log = wait_for(process)
    assert code == 0, log
    [path] = list_segments(crawl)
    assert path.suffix == ".mp4"
    assert len(read_frames(path)) > 5
    [session] = crawl.root.rglob("*_session.json")
    assert json.loads(session.read_text("utf-8"))["segments"][0]["file"] == path.name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["https://example.com/"], "names no live room"),
        ([ROOM, "--quality", "origen"], "did you mean origin"),
        ([ROOM, "--split", "long"], "F2_LIVE_SPLIT=long"),
        ([ROOM, "-s", "F2_LIVE_FRE=1"], "did you mean F2_LIVE_FREE"),
        ([ROOM, "-s", "F2_NOTIFY_ON=starts"], "did you mean start"),
        ([ROOM, "-s", f"F2_NOTIFY_BARK={SECRET}"], "F2_NOTIFY_BARK=…: want an address"),
        ([ROOM, "-s", "F2_COOKIES=no-such-file"], "no-such-file"),
        (["@no/such-file"], "f2scrapy.live: @no/such-file: cannot read"),
        (["@/dev/null"], "@/dev/null: it names no room"),
        (["@rooms.txt"], "@rooms.txt: cannot read"),
        (["https://example.com/", "--wait"], "names no live room"),
        ([], "the following arguments are required: room; see python -m f2scrapy.live --help"),
        ([ROOM, "--duration", "soon"], "--duration: want seconds, 0 or more, not 'soon'"),
    ],
)
def test_bad_input_is_one_line(play: Play, words: list[str], message: str) -> None:
    code, log = wait_for(start(play(), *words))
    assert (code, log.count("\n")) == (1, 1), log
    assert message in log
    assert SECRET not in log


def test_duration(play: Play) -> None:
    for seconds in ("1.5", "6", "24"):  # a slow machine needs longer to hear of the room
        code, log = wait_for(start(play(), "660000000005", "--wait", "--duration", seconds))
        if "stopped before it was fetched" not in log:
            break
    assert (code, "nothing was on air" in log) == (0, True), log


def test_a_missing_room_and_a_refusal(play: Play) -> None:
    code, log = wait_for(start(play(), "https://live.douyin.com/1"))
    assert (code, "DELETED" in log) == (3, True), log
    code, log = wait_for(start(play("captcha~enter"), ROOM))
    assert (code, "CAPTCHA" in log) == (5, True)


def test_a_brief_failure_and_a_link_without_a_room_do_not_end_the_run(play: Play) -> None:
    crawl = play("http=502:2~enter")
    process = start(crawl, f"https://live.douyin.com/{ROOM} https://x.com/y")
    crawl.wait_for_segments(1)
    process.send_signal(signal.SIGINT)
    code, log = wait_for(process)
    assert code == 1, log
    assert "asked again" in log
    assert "x.com/y: this names no" in log
    assert len(list_segments(crawl)) == 1


def test_limits_of_a_segment() -> None:
    assert parse_split("") == (0, 0)
    assert parse_split("30min") == (1800, 0)
    assert parse_split("1.5h, 500MB") == (5400, 500e6)
    with pytest.raises(InputError):
        parse_split("5 apples")


def test_a_room_is_a_target_once() -> None:
    found = parse_targets([f"看 https://live.douyin.com/{ROOM} ！", ROOM])
    assert [(one.platform, one.link.kind, one.link.id) for one in found] == [
        ("douyin", "web_rid", ROOM)
    ]


def test_clock_lines_of_a_journal() -> None:
    row = SegmentRow("a_live_1.flv", "start", "hd", 90.0, clock=[(0.0, 1_795_300_000.0)])
    first, last = build_clock_lines([row], 0.5)
    assert first == {"kind": "clock", "segment": "a_live_1", "media_ms": 0,
                     "server_time": "2026-11-21T22:26:40.500000+00:00"}  # fmt: skip
    assert (last["media_ms"], last["server_time"][11:19]) == (90_000, "22:28:10")
