"""Play Douyin's gateway of 2026 (ArgusSecurityPlugin): uifid, x-tt-argus, secsdk, webid.

Sources, all public: the order of refusals is that of a yt-dlp fork (2026-09-22, 8 guarded
addresses); x-tt-argus lets unsigned requests pass (F2 PR #446, dYm #28, PolyDL 0.5.2, MediaFlow's
comparison of 2026-09-29); the list of paths is Evil0ctal's (2026-09-08); webid is ikenxuan/amagi
#188's (2026-09-05). Only some addresses are guarded: --strict=-argus plays the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.http_types import Reply, Request
from f2scrapy.sandbox.proof import is_proven
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.violation import Violation
from f2scrapy.signing import SignatureError, secsdk

HOSTS = frozenset({"www.douyin.com", "live.douyin.com"})
PREFIX = "/aweme/v1/web/"
OPEN = "https://open.douyin.com"  # Origin of the channel that the gateway lets pass
UIFID_COOKIES = ("UIFID", "UIFID_TEMP")
WEBID_HEADER = "cookie_ttwidinfo_webid"
PROTECTED = frozenset(
    f"{PREFIX}{path}/"
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


def is_open_channel(request: Request) -> bool:
    """Return whether the request is one of open.douyin.com's for a single work."""
    detail = request.path == f"{PREFIX}aweme/detail/"
    return detail and request.headers.get("Origin") == OPEN


def find_violations(request: Request, state: State) -> Iterator[Violation]:
    """Yield the gateway's refusal of a request, if it refuses it, then that of its session."""
    if request.host not in HOSTS or not request.path.startswith(PREFIX):
        return
    if is_open_channel(request):
        if request.cookies:
            yield Violation("cookies sent by the channel of open.douyin.com", "")
        return
    yield from _check_uifid(request, state)
    if request.path in PROTECTED and state.is_checked("page") and not is_proven(request):
        yield Violation("not asked by a page's script", "argus_signature")
    if not is_proven(request):  # the page's script would make both
        yield from _check_header(request, state)
        yield from _check_signature(request, state)
    yield from _check_webid(request, state)


def _check_uifid(request: Request, state: State) -> Iterator[Violation]:
    """Check the uifid of a parameter or header; a cookie alone does not count."""
    guarded = request.path in PROTECTED and state.is_checked("argus")
    if not (guarded or state.is_checked("argus_header")):
        return
    sent = {request.params.get("uifid", ""), request.headers.get("uifid", "")} - {""}
    if not sent:
        yield Violation("uifid missing", "argus_uifid")
    elif len(sent) > 1:
        yield Violation("uifid of the query differs from the header's", "argus")
    elif not state.is_known_uifid(sent.pop()):
        yield Violation("uifid not issued here", "argus")


def _check_header(request: Request, state: State) -> Iterator[Violation]:
    if state.is_checked("argus_header") and not request.headers.get("x-tt-argus"):
        yield Violation("x-tt-argus missing", "argus_signature")


def _check_signature(request: Request, state: State) -> Iterator[Violation]:
    """Check the signature where one is sent; ask for one, or for x-tt-argus, on protected paths."""
    if secsdk.NAME in request.params:
        if state.is_checked("signature"):
            yield from _verify(request)
        return
    if request.path not in PROTECTED:
        return
    passes = request.headers.get("x-tt-argus") or not state.is_checked("argus")
    if state.is_checked("websign") or not passes:
        yield Violation(f"secsdk: {secsdk.NAME} is missing", "argus_signature")


def _verify(request: Request) -> Iterator[Violation]:
    try:
        secsdk.verify(request.query, request.headers)
    except SignatureError as error:
        yield Violation(f"secsdk: {error}", "argus_sign")


def _check_webid(request: Request, state: State) -> Iterator[Violation]:
    """Check that an account's webid is that of its ttwid; none is fine, another is fatal."""
    if request.path.rstrip("/") == f"{PREFIX}query/user":  # which says it (DouYin_Spider, 2026-10)
        return
    sent, ttwid = request.params.get("webid", ""), request.cookies.get("ttwid", "")
    logged_in = request.cookies.get("sessionid") == SESSION
    if not (state.is_checked("webid") and logged_in and sent and state.is_known_ttwid(ttwid)):
        return
    if sent != state.derive_webid(ttwid):
        yield Violation("webid is not that of the session", "empty")


def name_webid(reply: Reply, request: Request, state: State) -> Reply:
    """Return the reply with the webid of the session and its log id, which each response names."""
    if request.host in HOSTS and reply.content_type.startswith("application/json"):
        # phonecopy 0.0.7 sends it back for the next page of a search.
        reply = replace(reply, headers=(*reply.headers, ("X-Tt-Logid", LOG_ID)))
    ttwid = request.cookies.get("ttwid", "")
    if request.host not in HOSTS or not state.is_known_ttwid(ttwid):
        return reply
    return replace(reply, headers=(*reply.headers, (WEBID_HEADER, state.derive_webid(ttwid))))


def list_new_cookies(request: Request, state: State) -> list[str]:
    """Return the cookies that a real page sets: a ttwid always, a uifid unless one is sent."""
    tail = "Path=/; Domain=.douyin.com; Max-Age=31536000"
    cookies = [f"ttwid={state.issue_ttwid(request.cookies.get('ttwid', ''))}; {tail}; HttpOnly"]
    by_script = state.is_checked("script_uifid")
    if not (by_script or any(request.cookies.get(name) for name in UIFID_COOKIES)):
        cookies.append(f"UIFID_TEMP={state.issue_uifid()}; {tail}; Secure; SameSite=None")
    return cookies
