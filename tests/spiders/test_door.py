"""The platform's door: the gateway's reasons, the proof of work, looping lists, other channels."""

import json
from pathlib import Path

import pytest
from support.crawling import Crawler, Play

from f2scrapy.sandbox.state import SESSION, STRICT

FEW = {"F2_RETRIES": "3", "F2_MEDIA": ""}
GUARDED = STRICT | {"argus", "argus_header"}
ARGUS = {
    "argus": ("RISK_CONTROL", "uifid_rejected", 2),
    "argus_uifid": ("RISK_CONTROL", "uifid_not_found", 2),
    "argus_signature": ("SIGNATURE_REJECTED", "signature_not_found", 2),
    "argus_sign": ("SIGNATURE_REJECTED", "sign_invalid", 2),
}


def write_cookies(folder: Path, *pairs: tuple[str, str]) -> str:
    path = folder / "cookies.txt"
    lines = [f".douyin.com\tTRUE\t/\tTRUE\t0\t{name}\t{value}\n" for name, value in pairs]
    path.write_text("# Netscape HTTP Cookie File\n" + "".join(lines))
    return str(path)


def get_paths(crawl: Crawler) -> dict[str, int]:
    asked = crawl.take_report()["requests"]
    return {path: entry["count"] for path, entry in asked.items()}


# Douyin's gateway


@pytest.mark.parametrize("strict", [GUARDED, GUARDED | {"websign"}])
def test_a_guest_passes_the_gateway(play: Play, strict: frozenset[str]) -> None:
    crawl = play(strict=strict)
    run = crawl.run_user_post("clean200", **FEW)
    assert (run.code, run.report["summary"]) == (0, "OK: 200 of 200.")
    report = crawl.take_report()
    assert report["violations"] == []
    assert report["requests"]["live.douyin.com/"]["count"] == 1
    crawl.run_user_post("one", **FEW)
    assert "live.douyin.com/" not in get_paths(crawl), "the uifid lasts"


@pytest.mark.parametrize("fault", ARGUS)
def test_each_reason_has_its_name_one_retry_and_advice(play: Play, fault: str) -> None:
    outcome, reason, sent = ARGUS[fault]
    crawl = play(f"{fault}~aweme/post")
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, outcome), run.log
    [gap] = run.report["gaps"]
    assert gap["reason"] == reason
    assert get_paths(crawl)["www.douyin.com/aweme/v1/web/aweme/post/"] == sent
    assert "waiting does not help" in run.report["advice"]
    assert "hour" not in run.report["summary"]


def test_another_uifid_after_a_rejected_one(play: Play) -> None:
    crawl = play(strict=GUARDED)
    crawl.run_user_post("one", **FEW)
    [path] = crawl.root.glob("*identity*")
    saved = json.loads(path.read_text())
    saved["douyin"]["tokens"]["uifid"]["value"] = "0" * 192
    path.write_text(json.dumps(saved))
    crawl.take_report()
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome, run.report["retries"]) == (0, "OK", 1)
    report = crawl.take_report()
    assert [each["what"] for each in report["violations"]] == ["uifid not issued here"]
    assert report["requests"]["live.douyin.com/"]["count"] == 1


def test_a_path_that_wants_a_signature_gets_one(play: Play) -> None:
    crawl = play("argus_signature:1~user/profile/other")
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome, run.report["retries"]) == (0, "OK", 1)


def test_reasons_that_follow_each_other_get_a_retry_each(play: Play) -> None:
    faults = [f"{name}:1~aweme/post" for name in ("argus_uifid", "argus_sign", "argus")]
    run = play(*faults).run_user_post("demo", **FEW)
    assert (run.code, run.outcome, run.report["retries"]) == (0, "OK", 3)


def test_a_guest_without_a_uifid_goes_on_where_no_gateway_stands(play: Play) -> None:
    crawl = play("http=404~live.douyin.com/", strict=STRICT - {"argus"})
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (0, "OK")


def test_a_guest_without_a_uifid_reads_where_to_find_one(play: Play) -> None:
    crawl = play("http=404~live.douyin.com/", "captcha_page~page", strict=GUARDED)
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, "RISK_CONTROL")
    assert {gap["reason"] for gap in run.report["gaps"]} == {"uifid_not_found"}


def test_any_real_page_gives_a_guest_its_uifid(play: Play) -> None:
    run = play("http=404~live.douyin.com/", strict=GUARDED).run_user_post("demo", **FEW)
    assert (run.code, run.outcome, run.report["from_page"]) == (0, "OK", 1)


def test_an_account_sends_the_webid_of_its_session_or_none(play: Play, tmp_path: Path) -> None:
    crawl = play(strict=GUARDED)
    ttwid = crawl.sandbox.state.issue_ttwid()
    cookies = write_cookies(tmp_path, ("sessionid", SESSION), ("ttwid", ttwid))
    run = crawl.run_user_post("pinned", F2_COOKIES=cookies, **FEW)
    assert (run.code, run.report["kept"]) == (0, 45)
    report = crawl.take_report()
    assert report["violations"] == []
    assert "mcs.zijieapi.com/webid" not in report["requests"]


