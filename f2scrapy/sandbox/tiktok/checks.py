"""Check what TikTok's web interfaces require in addition to the common checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from f2scrapy.sandbox.checks import Requirements
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.proof import is_proven
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.violation import Violation

HOST = "www.tiktok.com"
_SIGNED = ("X-Dynosaur", "X-Bogus", "X-Gnarly")
_PARAMS = ("aid", "app_language", "app_name", "browser_language", "browser_name",
           "browser_online", "browser_platform", "browser_version", "channel", "cookie_enabled",
           "device_id", "device_platform", "focus_state", "history_len", "is_fullscreen",
           "is_page_visible", "os", "region", "screen_height", "screen_width", "tz_name",
           "webcast_language")  # fmt: skip


@lru_cache(64)
def derive_params(user_agent: str) -> dict[str, tuple[str, ...]]:
    """Return the parameters a user agent determines, with their allowed values."""
    version = user_agent.removeprefix("Mozilla/")
    params: dict[str, tuple[str, ...]] = {
        "browser_name": ("Mozilla",),
        "browser_version": (version,),
    }
    if "Windows NT" in user_agent:
        return params | {"os": ("windows",), "browser_platform": ("Win32",)}
    if "Macintosh" in user_agent:
        return params | {"os": ("mac",), "browser_platform": ("MacIntel",)}
    return params | {"os": ("linux",), "browser_platform": ("Linux x86_64", "Linux armv81")}


def find_violations(request: Request, state: State) -> Iterator[Violation]:
    """Yield violations in the browser's parameters, and contradictions between them."""
    sent = request.params
    if sent.get("aid") != "1988":
        yield Violation("aid is not 1988")
    # Another project measured (2026-09-08) that no WebIdLastTime is needed.
    if not sent.get("WebIdLastTime", "0").isdecimal():
        yield Violation("WebIdLastTime is not a number of seconds")
    # Chinese browsers send zh-CN beside the site's zh-Hans (F2 0.0.1.7).
    if _get_language(sent.get("browser_language")) != _get_language(sent.get("app_language")):
        yield Violation("browser_language and app_language disagree")
    if "/" not in sent.get("tz_name", "") and sent.get("tz_name") != "UTC":
        yield Violation("tz_name is no time zone")
    yield from _check_device(request, state)
    yield from _check_order(request)


def _get_language(tag: str | None) -> str:
    """Return the language of a tag such as zh-Hans, without script and country."""
    return (tag or "").partition("-")[0].lower()


def _check_device(request: Request, state: State) -> Iterator[Violation]:
    device, ttwid = request.params.get("device_id", ""), request.cookies.get("ttwid", "")
    if len(device) != 19 or not device.isdecimal():
        yield Violation("device_id is not of 19 digits")
    elif (
        state.is_checked("device")  # any 19 digits will do (measured 2026-09-08)
        and state.is_known_ttwid(ttwid)
        and device != state.derive_device_id(ttwid)
    ):
        yield Violation("device_id and ttwid are of two visitors")


def _check_order(request: Request) -> Iterator[Violation]:
    """Compare the order with that of the page: parameters by name, then the token; only noted."""
    names = [part.partition("=")[0] for part in request.query.split("&")]
    plain = [name for name in names if name not in _SIGNED]
    own = [name for name in plain if name != "msToken"]
    if is_proven(request):  # the page's own order
        return
    if own != sorted(own):
        yield Violation("parameters are not in the order of their names", "")
    if "msToken" in plain and plain[-1] != "msToken":
        yield Violation("msToken does not follow the other parameters", "")


WEB = Requirements(
    referer=f"https://{HOST}/",
    schemes=("x_bogus", "x_gnarly", "dynosaur"),
    params=_PARAMS,
    ms_token=(148,),
    visitor=True,
    derive_params=derive_params,
    # TikTokApi 7.3.3 (2026-04) sends the whole User-Agent as browser_version, the platform as os.
    matches_agent=False,
    rules=find_violations,
)

# Interfaces that public clients ask without a signature, a token or the browser's parameters:
# yt-dlp 2026.10.26, gallery-dl 1.32.18, streamlink 8.6.3, TikTokLive 7.0.1. A request with a
# signature is checked as the others.
OPEN = replace(WEB, signed=False)
