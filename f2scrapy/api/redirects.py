"""Where a redirect of the platform leads: each hop is checked before it is taken; none is made."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from f2scrapy.api.verdict import by_address, by_status, by_text
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms import Links

HOPS = 5  # redirects a short link or a page may take


def onward(links: Links, url: str, location: str) -> str:
    """Where the answer of `url` leads by its Location; "" = nowhere on the platform."""
    there = urljoin(url, location)
    return there if there != url and links.is_platform_url(there) else ""


def barred(links: Links, status: int, there: str, body: bytes) -> Refused | None:
    """What keeps a short link, answered so, from being followed; None = nothing but the link.

    `there` is where it leads by `onward`.
    """
    if status == 200:
        outcome = _of_body(body)
    else:
        outcome = by_status(status) if status >= 400 else _of_address(links, there)
    if outcome is Outcome.SCHEMA_CHANGED:  # such as 404: there is no such link
        return None
    why = f"HTTP {status}" + (f", led to {urlsplit(there).path}" if there else "")
    return Refused(outcome, f"short link: {why}")


def _of_address(links: Links, there: str) -> Outcome:
    """What an address that names nothing means, such as that of a page to log in."""
    address = there.partition("?")[0]
    if links.find(there):
        return Outcome.SCHEMA_CHANGED
    return by_address(address, Outcome.SCHEMA_CHANGED)


def _of_body(body: bytes) -> Outcome:
    """What it means to be led nowhere: nothing at all, or a captcha, is for who is kept out."""
    if not body.strip():
        return Outcome.RISK_CONTROL
    found = by_text(body[:4000].decode(errors="replace"), Outcome.SCHEMA_CHANGED)
    return found if found is Outcome.CAPTCHA else Outcome.SCHEMA_CHANGED