def test_a_single_work_comes_by_the_other_channel(play: Play) -> None:
    crawl = play("argus~detail", "captcha_page~page", strict=GUARDED)
    work = next(iter(crawl.sandbox.describe_files("one")))
    run = crawl("douyin_post", "-a", f"url={work}", **FEW)
    assert (run.code, run.outcome, run.report["from_open"]) == (0, "OK", 1)
    assert run.report["lists"][0]["origin"] == "open"
    assert "1 answer read by open.douyin.com" in run.report["summary"]
    assert crawl.take_report()["violations"] == []


def test_addresses_are_renewed_by_the_other_channel(play: Play) -> None:
    crawl = play("dead_list_urls", "argus~detail")
    run = crawl.run_user_post("one", F2_RETRIES="1")
    assert (run.code, run.report["from_open"]) == (0, 1)
    crawl.check_files("one")


# The page that says "Please wait"


@pytest.mark.parametrize("where", ["", "~list", "~profile"])
@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_the_proof_of_work_is_done_once(play: Play, platform: str, where: str) -> None:
    crawl = play(f"please_wait{where}", platform=platform)
    run = crawl.run_user_post("clean200", **FEW)
    assert (run.code, run.report["summary"]) == (0, "OK: 200 of 200.")
    hosts = 2 if (platform, where) == ("douyin", "") else 1  # live.douyin.com is the second
    assert run.log.count('the "Please wait" page of') == hosts
    assert crawl.take_report()["violations"] == []
    again = crawl.run_user_post("one", **FEW)
    assert (again.code, again.log.count('the "Please wait" page')) == (0, 0), "it is kept"


def test_the_second_form_of_tiktoks_page(play: Play) -> None:
    run = play("please_wait=rci", platform="tiktok").run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (0, "OK")


@pytest.mark.parametrize("value", ["again", "hard"])
@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_a_page_that_stays_is_a_refusal(play: Play, platform: str, value: str) -> None:
    crawl = play(f"please_wait={value}~list", platform=platform)
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, "RISK_CONTROL")
    [gap] = run.report["gaps"]
    assert gap["reason"] == "please_wait"
    assert '"Please wait"' in gap["detail"]
    assert "hour" not in run.report["advice"]
    interfaces = {"douyin": 1, "tiktok": 2}[platform]  # creator/item_list is the second
    assert run.report["retries"] == interfaces
    if platform == "douyin":
        fired = crawl.sandbox.state.faults.to_json()["please_wait"]
        assert fired == (4 if value == "again" else 2)


def test_short_links_pass_it(play: Play) -> None:
    crawl = play("please_wait~link")
    run = crawl("douyin_user_post", "-a", "url=https://v.douyin.com/u-demo/", **FEW)
    assert (run.code, run.report["kept"]) == (0, 24)
    assert crawl.take_report()["violations"] == []


@pytest.mark.parametrize("fault", ["script_page", "captcha_page"])
def test_pages_for_browsers_and_people_are_named(play: Play, fault: str) -> None:
    run = play(f"{fault}~list").run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, "CAPTCHA")
    word = "__ac_nonce" if fault == "script_page" else "slider"
    assert word in run.report["gaps"][0]["detail"]


# Lists


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_a_looping_list_is_asked_for_as_another_guest(play: Play, platform: str) -> None:
    crawl = play("loop", platform=platform)
    run = crawl.run_user_post("clean200", **FEW)
    assert (run.code, run.report["summary"]) == (0, "OK: 200 of 200.")
    assert len(crawl.sandbox.state.looped) == 1
    again = crawl.run_user_post("pinned", **FEW)
    assert (again.code, again.report["retries"]) == (0, 0), "the looped guest is not used again"


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_a_list_that_loops_for_all_is_a_gap(play: Play, platform: str) -> None:
    run = play("loop=0", platform=platform).run_user_post("clean200", **FEW)
    assert (run.code, run.outcome) == (4, "LIST_GAP")


def test_an_empty_page_in_the_middle_of_a_list(play: Play) -> None:
    crawl = play("no_rows:2@2", platform="tiktok")
    run = crawl.run_user_post("clean200", **FEW)
    assert run.report["seen"] == 200 - 2 * 35
    assert (run.code, run.outcome) == (4, "LIST_GAP")


@pytest.mark.parametrize(
    ("fault", "outcome"), [("empty", "LOGIN_REQUIRED"), ("captcha", "CAPTCHA")]
)
def test_a_site_page_that_leads_to_the_login(play: Play, fault: str, outcome: str) -> None:
    """The captcha of an interface is not hidden by it."""
    crawl = play(f"{fault}~profile", "login_redirect~sandbox1", platform="tiktok")
    run = crawl.run_user_post("demo", **FEW)
    assert (run.code, run.outcome) == (5, outcome), run.log
