"""The live runner as people start it: rooms, waiting, lists, signals; and what is told of them."""

import json
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
from support.recording import ROOM, shown

from f2scrapy.archive.archive import Archive
from f2scrapy.errors import InputError
from f2scrapy.live.danmaku import marks
from f2scrapy.live.record import Row
from f2scrapy.live.recording_options import split
from f2scrapy.rooms import targets

Play = Callable[..., Crawler]


def started(crawl: Crawler, *words: str, **options: str) -> subprocess.Popen[str]:
    command = crawl.command("x", **options)
    return subprocess.Popen(
        [sys.executable, "-m", "f2scrapy.live", *words], env=command["env"], cwd=PROJECT,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    try:
        _, log = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, log


def segments(crawl: Crawler) -> list[Path]:
    return [path for path in crawl.files() if not path.suffix.startswith(".json")]


def said(crawl: Crawler) -> list[dict[str, Any]]:
    """What was said beside the recording."""
    [path] = crawl.root.rglob("*_danmaku.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def journal(crawl: Crawler) -> list[str]:
    """The kinds of it, in its order."""
    return [line["kind"] for line in said(crawl)]


def timed(crawl: Crawler) -> set[str]:
    """The segments that messages can be fit to."""
    return {line["segment"] for line in said(crawl) if line["kind"] == "clock"}


def test_two_rooms_to_their_end_and_somebody_is_told(play: Play) -> None:
    crawl = play()
    with start_listener() as (url, told):
        process = started(
            crawl, f"https://live.douyin.com/{ROOM}", "660000000002", "660000000005",
            F2_COOKIE="sessionid=f2sandboxsession",
            F2_NOTIFY_WEBHOOK=f"{url}/{SECRET}", F2_NOTIFY_BARK=f"{url}/push/{SECRET}",
        )  # fmt: skip
        crawl.recording(count=2)
        crawl.sandbox.state.switch_on("over")
        code, log = ended(process)
    assert code == 0, log
    assert "not on air" in log
    assert len(segments(crawl)) == 2
    assert all(shown(path) for path in segments(crawl))
    events = [body["event"] for path, body in told if "push" not in path]
    assert sorted(events) == ["end", "end", "start", "start"]
    ends = [body for _, body in told if body.get("event") == "end"]
    assert {(body["outcome"], body["exit_code"]) for body in ends} == {("OK", 0)}
    assert {body["title"] for path, body in told if "push" in path} > {"演示账号"}
    assert SECRET not in log
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    [file] = archive.held("douyin:live:7600000000000000010").values()
    assert archive.on_disk(file)
    assert file.rendition == "origin-h264-flv-main"
    archive.close()
    assert crawl.asked["violations"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_who_is_stopped_leaves_what_plays(play: Play, number: int) -> None:
    crawl = play()
    process = started(crawl, ROOM, "--danmaku")
    part = crawl.recording()
    process.send_signal(number)
    code, log = ended(process)
    if number == signal.SIGINT:
        assert code == 0, log
        assert "stopped" in log
        assert not list(crawl.root.rglob("*.part*"))
    else:
        assert len(shown(part[0])) > 10
        sleep(2)
        process = started(crawl, ROOM, "--danmaku")
        while not segments(crawl):  # the next run finishes it
            assert process.poll() is None
            sleep(0.05)
        crawl.recording()
        process.send_signal(signal.SIGINT)
        code, log = ended(process)
        assert (code, "NETWORK" in log) == (4, True), "seconds are missing"
        assert len(segments(crawl)) == 2
        kinds = journal(crawl)
        assert kinds.index("gap") == kinds.index("opened", 1) + 1, "nobody listened in between"
        gap = said(crawl)[kinds.index("gap")]
        began, end = (datetime.fromisoformat(gap[name]) for name in ("began", "ended"))
        assert (end - began).total_seconds() > 2
        assert timed(crawl) == {path.stem for path in segments(crawl)}
    assert all(len(shown(path)) > 10 for path in segments(crawl))
    assert journal(crawl).count("chat") > 2


@pytest.mark.skipif(sys.platform != "linux", reason="sizes of files are limited otherwise")
def test_a_disk_that_takes_no_more_keeps_what_is_whole(play: Play) -> None:
    crawl = play()
    process = started(crawl, ROOM)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (150_000, 150_000))
    code, log = ended(process)
    assert (code, "DISK" in log) == (4, True), log
    [path] = segments(crawl)
    assert 100_000 < path.stat().st_size <= 150_000
    assert len(shown(path)) > 10
    assert not list(crawl.root.rglob("*.part*"))


def test_a_room_named_twice_is_recorded_once(play: Play) -> None:
    crawl = play()
    process = started(crawl, ROOM, "7600000000000000010")
    crawl.recording()
    process.send_signal(signal.SIGINT)
    code, log = ended(process)
    assert (code, "named twice" in log) == (0, True), log
    assert len(segments(crawl)) == 1


def test_what_another_process_records_is_left_to_it(play: Play) -> None:
    crawl = play()
    first = started(crawl, ROOM)
    crawl.recording()
    with start_listener() as (url, told):
        second = started(crawl, ROOM, F2_NOTIFY_WEBHOOK=f"{url}/x")
        code, log = ended(second)
    assert (code, "another process is" in log, told) == (0, True, []), log
    assert "killed" not in log
    first.send_signal(signal.SIGINT)
    code, log = ended(first)
    assert (code, len(segments(crawl))) == (0, 1), log


@pytest.mark.parametrize("crawled", [False, True])
def test_what_a_killed_run_left_is_finished_though_the_room_is_over(
    play: Play, crawled: bool
) -> None:
    crawl = play()
    process = started(crawl, ROOM, "--danmaku")
    [part] = crawl.recording()
    process.kill()
    ended(process)
    crawl.sandbox.state.switch_on("over")
    if crawled:
        run = crawl("douyin_live", "-a", "url=660000000005", F2_MEDIA="live")
        code, log = run.code, run.log
    else:
        for path in crawl.root.glob("f2scrapy.db*"):
            path.unlink()  # another archive takes up what is there
        code, log = ended(started(crawl, "660000000005"))
    assert (code, "what a killed run left is finished" in log) == (0, True), log
    [segment] = segments(crawl)
    assert (segment.name, len(shown(segment)) > 10) == (part.stem, True)
    assert timed(crawl) == {segment.stem}
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    [file] = archive.held("douyin:live:7600000000000000010").values()
    assert archive.on_disk(file)
    archive.close()


def test_who_is_stopped_waits_for_no_room_that_stands_in_line(play: Play) -> None:
    crawl = play()
    process = started(crawl, ROOM, "660000000002", "660000000005", F2_PACE="200")
    crawl.recording()
    process.send_signal(signal.SIGINT)
    code, log = ended(process)
    assert (code, len(segments(crawl))) == (4, 1), log
    assert log.count("INTERRUPTED") == 2, "nobody knows what is in the rooms nobody asked for"


def test_a_list_that_grows_and_a_room_that_comes_on_air(play: Play, tmp_path: Path) -> None:
    crawl = play()
    rooms = tmp_path / "rooms.txt"
    rooms.write_text("# mine\n660000000005\nhttps://example.com/\n")  # never on air; no room
    process = started(crawl, f"@{rooms}", "--wait", F2_LIVE_POLL="0.3")
    while not (crawl.root / "f2scrapy.db").exists():  # the list was read by then
        assert process.poll() is None
        sleep(0.05)
    rooms.write_text(f"660000000005\nhttps://example.com/\nhttps://live.douyin.com/{ROOM}\n")
    crawl.recording()
    sleep(1)  # a poll or two
    process.send_signal(signal.SIGTERM)
    code, log = ended(process)
    assert (code, log.count("names no live room")) == (0, 1), log
    assert log.count("waiting for") == 1, "not each time it is looked at"
    assert len(segments(crawl)) == 1


def test_mp4_where_that_is_wished(play: Play) -> None:
    crawl = play()
    process = started(crawl, ROOM, F2_LIVE_REMUX="1")
    crawl.recording()
    crawl.sandbox.state.switch_on("over")
    code, log = ended(process)
    assert code == 0, log
    [path] = segments(crawl)
    assert path.suffix == ".mp4"
    assert len(shown(path)) > 5
    [session] = crawl.root.rglob("*_session.json")
    assert json.loads(session.read_text("utf-8"))["segments"][0]["file"] == path.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["https://example.com/"], "names no live room"),
        ([ROOM, "--quality", "origen"], "did you mean origin"),
        ([ROOM, "--split", "long"], "F2_LIVE_SPLIT=long"),
        ([ROOM, "-s", "F2_LIVE_FRE=1"], "did you mean F2_LIVE_FREE"),
        ([ROOM, "-s", "F2_NOTIFY_ON=starts"], "did you mean start"),
        ([ROOM, "-s", f"F2_NOTIFY_BARK={SECRET}"], "F2_NOTIFY_BARK: want an address"),
        ([ROOM, "-s", "F2_COOKIES=no-such-file"], "no-such-file"),
        (["@no/such-file"], "f2scrapy.live: @no/such-file: cannot read"),
        (["@/dev/null"], "@/dev/null: there is no room in it"),
        (["@rooms.txt"], "@rooms.txt: cannot read"),
        (["https://example.com/", "--wait"], "names no live room"),
        ([], "the following arguments are required: room; see python -m f2scrapy.live --help"),
        ([ROOM, "--duration", "soon"], "--duration: want seconds, 0 or more, not 'soon'"),
    ],
)
def test_bad_input_is_one_line(play: Play, words: list[str], said: str) -> None:
    code, log = ended(started(play(), *words))
    assert (code, log.count("\n")) == (1, 1), log
    assert said in log
    assert SECRET not in log


