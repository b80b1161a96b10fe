"""The site's page replaces an interface that refuses, and the run says so."""

from support.crawling import Crawler, Play

FEW = {"F2_RETRIES": "1"}


def works(crawl: Crawler, user: str) -> str:
    return "url=" + " ".join(
        f"https://www.douyin.com/video/{n}" for n in crawl.sandbox.describe_files(user)
    )


def test_works_whose_interface_refuses_come_from_their_pages(play: Play) -> None:
    crawl = play("argus~aweme/detail")
    run = crawl("douyin_post", "-a", works(crawl, "demo"), **FEW)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert {listing["origin"] for listing in run.report["lists"]} == {"page"}
    assert run.report["from_page"] == 24
    assert "24 answers read from the site's page" in run.report["summary"]
    assert crawl.check_files("demo") == 98
    assert crawl.take_report()["violations"] == []


def test_page_that_refuses_too_leaves_the_interfaces_word(play: Play) -> None:
    crawl = play("argus~aweme/detail", "captcha_page~page")
    run = crawl("douyin_post", "-a", works(crawl, "one"), **FEW)
    assert (run.code, run.outcome) == (5, "RISK_CONTROL")
    assert (run.report["from_page"], crawl.take_report()["kinds"]["page"]) == (0, 1)


def test_list_goes_on_with_its_owners_page(play: Play) -> None:
    crawl = play("captcha~profile")
    run = crawl.run_user_post("pinned", F2_MEDIA="", **FEW)
    assert (run.code, run.report["expected"], run.report["kept"]) == (0, 45, 45), run.log
    [listing] = run.report["lists"]
    assert (listing["origin"], run.report["from_page"]) == ("interface", 1)


def test_other_refusals_ask_for_no_page(play: Play) -> None:
    crawl = play("rate_limit~profile")
    run = crawl("douyin_user_profile", "-a", f"url={crawl.sandbox.get_user_url('one')}", **FEW)
    assert (run.code, run.outcome) == (5, "RATE_LIMITED")
    assert "page" not in crawl.take_report()["kinds"]


def test_collection_begins_on_its_page_and_goes_on_at_the_interface(play: Play) -> None:
    crawl = play("captcha:2~mix/aweme")
    mix_id = crawl.sandbox.state.catalogue.by_name["series"].mix_id
    url = f"https://www.douyin.com/collection/{mix_id}"
    run = crawl("douyin_mix", "-a", f"url={url}", F2_MEDIA="", **FEW)
    assert (run.code, run.report["expected"], run.report["kept"]) == (0, 45, 45), run.log
    assert run.report["lists"][0]["origin"] == "page"
