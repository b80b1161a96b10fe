"""Build the headers of a request as the browser sends them: names, spelling, order, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from f2scrapy.api.browser_profile import Kind
    from f2scrapy.api.identity import Identity

_ANY = "*"  # in an order: the place of all other names
# Blink (2026-11) keeps the headers of a script and of the client hints in a hash table; with the
# eighth it grows, and they come out in another order.
_MANY = 8
_LATER = {"content-length", "origin"}  # added after it


def build_headers(
    identity: Identity,
    name: str,
    url: str,
    *,
    method: str = "GET",
    referer: str = "",
    own: Mapping[str, str] | None = None,
    with_credentials: bool = False,
) -> dict[str, str]:
    """Return the headers of a request of the kind `name` (client.yaml: browser.kinds).

    `url` is the platform's own address. `referer` is the page that makes the request; "" = the user
    does, with a page that was typed in. `own` are the headers that a page's script sets, and the
    cookies. `with_credentials`: another site would get its cookies, too.
    """
    kind = identity.profile.browser.kinds[name]
    own = dict(own or {})
    if own.get("Accept") == kind.values.get("Accept"):  # what it sends if the script sets none
        own.pop("Accept", None)
    common = {k: v for k, v in identity.headers.items() if k != "Accept" and _fits(kind, k)}
    computed = _describe_source(kind, url, method, referer, with_credentials)
    values = common | kind.values | computed | own
    if referer:
        values.pop("Sec-Fetch-User", None)  # of a page that the user has typed in
    return arrange(kind, values, own)


def _fits(kind: Kind, name: str) -> bool:
    """Return whether a header of all requests is one of this kind: sockets have no client hints."""
    return name in kind.order or not name.startswith("sec-")


def _describe_source(
    kind: Kind, url: str, method: str, referer: str, with_credentials: bool
) -> dict[str, str]:
    """Return the headers that say which page makes the request of which site."""
    here, there = urlsplit(referer), urlsplit(url)
    mode = kind.values.get("Sec-Fetch-Mode", "")
    site = _compare_sites(here, there)
    if not mode:  # a WebSocket
        return {"Origin": _get_origin(here)}
    found = {"Sec-Fetch-Site": site}
    if referer:  # of other origins, they learn the site only (strict-origin-when-cross-origin)
        found["Referer"] = referer if site == "same-origin" else f"{_get_origin(here)}/"
    if mode == "cors" and referer and (method != "GET" or site != "same-origin"):
        found["Origin"] = _get_origin(here)
    if site == "cross-site" and (with_credentials or mode == "no-cors"):
        found["Sec-Fetch-Storage-Access"] = "none"
    return found


def _get_origin(page: SplitResult) -> str:
    return f"{page.scheme}://{page.netloc}"


def _compare_sites(here: SplitResult, there: SplitResult) -> str:
    """Return the value of Sec-Fetch-Site.

    A site is a domain of two labels, as all of the platforms' are.
    """
    if not here.netloc:
        return "none"
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return "same-origin"
    sites = [".".join((it.hostname or "").split(".")[-2:]) for it in (here, there)]
    return "same-site" if sites[0] == sites[1] else "cross-site"


def arrange(kind: Kind, values: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return `values` in the browser's order and spelling; `own` are those that a script set."""
    left = {name.lower(): (name, value) for name, value in values.items()}
    order = _choose_order(kind, left, {name.lower() for name in own})
    known = {name.lower() for name in order}
    arranged: dict[str, str] = {}
    for name in order:
        if name == _ANY:
            arranged |= {given: value for key, (given, value) in left.items() if key not in known}
        elif name.lower() in left:
            arranged[name] = left.pop(name.lower())[1]
    return arranged


def _choose_order(kind: Kind, values: Mapping[str, object], own: set[str]) -> Sequence[str]:
    """Return the order of these names, each of which stands in it once."""
    order = kind.order_of_many if kind.order_of_many and _is_many(kind, values, own) else kind.order
    chosen: list[str] = []
    for place, name in enumerate(order):
        later = name in order[place + 1 :]
        earlier = name in order[:place]
        is_own = name.lower() in own
        if (later and is_own) or (earlier and not is_own) or not (later or earlier):
            chosen.append(name)
    return chosen


def _is_many(kind: Kind, values: Mapping[str, object], own: set[str]) -> bool:
    names = [name.lower() for name in kind.order]
    head = set(names[: names.index("sec-fetch-site")]) - _LATER
    others = set(values) - set(names)
    default = {"accept"} - own  # the browser adds its own Accept later
    return len((head & set(values)) - default) + len(others) >= _MANY


def insert_headers(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return `headers` with the values of `more`; names that are new stand before Priority."""
    changed = {name: more.get(name, value) for name, value in headers.items()}
    priority = changed.pop("Priority", None)
    changed |= {name: value for name, value in more.items() if name not in headers}
    return changed if priority is None else changed | {"Priority": priority}
