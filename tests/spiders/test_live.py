"""Live rooms, as a stranger asks for them."""

from pathlib import Path

import pytest
from support.crawling import Play, get_ids

from f2scrapy.sandbox.douyin.addresses import GEARS
from f2scrapy.sandbox.douyin.live import find_broadcast, list_viewers
from f2scrapy.sandbox.douyin.replays import FIRST, find_work
from f2scrapy.sandbox.douyin.works import build_asset

pytestmark = pytest.mark.clock

ROOMS = (
    "看直播 https://v.douyin.com/r-7600000000000000010/ ，复制 "  # on air, by its room_id
    "https://live.douyin.com/660000000003 https://live.douyin.com/660000000004 "  # 360°, never
    "https://webcast.amemv.com/douyin/webcast/reflow/7600000000000000014 "  # over
    "https://live.douyin.com/660000000001"  # the first one again, by its web_rid
)


def test_rooms_in_every_state(play: Play) -> None:
    crawl = play("captcha:1", "lapse:1~live.douyin")
    run, rows = crawl.run_with_rows("douyin_live", "-a", f"url={ROOMS}", "-O", f"{crawl.root}.csv",
                             F2_COOKIE="sessionid=f2sandboxsession")  # fmt: skip
    assert (run.code, run.report["kept"], run.report["skipped"]) == (0, 4, {"repeated": 1}), run.log
    told = {row["room_id"]: row for row in rows}
    assert {room: row["on_air"] for room, row in told.items()} == {
        "7600000000000000010": True, "7600000000000000030": True,
        "": False, "7600000000000000014": False,
    }  # fmt: skip
    assert told["7600000000000000014"]["finish_time"] == "2026-10-28T14:00:00Z"
    assert "_uhd.flv?expire=" in told["7600000000000000010"]["streams"][1]["flv"]
    assert "streams.flv" in Path(f"{crawl.root}.csv").read_text("utf-8-sig")
    assert crawl.take_report()["violations"] == []
    assert crawl.list_files() == []


def test_room_there_is_not_and_a_refusal(play: Play) -> None:
    crawl = play("captcha~reflow")
    url = "https://live.douyin.com/660000000999 7600000000000000010"
    run = crawl("douyin_live", "-a", f"url={url}", F2_RETRIES="1")
    assert (run.code, run.outcome, run.report["kept"]) == (5, "CAPTCHA", 0)
    assert {gap["outcome"] for gap in run.report["gaps"]} == {"CAPTCHA", "DELETED"}


def test_users_on_air(play: Play) -> None:
    crawl = play()
    url = f"{crawl.sandbox.get_user_url('demo')} {crawl.sandbox.get_user_url('big20k')} 98000000002"
    run, rows = crawl.run_with_rows("douyin_live_status", "-a", f"url={url}")
    assert (run.code, run.report["kept"]) == (0, 3), run.log
    told = {row["uid"]: (row["on_air"], row["owner_nickname"]) for row in rows}
    assert told["98000000001"] == (True, "演示账号")
    assert told["98000000007"] == (False, "两万作品")
    assert told["98000000002"][0] is True
    assert crawl.take_report()["violations"] == []


def test_followed_users_on_air(play: Play) -> None:
    crawl = play()
    refused = crawl("douyin_following_live")
    assert (refused.code, refused.outcome, crawl.take_report()["kinds"]) == (
        5,
        "LOGIN_REQUIRED",
        {},
    )
    run = crawl("douyin_following_live", F2_COOKIE="sessionid=f2sandboxsession")
    assert (run.code, run.report["kept"]) == (0, 5), run.log
    assert crawl.take_report()["violations"] == []


def test_ranking_of_the_viewers_of_each_broadcast(play: Play) -> None:
    crawl = play()
    rooms = "https://live.douyin.com/660000000001 7600000000000000020 7600000000000000014"
    run, rows = crawl.run_with_rows("douyin_live_rank", "-a", f"url={rooms}")
    assert run.code == 0, run.log
    state = crawl.sandbox.state
    for room in ("7600000000000000010", "7600000000000000020"):
        broadcast = find_broadcast(room, state)
        assert broadcast is not None
        found = [(row["rank"], row["uid"]) for row in rows if row["room_id"] == room]
        viewers = [user.uid for user in list_viewers(broadcast, state)]
        assert found == list(enumerate(viewers, 1)), "a viewer of two rooms has a row in each"
    assert {row["room_id"] for row in rows} == {"7600000000000000010", "7600000000000000020"}
    assert crawl.take_report()["violations"] == []


def test_where_messages_begin(play: Play) -> None:
    crawl = play()
    url = "https://live.douyin.com/660000000001 https://live.douyin.com/660000000004 " + (
        "7600000000000000020"
    )
    run, rows = crawl.run_with_rows("douyin_live_im", "-a", f"url={url}")
    assert (run.code, run.report["kept"]) == (1, 2), run.log
    assert {row["room_id"] for row in rows} == {"7600000000000000010", "7600000000000000020"}
    assert all(row["internal_ext"] and row["cursor"] for row in rows)
    assert crawl.take_report()["violations"] == []


def test_replays_of_broadcasts(play: Play) -> None:
    crawl = play()
    links = f"https://www.douyin.com/vsdetail/{FIRST} " + (
        f"https://webcast.amemv.com/douyin/webcast/reflow/episode/{FIRST + 2}?replay_id={FIRST + 2}"
    )
    run, rows = crawl.run_with_rows("douyin_live_replay", "-a", f"url={links}", F2_MEDIA="video")
    assert (run.code, run.report["files"]) == (0, 2), run.log
    works = [work for n in (0, 2) if (work := find_work(str(FIRST + n), crawl.sandbox.state))]
    assert get_ids(rows, "title") == sorted(work.text for work in works)
    largest = max((gear for gear in GEARS if not gear.dash), key=lambda gear: gear.height)
    sizes = crawl.sandbox.state.options.sizes
    wanted = sorted(build_asset(work, largest.slot, sizes).size for work in works)
    assert sorted(path.stat().st_size for path in crawl.list_files()) == wanted
    run = crawl("douyin_live_replay", "-a", f"url={FIRST + 1}", F2_MEDIA="video")
    assert run.code == 1, "an id alone may be that of a work"
    link = f"https://www.douyin.com/vsdetail/{FIRST + 1}"
    run = crawl("douyin_live_replay", "-a", f"url={link}", F2_MEDIA="video")
    assert (run.code, run.outcome) == (4, "MEDIA_BROKEN"), "no interface shows an address"
    assert crawl.take_report()["violations"] == []
