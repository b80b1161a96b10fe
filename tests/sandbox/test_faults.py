"""Test each fault: its effect, its place, its number of times."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.sandbox_client import Browser, Reply, get_first_url, visit

from f2scrapy.sandbox.faults import NAMES, Fault, UnknownFault
from f2scrapy.sandbox.state import Options


async def fetch_list(
    browser: Browser, *faults: str, name: str = "clean200", **params: Any
) -> Reply:
    """Return the list after switching on *faults*."""
    for fault in faults:
        browser.sandbox.state.switch_on(fault)
    return await browser.fetch_posts(name, **params)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("captcha", ("captcha", "", None, 1.0, 1, "")),
        ("captcha@3", ("captcha", "", None, 1.0, 3, "")),
        ("stall=4096:1", ("stall", "4096", 1, 1.0, 1, "")),
        ("cut:0.1", ("cut", "", None, 0.1, 1, "")),
        ("http=503:2@4~detail", ("http", "503", 2, 1.0, 4, "detail")),
    ],
)
def test_parse(text: str, expected: tuple) -> None:
    fault = Fault.parse(text)
    assert (
        fault.name, fault.value, fault.times, fault.rate, fault.first, fault.where
    ) == expected  # fmt: skip


@pytest.mark.parametrize("text", ["nonsense", "cut:x", "", "stall=1 2:3:"])
def test_unknown_faults_are_named(text: str) -> None:
    with pytest.raises(UnknownFault, match="known faults: argus"):
        Fault.parse(text)


REFUSALS = {
    "empty": (200, b""),
    "argus": (403, b"Blocked by ArgusSecurityPlugin"),
    "argus_uifid": (403, b"Uifid Not Found"),
    "argus_signature": (403, b"Signature Not Found"),
    "argus_sign": (403, b"Sign Invalid"),
    "please_wait": (200, b"/waf-aiso/"),
    "script_page": (200, b"byted_acrawler"),
    "captcha": (200, b'"type":"verify"'),
    "captcha_page": (200, b"captcha_container"),
    "login": (200, b'"status_code":8'),
    "login_page": (200, b"login-panel"),
    "login_redirect": (302, b""),
    "rate_limit": (429, b"Too Many"),
    "http=444": (444, b""),
    "http=502": (502, b"Bad Gateway"),
    "status=2154": (200, b'"status_code":2154'),
    "not_json": (200, b'{"status_code":0,"aweme_list":[{"aweme_id":'),
}


@pytest.mark.parametrize("fault", REFUSALS)
async def test_refusals(browser: Browser, fault: str) -> None:
    reply = await fetch_list(browser, fault)
    status, text = REFUSALS[fault]
    assert reply.status == status
    assert text in reply.body
    assert b"desc" not in reply.body
    assert not browser.violations


@pytest.mark.parametrize(("status", "mark"), [(403, b"<pre>"), (500, b"<pre>"), (200, b"2154")])
async def test_a_refusal_repeats_the_headers(browser: Browser, status: int, mark: bytes) -> None:
    reply = await fetch_list(browser, f"quoted={status}")
    assert (reply.status, mark in reply.body) == (status, True)
    assert browser.headers["User-Agent"].encode() in reply.body
    assert b"ttwid=" in reply.body


async def test_from_the_third_request_on(browser: Browser) -> None:
    first = await fetch_list(browser, "empty@3")
    others = [await browser.fetch_posts("clean200") for _ in range(3)]
    assert [bool(reply.body) for reply in (first, *others)] == [True, True, False, False]


async def test_faults_of_one_name_are_counted_together(browser: Browser) -> None:
    assert (await fetch_list(browser, "http=444:1", "http=503:1@2")).status == 444
    assert [(await browser.fetch_posts("one")).status for _ in range(3)] == [200, 503, 200]
    assert browser.sandbox.state.faults.to_json() == {"http": 2}


async def test_once(browser: Browser) -> None:
    assert not (await fetch_list(browser, "empty:1")).body
    assert (await browser.fetch_posts("clean200")).body


async def test_a_rate_is_the_same_on_every_run(browser: Browser) -> None:
    async def run() -> list[bool]:
        browser.sandbox.state.reset()
        browser.sandbox.state.switch_on("http=404:0.5~page")
        home = "https://www.douyin.com/"
        return [(await browser.get(home)).status == 404 for _ in range(30)]

    one = await run()
    assert one == await run()
    assert 5 < sum(one) < 25


async def test_place_of_a_fault(browser: Browser) -> None:
    assert (await fetch_list(browser, "empty~detail")).body
    aweme_id = next(iter(browser.sandbox.describe_files("one")))
    assert not (await browser.call_api("aweme/detail", aweme_id=aweme_id)).body


PAGES = {
    "short=4": {"rows": 4, "has_more": 1},
    "lossy=3": {"rows": 15, "has_more": 1},
    "early_end": {"rows": 18, "has_more": 0},
    "coded=203": {"rows": 18, "status_code": 203},
    "no_cursor": {"rows": 18, "max_cursor": None},
    "no_has_more": {"rows": 18, "has_more": None},
    "no_rows": {"rows": None},
    "null_rows": {"rows": None},
    "stuck_cursor": {"rows": 18, "max_cursor": 0},
}


@pytest.mark.parametrize("fault", PAGES)
async def test_faults_change_pages(browser: Browser, fault: str) -> None:
    page = (await fetch_list(browser, fault)).json()
    rows = page.get("aweme_list")
    seen = {"rows": None if rows is None else len(rows), **{
        key: page.get(key) for key in ("has_more", "max_cursor", "status_code")}}  # fmt: skip
    assert seen | PAGES[fault] == seen


async def test_null_rows_are_there_and_missing_rows_are_not(browser: Browser) -> None:
    assert "aweme_list" in (await fetch_list(browser, "null_rows:1")).json()
    assert "aweme_list" not in (await fetch_list(browser, "no_rows")).json()


async def test_cursor_as_text(browser: Browser) -> None:
    assert isinstance((await fetch_list(browser, "cursor_text")).json()["max_cursor"], str)


async def test_rows_without_an_id(browser: Browser) -> None:
    assert (await fetch_list(browser, "rows_text:1")).json()["aweme_list"][0] == "gone"
    assert "aweme_id" not in (await fetch_list(browser, "row_without_id")).json()["aweme_list"][0]


@pytest.mark.parametrize("fault", ["short=3", "empty_page:2@2", "empty_page:1@4", "repeat:2@3"])
async def test_a_correct_reader_loses_no_work(browser: Browser, fault: str) -> None:
    browser.sandbox.state.switch_on(fault)
    works = [
        w["aweme_id"] for page in await browser.fetch_pages("pinned") for w in page["aweme_list"]
    ]
    assert len(set(works)) == 45


async def test_an_empty_page_has_more(browser: Browser) -> None:
    first = await fetch_list(browser)
    cursor = first.json()["max_cursor"]
    page = (await fetch_list(browser, "empty_page", max_cursor=cursor)).json()
    assert (page["aweme_list"], page["has_more"]) == ([], 1)


async def test_the_page_before_is_sent_again(browser: Browser) -> None:
    first = (await fetch_list(browser, "repeat")).json()
    again = (await browser.fetch_posts("clean200", max_cursor=first["max_cursor"])).json()
    assert again == first


async def test_pages_are_kept_for_repeat_only_and_by_list(browser: Browser) -> None:
    await fetch_list(browser)
    assert browser.sandbox.state.last_pages == {}
    browser.sandbox.state.switch_on("repeat")
    for keyword in ("pinned", "demo"):
        page = (await browser.call_api("search/item", keyword=keyword, count=10)).json()
        assert page["global_doodle_config"]["keyword"] == keyword


async def test_a_looped_guest_sees_the_first_page_for_ever(browser: Browser) -> None:
    mine = browser.with_changes(cookie=f"ttwid={browser.sandbox.state.issue_ttwid()}")
    first = (await fetch_list(mine, "loop")).json()
    for cursor in (first["max_cursor"], 1):
        assert (await mine.fetch_posts("clean200", max_cursor=cursor)).json() == first
    other = await browser.fetch_posts("clean200", max_cursor=first["max_cursor"])
    assert other.json()["aweme_list"] != first["aweme_list"]


async def test_lossy_pages_lose(browser: Browser) -> None:
    browser.sandbox.state.switch_on("lossy=3:1@2")
    works = [w for page in await browser.fetch_pages("pinned") for w in page["aweme_list"]]
    assert len(works) == 42


# Media


async def fetch_film_url(browser: Browser) -> str:
    return get_first_url((await browser.fetch_posts("one")).json()["aweme_list"][0])


async def test_cut(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("cut=1000")
    with pytest.raises(aiohttp.ClientPayloadError):
        await browser.get(url)
    assert browser.sandbox.state.report.media_bytes == 1000


async def test_cut_lists(browser: Browser) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await fetch_list(browser, "cut~list")


async def test_reset(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("reset=1000")
    with pytest.raises(aiohttp.ClientError):
        await browser.get(url)


async def test_stall(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("stall=1000")
    async with browser.http.get(
        browser.sandbox.to_sandbox(url), headers=browser.headers
    ) as response:
        assert len(await response.content.readexactly(1000)) == 1000
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(response.content.readany(), 0.3)


async def test_drip(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("drip=1000")
    async with browser.http.get(
        browser.sandbox.to_sandbox(url), headers=browser.headers
    ) as response:
        began = time.monotonic()
        assert len(await response.content.readexactly(500)) == 500
        assert time.monotonic() - began > 0.25


async def test_no_length(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    whole = (await browser.get(url)).body
    browser.sandbox.state.switch_on("no_length")
    reply = await browser.get(url)
    assert "Content-Length" not in reply.headers
    assert reply.body == whole


async def test_range_is_ignored(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("no_range")
    reply = await browser.get(url, headers={**browser.headers, "Range": "bytes=5-"})
    assert reply.status == 200
    assert "Accept-Ranges" not in reply.headers


async def test_wrong_content_range(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("bad_range=7")
    reply = await browser.get(url, headers={**browser.headers, "Range": "bytes=5-9"})
    assert reply.headers["Content-Range"].startswith("bytes 12-16/")


async def test_etag_changes_midway(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    etag = (await browser.get(url, "HEAD")).headers["ETag"]
    browser.sandbox.state.switch_on("etag")
    headers = {**browser.headers, "Range": "bytes=5-", "If-Range": etag}
    reply = await browser.get(url, headers=headers)
    assert reply.status == 200
    assert reply.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [("html", 200, b"<html>"), ("expired", 403, b"<h1>"), ("empty_media", 200, b""),
     ("http=503~media", 503, b"<html>")],
)  # fmt: skip
async def test_replies_instead_of_media(
    browser: Browser, fault: str, status: int, begins: bytes
) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on(fault)
    reply = await browser.get(url)
    assert (reply.status, reply.body[: len(begins)]) == (status, begins)


async def test_half_a_file_is_sent_as_the_whole(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    whole = (await browser.get(url)).body
    browser.sandbox.state.switch_on("short_body")
    reply = await browser.get(url)
    assert reply.body == whole[: len(whole) // 2]
    assert int(reply.headers["Content-Length"]) == len(reply.body)


async def test_film_without_its_sound_is_as_long(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    whole = (await browser.get(url)).body
    browser.sandbox.state.switch_on("mute")
    silent = (await browser.get(url)).body
    assert (b"soun" in whole, b"soun" in silent, len(whole)) == (True, False, len(silent))


async def test_beginning_of_a_list_is_sent_as_the_whole() -> None:
    async with visit(Options(compress=False)) as browser:
        whole = (await fetch_list(browser)).body
        assert (await fetch_list(browser, "short_body=300~list")).body == whole[:300]


async def test_redirects_to_other_hosts(browser: Browser) -> None:
    url = await fetch_film_url(browser)
    browser.sandbox.state.switch_on("led=example.com/x:1")
    browser.sandbox.state.switch_on("led@2")
    for there in ("https://example.com/x", "http://169.254.169.254/latest"):
        assert (await browser.get(url)).headers["Location"] == there


async def test_reply_that_cannot_be_decompressed(browser: Browser) -> None:
    with pytest.raises(aiohttp.ClientError):
        await fetch_list(browser, "garbled=gzip~list")


async def test_addresses_of_lists_are_refused(browser: Browser) -> None:
    work = (await fetch_list(browser, "dead_list_urls", name="one")).json()["aweme_list"][0]
    assert (await browser.get(get_first_url(work))).status == 403
    detail = (await browser.call_api("aweme/detail", aweme_id=work["aweme_id"])).json()
    assert (await browser.get(get_first_url(detail["aweme_detail"]))).status == 200


async def test_only_the_last_mirror_works(browser: Browser) -> None:
    work = (await fetch_list(browser, "last_mirror", name="one")).json()["aweme_list"][0]
    urls = work["video"]["play_addr"]["url_list"]
    assert [(await browser.get(url)).status for url in urls] == [404, 404, 302]
    onward = (await browser.get(urls[2])).headers["Location"]
    assert (await browser.get(onward)).status == 200


# State


async def fetch_nickname(browser: Browser, name: str = "one") -> str:
    sec = browser.sandbox.state.catalogue.by_name[name].sec_user_id
    page = (await browser.call_api("user/profile/other", sec_user_id=sec)).json()
    return str(page["user"]["nickname"])


async def test_renamed_on_command(browser: Browser) -> None:
    assert await fetch_nickname(browser) == "只有一个"
    browser.sandbox.state.switch_on("renamed=新名字")
    assert await fetch_nickname(browser) == "新名字"
    work = (await browser.fetch_posts("one")).json()["aweme_list"][0]
    assert work["author"]["nickname"] == "新名字"


async def test_renamed_at_the_second_profile(browser: Browser) -> None:
    browser.sandbox.state.switch_on("renamed=新@2")
    assert [await fetch_nickname(browser) for _ in range(3)] == ["只有一个", "新", "新"]


async def test_renamed_after_the_first_crawl(browser: Browser) -> None:
    browser.sandbox.state.switch_on("renamed_after=新")
    assert await fetch_nickname(browser) == "只有一个"
    await browser.fetch_pages("one")
    assert await fetch_nickname(browser) == "新"


async def test_an_expired_visitor_needs_another_ttwid(browser: Browser) -> None:
    visitor = browser.with_changes(cookie=f"ttwid={browser.sandbox.state.issue_ttwid()}")
    browser.sandbox.state.switch_on("lapse:1")
    assert not (await visitor.fetch_posts("one")).body
    assert not (await visitor.fetch_posts("one")).body
    assert (await browser.fetch_posts("one")).body
    assert set(browser.violations) == {"ttwid expired"}


async def test_a_reset_restores_the_faults_of_the_options() -> None:
    async with visit(Options(faults=("empty:1",))) as browser:
        assert not (await browser.fetch_posts("one")).body
        assert (await browser.fetch_posts("one")).body
        browser.sandbox.state.reset()
        assert not (await browser.fetch_posts("one")).body


async def test_an_inflated_answer_is_far_longer_than_what_was_sent(browser: Browser) -> None:
    reply = await fetch_list(browser, "inflated~list")
    assert int(reply.headers["Content-Length"]) * 500 < len(reply.body)


async def test_a_slider_is_demanded_until_a_page_has_moved_it(browser: Browser) -> None:
    browser = browser.with_changes(cookie=f"ttwid={browser.sandbox.state.issue_ttwid()}")
    reply = await fetch_list(browser, "slider")
    assert reply.headers["bdturing-verify"]
    site_page = (await browser.get("https://www.douyin.com/")).body.decode()
    [key] = re.findall(r"page\.js\?key=(\w+)", site_page)
    for sent, status in (("0" * 32, 403), (key, 200)):
        assert b'"type":"verify"' in (await browser.fetch_posts("one")).body
        address = f"https://www.douyin.com/site/slider?key={sent}"
        headers = browser.headers | {"Cookie": browser.cookie}
        moved = await browser.get(address, "POST", headers=headers)
        assert moved.status == status
    assert b'"aweme_list"' in (await browser.fetch_posts("one")).body


def test_every_fault_is_tested() -> None:
    files = Path(__file__).parent.glob("test_*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    tried = set(re.findall(r'"(\w+)(?:[=:@~][^"]*)?"', source))
    assert set(NAMES) - tried == set()
