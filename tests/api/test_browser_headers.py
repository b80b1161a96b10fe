"""Headers are those of Chromium 156, by name, spelling, order and value; brands follow a rule."""

from typing import Any

import pytest

from f2scrapy.api.browser_headers import build_headers
from f2scrapy.api.browser_profile import compute_brands
from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_guest
from f2scrapy.config.file import load_options
from f2scrapy.sandbox.tls.checks import load_facts

WWW, ACCEPT = "https://www.douyin.com/", {"Accept": "application/json, text/plain, */*"}
OWN = {"x-tt-argus": "1", "x-secsdk-web-expire": "9", "uifid": "u", "x-secsdk-web-signature": "s"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
COOKIE = {"Cookie": "ttwid=1; s_v_web_id=v"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
CDN, TOKEN = "https://v3-web.douyinvod.com/a.mp4", "https://mcs.zijieapi.com/token"

CASES: dict[str, dict[str, Any]] = {
    "navigation": {"name": "page", "url": WWW},
    "navigation, from a page": {"name": "page", "url": WWW, "referer": WWW, "own": COOKIE},
    "fetch GET": {"referer": WWW, "own": COOKIE},
    "fetch GET, Accept set": {"referer": WWW, "own": {**COOKIE, **ACCEPT}},
    "fetch GET, Accept and x-tt-argus set": {
        "referer": WWW, "own": {"x-tt-argus": "1", **COOKIE, **ACCEPT},
    },
    "fetch GET, Accept, x-tt-argus and uifid set": {
        "referer": WWW, "own": {"x-tt-argus": "1", "uifid": "u", **COOKIE, **ACCEPT},
    },
    "fetch GET, Accept and own headers set": {"referer": WWW, "own": OWN | COOKIE | ACCEPT},
    "fetch GET, same-site": {"url": "https://live.douyin.com/x", "referer": WWW, "own": COOKIE},
    "XHR GET, Accept set": {"referer": WWW, "own": {**COOKIE, **ACCEPT}},
    "fetch POST": {"method": "POST", "referer": WWW,
                   "own": {"Content-Type": "application/json", **COOKIE}},
    "fetch POST, Accept and own headers set": {
        "method": "POST", "referer": WWW, "own": OWN | COOKIE | ACCEPT | FORM,
    },
    "fetch POST, no body": {"method": "POST", "referer": WWW, "own": COOKIE},
    "fetch POST, cross-site": {
        "method": "POST", "url": "https://mssdk.bytedance.com/token", "referer": WWW,
        "own": {"Content-Type": "text/plain;charset=UTF-8"},
    },
    "fetch POST, cross-site, credentials": {
        "method": "POST", "url": TOKEN, "referer": WWW, "own": JSON, "with_credentials": True,
    },
    "image": {"name": "image", "url": "https://p3-sign.douyinpic.com/a.png", "referer": WWW},
    "image, same-origin": {"name": "image", "referer": WWW, "own": COOKIE},
    "video": {"name": "video", "url": CDN, "referer": WWW},
    "video, same-origin": {"name": "video", "referer": WWW, "own": COOKIE},
    "audio": {"name": "audio", "url": CDN, "referer": WWW},
}  # fmt: skip
MADE_BY_THE_CLIENT = {"content-length", "host", "connection"}


@pytest.fixture
def identity() -> Identity:
    return build_guest(load_options(), "douyin")


@pytest.mark.parametrize("case", CASES)
def test_each_kind_has_the_headers_that_chromium_sends(identity: Identity, case: str) -> None:
    given = {"name": "fetch", "url": f"{WWW}x", **CASES[case]}
    sent = build_headers(identity, given.pop("name"), given.pop("url"), **given)
    fact = load_facts()["kinds"][case]
    assert [n.lower() for n in sent] == [n for n in fact["order"] if n not in MADE_BY_THE_CLIENT]
    values = {name.lower(): value for name, value in sent.items()}
    wanted = {**fact["values"], "user-agent": identity.user_agent}
    assert {name: values.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("case", CASES)
def test_names_are_spelled_as_on_http_1(identity: Identity, case: str) -> None:
    given = {"name": "fetch", "url": f"{WWW}x", **CASES[case]}
    sent = build_headers(identity, given.pop("name"), given.pop("url"), **given)
    spelled = load_facts()["http/1.1"][case]["order"]
    assert [n for n in sent if n != "Priority"] == [
        n for n in spelled if n.lower() not in MADE_BY_THE_CLIENT
    ]


def test_the_stored_facts_cover_all_kinds_but_preflight() -> None:
    assert set(load_facts()["kinds"]) - set(CASES) == {"preflight", "WebSocket"}


def test_a_header_of_the_users_own_is_sent_too(identity: Identity) -> None:
    identity.profile = identity.profile.model_copy(deep=True)  # all guests share it
    identity.profile.browser.headers["DNT"] = "1"
    try:
        sent = build_headers(identity, "fetch", f"{WWW}x", referer=WWW)
        assert [*sent].index("DNT") < [*sent].index("Sec-Fetch-Site")
    finally:
        del identity.profile.browser.headers["DNT"]


def test_other_origins_learn_the_site_only(identity: Identity) -> None:
    page = f"{WWW}user/MS4w?secret=1"
    same = build_headers(identity, "fetch", f"{WWW}x", referer=page)
    other = build_headers(identity, "fetch", TOKEN, referer=page)
    assert (same["Referer"], other["Referer"], other["Origin"]) == (page, WWW, WWW.rstrip("/"))
    assert "Origin" not in same


@pytest.mark.parametrize(
    ("major", "brands"),
    [
        (120, '"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120"'),
        (124, '"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"'),
        (125, '"Google Chrome";v="125", "Chromium";v="125", "Not.A/Brand";v="24"'),
        (131, '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'),
        (136, '"Chromium";v="136", "Google Chrome";v="136", "Not.A/Brand";v="99"'),
        (152, '"Chromium";v="152", "Not?A_Brand";v="24", "Google Chrome";v="152"'),
        (156, '"Not:A-Brand";v="8", "Chromium";v="156", "Google Chrome";v="156"'),
    ],
)
def test_brands_follow_from_the_version(major: int, brands: str) -> None:
    assert compute_brands(major) == brands


def test_brands_agree_with_the_version_in_client_yaml(identity: Identity) -> None:
    major = int(identity.profile.browser.version.partition(".")[0])
    assert identity.headers["sec-ch-ua"] == compute_brands(major)
