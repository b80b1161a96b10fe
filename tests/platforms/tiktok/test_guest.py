"""Tokens of a guest of TikTok: requests, answers, substitutes and cookies."""

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_identity
from f2scrapy.api.signed_request import build_file_request, build_request, ensure_guest_tokens
from f2scrapy.config.file import load_options
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms.tiktok.endpoints.posts import UserPost
from f2scrapy.signing import verify

pytestmark = pytest.mark.clock

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


def load_identity(folder: Path) -> Identity:
    return build_identity(load_options(F2_PATH=str(folder)), "tiktok")


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return load_identity(tmp_path)


async def become(identity: Identity, **instead: TokenAnswer) -> list[TokenAsk]:
    """Request all missing tokens; `instead` replaces answers by the last part of their path."""
    requests = []

    async def fetch(ask: TokenAsk) -> TokenAnswer:
        requests.append(ask)
        path = urlsplit(ask.url).path
        return instead.get(path.strip("/").rpartition("/")[2], GIVEN.get(path, NONE))

    await ensure_guest_tokens(identity, fetch)
    return requests


async def test_start_page_gives_device_id_and_cookies(identity: Identity) -> None:
    asks = await become(identity)
    assert [(ask.name, ask.method) for ask in asks] == [
        ("device_id", "GET"), ("ms_token", "POST"), ("odin_tt", "GET"),
    ]  # fmt: skip
    params = dict(parse_qsl(urlsplit(asks[-1].url).query, keep_blank_values=True))
    assert (params["device_id"], params["region"]) == ("7300000000000000001", "DE")
    assert asks[-1].headers["Cookie"].startswith("ttwid=1%7Cabc; tt_chain_token=chain==")
    assert await become(identity) == []


async def test_without_a_ttwid_an_older_one_is_exchanged(identity: Identity) -> None:
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    asks = await become(identity, explore=TokenAnswer(200, (), PAGE), check=fresh)
    [exchange] = [ask for ask in asks if ask.name == "ttwid"]
    assert exchange.headers["Content-Type"] == "text/plain"
    assert exchange.headers["Cookie"].startswith("ttwid=1%7C3uOV")
    assert identity.tokens["ttwid"].value == "1%7Cnew"


async def test_missing_tokens_are_made_up_or_left_out(identity: Identity) -> None:
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    await become(identity, explore=NONE, common=NONE, config=NONE, check=fresh)
    facts = identity.facts
    assert len(facts["device_id"]) == 19
    assert facts["webid_created"].isdecimal()
    assert facts["region"] == "US"
    assert len(facts["ms_token"]) == 148
    assert all(identity.tokens[name].made_up for name in ("device_id", "ms_token", "odin_tt"))
    assert "odin_tt" not in identity.build_cookie_header("https://www.tiktok.com/")


@pytest.mark.parametrize(
    ("explore", "outcome"),
    [
        (NONE, Outcome.RISK_CONTROL),
        (TokenAnswer(200, (), b'<div id="captcha_container">'), Outcome.CAPTCHA),
        (TokenAnswer(302, (), b"", "https://www.tiktok.com/hk/notfound"), Outcome.REGION),
        (TokenAnswer(429, (), b""), Outcome.RATE_LIMITED),
    ],
)
async def test_guest_without_a_ttwid_is_refused(
    identity: Identity, explore: TokenAnswer, outcome: Outcome
) -> None:
    """The start page's refusal is raised, and the next attempt requests it again."""
    with pytest.raises(Refused) as refused:
        await become(identity, explore=explore)
    assert refused.value.outcome is outcome
    assert [ask.name for ask in await become(identity)] == ["device_id", "ms_token", "odin_tt"]


async def test_media_cookie_is_requested_separately(identity: Identity) -> None:
    bare = TokenAnswer(200, GIVEN["/explore"].set_cookies[:1], PAGE)
    asks = await become(identity, explore=bare)
    assert [ask.name for ask in asks[:2]] == ["device_id", "tt_chain_token"]
    assert identity.build_media_cookie_header(VIDEO) == ""
    identity.forget_made_up_tokens()  # as a new run does
    asks = await become(identity)
    assert [ask.name for ask in asks] == ["tt_chain_token"]
    assert identity.build_media_cookie_header(VIDEO) == "tt_chain_token=chain=="


