"""Read an answer that an interface refuses at another place: its other channel, the site's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from f2scrapy.api.identity import Identity
from f2scrapy.api.redirects import MAX_REDIRECTS, redirect_target
from f2scrapy.api.verdict import classify_address, classify_answer, is_login_page
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.platforms import Links

OPEN, PAGE = "open", "page"  # places with the same answer, as reports name them
# After one of these refusals another place may still show the rows.
_SHOWN_ELSEWHERE = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.SCHEMA_CHANGED,
    }
)


class SitePage(NamedTuple):
    """The response of an HTML page."""

    url: str
    location: str  # of a redirect, not followed; "" = none
    body: bytes


class Fetcher(Protocol):
    """The requests of a session or of a crawl; each is tried once."""

    @property
    def identity(self) -> Identity: ...

    async def try_endpoint(self, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """Return the decoded answer; None = there is none."""

    async def try_page(self, url: str) -> SitePage | None:
        """Return the response; None = there is none."""


async def read_elsewhere(
    fetcher: Fetcher, links: Links, endpoint: Endpoint, refused: Refused
) -> tuple[Mapping[str, Any], str]:
    """Return the answer that another place holds, after the interface refused it, and that place.

    The places are OPEN, the interface's other channel, and PAGE, the site's page.

    Raises:
        Refused: `refused`, if no place holds the answer; else the refusal of the page.
    """
    answer = await read_other_channel(fetcher, endpoint, refused)
    if answer is not None:
        return answer, OPEN
    return await _read_site_page(fetcher, links, endpoint, refused), PAGE


async def read_other_channel(
    fetcher: Fetcher, endpoint: Endpoint, refused: Refused
) -> Mapping[str, Any] | None:
    """Return the answer of the interface's other channel; None = it gives none."""
    other = endpoint.find_other_channel() if _may_be_shown(refused) else None
    return None if other is None else await fetcher.try_endpoint(other)


def _may_be_shown(refused: Refused) -> bool:
    return refused.ambiguous or refused.outcome in _SHOWN_ELSEWHERE


async def _read_site_page(
    fetcher: Fetcher, links: Links, endpoint: Endpoint, refused: Refused
) -> Mapping[str, Any]:
    """Return the answer that the site's page holds.

    Raises:
        Refused: `refused`, if no page holds the answer; else the refusal of the page.
    """
    if not _may_be_shown(refused) or not endpoint.site_page_url:
        raise refused
    page = await _fetch_site_page(fetcher, links, endpoint.site_page_url, refused)
    site_page = page.body.decode(errors="replace")
    try:
        with convert_errors():
            answer = endpoint.read_site_page(site_page)
    except ProtocolError:
        if is_login_page(site_page):
            raise _refuse_login(fetcher.identity, refused) from None
        raise refused from None
    verdict = classify_answer(answer, endpoint)
    if verdict.answer is None:
        raise Refused(verdict.outcome, verdict.detail)
    return verdict.answer


def _refuse_login(identity: Identity, refused: Refused) -> Refused:
    """Return the refusal of a page that leads to the login, after that of the interface.

    A captcha stays one: the page's login hides what the interface asks for.
    """
    if refused.outcome is Outcome.CAPTCHA:
        return refused
    outcome = identity.refine_outcome(Outcome.LOGIN_REQUIRED)
    return Refused(outcome, "the site's page asks for a login")


async def _fetch_site_page(fetcher: Fetcher, links: Links, url: str, refused: Refused) -> SitePage:
    """Fetch a page, and follow its redirects within the platform.

    Raises:
        Refused: `refused`, if there is no response; see `_refuse_login`, if it leads to the login.
    """
    for _ in range(MAX_REDIRECTS + 1):
        found = await fetcher.try_page(url)
        if found is None:
            raise refused
        page = found
        if classify_address(page.location, Outcome.OK) is Outcome.LOGIN_REQUIRED:
            raise _refuse_login(fetcher.identity, refused)
        url = redirect_target(links, page.url, page.location)
        if not url:
            break
    return page
