"""Log in to a platform in a browser, with words on the terminal."""

from __future__ import annotations

import sys
import time

from f2scrapy.api.session import Session
from f2scrapy.browser.login import SECONDS, BrowserLogin, CodeState
from f2scrapy.errors import EXIT_OK, EXIT_REFUSED, Outcome, Refused
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.model.account import LoginState
from f2scrapy.text import CHINA

_HEADLESS = (
    "This browser has no window: the app may call its code unsafe, and refuse it. If so, log in on "
    "a machine with a display, and copy the file of F2_LOGIN."
)

_PICTURE = "No code can be read from the page: see its picture in {path}."
_STATES = {
    CodeState.NEW: "The code is new.",
    CodeState.SCANNED: "The code is scanned: confirm the login in the app.",
    CodeState.CONFIRMED: "The login is confirmed.",
    CodeState.REFUSED: "The app has refused the login.",
    CodeState.EXPIRED: "The code has expired; the page shows another one.",
}
_FAULTS = {
    LoginState.NONE: "There is no login.",
    LoginState.EXPIRED: "The login has expired: {words}.",
    LoginState.UNCHECKED: "The login could not be checked: {words}.",
}


async def log_in(
    platform: str, window: bool | None, seconds: float | None, options: dict[str, str]
) -> None:
    """Log in within these seconds (None = 300), and save the login.

    `window` None = one, if there is a display.

    Raises:
        Refused: there is no login, or the browser was closed.
    """
    async with BrowserLogin(platform, window=window, **options) as login:
        say = Narrator(shows_code=not login.has_window)
        seconds = SECONDS if seconds is None else seconds
        end = time.monotonic() + seconds
        while not (await login.check_login()).is_login:
            if login.is_closed:
                raise Refused(Outcome.LOGIN_REQUIRED, "the browser was closed")
            if time.monotonic() > end:
                raise Refused(Outcome.LOGIN_REQUIRED, f"not within {seconds:g} seconds")
            await say.tell(login)
        await login.save()
        print(_("Saved in {path} (only you may read it).", path=login.options.login_path))  # noqa: T201


class Narrator:
    """Prints each code and each of its states once."""

    def __init__(self, *, shows_code: bool, patience: float = 10.0) -> None:
        """`patience`: seconds for a code, and then between two pictures of the page."""
        self._shows_code, self._code, self._state = shows_code, "", CodeState.NONE
        self._patience, self._picture = patience, ""
        self._next_picture = time.monotonic() + patience
        first = _(_HEADLESS) if shows_code else _("Log in in the window of the browser.")
        print(first, flush=True)  # noqa: T201

    async def tell(self, login: BrowserLogin) -> None:
        state = await login.get_state()
        if state is CodeState.NONE:
            await self._show_picture(login)
            return
        code = await login.get_qrcode()
        if code != self._code and self._shows_code:
            print(_draw(code), flush=True)  # noqa: T201
        if (code, state) != (self._code, self._state):
            print(_(_STATES[state]), flush=True)  # noqa: T201
        self._code, self._state = code, state

    async def _show_picture(self, login: BrowserLogin) -> None:
        """Save what the page shows instead of a code that can be read, and name the file once."""
        if not self._shows_code or time.monotonic() < self._next_picture:
            return
        self._next_picture = time.monotonic() + self._patience
        path = str(await login.save_picture())
        if path != self._picture:
            print(_(_PICTURE, path=path), flush=True)  # noqa: T201
        self._picture = path


def _draw(link: str) -> str:
    try:
        from f2scrapy import qr  # noqa: PLC0415 - an extra
    except ImportError:
        text = "Open this link in the app, or pip install qrcode for a code: {link}"
        return _(text, link=link)
    return f"{_('Scan this with the app:')}\n{qr.draw_text(link)}"


async def check(platform: str, options: dict[str, str]) -> int:
    """Print whose login it is, until when, and whether the platform accepts it."""
    async with Session(platform, guest=False, **options) as session:
        until = session.identity.login_end
        login = await session.check_login()
    end = _(", until {day}", day=f"{until.astimezone(CHINA):%Y-%m-%d}") if until else ""
    if login.owner:
        name = login.owner.unique_id or login.owner.sec_user_id
        print(_("Logged in to {platform} as {name}{end}.", platform=platform, name=name, end=end))  # noqa: T201
        return EXIT_OK
    detail = translate_message(login.detail)
    print(_(_FAULTS[login.state], words=detail), file=sys.stderr)  # noqa: T201
    return EXIT_REFUSED
