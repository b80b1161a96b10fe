"""Headers are compared with those of the recorded Chromium, by kind of request."""

from typing import Any

import pytest
import yaml
from multidict import CIMultiDict
from support.sandbox_client import Browser

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.sandbox.browser_headers import build_brands, find_violations
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import CHECKS, STRICT, Options, State
from f2scrapy.sandbox.tls.checks import load_facts
from f2scrapy.sandbox.tls.kinds import format_kinds

OWN = {"sec_fetch", "header_order", "brands"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
ROUTES = {"navigation": "page", "image": "media", "video": "media", "audio": "media"}
HOSTS = {"same-origin": "www.douyin.com", "same-site": "live.douyin.com",
         "cross-site": "a.bytedance.com", "none": "www.douyin.com"}  # fmt: skip
RECORDED = [(protocol, name) for protocol in ("kinds", "http/1.1")
            for name in load_facts()["kinds"]
            if name not in ("preflight", "WebSocket")]  # fmt: skip
USUAL = {"user-agent": AGENT, "sec-ch-ua": build_brands(156), "sec-ch-ua-platform": '"Linux"'}


def build_headers(name: str, protocol: str = "kinds") -> dict[str, str]:
    """Return the headers of a recorded request, with values where the recording has none."""
    fact = load_facts()[protocol][name]
    return {key: fact["values"].get(key.lower()) or USUAL.get(key.lower(), "x")
            for key in fact["order"]}  # fmt: skip


def list_violations(
    headers: dict[str, str], name: str, checks: frozenset[str] = STRICT
) -> list[str]:
    """Return what is noted of a request with these headers, of the kind of a recorded one."""
    site = load_facts()["kinds"][name]["values"]["sec-fetch-site"]
    method = "POST" if "POST" in name else "GET"
    request = Request(method, HOSTS[site], "/x", headers=CIMultiDict(headers))
    route = ROUTES.get(name.partition(",")[0], "list")
    state = State(Options(strict=checks))
    return [violation.message for violation in find_violations(request, route, state)]


@pytest.mark.parametrize(("protocol", "name"), RECORDED)
def test_recorded_requests_of_chromium_pass(protocol: str, name: str) -> None:
    assert list_violations(build_headers(name, protocol), name) == []


def test_audio_of_the_same_site_passes() -> None:
    """It was recorded from another site alone, where Sec-Fetch-Storage-Access is sent, too."""
    headers = build_headers("audio") | {"sec-fetch-site": "same-site"}
    del headers["sec-fetch-storage-access"]
    request = Request("GET", "v16.douyin.com", "/x", headers=CIMultiDict(headers))
    assert [*find_violations(request, "media", State())] == []


def put_first(headers: dict[str, str], name: str) -> dict[str, str]:
    return {name: headers[name]} | headers


GET, ACCEPT, MANY = (
    "fetch GET", "fetch GET, Accept set", "fetch GET, Accept and own headers set",
)  # fmt: skip


@pytest.mark.parametrize(("protocol", "name"), RECORDED)
def test_each_name_that_moves_is_noted(protocol: str, name: str) -> None:
    headers = build_headers(name, protocol)
    movable = [*headers][1:] if protocol == "kinds" else [*headers][3:]  # Host, Connection
    for moved in movable:
        [message] = list_violations(put_first(headers, moved), name)
        assert message.startswith("headers in the order"), moved


def test_the_order_of_few_is_wrong_for_many() -> None:
    many, few = build_headers(MANY), build_headers(ACCEPT)
    mixed = {name: many[name] for name in [*few, *many]}
    [message] = list_violations(mixed, MANY)
    assert message.startswith("headers in the order sec-ch-ua-platform user-agent")


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        (GET, {"sec-fetch-mode": "navigate"}, "Sec-Fetch-Mode is navigate, not cors"),
        (GET, {"sec-fetch-site": "none"}, "Sec-Fetch-Site is none, not same-origin"),
        (GET, {"sec-fetch-dest": ""}, "Sec-Fetch-Dest is missing, not empty"),
        (GET, {"referer": "https://live.douyin.com/"},
         "Sec-Fetch-Site is same-origin, not same-site"),
        (GET, {"sec-ch-ua": "x"}, f"sec-ch-ua is x, not {build_brands(156)}"),
        (GET, {"accept-encoding": "gzip"}, "Accept-Encoding is gzip, not gzip, deflate, br, zstd"),
        ("navigation", {"upgrade-insecure-requests": ""},
         "Upgrade-Insecure-Requests is missing, not 1"),
        ("fetch POST", {"origin": ""}, "Origin missing in a POST"),
        ("image", {"priority": "u=1"}, "Priority is u=1, not i"),
    ],
)  # fmt: skip
def test_values_that_no_browser_sends_are_noted(
    name: str, changes: dict[str, str], message: str
) -> None:
    assert list_violations(build_headers(name) | changes, name) == [message]


