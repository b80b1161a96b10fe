"""People, comments, searches and live rooms of TikTok, as a stranger asks for them."""

from importlib import import_module
from typing import Any

import pytest
from support.crawling import Crawler, Play, Run, Talk, get_ids

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.comments import count_threads
from f2scrapy.sandbox.people import get_person
from f2scrapy.sandbox.works import count_comments

FEW = {"F2_RETRIES": "2"}
CROWD = User(900, "crowd", 0, followers=130, following=45)
MEND = ("short", "repeat:1", "empty_page:2", "no_cursor:1", "cursor_number")


def people(crawl: Crawler, spider: str, *words: str, **settings: str) -> tuple[Run, list[Any]]:
    link = f"url={crawl.sandbox.get_user_url('crowd', 'tiktok')}"
    return crawl.run_with_rows(spider, "-a", link, *words, **settings)


def everybody(key: str, count: int) -> list[str]:
    return sorted(get_person(CROWD, key, position).sec_user_id for position in range(count))


def test_list_of_users_comes_whole_and_once(play: Play) -> None:
    crawl = play(*MEND, users=(CROWD,))
    run, rows = people(crawl, "tiktok_following", **FEW)
    assert (run.code, run.report["expected"]) == (0, 45), run.log
    assert get_ids(rows, "sec_user_id") == everybody("followings", 45)
    assert {row["owner_sec_user_id"] for row in rows} == {CROWD.sec_user_id}
    assert crawl.take_report()["violations"] == []


def test_update_stops_at_users_of_an_earlier_run(play: Play) -> None:
    crawl = play(users=(CROWD,))
    run, rows = people(crawl, "tiktok_follower")
    assert (run.code, get_ids(rows, "sec_user_id")) == (0, everybody("followers", 130))
    _ = crawl.take_report()
    run, rows = people(crawl, "tiktok_follower", "-a", "update=true")
    assert (run.code, len(rows), crawl.take_report()["list_requests"]) == (0, 0, 1)


def test_refusal_midway_names_where_to_go_on(play: Play) -> None:
    crawl = play("captcha@3~list", users=(CROWD,))
    run, first = people(crawl, "tiktok_follower", **FEW)
    assert (run.code, run.outcome, run.report["failed"]) == (5, "CAPTCHA", 130 - len(first))
    assert (run.report["retries"], run.log.count("; asked again in ")) == (1, 1)
    cursor = run.report["lists"][0]["cursor"]
    crawl.sandbox.state.faults.active.clear()
    _, rest = people(crawl, "tiktok_follower", "-a", f"max_cursor={cursor}")
    assert get_ids(first + rest, "sec_user_id") == everybody("followers", 130)


def test_unknown_code_beside_rows_is_named_in_the_report(play: Play) -> None:
    crawl = play("coded=203", users=(CROWD,))
    run, rows = people(crawl, "tiktok_follower")
    assert (run.code, run.outcome, len(rows)) == (0, "OK", 130)
    assert run.report["lists"][0]["remarks"] == ["statusCode 203, beside rows"]
    assert "1 list with unknown status codes beside the rows" in run.report["summary"]


def test_hidden_list_is_private_and_a_short_one_a_gap(play: Play) -> None:
    crawl = play("lossy", users=(CROWD,))
    run = crawl("tiktok_following", "-a", "url=sandbox5")
    assert (run.code, run.outcome, run.report["failed"]) == (3, "PRIVATE", 42)
    run, rows = people(crawl, "tiktok_follower", **FEW)
    assert (run.code, run.outcome, len(rows) + run.report["failed"]) == (4, "LIST_GAP", 130)


# Comments


def test_comments_with_replies_are_as_many_as_the_work_counts(talk: Talk) -> None:
    crawl, work, url = talk(*MEND)
    run, rows = crawl.run_with_rows("tiktok_comment", "-a", url, "-a", "replies=true", **FEW)
    assert (run.code, run.report["expected"]) == (0, count_comments(work)), run.log
    tops = {row["comment_id"]: row["reply_comment_total"] for row in rows if not row["reply_id"]}
    below = [row["reply_id"] for row in rows if row["reply_id"]]
    assert {cid: below.count(cid) for cid in tops} == tops
    assert len(tops) + len(below) == count_comments(work)
    assert (crawl.take_report()["violations"], crawl.list_files()) == ([], [])


def test_missing_comments_and_replies_are_missed(talk: Talk) -> None:
    crawl, work, url = talk("lossy@2", "lossy~comment/list/reply")
    run, rows = crawl.run_with_rows("tiktok_comment", "-a", url, "-a", "replies=true", **FEW)
    assert (run.code, run.outcome) == (4, "LIST_GAP")
    assert len(rows) + run.report["failed"] == count_comments(work)


