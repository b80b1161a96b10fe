"""Test the media: the same bytes each time, whole or in ranges, by addresses that expire."""

import hashlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sandbox_client import Browser, get_first_url

from f2scrapy.download.filetype import read_tracks
from f2scrapy.sandbox.media import CHUNK, Asset

MAGIC = {"mp4": (4, b"ftyp"), "webp": (8, b"WEBP"), "jpeg": (0, b"\xff\xd8\xff"),
         "png": (0, b"\x89PNG"), "mp3": (0, b"ID3")}  # fmt: skip


@pytest.mark.parametrize("kind", MAGIC)
def test_header_shows_the_kind(kind: str) -> None:
    at, magic = MAGIC[kind]
    assert Asset("a", kind, 5000).read()[at : at + len(magic)] == magic


@given(size=st.integers(0, 4000), start=st.integers(0, 4000), stop=st.integers(0, 5000))
def test_parts_are_parts_of_the_whole(size: int, start: int, stop: int) -> None:
    asset = Asset("a", "jpeg", size)
    whole = asset.read()
    assert len(whole) == size
    assert asset.read(start, stop) == whole[start:stop]


def test_large_parts_agree_with_the_whole() -> None:
    asset = Asset("big", "mp4", 5 * CHUNK + 17)
    whole = asset.read()
    for start in (CHUNK - 1, CHUNK, 3 * CHUNK + 5):
        assert asset.read(start) == whole[start:]


def test_a_wrong_offset_gives_other_bytes() -> None:
    asset = Asset("big", "mp4", 4 * CHUNK)
    for off in (1, CHUNK, 2 * CHUNK):
        assert asset.read(1000, 3000) != asset.read(1000 + off, 3000 + off)


def test_two_assets_differ_in_the_middle_too() -> None:
    one, two = Asset("one", "mp4", 90_000), Asset("two", "mp4", 90_000)
    assert one.read(50_000) != two.read(50_000)


def test_mp4_boxes_end_where_the_file_ends() -> None:
    data = Asset("a", "mp4", 70_000).read()
    moov = 32 + int.from_bytes(data[32:36], "big")
    assert moov + int.from_bytes(data[moov : moov + 4], "big") == len(data)


@pytest.mark.parametrize(
    ("kind", "tracks"), [("mp4", {"vide", "soun"}), ("mute.mp4", {"vide"}), ("jpeg", None)]
)
def test_mp4_has_its_tracks(kind: str, tracks: set[str] | None) -> None:
    assert read_tracks(BytesIO(Asset("a", kind, 70_000).read())) == tracks


async def test_a_list_leads_to_the_bytes(browser: Browser) -> None:
    page = (await browser.fetch_posts("clean200")).json()
    work = page["aweme_list"][0]
    files = browser.sandbox.describe_files("clean200")[work["aweme_id"]]["files"]
    for rate in work["video"]["bit_rate"]:
        for url in rate["play_addr"]["url_list"][:2]:
            body = (await browser.get(url)).body
            slot = f"v_{rate['gear_name']}{'_dash' if rate['format'] == 'dash' else ''}"
            assert len(body) == rate["play_addr"]["data_size"] == files[slot]["size"]
            assert hashlib.sha256(body).hexdigest() == files[slot]["sha256"]
            assert browser.sandbox.find_asset(url).read() == body
    assert not browser.violations


async def test_every_address_of_every_kind_is_served(browser: Browser) -> None:
    for page in await browser.fetch_pages("demo"):
        for url in _find_addresses(page["aweme_list"]):
            reply = await browser.get(url, "HEAD")
            assert reply.status in (200, 302), url
    assert not browser.violations


def _find_addresses(value: object) -> list[str]:
    if isinstance(value, dict):
        return [u for k, v in value.items() if k != "share_url" for u in _find_addresses(v)]
    if isinstance(value, list):
        return [u for v in value for u in _find_addresses(v)]
    return [value] if isinstance(value, str) and value.startswith("https://") else []


async def test_the_player_leads_to_the_same_bytes(browser: Browser) -> None:
    work = (await browser.fetch_posts("clean200")).json()["aweme_list"][0]
    urls = work["video"]["bit_rate"][0]["play_addr"]["url_list"]
    hop = await browser.get(urls[2])
    assert hop.status == 302
    assert (await browser.get(hop.headers["Location"])).body == (await browser.get(urls[0])).body


@pytest.fixture
async def url(browser: Browser) -> str:
    return get_first_url((await browser.fetch_posts("one")).json()["aweme_list"][0])


async def test_range(browser: Browser, url: str) -> None:
    whole = await browser.get(url)
    part = await browser.get(url, headers={**browser.headers, "Range": "bytes=1000-1999"})
    assert part.status == 206
    assert part.body == whole.body[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole.body)}"
    assert part.headers["ETag"] == whole.headers["ETag"]