@pytest.mark.parametrize("missing", ["sec-ch-ua-mobile", "accept-language", "sec-fetch-site"])
def test_missing_names_are_noted(missing: str) -> None:
    headers = build_headers(GET)
    del headers[missing]
    assert f"header {missing} missing" in list_violations(headers, GET)


def test_names_are_spelled_as_chromium_does() -> None:
    """On HTTP/1.1 client hints have small letters; HTTP/2 has no others."""
    headers = {key.replace("sec-ch-ua", "Sec-Ch-Ua"): value
               for key, value in build_headers(GET, "http/1.1").items()}  # fmt: skip
    assert "header Sec-Ch-Ua in place of sec-ch-ua" in list_violations(headers, GET)


@pytest.mark.parametrize("check", sorted(OWN))
def test_each_check_can_be_switched_off(check: str) -> None:
    wrong = put_first(build_headers(GET) | {"sec-fetch-dest": "x", "sec-ch-ua": "x"}, "accept")
    words = {"sec_fetch": "Sec-Fetch", "header_order": "in the order", "brands": "sec-ch-ua is"}
    for left, word in words.items():
        found = [it for it in list_violations(wrong, GET, STRICT - {check}) if word in it]
        assert bool(found) is (left != check)
    assert OWN < STRICT < CHECKS


OTHERS = [  # clients that claim to be Chromium by the user agent alone, and a Firefox
    {"User-Agent": AGENT, "Referer": "https://www.douyin.com/"},  # F2
    {"Accept": "*/*", "Sec-Fetch-Mode": "navigate", "User-Agent": AGENT},  # yt-dlp
    {"User-Agent": AGENT.replace("Chrome", "Firefox"), "Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", OTHERS)
def test_clients_without_client_hints_pass(headers: dict[str, str]) -> None:
    assert list_violations(headers, GET) == []


def test_only_what_is_known_is_demanded_of_other_versions() -> None:
    """Chromium 120 sends neither zstd nor Priority; Edge has a brand of its own."""
    headers = build_headers(GET) | {"accept-encoding": "gzip, deflate, br"}
    del headers["priority"]
    headers["user-agent"] = AGENT.replace("156", "120") + " Edg/120.0.0.0"
    headers["sec-ch-ua"] = build_brands(120, "Microsoft Edge")
    assert list_violations(headers, GET) == []
    chromium = headers | {"sec-ch-ua": build_brands(120, "")}
    assert list_violations(chromium, GET) == []
    wrong = headers | {"sec-fetch-mode": "no-cors", "sec-ch-ua": build_brands(121)}
    assert len(list_violations(wrong, GET)) == 2


@pytest.mark.parametrize(
    ("major", "brands"),
    [
        (136, '"Chromium";v="136", "Google Chrome";v="136", "Not.A/Brand";v="99"'),
        (152, '"Chromium";v="152", "Not?A_Brand";v="24", "Google Chrome";v="152"'),
        (156, '"Not:A-Brand";v="8", "Chromium";v="156", "Google Chrome";v="156"'),
    ],
)
def test_brands_follow_chromiums_rule(major: int, brands: str) -> None:
    assert build_brands(major) == brands


async def test_they_are_noted_and_not_refused(browser: Browser) -> None:
    claiming = browser.with_headers(sec_ch_ua='"Chromium";v="130"')
    assert (await claiming.fetch_posts("demo")).status == 200
    assert "Sec-Fetch-Mode is missing, not cors" in browser.violations


def test_client_yaml_has_the_kinds_of_the_recording() -> None:
    """If this fails, put what `python -m f2scrapy.sandbox.tls.kinds` prints into client.yaml."""
    printed: Any = yaml.safe_load(format_kinds(load_facts()))["kinds"]
    for platform in ("douyin", "tiktok"):
        kinds = load_profile(platform).browser.kinds
        ours = {name: kind.model_dump(exclude_defaults=True) for name, kind in kinds.items()}
        assert ours == printed
