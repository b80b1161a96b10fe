"""A guest of TikTok: what is read of the answers, what goes where, what the page goes on with."""

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from f2scrapy.api.identity import Identity, build_identity
from f2scrapy.api.signed_request import build_file_request, build_request, ensure_guest_tokens
from f2scrapy.config.file import load_options
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms.tiktok.endpoints.posts import UserPost
from f2scrapy.signing import verify

PAGE = (
    b'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">'
    b'{"__DEFAULT_SCOPE__":{"webapp.app-context":{"wid":"7300000000000000001",'
    b'"webIdCreatedTime":"1700000000","region":"DE","language":"en"}}}</script>'
)
GIVEN = {
    "/explore": TokenAnswer(200, ("ttwid=1%7Cabc; Path=/", "tt_chain_token=chain==; Path=/"), PAGE),
    "/web/common": TokenAnswer(200, (f"msToken={'x' * 148}; Path=/",), b"{}"),
    "/passport/web/auth/config": TokenAnswer(200, ("odin_tt=odin; Path=/",), b"{}"),
}
NONE = TokenAnswer(200, (), b"")
VIDEO = "https://v16-webapp-prime.tiktok.com/video/x"


def made(folder: Path) -> Identity:
    return build_identity(load_options(F2_PATH=str(folder)), "tiktok")


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return made(tmp_path)


async def guest(identity: Identity, **instead: TokenAnswer) -> list[TokenAsk]:
    """Becomes one; `instead` are other answers, by the last part of the path."""
    made = []

    async def fetch(ask: TokenAsk) -> TokenAnswer:
        made.append(ask)
        path = urlsplit(ask.url).path
        return instead.get(path.strip("/").rpartition("/")[2], GIVEN.get(path, NONE))

    await ensure_guest_tokens(identity, fetch)
    return made


async def test_the_start_page_gives_a_number_and_its_cookies(identity: Identity) -> None:
    asks = await guest(identity)
    assert [(ask.name, ask.method) for ask in asks] == [
        ("device_id", "GET"), ("ms_token", "POST"), ("odin_tt", "GET"),
    ]  # fmt: skip
    told = dict(parse_qsl(urlsplit(asks[-1].url).query, keep_blank_values=True))
    assert (told["device_id"], told["region"]) == ("7300000000000000001", "DE")
    assert asks[-1].headers["Cookie"].startswith("ttwid=1%7Cabc; tt_chain_token=chain==")
    assert await guest(identity) == []


async def test_without_a_ttwid_an_older_one_is_exchanged(identity: Identity) -> None:
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    asks = await guest(identity, explore=TokenAnswer(200, (), PAGE), check=fresh)
    [exchange] = [ask for ask in asks if ask.name == "ttwid"]
    assert exchange.headers["Content-Type"] == "text/plain"
    assert exchange.headers["Cookie"].startswith("ttwid=1%7C3uOV")
    assert identity.tokens["ttwid"].value == "1%7Cnew"


async def test_what_is_not_given_is_made_up_or_done_without(identity: Identity) -> None:
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    await guest(identity, explore=NONE, common=NONE, config=NONE, check=fresh)
    facts = identity.facts
    assert len(facts["device_id"]) == 19
    assert facts["webid_created"].isdecimal()
    assert facts["region"] == "US"
    assert len(facts["ms_token"]) == 148
    assert all(identity.tokens[name].made_up for name in ("device_id", "ms_token", "odin_tt"))
    assert "odin_tt" not in identity.cookie_header("https://www.tiktok.com/")


@pytest.mark.parametrize(
    ("explore", "outcome"),
    [
        (NONE, Outcome.RISK_CONTROL),
        (TokenAnswer(200, (), b'<div id="captcha_container">'), Outcome.CAPTCHA),
        (TokenAnswer(302, (), b"", "https://www.tiktok.com/hk/notfound"), Outcome.REGION),
        (TokenAnswer(429, (), b""), Outcome.RATE_LIMITED),
    ],
)
async def test_nobody_is_a_guest_without_a_ttwid(
    identity: Identity, explore: TokenAnswer, outcome: Outcome
) -> None:
    """What the start page said of it counts; the next time it is asked for again."""
    with pytest.raises(Refused) as refused:
        await guest(identity, explore=explore)
    assert refused.value.outcome is outcome
    assert [ask.name for ask in await guest(identity)] == ["device_id", "ms_token", "odin_tt"]


