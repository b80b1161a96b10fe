"""Compare headers with those of Chromium by kind of request: names, order, values, brands.

The kinds come from a recording of Chromium 156 (`tls.kinds`). Clients that send Chromium's client
hints are compared, through every front; others pass. Of other versions only brands and Sec-Fetch-*
are known. Differences are noted, not refused: no report shows a platform that refuses for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tls.checks import load_facts
from f2scrapy.sandbox.tls.kinds import ANY, MANY, Kind, count_head, load_kinds
from f2scrapy.sandbox.violation import Violation

_ROUTES = {"page": ("page",), "home": ("page",), "link": ("page",),
           "media": ("image", "video", "audio", "fetch"), "stream": ("fetch",)}  # fmt: skip
# HTTP/1.1 has no Priority; Sec-Fetch-User is of pages that the user has typed in.
_MAY_BE_MISSING = {"Priority", "Sec-Fetch-User"}
_OF_ALL_VERSIONS = ("Sec-Fetch-", "Upgrade-Insecure-Requests")
_MADE_BY_THE_CLIENT = {"host", "connection"}
# Recorded from a request that begins a file; a browser that goes on in one sends other values.
_OF_THE_FIRST = {"Range", "Accept-Encoding"}


def find_violations(request: Request, kind: str, state: State) -> Iterator[Violation]:
    """Yield how the headers differ from those of a browser's request of that kind of route."""
    if (
        kind in ("socket", "script")
        or request.method == "HEAD"
        or not claims_chromium(request.headers)
    ):
        return
    name = _find_kind(request.headers, _ROUTES.get(kind, ("fetch",)))
    found = {
        "sec_fetch": _compare_values(request, name, load_kinds()[name]),
        "header_order": _compare_names(request, load_kinds()[name]),
        "brands": _check_brands(request),
    }
    for check, messages in found.items():
        if state.is_checked(check):
            yield from (Violation(message, "") for message in messages)


def claims_chromium(headers: Mapping[str, str]) -> bool:
    """Return whether a client claims to be Chromium: no other engine has client hints."""
    return bool(_find_major(headers.get("User-Agent", "")) and headers.get("sec-ch-ua"))


def _find_major(user_agent: str) -> str:
    found = re.search(r"\bChrome/(\d+)", user_agent)
    return found[1] if found else ""


def _is_recorded(user_agent: str) -> bool:
    return _find_major(user_agent) == _find_major(load_facts()["browser"])


def _find_kind(headers: Mapping[str, str], allowed: Sequence[str]) -> str:
    """Return the kind that the request says to be, or the first of the allowed ones."""
    said = headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")
    for name in allowed:
        values = load_kinds()[name].values
        if said == (values["Sec-Fetch-Mode"], values["Sec-Fetch-Dest"]):
            return name
    return allowed[0]


def _compare_values(request: Request, name: str, kind: Kind) -> Iterator[str]:
    headers = request.headers
    optional = _list_optional(request, name)
    for header, value in kind.values.items():
        sent = headers.get(header, "")
        if sent != value and header not in optional and (sent or header not in _MAY_BE_MISSING):
            yield f"{header} is {sent or 'missing'}, not {value}"
    sites = _list_sites(request, name)
    if (sent := headers.get("Sec-Fetch-Site", "")) not in sites:
        yield f"Sec-Fetch-Site is {sent or 'missing'}, not {' or '.join(sites)}"
    if request.method == "POST" and not headers.get("Origin"):
        yield "Origin missing in a POST"


def _list_optional(request: Request, name: str) -> set[str]:
    """Return the headers whose values may differ from the recorded ones in this request."""
    kind, headers = load_kinds()[name], request.headers
    found = {"Accept"} if name == "fetch" else set()  # a script may set it
    if "If-Range" in headers or headers.get("Range", "bytes=0-") != "bytes=0-":
        found |= _OF_THE_FIRST
    if not _is_recorded(request.user_agent):
        found |= {header for header in kind.values if not header.startswith(_OF_ALL_VERSIONS)}
    return found


