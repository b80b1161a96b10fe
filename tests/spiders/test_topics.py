"""Works of sounds, hashtags and short dramas, danmaku, and more lists of the account."""

from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from support.crawling import Crawler, Play, get_ids

from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import Work, build_work, make_hashtag_id
from f2scrapy.sandbox.danmaku import list_danmaku
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


def test_danmaku_of_a_video_come_from_all_its_windows(play: Play) -> None:
    crawl = play()
    work = build_work(crawl.sandbox.state.catalogue.by_name["huge"], 0)
    run, rows = crawl.run_with_rows("douyin_danmaku", "-a", f"url={work.aweme_id}")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    found = [(row["danmaku_id"], row["text"], row["offset_ms"]) for row in rows]
    assert found == list_danmaku(work)
    assert {row["aweme_id"] for row in rows} == {str(work.aweme_id)}
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (3, []), "95 seconds, an empty window"


def read_danmaku(path: Path) -> list[tuple[str, str, int]]:
    """Return id, text and place (ms) of each danmaku of a file."""
    places = [(element.attrib["p"].split(","), element.text) for element in parse(path).iter("d")]
    return [(place[7], text or "", round(float(place[0]) * 1000)) for place, text in places]


def test_danmaku_lie_beside_their_video_as_xml_and_ass(play: Play) -> None:
    crawl = play()
    run = crawl.run_user_post("huge", F2_MEDIA="danmaku")
    file, subtitles = crawl.list_files()
    work = build_work(crawl.sandbox.state.catalogue.by_name["huge"], 0)
    assert (run.code, file.name[-12:], subtitles.name[-10:]) == (0, "_danmaku.xml", "_video.ass")
    assert read_danmaku(file) == list_danmaku(work)
    lines = subtitles.read_text().splitlines()
    assert "PlayResX: 1080" in lines, "the canvas is the picture of the video"
    told = [line.rpartition("}")[2] for line in lines if line.startswith("Dialogue: ")]
    assert told == [one.text for one in list_danmaku(work)]
    run = crawl.run_user_post("clean200", "-a", "max_counts=6", F2_MEDIA="danmaku,desc")
    user = crawl.sandbox.state.catalogue.by_name["clean200"]
    films = [work for n in range(6) if list_danmaku(work := build_work(user, n))]
    assert (run.code, len(films)) == (0, 1), "every second video has none, and image sets have none"
    asked = crawl.take_report()
    assert (asked["list_requests"], asked["violations"]) == (1 + 3 + 1 + 1, [])
    for work in films:
        name = crawl.get_files(str(work.aweme_id))["danmaku"].path
        assert read_danmaku(crawl.root / name) == list_danmaku(work)
    again = crawl.run_user_post("clean200", "-a", "max_counts=6", F2_MEDIA="danmaku,desc")
    assert (again.code, again.report["kept"], crawl.take_report()["list_requests"]) == (0, 0, 1)


def test_refused_danmaku_are_a_gap_and_come_later(play: Play) -> None:
    crawl = play("captcha~danmaku")
    run = crawl.run_user_post("huge", F2_MEDIA="danmaku", F2_RETRIES="0")
    assert (run.outcome, crawl.list_files()) == ("CAPTCHA", []), run.log
    crawl.sandbox.state.faults.active.clear()
    run = crawl.run_user_post("huge", F2_MEDIA="danmaku")
    assert (run.code, len(crawl.list_files())) == (0, 2)


def test_danmaku_refused_at_one_host_come_from_its_mirror(play: Play) -> None:
    crawl = play("captcha~www.douyin.com/aweme/v1/web/danmaku")
    run = crawl.run_user_post("huge", F2_MEDIA="danmaku", F2_RETRIES="0")
    work = build_work(crawl.sandbox.state.catalogue.by_name["huge"], 0)
    file, _ = crawl.list_files()
    assert (run.code, read_danmaku(file)) == (0, list_danmaku(work)), run.log


@pytest.mark.parametrize("spider", ["douyin_history", "douyin_watch_later"])
def test_own_list_is_not_asked_for_without_an_account(play: Play, spider: str) -> None:
    crawl = play()
    run = crawl(spider)
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")
    assert crawl.take_report()["requests"] == {}


def test_works_of_the_mixes_of_a_user(play: Play) -> None:
    crawl = play()
    user = crawl.sandbox.state.catalogue.by_name["series"]
    link = f"url={crawl.sandbox.get_user_url('series')}"
    run, rows = crawl.run_with_rows("douyin_user_mix", "-a", link, F2_MEDIA="desc")
    assert (run.code, run.report["expected"]) == (0, user.count), run.log
    assert get_ids(rows) == sorted(str(build_work(user, n).aweme_id) for n in range(user.count))
    [folder] = crawl.root.glob("douyin/user_mix/*/*")
    assert folder.name == f"{folder.parent.name}合集"
    assert crawl.take_report()["violations"] == []
    missing = crawl("douyin_user_mix", "-a", link, "-a", "mix=nothing", F2_MEDIA="")
    assert (missing.code, "nothing" in missing.log) != (0, False)


def test_episodes_of_the_short_dramas_of_a_user(play: Play) -> None:
    crawl = play()
    link = f"url={crawl.sandbox.get_user_url('clean200')}"
    run, rows = crawl.run_with_rows("douyin_user_series", "-a", link, F2_MEDIA="desc")
    works = [work for drama in DRAMAS for work in list_episodes(drama, crawl.sandbox.state)]
    assert (run.code, run.report["expected"]) == (0, len(works)), run.log
    assert get_ids(rows) == sorted(str(work.aweme_id) for work in works)
    folders = {path.name for path in crawl.root.glob("douyin/user_series/*/*")}
    assert folders == {drama.name for drama in DRAMAS}
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize(
    ("spider", "path", "user"),
    [("douyin_user_mix", "mix", "series"), ("douyin_user_series", "series", "clean200")],
)
def test_lists_that_the_index_lacks_are_a_gap(
    play: Play, spider: str, path: str, user: str
) -> None:
    crawl = play(f"lossy:1~{path}/list")
    link = f"url={crawl.sandbox.get_user_url(user)}"
    run = crawl(spider, "-a", link, F2_MEDIA="", F2_RETRIES="1")
    assert (run.code, run.outcome) == (4, "LIST_GAP"), run.log


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
