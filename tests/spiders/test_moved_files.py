"""Files that are not on disk are fetched again, or named, unless the archive is trusted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from support.crawling import Crawler, Play

VIDEOS = {"F2_MEDIA": "video"}


def remove_videos(crawl: Crawler, count: int) -> list[Path]:
    """Remove the videos of the oldest works, which are not on the first page."""
    removed = sorted(path for path in crawl.list_files() if path.suffix == ".mp4")[:count]
    for path in removed:
        path.unlink()
    _ = crawl.take_report()
    return removed


def test_missing_files_of_all_pages_are_fetched_again(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", **VIDEOS).code == 0
    removed = remove_videos(crawl, 7)
    run = crawl.run_user_post("clean200", **VIDEOS)
    assert (run.code, run.report["files"]) == (0, 7)
    assert "files of 7 archived works are missing on disk" in run.log
    assert all(path.is_file() for path in removed)
    assert crawl.take_report()["media_requests"] == 7

    run = crawl.run_user_post("clean200", **VIDEOS)
    assert run.code == 0
    assert crawl.take_report()["list_requests"] == 1


def test_trusted_archive_is_not_compared_with_the_disk(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", **VIDEOS).code == 0
    remove_videos(crawl, 200)
    for words in ([], ["-a", "update=no"]):
        run = crawl.run_user_post("clean200", *words, **VIDEOS, F2_TRUST_ARCHIVE="yes")
        assert (run.code, run.report["files"]) == (0, 0)
    assert crawl.take_report()["media_requests"] == 0


def test_missing_file_that_the_list_does_not_offer_is_named(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("one", **VIDEOS).code == 0
    with closing(sqlite3.connect(crawl.root / "f2scrapy.db")) as db, db:
        [path] = db.execute("SELECT path FROM works").fetchone()
        gone = f"{path.rpartition('/')[0]}/gone"
        db.execute("INSERT INTO works (key, path, fold) VALUES ('douyin:post:1', ?, ?)",
                   (gone, gone.upper().casefold()))  # fmt: skip
        db.execute(
            "INSERT INTO assets SELECT id, 'video', '', '_video.mp4', 9, '[]', ''"
            " FROM works WHERE key = 'douyin:post:1'"
        )
    run = crawl.run_user_post("one", **VIDEOS)
    assert (run.code, run.outcome) == (4, "LIST_GAP")
    [gap] = run.report["gaps"]
    assert gap["key"] == "douyin:post:1"
    assert gap["detail"] == "missing on disk, and the list does not show it any more: video"
    assert crawl.run_user_post("one", **VIDEOS, F2_TRUST_ARCHIVE="yes").code == 0
    assert crawl.run_user_post("one", F2_MEDIA="desc").code == 0
