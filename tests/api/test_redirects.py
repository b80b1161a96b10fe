"""A short link is followed, leads nowhere, or is kept from us: three different things."""

import pytest

from f2scrapy.api.redirects import classify_redirect, redirect_target
from f2scrapy.errors import Outcome
from f2scrapy.platforms.douyin import links as douyin
from f2scrapy.platforms.tiktok import links as tiktok

SHORT = "https://vm.tiktok.com/ZM123/"
SITE = "https://www.tiktok.com"


@pytest.mark.parametrize(
    ("location", "there"),
    [
        (f"{SITE}/@nasa", f"{SITE}/@nasa"),
        ("/t/ZM124/", "https://vm.tiktok.com/t/ZM124/"),
        ("https://evil.example/", ""),
        ("http://www.tiktok.com/", ""),
        ("", ""),
    ],
)
def test_only_the_platform_is_gone_on_to(location: str, there: str) -> None:
    assert redirect_target(tiktok, SHORT, location) == there


@pytest.mark.parametrize(
    ("status", "there", "outcome"),
    [
        (429, "", Outcome.RATE_LIMITED),
        (503, "", Outcome.SERVER_ERROR),
        (403, "", Outcome.RISK_CONTROL),
        (451, "", Outcome.REGION),
        (302, f"{SITE}/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F", Outcome.LOGIN_REQUIRED),
        (302, f"{SITE}/hk/notfound", Outcome.REGION),
        (200, "", Outcome.RISK_CONTROL),
    ],
)
def test_what_the_platform_does_not_let_through_is_no_fault_of_the_link(
    status: int, there: str, outcome: Outcome
) -> None:
    refused = classify_redirect(tiktok, status, there, b"")
    assert refused is not None
    assert refused.outcome is outcome
    assert "redirect_url" not in refused.detail


@pytest.mark.parametrize(
    ("status", "there"),
    [(404, ""), (200, ""), (302, f"{SITE}/"), (302, f"{SITE}/@login.captcha?_t=login")],
)
def test_a_link_that_names_nothing_is_at_fault_itself(status: int, there: str) -> None:
    assert classify_redirect(tiktok, status, there, b"<html>TikTok - Make Your Day") is None
    assert classify_redirect(douyin, 404, "", b"") is None


def test_a_captcha_in_place_of_a_redirect_is_no_fault_of_the_link() -> None:
    refused = classify_redirect(tiktok, 200, "", b'<div class="captcha_verify_container">')
    assert refused is not None
    assert refused.outcome is Outcome.CAPTCHA
