"""Progress on a terminal and elsewhere, and the log beside it."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from support.crawling import Play
from support.works import make_crawler

from f2scrapy.crawl.extensions.progress import Progress, _build_bars
from f2scrapy.crawl.spider_loader import SpiderLoader


def test_lines_name_works_files_and_bytes(play: Play) -> None:
    run = play().run_user_post("demo", F2_PROGRESS="lines")
    assert "24/24 works, 98 files, 6." in run.log


def test_bars_leave_the_log_whole(play: Play) -> None:
    run = play(latency_ms=20).run_user_post("demo", "-L", "DEBUG", F2_PROGRESS="bars",
                                       FORCE_COLOR="1", COLUMNS="160")  # fmt: skip
    assert run.code == 0
    assert "/24 works" in run.log
    assert "OK: 24 of 24." in run.log
    crawled = [line for line in run.log.splitlines() if "DEBUG: Crawled (200)" in line]
    assert len(crawled) >= 100, "lines of the log are not lost behind the bars"


def test_on_a_narrow_terminal_the_name_gives_way() -> None:
    bars = _build_bars()
    bars.add_task("", total=24, completed=18, what="18/24 works", moved="92 files, 6.7 MB",
                  speed="992.3 kB/s", file="2026-10-09 19-47-38_" + "long" * 40)  # fmt: skip
    console = Console(width=80, file=StringIO())
    with console.capture() as capture:
        console.print(bars.get_renderable())
    [line] = capture.get().splitlines()
    assert line.startswith("18/24 works " + "━" * 12)
    assert "92 files, 6.7 MB · 992.3 kB/s 0:00:00 2026-10-09 " in line
    assert line.endswith("…")


async def test_a_closed_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron and services may start a program without it."""
    monkeypatch.setattr("sys.stderr", None)
    crawler = make_crawler(Path("x"), F2_PROGRESS="auto")
    assert Progress.from_crawler(crawler).bars is None


def test_every_spider_has_a_word_for_what_it_gives() -> None:
    loader = SpiderLoader(["spiders"])
    items = {loader.load(name).item for name in loader.list()}
    nouns = {item.__name__: item.noun for item in items}
    assert "item" not in nouns.values()
    assert (nouns["Comment"], nouns["Post"], nouns["ListedUser"]) == ("comment", "work", "user")


def test_none_is_silent(play: Play) -> None:
    run = play().run_user_post("one", F2_PROGRESS="none")
    assert run.code == 0
    assert "works" not in run.log
