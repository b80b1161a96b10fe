"""Checks: what a request must bring, by interface; whatever is missing is noted and refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.http_types import Answer, Ask, Page
from f2scrapy.sandbox.state import SESSION, World
from f2scrapy.signing import SignatureError, secsdk, verify
from f2scrapy.signing.tokens import read_verify_fp

FRESH_S = 600  # a signature may be that old, or that far ahead
ACCOUNT = frozenset({"sessionid", "sessionid_ss", "sid_tt", "sid_guard", "uid_tt", "uid_tt_ss",
                     "passport_auth_status", "passport_assist_user", "odin_tt"})  # fmt: skip
GUEST = frozenset({"ttwid", "msToken", "tt_chain_token", "tt_csrf_token"})


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a request, and how the platform takes it."""

    what: str
    refusal: str = "empty"  # see `refusals`; "" = it is noted, and answered


def no_rules(ask: Ask, world: World) -> Iterator[Flaw]:
    """Nothing besides what a `Guard` says."""
    del ask, world
    return iter(())


@lru_cache(64)
def told_by(user_agent: str) -> dict[str, tuple[str, ...]]:
    """The parameters a user agent decides, and what they may be."""
    told: dict[str, tuple[str, ...]] = {}
    for name, mark in (("Edge", "Edg"), ("Chrome", "Chrome"), ("Firefox", "Firefox"),
                       ("Safari", "Version")):  # fmt: skip
        if version := re.search(rf"\b{mark}/([\d.]+)", user_agent):
            told["browser_name"] = (name,)
            told["browser_version"] = (version[1],)
            break
    if engine := re.search(r"Chrome/([\d.]+)", user_agent):
        told["engine_name"] = ("Blink",)
        told["engine_version"] = (engine[1],)
    if "Windows NT" in user_agent:
        told |= {"os_name": ("Windows",), "browser_platform": ("Win32",)}
    elif "Macintosh" in user_agent:
        told |= {"os_name": ("Mac OS", "Mac+OS"), "browser_platform": ("MacIntel",)}
    elif "Linux" in user_agent:
        told |= {"os_name": ("Linux",), "browser_platform": ("Linux x86_64", "Linux armv81")}
    return told


@dataclass(frozen=True)
class Guard:
    """What an interface wants to see."""

    method: str = "GET"
    referer: str = ""  # what Referer begins with; "" = none is wanted
    schemes: tuple[str, ...] = ()  # of `signing`, any of which will do
    params: tuple[str, ...] = ()  # names that may not be missing
    ms_token: tuple[int, ...] = ()  # how long msToken may be; () = none is wanted
    visitor: bool = False  # ttwid, or a logged-in account
    account: bool = False  # a logged-in account
    told_by: Callable[[str], Mapping[str, tuple[str, ...]]] = told_by  # see there
    rules: Callable[[Ask, World], Iterator[Flaw]] = no_rules  # the platform's own


@dataclass(frozen=True)
class Route:
    """One interface: its kind (see `faults`), what answers it, what it wants to see."""

    kind: str
    answer: Callable[[Ask, World], Answer | Page]
    guard: Guard = Guard()


def _verify_fp(ask: Ask, world: World) -> Iterator[Flaw]:
    """One value under three names, where it is sent."""
    del world
    named = {"verifyFp": ask.params.get("verifyFp"), "fp": ask.params.get("fp"),
             "s_v_web_id": ask.cookies.get("s_v_web_id")}  # fmt: skip
    sent = {value for value in named.values() if value}
    if len(sent) > 1:
        yield Flaw("verifyFp, fp and s_v_web_id disagree")
    for value in sent:
        try:
            read_verify_fp(value)
        except SignatureError:
            yield Flaw("verifyFp is none")


_BROWSER = ("device_platform", "aid", "browser_name", "browser_version", "engine_name",
            "engine_version", "os_name", "browser_platform", "browser_language")  # fmt: skip
WEB = Guard(
    referer="https://www.douyin.com/",
    schemes=("a_bogus", "a_bogus_1_0_1_19"),
    params=_BROWSER,
    ms_token=(164, 184),
    visitor=True,
    rules=_verify_fp,
)


def check(ask: Ask, route: Route, world: World) -> Answer | None:
    """The refusal of the first thing that is wrong, after noting all; None where nothing is."""
    found = list(_flaws(ask, route.guard, world))
    for flaw in found:
        world.note(ask, flaw.what)
    refused = [flaw.refusal for flaw in found if flaw.refusal]
    if not refused:
        return None
    name, _, value = refused[0].partition("=")
    return refusals.named(name, ask.platform, value)


