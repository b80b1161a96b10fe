"""Lists of users, comments with replies and the guest's ids, as a stranger asks for them."""

from typing import Any

import pytest
from support.crawling import Crawler, Play, Run, Talk, get_ids

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.comments import count_threads
from f2scrapy.sandbox.douyin.users import build_person
from f2scrapy.sandbox.works import count_comments

CROWD = User(900, "crowd", 0, followers=130, following=45)
FEW = {"F2_RETRIES": "3"}
MEND = ("short", "cursor_text", "repeat:1", "empty_page:2", "no_rows:1", "no_cursor:1")


def people(crawl: Crawler, spider: str, *words: str, **settings: str) -> tuple[Run, list[Any]]:
    return crawl.run_with_rows(
        spider, "-a", f"url={crawl.sandbox.get_user_url('crowd')}", *words, **settings
    )


def everybody(key: str, count: int) -> list[str]:
    return sorted(build_person(CROWD, key, position)["sec_uid"] for position in range(count))


def test_list_of_users_comes_whole_and_once(play: Play) -> None:
    crawl = play(users=(CROWD,))
    run, rows = people(crawl, "douyin_following", "-a", "source_type=3")
    assert (run.code, run.report["expected"], run.report["kept"]) == (0, 45, 45)
    assert get_ids(rows, "sec_user_id") == everybody("followings", 45)
    assert {row["owner_sec_user_id"] for row in rows} == {CROWD.sec_user_id}
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 3)


@pytest.mark.parametrize(
    ("spider", "key", "count"),
    [("douyin_following", "followings", 45), ("douyin_follower", "followers", 130)],
)
def test_list_of_a_users_number_comes_whole(play: Play, spider: str, key: str, count: int) -> None:
    crawl = play(users=(CROWD,))
    run, rows = crawl.run_with_rows(spider, "-a", f"url={CROWD.uid}")
    assert (run.code, run.report["seen"]) == (0, count)
    assert get_ids(rows, "sec_user_id") == everybody(key, count)
    assert crawl.take_report()["violations"] == []


def test_update_stops_at_users_of_an_earlier_run(play: Play) -> None:
    crawl = play(users=(CROWD,))
    run, rows = people(crawl, "douyin_follower")
    assert (run.code, get_ids(rows, "sec_user_id")) == (0, everybody("followers", 130))
    _ = crawl.take_report()
    run, rows = people(crawl, "douyin_follower", "-a", "update=true")
    assert (run.code, len(rows), crawl.take_report()["list_requests"]) == (0, 0, 1)


def test_refusal_midway_names_where_to_go_on(play: Play) -> None:
    crawl = play("captcha@3~list", users=(CROWD,))
    run, first = people(crawl, "douyin_follower", **FEW)
    assert (run.code, run.outcome, run.report["failed"]) == (5, "CAPTCHA", 130 - len(first))
    [listing] = run.report["lists"]
    crawl.sandbox.state.faults.active.clear()
    _, rest = people(crawl, "douyin_follower", "-a", f"max_cursor={listing['cursor']}")
    assert sorted({*get_ids(first + rest, "sec_user_id")}) == everybody("followers", 130)


def test_hidden_list_is_private(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_following", "-a", f"url={crawl.sandbox.get_user_url('private account')}")
    assert (run.code, run.outcome, run.report["failed"]) == (3, "PRIVATE", 42)


def test_faults_on_the_way_lose_no_user(play: Play) -> None:
    run, rows = people(play(*MEND, users=(CROWD,)), "douyin_follower", **FEW)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert get_ids(rows, "sec_user_id") == everybody("followers", 130)


@pytest.mark.parametrize(
    ("fault", "outcome"), [("lossy", "LIST_GAP"), ("row_without_id:1", "SCHEMA_CHANGED")]
)
def test_lost_user_is_a_gap(play: Play, fault: str, outcome: str) -> None:
    run, rows = people(play(fault, users=(CROWD,)), "douyin_follower", **FEW)
    assert (run.code, run.outcome) == (4, outcome)
    assert len(rows) + run.report["failed"] == 130


# Comments


def test_comments_with_replies_are_as_many_as_the_work_counts(talk: Talk) -> None:
    crawl, work, url = talk()
    run, rows = crawl.run_with_rows("douyin_comment", "-a", url, "-a", "replies=true")
    assert (run.code, run.report["expected"]) == (0, count_comments(work))
    assert len({row["comment_id"] for row in rows}) == len(rows) == count_comments(work)
    tops = {row["comment_id"]: row for row in rows if not row["reply_id"]}
    below = [row["reply_id"] for row in rows if row["reply_id"]]
    assert {cid: below.count(cid) for cid in tops} == {
        cid: row["reply_comment_total"] for cid, row in tops.items()
    }
    assert crawl.take_report()["violations"] == []
    assert crawl.list_files() == []


def test_comments_alone_are_held_against_the_count_without_replies(talk: Talk) -> None:
    crawl, work, url = talk(*MEND)
    run, rows = crawl.run_with_rows("douyin_comment", "-a", url, **FEW)
    assert (run.code, run.report["expected"]) == (0, count_threads(work)), run.log
    assert len({row["comment_id"] for row in rows}) == len(rows) == count_threads(work)


def test_missing_comments_and_replies_are_missed(talk: Talk) -> None:
    crawl, work, url = talk("lossy@2", "lossy~comment/list/reply")
    run, rows = crawl.run_with_rows("douyin_comment", "-a", url, "-a", "replies=true", **FEW)
    assert (run.code, run.outcome) == (4, "LIST_GAP")
    assert len(rows) + run.report["failed"] == count_comments(work)


def test_pictures_and_stickers_are_fetched_where_they_are_wanted(talk: Talk) -> None:
    crawl, _, url = talk()
    run, rows = crawl.run_with_rows("douyin_comment", "-a", url, F2_MEDIA="image")
    pictured = [row for row in rows if row["images"] or row["sticker_url"]]
    assert (run.code, run.report["files"]) == (0, len(pictured))
    assert {path.parts[-4] for path in crawl.list_files()} == {"comment"}
    assert any("_sticker" in path.name for path in crawl.list_files())


def test_comments_of_a_work_that_is_gone(play: Play) -> None:
    crawl = play()
    gone = [i for i, w in crawl.sandbox.describe_files("mixed").items() if w["recipe"] == "deleted"]
    run = crawl("douyin_comment", "-a", f"url={gone[0]}")
    assert (run.code, run.outcome) == (3, "DELETED")


def test_the_guest_learns_its_ids(play: Play) -> None:
    run, [guest] = play().run_with_rows("douyin_query_user")
    assert (run.code, run.report["kept"]) == (0, 1)
    assert guest["user_unique_id"].isdigit()
