"""The browser of one crawl: it lends its identity, and asks from within a platform's page."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response, TextResponse

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.cookies import format_json_cookies, parse_json_cookies
from f2scrapy.api.login_file import read_login
from f2scrapy.browser.launch import (
    build_context_options,
    build_launch_options,
    can_show_window,
    find_endpoint,
    read_facts,
    read_user_agent,
    replace_errors,
    require_browser,
    require_driver,
)
from f2scrapy.crawl.browser.captcha import PERSON_S
from f2scrapy.crawl.shared import get_identity, get_options
from f2scrapy.platforms import Site, find_platform, get_platform

if TYPE_CHECKING:  # an extra
    from playwright.async_api import BrowserContext, Page

logger = logging.getLogger(__name__)

FLAG = "browser"  # of a response that came from within a page
_CONTEXT = "default"  # of scrapy-playwright
_PAGE_S = 30.0  # to open a page, and for its first request of an interface
_IDLE_S = 300.0  # without a request, after which the page is closed: it holds 150 MB
_DRIVER_S = 5.0  # that an answer may take longer than the request's own time
_GONE = "the page is gone"
_LOGGERS = ("scrapy-playwright", "playwright")  # their texts hold addresses and headers

# The last request of an interface that the page itself made; its parameters are the page's.
_FIND_SAMPLE = """(prefix) => performance.getEntriesByType("resource").map((it) => it.name)
  .filter((name) => { const url = new URL(name);
    return url.host === location.host && url.pathname.startsWith(prefix) && url.search.length > 200;
  }).pop() || null"""
# In the page's own world: in an isolated one, its scripts do not sign (seen 2026-11-30).
_ASK = """async ({url, method, body, type, ms}) => {
  const abort = new AbortController(), timer = setTimeout(() => abort.abort(), ms);
  try {
    const headers = {Accept: "application/json, text/plain, */*"};
    if (type) headers["Content-Type"] = type;
    const reply = await fetch(url, {method, headers, credentials: "include", signal: abort.signal,
                                    body: body || undefined});
    return {status: reply.status, headers: [...reply.headers], text: await reply.text()};
  } catch (error) {
    return {error: error.name};
  } finally { clearTimeout(timer); }
}"""
_DROPPED = ("content-encoding", "content-length", "transfer-encoding")  # the text is decoded

_T = TypeVar("_T")


@dataclass(frozen=True)
class Loan:
    """What a browser lends: its facts and its cookies go together."""

    facts: BrowserFacts
    cookies: list[dict[str, Any]] = field(repr=False)


class Pages:
    """The browser of one crawl, launched when it is first needed, with one page.

    scrapy-playwright 0.0.48 has no way to launch later, or with a state, but by private names:
    `tests/crawl/test_browser_names.py` checks them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._options = get_options(crawler)
        self._platform = find_platform(crawler.spidercls.name)
        self._page: Page | None = None
        self._used = 0.0  # when the page was used last; s, of the monotonic clock
        self._timer: asyncio.TimerHandle | None = None  # of the loop that drives the browser
        self._closing: asyncio.Task[None] | None = None
        self._parameters: list[tuple[str, str]] = []  # of the page's own requests
        self._lock: asyncio.Lock | None = None  # of the loop that drives the browser
        self._navigator = self._build_navigator()
        self._started = False
        # Seconds for the first request of a page: a person may have to pass a captcha before it.
        self._patience = PERSON_S if can_show_window(self._options) else _PAGE_S

    def _build_navigator(self) -> Any:
        """Return scrapy-playwright's handler.

        Raises:
            InputError: there is no browser, or nothing to drive it.
        """
        options = self._options
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        from scrapy_playwright.handler import (  # noqa: PLC0415 - an extra
            ScrapyPlaywrightDownloadHandler,
        )

        navigator = ScrapyPlaywrightDownloadHandler(self._crawler)
        if options.browser_cdp:
            require_driver(options)
            navigator.config.cdp_url = find_endpoint(options.browser_cdp)
        else:
            program = require_browser(options)
            window = can_show_window(options)
            launch = build_launch_options(options, program, self._platform, window=window)
            navigator.config.launch_options = launch
        navigator.config.startup_context_kwargs = {}
        navigator.process_request_headers = None  # the browser's own
        return navigator

    # For the crawl

    async def lend(self) -> None:
        """Give the crawl's identity the facts and cookies of the browser, as a page has them.

        Raises:
            DownloadFailedError: the page cannot be opened.
        """
        self._adopt(await self._run(self._lend()))

    async def ask(self, request: Request) -> Response:
        """Return the response of an interface to the page's own script.

        Raises:
            DownloadFailedError, DownloadTimeoutError: there is none; a retry may help.
        """
        began = time.perf_counter()
        seconds = float(request.meta.get("download_timeout", _PAGE_S))
        found, loan = await self._run(self._ask(request, seconds))
        self._adopt(loan)
        request.meta["download_latency"] = time.perf_counter() - began
        self._crawler.stats.inc_value("f2/requests")
        self._crawler.stats.inc_value("f2/by_page")
        headers = [(name, value) for name, value in found["headers"] if name not in _DROPPED]
        return TextResponse(request.url, found["status"], dict(headers), found["text"].encode(),
                            [FLAG], encoding="utf-8")  # fmt: skip

    async def navigate(self, request: Request) -> Response:
        """Return the page that a request of a user's own spider opens, by scrapy-playwright.

        Raises:
            DownloadFailedError: it cannot be opened.
        """
        await self._run(self._ensure_context())
        with replace_errors(DownloadFailedError("the page cannot be opened")):
            found: Response = await self._navigator.download_request(request)
        return found

    async def close(self) -> None:
        """End the browser, unless it is the user's, and the process that drives it."""
        if self._started:
            await self._run(self._leave())
        await self._navigator.close()

    def _adopt(self, loan: Loan) -> None:
        cookies = parse_json_cookies(loan.cookies)
        get_identity(self._crawler).adopt_browser(cookies, loan.facts)

    # In the loop that drives the browser: on Windows it is another one

    async def _run(self, work: Awaitable[_T]) -> _T:
        return cast("_T", await self._navigator._maybe_future_from_coro(work))

    async def _ensure_context(self) -> BrowserContext:
        """Return the context; launch the browser again with its state if it has died.

        scrapy-playwright by itself would go on in a new context, logged out.
        """
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            with replace_errors(DownloadFailedError("the browser does not start")):
                if not self._started:
                    await self._navigator._launch()
                    self._started = True
                if _CONTEXT not in self._navigator.context_wrappers:
                    await self._open_context()
            context: BrowserContext = self._navigator.context_wrappers[_CONTEXT].context
            return context

    async def _leave(self) -> None:
        """Close our page in the user's browser; Playwright leaves its context and pages open."""
        if self._timer is not None:
            self._timer.cancel()
        if self._options.browser_cdp:
            await self._close_page()

    async def _close_page(self) -> None:
        if self._page is not None and not self._page.is_closed():
            with replace_errors(DownloadFailedError(_GONE)):
                await self._page.close()

    async def close_idle(self, now: float) -> None:
        """Close the page if it was not used for five minutes; the next request opens it again.

        `now` is in seconds of the monotonic clock. The browser stays, with its login.
        """
        assert self._lock is not None
        async with self._lock:
            if self._page is not None and now - self._used >= _IDLE_S:
                with suppress(DownloadFailedError):  # it is gone anyway
                    await self._close_page()
                self._page = None
                logger.debug("The page is closed: it was not used for %g s.", now - self._used)

    def _note_use(self) -> None:
        self._used = time.monotonic()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_IDLE_S, self._begin_to_close)

    def _begin_to_close(self) -> None:
        self._closing = asyncio.create_task(self.close_idle(time.monotonic()))

    async def _join_context(self) -> None:
        """Use the context of the user's browser; scrapy-playwright would open another one."""
        from scrapy_playwright.handler import BrowserContextWrapper  # noqa: PLC0415 - an extra

        [context, *_] = self._navigator.browser.contexts
        self._navigator.context_wrappers[_CONTEXT] = BrowserContextWrapper(
            context, asyncio.Semaphore(self._navigator.config.max_pages_per_context), True
        )
        self._page = None
        logger.info("The run uses the browser that is open.")

    async def _open_context(self) -> None:
        began = time.perf_counter()
        await self._navigator._maybe_launch_browser()
        if self._options.browser_cdp:
            await self._join_context()
            return
        probe = await self._navigator.browser.new_page()
        options = build_context_options(self._platform)
        options["user_agent"] = await read_user_agent(probe)
        await probe.close()
        state, cookies = self._find_state()
        context = await self._navigator._create_browser_context(
            _CONTEXT, options | ({"storage_state": state} if state else {})
        )
        if cookies:
            await context.context.add_cookies(cookies)
        self._page = None
        logger.info("The browser has started in %.1f s.", time.perf_counter() - began)

    def _find_state(self) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Return the state of `f2scrapy login`, or the account's cookies; neither for a guest."""
        if not self._platform:
            return None, []
        identity = get_identity(self._crawler)
        options = self._options
        if identity.had_login or not identity.is_logged_in:
            return None, []
        login = None if options.cookies or options.cookie or options.identity else (
            read_login(options.login_path, self._platform)
        )  # fmt: skip
        return (login.state, []) if login else (None, format_json_cookies(identity.account))

    async def _open_page(self) -> Page:
        """Return the page of the platform, once it has asked for something itself."""
        context = await self._ensure_context()
        assert self._lock is not None
        async with self._lock:
            if self._page is not None and not self._page.is_closed():
                return self._page
            site, began = get_platform(self._platform).site, time.perf_counter()
            with replace_errors(DownloadFailedError("the platform's page cannot be opened")):
                page = await context.new_page()
                page.on("crash", lambda _: self._forget_page())
                await page.goto(site.HOME, wait_until="domcontentloaded", timeout=_PAGE_S * 1000)
                self._parameters = await _read_parameters(page, site, self._patience)
            self._page = page
            logger.info("The page has opened in %.1f s.", time.perf_counter() - began)
            return page

    def _forget_page(self) -> None:
        self._page = None

    async def _lend(self) -> Loan:
        page = await self._open_page()
        self._note_use()
        with replace_errors(DownloadFailedError(_GONE)):
            return Loan(await read_facts(page), await self._read_cookies(page))

    async def _read_cookies(self, page: Page) -> list[dict[str, Any]]:
        domain = get_platform(self._platform).site.DOMAIN
        found = await page.context.cookies()
        return [dict(c) for c in found if f".{c['domain'].lstrip('.')}".endswith(f".{domain}")]

    async def _ask(self, request: Request, seconds: float) -> tuple[Mapping[str, Any], Loan]:
        page = await self._open_page()
        self._note_use()
        call = {
            "url": self._build_url(request.url),
            "method": request.method,
            "body": request.body.decode(),
            "type": (request.headers.get("Content-Type") or b"").decode(),
            "ms": seconds * 1000,
        }
        try:
            with replace_errors(DownloadFailedError(_GONE)):
                async with asyncio.timeout(seconds + _DRIVER_S):
                    found = await page.evaluate(_ASK, call)
        except TimeoutError:
            found = {"error": "AbortError"}
        except DownloadFailedError:
            self._forget_page()
            raise
        if found.get("error") == "AbortError":
            raise DownloadTimeoutError("the page had no answer in time")
        if "error" in found:
            raise DownloadFailedError(f"the page could not ask ({found['error']})")
        return found, await self._lend()

    def _build_url(self, url: str) -> str:
        """Return the interface's own parameters after those of the page's requests.

        The parameters of client.yaml would describe another browser.
        """
        address, _, query = url.partition("?")
        own = parse_qsl(query, keep_blank_values=True)
        names = {name for name, _ in own}
        common = [(name, value) for name, value in self._parameters if name not in names]
        pairs = [*common, *own]
        if get_platform(self._platform).site.IS_SORTED:
            pairs.sort(key=lambda pair: pair[0])
        return f"{address}?{urlencode(pairs, quote_via=quote)}"


async def _read_parameters(page: Page, site: Site, seconds: float) -> list[tuple[str, str]]:
    """Return the parameters of a request that the page made, without those its script adds.

    Raises:
        DownloadFailedError: it makes none within these seconds.
    """
    end = time.monotonic() + seconds
    while (sample := await page.evaluate(_FIND_SAMPLE, site.INTERFACES)) is None:
        if time.monotonic() > end:
            raise DownloadFailedError("the page asks for nothing that could be learned from")
        await asyncio.sleep(0.05)
    pairs = parse_qsl(urlsplit(sample).query, keep_blank_values=True)
    return [(n, v) for n, v in pairs if n not in site.PAGE_OWNED and not n.startswith("x-")]
