"""Liked and collected works, playlists and feeds of TikTok, as a stranger runs them."""

import os
import pty
import subprocess
from collections.abc import Callable
from functools import partial

import pytest
from support.crawling import Crawler, Play, get_ids

from f2scrapy.command.jobs import Job, find_jobs
from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.tiktok.feeds import COLLECTION, COLLECTS, PLAYLISTS
from f2scrapy.sandbox.tiktok.topics import PLACE
from f2scrapy.sandbox.work_lists import COLLECTED, SIMILAR, draw_works, list_tagged, list_with_sound
from spiders.tiktok_user_collect import TiktokUserCollectSpider

ACCOUNT = {"F2_COOKIE": "sessionid=f2sandboxsession"}
FEW = {"F2_RETRIES": "2"}
DEMO = "url=https://www.tiktok.com/@sandbox1"
SERIES = "https://www.tiktok.com/@sandbox15"


def gathered(crawl: Crawler, start: int, count: int) -> list[str]:
    """The works that are liked or collected, from one place on."""
    found = (work_lists.get_work(start + n, crawl.sandbox.state) for n in range(count))
    return sorted(str(work.aweme_id) for work in found)


def folders(crawl: Crawler, where: str) -> set[str]:
    return {path.name for path in crawl.root.glob(f"tiktok/{where}/*")}


# Liked and collected works


def test_liked_works_come_whole_and_the_second_run_is_cheap(play: Play) -> None:
    crawl = play()
    first, rows = crawl.run_with_rows("tiktok_user_like", "-a", DEMO, F2_MEDIA="cover")
    assert (first.code, first.report["summary"]) == (0, "OK: 45 of 45.")
    assert get_ids(rows) == gathered(crawl, 7, 45)
    assert folders(crawl, "like") == {"演示账号"}
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 2)
    second = crawl("tiktok_user_like", "-a", DEMO, F2_MEDIA="cover")
    assert (second.code, second.report["kept"]) == (0, 0)
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["media_requests"]) == (1, 0)


def test_hidden_likes_are_private_though_the_profile_counts_none(play: Play) -> None:
    crawl = play()
    run = crawl("tiktok_user_like", "-a", "url=sandbox11 sandbox5 sandbox6")
    assert (run.code, run.outcome, run.report["expected"]) == (3, "PRIVATE", None)
    users = crawl.sandbox.state.catalogue.by_name
    hidden = {f"tiktok:like:{users[name].sec_user_id}" for name in ("gap", "private account")}
    assert {gap["key"] for gap in run.report["gaps"]} == hidden, "one likes nothing, and shows that"


def test_collected_works_are_whole_without_a_count(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_user_collect", "-a", DEMO, F2_MEDIA="cover", **ACCOUNT)
    assert (run.code, run.report["expected"]) == (0, None)
    assert get_ids(rows) == gathered(crawl, 0, work_lists.COLLECTED)
    assert folders(crawl, "collect") == {"演示账号"}
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 5)
    second = crawl("tiktok_user_collect", "-a", DEMO, F2_MEDIA="cover", **ACCOUNT)
    assert (second.code, second.report["kept"], crawl.take_report()["list_requests"]) == (0, 0, 1)


def test_collected_works_stopped_midway_go_on_from_the_cursor(play: Play) -> None:
    crawl = play("captcha@3~collect")
    words = ("-a", DEMO)
    run, first = crawl.run_with_rows("tiktok_user_collect", *words, F2_MEDIA="", **ACCOUNT, **FEW)
    assert (run.code, run.outcome, len(first)) == (5, "CAPTCHA", 60)
    cursor = run.report["lists"][0]["cursor"]
    crawl.sandbox.state.faults.active.clear()
    words += ("-a", f"max_cursor={cursor}")
    _, rest = crawl.run_with_rows("tiktok_user_collect", *words, F2_MEDIA="", **ACCOUNT)
    assert get_ids(first + rest) == gathered(crawl, 0, work_lists.COLLECTED)


