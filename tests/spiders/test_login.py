"""A login is checked once; an expired one is reported, and never read as an empty list."""

import pytest
from support.crawling import Play

VALID, DEAD = "sessionid=f2sandboxsession", "sessionid=f2sandboxold"
SELF = {
    "douyin": "https://www.douyin.com/user/self?from_tab_name=main&showTab=like",
    "tiktok": "https://www.tiktok.com/profile",
}
CHECK = {
    "douyin": "www.douyin.com/aweme/v1/web/user/profile/self/",
    "tiktok": "www.tiktok.com/passport/web/account/info/",
}


def test_own_page_names_the_lists_of_the_account(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_user_collection", "-a", f"url={SELF['douyin']}", F2_COOKIE=VALID,
                F2_MEDIA="")  # fmt: skip
    assert (run.code, run.report["summary"]) == (0, "OK: 150 of 150.")
    assert [it["source"] for it in run.report["lists"]] == ["douyin:collection:self"]
    requests = crawl.take_report()
    assert requests["requests"][CHECK["douyin"]]["count"] == 1
    assert requests["violations"] == []


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_own_page_is_that_of_the_login_for_other_spiders(play: Play, platform: str) -> None:
    crawl = play(platform=platform)
    words = f"{platform}_user_post", "-a", f"url={SELF[platform]}", "-a", "max_counts=3"
    run, rows = crawl.run_with_rows(*words, F2_COOKIE=VALID, F2_MEDIA="")
    demo = crawl.sandbox.state.catalogue.by_name["demo"]
    assert (run.code, run.report["login"], len(rows)) == (0, "valid", 3)
    assert {row["sec_user_id"] for row in rows} == {demo.sec_user_id}
    assert crawl.take_report()["violations"] == []
    guest = crawl(*words)
    assert (guest.code, guest.outcome, guest.report["login"]) == (5, "LOGIN_REQUIRED", "none")
    assert crawl.take_report()["requests"] == {}


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_dead_login_reads_public_lists_as_a_guest_and_says_so(play: Play, platform: str) -> None:
    crawl = play(platform=platform)
    run = crawl.run_user_post("one", F2_COOKIE=DEAD, F2_MEDIA="")
    assert (run.code, run.outcome, run.report["login"]) == (0, "OK", "expired")
    assert "OK: 1 of 1. This was read as a guest. The login has expired" in run.log
    assert crawl.take_report()["violations"] == []
    own = "douyin_user_collection" if platform == "douyin" else "tiktok_user_collect"
    run = crawl(own, *(["-a", f"url={SELF[platform]}"]), F2_COOKIE=DEAD)
    assert (run.code, run.outcome, run.report["login"]) == (5, "COOKIE_EXPIRED", "expired")
    assert "f2sandboxold" not in run.log
    asked = {path for path in crawl.take_report()["requests"] if "collect" in path}
    assert asked == set()
    assert "read as a guest" not in run.report["summary"]


def test_login_that_cannot_be_checked_is_used_and_named(play: Play) -> None:
    crawl = play("captcha~profile/self")
    run = crawl.run_user_post("one", F2_COOKIE=VALID, F2_MEDIA="")
    assert (run.code, run.report["login"]) == (0, "unchecked")
    assert "The login could not be checked" in run.log