async def test_refused_file_drops_an_old_cookie(identity: Identity) -> None:
    await become(identity)
    identity.expire_media_tokens()
    assert identity.build_media_cookie_header(VIDEO), "one of a moment ago is not the reason"
    later = replace(identity, began=time.time() + 1)
    later.expire_media_tokens()
    assert later.build_media_cookie_header(VIDEO) == ""
    assert [ask.name for ask in await become(later)] == ["tt_chain_token"]


@pytest.mark.parametrize("own", ["", "tt_chain_token=browsers"])
async def test_media_cookie_is_renewed_by_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    monkeypatch.setenv("F2_COOKIE", own)
    identity = load_identity(tmp_path)
    await become(identity)
    assert identity.build_media_cookie_header(VIDEO) == (own or "tt_chain_token=chain==")
    page = TokenAnswer(200, ("tt_chain_token=new==; Path=/", "sessionid=x; Path=/"), b"")
    identity.learn_cookies(page)
    assert identity.build_media_cookie_header(VIDEO) == "tt_chain_token=new=="
    assert "sessionid" not in identity.build_cookie_header("https://www.tiktok.com/")


async def test_cookies_are_sent_only_to_their_hosts(identity: Identity) -> None:
    await become(identity)
    site = identity.build_cookie_header("https://www.tiktok.com/api/post/item_list/")
    assert [pair.partition("=")[0] for pair in site.split("; ")] == [
        "ttwid", "tt_chain_token", "msToken", "odin_tt",
    ]  # fmt: skip
    video = build_file_request(identity, VIDEO).headers
    assert video["Cookie"] == "tt_chain_token=chain=="
    for url in ("https://p16-sign-va.tiktokcdn.com/x", "https://vm.tiktok.com.evil.com/x",
                "http://v16-webapp-prime.tiktok.com/x", "https://eviltiktok.com/x"):  # fmt: skip
        assert "Cookie" not in build_file_request(identity, url).headers
        assert identity.build_cookie_header(url) == ""


async def test_parameters_come_in_the_order_of_the_page(identity: Identity) -> None:
    await become(identity)
    query = urlsplit(build_request(identity, UserPost(sec_user_id="MS4w")).url).query
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    assert names[-2:] == ["msToken", "X-Bogus"]
    assert names[:-2] == sorted(names[:-2])
    assert {"secUid", "coverFormat", "device_id", "WebIdLastTime"} < set(names)
    assert verify("x_bogus", query, b"", identity.user_agent)


@pytest.mark.parametrize("scheme", ["x_gnarly", "dynosaur"])
async def test_the_signature_is_chosen_in_client_yaml(identity: Identity, scheme: str) -> None:
    await become(identity)
    known = identity.profile
    identity.profile = known.model_copy(update={"schemes": known.schemes | {"web": scheme}})
    query = urlsplit(build_request(identity, UserPost(sec_user_id="MS4w")).url).query
    assert verify(scheme, query, b"", identity.user_agent)


async def test_language_region_and_browser_are_consistent(identity: Identity) -> None:
    await become(identity)
    wire = build_request(identity, UserPost(sec_user_id="MS4w"))
    params = dict(parse_qsl(urlsplit(wire.url).query, keep_blank_values=True))
    assert (
        wire.headers["Accept-Language"]
        == f"{params['browser_language']},{params['language']};q=0.9"
    )
    assert wire.headers["User-Agent"] == f"Mozilla/{params['browser_version']}"
    assert params["region"] == params["region"].upper() == "DE"


async def test_a_made_up_device_is_not_used_in_the_next_run(
    identity: Identity, tmp_path: Path
) -> None:
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    await become(identity, explore=NONE, check=fresh)
    first = identity.tokens["device_id"]
    assert first.made_up
    assert "device_id" not in load_identity(tmp_path).tokens
    await identity.renew(identity.guest)
    await become(identity, explore=NONE, check=fresh)
    assert identity.tokens["device_id"].value != first.value


async def test_the_proof_of_work_goes_along_with_a_tokens_own_cookie(identity: Identity) -> None:
    identity.store_pass("www.tiktok.com", {"_wafchallengeid": "abc"})
    fresh = TokenAnswer(200, ("ttwid=1%7Cnew; Path=/",), b"{}")
    asks = await become(identity, explore=TokenAnswer(200, (), PAGE), check=fresh)
    [exchange] = [ask for ask in asks if ask.name == "ttwid"]
    first, second = exchange.headers["Cookie"].split("; ")
    assert first.startswith("ttwid=1%7C3uOV")
    assert second == "_wafchallengeid=abc"