@pytest.mark.parametrize(
    ("url", "cookie", "code", "outcome"),
    [("sandbox1", "", 5, "LOGIN_REQUIRED"), ("sandbox1", "sessionid=old", 5, "COOKIE_EXPIRED"),
     ("sandbox6", ACCOUNT["F2_COOKIE"], 3, "PRIVATE")],
)  # fmt: skip
def test_collections_of_others_are_not_empty(
    play: Play, url: str, cookie: str, code: int, outcome: str
) -> None:
    assert TiktokUserCollectSpider.needs_account()
    run = play()("tiktok_user_collect", "-a", f"url={url}", F2_COOKIE=cookie)
    assert (run.code, run.outcome) == (code, outcome)


# Playlists


def test_playlists_are_all_there(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_user_playlist", "-a", DEMO)
    assert (run.code, run.report["expected"], crawl.list_files()) == (0, None, [])
    told = [(row["mix_id"], row["video_count"], row["nickname"]) for row in rows]
    assert told == [(one.id, one.count, "演示账号") for one in PLAYLISTS]
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 2)


def test_works_of_all_playlists_in_folders_of_theirs(play: Play) -> None:
    crawl = play()
    run = crawl("tiktok_mix", "-a", DEMO, "-a", "playlist=all", F2_MEDIA="cover,desc")
    whole = sum(one.count for one in PLAYLISTS)
    assert (run.code, run.report["expected"], run.report["seen"]) == (0, whole, whole)
    works = {n for one in PLAYLISTS for n in range(one.start, one.start + one.count)}
    assert run.report["kept"] == len(works)
    assert folders(crawl, "mix/演示账号") >= {"旅行", "列表22"}
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 2 + len(PLAYLISTS))
    again = crawl("tiktok_mix", "-a", DEMO, F2_MEDIA="cover,desc")
    assert (again.code, again.report["kept"], crawl.take_report()["media_requests"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([DEMO, "playlist=旅行"], [0, 3]),
        ([DEMO, f"playlist={PLAYLISTS[3].id}, 做饭/菜谱"], [1, 3]),
        ([f"{DEMO}/playlist/旅行-{PLAYLISTS[3].id}"], [3]),
        ([f"url=https://vm.tiktok.com/p-1-{PLAYLISTS[1].id}/"], [1]),
    ],
)
def test_playlists_by_name_id_and_link(play: Play, words: list[str], numbers: list[int]) -> None:
    crawl = play()
    named = [word for pair in words for word in ("-a", pair)]
    run, rows = crawl.run_with_rows("tiktok_mix", *named, F2_MEDIA="")
    chosen = [PLAYLISTS[number] for number in numbers]
    user = crawl.sandbox.state.catalogue.by_name["demo"]
    works = {build_work(user, one.start + n).aweme_id for one in chosen for n in range(one.count)}
    assert (run.code, run.report["expected"]) == (0, sum(one.count for one in chosen))
    assert get_ids(rows) == sorted(map(str, works))


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.tiktok.com/@sandbox1/collection/旅行-{COLLECTION}",
        f"https://vm.tiktok.com/c-1-{COLLECTION}/",
    ],
)
def test_works_of_a_collection(play: Play, url: str) -> None:
    crawl = play("repeat:1", "short")
    run, rows = crawl.run_with_rows("tiktok_collection", "-a", f"url={url}", F2_MEDIA="")
    assert (run.code, len(rows), len({*get_ids(rows)})) == (0, COLLECTED, COLLECTED), run.log
    assert {row["mode"] for row in rows} == {"collection"}
    assert crawl.take_report()["violations"] == []


def name_reposted(crawl: Crawler) -> list[str]:
    return gathered(crawl, 11, 4)


def name_stories(crawl: Crawler) -> list[str]:
    return sorted(str(work.aweme_id) for work in draw_works(crawl.sandbox.state, 3, 2))


def name_with_sound(crawl: Crawler) -> list[str]:
    works = list_with_sound(crawl.sandbox.state, find_newest(crawl))
    return sorted({str(work.aweme_id) for work in works})


