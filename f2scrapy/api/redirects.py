"""Check the redirects of short links and pages; no request is made."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from f2scrapy.api.verdict import classify_address, classify_status, classify_text, find_barrier
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms import Links

MAX_REDIRECTS = 5  # of one short link or page


def redirect_target(links: Links, url: str, location: str) -> str:
    """Return the redirect target, or "" if it leaves the platform.

    `location` is the Location header of the response to `url`; "" = there is none.
    """
    target = urljoin(url, location)
    return target if target != url and links.is_platform_url(target) else ""


def classify_redirect(links: Links, status: int, target: str, body: bytes) -> Refused | None:
    """Return the reason that keeps a short link from being followed; None = there is none.

    `target` is the result of `redirect_target`. A link that does not exist is no refusal.
    """
    if status == 200:
        outcome = _classify_body(body)
    elif status >= 400:
        outcome = classify_status(status)
    else:
        outcome = _classify_target(links, target)
    if outcome is Outcome.SCHEMA_CHANGED:  # such as 404: there is no such link
        return None
    detail = f"HTTP {status}" + (f", redirected to {urlsplit(target).path}" if target else "")
    return Refused(outcome, f"short link: {detail}")


def _classify_target(links: Links, target: str) -> Outcome:
    """Return the meaning of a target that names nothing, such as a login page."""
    if links.find(target):
        return Outcome.SCHEMA_CHANGED
    return classify_address(target, Outcome.SCHEMA_CHANGED)


def _classify_body(body: bytes) -> Outcome:
    """Return the meaning of a page without redirect: blocked guests get no body, or a captcha."""
    if not body.strip():
        return Outcome.RISK_CONTROL
    if barrier := find_barrier(body):
        return barrier.outcome
    found = classify_text(body[:4000].decode(errors="replace"), Outcome.SCHEMA_CHANGED)
    return found if found is Outcome.CAPTCHA else Outcome.SCHEMA_CHANGED
