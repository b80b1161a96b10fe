"""TikTok's main job: what is true of Douyin's is true of it."""

import json
import re
import signal
import time
from pathlib import Path

import pytest
from support.crawling import Crawler, Play

from f2scrapy.sandbox.state import STRICT

FEW = {"F2_RETRIES": "3"}


def test_200_works_come_whole_and_once(play: Play) -> None:
    crawl = play()
    first = crawl.run_user_post("clean200")
    assert (first.code, first.report["summary"]) == (0, "OK: 200 of 200.")
    assert crawl.check_files("clean200", "vicm") > 600
    asked = crawl.take_report()
    assert asked["violations"] == []
    assert asked["list_requests"] == 6
    assert crawl.run_user_post("clean200").code == 0
    asked = crawl.take_report()
    assert asked["list_requests"] == 1
    assert asked["media_requests"] == asked["media_bytes"] == 0


def test_every_kind_of_work_and_its_words(play: Play) -> None:
    crawl = play()
    link = f"url={crawl.sandbox.get_user_url('demo', 'tiktok')}"
    run, rows = crawl.run_with_rows("tiktok_user_post", "-a", link)
    assert (run.code, run.report["kept"], len(rows)) == (0, 24, 24)
    crawl.check_files("demo", "vicm")
    names = [Path(file["path"]).name for row in rows for file in row["files"]]
    for ending in ("_video.mp4", "_image_1.jpeg", "_cover.webp", "_cover.jpeg", "_music.mp3",
                   "_desc.txt", "_subtitle_cmn-Hans-CN.vtt"):  # fmt: skip
        assert any(name.endswith(ending) for name in names), ending
    [srt, *_] = crawl.root.rglob("*.srt")
    assert re.match(r"1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n\S", srt.read_text("utf-8"))
    assert srt.with_suffix(".vtt").read_text("utf-8").startswith("WEBVTT")


