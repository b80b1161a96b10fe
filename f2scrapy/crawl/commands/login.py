"""Log in to a platform in a browser, and keep the login for any number of crawls."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from f2scrapy.api.session import Session
from f2scrapy.browser.login import SECONDS, BrowserLogin, CodeState
from f2scrapy.crawl.commands.doctor import read_given_options
from f2scrapy.errors import EXIT_INPUT, EXIT_OK, EXIT_REFUSED, InputError, Outcome, Refused
from f2scrapy.model.account import LoginState
from f2scrapy.platforms import list_platforms
from f2scrapy.text import CHINA

_HEADLESS = (
    "This browser has no window: the app may call its code unsafe, and refuse it. If so, log in on "
    "a machine with a display, and copy the file of F2_LOGIN."
)


class Command(ScrapyCommand):
    """`scrapy login douyin` and `scrapy login tiktok`."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's

    def syntax(self) -> str:
        return "[--check] PLATFORM"

    def short_desc(self) -> str:
        return "Log in to a platform in a browser, for later crawls"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--check", action="store_true",
                            help="say whose login is kept, and whether it is accepted")  # fmt: skip
        parser.add_argument("--no-window", action="store_true", help="show the code here")
        parser.add_argument("--seconds", type=float, default=SECONDS, help="at most (300)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1 or args[0] not in list_platforms():
            raise UsageError(f"want one of {', '.join(list_platforms())}")
        given = read_given_options(self)
        try:
            if not opts.check:
                window = False if opts.no_window else None
                asyncio.run(_log_in(args[0], window, opts.seconds, given))
            self.exitcode = asyncio.run(_check(args[0], given))
        except InputError as error:
            print(f"scrapy login: {error}", file=sys.stderr)  # noqa: T201
            self.exitcode = EXIT_INPUT
        except (Refused, OSError) as error:
            why = error.detail if isinstance(error, Refused) else error.strerror
            print(f"Not logged in: {why}.", file=sys.stderr)  # noqa: T201
            self.exitcode = EXIT_REFUSED


async def _log_in(
    platform: str, window: bool | None, seconds: float, options: dict[str, str]
) -> None:
    """Log in within these seconds, and save the login.

    Raises:
        Refused: there is no login, or the browser was closed.
    """
    async with BrowserLogin(platform, window=window, **options) as login:
        say = Narrator(shows_code=not login.has_window)
        end = time.monotonic() + seconds
        while not (await login.check_login()).is_login:
            if login.is_closed:
                raise Refused(Outcome.LOGIN_REQUIRED, "the browser was closed")
            if time.monotonic() > end:
                raise Refused(Outcome.LOGIN_REQUIRED, f"not within {seconds:g} seconds")
            await say.tell(login)
        await login.save()
        print(f"Saved in {login.options.login_path} (only you may read it).")  # noqa: T201


class Narrator:
    """Prints each code and each of its states once."""

    def __init__(self, *, shows_code: bool, patience: float = 10.0) -> None:
        """`patience`: seconds for a code, and then between two pictures of the page."""
        self._shows_code, self._code, self._state = shows_code, "", CodeState.NONE
        self._patience, self._picture = patience, ""
        self._next_picture = time.monotonic() + patience
        first = _HEADLESS if shows_code else "Log in in the window of the browser."
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
            print(f"The code is {state}.", flush=True)  # noqa: T201
        self._code, self._state = code, state

    async def _show_picture(self, login: BrowserLogin) -> None:
        """Save what the page shows instead of a code that can be read, and name the file once."""
        if not self._shows_code or time.monotonic() < self._next_picture:
            return
        self._next_picture = time.monotonic() + self._patience
        path = str(await login.save_picture())
        if path != self._picture:
            print(f"No code can be read from the page: see its picture in {path}.", flush=True)  # noqa: T201
        self._picture = path


def _draw(link: str) -> str:
    try:
        from f2scrapy import qr  # noqa: PLC0415 - an extra
    except ImportError:
        return f"Open this link in the app, or pip install qrcode for a code: {link}"
    return f"Scan this with the app:\n{qr.draw_text(link)}"


async def _check(platform: str, options: dict[str, str]) -> int:
    """Print whose login it is, until when, and whether the platform accepts it."""
    async with Session(platform, guest=False, **options) as session:
        until = session.identity.login_end
        login = await session.check_login()
    end = f", until {until.astimezone(CHINA):%Y-%m-%d}" if until else ""
    if login.owner:
        name = login.owner.unique_id or login.owner.sec_user_id
        print(f"Logged in to {platform} as {name}{end}.")  # noqa: T201
        return EXIT_OK
    words = {LoginState.NONE: "There is no login.", LoginState.EXPIRED: "The login has expired"}
    text = words.get(login.state, "The login could not be checked")
    detail = f": {login.detail}." if login.detail else ""
    print(f"{text}{detail}", file=sys.stderr)  # noqa: T201
    return EXIT_REFUSED
