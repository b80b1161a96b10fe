"""A crawl survives a platform's fault or names it; no short list counts as complete."""

import json
import os
from pathlib import Path

import pytest
from support.crawling import Play
from support.listener import start_listener

from f2scrapy.sandbox.catalogue import Sizes

FEW = {"F2_RETRIES": "3"}

REFUSED = {
    "argus": "RISK_CONTROL",
    "argus_uifid": "RISK_CONTROL",
    "empty": "RISK_CONTROL",
    "captcha": "CAPTCHA",
    "captcha_page": "CAPTCHA",
    "login": "LOGIN_REQUIRED",
    "login_page": "LOGIN_REQUIRED",
    "login_redirect": "LOGIN_REQUIRED",
    "rate_limit": "RATE_LIMITED",
    "http=444": "RATE_LIMITED",
    "lapse": "RISK_CONTROL",
}
UNEXPLAINED = {
    "http=503~list": "SERVER_ERROR",
    "http=404~list": "SCHEMA_CHANGED",
    "status=2154~list": "SCHEMA_CHANGED",
    "not_json~list": "NETWORK",
    "garbled=deflate~list": "NETWORK",
    "inflated~list": "NETWORK",
    "stuck_cursor": "LIST_GAP",
    "repeat": "LIST_GAP",
    "empty_page": "LIST_GAP",
    "lossy": "LIST_GAP",
    "no_cursor": "SCHEMA_CHANGED",
    "no_has_more": "SCHEMA_CHANGED",
    "no_rows": "SCHEMA_CHANGED",
    "null_rows": "SCHEMA_CHANGED",
    "rows_text:1": "SCHEMA_CHANGED",
    "row_without_id:1": "SCHEMA_CHANGED",
}
SURVIVED = (
    "captcha:1", "empty:2", "argus:2", "http=503:2", "not_json:2", "lapse:1",
    "cursor_text", "short", "early_end", "empty_page:2", "repeat:1", "no_cursor:1", "no_rows:1",
    "no_length", "cut:5", "cut:0.3", "reset:5", "stall:2",
    "drip=100000:1", "short_body:2", "empty_media:3", "html:3", "expired:5", "last_mirror",
    "dead_list_urls", "http=503~media:3", "http=404~webid",
)  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_refusal_of_everything(play: Play, fault: str) -> None:
    run = play(fault).run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, REFUSED[fault])
    assert run.report["advice"]


@pytest.mark.parametrize(
    ("fault", "retries"), [("captcha@2~list", 1), ("empty@2~list", 3), ("login@2~list", 0)]
)
def test_refusal_midway_keeps_what_came_and_the_cursor(
    play: Play, fault: str, retries: int
) -> None:
    crawl = play(fault)
    run = crawl.run_user_post("pinned", F2_MEDIA="", **FEW)
    assert run.report["retries"] == run.log.count("; asked again in ") == retries
    assert (run.code, run.report["kept"], run.report["failed"]) == (5, 18, 27)
    [listing] = run.report["lists"]
    crawl.sandbox.state.faults.active.clear()
    rest = crawl.run_user_post("pinned", "-a", f"max_cursor={listing['cursor']}", F2_MEDIA="")
    assert rest.report["kept"] == 27


@pytest.mark.parametrize("fault", UNEXPLAINED)
def test_gap_without_an_explanation(play: Play, fault: str) -> None:
    run = play(fault).run_user_post("pinned", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome) == (4, UNEXPLAINED[fault])
    assert run.report["unexplained"] > 0
    assert run.report["kept"] + run.report["failed"] == 45


@pytest.mark.parametrize("packed", ["gzip", "br", "zstd"])
def test_answer_that_cannot_be_unpacked_is_asked_for_again(play: Play, packed: str) -> None:
    run = play(f"garbled={packed}:1~list").run_user_post("pinned", F2_MEDIA="")
    assert (run.code, run.report["kept"], run.report["retries"]) == (0, 45, 1)
    assert "NETWORK: the answer cannot be decompressed; asked again" in run.log


@pytest.mark.parametrize("fault", SURVIVED)
def test_survived(play: Play, fault: str) -> None:
    crawl = play(fault)
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert crawl.check_files("demo") == 98
    assert not list(crawl.root.rglob("*.part*"))