def _list_sites(request: Request, name: str) -> tuple[str, ...]:
    """Return the values of Sec-Fetch-Site that fit the page that the request names.

    Redirects keep the site of the first request, and pages may hide the referrer: then any fits.
    """
    page = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", "")).hostname
    if page is None:
        return ("none",) if name == "page" else ("same-origin", "same-site", "cross-site")
    if name == "page":
        return ("none", "same-origin", "same-site", "cross-site")
    if page == request.host:
        return ("same-origin",)
    return ("same-site",) if _get_site(page) == _get_site(request.host) else ("cross-site",)


def _get_site(host: str) -> str:
    """Return the registrable domain; all domains here end in a name and .com."""
    return ".".join(host.split(".")[-2:])


def _compare_names(request: Request, kind: Kind) -> Iterator[str]:
    """Yield missing names, names in another spelling than Chromium's, and another order."""
    if not _is_recorded(request.user_agent):
        return
    sent = [*request.headers]
    names = [name.lower() for name in sent if name.lower() not in _MADE_BY_THE_CLIENT]
    for name in sorted(kind.required - {*names}):
        yield f"header {name} missing"
    spelled = {name.lower(): name for name in kind.order}
    for name in sent:
        if name not in {name.lower(), spelled.get(name.lower(), name)}:  # HTTP/2 has lower case
            yield f"header {name} in place of {spelled[name.lower()]}"
    order = [name.lower() for name in _choose_order(names, request.headers, kind)]
    known = [name for name in names if name in order]
    if not _is_within(known, order):
        yield f"headers in the order {' '.join(known)}"


def _choose_order(names: Sequence[str], headers: Mapping[str, str], kind: Kind) -> Sequence[str]:
    script_sets_accept = headers.get("Accept") != kind.values.get("Accept")
    if kind.order_of_many and count_head(names, script_sets_accept=script_sets_accept) >= MANY:
        return kind.order_of_many
    return [name for name in kind.order if name != ANY]


def _is_within(names: Iterable[str], order: Iterable[str]) -> bool:
    """Return whether the names come in this order; a name that stands twice has two places."""
    left = iter(order)
    return all(name in left for name in names)


_CHARS, _VERSIONS = " (:-./);=?_", ("8", "99", "24")
_BRANDS_ORDER = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))


def build_brands(major: int, name: str = "Google Chrome") -> str:
    """Return the sec-ch-ua of a Chrome version, by Chromium's rule (user_agent_utils.cc).

    It gives the 11 known strings of Chrome 125 to 155 and that recorded from Chromium 156. `name`
    "" is Chromium itself, which has two brands (Debian's, recorded likewise).
    """
    grease = f"Not{_CHARS[major % 11]}A{_CHARS[(major + 1) % 11]}Brand"
    brands = [(grease, _VERSIONS[major % 3]), ("Chromium", str(major)), (name, str(major))]
    if not name:
        brands = brands[:2] if major % 2 == 0 else brands[1::-1]
        return ", ".join(f'"{brand}";v="{version}"' for brand, version in brands)
    placed = dict(zip(_BRANDS_ORDER[major % 6], brands, strict=True))
    return ", ".join(f'"{brand}";v="{version}"' for _, (brand, version) in sorted(placed.items()))


def _check_brands(request: Request) -> Iterator[str]:
    sent = request.headers.get("sec-ch-ua", "")
    # Browsers that are made from Chromium have names of their own.
    named = re.findall(r'"(?!Chromium"|Not[^a-zA-Z])([^"]+)";v=', sent)
    major = int(_find_major(request.user_agent))
    expected = build_brands(major, *named[:1])
    if sent != expected and (named or sent != build_brands(major, "")):
        yield f"sec-ch-ua is {sent}, not {expected}"