def name_tagged(crawl: Crawler) -> list[str]:
    works = list_tagged(crawl.sandbox.state, "旅行日记")
    assert len(works) > 20, "two pages"
    return sorted(str(work.aweme_id) for work in works)


def find_newest(crawl: Crawler) -> int:
    return build_work(crawl.sandbox.state.catalogue.by_name["demo"], 0).aweme_id


@pytest.mark.parametrize(
    ("spider", "link", "name_works", "folder"),
    [
        ("tiktok_repost", "@sandbox1", name_reposted, "repost/演示账号"),
        ("tiktok_story", "@sandbox1", name_stories, "story/演示账号"),
        ("tiktok_music", "music/original-sound-{}", name_with_sound,
         "sound/original sound - sandbox1"),
        ("tiktok_hashtag", "tag/旅行日记", name_tagged, "hashtag/旅行日记"),
    ],
)  # fmt: skip
def test_list_of_works_is_whole_and_has_its_folder(
    play: Play, spider: str, link: str, name_works: Callable[[Crawler], list[str]], folder: str
) -> None:
    crawl = play()
    url = f"url=https://www.tiktok.com/{link.format(find_newest(crawl))}"
    run, rows = crawl.run_with_rows(spider, "-a", url, "-a", "page_counts=20", F2_MEDIA="desc")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert get_ids(rows) == name_works(crawl)
    assert [str(path.relative_to(crawl.root)) for path in crawl.root.glob("tiktok/*/*")] == [
        f"tiktok/{folder}"
    ]
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], -(-len(rows) // 20))


@pytest.mark.parametrize(
    ("spider", "link"),
    [("tiktok_music", "music/x-6956990112127585029"), ("tiktok_hashtag", "tag/nowhere")],
)
def test_topic_that_is_not_there_is_deleted_not_empty(play: Play, spider: str, link: str) -> None:
    run = play()(spider, "-a", f"url=https://www.tiktok.com/{link}", F2_MEDIA="")
    assert (run.code, run.outcome) == (3, "DELETED"), run.log


def test_works_at_a_place(play: Play) -> None:
    crawl = play()
    [job] = find_jobs([f"https://www.tiktok.com/place/Mi-Gente-Bonita-{PLACE}?language=en"])
    assert isinstance(job, Job)
    words = ("-a", f"url={job.texts[0]}", "-a", "page_counts=20")
    run, rows = crawl.run_with_rows(job.spider, *words, F2_MEDIA="")
    works = list_tagged(crawl.sandbox.state, "城市夜景")
    assert (run.code, get_ids(rows)) == (0, sorted(str(work.aweme_id) for work in works)), run.log
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 2)


def test_folders_of_others_are_the_public_ones(play: Play) -> None:
    crawl = play()
    _, public = crawl.run_with_rows("tiktok_user_collects", "-a", DEMO)
    run, own = crawl.run_with_rows("tiktok_user_collects", "-a", DEMO, **ACCOUNT)
    counts = [(row["collection_name"], row["video_count"]) for row in own]
    assert (run.code, counts) == (0, [(one.name, one.count) for one in COLLECTS])
    assert [row["collection_id"] for row in public] == [COLLECTION]
    words = ("-a", DEMO, "-a", "collects=做饭/菜谱,空的")
    run, rows = crawl.run_with_rows(
        "tiktok_user_collects_video", *words, F2_MEDIA="desc", **ACCOUNT
    )
    assert (run.code, run.report["expected"], get_ids(rows)) == (0, 7, gathered(crawl, 50, 7))
    assert folders(crawl, "collects/演示账号") == {"做饭_菜谱"}
    assert crawl.take_report()["violations"] == []


def test_collection_is_no_playlist(play: Play) -> None:
    url = f"url=https://www.tiktok.com/@sandbox1/collection/x-{COLLECTION}"
    run = play()("tiktok_mix", "-a", url)
    assert run.code == 1
    assert "this is a collection (collection_id); tiktok_mix wants a user" in run.log