@pytest.mark.parametrize("fault", ["html", "expired", "empty_media", "cut=10", "reset=0"])
def test_media_that_cannot_be_had_leave_no_final_name(play: Play, fault: str) -> None:
    crawl = play(fault)
    run = crawl.run_user_post("one", **FEW)
    assert run.code == 4
    assert run.outcome in {"MEDIA_BROKEN", "NETWORK"}
    assert {path.suffix for path in crawl.list_files()} == {".txt"}
    crawl.sandbox.state.faults.active.clear()
    assert crawl.run_user_post("one").code == 0
    crawl.check_files("one")


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("", "a redirect leads into the local network"),
        ("=plain.douyinvod.com/9/x.mp4", "the redirects never end"),
    ],
)
def test_file_that_is_led_astray(play: Play, there: str, why: str) -> None:
    crawl = play(f"led{there}")
    run = crawl.run_user_post("one", F2_MEDIA="video")
    assert (run.code, run.outcome) == (4, "MEDIA_BROKEN")
    assert run.report["gaps"][0]["detail"] == f"video: {why}"
    assert not any("169.254" in host for host in crawl.take_report()["requests"])


def test_expired_addresses_are_renewed_once(play: Play) -> None:
    crawl = play("dead_list_urls")
    assert crawl.run_user_post("one").code == 0
    assert crawl.take_report()["kinds"]["detail"] == 1
    crawl.check_files("one")


def test_large_file_resumes_where_it_broke(play: Play) -> None:
    crawl = play("cut=4000000:1", sizes=Sizes(video=(12_000_000, 12_000_000)))
    assert crawl.run_user_post("one").code == 0
    crawl.check_files("one")
    [video] = [a for key, a in crawl.take_report()["assets"].items() if "-v_" in key]
    assert video["ranges"] == 1
    size = max(path.stat().st_size for path in crawl.list_files())
    assert size <= video["bytes"] < size * 1.2


@pytest.mark.parametrize("fault", ["bad_range", "no_range", "etag:3"])
def test_rest_of_a_file_that_is_not_the_rest(play: Play, fault: str) -> None:
    crawl = play(
        "cut=4000000:1~douyinvod", f"{fault}~douyinvod", sizes=Sizes(video=(12_000_000, 12_000_000))
    )
    assert crawl.run_user_post("one").code == 0
    assert crawl.check_files("one") > 0
    [video] = [a for key, a in crawl.take_report()["assets"].items() if "-v_" in key]
    assert video["ranges"] >= 1
    size = max(path.stat().st_size for path in crawl.list_files())
    assert video["bytes"] >= size + 4_000_000, "all of it came anew"


def test_address_that_lapses_midway_is_renewed_and_the_file_resumed(play: Play) -> None:
    faults = ("cut=4000000:1~douyinvod", "dead_list_urls@2~douyinvod", "http=404~/aweme/v1/play/")
    crawl = play(*faults, sizes=Sizes(video=(12_000_000, 12_000_000)))
    assert crawl.run_user_post("one").code == 0
    asked = crawl.take_report()
    assert asked["kinds"]["detail"] == 1
    [video] = [a for key, a in asked["assets"].items() if "-v_" in key]
    assert video["ranges"] == 1
    crawl.check_files("one")


def test_explained_gaps(play: Play) -> None:
    crawl = play()
    feed = Path(f"{crawl.root}.jsonl")
    run = crawl.run_user_post("mixed", "-o", str(feed))
    assert run.code == 3
    assert (run.report["kept"], run.report["explained"], run.report["unexplained"]) == (45, 15, 0)
    assert {gap["outcome"] for gap in run.report["gaps"]} == {"PRIVATE", "DELETED", "PROHIBITED"}
    crawl.check_files("mixed")
    again = crawl.run_user_post("mixed", "-a", "update=no", "-o", str(feed))
    assert (again.code, again.report["explained"], again.report["kept"]) == (3, 15, 0)
    assert len(feed.read_text("utf-8").splitlines()) == 60, "what was told is not told again"


@pytest.mark.parametrize(
    ("user", "code", "outcome"),
    [("empty", 0, "EMPTY_TRUE"), ("private account", 3, "PRIVATE"), ("gap", 4, "LIST_GAP")],
)
def test_users_with_little_to_show(play: Play, user: str, code: int, outcome: str) -> None:
    run = play().run_user_post(user, F2_MEDIA="")
    assert (run.code, run.outcome) == (code, outcome)


def test_account_cookies_reach_the_api_and_no_other_host(play: Play, tmp_path: Path) -> None:
    crawl = play()
    jar = tmp_path / "cookies.txt"
    rows = [(".douyin.com", "sessionid", "f2sandboxsession"), (".douyinvod.com", "sid_guard", "x"),
            (".douyinpic.com", "sid_guard", "x"), (".bytedance.com", "sid_guard", "x")]  # fmt: skip
    lines = [f"{d}\tTRUE\t/\tTRUE\t0\t{n}\t{v}" for d, n, v in rows]
    jar.write_text("# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n")
    run = crawl("douyin_follow_feed", "-a", "max_counts=3", "-L", "DEBUG", F2_COOKIES=str(jar))
    assert (run.code, run.report["kept"]) == (0, 3)
    asked = crawl.take_report()
    assert asked["media_requests"] > 0
    assert asked["violations"] == []
    assert "f2sandboxsession" not in run.log + str(run.report)


