"""What TikTok's web interfaces want to see besides what every platform wants."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from f2scrapy.sandbox.checks import Flaw, Guard
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.state import World

HOST = "www.tiktok.com"
_SIGNED = ("X-Dynosaur", "X-Bogus", "X-Gnarly")
_PARAMS = ("WebIdLastTime", "aid", "app_language", "app_name", "browser_language", "browser_name",
           "browser_online", "browser_platform", "browser_version", "channel", "cookie_enabled",
           "device_id", "device_platform", "focus_state", "history_len", "is_fullscreen",
           "is_page_visible", "os", "region", "screen_height", "screen_width", "tz_name",
           "webcast_language")  # fmt: skip


@lru_cache(64)
def told_by(user_agent: str) -> dict[str, tuple[str, ...]]:
    """The parameters a user agent decides, and what they may be."""
    version = user_agent.removeprefix("Mozilla/")
    told: dict[str, tuple[str, ...]] = {"browser_name": ("Mozilla",), "browser_version": (version,)}
    if "Windows NT" in user_agent:
        return told | {"os": ("windows",), "browser_platform": ("Win32",)}
    if "Macintosh" in user_agent:
        return told | {"os": ("mac",), "browser_platform": ("MacIntel",)}
    return told | {"os": ("linux",), "browser_platform": ("Linux x86_64", "Linux armv81")}


def rules(ask: Ask, world: World) -> Iterator[Flaw]:
    """What is wrong with the browser's parameters, and between them."""
    sent = ask.params
    if sent.get("aid") != "1988":
        yield Flaw("aid is not 1988")
    if not sent.get("WebIdLastTime", "").isdecimal():
        yield Flaw("WebIdLastTime is not a number of seconds")
    if not sent.get("browser_language", "").startswith(sent.get("app_language", "")):
        yield Flaw("browser_language and app_language disagree")
    if "/" not in sent.get("tz_name", ""):
        yield Flaw("tz_name is no time zone")
    yield from _device(ask, world)
    yield from _order(ask)


def _device(ask: Ask, world: World) -> Iterator[Flaw]:
    device, ttwid = ask.params.get("device_id", ""), ask.cookies.get("ttwid", "")
    if len(device) != 19 or not device.isdecimal():
        yield Flaw("device_id is not of 19 digits")
    elif world.checks("ttwid") and world.knows_ttwid(ttwid) and device != world.device_id(ttwid):
        yield Flaw("device_id and ttwid are of two visitors")


def _order(ask: Ask) -> Iterator[Flaw]:
    """The page sends its parameters by their names, then the token; another order is noted."""
    names = [part.partition("=")[0] for part in ask.query.split("&")]
    plain = [name for name in names if name not in _SIGNED]
    own = [name for name in plain if name != "msToken"]
    if own != sorted(own):
        yield Flaw("parameters are not in the order of their names", "")
    if "msToken" in plain and plain[-1] != "msToken":
        yield Flaw("msToken is not behind the other parameters", "")


WEB = Guard(
    referer=f"https://{HOST}/",
    schemes=("x_bogus", "x_gnarly", "dynosaur"),
    params=_PARAMS,
    ms_token=(148,),
    visitor=True,
    told_by=told_by,
    rules=rules,
)
