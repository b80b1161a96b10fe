"""Faults: each does what its name says, to whom and as often as it was told."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.sandbox_client import Browser, Reply, first_url, visit

from f2scrapy.sandbox.faults import NAMES, Fault, UnknownFault
from f2scrapy.sandbox.state import Options


async def ask(browser: Browser, *faults: str, name: str = "clean200", **params: Any) -> Reply:
    """The list, after switching on *faults*."""
    for fault in faults:
        browser.sandbox.world.switch_on(fault)
    return await browser.posts(name, **params)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("captcha", ("captcha", "", None, 1.0, 1, "")),
        ("captcha@3", ("captcha", "", None, 1.0, 3, "")),
        ("stall=4096:1", ("stall", "4096", 1, 1.0, 1, "")),
        ("cut:0.1", ("cut", "", None, 0.1, 1, "")),
        ("http=503:2@4~detail", ("http", "503", 2, 1.0, 4, "detail")),
    ],
)
def test_form(text: str, wanted: tuple) -> None:
    fault = Fault.parse(text)
    assert (
        fault.name, fault.value, fault.times, fault.rate, fault.first, fault.where
    ) == wanted  # fmt: skip


@pytest.mark.parametrize("text", ["nonsense", "cut:x", "", "stall=1 2:3:"])
def test_unknown_faults_are_named(text: str) -> None:
    with pytest.raises(UnknownFault, match="there are: argus"):
        Fault.parse(text)


REFUSALS = {
    "empty": (200, b""),
    "argus": (403, b"Blocked by ArgusSecurityPlugin"),
    "argus_uifid": (403, b"Uifid Not Found"),
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
    reply = await ask(browser, fault)
    status, text = REFUSALS[fault]
    assert reply.status == status
    assert text in reply.body
    assert b"desc" not in reply.body
    assert not browser.violations


async def test_from_the_third_request_on(browser: Browser) -> None:
    first = await ask(browser, "empty@3")
    others = [await browser.posts("clean200") for _ in range(3)]
    assert [bool(reply.body) for reply in (first, *others)] == [True, True, False, False]


async def test_two_of_one_name_are_counted_together(browser: Browser) -> None:
    assert (await ask(browser, "http=444:1", "http=503:1@2")).status == 444
    assert [(await browser.posts("one")).status for _ in range(3)] == [200, 503, 200]
    assert browser.sandbox.world.faults.as_json() == {"http": 2}


async def test_once(browser: Browser) -> None:
    assert not (await ask(browser, "empty:1")).body
    assert (await browser.posts("clean200")).body


async def test_a_rate_is_the_same_on_every_run(browser: Browser) -> None:
    async def run() -> list[bool]:
        browser.sandbox.world.reset()
        browser.sandbox.world.switch_on("http=404:0.5~page")
        home = "https://www.douyin.com/"
        return [(await browser.get(home)).status == 404 for _ in range(30)]

    one = await run()
    assert one == await run()
    assert 5 < sum(one) < 25


async def test_where(browser: Browser) -> None:
    assert (await ask(browser, "empty~detail")).body
    aweme_id = next(iter(browser.sandbox.files("one")))
    assert not (await browser.api("aweme/detail", aweme_id=aweme_id)).body


PAGES = {
    "short=4": {"rows": 4, "has_more": 1},
    "lossy=3": {"rows": 15, "has_more": 1},
    "early_end": {"rows": 18, "has_more": 0},
    "no_cursor": {"rows": 18, "max_cursor": None},
    "no_has_more": {"rows": 18, "has_more": None},
    "no_rows": {"rows": None},
    "null_rows": {"rows": None},
    "stuck_cursor": {"rows": 18, "max_cursor": 0},
}


@pytest.mark.parametrize("fault", PAGES)
async def test_pages_bend(browser: Browser, fault: str) -> None:
    page = (await ask(browser, fault)).json()
    rows = page.get("aweme_list")
    seen = {"rows": None if rows is None else len(rows), **{
        key: page.get(key) for key in ("has_more", "max_cursor")}}  # fmt: skip
    assert seen | PAGES[fault] == seen


async def test_null_rows_are_there_and_missing_rows_are_not(browser: Browser) -> None:
    assert "aweme_list" in (await ask(browser, "null_rows:1")).json()
    assert "aweme_list" not in (await ask(browser, "no_rows")).json()


async def test_cursor_as_text(browser: Browser) -> None:
    assert isinstance((await ask(browser, "cursor_text")).json()["max_cursor"], str)


async def test_rows_that_are_none(browser: Browser) -> None:
    assert (await ask(browser, "rows_text:1")).json()["aweme_list"][0] == "gone"
    assert "aweme_id" not in (await ask(browser, "row_without_id")).json()["aweme_list"][0]


@pytest.mark.parametrize("fault", ["short=3", "empty_page:2@2", "empty_page:1@4", "repeat:2@3"])
async def test_nothing_is_lost_to_an_honest_reader(browser: Browser, fault: str) -> None:
    browser.sandbox.world.switch_on(fault)
    met = [w["aweme_id"] for page in await browser.pages("pinned") for w in page["aweme_list"]]
    assert len(set(met)) == 45


async def test_an_empty_page_has_more(browser: Browser) -> None:
    first = await ask(browser)
    cursor = first.json()["max_cursor"]
    page = (await ask(browser, "empty_page", max_cursor=cursor)).json()
    assert (page["aweme_list"], page["has_more"]) == ([], 1)


async def test_the_page_before_once_more(browser: Browser) -> None:
    first = (await ask(browser, "repeat")).json()
    again = (await browser.posts("clean200", max_cursor=first["max_cursor"])).json()
    assert again == first


async def test_pages_are_kept_for_this_alone_and_apart(browser: Browser) -> None:
    await ask(browser)
    assert browser.sandbox.world.last_pages == {}
    browser.sandbox.world.switch_on("repeat")
    for keyword in ("pinned", "demo"):
        page = (await browser.api("search/item", keyword=keyword, count=10)).json()
        assert page["global_doodle_config"]["keyword"] == keyword


async def test_lossy_pages_lose(browser: Browser) -> None:
    browser.sandbox.world.switch_on("lossy=3:1@2")
    met = [w for page in await browser.pages("pinned") for w in page["aweme_list"]]
    assert len(met) == 42


# Media


async def film(browser: Browser) -> str:
    return first_url((await browser.posts("one")).json()["aweme_list"][0])


async def test_cut(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("cut=1000")
    with pytest.raises(aiohttp.ClientPayloadError):
        await browser.get(url)
    assert browser.sandbox.world.report.media_bytes == 1000


async def test_cut_lists(browser: Browser) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask(browser, "cut~list")


async def test_reset(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("reset=1000")
    with pytest.raises(aiohttp.ClientError):
        await browser.get(url)


async def test_stall(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("stall=1000")
    async with browser.http.get(browser.sandbox.door(url), headers=browser.headers) as response:
        assert len(await response.content.readexactly(1000)) == 1000
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(response.content.readany(), 0.3)


async def test_drip(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("drip=1000")
    async with browser.http.get(browser.sandbox.door(url), headers=browser.headers) as response:
        await asyncio.sleep(0.35)
        assert 100 <= len(await response.content.readany()) <= 600


async def test_no_length(browser: Browser) -> None:
    url = await film(browser)
    whole = (await browser.get(url)).body
    browser.sandbox.world.switch_on("no_length")
    reply = await browser.get(url)
    assert "Content-Length" not in reply.headers
    assert reply.body == whole


async def test_range_is_not_understood(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("no_range")
    reply = await browser.get(url, headers={**browser.headers, "Range": "bytes=5-"})
    assert reply.status == 200
    assert "Accept-Ranges" not in reply.headers


async def test_wrong_content_range(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("bad_range=7")
    reply = await browser.get(url, headers={**browser.headers, "Range": "bytes=5-9"})
    assert reply.headers["Content-Range"].startswith("bytes 12-16/")


async def test_etag_changes_midway(browser: Browser) -> None:
    url = await film(browser)
    etag = (await browser.get(url, "HEAD")).headers["ETag"]
    browser.sandbox.world.switch_on("etag")
    headers = {**browser.headers, "Range": "bytes=5-", "If-Range": etag}
    reply = await browser.get(url, headers=headers)
    assert reply.status == 200
    assert reply.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [("html", 200, b"<html>"), ("expired", 403, b"<h1>"), ("empty_media", 200, b""),
     ("http=503~media", 503, b"<html>")],
)  # fmt: skip
async def test_instead_of_media(browser: Browser, fault: str, status: int, begins: bytes) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on(fault)
    reply = await browser.get(url)
    assert (reply.status, reply.body[: len(begins)]) == (status, begins)


async def test_half_a_file_sent_as_whole(browser: Browser) -> None:
    url = await film(browser)
    whole = (await browser.get(url)).body
    browser.sandbox.world.switch_on("short_body")
    reply = await browser.get(url)
    assert reply.body == whole[: len(whole) // 2]
    assert int(reply.headers["Content-Length"]) == len(reply.body)


async def test_beginning_of_a_list_sent_as_whole() -> None:
    async with visit(Options(compress=False)) as browser:
        whole = (await ask(browser)).body
        assert (await ask(browser, "short_body=300~list")).body == whole[:300]


async def test_file_is_elsewhere(browser: Browser) -> None:
    url = await film(browser)
    browser.sandbox.world.switch_on("led=example.com/x:1")
    browser.sandbox.world.switch_on("led@2")
    for there in ("https://example.com/x", "http://169.254.169.254/latest"):
        assert (await browser.get(url)).headers["Location"] == there


async def test_answer_that_cannot_be_unpacked(browser: Browser) -> None:
    with pytest.raises(aiohttp.ClientError):
        await ask(browser, "garbled=gzip~list")


async def test_addresses_of_lists_are_dead(browser: Browser) -> None:
    work = (await ask(browser, "dead_list_urls", name="one")).json()["aweme_list"][0]
    assert (await browser.get(first_url(work))).status == 403
    detail = (await browser.api("aweme/detail", aweme_id=work["aweme_id"])).json()
    assert (await browser.get(first_url(detail["aweme_detail"]))).status == 200


async def test_only_the_last_mirror_works(browser: Browser) -> None:
    work = (await ask(browser, "last_mirror", name="one")).json()["aweme_list"][0]
    urls = work["video"]["play_addr"]["url_list"]
    assert [(await browser.get(url)).status for url in urls] == [404, 404, 302]
    onward = (await browser.get(urls[2])).headers["Location"]
    assert (await browser.get(onward)).status == 200


# The world


async def nickname(browser: Browser, name: str = "one") -> str:
    sec = browser.sandbox.world.catalogue.by_name[name].sec_user_id
    page = (await browser.api("user/profile/other", sec_user_id=sec)).json()
    return str(page["user"]["nickname"])


async def test_renamed_on_command(browser: Browser) -> None:
    assert await nickname(browser) == "只有一个"
    browser.sandbox.world.switch_on("renamed=新名字")
    assert await nickname(browser) == "新名字"
    work = (await browser.posts("one")).json()["aweme_list"][0]
    assert work["author"]["nickname"] == "新名字"


async def test_renamed_at_the_second_profile(browser: Browser) -> None:
    browser.sandbox.world.switch_on("renamed=新@2")
    assert [await nickname(browser) for _ in range(3)] == ["只有一个", "新", "新"]


async def test_renamed_after_the_first_crawl(browser: Browser) -> None:
    browser.sandbox.world.switch_on("renamed_after=新")
    assert await nickname(browser) == "只有一个"
    await browser.pages("one")
    assert await nickname(browser) == "新"


async def test_a_lapsed_visitor_needs_another_ttwid(browser: Browser) -> None:
    visitor = browser.but(cookie=f"ttwid={browser.sandbox.world.issue_ttwid()}")
    browser.sandbox.world.switch_on("lapse:1")
    assert not (await visitor.posts("one")).body
    assert not (await visitor.posts("one")).body
    assert (await browser.posts("one")).body
    assert set(browser.violations) == {"ttwid lapsed"}


async def test_faults_of_the_options_come_back_with_a_reset() -> None:
    async with visit(Options(faults=("empty:1",))) as browser:
        assert not (await browser.posts("one")).body
        assert (await browser.posts("one")).body
        browser.sandbox.world.reset()
        assert not (await browser.posts("one")).body


def test_every_fault_is_tried_somewhere() -> None:
    files = Path(__file__).parent.glob("test_*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    tried = set(re.findall(r'"(\w+)(?:[=:@~][^"]*)?"', source))
    assert set(NAMES) - tried == set()
