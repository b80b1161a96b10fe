"""Progress on a terminal and elsewhere, and the log beside it."""

from crawling import Play


def test_lines_name_works_files_and_bytes(play: Play) -> None:
    run = play().posts("demo", F2_PROGRESS="lines")
    assert "24/24 works, 98 files, 6." in run.log


def test_bars_leave_the_log_whole(play: Play) -> None:
    run = play(latency_ms=20).posts("demo", "-L", "DEBUG", F2_PROGRESS="bars",
                                       FORCE_COLOR="1", COLUMNS="160")  # fmt: skip
    assert run.code == 0
    assert "/24 works" in run.log
    assert "OK: 24 of 24." in run.log
    crawled = [line for line in run.log.splitlines() if "DEBUG: Crawled (200)" in line]
    assert len(crawled) >= 100, "lines of the log are not lost behind the bars"


def test_none_is_silent(play: Play) -> None:
    run = play().posts("one", F2_PROGRESS="none")
    assert run.code == 0
    assert "works" not in run.log
