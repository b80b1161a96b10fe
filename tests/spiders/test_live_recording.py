"""douyin_live with F2_MEDIA=live: recorded, archived, reported, with an honest exit code."""

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.crawling import Crawler, Run
from support.recording import ROOM, read_frames

from f2scrapy.archive.archive import Archive

Play = Callable[..., Crawler]
KEY = "douyin:live:7600000000000000010"


def held(crawl: Crawler) -> list[Path]:
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    try:
        files = archive.get_files(KEY).values()
        assert all(archive.is_on_disk(file) for file in files)
        return [crawl.root / file.path for file in files]
    finally:
        archive.close()


def recorded(crawl: Crawler, *words: str, then: str, count: int = 1, **settings: str) -> Run:
    """A crawl to which something happens once it records: a fault, or a signal."""
    command = crawl.build_command("douyin_live", *words, **settings)
    with subprocess.Popen(**command, stderr=subprocess.PIPE, text=True) as process:
        crawl.wait_for_segments(count=count)
        if then == "SIGINT":
            process.send_signal(signal.SIGINT)
        else:
            crawl.sandbox.state.switch_on(then)
        _, log = process.communicate(timeout=60)
    report = crawl.root.with_name("report.json")
    return Run(process.returncode, log, json.loads(report.read_text("utf-8")))


def test_rooms_are_recorded_side_by_side_until_they_are_over(play: Play) -> None:
    crawl = play()
    feed = f"{crawl.root}.jsonl"
    url = f"url=https://live.douyin.com/{ROOM} 660000000002 660000000005"
    run = recorded(crawl, "-a", url, "-O", feed, then="over", count=2, F2_MEDIA="live",
                   F2_COOKIE="sessionid=f2sandboxsession", F2_LIVE_DANMAKU="xml")  # fmt: skip
    assert (run.code, run.outcome, run.report["kept"], run.report["files"]) == (0, "OK", 3, 2)
    assert run.report["bytes"] == sum(
        p.stat().st_size for p in crawl.list_files() if p.suffix == ".flv"
    )
    rows = [json.loads(line) for line in Path(feed).read_text("utf-8").splitlines()]
    [files] = [row["files"] for row in rows if row["room_id"] and row["room_id"] in KEY]
    assert [crawl.root / file["path"] for file in files] == held(crawl)
    assert len(read_frames(held(crawl)[0])) > 10
    assert held(crawl)[0].parent.name == "2026-11-01 20-00-00_演示账号的直播间", "as all programs"
    journals = [*crawl.root.rglob("*_danmaku.jsonl")]
    assert len(journals) == 2, run.log
    assert all('"kind":"clock"' in path.read_text("utf-8") for path in journals)
    assert held(crawl)[0].with_suffix(".xml").read_text("utf-8").startswith("<?xml")
    again = crawl("douyin_live", "-a", f"url={ROOM}", F2_MEDIA="live")
    assert (again.code, again.report["files"]) == (0, 0)
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize("fault", ["reset~reflow", "empty~reflow", "html~reflow"])
def test_a_room_without_a_known_beginning_is_recorded(play: Play, fault: str) -> None:
    crawl = play(fault)
    run = recorded(crawl, "-a", f"url={ROOM}", then="over", F2_MEDIA="live")
    assert (run.code, run.outcome, run.report["files"]) == (0, "OK", 1), run.log
    assert held(crawl)[0].parent.name == "演示账号的直播间"


def test_a_broadcast_with_holes_is_not_complete(play: Play) -> None:
    crawl = play("stall=60000:1~stream")
    words = ("-a", f"url={ROOM}")
    run = recorded(crawl, *words, then="over", F2_MEDIA="live,desc", F2_STALL="2.5")
    assert (run.code, run.outcome) == (4, "NETWORK"), run.log
    assert "s missing" in run.report["gaps"][0]["detail"]
    assert len(held(crawl)) == 2


def test_who_stops_the_crawl_keeps_what_is_there(play: Play) -> None:
    crawl = play()
    run = recorded(crawl, "-a", f"url={ROOM}", then="SIGINT", F2_MEDIA="live")
    assert (run.code, run.outcome, run.report["files"]) == (0, "OK", 1), run.log
    assert len(read_frames(held(crawl)[0])) > 5
    assert not list(crawl.root.rglob("*.part"))
