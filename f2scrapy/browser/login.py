"""Log in to a platform in a real browser: by its window, or by a QR code without one."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.cookies import format_cookie_header
from f2scrapy.api.login_file import make_login, write_login
from f2scrapy.browser.installed import has_window
from f2scrapy.browser.launch import (
    build_context_options,
    build_launch_options,
    read_facts,
    read_user_agent,
    replace_errors,
    require_browser,
)
from f2scrapy.config.file import load_options
from f2scrapy.config.outputs import replace_file
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.platforms import get_platform

if TYPE_CHECKING:  # an extra
    from playwright.async_api import BrowserContext, Page, Response

SECONDS = 300.0  # for a whole login
_SETTLE_S = 10.0  # for the page's script to get the ids that signed requests need
_POLL_S = 0.2
_LOOK_S = 2.0  # between two pictures of a page whose traffic gives no code
_PAGE_MS = 30_000


class CodeState(StrEnum):
    """The state of a QR code, by the words that the platforms' pages receive."""

    NONE = "none"  # the page has shown none yet
    NEW = "new"
    SCANNED = "scanned"  # the app asks its user
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"  # the page shows another one


# Older pages number the states (public clients of 2024 to 2026).
_NUMBERS = {"1": CodeState.NEW, "2": CodeState.SCANNED, "3": CodeState.CONFIRMED,
            "4": CodeState.REFUSED, "5": CodeState.EXPIRED}  # fmt: skip


class LoginResult(NamedTuple):
    """Whether the browser is logged in, and the Cookie header of its login; "" = it is not."""

    is_login: bool
    cookie: str


def _build_closed() -> Refused:
    return Refused(Outcome.LOGIN_REQUIRED, "the browser was closed")


