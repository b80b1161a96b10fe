"""Report, summary and exit code of a run are true."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import warm
from support.crawling import PROJECT, Play

from f2scrapy.crawl.commands.crawl import _find_misplaced

WORK = "https://www.douyin.com/video/7298145681699622182"


@pytest.mark.parametrize(
    ("words", "settings", "line"),
    [
        (["-a", "url=hello"], {}, "this holds no link or id"),
        (["-a", f"url={WORK}"], {}, "this is a work (aweme_id); douyin_user_post wants a user"),
        (["-a", "url=https://www.tiktok.com/@nasa"], {}, "a user's name (unique_id) of tiktok"),
        (["-a", "url=https://www.douyin.com/video/7298145681699622182"], {}, "sec_user_id"),
        (["-a", "url=@/nowhere"], {}, "cannot read that file"),
        (["-a", "urll=x"], {}, "did you mean url?"),
        (["-a", "url=LINK", "-a", "max_counts=x"], {}, "-a max_counts=x"),
        (["-a", "url=LINK"], {"F2_NAMING": "{desk}"}, "did you mean desc?"),
        (["-a", "url=LINK"], {"F2_RENDITION": "worst"}, "F2_RENDITION"),
        (["-a", "url=LINK"], {"F2_MEDIA": "vidio"}, "F2_MEDIA"),
        (["-a", "url=LINK"], {"F2_COOKIES": "/nowhere"}, "F2_COOKIES=/nowhere"),
        (["-a", "url=LINK"], {"F2_ARCHIVE": "README.md"}, "F2_ARCHIVE=README.md"),
        (["-a", "url=LINK"], {"F2_CONFIG": "/nowhere"}, "F2_CONFIG=/nowhere"),
        (["-a", "url=LINK"], {"F2_ARCHIVE": "docs"}, "F2_ARCHIVE=docs: this is a folder"),
        (["-a", "url=LINK"], {"F2_PATH": "README.md"}, "no file can be written there (Not a dir"),
        (["-a", "url=LINK"], {"F2_COOKIE": "sessionid"}, "F2_COOKIE"),
        (["-a", "url=LINK", "-O", "README.md/x.jsonl"], {}, "no file can be written there"),
        (["-a", "url=LINK"], {"F2_REPORT": "README.md/x"}, "F2_REPORT=README.md/x: no file"),
        (["-a", "url=LINK", "-a", "page_counts=99"], {}, "page_counts=99: a page holds 20 at most"),
        (["-a", "url="], {}, "-a url= is empty"),
        (["-a", "url=LINK", "-s", "JOBDIR=/nowhere"], {}, "JOBDIR"),
        (["-a", "url=LINK", "-s", "F2_COOKIE=x"], {}, "environment only"),
    ],
)
def test_bad_input_is_one_line_and_no_request(
    play: Play, words: list[str], settings: dict[str, str], line: str
) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("one")
    run = crawl("douyin_user_post", *(w.replace("LINK", link) for w in words), **settings)
    assert run.code == 1
    [told] = run.log.strip().splitlines()
    assert line in told
    assert crawl.take_report()["requests"] == {}
    if "F2_REPORT" not in settings:
        assert (run.outcome, run.report["exit_code"]) == ("BAD_INPUT", 1)
        assert line in run.report["gaps"][0]["detail"]


def test_bad_input_stands_in_the_log_that_is_kept(play: Play, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    run = play()("douyin_user_post", "-a", "url=hello", "-s", f"LOG_FILE={log}")
    assert run.code == 1
    assert "ERROR: -a url=hello" in log.read_text("utf-8")
    assert run.log.startswith("scrapy crawl douyin_user_post: -a url=hello")


def test_unknown_spider(play: Play) -> None:
    crawl = play()
    run = crawl("douyin_user_pots", "-a", "url=x")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    assert "did you mean douyin_user_post?" in run.log
    assert run.report.keys() == crawl.run_user_post("empty").report.keys()


def test_run_that_does_not_begin_overwrites_nothing_of_the_users(
    play: Play, tmp_path: Path
) -> None:
    jar, feed = tmp_path / "cookies.txt", tmp_path / "rows.jsonl"
    for file in (jar, feed):
        file.write_text("mine")
        mine = {"F2_COOKIES": str(jar), "F2_REPORT": str(file)}
        assert play()("douyin_user_post", "-a", "url=x", "-o", str(feed), **mine).code == 1
        assert file.read_text() == "mine"


def test_lines_of_a_file_that_name_nothing_are_reported(play: Play, tmp_path: Path) -> None:
    crawl = play()
    links = tmp_path / "links.txt"
    good, bad = crawl.sandbox.get_user_url("one"), "https://www.douyin.com/user/xx"
    links.write_text(f"look: {good} {bad} !\n# mine\ntypo\n\nhttps://example.com/\n")
    run = crawl("douyin_user_post", "-a", f"url=@{links}", F2_MEDIA="")
    assert (run.code, run.report["kept"]) == (1, 1)
    assert {gap["key"] for gap in run.report["gaps"]} == {"typo", "https://example.com/", bad}
    assert all(f"{key}: BAD_INPUT" in run.log for key in ("typo", bad))


def test_several_users_in_one_run(play: Play) -> None:
    crawl = play()
    users = " ".join(crawl.sandbox.get_user_url(name) for name in ("demo", "empty", "gap", "demo"))
    run = crawl("douyin_user_post", "-a", f"url={users}", F2_MEDIA="")
    assert (run.code, run.outcome, run.report["kept"]) == (4, "LIST_GAP", 54)
    assert len(run.report["lists"]) == 3


def test_one_refused_list_does_not_hide_the_other(play: Play) -> None:
    crawl = play("login:1~profile")
    users = " ".join(crawl.sandbox.get_user_url(name) for name in ("demo", "one"))
    run = crawl("douyin_user_post", "-a", f"url={users}", F2_MEDIA="", F2_RETRIES="0")
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")
    assert run.report["kept"] > 0
    assert crawl.sandbox.state.faults.to_json() == {"login": 1}


def test_feed_that_breaks_is_named_and_its_works_are_given_again(play: Play) -> None:
    crawl = play()
    run = crawl.run_user_post("one", "-O", "/dev/full:csv", "--nolog", F2_MEDIA="desc")
    assert (run.code, run.outcome, run.report["kept"]) == (4, "DISK", 0)
    again, rows = crawl.run_with_rows(*crawl.build_arguments("one"), F2_MEDIA="desc")
    assert (again.code, len(rows)) == (0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="sizes of files are limited otherwise")
def test_archive_that_takes_no_more_is_reported_in_lines(play: Play) -> None:
    crawl = play()
    command = crawl.build_command(*crawl.build_arguments("clean200"), F2_MEDIA="desc")
    process = subprocess.Popen(**command, stderr=subprocess.PIPE, text=True)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (150_000, 150_000))
    _, log = process.communicate(timeout=60)
    assert (process.returncode, "INFO: DISK: " in log) == (4, True), log[-2000:]
    assert "DISK (the archive: disk I/O error)" in log
    assert "Traceback" not in log


def test_rendition_other_than_the_wanted_one_is_reported(play: Play) -> None:
    wishes = {"F2_MEDIA": "video,cover", "F2_RENDITION": "height<=9"}
    [told] = [
        line
        for line in play().run_user_post("one", **wishes).log.splitlines()
        if "RENDITION" in line
    ]
    assert "offered meets height<=9; the nearest is taken: " in told
    assert "RENDITION" not in play().run_user_post("one", F2_RENDITION="codec:h264").log


def test_expired_login_is_reported(play: Play, tmp_path: Path) -> None:
    crawl, cookies = play(), tmp_path / "cookies.txt"
    line = ".douyin.com\tTRUE\t/\tTRUE\t1000000000\tsessionid\told"
    cookies.write_text(f"# Netscape HTTP Cookie File\n{line}\n")
    run = crawl.run_user_post("one", F2_MEDIA="", F2_COOKIES=str(cookies))
    assert (run.code, "WARNING: Going on as a guest. The login has expired" in run.log) == (0, True)
    crawl.platform = "tiktok"
    run = crawl.run_user_post("one", F2_MEDIA="", F2_COOKIES=str(cookies))
    assert "INFO: Going on as a guest: F2_COOKIES holds no login of tiktok." in run.log
    assert "guest" not in crawl.run_user_post("one", F2_MEDIA="").log


def test_interrupt_says_what_another_one_would_do(play: Play) -> None:
    crawl = play(latency_ms=20)
    command = crawl.build_command(*crawl.build_arguments("clean200"))
    with subprocess.Popen(**command, stderr=subprocess.PIPE, text=True) as process:
        while not crawl.sandbox.state.report.kinds["media"]:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=60)
    assert "Received SIGINT, shutting down gracefully. Send again to force" in log
    assert "Overridden settings" not in log


@pytest.mark.parametrize(
    ("value", "code", "told"), [("3", 0, "3\n"), ("x", 1, "scrapy settings: F2_PACE=x: want a")]
)
def test_scrapy_settings_tells_what_counts(
    value: str, code: int, told: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    env = os.environ | {"F2_PACE": value}
    assert warm.run_scrapy(["settings", "--get", "F2_PACE"], env, PROJECT, str(log)) == code
    assert log.read_text().startswith(told)


def test_words_that_are_no_argument(play: Play) -> None:
    run = play()("douyin_user_post", "-x")
    assert (run.code, run.log) == (2, "scrapy crawl: no such option: -x\n")
    assert _find_misplaced(["douyin_user_post", "url=y"]) == "did you mean -a url=…?"
    assert _find_misplaced(["douyin_user_post"]) == ""


def test_second_interrupt_is_no_success_either(play: Play) -> None:
    with play(latency_ms=20).start_process("clean200") as process:
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        assert process.wait(30) not in (0, 3)


def test_interval_keeps_pinned_works_and_raises_no_alarm(play: Play) -> None:
    crawl = play()
    works = crawl.sandbox.describe_files("pinned").values()
    times = sorted(work["create_time"] for work in works)
    first, last = (time.strftime("%Y-%m-%d", time.gmtime(t + 8 * 3600))
                   for t in (times[2], times[-20]))  # fmt: skip
    run = crawl.run_user_post("pinned", "-a", f"interval={first}|{last}", F2_MEDIA="")
    days = [time.strftime("%Y-%m-%d", time.gmtime(t + 8 * 3600)) for t in times]
    assert run.code == 0
    assert run.report["kept"] == sum(first <= day <= last for day in days)


def test_works_beyond_max_counts_are_no_gap(play: Play) -> None:
    run = play().run_user_post("mixed", "-a", "max_counts=3", F2_MEDIA="")
    assert run.report["seen"] == 3
    assert run.report["expected"] == 3
    assert len(run.report["gaps"]) + run.report["kept"] == 3


def test_work_pinned_since_does_not_end_an_update(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("pinned", "-a", "max_counts=20")
    crawl.run_user_post("pinned")
    crawl.check_files("pinned")


def test_token_host_that_is_down_is_named(play: Play) -> None:
    crawl = play("http=503~ttwid.bytedance.com")
    run = crawl.run_user_post("one", F2_RETRIES="3")
    assert (run.code, run.outcome) == (4, "SERVER_ERROR")
    assert run.report["requests"] == sum(crawl.take_report()["kinds"].values()) <= 3


def test_ms_token_that_is_refused_is_made_up(play: Play) -> None:
    crawl = play("http=503~mssdk.bytedance.com")
    assert crawl.run_user_post("one").code == 0
    assert "ms_token" not in (crawl.root / "f2scrapy.identity.sandbox.json").read_text()


def test_expired_login_differs_from_none(play: Play, tmp_path: Path) -> None:
    jar = tmp_path / "cookies.txt"
    row = ".douyin.com\tTRUE\t/\tTRUE\t1\tsessionid\told"
    jar.write_text(f"# Netscape HTTP Cookie File\n{row}\n")
    run = play("login").run_user_post("one", F2_COOKIES=str(jar))
    assert (run.code, run.outcome) == (5, "COOKIE_EXPIRED")


def test_answers_come_compressed(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("demo", F2_MEDIA="").code == 0
    [posts] = [
        r for name, r in crawl.take_report()["requests"].items() if name.endswith("aweme/post/")
    ]
    assert posts["bytes"] < 600_000, "two pages of 18 works are 1.5 MB unpacked"


def test_pages_keep_the_pace_and_files_do_not_wait_for_it(play: Play) -> None:
    crawl = play()
    run = crawl.run_user_post("pinned", F2_PACE="0.4")
    assert run.code == 0
    asked = crawl.take_report()["requests"]
    [posts] = [r for name, r in asked.items() if name.endswith("aweme/post/")]
    [images] = [r for name, r in asked.items() if name.endswith("douyinpic.com")]
    assert posts["least_gap_ms"] >= 190, "0.4 s, less half of it as jitter"
    assert images["least_gap_ms"] < 190


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_profile_of_a_private_account_lacks_nothing(play: Play, platform: str) -> None:
    crawl = play(platform=platform)
    link = crawl.sandbox.get_user_url("private account", platform)
    run, [row] = crawl.run_with_rows(f"{platform}_user_profile", "-a", f"url={link}")
    assert (run.code, run.report["kept"]) == (0, 1)
    assert (row["nickname"], row["is_secret"], row["state"]) == ("私密账号", True, "OK")


def test_refused_run_leaves_the_rows_of_yesterday(play: Play, tmp_path: Path) -> None:
    crawl = play()
    feed = tmp_path / "works.jsonl"
    words = crawl.build_arguments("demo")
    assert crawl(*words, "-O", str(feed), F2_MEDIA="").code == 0
    yesterday = feed.read_bytes()
    crawl.sandbox.state.switch_on("captcha")
    run = crawl(*words, "-O", str(feed), F2_MEDIA="", F2_RETRIES="0")
    assert (run.code, run.outcome) == (5, "CAPTCHA")
    assert yesterday.count(b"\n") == 24
    assert feed.read_bytes() == yesterday
    assert "stays as it was" in run.log


@pytest.mark.parametrize("form", ["pickle", "avro"])
def test_feed_of_an_unknown_format_is_bad_input(play: Play, tmp_path: Path, form: str) -> None:
    crawl = play()
    feeds = f'{{"{tmp_path}/x": {{"format": "{form}"}}}}'
    run = crawl.run_user_post("demo", "-s", f"FEEDS={feeds}", F2_MEDIA="")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")
    assert f"format {form} is not known" in run.log
    assert crawl.take_report()["requests"] == {}


@pytest.mark.parametrize(
    "words",
    [("-L", "NOISY"), ("-s", "EXTENSIONS={}"), ("-s", "FEEDS=[1]"), ("-O", "%(nope)s.csv"),
     ("--pidfile", "/x/y")],
)  # fmt: skip
def test_setting_of_scrapy_that_cannot_be_used_is_bad_input(play: Play, words: list[str]) -> None:
    crawl = play()
    run = crawl.run_user_post("demo", *words)
    assert (run.code, run.log.count("\n")) == (1, 1)
    early = ("/x/y: No such file", "want an object of JSON")  # before there is a report
    assert any(words in run.log for words in early) or run.outcome == "BAD_INPUT"
    assert crawl.take_report()["requests"] == {}


def test_path_that_leaves_little_room_cuts_the_names(play: Play, tmp_path: Path) -> None:
    crawl = play()
    wanted = 3_850  # bytes of the 4,096 that a path may have
    crawl.root = tmp_path
    while (left := wanted - len(str(crawl.root))) > 1:
        crawl.root /= "d" * min(left - 1, 200)
    archive = {"F2_ARCHIVE": str(tmp_path / "f2scrapy.db")}
    report = {"F2_REPORT": str(tmp_path / "report.json")}
    run = crawl.run_user_post("hostile", **archive, **report, F2_MEDIA="desc")
    assert run.code == 0, run.log[-2000:]
    assert "OK: 64 of 64." in run.log
    files = [path for path in crawl.root.rglob("*") if path.is_file()]
    assert len(files) > 60
    assert max(len(str(path)) for path in files) < 4096
