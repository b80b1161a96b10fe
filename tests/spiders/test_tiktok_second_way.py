"""Lists of TikTok that creator/item_list shows, because the first interface refuses or is empty."""

from typing import Any

import pytest
from support.crawling import Crawler, Play, Run, get_ids

from f2scrapy.sandbox.catalogue import User, build_work

FEW = {"F2_RETRIES": "1", "F2_MEDIA": ""}
SPARSE = User(901, "sparse", 40, pairs=True)
LIST = "post/item_list"


def read_posts(crawl: Crawler, name: str = "sparse", *words: str) -> tuple[Run, list[Any]]:
    link = f"url={crawl.sandbox.get_user_url(name, 'tiktok')}"
    return crawl.run_with_rows("tiktok_user_post", "-a", link, *words, **FEW)


def list_ids(count: int = SPARSE.count) -> list[str]:
    return sorted(str(build_work(SPARSE, place).aweme_id) for place in range(count))


@pytest.mark.parametrize(
    "faults",
    [
        (f"empty~{LIST}",),
        (f"captcha~{LIST}",),
        (f"status=10201~{LIST}",),
        (f"no_rows~{LIST}", f"early_end~{LIST}"),
        (f"empty~{LIST}", "weekly"),
    ],
)
def test_list_comes_whole_by_the_second_way(play: Play, faults: tuple[str, ...]) -> None:
    crawl = play(*faults, users=(SPARSE,))
    run, rows = read_posts(crawl)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert get_ids(rows) == list_ids()
    assert run.report["lists"][0]["origin"] == "creator/item_list"
    assert "1 list read by creator/item_list, the second way" in run.report["summary"]
    assert crawl.take_report()["violations"] == []


def test_list_that_is_refused_midway_goes_on_from_there(play: Play) -> None:
    crawl = play(f"captcha@2~{LIST}", users=(SPARSE,))
    run, rows = read_posts(crawl)
    assert (run.code, get_ids(rows), len(rows)) == (0, list_ids(), SPARSE.count)
    assert "post/item_list: CAPTCHA" in run.log
    assert run.report["lists"][0]["origin"] == "creator/item_list"


def test_list_without_refusal_is_read_by_the_first_way(play: Play) -> None:
    crawl = play(users=(SPARSE,))
    run, rows = read_posts(crawl)
    assert (run.code, get_ids(rows)) == (0, list_ids())
    assert run.report["lists"][0]["origin"] == "interface"
    assert "second way" not in run.report["summary"]


def test_refusal_of_both_ways_is_a_refusal(play: Play) -> None:
    crawl = play("captcha~item_list", users=(SPARSE,))
    run, rows = read_posts(crawl)
    assert (run.code, run.outcome, rows) == (5, "CAPTCHA", [])
    assert run.report["failed"] == SPARSE.count


def test_works_that_neither_way_shows_are_a_gap(play: Play) -> None:
    crawl = play(f"empty~{LIST}", "lossy~creator", users=(SPARSE,))
    run, rows = read_posts(crawl)
    assert (run.code, run.outcome) == (4, "LIST_GAP")
    assert run.report["failed"] == SPARSE.count - len(rows) > 0


@pytest.mark.parametrize("name", ["private account", "empty"])
def test_second_way_is_not_asked_for_nothing(play: Play, name: str) -> None:
    run, rows = read_posts(play(), name)
    assert rows == []
    assert run.report["lists"][0]["origin"] == "interface"