def test_other_languages_come_on_request(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("one", F2_MEDIA="subtitle,translation").code == 0
    names = [path.name for path in crawl.list_files()]
    assert sum("_subtitle_" in name for name in names) == 2
    assert sum("_translation_" in name for name in names) >= 2


@pytest.mark.parametrize("link", ["https://www.tiktok.com/@sandbox6", "sandbox6", "SEC",
                                  "看 https://vm.tiktok.com/u-one/，长按复制",
                                  "https://www.tiktok.com/t/u-one/"])  # fmt: skip
def test_a_user_by_each_form_of_link_is_one_user(play: Play, link: str) -> None:
    crawl = play()
    crawl.run_user_post("one")
    _ = crawl.take_report()
    text = link.replace("SEC", crawl.sandbox.state.catalogue.by_name["one"].sec_user_id)
    run = crawl("tiktok_user_post", "-a", f"url={text}", F2_COOKIE="sessionid=f2sandboxsession")
    assert (run.code, run.report["skipped"]) == (0, {"known": 1})
    sec = crawl.sandbox.state.catalogue.by_name["one"].sec_user_id
    assert [listing["source"] for listing in run.report["lists"]] == [f"tiktok:post:{sec}"]
    asked = crawl.take_report()
    assert (asked["media_requests"], asked["violations"]) == (0, [])


def test_a_user_named_twice_is_walked_once(play: Play) -> None:
    crawl = play()
    sec = crawl.sandbox.state.catalogue.by_name["one"].sec_user_id
    run = crawl("tiktok_user_post", "-a", f"url= @sandbox6 {sec}", F2_MEDIA="")
    assert (run.code, run.report["kept"]) == (0, 1)
    assert crawl.take_report()["list_requests"] == 1


def test_works_by_each_form_of_link(play: Play) -> None:
    crawl = play()
    works = list(crawl.sandbox.describe_files("demo", "tiktok"))[:4]
    text = (f"https://www.tiktok.com/@sandbox1/video/{works[0]} "
            f"https://vt.tiktok.com/n-{works[1]}/ "
            f"https://m.tiktok.com/v/{works[2]}.html {works[3]}")  # fmt: skip
    run = crawl("tiktok_post", "-a", f"url={text}")
    assert (run.code, run.report["kept"]) == (0, 4)
    assert crawl.take_report()["violations"] == []


def test_folder_follows_a_new_nickname_without_a_byte(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("demo")
    crawl.sandbox.state.switch_on("renamed=新名字")
    _ = crawl.take_report()
    assert crawl.run_user_post("demo").code == 0
    assert crawl.take_report()["media_bytes"] == 0
    assert [folder.name for folder in (crawl.root / "tiktok" / "post").iterdir()] == ["新名字"]
    crawl.check_files("demo", "vicm")


def test_killed_run_goes_on_where_it_was(play: Play) -> None:
    crawl = play(latency_ms=2)
    with crawl.start_process("clean200") as process:
        while crawl.sandbox.state.report.kinds["media"] < 100:
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert crawl.run_user_post("clean200").code == 0
    crawl.check_files("clean200", "vicm")
    assets = crawl.take_report()["assets"].items()
    again = [key for key, a in assets if a["requests"] > 1 and "-s_" not in key]
    # 16 files are on their way at once; as many may have come whole and not be recorded yet.
    assert len(again) <= 32, "only what was on its way may be fetched again"


def test_explained_gaps(play: Play) -> None:
    crawl = play()
    run = crawl.run_user_post("mixed")
    assert run.code == 3
    assert (run.report["kept"], run.report["explained"], run.report["unexplained"]) == (45, 15, 0)
    assert {gap["outcome"] for gap in run.report["gaps"]} == {"PRIVATE", "DELETED", "PROHIBITED"}


@pytest.mark.parametrize(
    ("user", "code", "outcome"),
    [("empty", 0, "EMPTY_TRUE"), ("private account", 3, "PRIVATE"), ("gap", 4, "LIST_GAP"),
     ("banned", 3, "DELETED"), ("nobody at all", 3, "DELETED")],
)  # fmt: skip
def test_users_with_little_to_show(play: Play, user: str, code: int, outcome: str) -> None:
    crawl = play()
    if user == "nobody at all":
        run = crawl("tiktok_user_post", "-a", "url=https://www.tiktok.com/@nobody.at.all")
    else:
        run = crawl.run_user_post(user, F2_MEDIA="")
    assert (run.code, run.outcome) == (code, outcome)


REFUSED = {
    "empty": "LOGIN_REQUIRED",
    "captcha": "CAPTCHA",  # of the interfaces: the page of the user leads to /login
    "captcha_page": "CAPTCHA",
    "login": "LOGIN_REQUIRED",
    "region": "REGION",
    "rate_limit": "RATE_LIMITED",
    "status=10201": "LOGIN_REQUIRED",  # the page of the user leads to /login
    "lapse": "LOGIN_REQUIRED",
    "notfound": "REGION",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_refusal_of_everything(play: Play, fault: str) -> None:
    """The page that shows the user, too."""
    run = play(fault, "login_page~sandbox1").run_user_post("demo", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome) == (5, REFUSED[fault])
    assert run.report["advice"]


UNEXPLAINED = {
    "http=503~list": "SERVER_ERROR",
    "status=10101~list": "SERVER_ERROR",
    "status=777~list": "SCHEMA_CHANGED",
    "not_json~list": "NETWORK",
    "stuck_cursor": "LIST_GAP",
    "repeat": "LIST_GAP",
    "lossy": "LIST_GAP",
    "no_cursor": "SCHEMA_CHANGED",
    "no_has_more": "SCHEMA_CHANGED",
    "no_rows": "SCHEMA_CHANGED",
    "rows_text:1": "SCHEMA_CHANGED",
    "row_without_id:1": "SCHEMA_CHANGED",
}


@pytest.mark.parametrize("fault", UNEXPLAINED)
def test_gap_without_an_explanation(play: Play, fault: str) -> None:
    run = play(fault).run_user_post("pinned", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome) == (4, UNEXPLAINED[fault])
    assert run.report["kept"] + run.report["failed"] == 45


@pytest.mark.parametrize("fault", ["captcha:1", "empty:2", "cursor_number", "early_end", "short",
                                   "cut:5", "stall:2", "html:3", "expired:5", "last_mirror",
                                   "dead_list_urls", "lapse:1",
                                   "captcha_page:1~explore"])  # fmt: skip
def test_survived(play: Play, fault: str) -> None:
    crawl = play(fault)
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert crawl.check_files("demo", "vicm") == 84
    assert not list(crawl.root.rglob("*.part*"))


def test_what_the_interfaces_refuse_comes_from_the_pages(play: Play) -> None:
    crawl = play("empty~detail", "empty~profile")
    work = next(iter(crawl.sandbox.describe_files("one", "tiktok")))
    run = crawl("tiktok_post", "-a", f"url={work}", **FEW)
    assert (run.code, run.report["kept"], run.report["lists"][0]["origin"]) == (0, 1, "page")
    assert crawl.run_user_post("one", F2_MEDIA="", **FEW).code == 0


def test_refusals_of_a_blocked_address_explain_no_gap(play: Play) -> None:
    crawl = play("expired", "status=10204~detail")
    run = crawl.run_user_post("one", **FEW)
    assert (run.code, run.outcome) == (4, "MEDIA_BROKEN")
    crawl.sandbox.state.faults.active.clear()
    assert crawl.run_user_post("one", **FEW).code == 0
    assert crawl.check_files("one", "vicm")


def test_a_cookie_that_files_refuse_is_renewed(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("one", F2_MEDIA="").code == 0
    kept = json.loads((crawl.root / "f2scrapy.identity.sandbox.json").read_text())
    crawl.sandbox.state.expired_tokens.add(kept["tiktok"]["tokens"]["tt_chain_token"]["value"])
    run = crawl.run_user_post("demo")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert crawl.check_files("demo", "vicm") == 84
    assert run.report["retries"] == 0


@pytest.mark.parametrize("fault", ["status=10204@2~list", "status=10216@2~list",
                                   "status=10202~list"])  # fmt: skip
def test_list_whose_owner_is_there_was_not_deleted(play: Play, fault: str) -> None:
    run = play(fault).run_user_post("pinned", F2_MEDIA="", **FEW)
    assert (run.code, run.outcome) == (4, "LIST_GAP")
    assert run.report["kept"] + run.report["failed"] == 45


def test_work_that_the_interface_doubts_is_looked_for_on_its_page(play: Play) -> None:
    crawl = play("status=10204~detail")
    work = next(iter(crawl.sandbox.describe_files("one", "tiktok")))
    run = crawl("tiktok_post", "-a", f"url={work}", **FEW)
    assert (run.code, run.report["kept"], run.report["lists"][0]["origin"]) == (0, 1, "page")


def test_secrets_go_where_they_belong(play: Play, tmp_path: Path) -> None:
    crawl = play("cut:1", "reset:1~cmn_Hans", "cut=300:1~list")
    names = [(".tiktok.com", "sessionid", "f2sandboxsession"),
             (".tiktok.com", "sid_guard", "pl4nt"),
             (".tiktokcdn.com", "sid_guard", "pl4nt")]  # fmt: skip
    lines = [f"{d}\tTRUE\t/\tTRUE\t0\t{n}\t{v}" for d, n, v in names]
    jar = tmp_path / "cookies.txt"
    jar.write_text("# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n")
    # Scrapy warns of every answer that is larger, by the address as it is sent.
    run = crawl.run_user_post("demo", "-L", "DEBUG", "-s", "DOWNLOAD_WARNSIZE=1",
                      "-O", f"{crawl.root}.jsonl", F2_COOKIES=str(jar))  # fmt: skip
    assert run.code == 0
    assert "is larger than download warn size" in run.log
    assert "DATALOSS" not in run.log
    asked = crawl.take_report()
    assert asked["media_requests"] > 80
    assert asked["violations"] == []
    told = run.log + str(run.report) + Path(f"{crawl.root}.jsonl").read_text("utf-8")
    for secret in ("f2sandboxsession", "pl4nt", "msToken=", "X-Bogus=", "tt_chain_token="):
        assert secret not in told


@pytest.mark.parametrize(
    ("scheme", "schemes"),
    [
        ("x_gnarly", "{web: x_gnarly}"),
        ("dynosaur", "{web: dynosaur}"),
        ("dynosaur", "{/api/post/item_list/: dynosaur, /api/user/detail/: dynosaur}"),
    ],
)
def test_another_signature_is_a_line_of_the_users_file(
    play: Play, tmp_path: Path, scheme: str, schemes: str
) -> None:
    crawl: Crawler = play(strict=STRICT | {scheme})
    assert crawl.run_user_post("demo", F2_MEDIA="", **FEW).outcome == "RISK_CONTROL", (
        "x_bogus is no more"
    )
    _ = crawl.take_report()
    file = tmp_path / "f2scrapy.yaml"
    file.write_text(f"client: {{tiktok: {{schemes: {schemes}}}}}\n")
    run = crawl.run_user_post("demo", F2_MEDIA="", F2_CONFIG=str(file))
    assert (run.code, run.report["kept"]) == (0, 24)
    assert crawl.take_report()["violations"] == []
