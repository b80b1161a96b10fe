"""Liked works, own collections, folders and music, as a stranger runs it."""

import subprocess
import time

import pytest
from support.crawling import Crawler, Play, Run

from f2scrapy.platforms.douyin.lyrics import json_to_lrc
from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import Sizes
from f2scrapy.sandbox.douyin import favorites as account

WORKS = sum(folder.count for folder in account.FOLDERS)
TWICE = 3  # of them, works that are in two folders


@pytest.fixture
def logged_in(play: Play) -> Play:
    def start(*faults: str, **options: object) -> Crawler:
        crawl = play(*faults, sizes=Sizes((9000, 9999), (900, 999), (900, 999)), **options)
        crawl.settings = {"F2_COOKIE": "sessionid=f2sandboxsession", "F2_MEDIA": ""}
        return crawl

    return start


def liked(crawl: Crawler, user: str, *words: str, **settings: str) -> Run:
    return crawl("douyin_user_like", "-a", f"url={crawl.sandbox.get_user_url(user)}", *words,
                 **settings)  # fmt: skip


def test_liked_works_come_whole_and_once_into_the_folder_of_who_likes_them(play: Play) -> None:
    crawl = play("renamed=点赞的人")
    link = f"url={crawl.sandbox.get_user_url('demo')}"
    first, rows = crawl.run_with_rows("douyin_user_like", "-a", link, F2_MEDIA="cover")
    assert (first.code, first.report["summary"], len(rows)) == (0, "OK: 45 of 45.", 45)
    found = [row["aweme_id"] for row in rows]
    world = crawl.sandbox.state
    assert set(found) == {str(work_lists.get_work(n + 7, world).aweme_id) for n in range(45)}
    assert [path.name for path in crawl.root.glob("douyin/like/*")] == ["点赞的人"]
    assert len([path for path in crawl.list_files() if path.stem.endswith("_cover")]) == 45
    assert crawl.take_report()["violations"] == []
    second = liked(crawl, "demo", F2_MEDIA="cover")
    assert (second.code, crawl.take_report()["list_requests"]) == (0, 1)


def test_likes_that_are_not_shown_are_private_not_none(play: Play) -> None:
    run = liked(play(), "gap", F2_MEDIA="")
    assert (run.code, run.outcome, run.report["explained"]) == (3, "PRIVATE", 12)


def test_liked_works_that_are_missing_are_a_gap(play: Play) -> None:
    run = liked(play("lossy@2:1"), "demo", F2_MEDIA="")
    assert (run.code, run.outcome, run.report["failed"]) == (4, "LIST_GAP", 3)


def test_own_lists_are_not_asked_for_without_an_account(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_user_collection")
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")
    assert "F2_COOKIES" in run.report["advice"]
    assert crawl.take_report()["requests"] == {}


def test_a_login_that_lapsed_is_not_an_empty_list(logged_in: Play) -> None:
    run = logged_in()("douyin_user_music_collection", F2_COOKIE="sessionid=old")
    assert (run.code, run.outcome) == (5, "COOKIE_EXPIRED")


def test_collection_is_whole_and_the_second_run_cheap(logged_in: Play) -> None:
    crawl = logged_in()
    first, rows = crawl.run_with_rows("douyin_user_collection", F2_MEDIA="cover")
    assert (first.code, first.report["kept"]) == (0, work_lists.COLLECTED)
    found = [row["aweme_id"] for row in rows]
    assert len(found) == work_lists.COLLECTED
    world = crawl.sandbox.state
    assert set(found) == {
        str(work_lists.get_work(n, world).aweme_id) for n in range(work_lists.COLLECTED)
    }
    assert [path.name for path in crawl.root.glob("douyin/collection/*")] == ["self"]
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 8)
    second = crawl("douyin_user_collection", F2_MEDIA="cover")
    assert (second.code, second.report["kept"]) == (0, 0)
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["media_requests"]) == (1, 0)


def test_refusal_midway_keeps_what_came_and_the_rest_comes_later(logged_in: Play) -> None:
    crawl = logged_in("captcha@3~listcollection")
    run = crawl("douyin_user_collection", F2_MEDIA="cover", F2_RETRIES="1")
    assert (run.code, run.outcome, run.report["kept"]) == (5, "CAPTCHA", 40)
    crawl.sandbox.state.faults.active.clear()
    rest = crawl("douyin_user_collection", F2_MEDIA="cover")
    assert (rest.code, rest.report["kept"]) == (0, work_lists.COLLECTED - 40)


def test_a_link_names_the_folder_of_an_own_list(logged_in: Play) -> None:
    crawl = logged_in()
    link = crawl.sandbox.get_user_url("demo")
    run = crawl("douyin_user_collection", "-a", f"url={link}", "-a", "max_counts=3",
                F2_MEDIA="cover")  # fmt: skip
    assert (run.code, run.report["kept"]) == (0, 3)
    assert [path.name for path in crawl.root.glob("douyin/collection/*")] == ["演示账号"]


def test_folders_are_all_there(logged_in: Play) -> None:
    crawl = logged_in()
    run, found = crawl.run_with_rows("douyin_user_collects")
    assert (run.code, run.report["expected"]) == (0, len(account.FOLDERS))
    assert [row["collects_name"] for row in found] == [f.name for f in account.FOLDERS]
    assert crawl.list_files() == []