def _flaws(ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    if ask.method not in (guard.method, "HEAD"):
        yield Flaw(f"{ask.method} instead of {guard.method}", "http=405")
    if guard.referer:
        yield from _browser(ask, guard, world)
    if guard.params and world.checks("params"):
        yield from _params(ask, guard)
        yield from guard.rules(ask, world)
    yield from _identity(ask, guard, world)
    if guard.schemes:
        yield from _signatures(ask, guard, world)


def _browser(ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    if world.checks("user_agent") and (what := implausible(ask.user_agent)):
        yield Flaw(what)
    if world.checks("referer") and not ask.headers.get("Referer", "").startswith(guard.referer):
        yield Flaw(f"Referer is not {guard.referer}")


_FOREIGN = re.compile(r"scrapy|python|aiohttp|httpx|curl|wget|headless|java|go-http", re.IGNORECASE)
_ENGINES = re.compile(r"(Chrome|Firefox|Version)/(\d+)")


def implausible(user_agent: str) -> str:
    """Why no browser would call itself that; "" where one might."""
    if not user_agent:
        return "User-Agent missing"
    if _FOREIGN.search(user_agent):
        return "User-Agent is not a browser's"
    if not user_agent.startswith("Mozilla/5.0 (") or not _ENGINES.search(user_agent):
        return "User-Agent is not a browser's"
    return ""


def _params(ask: Ask, guard: Guard) -> Iterator[Flaw]:
    for name in guard.params:
        if not ask.params.get(name):
            yield Flaw(f"parameter {name} missing")
    for name, wanted in guard.told_by(ask.user_agent).items():
        sent = ask.params.get(name)
        if sent and sent not in wanted:
            yield Flaw(f"UA param mismatch: {name}={sent}")
    yield from _hints(ask)


_SYSTEMS = {"Windows": "Windows NT", "macOS": "Macintosh"}


def _hints(ask: Ask) -> Iterator[Flaw]:
    """Client hints, where they are sent, speak of the same browser."""
    brands = ask.headers.get("sec-ch-ua", "")
    major = re.search(r"Chrome/(\d+)", ask.user_agent)
    if brands and major and f'"Chromium";v="{major[1]}"' not in brands:
        yield Flaw("sec-ch-ua disagrees with User-Agent")
    system = ask.headers.get("sec-ch-ua-platform", "").strip('"')
    if system and _SYSTEMS.get(system, system) not in ask.user_agent:
        yield Flaw("sec-ch-ua-platform disagrees with User-Agent")


def _identity(ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    logged_in = ask.cookies.get("sessionid") == SESSION
    if guard.account and not logged_in:
        yield Flaw("account cookie missing or lapsed", "login")
    if guard.visitor and world.checks("ttwid") and not logged_in:
        yield from _ttwid(ask, world)
    if guard.ms_token and world.checks("ms_token"):
        yield from _ms_token(ask, guard, world)


def _ttwid(ask: Ask, world: World) -> Iterator[Flaw]:
    sent = ask.cookies.get("ttwid", "")
    if not sent:
        yield Flaw("ttwid missing")
    elif not world.knows_ttwid(sent):
        yield Flaw("ttwid lapsed" if sent in world.lapsed else "ttwid not issued here")


def _ms_token(ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    token = ask.params.get("msToken", "")
    if not token:
        yield Flaw("msToken missing")
    elif len(token) not in guard.ms_token:
        yield Flaw(f"msToken of {len(token)} characters")
    elif world.checks("real_ms_token") and not world.issued_ms_token(token):
        yield Flaw("msToken not issued here", "argus")


# Signatures: the one place that knows which scheme stands where in a query.


WEBSIGNED = frozenset(
    f"/aweme/v1/web/{path}/"
    for path in (
        "aweme/detail",
        "aweme/favorite",
        "aweme/listcollection",
        "aweme/post",
        "collects/list",
        "collects/video/list",
        "mix/aweme",
        "mix/detail",
        "mix/list",
        "mix/listcollection",
        "music/aweme",
        "music/detail",
        "music/list",
        "tab/feed",
    )
)


def _signatures(ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    """The outer one first: only what it covers can be held against the inner one."""
    query, sent = ask.query, secsdk.NAME in ask.params and world.checks("signature")
    if sent or (world.checks("websign") and ask.path in WEBSIGNED):
        try:
            outer = secsdk.verify(query, ask.headers)
        except SignatureError as error:
            name = "argus_uifid" if "uifid" in str(error) else "argus"
            yield Flaw(f"secsdk: {error}", name)
            return
        yield from _stale(outer.time_ms, "secsdk", world)
        query = outer.query
    if world.checks("signature"):
        yield from _signature(query, ask, guard, world)


def _signature(query: str, ask: Ask, guard: Guard, world: World) -> Iterator[Flaw]:
    problems = []
    for scheme in [*filter(world.checks, guard.schemes)] or guard.schemes:
        try:
            found = verify(scheme, query, ask.body, ask.user_agent)
        except SignatureError as error:
            problems.append(f"{scheme}: {error}")
        else:
            yield from _stale(found.time_ms, scheme, world)
            yield from _screen(found.parts[scheme], ask, world)
            return
    yield Flaw(_telling(problems))


def _telling(problems: list[str]) -> str:
    """Of what several layouts say of one signature, the word of the layout it has."""
    return min(problems, key=lambda text: ("differs" not in text, "is missing" in text))


def _stale(time_ms: int, scheme: str, world: World) -> Iterator[Flaw]:
    if world.checks("time") and abs(time_ms / 1000 - world.clock()) > FRESH_S:
        yield Flaw(f"{scheme}: of another time")


def _screen(part: object, ask: Ask, world: World) -> Iterator[Flaw]:
    """The screen a signature tells of is that of the parameters."""
    told = str(getattr(part, "fingerprint", "")).split("|")
    sizes = told[8:10] if len(told) == 17 else []  # where the newer layout has it is not known
    sent = [ask.params.get("screen_width", ""), ask.params.get("screen_height", "")]
    if world.checks("params") and sizes and all(sent) and sizes != sent:
        yield Flaw(f"screen {'x'.join(sent)} differs from the signature's {'x'.join(sizes)}")


# Hosts that are not the platform's own pages


def secrets_sent(ask: Ask, welcome: str = "") -> Iterator[str]:
    """What a media or short-link host should never see; *welcome* is a cookie that it may."""
    for name in sorted(ask.cookies.keys() - {welcome}):
        yield f"{'account cookie ' if name in ACCOUNT else ''}{name} sent to {ask.host}"
    for name in sorted(GUEST & ask.params.keys()):
        yield f"{name} sent to {ask.host}"
