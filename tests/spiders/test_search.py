"""Searches, as people run them."""

import pytest
from support.crawling import Play

from f2scrapy.sandbox.douyin.search import RISING, TOPICS


def test_every_result_once_over_short_empty_and_repeated_pages(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("douyin_search", "-a", "keyword=clean200", "-a", "type=video",
                             "-a", "page_counts=10", F2_MEDIA="")  # fmt: skip
    assert (run.code, run.report["kept"]) == (0, 200)
    assert {row["aweme_id"] for row in rows} == set(crawl.sandbox.describe_files("clean200"))
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (22, [])


def test_general_search_gives_users_works_and_words(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("douyin_search", "-a", "keyword=demo", F2_MEDIA="video,image")
    assert (run.code, run.report["kept"]) == (0, 27)
    assert rows[0]["nickname"] == "演示账号"
    works = [row["aweme_id"] for row in rows if row.get("aweme_id")]
    assert sorted(works) == sorted(crawl.sandbox.describe_files("demo"))
    assert sum(bool(row.get("words")) for row in rows) == 2
    assert [folder.name for folder in (crawl.root / "douyin/search").iterdir()] == ["demo"]
    assert crawl.check_files("demo", kinds="vi") == run.report["files"]
    assert crawl.take_report()["violations"] == []
    again, _ = crawl.run_with_rows("douyin_search", "-a", "keyword=demo", F2_MEDIA="video,image")
    assert (again.code, crawl.take_report()["media_requests"]) == (0, 0)


@pytest.mark.parametrize(("kind", "step"), [("user", 1), ("live", 2)])
def test_users_and_rooms(play: Play, kind: str, step: int) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows(
        "douyin_search", "-a", "keyword=e", "-a", f"type={kind}", F2_MEDIA=""
    )
    users = [user for user in crawl.sandbox.state.catalogue.users if "e" in user.name]
    expected = [user.sec_user_id for user in users if not (user.secret or user.banned)][::step]
    assert run.code == 0
    assert [row["sec_user_id"] for row in rows] == expected


def test_search_within_a_users_works(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("douyin_user_search", "-a", "keyword=猫", "-a", "sort=newest",
                             "-a", f"url={crawl.sandbox.get_user_url('clean200')}",
                             F2_MEDIA="")  # fmt: skip
    assert run.code == 0
    assert len({row["aweme_id"] for row in rows}) == len(rows) > 20
    assert {"猫" in row["desc"] for row in rows} == {True}
    assert {row["owner_nickname"] for row in rows} == {"干净的两百"}
    assert [row["create_time"] for row in rows] == sorted(
        (row["create_time"] for row in rows), reverse=True
    )


def test_words_to_search_for(play: Play) -> None:
    run, rows = play().run_with_rows("douyin_suggest_word", "-a", "keyword=猫", F2_MEDIA="")
    assert run.code == 0
    assert [row["suggest_word"] for row in rows] == [f"猫{n}" for n in range(10)]


def test_words_that_tiktok_suggests(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_suggest_word", "-a", "keyword=funny", F2_MEDIA="")
    assert run.code == 0, run.log
    found = [(row["suggest_word"], row["suggest_word_id"], row["position"]) for row in rows]
    assert found == [("funny cat", "100", 0), ("funny dog", "101", 1), ("funny moon", "102", 2)]
    assert crawl.take_report()["violations"] == []


def test_each_topic_is_one_row(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("douyin_hot_search")
    assert (run.code, run.report["kept"]) == (0, 1 + TOPICS + RISING - 1)
    assert [row["position"] for row in rows] == [*range(TOPICS + 1), *[None] * (RISING - 1)]
    assert len({row["sentence_id"] for row in rows}) == len(rows)
    assert {(row["source"], row["owner_nickname"]) for row in rows} == {
        ("douyin:hot_search:board", "")
    }
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (1, [])
    _, again = crawl.run_with_rows("douyin_hot_search")
    assert [row | {"fetched_at": ""} for row in again] == [row | {"fetched_at": ""} for row in rows]


def test_refusal_midway_names_where_to_go_on(play: Play) -> None:
    crawl = play("captcha@2~list")
    words = ("-a", "keyword=clean200", "-a", "type=video")
    run, rows = crawl.run_with_rows("douyin_search", *words, F2_RETRIES="1", F2_MEDIA="")
    assert (run.code, run.outcome, len(rows)) == (5, "CAPTCHA", 15)
    [listing] = run.report["lists"]
    crawl.sandbox.state.faults.active.clear()
    rest, more = crawl.run_with_rows(
        "douyin_search", *words, "-a", f"offset={listing['cursor']}", F2_MEDIA=""
    )
    assert rest.code == 0
    seen = {row["aweme_id"] for row in rows} | {row["aweme_id"] for row in more}
    assert seen == set(crawl.sandbox.describe_files("clean200"))


def test_filter_a_tab_does_not_have_is_bad_input(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_search", "-a", "keyword=e", "-a", "type=user", "-a", "sort=likes")
    assert (run.code, crawl.take_report()["requests"]) == (1, {})
    assert "only for -a type=general or video" in run.log


VIDEOS = ("-a", "keyword=pinned", "-a", "type=video")


def test_slips_of_the_platform_lose_nothing(play: Play) -> None:
    crawl = play("empty_page:2", "repeat:1", "no_has_more:1", "cursor_text", "captcha:1")
    run, rows = crawl.run_with_rows("douyin_search", *VIDEOS, F2_MEDIA="")
    assert (run.code, len(rows)) == (0, 45)


@pytest.mark.parametrize(
    ("fault", "outcome"), [("stuck_cursor@2", "LIST_GAP"), ("row_without_id:1", "SCHEMA_CHANGED")]
)
def test_losses_are_reported(play: Play, fault: str, outcome: str) -> None:
    run, _ = play(fault).run_with_rows("douyin_search", *VIDEOS, F2_MEDIA="")
    assert (run.code, run.outcome) == (4, outcome)