async def test_open_and_suffix_ranges(browser: Browser, url: str) -> None:
    whole = (await browser.get(url)).body
    for asked, wanted in {"bytes=500-": whole[500:], "bytes=-500": whole[-500:]}.items():
        part = await browser.get(url, headers={**browser.headers, "Range": asked})
        assert (part.status, part.body) == (206, wanted)


async def test_range_after_the_end(browser: Browser, url: str) -> None:
    size = len((await browser.get(url)).body)
    part = await browser.get(url, headers={**browser.headers, "Range": f"bytes={size}-"})
    assert part.status == 416
    assert part.headers["Content-Range"] == f"bytes */{size}"


async def test_range_that_ends_before_it_begins_means_all(browser: Browser, url: str) -> None:
    whole = await browser.get(url)
    part = await browser.get(url, headers={**browser.headers, "Range": "bytes=9-3"})
    assert (part.status, part.body) == (200, whole.body)


@pytest.mark.parametrize(("condition", "status"), [("same", 206), ('"other"', 200)])
async def test_if_range(browser: Browser, url: str, condition: str, status: int) -> None:
    etag = (await browser.get(url, "HEAD")).headers["ETag"]
    condition = etag if condition == "same" else condition
    headers = {**browser.headers, "Range": "bytes=5-", "If-Range": condition}
    assert (await browser.get(url, headers=headers)).status == status


async def test_head_has_length_and_no_body(browser: Browser, url: str) -> None:
    reply = await browser.get(url, "HEAD")
    assert reply.body == b""
    assert int(reply.headers["Content-Length"]) > 1000


async def test_addresses_expire_and_are_renewed(browser: Browser, url: str) -> None:
    state = browser.sandbox.state
    state.clock = lambda: 4_000_000_000
    assert (await browser.get(url)).status == 403
    aweme_id = next(iter(browser.sandbox.describe_files("one")))
    fresh = await browser.with_changes(clock_ms=4_000_000_000_000).call_api(
        "aweme/detail", aweme_id=aweme_id
    )
    assert (await browser.get(get_first_url(fresh.json()["aweme_detail"]))).status == 200


async def test_a_changed_address_is_refused(browser: Browser, url: str) -> None:
    place = url.index("/video/") - 1
    changed = url[:place] + ("0" if url[place] != "0" else "1") + url[place + 1 :]
    assert (await browser.get(changed)).status == 403


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"User-Agent": "Scrapy/2.19"}, "User-Agent is not a browser's"),
        ({"Referer": ""}, "media: Referer is not https://www.douyin.com/"),
        ({"Accept": "application/json, */*"}, "media: Accept is that of an interface"),
    ],
)
async def test_media_hosts_refuse(
    browser: Browser, url: str, headers: dict[str, str], message: str
) -> None:
    assert (await browser.get(url, headers=browser.headers | headers)).status == 403
    assert browser.violations == [message]


@pytest.mark.parametrize(
    ("cookie", "message"),
    [
        ("sessionid=secret", "account cookie sessionid sent to v26-web.douyinvod.com"),
        ("ttwid=1", "ttwid sent to v26-web.douyinvod.com"),
        ("msToken=1", "msToken sent to v26-web.douyinvod.com"),
    ],
)
async def test_media_hosts_note_cookies(
    browser: Browser, url: str, cookie: str, message: str
) -> None:
    assert (await browser.get(url, headers=browser.headers | {"Cookie": cookie})).status == 200
    assert browser.violations == [message]


@pytest.mark.parametrize(
    ("host", "referer", "status"),
    [
        ("v26-web.douyinvod.com", "https://open.douyin.com/", 200),
        ("v26-web.douyinvod.com", "https://example.com/", 403),
        ("v5-dy-o-abtest.zjcdn.com", "", 200),
        ("v5-dy-o-abtest.zjcdn.com", "https://example.com/", 403),
    ],
)
async def test_referers_of_other_clients(
    browser: Browser, url: str, host: str, referer: str, status: int
) -> None:
    place = url.replace("v26-web.douyinvod.com", host)
    headers = browser.headers | {"Referer": referer}
    assert (await browser.get(place, headers=headers)).status == status


async def test_find_asset_of_an_address(browser: Browser, url: str) -> None:
    asset = browser.sandbox.find_asset(url)
    assert asset
    assert asset.sha256() == hashlib.sha256((await browser.get(url)).body).hexdigest()
    assert browser.sandbox.find_asset("https://v3-web.douyinvod.com/nothing") is None


async def test_any_size_for_measurements(browser: Browser) -> None:
    reply = await browser.get("https://plain.douyinvod.com/123457/x.mp4", headers={})
    assert len(reply.body) == 123_457
    assert browser.sandbox.state.report.media_bytes == 123_457