def test_no_secret_in_any_output(play: Play) -> None:
    crawl = play("captcha:1", "cut:1")
    run = crawl.run_user_post("one", "-L", "DEBUG", "-O", f"{crawl.root}.jsonl",
                      F2_COOKIE="sessionid=f2sandboxsession; sid_guard=pl4nted")  # fmt: skip
    assert run.code == 0
    told = run.log + str(run.report) + Path(f"{crawl.root}.jsonl").read_text("utf-8")
    identity = (crawl.root / "f2scrapy.identity.sandbox.json").read_text()
    for secret in ("f2sandboxsession", "pl4nted", "msToken=", "a_bogus=", "share_sign="):
        assert secret not in told
    assert "f2sandboxsession" not in identity


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_folder_that_cannot_be_written(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("one", F2_MEDIA="")
    (crawl.root / "douyin").mkdir(mode=0o500)
    run = crawl.run_user_post("one")
    assert (run.code, run.outcome) == (4, "DISK")


def test_short_link_costs_its_hops_and_no_cookie(play: Play) -> None:
    crawl = play()
    text = "url=看我的主页 https://v.douyin.com/u-one/，长按复制"
    run = crawl("douyin_user_post", "-a", text, F2_COOKIE="sessionid=f2sandboxsession")
    assert (run.code, run.report["kept"]) == (0, 1)
    asked = crawl.take_report()
    assert asked["kinds"]["link"] == 1
    assert asked["violations"] == []


@pytest.mark.parametrize("code", ["away", "endless", "long", "gone", "plain"])
def test_short_link_that_leads_nowhere(play: Play, code: str) -> None:
    crawl = play()
    run = crawl("douyin_user_post", "-a", f"url=https://v.douyin.com/{code}/")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    assert run.report["gaps"][0]["detail"] == "leads to nothing of douyin"
    asked = crawl.take_report()
    assert asked["violations"] == []
    assert sum(asked["kinds"].values()) <= 5


def test_short_link_that_leads_to_something_else(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_user_post", "-a", "url=https://v.douyin.com/w-7298145681699622182/")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    told = "leads to a work (aweme_id); douyin_user_post wants a user (sec_user_id)"
    assert run.report["gaps"][0]["detail"] == told


@pytest.mark.parametrize("fault", ["quoted=403", "quoted=500", "quoted=200"])
def test_a_refusal_that_repeats_our_cookies_puts_none_into_log_report_or_webhook(
    play: Play, fault: str
) -> None:
    crawl = play(fault)
    cookie = "sessionid=f2sandboxsession; odd_name=pl4nted-value; ttwid=0%7Cpl4nted-ttwid"
    with start_listener() as (url, sent):
        run = crawl.run_user_post("demo", F2_COOKIE=cookie, F2_RETRIES="1", LOG_LEVEL="DEBUG",
                                  F2_NOTIFY_WEBHOOK=url)  # fmt: skip
    assert run.code in (4, 5)
    assert sent[-1][1]["text"] == run.report["summary"]
    shown = run.log + str(run.report) + str(sent)
    tokens = json.loads(next(crawl.root.glob("*identity*.json")).read_text())["douyin"]["tokens"]
    secrets = ["f2sandboxsession", "pl4nted", *(t["value"] for t in tokens.values())]
    assert len(secrets) > 3
    assert not [value for value in secrets if value in shown]


@pytest.mark.parametrize("place", ["list", "profile", "detail", "ttwid"])
def test_a_decompression_bomb_is_no_bug_of_ours(play: Play, place: str) -> None:
    crawl = play(f"inflated~{place}")
    words = ("douyin_post", "-a", "url=7300000000000000000") if place == "detail" else None
    run = crawl(*words, F2_MEDIA="") if words else crawl.run_user_post("demo", F2_MEDIA="")
    assert (run.code, run.outcome) == (4, "NETWORK")
    assert "Traceback" not in run.log
    assert "longer than the 67108864 bytes of DOWNLOAD_MAXSIZE" in str(run.report["gaps"])


@pytest.mark.parametrize("size", [100, 3000], ids=["as it comes", "once decompressed"])
def test_a_limit_of_memory_that_is_too_small_is_a_mistake_of_the_command(
    play: Play, size: int
) -> None:
    run = play().run_user_post("demo", "-s", f"DOWNLOAD_MAXSIZE={size}", F2_MEDIA="")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    assert f"longer than the {size} bytes of DOWNLOAD_MAXSIZE" in str(run.report["gaps"])
    assert "Traceback" not in run.log
