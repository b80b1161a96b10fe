"""Collections, similar works, feeds and the page around a work, as users fetch them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.crawling import Crawler, Play

from f2scrapy.command.jobs import Job, find_jobs
from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.work_lists import draw_works

ACCOUNT = {"F2_COOKIE": "sessionid=f2sandboxsession"}


def ids(crawl: Crawler, *users: str) -> set[str]:
    """All works of these users."""
    by_name = crawl.sandbox.state.catalogue.by_name
    return {
        str(build_work(by_name[name], n).aweme_id)
        for name in users
        for n in range(by_name[name].count)
    }


def work_url(crawl: Crawler, user: str, position: int) -> str:
    work = build_work(crawl.sandbox.state.catalogue.by_name[user], position)
    return f"url=https://www.douyin.com/video/{work.aweme_id}"


def mix_url(crawl: Crawler) -> str:
    mix_id = crawl.sandbox.state.catalogue.by_name["series"].mix_id
    return f"url=https://www.douyin.com/collection/{mix_id}"


def test_collection_comes_whole_by_its_link_and_by_a_work_of_it(play: Play) -> None:
    crawl = play()
    first = crawl("douyin_mix", "-a", mix_url(crawl), "-a", "page_counts=10")
    assert (first.code, first.report["summary"]) == (0, "OK: 45 of 45.")
    crawl.check_files("series")
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (5, [])
    assert (crawl.root / "douyin" / "mix" / "连载").is_dir()

    second = crawl("douyin_mix", "-a", work_url(crawl, "series", 7))
    assert (second.code, second.report["expected"], second.report["skipped"]) == (
        0, 45, {"known": 45},
    )  # fmt: skip
    asked = crawl.take_report()
    assert (asked["kinds"]["detail"], asked["media_requests"]) == (1, 0)


def test_collection_that_is_cut_short_goes_on_from_the_cursor(play: Play) -> None:
    crawl = play("captcha@2~list")
    run, _ = crawl.run_with_rows("douyin_mix", "-a", mix_url(crawl), F2_RETRIES="2", F2_MEDIA="")
    assert (run.code, run.outcome, run.report["kept"], run.report["failed"]) == (
        5,
        "CAPTCHA",
        20,
        25,
    )
    [listing] = run.report["lists"]
    crawl.sandbox.state.faults.active.clear()
    rest, _ = crawl.run_with_rows("douyin_mix", "-a", mix_url(crawl), "-a",
                            f"max_cursor={listing['cursor']}", F2_MEDIA="")  # fmt: skip
    assert (rest.code, rest.report["kept"]) == (0, 25)


def test_work_that_belongs_to_no_collection(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_mix", "-a", work_url(crawl, "demo", 0))
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    assert "belongs to no collection" in str(run.report["gaps"])


def test_similar_works_never_come_again(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows(
        "douyin_related", "-a", work_url(crawl, "demo", 0), F2_MEDIA="desc"
    )
    assert (run.code, run.report["kept"], run.report["seen"]) == (0, 50, 50)
    assert len({row["aweme_id"] for row in rows}) == 50
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (3, [])
    work = build_work(crawl.sandbox.state.catalogue.by_name["demo"], 0)
    folder = crawl.root / "douyin" / "related" / "演示账号" / str(work.aweme_id)
    assert len(list(folder.glob("*/*_desc.txt"))) == len(crawl.list_files()) == 50


def test_home_feed_goes_on_as_long_as_something_new_is_shown(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("douyin_feed", F2_MEDIA="")
    assert (run.code, len({row["aweme_id"] for row in rows})) == (0, 100)
    assert crawl.take_report()["list_requests"] == 11
    crawl.sandbox.state.switch_on("repeat")
    run, rows = crawl.run_with_rows("douyin_feed", F2_RETRIES="2", F2_MEDIA="")
    assert (run.code, run.outcome, len(rows)) == (0, "OK", 10)


def test_channel_is_found_by_its_link(play: Play) -> None:
    crawl = play()
    [job] = find_jobs(["https://www.douyin.com/channel/300205?modal_id="])
    assert isinstance(job, Job)
    run, rows = crawl.run_with_rows(job.spider, "-a", f"url={job.texts[0]}", F2_MEDIA="")
    shown = draw_works(crawl.sandbox.state, 300205, 100)
    assert (run.code, [row["aweme_id"] for row in rows]) == (0, [str(w.aweme_id) for w in shown])
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (5, [])


@pytest.mark.parametrize(
    ("spider", "users", "pages"),
    [("douyin_follow_feed", ("demo", "gap"), 3), ("douyin_friend_feed", ("pinned", "one"), 6)],
)
def test_own_feeds_come_whole(play: Play, spider: str, users: tuple[str, ...], pages: int) -> None:
    crawl = play("not_json:1~list")
    run, rows = crawl.run_with_rows(spider, **ACCOUNT, F2_MEDIA="")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert [row["aweme_id"] for row in rows] == list(dict.fromkeys(row["aweme_id"] for row in rows))
    assert {row["aweme_id"] for row in rows} == ids(crawl, *users)
    assert {(row["feed_type"], row["feed_source"]) for row in rows} == {(1, 4)}
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (pages + 1, [])


def test_a_users_link_names_the_folder_of_a_feed(play: Play) -> None:
    crawl = play()
    link = f"url={crawl.sandbox.get_user_url('empty')}"
    run = crawl("douyin_feed", "-a", link, "-a", "max_counts=5", F2_MEDIA="desc")
    assert run.code == 0
    assert [folder.name for folder in crawl.root.glob("douyin/feed/*")] == ["空空如也"]


@pytest.mark.parametrize("spider", ["douyin_follow_feed", "douyin_friend_feed"])
def test_own_feeds_ask_nothing_without_an_account(play: Play, spider: str) -> None:
    crawl = play()
    run = crawl(spider)
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")
    assert crawl.take_report()["requests"] == {}


def test_page_around_a_work(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows(
        "douyin_locate_post", "-a", work_url(crawl, "clean200", 100), F2_MEDIA=""
    )
    user = crawl.sandbox.state.catalogue.by_name["clean200"]
    assert run.code == 0
    assert [row["aweme_id"] for row in rows] == [
        str(build_work(user, n).aweme_id) for n in range(95, 105)
    ]
    assert crawl.take_report()["violations"] == []
    crawl.sandbox.state.switch_on("lossy=6")
    run, _ = crawl.run_with_rows(
        "douyin_locate_post", "-a", work_url(crawl, "clean200", 100), F2_MEDIA=""
    )
    assert (run.code, run.outcome) == (4, "LIST_GAP")


def test_tables_of_research_programs(play: Play, tmp_path: Path) -> None:
    crawl = play()
    files = [tmp_path / f"works.{form}" for form in ("parquet", "xlsx", "sqlite", "csv")]
    words = [word for file in files for word in ("-O", str(file))]
    run = crawl.run_user_post("demo", *words, F2_MEDIA="", F2_EXCEL="yes")
    assert (run.code, run.report["kept"]) == (0, 24)
    works = sorted(crawl.sandbox.describe_files("demo"))
    rows = pq.read_table(files[0]).to_pylist()
    assert sorted(row["aweme_id"] for row in rows) == works
    assert {(row["platform"], row["spider"]) for row in rows} == {("douyin", "douyin_user_post")}
    assert all(row["fetched_at"].tzinfo for row in rows)
    assert files[1].read_bytes().startswith(b"PK")
    with closing(sqlite3.connect(files[2])) as db:
        assert sorted(one for (one,) in db.execute("SELECT aweme_id FROM post")) == works
    assert files[3].read_bytes().startswith(b"\xef\xbb\xbfaweme_id,")
    assert f"'{works[0]}," in files[3].read_text("utf-8-sig")
    assert run.report["lists"][0]["new"] == 24
    assert run.report["version"]
    assert run.report["options"]["F2_EXCEL"] == "yes"
    assert "url" in run.report["arguments"]
    again = crawl.run_user_post("demo", "-o", str(files[0]), F2_MEDIA="")
    assert again.code == 1
    assert "cannot be appended to" in again.log
