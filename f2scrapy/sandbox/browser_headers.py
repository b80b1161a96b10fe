"""Check headers against those of Chromium 156 by kind of request: order, Sec-Fetch-*, brands.

The orders and values were recorded from Chromium 156.0.8078.108 (2026-11). They are compared where
a client sends such headers, and violations are noted, not refused: no report shows a platform that
refuses for them alone, and clients without them pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.violation import Violation

_FETCH = ("sec-ch-ua-platform", "user-agent", "sec-ch-ua", "content-type", "sec-ch-ua-mobile",
          "accept", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest",
          "sec-fetch-storage-access", "referer", "accept-encoding", "accept-language", "cookie",
          "priority")  # fmt: skip
# A script that sets Accept moves it forward; both are a browser's.
_ACCEPT_SET = ("sec-ch-ua-platform", "user-agent", "accept", "sec-ch-ua", "content-type",
               "sec-ch-ua-mobile", *_FETCH[6:])  # fmt: skip
_NAVIGATION = ("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "upgrade-insecure-requests",
               "user-agent", "accept", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-user",
               "sec-fetch-dest", "referer", "accept-encoding", "accept-language", "cookie",
               "priority")  # fmt: skip
_MEDIA = ("sec-ch-ua-platform", "user-agent", "sec-ch-ua", "sec-ch-ua-mobile", "accept",
          "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-storage-access",
          "referer", "accept-encoding", "accept-language", "cookie", "range",
          "priority")  # fmt: skip
_ORDERS = {"fetch": (_FETCH, _ACCEPT_SET), "navigation": (_NAVIGATION,), "media": (_MEDIA,)}
# Sec-Fetch-Mode and -Dest that a kind may have.
_MODES = {"fetch": ("cors",), "navigation": ("navigate",), "media": ("no-cors", "cors")}
_DESTS = {
    "fetch": ("empty",),
    "navigation": ("document",),
    "media": ("image", "video", "audio", "empty"),
}
_SEC_FETCH = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
_KINDS = {
    "page": "navigation",
    "home": "navigation",
    "link": "navigation",
    "media": "media",
    "stream": "media",
}


def find_violations(request: Request, kind: str, state: State) -> Iterator[Violation]:
    """Yield how the headers differ from those of a browser's request of that kind of route."""
    if kind == "socket" or request.method == "HEAD":
        return
    like, claims = _KINDS.get(kind, "fetch"), any(map(request.headers.get, _SEC_FETCH))
    if claims and state.is_checked("sec_fetch"):
        yield from _check_sec_fetch(request, like)
    if claims and state.is_checked("header_order"):
        yield from _check_order(request, like)
    if request.headers.get("sec-ch-ua") and state.is_checked("brands"):
        yield from _check_brands(request)


def _check_sec_fetch(request: Request, like: str) -> Iterator[Violation]:
    allowed = {
        "Sec-Fetch-Site": _list_sites(request, like),
        "Sec-Fetch-Mode": _MODES[like],
        "Sec-Fetch-Dest": _DESTS[like],
    }
    for name, values in allowed.items():
        sent = request.headers.get(name, "")
        if sent not in values:
            yield Violation(f"{name} is {sent or 'missing'}, not {' or '.join(values)}", "")
    if like == "navigation" and request.headers.get("Upgrade-Insecure-Requests") != "1":
        yield Violation("Upgrade-Insecure-Requests is not 1", "")
    if request.method == "POST" and not request.headers.get("Origin"):
        yield Violation("Origin missing in a POST", "")


def _list_sites(request: Request, like: str) -> tuple[str, ...]:
    """Return the values of Sec-Fetch-Site that fit the page that the request names.

    Redirects keep the site of the first request, and pages may hide the referrer: then any fits.
    """
    page = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", "")).hostname
    if page is None:
        return ("none",) if like == "navigation" else ("same-origin", "same-site", "cross-site")
    if like == "navigation":
        return ("none", "same-origin", "same-site", "cross-site")
    if page == request.host:
        return ("same-origin",)
    return ("same-site",) if _get_site(page) == _get_site(request.host) else ("cross-site",)


def _get_site(host: str) -> str:
    """Return the registrable domain; all domains here end in a name and .com."""
    return ".".join(host.split(".")[-2:])


def _check_order(request: Request, like: str) -> Iterator[Violation]:
    if "Chrome/" not in request.user_agent:
        return  # the orders of other engines are not known
    sent = [name.lower() for name in request.headers]
    differences = []
    for order in _ORDERS[like]:
        known = [name for name in sent if name in order]
        if known == sorted(known, key=order.index):
            return
        differences.append(" ".join(known))
    yield Violation(f"headers in the order {differences[0]}", "")


_CHARS, _VERSIONS = " (:-./);=?_", ("8", "99", "24")
_BRANDS_ORDER = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))


def build_brands(major: int, name: str = "Google Chrome") -> str:
    """Return the sec-ch-ua of a Chrome version, by Chromium's rule (user_agent_utils.cc).

    It gives the 11 known strings of Chrome 125 to 155 and that recorded from Chromium 156.
    """
    grease = f"Not{_CHARS[major % 11]}A{_CHARS[(major + 1) % 11]}Brand"
    brands = [(grease, _VERSIONS[major % 3]), ("Chromium", str(major)), (name, str(major))]
    placed = dict(zip(_BRANDS_ORDER[major % 6], brands, strict=True))
    return ", ".join(f'"{brand}";v="{version}"' for _, (brand, version) in sorted(placed.items()))


def _check_brands(request: Request) -> Iterator[Violation]:
    sent = request.headers.get("sec-ch-ua", "")
    found = re.search(r"\bChrome/(\d+)", request.user_agent)
    if found is None:
        yield Violation("sec-ch-ua of a browser that is not Chromium", "")
        return
    name = "Microsoft Edge" if " Edg/" in request.user_agent else "Google Chrome"
    if sent != (expected := build_brands(int(found[1]), name)):
        yield Violation(f"sec-ch-ua is {sent or 'missing'}, not {expected}", "")
