"""Check the login when a crawl begins, and name its user where a link means the own account."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from scrapy.crawler import Crawler

from f2scrapy.api.login import LoginCheck, check_login
from f2scrapy.crawl.arguments import Args, LinkArgs, OwnArgs
from f2scrapy.crawl.fetch_item import ask
from f2scrapy.crawl.identity_gate import UNGATED
from f2scrapy.crawl.shared import get_identity, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.account import LoginState
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import OWN, Link

logger = logging.getLogger(__name__)


async def check_account(crawler: Crawler, *, needs_account: bool) -> LoginCheck:
    """Ask once whether the login is accepted, and log it if not: a guest may see less.

    With `needs_account` nothing is said about guests: the run will be refused.
    """
    identity = get_identity(crawler)

    async def ask_once(endpoint: Endpoint) -> Mapping[str, Any]:
        return await ask(crawler, endpoint, max_retry_times=0, **{UNGATED: True})

    login = await check_login(identity, ask_once)
    if login.state is LoginState.UNCHECKED:
        logger.warning("The login could not be checked: %s", login.detail)
    elif needs_account:
        return login
    elif login.state is LoginState.EXPIRED:
        advice = Outcome.COOKIE_EXPIRED.advice
        logger.warning("Going on as a guest. %s (%s)", advice, login.detail)
    elif get_options(crawler).cookies and not identity.is_logged_in:
        logger.info("Going on as a guest: F2_COOKIES holds no login of %s.", identity.platform)
    return login


def needs_owner(link: Link, args: Args) -> bool:
    """Return whether a link is the own page, and the spider wants the id of its user."""
    return link == OWN and isinstance(args, LinkArgs) and not isinstance(args, OwnArgs)


def name_owner(links: Iterable[Link], args: Args, login: LoginCheck) -> list[Link]:
    """Return the links, with the user of the login in place of the own page; OWN = not known."""
    owner = login.owner
    named = (
        Link("sec_user_id", owner.sec_user_id) if owner and needs_owner(link, args) else link
        for link in links
    )
    return list(dict.fromkeys(named))
