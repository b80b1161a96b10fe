"""Check what a request must carry, by interface: note every violation, refuse for the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from f2scrapy.sandbox import browser_headers, gateway, refusals
from f2scrapy.sandbox.http_types import Page, Reply, Request
from f2scrapy.sandbox.proof import is_proven
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.violation import Violation
from f2scrapy.signing import SignatureError, Verified, secsdk, verify
from f2scrapy.signing.tokens import read_verify_fp

FRESH_S = 600  # greatest age of a signature, and how far ahead it may be
ACCOUNT = frozenset({"sessionid", "sessionid_ss", "sid_tt", "sid_guard", "uid_tt", "uid_tt_ss",
                     "passport_auth_status", "passport_assist_user", "odin_tt"})  # fmt: skip
PASS = frozenset({"_wafchallengeid", "waforiginalreid"})  # of the "Please wait" page, for any host
GUEST = frozenset({"ttwid", "msToken", "tt_chain_token", "tt_csrf_token"})


def find_none(request: Request, state: State) -> Iterator[Violation]:
    """Yield no violation: the interface has no rules of its own."""
    del request, state
    return iter(())


@lru_cache(64)
def derive_params(user_agent: str) -> dict[str, tuple[str, ...]]:
    """Return the parameters a user agent determines, with their allowed values."""
    params: dict[str, tuple[str, ...]] = {}
    for name, mark in (("Edge", "Edg"), ("Chrome", "Chrome"), ("Firefox", "Firefox"),
                       ("Safari", "Version")):  # fmt: skip
        if version := re.search(rf"\b{mark}/([\d.]+)", user_agent):
            params["browser_name"] = (name,)
            params["browser_version"] = (version[1],)
            break
    if engine := re.search(r"Chrome/([\d.]+)", user_agent):
        params["engine_name"] = ("Blink",)
        params["engine_version"] = (engine[1],)
    if "Windows NT" in user_agent:
        params |= {"os_name": ("Windows",), "browser_platform": ("Win32",)}
    elif "Macintosh" in user_agent:
        params |= {"os_name": ("Mac OS", "Mac+OS"), "browser_platform": ("MacIntel",)}
    elif "Linux" in user_agent:
        params |= {"os_name": ("Linux",), "browser_platform": ("Linux x86_64", "Linux armv81")}
    return params


@dataclass(frozen=True)
class Requirements:
    """Requirements of an interface for its requests."""

    method: str = "GET"
    referer: str | tuple[str, ...] = ""  # prefixes of Referer; "" = not checked
    schemes: tuple[str, ...] = ()  # of `signing`; one of them suffices
    signed: bool = True  # False = a request without a signature passes with no other check
    params: tuple[str, ...] = ()  # required names
    ms_token: tuple[int, ...] = ()  # allowed lengths of msToken; () = not required
    visitor: bool = False  # requires a ttwid or a logged-in account
    account: bool = False  # requires a logged-in account
    derive_params: Callable[[str], Mapping[str, tuple[str, ...]]] = derive_params
    matches_agent: bool = True  # False = parameters that contradict the User-Agent are noted only
    rules: Callable[[Request, State], Iterator[Violation]] = find_none  # more rules of the platform


@dataclass(frozen=True)
class Route:
    """An interface: its kind (see `faults`), its handler, its requirements."""

    kind: str
    handler: Callable[[Request, State], Reply | Page]
    requirements: Requirements = Requirements()


def _check_verify_fp(request: Request, state: State) -> Iterator[Violation]:
    """Compare the three places of verifyFp, where it is sent."""
    del state
    named = {"verifyFp": request.params.get("verifyFp"), "fp": request.params.get("fp"),
             "s_v_web_id": request.cookies.get("s_v_web_id")}  # fmt: skip
    sent = {value for value in named.values() if value}
    if len(sent) > 1:
        yield Violation("verifyFp, fp and s_v_web_id disagree")
    for value in sent:
        try:
            read_verify_fp(value)
        except SignatureError:
            yield Violation("verifyFp is malformed")


_BROWSER = ("device_platform", "aid", "browser_name", "browser_version", "engine_name",
            "engine_version", "os_name", "browser_platform", "browser_language")  # fmt: skip
WEB = Requirements(
    referer="https://www.douyin.com/",
    schemes=("a_bogus", "a_bogus_1_0_1_19"),
    params=_BROWSER,
    # F2 0.0.1.7 sends 120 or 128 characters, others 164 or 184, phonecopy 0.0.7 and its kin 107.
    ms_token=(107, 120, 128, 164, 184),
    visitor=True,
    rules=_check_verify_fp,
)


# Pages put both behind a_bogus on some interfaces (requests of browsers, 2024-06 and 2025-01).
_FOLLOWING = re.compile(r"(&a_bogus=[^&]*)&verifyFp=[^&]*&fp=[^&]*$")
_SIGNATURES = frozenset({"a_bogus", "X-Bogus", "X-Gnarly", "X-Dynosaur", secsdk.NAME})


def check_request(request: Request, route: Route, state: State) -> Reply | None:
    """Note all violations; return the refusal of the first, None if there is none."""
    violations = list(browser_headers.find_violations(request, route.kind, state))
    violations += _find_violations(request, route.requirements, state)
    for violation in violations:
        state.note_violation(request, violation.message)
    refused = [violation.refusal for violation in violations if violation.refusal]
    if not refused:
        return None
    name, _, value = refused[0].partition("=")
    return refusals.refuse(name, request.platform, value)


def _find_violations(
    request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    if request.method not in (requirements.method, "HEAD"):
        yield Violation(f"{request.method} instead of {requirements.method}", "http=405")
    yield from gateway.find_violations(request, state)
    if _is_plain(request, requirements, state):
        yield from _check_account(request, requirements)
        return
    if requirements.referer:
        yield from _check_browser(request, requirements, state)
    if requirements.params and state.is_checked("params"):
        yield from _check_params(request, requirements)
        yield from requirements.rules(request, state)
    yield from _check_identity(request, requirements, state)
    if requirements.schemes:
        yield from _check_signatures(request, requirements, state)


def _is_plain(request: Request, requirements: Requirements, state: State) -> bool:
    """Return whether a request is one of a client that signs nothing, where that is allowed."""
    demanded = any(map(state.is_checked, requirements.schemes))  # as by --strict=+x_gnarly
    return not (requirements.signed or demanded or _SIGNATURES & request.params.keys())


def _check_browser(
    request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    if state.is_checked("user_agent") and (message := check_user_agent(request.user_agent)):
        yield Violation(message)
    # Some clients leave out the slash behind the host: phonecopy 0.0.7.
    if state.is_checked("referer") and not f"{request.headers.get('Referer', '')}/".startswith(
        requirements.referer
    ):
        wanted = requirements.referer
        first = wanted if isinstance(wanted, str) else wanted[0]
        yield Violation(f"Referer is not {first}")


_FOREIGN = re.compile(r"scrapy|python|aiohttp|httpx|curl|wget|headless|java|go-http", re.IGNORECASE)
_ENGINES = re.compile(r"(Chrome|Firefox|Version)/(\d+)")


def check_user_agent(user_agent: str) -> str:
    """Return why no browser sends this User-Agent; "" if one may."""
    if not user_agent:
        return "User-Agent missing"
    if _FOREIGN.search(user_agent):
        return "User-Agent is not a browser's"
    if not user_agent.startswith("Mozilla/5.0 (") or not _ENGINES.search(user_agent):
        return "User-Agent is not a browser's"
    return ""


def _check_params(request: Request, requirements: Requirements) -> Iterator[Violation]:
    for name in requirements.params:
        if not request.params.get(name):
            yield Violation(f"parameter {name} missing")
    refusal = "empty" if requirements.matches_agent else ""
    for name, allowed in requirements.derive_params(request.user_agent).items():
        sent = request.params.get(name)
        if sent and sent not in allowed:
            yield Violation(f"UA param mismatch: {name}={sent}", refusal)
    yield from _check_hints(request)


_SYSTEMS = {"Windows": "Windows NT", "macOS": "Macintosh"}


def _check_hints(request: Request) -> Iterator[Violation]:
    """Compare the client hints, where they are sent, with the User-Agent."""
    brands = request.headers.get("sec-ch-ua", "")
    major = re.search(r"Chrome/(\d+)", request.user_agent)
    if brands and major and f'"Chromium";v="{major[1]}"' not in brands:
        yield Violation("sec-ch-ua disagrees with User-Agent")
    system = request.headers.get("sec-ch-ua-platform", "").strip('"')
    if system and _SYSTEMS.get(system, system) not in request.user_agent:
        yield Violation("sec-ch-ua-platform disagrees with User-Agent")


def _check_identity(
    request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    logged_in = request.cookies.get("sessionid") == SESSION
    yield from _check_account(request, requirements)
    if requirements.visitor and state.is_checked("ttwid") and not logged_in:
        yield from _check_ttwid(request, state)
    # Accounts of Douyin need none (DDToolkit 2026-10, phonecopy 0.0.7).
    spared = logged_in and request.platform == "douyin" and not request.params.get("msToken")
    if requirements.ms_token and state.is_checked("ms_token") and not spared:
        yield from _check_ms_token(request, requirements, state)


def _check_account(request: Request, requirements: Requirements) -> Iterator[Violation]:
    if requirements.account and request.cookies.get("sessionid") != SESSION:
        yield Violation("account cookie missing or expired", "login")


def _check_ttwid(request: Request, state: State) -> Iterator[Violation]:
    sent = request.cookies.get("ttwid", "")
    if not sent:
        yield Violation("ttwid missing")
    elif not state.is_known_ttwid(sent):
        yield Violation(
            "ttwid expired" if sent in state.expired_tokens else "ttwid not issued here"
        )


def _check_ms_token(
    request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    token = request.params.get("msToken", "")
    if not token:
        yield Violation("msToken missing")
    elif len(token) not in requirements.ms_token:
        yield Violation(f"msToken of {len(token)} characters")
    elif state.is_checked("real_ms_token") and not state.is_issued_ms_token(token):
        yield Violation("msToken not issued here", "argus")


# Signatures: only this part knows the place of each scheme in a query.


def _check_signatures(
    request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    """Check the signature within that of secsdk, which is the gateway's.

    A page's script proves itself instead.
    """
    if is_proven(request):
        return
    if request.platform == "tiktok" and state.is_checked("page"):
        yield Violation("not asked by a page's script")
    query = request.query
    if secsdk.NAME in request.params:
        try:
            query = secsdk.verify(query, request.headers).query
        except SignatureError:
            return  # noted by the gateway; only a query it covers is used
    if state.is_checked("signature"):
        query = _FOLLOWING.sub(r"\1", query)
        yield from _check_signature(query, request, requirements, state)


def _check_signature(
    query: str, request: Request, requirements: Requirements, state: State
) -> Iterator[Violation]:
    problems = []
    for scheme in [*filter(state.is_checked, requirements.schemes)] or requirements.schemes:
        try:
            violations = _verify(scheme, query, request, state)
        except SignatureError as error:
            problems.append(f"{scheme}: {error}")
        else:
            yield from _check_age(violations.time_ms, scheme, state)
            yield from _check_screen(violations.parts[scheme], request, state)
            return
    yield Violation(_choose_message(problems))


def _verify(scheme: str, query: str, request: Request, state: State) -> Verified:
    """Verify a signature; unless "body" is checked, it may leave out the body.

    F2 0.0.1.7 signs a POST without its body; what the platform checks of it is not known.

    Raises:
        SignatureError: it is not a signature of this request.
    """
    try:
        return verify(scheme, query, request.body, request.user_agent)
    except SignatureError:
        if state.is_checked("body") or not request.body:
            raise
        return verify(scheme, query, b"", request.user_agent)


def _choose_message(problems: list[str]) -> str:
    """Return the message of the layout that the signature most probably has."""
    return min(problems, key=lambda text: ("differs" not in text, "is missing" in text))


def _check_age(time_ms: int, scheme: str, state: State) -> Iterator[Violation]:
    if state.is_checked("time") and abs(time_ms / 1000 - state.clock()) > FRESH_S:
        yield Violation(f"{scheme}: of another time")


def _check_screen(part: object, request: Request, state: State) -> Iterator[Violation]:
    """Compare the screen in the signature's fingerprint with the parameters."""
    params = str(getattr(part, "fingerprint", "")).split("|")
    sizes = params[8:10] if len(params) == 17 else []  # the place in the newer layout is unknown
    sent = [request.params.get("screen_width", ""), request.params.get("screen_height", "")]
    if state.is_checked("screen") and sizes and all(sent) and sizes != sent:
        yield Violation(f"screen {'x'.join(sent)} differs from the signature's {'x'.join(sizes)}")


# Hosts other than the platform's pages


def find_secrets(request: Request, allowed: str = "") -> Iterator[str]:
    """Yield the secrets sent to a host that must not get them; *allowed* is one cookie it may."""
    for name in sorted(request.cookies.keys() - PASS - {allowed}):
        yield f"{'account cookie ' if name in ACCOUNT else ''}{name} sent to {request.host}"
    for name in sorted(GUEST & request.params.keys()):
        yield f"{name} sent to {request.host}"
