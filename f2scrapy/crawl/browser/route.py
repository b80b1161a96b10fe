"""Decide which requests the browser makes, or lends its identity to."""

from __future__ import annotations

import logging
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError

from f2scrapy.browser.installed import find_browser, has_playwright
from f2scrapy.browser.launch import can_reach, can_show_window
from f2scrapy.crawl.browser.captcha import PERSON_S, CaptchaWait
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms import get_platform

if TYPE_CHECKING:
    from f2scrapy.crawl.browser.pages import Pages

logger = logging.getLogger(__name__)

BY_PAGE = "f2_by_page"  # key in Request.meta of requests that the browser's page makes
_TRIES = 2  # that are refused before the browser is used
# A person has to pass a captcha, and log in: no browser switches silently for these. A captcha is
# shown in a window if the user wants one.
_HELPED = frozenset({Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED})
_ROUTES: WeakKeyDictionary[Crawler, BrowserRoute] = WeakKeyDictionary()


class BrowserRoute:
    """What is asked by the browser's page in this run, and whether its identity is lent."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._options = get_options(crawler)
        self.mode = self._options.browser if can_reach(self._options) else "no"
        self._is_lent = False  # or has been tried to be
        self._is_usable = True
        self._paths: set[str] = set()  # of interfaces that the page asks
        self._pages: Pages | None = None
        self._captcha = CaptchaWait()

    @property
    def pages(self) -> Pages:
        """The browser, which is launched by its first use.

        Raises:
            InputError: there is none.
        """
        if self._pages is None:
            from f2scrapy.crawl.browser.pages import Pages  # noqa: PLC0415 - costs time

            self._pages = Pages(self._crawler)
        return self._pages

    async def close(self) -> None:
        """End the browser, if there is one."""
        pages, self._pages = self._pages, None
        if pages is not None:
            await pages.close()

    def is_by_page(self, endpoint: Endpoint) -> bool:
        """Return whether the browser's page makes the requests of this interface."""
        path = urlsplit(endpoint.address).path
        return path in self._paths or (self.mode == "yes" and _is_of_page(endpoint))

    def can_help(self, endpoint: Endpoint, outcome: Outcome, tried: int, retries: int) -> bool:
        """Return whether the browser is to be used now, after `tried` of `retries` retries."""
        if outcome not in _HELPED or self.mode == "no" or not _is_of_page(endpoint):
            return False
        if tried < min(retries, _TRIES):
            return False
        if not self._has_browser:
            get_run_log(self._crawler).lacks_browser = True
        return self._has_browser

    def shows_captcha(self, endpoint: Endpoint, outcome: Outcome, tried: int, retries: int) -> bool:
        """Return whether the window is to show the captcha, after `tried` of `retries` retries."""
        if outcome is not Outcome.CAPTCHA or not (self._has_window and _is_of_page(endpoint)):
            return False
        return self._captcha.is_shown or tried >= retries

    def wait_for_person(self, request: Request, endpoint: Endpoint, why: str) -> Request | None:
        """Return the request that the page in the window is to ask next; None = time is up.

        The page's own script shows the captcha when an answer demands one, also to a request that
        we make within the page (so public clients describe it, 2026; not seen live).
        """
        is_new = not self._captcha.is_shown
        if not self._captcha.may_wait(time.monotonic()):
            if not is_new:
                logger.warning("The captcha in the browser's window was not solved in time")
            return None
        if is_new:
            self._crawler.stats.inc_value("f2/captchas_shown")
            words = "%s; solve the captcha in the browser's window, within %g minutes"
            logger.warning(words, why, PERSON_S / 60)
        self._paths.add(urlsplit(endpoint.address).path)
        return self._repeat(request)

    def note_answer(self, request: Request) -> None:
        """End the wait for a person, if this answered request is the page's."""
        if self._captcha.is_shown and request.meta.get(BY_PAGE):
            self._captcha.end()
            self._crawler.stats.inc_value("f2/captchas_solved")
            logger.info("The captcha is solved; the run goes on")

    def warn_without_window(self) -> None:
        """Warn if the user wants a window, and none can be shown.

        This is no bad input: one f2scrapy.yaml serves a desktop, and runs at night that have no
        display, and need no browser.
        """
        wants = self._options.browser_window and self.mode != "no" and self._has_browser
        if wants and not self._has_window:
            logger.warning("F2_BROWSER_WINDOW=yes: no window can be shown here; a captcha is not"
                           " waited for")  # fmt: skip

    @cached_property
    def _has_window(self) -> bool:
        return self.mode != "no" and self._has_browser and can_show_window(self._options)

    @cached_property
    def _has_browser(self) -> bool:
        if not has_playwright():
            return False
        return bool(self._options.browser_cdp or find_browser(self._options.browser_path))

    @property
    def lends_at_once(self) -> bool:
        """Whether the user wants the browser's identity from the start."""
        return self.mode == "lend" or (self.mode != "no" and bool(self._options.browser_cdp))

    async def switch(self, request: Request, endpoint: Endpoint, why: str) -> Request | None:
        """Return the request to send by the next way; None = no way is left.

        First the browser lends its identity, once in a run; then its page asks. If it cannot lend,
        its page cannot ask either, and the refusal of the interface counts.
        """
        path = urlsplit(endpoint.address).path
        if not self._is_lent:
            return self._repeat(request) if await self.lend(why) else None
        if not self._is_usable or self.mode == "lend" or path in self._paths:
            return None
        self._paths.add(path)
        logger.info("%s; %s is asked from within the page from now on", why, endpoint.way)
        return self._repeat(request)

    async def lend(self, why: str) -> bool:
        """Give the identity of the browser to the crawl; return False if that fails.

        Raises:
            InputError: there is no browser.
        """
        self._is_lent = True
        try:
            await self.pages.lend()
        except DownloadFailedError as error:
            self._is_usable = False
            logger.warning("The browser cannot lend its identity: %s", error)
            return False
        self._crawler.stats.inc_value("f2/lent")
        logger.info("%s; the browser lends its identity", why)
        return True

    def _repeat(self, request: Request) -> Request:
        meta: dict[str, Any] = {**request.meta, "retry_times": 0, "reasons": ()}
        return request.replace(meta=meta, dont_filter=True)


def get_browser_route(crawler: Crawler) -> BrowserRoute:
    """Return the one route of this crawl."""
    if crawler not in _ROUTES:
        _ROUTES[crawler] = BrowserRoute(crawler)
    return _ROUTES[crawler]


def _is_of_page(endpoint: Endpoint) -> bool:
    """Return whether the platform's page could ask this interface."""
    site, parts = get_platform(endpoint.platform).site, urlsplit(endpoint.address)
    of_site = parts.hostname == urlsplit(site.HOME).hostname
    return of_site and parts.path.startswith(site.INTERFACES)