def test_pictures_are_fetched_where_they_are_wanted(talk: Talk) -> None:
    crawl, work, url = talk()
    run, rows = crawl.run_with_rows("tiktok_comment", "-a", url, F2_MEDIA="image")
    assert (run.code, len(rows)) == (0, count_threads(work))
    assert run.report["files"] == sum(bool(row["images"]) for row in rows) > 0


# Searches


def test_general_search_gives_users_and_works(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_search", "-a", "keyword=demo", F2_MEDIA="desc")
    assert (run.code, run.report["expected"], len(rows)) == (0, None, 25)
    assert rows[0]["nickname"] == "演示账号"
    assert set(get_ids(rows[1:])) == set(crawl.sandbox.describe_files("demo", "tiktok"))
    assert [folder.name for folder in crawl.root.glob("tiktok/search/*")] == ["demo"]
    assert crawl.take_report()["violations"] == []


def test_search_stopped_midway_goes_on_from_its_offset(play: Play) -> None:
    crawl = play("captcha@4~list")
    words = ("-a", "keyword=clean200", "-a", "type=video")
    run, first = crawl.run_with_rows("tiktok_search", *words, F2_MEDIA="", F2_RETRIES="1")
    assert (run.code, run.outcome, len(first)) == (5, "CAPTCHA", 40)
    words += ("-a", f"offset={run.report['lists'][0]['cursor']}")
    crawl.sandbox.state.faults.active.clear()
    _, rest = crawl.run_with_rows("tiktok_search", *words, F2_MEDIA="")
    assert {*get_ids(first), *get_ids(rest)} == set(
        crawl.sandbox.describe_files("clean200", "tiktok")
    )


# Live


def test_rooms_in_every_state(play: Play) -> None:
    crawl = play("captcha:1~room")
    text = "https://vt.tiktok.com/l-demo/ https://www.tiktok.com/@sandbox7/live @sandbox1 @sandbox4"
    run, rows = crawl.run_with_rows("tiktok_live", "-a", f"url={text}")
    assert run.code == 0, run.log
    told = {row["unique_id"]: (row["room_id"], row["on_air"], len(row["streams"])) for row in rows}
    assert told == {
        "sandbox1": ("7600000000000000010", True, 14),
        "sandbox7": ("7600000000000000070", False, 0),
        "sandbox4": ("", False, 0),
    }
    assert (crawl.take_report()["violations"], crawl.list_files()) == ([], [])


def test_unknown_room_and_values_that_only_the_page_shows(play: Play) -> None:
    crawl = play("captcha~user/room")
    run = crawl("tiktok_live", "-a", "url=sandbox1", **FEW)
    assert (run.code, run.report["lists"][0]["origin"]) == (0, "page")
    crawl.sandbox.state.faults.active.clear()
    run = crawl("tiktok_live", "-a", "url=nobody.at.all")
    assert (run.code, run.outcome) == (3, "DELETED")


def test_who_is_on_air(play: Play) -> None:
    crawl = play()
    text = "sandbox1 sandbox7 sandbox4 7600000000000000020 7600000000000009990"
    run, rows = crawl.run_with_rows("tiktok_live_status", "-a", f"url={text}")
    # The two rooms are in one request.
    assert (run.code, crawl.take_report()["kinds"]["detail"]) == (0, 4)
    told = {row.get("unique_id", row["room_id"]): row["on_air"] for row in rows}
    assert told == dict(zip(text.split(), (True, False, False, True, False), strict=True))


# Columns

SHARED = {
    "posts.Post": "aweme_id desc create_time is_top nickname sec_user_id uid digg_count "
    "comment_count collect_count share_count play_count music_title",
    "users.ListedUser": "sec_user_id uid unique_id nickname signature follower_count "
    "following_count aweme_count total_favorited follow_status is_secret",
    "comments.Comment": "comment_id aweme_id comment_text create_time digg_count reply_id "
    "reply_comment_total nickname sec_user_id uid images",
    "live.LiveRoom": "room_id on_air live_status title create_time nickname streams user_count",
    "search.FoundPost": "aweme_id search_id search_keyword rank",
}
DOUYIN_PLACES = {"users.ListedUser": "follows"}  # modules of another name


@pytest.mark.parametrize("name", SHARED)
def test_feeds_of_both_platforms_have_the_same_columns(name: str) -> None:
    module, _, kind = name.partition(".")
    for platform in ("douyin", "tiktok"):
        place = DOUYIN_PLACES.get(name, module) if platform == "douyin" else module
        items = import_module(f"f2scrapy.platforms.{platform}.items.{place}")
        assert set(SHARED[name].split()) <= getattr(items, kind).model_fields.keys()