def test_playlists_there_are_not_are_named(play: Play) -> None:
    crawl = play()
    run = crawl("tiktok_mix", "-a", DEMO, "-a", "playlist=旅行,没有的", F2_MEDIA="")
    assert (run.code, run.outcome, run.report["kept"]) == (1, "BAD_INPUT", 12)
    assert [gap["key"] for gap in run.report["gaps"]] == ["没有的"]


def test_user_without_a_choice_is_named(play: Play) -> None:
    crawl = play()
    text = f"{DEMO}/playlist/x-{PLAYLISTS[3].id} {SERIES}"
    run = crawl("tiktok_mix", "-a", text, F2_MEDIA="")
    assert (run.code, run.outcome, run.report["kept"]) == (1, "BAD_INPUT", 3)
    series = crawl.sandbox.state.catalogue.by_name["series"].sec_user_id
    assert [gap["key"] for gap in run.report["gaps"]] == [f"tiktok:mix:{series}"]


def test_playlist_whose_works_are_missing_is_a_gap(play: Play) -> None:
    run = play("lossy:1~mix")("tiktok_mix", "-a", f"url={SERIES}", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome, run.report["failed"]) == (4, "LIST_GAP", 3)


def at_a_terminal(crawl: Crawler, answers: str, *words: str, **settings: str) -> tuple[int, str]:
    """Exit code and screen of a run where a user types these lines."""
    screen, theirs = pty.openpty()
    os.write(screen, answers.encode())
    command = crawl.build_command(*words, **settings)
    with subprocess.Popen(**command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(partial(_read, screen), b""))
    os.close(screen)
    return process.returncode, shown.decode()


def _read(screen: int) -> bytes:
    """The next output; b"" when all writers have closed the terminal."""
    try:
        return os.read(screen, 65536)
    except OSError:
        return b""


@pytest.mark.parametrize("progress", ["none", "bars"])
def test_a_person_at_a_terminal_is_asked(play: Play, progress: str) -> None:
    crawl = play()
    code, shown = at_a_terminal(crawl, "99\n2, 空的\n", "tiktok_mix", "-a", DEMO,
                                F2_MEDIA="desc", F2_PROGRESS=progress)  # fmt: skip
    assert code == 0, shown
    assert "   1  旅行 (12)" in shown
    assert "not there: 99" in shown
    assert ("7/7 works" in shown) is (progress == "bars")
    assert "OK: 7 of 7." in shown
    assert folders(crawl, "mix/演示账号") == {"做饭_菜谱"}


# Works that the platform chooses


def test_similar_works_never_come_again(play: Play) -> None:
    crawl = play()
    work = build_work(crawl.sandbox.state.catalogue.by_name["demo"], 0).aweme_id
    run, rows = crawl.run_with_rows("tiktok_related", "-a", f"url={work}", F2_MEDIA="desc")
    assert (run.code, run.report["expected"], len(set(get_ids(rows)))) == (
        0,
        None,
        work_lists.SIMILAR,
    )
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (4, [])
    assert folders(crawl, "related/演示账号") == {str(work)}


def test_home_feed_goes_on_as_long_as_something_new_is_shown(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_feed", "-a", "url=sandbox4", F2_MEDIA="desc")
    assert (run.code, len(set(get_ids(rows)))) == (0, 100)
    assert folders(crawl, "feed") == {"空空如也"}
    assert crawl.take_report()["violations"] == []
    crawl.sandbox.state.switch_on("repeat")
    run, rows = crawl.run_with_rows("tiktok_feed", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome, len(rows)) == (0, "OK", 30)


def test_tab_of_explore(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows("tiktok_explore", "-a", "category=104", F2_MEDIA="")
    shown = draw_works(crawl.sandbox.state, 104, SIMILAR)
    assert (run.code, [row["aweme_id"] for row in rows]) == (0, [str(w.aweme_id) for w in shown])
    assert {row["source"] for row in rows} == {"tiktok:explore:104"}
    asked = crawl.take_report()
    assert (asked["violations"], asked["list_requests"]) == ([], 4)