async def test_the_cookie_of_files_is_asked_for_alone(identity: Identity) -> None:
    bare = TokenAnswer(200, GIVEN["/explore"].set_cookies[:1], PAGE)
    asks = await guest(identity, explore=bare)
    assert [ask.name for ask in asks[:2]] == ["device_id", "tt_chain_token"]
    assert identity.media_cookie_header(VIDEO) == ""
    identity.forget_made_up()  # as a new run does
    asks = await guest(identity)
    assert [ask.name for ask in asks] == ["tt_chain_token"]
    assert identity.media_cookie_header(VIDEO) == "tt_chain_token=chain=="


async def test_a_refused_file_costs_an_old_cookie(identity: Identity) -> None:
    await guest(identity)
    identity.media_refused()
    assert identity.media_cookie_header(VIDEO), "one of a moment ago is not the reason"
    later = replace(identity, began=time.time() + 1)
    later.media_refused()
    assert later.media_cookie_header(VIDEO) == ""
    assert [ask.name for ask in await guest(later)] == ["tt_chain_token"]


@pytest.mark.parametrize("own", ["", "tt_chain_token=browsers"])
async def test_the_cookie_of_files_comes_with_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    monkeypatch.setenv("F2_COOKIE", own)
    identity = made(tmp_path)
    await guest(identity)
    assert identity.media_cookie_header(VIDEO) == (own or "tt_chain_token=chain==")
    page = TokenAnswer(200, ("tt_chain_token=new==; Path=/", "sessionid=x; Path=/"), b"")
    identity.take(page)
    assert identity.media_cookie_header(VIDEO) == "tt_chain_token=new=="
    assert "sessionid" not in identity.cookie_header("https://www.tiktok.com/")


async def test_cookies_go_where_they_belong(identity: Identity) -> None:
    await guest(identity)
    site = identity.cookie_header("https://www.tiktok.com/api/post/item_list/")
    assert [pair.partition("=")[0] for pair in site.split("; ")] == [
        "ttwid", "tt_chain_token", "msToken", "odin_tt",
    ]  # fmt: skip
    video = build_file_request(identity, VIDEO).headers
    assert video["Cookie"] == "tt_chain_token=chain=="
    for url in ("https://p16-sign-va.tiktokcdn.com/x", "https://vm.tiktok.com.evil.com/x",
                "http://v16-webapp-prime.tiktok.com/x", "https://eviltiktok.com/x"):  # fmt: skip
        assert "Cookie" not in build_file_request(identity, url).headers
        assert identity.cookie_header(url) == ""


async def test_parameters_come_in_the_order_of_the_page(identity: Identity) -> None:
    await guest(identity)
    query = urlsplit(build_request(identity, UserPost(sec_user_id="MS4w")).url).query
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    assert names[-2:] == ["msToken", "X-Bogus"]
    assert names[:-2] == sorted(names[:-2])
    assert {"secUid", "coverFormat", "device_id", "WebIdLastTime"} < set(names)
    assert verify("x_bogus", query, b"", identity.user_agent)


@pytest.mark.parametrize("scheme", ["x_gnarly", "dynosaur"])
async def test_the_signature_is_chosen_in_client_yaml(identity: Identity, scheme: str) -> None:
    await guest(identity)
    known = identity.client
    identity.client = known.model_copy(update={"schemes": known.schemes | {"web": scheme}})
    query = urlsplit(build_request(identity, UserPost(sec_user_id="MS4w")).url).query
    assert verify(scheme, query, b"", identity.user_agent)


async def test_language_region_and_browser_agree(identity: Identity) -> None:
    await guest(identity)
    wire = build_request(identity, UserPost(sec_user_id="MS4w"))
    told = dict(parse_qsl(urlsplit(wire.url).query, keep_blank_values=True))
    assert wire.headers["Accept-Language"] == f"{told['browser_language']},{told['language']};q=0.9"
    assert wire.headers["User-Agent"] == f"Mozilla/{told['browser_version']}"
    assert told["region"] == told["region"].upper() == "DE"