def test_a_time_of_its_own(play: Play) -> None:
    code, log = ended(started(play(), "660000000005", "--wait", "--duration", "1.5"))
    assert (code, "nothing was on air" in log) == (0, True), log


def test_a_room_there_is_not_and_a_refusal(play: Play) -> None:
    code, log = ended(started(play(), "https://live.douyin.com/1"))
    assert (code, "DELETED" in log) == (3, True), log
    code, log = ended(started(play("captcha~enter"), ROOM))
    assert (code, "CAPTCHA" in log) == (5, True)


def test_trouble_that_passes_and_an_address_of_no_room_end_nothing(play: Play) -> None:
    crawl = play("http=502:2~enter")
    process = started(crawl, f"https://live.douyin.com/{ROOM} https://x.com/y")
    crawl.recording(1)
    process.send_signal(signal.SIGINT)
    code, log = ended(process)
    assert code == 1, log
    assert "asked again" in log
    assert "x.com/y: this names no" in log
    assert len(segments(crawl)) == 1


def test_limits_of_a_segment() -> None:
    assert split("") == (0, 0)
    assert split("30min") == (1800, 0)
    assert split("1.5h, 500MB") == (5400, 500e6)
    with pytest.raises(InputError):
        split("5 apples")


def test_targets_are_named_once() -> None:
    found = targets([f"看 https://live.douyin.com/{ROOM} ！", ROOM])
    assert [(one.platform, one.link.kind, one.link.id) for one in found] == [
        ("douyin", "web_rid", ROOM)
    ]


def test_the_clock_as_lines_of_a_journal() -> None:
    row = Row("a_live_1.flv", "start", "hd", 90.0, clock=[(0.0, 1_795_300_000.0)])
    first, last = marks([row], 0.5)
    assert first == {"kind": "clock", "segment": "a_live_1", "media_ms": 0,
                     "server_time": "2026-11-21T22:26:40.500000+00:00"}  # fmt: skip
    assert (last["media_ms"], last["server_time"][11:19]) == (90_000, "22:28:10")