class BrowserLogin:
    """A browser on the login page of a platform.

    async with BrowserLogin("douyin") as login:
        print(qr.draw_text(await login.get_qrcode()))
        while not (result := await login.check_login()).is_login:
            print(await login.get_state())
        path = await login.save()

    Options come from the environment and f2scrapy.yaml; the arguments override them. Without a
    display, or with `window` False, there is no window; `window` None decides by the display.

    Raises:
        InputError: an option cannot be used, or there is no browser.
    """

    def __init__(self, platform: str, *, window: bool | None = None, **options: str) -> None:
        self.platform = platform
        self.options = load_options(**options)
        self._profile = load_profile(platform, self.options.client, self.options.file_name)
        self._program = require_browser(self.options)
        able = has_window(self._program)
        if window and not able:
            raise InputError(f"{self._program.name} can show no window here")
        self.has_window = able if window is None else window
        self._site = get_platform(platform).site
        self._code, self._state = "", CodeState.NONE
        self._is_code_heard, self._next_look = False, 0.0
        self._heard: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        try:
            self._context = await self._open_context()
            self._page: Page = self._context.pages[0] if self._context.pages else (
                await self._context.new_page()
            )  # fmt: skip
            self._page.on("response", self._hear)
            await self._open_page()
            self._next_look = time.monotonic() + _LOOK_S
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        for task in self._heard:
            task.cancel()
        self._picture_path.unlink(missing_ok=True)
        await self._stack.aclose()

    async def _open_context(self) -> BrowserContext:
        """Return a context: with a window in a profile of its own, which keeps its history."""
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

        why = "is it in use by another login?" if self.has_window else "run it once by hand"
        failed = InputError(f"{self._program}: the browser does not start; {why}")
        playwright = await self._stack.enter_async_context(async_playwright())
        launch = build_launch_options(
            self.options, self._program, self.platform, window=self.has_window
        )
        context = build_context_options(self.platform)
        with replace_errors(failed):  # their texts hold the whole command
            if self.has_window:
                folder = self.options.login_path.with_suffix(".profile")
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                return await self._stack.enter_async_context(
                    await playwright.chromium.launch_persistent_context(
                        str(folder), no_viewport=True, **launch
                    )
                )
            browser = await self._stack.enter_async_context(
                await playwright.chromium.launch(**launch)
            )
            probe = await browser.new_page()
            context["user_agent"] = await read_user_agent(probe)
            await probe.close()
            return await browser.new_context(**context)

    async def _open_page(self) -> None:
        failed = Refused(Outcome.NETWORK, "the login page cannot be opened")
        with replace_errors(failed):
            await self._page.goto(
                self._site.LOGIN_PAGE, wait_until="domcontentloaded", timeout=_PAGE_MS
            )

    # What the page hears from the platform

    def _hear(self, response: Response) -> None:
        if "/get_qrcode" in response.url or "/check_qrconnect" in response.url:
            task = asyncio.create_task(self._read_response(response))
            self._heard.add(task)
            task.add_done_callback(self._heard.discard)

    async def _read_response(self, response: Response) -> None:
        from playwright.async_api import Error  # noqa: PLC0415

        with suppress(Error, ValueError):  # the page went on, or no JSON came
            answer: Any = await response.json()
            data = answer.get("data") if isinstance(answer, dict) else None
            if isinstance(data, dict):
                self._take(data)

    def _take(self, data: dict[str, Any]) -> None:
        if link := data.get("qrcode_index_url"):
            self._code, self._state, self._is_code_heard = str(link), CodeState.NEW, True
        if status := str(data.get("status") or ""):
            known = {str(state): state for state in CodeState} | _NUMBERS
            self._state = known.get(status, self._state)

    # What the page shows

    async def _look(self) -> None:
        """Read the code from a picture of the page, unless its traffic has given one."""
        now = time.monotonic()
        if self.has_window or self._is_code_heard or now < self._next_look:
            return
        self._next_look = now + _LOOK_S
        link = await asyncio.to_thread(_read_code, await self._take_picture())
        if link and link != self._code:
            self._code, self._state = link, CodeState.NEW

    async def _take_picture(self) -> bytes:
        with replace_errors(_build_closed()):
            return await self._page.screenshot()

    @property
    def _picture_path(self) -> Path:
        return self.options.login_path.with_suffix(".png")

    async def save_picture(self) -> Path:
        """Save a picture of the page beside F2_LOGIN (mode 0600); it is removed at the end.

        It shows what the page wants if no code can be read from it.

        Raises:
            Refused: the browser was closed.
            OSError: it cannot be written.
        """
        replace_file(self._picture_path, await self._take_picture(), mode=0o600)
        return self._picture_path

    # Questions

    async def get_qrcode(self, seconds: float = 30.0) -> str:
        """Return the link that the present QR code shows; wait for the first one.

        Without a window, a code that the page draws by itself is read from the page's picture; that
        needs the extra `qr`.

        Raises:
            Refused: the page shows none within these seconds.
        """
        end = time.monotonic() + seconds
        while not self._code:
            if time.monotonic() > end or self.is_closed:
                raise Refused(Outcome.CAPTCHA, "the login page shows no QR code")
            await self._look()
            await asyncio.sleep(_POLL_S)
        return self._code

    async def get_state(self) -> CodeState:
        """Return the state of the present QR code; `NONE` as long as its link is not known."""
        await self._look()
        return self._state if self._code else CodeState.NONE

    async def check_login(self) -> LoginResult:
        """Return whether the browser is logged in now, and its cookies for the platform.

        Raises:
            Refused: the browser was closed.
        """
        await asyncio.sleep(_POLL_S)
        cookies = {c["name"]: c["value"] for c in await self._read_cookies()}
        is_login = any(cookies.get(name) for name in self._profile.login_cookies)
        return LoginResult(is_login, format_cookie_header(cookies) if is_login else "")

    @property
    def is_closed(self) -> bool:
        """Whether the user has closed the page."""
        return self._page.is_closed()

    async def save(self) -> BrowserFacts:
        """Save the login into F2_LOGIN (mode 0600), and return the facts of its browser.

        Raises:
            Refused: the browser is not logged in, or was closed: an older file stays as it is.
            OSError: the file cannot be written.
        """
        if not (await self.check_login()).is_login:
            raise Refused(Outcome.LOGIN_REQUIRED, "the browser is not logged in")
        await self._settle()
        with replace_errors(_build_closed()):
            facts = await read_facts(self._page)
            state = await self._context.storage_state(indexed_db=True)
        kept = dict(state) | {"cookies": await self._read_cookies()}
        write_login(self.options.login_path, self.platform, make_login(kept, facts))
        return facts

    async def _settle(self) -> None:
        """Wait for the ids that the page's script gets, if the platform has such."""
        wanted, end = {*self._profile.uifid_cookies}, time.monotonic() + _SETTLE_S
        while wanted and time.monotonic() < end:
            if wanted & {cookie["name"] for cookie in await self._read_cookies()}:
                return
            await asyncio.sleep(_POLL_S)

    async def _read_cookies(self) -> list[dict[str, Any]]:
        with replace_errors(_build_closed()):
            cookies = await self._context.cookies()
        domain = self._site.DOMAIN
        return [dict(c) for c in cookies if f".{c['domain'].lstrip('.')}".endswith(f".{domain}")]


def _read_code(picture: bytes) -> str:
    """Return the link of the QR code in a PNG; "" = there is none, or the extra `qr` is missing."""
    try:
        from f2scrapy import qr  # noqa: PLC0415 - an extra

        return qr.read_picture(picture)
    except ImportError:
        return ""
