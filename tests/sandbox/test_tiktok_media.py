"""TikTok's media hosts: who may have a file, and which file an address is."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from support.sandbox_client import Reply
from support.tiktok_client import HEADERS, WEB, Visitor, visit_tiktok

from f2scrapy.sandbox.state import Options


async def film(visitor: Visitor) -> dict[str, Any]:
    items = (await visitor.posts("demo"))["itemList"]
    return next(item["video"] for item in items if item["video"].get("subtitleInfos"))


def addresses(value: Any) -> Iterator[str]:
    """Every address of a medium in an item."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from addresses(inner)
    elif isinstance(value, str) and value.startswith("https://"):
        yield value


async def fetched(visitor: Visitor, url: str, **headers: str) -> Reply:
    """With redirects, as a browser follows them."""
    reply = await visitor.media(url, **headers)
    while reply.status == 302:
        reply = await visitor.media(reply.headers["Location"], **headers)
    return reply


@pytest.mark.parametrize("name", ["demo", "mixed", "series"])
async def test_every_address_leads_to_its_file(visitor: Visitor, name: str) -> None:
    items = (await visitor.posts(name, count=12))["itemList"]
    for url in set(addresses([item for item in items if item["video"]["duration"]][:2])):
        reply = await fetched(visitor, url)
        assert reply.status == 200, url
        wanted = visitor.sandbox.asset(url)
        assert wanted is not None, url
        assert hashlib.sha256(reply.body).hexdigest() == wanted.sha256()
    assert not visitor.violations


async def test_pictures_of_a_photo_post(visitor: Visitor) -> None:
    items = (await visitor.posts("demo"))["itemList"]
    item = next(item for item in items if "imagePost" in item)
    files = visitor.sandbox.files("demo", "tiktok")[item["id"]]["files"]
    for n, image in enumerate(item["imagePost"]["images"], 1):
        bodies = {(await fetched(visitor, url)).body for url in image["imageURL"]["urlList"]}
        assert [hashlib.sha256(b).hexdigest() for b in bodies] == [files[f"i{n}"]["sha256"]]


async def test_sizes_are_true_and_mirrors_agree(visitor: Visitor) -> None:
    for gear in (await film(visitor))["bitrateInfo"]:
        bodies = {(await fetched(visitor, url)).body for url in gear["PlayAddr"]["UrlList"]}
        assert [len(body) for body in bodies] == [gear["PlayAddr"]["DataSize"]]


async def test_the_download_has_a_watermark(visitor: Visitor) -> None:
    video = await film(visitor)
    marked = (await fetched(visitor, video["downloadAddr"])).body
    clean = {(await fetched(visitor, gear["PlayAddr"]["UrlList"][0])).body
             for gear in video["bitrateInfo"]}  # fmt: skip
    assert marked not in clean
    assert (await fetched(visitor, video["playAddr"])).body in clean


async def test_subtitles_are_text(visitor: Visitor) -> None:
    for told in (await film(visitor))["subtitleInfos"]:
        reply = await fetched(visitor, told["Url"])
        assert reply.body.decode().startswith("WEBVTT\n\n")
        assert len(reply.body) == told["Size"]
        assert reply.headers["Content-Type"] == "text/vtt"


async def test_without_the_cookie_of_the_asker(visitor: Visitor) -> None:
    url = (await film(visitor))["playAddr"]
    assert (await visitor.media(url, Cookie="")).status == 403
    assert (await visitor.media(url, Cookie="tt_chain_token=another==")).status == 403
    assert (await visitor.media(url)).status == 200
    assert not visitor.violations


async def test_who_asked_without_the_cookie_gets_nothing(visitor: Visitor) -> None:
    cookies = {name: v for name, v in visitor.cookies.items() if name != "tt_chain_token"}
    url = (await film(visitor.but(cookies=cookies)))["playAddr"]
    assert (await visitor.media(url)).status == 403
    assert (await visitor.media(url, Cookie="")).status == 403


@pytest.mark.parametrize(
    ("field", "headers", "what"),
    [
        ("playAddr", {"Cookie": "ttwid=1"}, "ttwid sent to v16-webapp-prime.tiktok.com"),
        ("playAddr", {"Cookie": "sessionid=1"}, "account cookie sessionid sent to "),
        ("playAddr", {"Referer": "https://www.douyin.com/"}, "media: Referer is not "),
        ("cover", {"Cookie": "tt_chain_token=1"}, "tt_chain_token sent to p16-sign-va."),
        ("cover", {"User-Agent": "curl/8"}, "User-Agent is not a browser's"),
    ],
)
async def test_what_media_hosts_mind(
    visitor: Visitor, field: str, headers: dict[str, str], what: str
) -> None:
    reply = await visitor.media((await film(visitor))[field], **headers)
    assert reply.status == 403
    assert visitor.violations[0].startswith(what)


async def test_a_part_is_asked_for_by_range(visitor: Visitor) -> None:
    url = (await film(visitor))["playAddr"]
    whole = await visitor.media(url)
    part = await visitor.media(url, Range="bytes=100-", **{"If-Range": whole.headers["ETag"]})
    assert (part.status, part.body) == (206, whole.body[100:])


async def test_addresses_lapse() -> None:
    async with visit_tiktok(Options(media_ttl_s=-1)) as visitor:
        video = await film(visitor)
        assert (await visitor.media(video["playAddr"])).status == 403
        assert (await visitor.media(video["cover"])).status == 403
        player = video["bitrateInfo"][0]["PlayAddr"]["UrlList"][2]
        assert (await visitor.media(player)).status == 302


@pytest.mark.parametrize("fault", ["expired", "dead_list_urls", "last_mirror"])
async def test_faults(visitor: Visitor, fault: str) -> None:
    mirrors = (await film(visitor))["bitrateInfo"][0]["PlayAddr"]["UrlList"]
    visitor.sandbox.world.switch_on(fault)
    assert (await visitor.media(mirrors[0])).status == (404 if fault == "last_mirror" else 403)
    assert (await visitor.media(mirrors[1])).status == (200 if fault == "last_mirror" else 403)


async def test_addresses_of_a_detail_live_on(visitor: Visitor) -> None:
    visitor.sandbox.world.switch_on("dead_list_urls")
    item = (await visitor.posts("one"))["itemList"][0]
    told = (await visitor.api("/api/item/detail/", itemId=item["id"])).json()
    assert (await visitor.media(told["itemInfo"]["itemStruct"]["video"]["playAddr"])).status == 200


async def test_whoever_does_not_look_gives_to_all() -> None:
    async with visit_tiktok(Options(strict=frozenset())) as visitor:
        url = (await film(visitor))["playAddr"]
        assert (await visitor.browser.get(url, headers=HEADERS)).status == 200
        assert WEB