def test_works_of_all_folders(logged_in: Play) -> None:
    crawl = logged_in()
    first = crawl("douyin_user_collects_video", F2_MEDIA="cover")
    assert (first.code, first.outcome) == (0, "OK")
    assert (first.report["kept"], first.report["skipped"]) == (WORKS - TWICE, {"repeated": TWICE})
    names = {path.name for path in crawl.root.glob("douyin/collects/self/*")}
    assert names >= {"旅行", "做饭_菜谱", "收藏夹22"}
    assert len(names) == len({folder.name for folder in account.FOLDERS if folder.count})
    assert crawl.take_report()["violations"] == []
    second = crawl("douyin_user_collects_video", F2_MEDIA="cover")
    assert (second.code, second.report["kept"], crawl.take_report()["media_requests"]) == (0, 0, 0)


def test_works_of_folders_by_name_and_id(logged_in: Play) -> None:
    crawl = logged_in()
    words = f"collects=做饭/菜谱, {account.FOLDERS[7].id},没有的"
    run = crawl("douyin_user_collects_video", "-a", words)
    assert (run.code, run.outcome, run.report["kept"]) == (1, "BAD_INPUT", 8)
    [gap] = run.report["gaps"]
    assert gap["key"] == "没有的"
    assert "做饭/菜谱, 收藏夹10" in gap["detail"]


def test_folder_whose_works_are_missing_is_a_gap(logged_in: Play) -> None:
    crawl = logged_in("lossy:1~collects/video")
    run = crawl("douyin_user_collects_video", "-a", f"collects={account.FOLDERS[1].id}")
    assert (run.code, run.outcome, run.report["failed"]) == (4, "LIST_GAP", 3)


def test_music_with_cover_and_lyrics(logged_in: Play) -> None:
    crawl = logged_in()
    kinds = "music,cover,lyric"
    first = crawl("douyin_user_music_collection", F2_MEDIA=kinds)
    with_lyrics = [n for n in range(account.SONGS) if account.has_lyrics(n)]
    assert (first.code, first.report["kept"]) == (0, account.SONGS)
    assert first.report["files"] == 2 * account.SONGS
    assert len(crawl.list_files()) == 2 * account.SONGS + len(with_lyrics)
    place = crawl.root / "douyin/music/self/第3首歌/第3首歌"
    sound = account.build_song_asset(3, "mp3", crawl.sandbox.state)
    assert place.with_name("第3首歌_music.mp3").read_bytes() == sound.read()
    written = place.with_name("第3首歌_lyric.lrc").read_text("utf-8")
    assert written == json_to_lrc(account.build_lyrics(3))
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 3)
    second = crawl("douyin_user_music_collection", F2_MEDIA=kinds)
    assert (second.code, crawl.take_report()["media_requests"]) == (0, 0)


def test_bad_lyrics_are_said_and_the_music_is_there(logged_in: Play) -> None:
    crawl = logged_in("html~lyric")
    run = crawl("douyin_user_music_collection", "-a", "max_counts=3", F2_MEDIA="music,lyric")
    assert (run.code, run.outcome) == (4, "MEDIA_BROKEN")
    assert "lyrics" in run.report["gaps"][0]["detail"]
    assert sorted({path.suffix for path in crawl.list_files()}) == [".mp3"]
    assert len(crawl.list_files()) == 3


def test_work_of_two_lists_is_linked_and_not_downloaded_twice(logged_in: Play) -> None:
    crawl = logged_in()
    words = ("douyin_user_collects_video", "-a", f"collects={account.FOLDERS[0].id}")
    first = crawl(*words, F2_MEDIA="cover,desc")
    assert (first.code, first.report["kept"]) == (0, account.FOLDERS[0].count)
    _ = crawl.take_report()
    short = ("douyin_user_collection", "-a", "max_counts=60")
    run = crawl(*short, F2_MEDIA="cover,desc", F2_LINK="yes")
    assert (run.code, run.report["kept"], crawl.take_report()["media_requests"]) == (0, 10, 10)
    linked = sorted((crawl.root / "douyin/collection/self").rglob("*_cover.*"))
    assert len(linked) == 60, "a folder's 50 works are the first of the collection"
    assert sum(path.stat().st_nlink == 2 for path in linked) == 50
    again = crawl(*short, F2_MEDIA="cover,desc", F2_LINK="yes")
    assert (again.code, again.report["kept"]) == (0, 0)
    assert sorted((crawl.root / "douyin/collection/self").rglob("*_cover.*")) == linked


def test_run_after_a_killed_one_makes_its_links(logged_in: Play) -> None:
    crawl = logged_in(latency_ms=2)
    crawl("douyin_user_collects_video", "-a", f"collects={account.FOLDERS[0].id}", F2_MEDIA="cover")
    _ = crawl.take_report()
    words = ("douyin_user_collection",)
    command = crawl.build_command(*words, F2_MEDIA="cover", F2_LINK="yes")
    with subprocess.Popen(**command, stderr=subprocess.DEVNULL) as process:
        while crawl.sandbox.state.report.kinds["media"] < 20:
            assert process.poll() is None
            time.sleep(0.001)
        process.kill()
    assert crawl(*words, F2_MEDIA="cover", F2_LINK="yes").code == 0
    found = [*(crawl.root / "douyin/collection/self").rglob("*_cover.*")]
    assert (len(found), sum(path.stat().st_nlink == 2 for path in found)) == (
        work_lists.COLLECTED,
        50,
    )
