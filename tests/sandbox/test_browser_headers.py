"""Headers are compared with a browser's, by kind of request, if that is selected."""

import json
from pathlib import Path

import pytest
from support.sandbox_client import Browser, visit

from f2scrapy.sandbox.browser_headers import build_brands, find_violations
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import CHECKS, Options, State

STATE = State(Options(strict=CHECKS))
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
KINDS = {
    "navigation": "page", "navigation, from a page": "page", "fetch GET": "list",
    "fetch GET, Accept set": "detail", "XHR GET, Accept set": "profile", "fetch POST": "token",
    "fetch GET, same-site": "list", "fetch POST, cross-site": "token",
    "fetch POST, cross-site, credentials": "token", "image": "media", "video": "media",
}  # fmt: skip
PAGES = {"same-origin": "https://www.douyin.com/", "same-site": "https://live.douyin.com/",
         "cross-site": "https://www.tiktok.com/", "none": ""}  # fmt: skip


def list_violations(headers: dict[str, str], kind: str, method: str = "GET") -> list[str]:
    request = Request(method, "www.douyin.com", "/x", headers=Headers(headers))
    return [violation.message for violation in find_violations(request, kind, STATE)]


class Headers(dict):
    """Header fields by name in any case."""

    def get(self, name: str, default: str = "") -> str:
        lower = {key.lower(): value for key, value in self.items()}
        return lower.get(name.lower(), default)


def build_headers(recorded: dict) -> dict[str, str]:
    """Return the headers of a recorded request, with values where the recording has none."""
    values = recorded["values"]
    page = PAGES[values["sec-fetch-site"]]
    usual = {"user-agent": AGENT, "sec-ch-ua": build_brands(156), "referer": page,
             "origin": page.rstrip("/")}  # fmt: skip
    return {name: values.get(name) or usual.get(name, "x") for name in recorded["order"]}


@pytest.mark.parametrize("name", KINDS)
def test_recorded_requests_of_chromium_pass(shared: Path, name: str) -> None:
    path = shared / "reference/wire/recorder/chromium-156.json"
    recorded = json.loads(path.read_text())["kinds"][name]
    method = "POST" if "POST" in name else "GET"
    assert list_violations(build_headers(recorded), KINDS[name], method) == []


GOOD = {
    "sec-ch-ua-platform": '"Linux"', "user-agent": AGENT, "sec-ch-ua": build_brands(156),
    "accept": "*/*", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty", "referer": "https://www.douyin.com/",
}  # fmt: skip


def test_good_headers_have_no_violation() -> None:
    assert list_violations(GOOD, "list") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sec-fetch-mode": "navigate"}, "Sec-Fetch-Mode is navigate, not cors"),
        ({"sec-fetch-site": "none"}, "Sec-Fetch-Site is none, not same-origin"),
        ({"sec-fetch-dest": ""}, "Sec-Fetch-Dest is missing, not empty"),
        ({"referer": "https://live.douyin.com/"}, "Sec-Fetch-Site is same-origin, not same-site"),
        ({"sec-ch-ua": "x"}, f"sec-ch-ua is x, not {build_brands(156)}"),
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_noted(changes: dict[str, str], message: str) -> None:
    assert list_violations(GOOD | changes, "list") == [message]


def test_another_order_is_noted() -> None:
    order = ["user-agent", *(name for name in GOOD if name != "user-agent")]
    [message] = list_violations({name: GOOD[name] for name in order}, "list")
    assert message.startswith("headers in the order user-agent sec-ch-ua-platform")


def test_pages_and_posts_have_headers_of_their_own() -> None:
    assert "Upgrade-Insecure-Requests is not 1" in list_violations(GOOD, "page")
    assert list_violations(GOOD, "token", "POST") == ["Origin missing in a POST"]


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


async def test_they_are_noted_and_not_refused() -> None:
    async with visit(Options(strict=CHECKS - {"websign", "real_ms_token"})) as browser:
        claiming = browser.with_headers(Sec_Fetch_Site="same-origin")
        assert (await claiming.fetch_posts("demo")).status == 200
        assert "Sec-Fetch-Mode is missing, not cors" in browser.violations


async def test_clients_of_other_kinds_send_none(browser: Browser) -> None:
    assert (await browser.fetch_posts("demo")).status == 200
    assert not browser.violations
