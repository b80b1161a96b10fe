"""Test TikTok's media hosts: access to files, and the file of each address."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from support.sandbox_client import Reply
from support.tiktok_client import HEADERS, WEB, Visitor, visit_tiktok

from f2scrapy.sandbox.state import Options


async def fetch_film(visitor: Visitor) -> dict[str, Any]:
    items = (await visitor.fetch_posts("demo"))["itemList"]
    return next(item["video"] for item in items if item["video"].get("subtitleInfos"))


def iter_addresses(value: Any) -> Iterator[str]:
    """Yield every media address in an item."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from iter_addresses(inner)
    elif isinstance(value, str) and value.startswith("https://"):
        yield value


async def fetch(visitor: Visitor, url: str, **headers: str) -> Reply:
    """Fetch a file and follow redirects as a browser does."""
    reply = await visitor.fetch_media(url, **headers)
    while reply.status == 302:
        reply = await visitor.fetch_media(reply.headers["Location"], **headers)
    return reply


@pytest.mark.parametrize("name", ["demo", "mixed", "series"])
async def test_every_address_leads_to_its_file(visitor: Visitor, name: str) -> None:
    items = (await visitor.fetch_posts(name, count=12))["itemList"]
    for url in set(iter_addresses([item for item in items if item["video"]["duration"]][:2])):
        reply = await fetch(visitor, url)
        assert reply.status == 200, url
        expected = visitor.sandbox.find_asset(url)
        assert expected is not None, url
        assert hashlib.sha256(reply.body).hexdigest() == expected.sha256()
    assert not visitor.violations


async def test_pictures_of_a_photo_post(visitor: Visitor) -> None:
    items = (await visitor.fetch_posts("demo"))["itemList"]
    item = next(item for item in items if "imagePost" in item)
    files = visitor.sandbox.describe_files("demo", "tiktok")[item["id"]]["files"]
    for n, image in enumerate(item["imagePost"]["images"], 1):
        bodies = {(await fetch(visitor, url)).body for url in image["imageURL"]["urlList"]}
        assert [hashlib.sha256(b).hexdigest() for b in bodies] == [files[f"i{n}"]["sha256"]]


async def test_sizes_are_true_and_mirrors_agree(visitor: Visitor) -> None:
    for gear in (await fetch_film(visitor))["bitrateInfo"]:
        bodies = {(await fetch(visitor, url)).body for url in gear["PlayAddr"]["UrlList"]}
        assert [len(body) for body in bodies] == [gear["PlayAddr"]["DataSize"]]


async def test_the_download_has_a_watermark(visitor: Visitor) -> None:
    video = await fetch_film(visitor)
    marked = (await fetch(visitor, video["downloadAddr"])).body
    clean = {(await fetch(visitor, gear["PlayAddr"]["UrlList"][0])).body
             for gear in video["bitrateInfo"]}  # fmt: skip
    assert marked not in clean
    assert (await fetch(visitor, video["playAddr"])).body in clean


async def test_subtitles_are_text(visitor: Visitor) -> None:
    for answer in (await fetch_film(visitor))["subtitleInfos"]:
        reply = await fetch(visitor, answer["Url"])
        assert reply.body.decode().startswith("WEBVTT\n\n")
        assert len(reply.body) == answer["Size"]
        assert reply.headers["Content-Type"] == "text/vtt"


async def test_another_cookie_is_refused(visitor: Visitor) -> None:
    url = (await fetch_film(visitor))["playAddr"]
    assert (await visitor.fetch_media(url, Cookie="")).status == 403
    assert (await visitor.fetch_media(url, Cookie="tt_chain_token=another==")).status == 403
    assert (await visitor.fetch_media(url)).status == 200
    assert not visitor.violations


async def test_addresses_issued_without_the_cookie_are_refused(visitor: Visitor) -> None:
    cookies = {name: v for name, v in visitor.cookies.items() if name != "tt_chain_token"}
    url = (await fetch_film(visitor.with_changes(cookies=cookies)))["playAddr"]
    assert (await visitor.fetch_media(url)).status == 403
    assert (await visitor.fetch_media(url, Cookie="")).status == 403


@pytest.mark.parametrize(
    ("field", "headers", "message"),
    [
        ("playAddr", {"Cookie": "ttwid=1"}, "ttwid sent to v16-webapp-prime.tiktok.com"),
        ("playAddr", {"Cookie": "sessionid=1"}, "account cookie sessionid sent to "),
        ("playAddr", {"Referer": "https://www.douyin.com/"}, "media: Referer is not "),
        ("cover", {"User-Agent": "curl/8"}, "User-Agent is not a browser's"),
    ],
)
async def test_media_hosts_refuse(
    visitor: Visitor, field: str, headers: dict[str, str], message: str
) -> None:
    reply = await visitor.fetch_media((await fetch_film(visitor))[field], **headers)
    assert reply.status == 403
    assert visitor.violations[0].startswith(message)


async def test_other_media_hosts_note_cookies(visitor: Visitor) -> None:
    url = (await fetch_film(visitor))["cover"]
    assert (await visitor.fetch_media(url, Cookie="tt_chain_token=1")).status == 200
    assert visitor.violations[0].startswith("tt_chain_token sent to p16-sign-va.")


async def test_range(visitor: Visitor) -> None:
    url = (await fetch_film(visitor))["playAddr"]
    whole = await visitor.fetch_media(url)
    part = await visitor.fetch_media(url, Range="bytes=100-", **{"If-Range": whole.headers["ETag"]})
    assert (part.status, part.body) == (206, whole.body[100:])


async def test_addresses_expire() -> None:
    async with visit_tiktok(Options(media_ttl_s=-1)) as visitor:
        video = await fetch_film(visitor)
        assert (await visitor.fetch_media(video["playAddr"])).status == 403
        assert (await visitor.fetch_media(video["cover"])).status == 403
        player = video["bitrateInfo"][0]["PlayAddr"]["UrlList"][2]
        assert (await visitor.fetch_media(player)).status == 302


@pytest.mark.parametrize("fault", ["expired", "dead_list_urls", "last_mirror"])
async def test_faults(visitor: Visitor, fault: str) -> None:
    mirrors = (await fetch_film(visitor))["bitrateInfo"][0]["PlayAddr"]["UrlList"]
    visitor.sandbox.state.switch_on(fault)
    assert (await visitor.fetch_media(mirrors[0])).status == (
        404 if fault == "last_mirror" else 403
    )
    assert (await visitor.fetch_media(mirrors[1])).status == (
        200 if fault == "last_mirror" else 403
    )


async def test_addresses_of_a_detail_stay_valid(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("dead_list_urls")
    item = (await visitor.fetch_posts("one"))["itemList"][0]
    answer = (await visitor.call_api("/api/item/detail/", itemId=item["id"])).json()
    assert (
        await visitor.fetch_media(answer["itemInfo"]["itemStruct"]["video"]["playAddr"])
    ).status == 200


async def test_files_are_public_without_checks() -> None:
    async with visit_tiktok(Options(strict=frozenset())) as visitor:
        url = (await fetch_film(visitor))["playAddr"]
        assert (await visitor.browser.get(url, headers=HEADERS)).status == 200
        assert WEB
