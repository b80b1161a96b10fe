"""Works of sounds, hashtags and short dramas of Douyin, and more lists of the account."""

from collections.abc import Callable

import pytest
from support.crawling import Crawler, Play, get_ids

from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import Work, build_work, make_hashtag_id
from f2scrapy.sandbox.douyin import favorites as account
from f2scrapy.sandbox.douyin.topics import DRAMAS, list_episodes

ACCOUNT = {"F2_COOKIE": "sessionid=f2sandboxsession"}
NEWEST = "the newest work of demo"


def find_newest(crawl: Crawler) -> int:
    return build_work(crawl.sandbox.state.catalogue.by_name["demo"], 0).aweme_id


def list_with_sound(crawl: Crawler) -> list[Work]:
    return work_lists.list_with_sound(crawl.sandbox.state, find_newest(crawl))


def list_tagged(crawl: Crawler) -> list[Work]:
    return work_lists.list_tagged(crawl.sandbox.state, "萌宠")


def list_drama(crawl: Crawler) -> list[Work]:
    return list_episodes(DRAMAS[0], crawl.sandbox.state)


def list_watched(crawl: Crawler) -> list[Work]:
    numbers = range(account.WATCHED_FROM, account.WATCHED_FROM + account.WATCHED)
    return [work_lists.get_work(number, crawl.sandbox.state) for number in numbers]


def list_kept(crawl: Crawler) -> list[Work]:
    numbers = range(account.KEPT_FROM, account.KEPT_FROM + account.KEPT)
    return [work_lists.get_work(number, crawl.sandbox.state) for number in numbers]


@pytest.mark.parametrize(
    ("spider", "link", "list_works", "folder"),
    [
        ("douyin_music", f"music/{NEWEST}", list_with_sound, "sound/@演示账号创作的原声"),
        ("douyin_hashtag", f"hashtag/{make_hashtag_id('萌宠')}", list_tagged, "hashtag/萌宠"),
        ("douyin_series", f"series/{DRAMAS[0].id}", list_drama, "series/山里的云"),
        ("douyin_history", "", list_watched, "history/self"),
        ("douyin_watch_later", "", list_kept, "watch_later/self"),
    ],
)
def test_list_of_works_is_whole_and_has_its_folder(
    play: Play, spider: str, link: str, list_works: Callable[[Crawler], list[Work]], folder: str
) -> None:
    crawl = play()
    url = f"url=https://www.douyin.com/{link.replace(NEWEST, str(find_newest(crawl)))}"
    words = ("-a", url) if link else ()
    run, rows = crawl.run_with_rows(spider, *words, F2_MEDIA="desc", **({} if link else ACCOUNT))
    assert (run.code, run.outcome) == (0, "OK"), run.log
    works = list_works(crawl)
    assert get_ids(rows) == sorted({str(work.aweme_id) for work in works})
    assert len(works) > 20, "it has several pages"
    found = [str(path.relative_to(crawl.root)) for path in crawl.root.glob("douyin/*/*")]
    assert found == [f"douyin/{folder}"]
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], -(-len(works) // 20))


@pytest.mark.parametrize("spider", ["douyin_history", "douyin_watch_later"])
def test_own_list_is_not_asked_for_without_an_account(play: Play, spider: str) -> None:
    crawl = play()
    run = crawl(spider)
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")
    assert crawl.take_report()["requests"] == {}


def test_works_of_collected_mixes_and_short_dramas(play: Play) -> None:
    crawl = play()
    user = crawl.sandbox.state.catalogue.by_name["series"]
    run, rows = crawl.run_with_rows("douyin_user_mix_collection", F2_MEDIA="desc", **ACCOUNT)
    assert (run.code, run.report["expected"]) == (0, user.count), run.log
    assert get_ids(rows) == sorted(str(build_work(user, n).aweme_id) for n in range(user.count))
    words = ("-a", f"series={DRAMAS[1].name}")
    run, rows = crawl.run_with_rows("douyin_user_series_collection", *words, F2_MEDIA="desc",
                                    **ACCOUNT)  # fmt: skip
    assert (run.code, run.report["expected"]) == (0, DRAMAS[1].count), run.log
    works = list_episodes(DRAMAS[1], crawl.sandbox.state)
    assert get_ids(rows) == sorted(str(work.aweme_id) for work in works)
    folders = {str(path.relative_to(crawl.root)) for path in crawl.root.glob("douyin/*/self/*")}
    assert folders == {"douyin/mix_collection/self/连载合集", "douyin/series_collection/self/回家"}
    assert crawl.take_report()["violations"] == []


def test_episodes_that_are_missing_are_a_gap(play: Play) -> None:
    crawl = play("lossy:1~series/aweme")
    url = f"url=https://www.douyin.com/series?series_id={DRAMAS[1].id}"
    run = crawl("douyin_series", "-a", url, F2_MEDIA="", F2_RETRIES="1")
    assert (run.code, run.outcome, run.report["failed"]) == (4, "LIST_GAP", 3), run.log
