"""Identity: one person to a platform: browser, screen, cookies by host, guest tokens."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass, field
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from f2scrapy.api import cookies
from f2scrapy.api.browser_profile import Client, client
from f2scrapy.config.options import Options
from f2scrapy.errors import Outcome
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import Token, TokenAnswer
from f2scrapy.signing import fingerprint

_YOUNG = 600.0  # seconds


@dataclass
class Identity:
    """One person to one platform, the same on every run until it is renewed.

    `account` are the cookies of a logged-in browser; `tokens` are the guest's, kept in `path`
    (mode 0600); None keeps them nowhere.
    """

    platform: str
    client: Client = field(repr=False)
    path: Path | None
    account: tuple[Cookie, ...] = field(default=(), repr=False)
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    guest: int = 0  # which guest of this run, from 0
    began: float = field(default_factory=time.time, repr=False)  # seconds since 1970
    screen: fingerprint.Fingerprint = field(init=False, repr=False)
    asking: asyncio.Lock = field(init=False, repr=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        kept = self._load()
        try:
            self.tokens = {name: Token(**token) for name, token in kept["tokens"].items()}
            self.screen = fingerprint.parse(kept["screen"])
        except (KeyError, TypeError, AttributeError, ValueError):  # a torn file costs a guest
            self.tokens = {}
            self.screen = fingerprint.generate(self.user_agent, random.random)

    # What the platform sees

    @property
    def user_agent(self) -> str:
        browser = self.client.browser
        return browser.user_agent.format(version=browser.version)

    @property
    def headers(self) -> dict[str, str]:
        """What the browser sends with everything, cookies apart."""
        headers: dict[str, str] = fill_placeholders(self.client.browser.headers, self.facts)
        return {"User-Agent": self.user_agent} | headers

    @property
    def facts(self) -> dict[str, Any]:
        """What {placeholders} of client.yaml stand for."""
        version = self.client.browser.version
        return {
            "version": version,
            "major": version.partition(".")[0],
            "user_agent": self.user_agent,
            "app_version": self.user_agent.removeprefix("Mozilla/"),  # as the browser names it
            "platform": self.screen.platform,
            "screen_width": self.screen.size_width,
            "screen_height": self.screen.size_height,
            "avail_width": self.screen.avail_width,
            "avail_height": self.screen.avail_height,
            **self.client.locale,
            **{name: token.value for name, token in self.tokens.items()},
            **self._account_tokens(),
            "now_ms": time.time_ns() // 1_000_000,
        }

    # Cookies

    @property
    def logged_in(self) -> bool:
        """Whether there are cookies of an account that have not lapsed."""
        return any(name in self._valid() for name in self.client.login_cookies)

    @property
    def no_login(self) -> Outcome:
        """Why there is no login: it lapsed, or there never was one."""
        had = {cookie.name for cookie in self.account} & set(self.client.login_cookies)
        return Outcome.COOKIE_EXPIRED if had else Outcome.LOGIN_REQUIRED

    def as_seen(self, outcome: Outcome) -> Outcome:
        """`outcome` as this identity is to be told: who had a login is not asked to get one."""
        return self.no_login if outcome is Outcome.LOGIN_REQUIRED else outcome

    @property
    def uifid(self) -> str:
        """The browser's id that x-secsdk-web-signature covers; "" = the cookies hold none."""
        valid = self._valid()
        return next((valid[name] for name in self.client.uifid_cookies if name in valid), "")

    def cookie_header(self, url: str) -> str:
        """The cookies for `url`; "" unless it is https or wss, and of the list of hosts."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("https", "wss") or host not in self.client.cookie_hosts:
            return ""
        account = {
            cookie.name: cookie.value or ""
            for cookie in self.account
            if not cookie.is_expired()
            and cookies.covers(cookie.domain, host)
            and parts.path.startswith(cookie.path)
        }
        return cookies.header(self._guest_cookies() | account)

    def media_cookie_header(self, url: str) -> str:
        """The cookies a file at `url` is kept behind; "" where it is on no such host."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" or not f".{host}".endswith(tuple(self.client.media_hosts)):
            return ""
        return cookies.header(self._media_cookies())

    def _media_cookies(self) -> dict[str, str]:
        known = self._guest_cookies() | self._valid()
        return {name: known[name] for name in self.client.media_cookies if name in known}

    def _valid(self) -> dict[str, str]:
        return {c.name: c.value or "" for c in self.account if not c.is_expired()}

    def _guest_cookies(self) -> dict[str, str]:
        names = self.client.token_cookies
        given = {name: t.value for name, t in self.tokens.items() if t.value}
        return {names[name]: value for name, value in given.items() if name in names}

    @property
    def _tokens_of(self) -> dict[str, str]:
        """Tokens by the cookie that carries them."""
        return {cookie: name for name, cookie in self.client.token_cookies.items()}

    def _account_tokens(self) -> dict[str, str]:
        """The tokens of the account's browser: parameters and cookies have to agree."""
        valid = self._valid()
        return {n: valid[c] for n, c in self.client.token_cookies.items() if c in valid}

    # Tokens

    def has(self, name: str, hours: float) -> bool:
        """Whether token `name` is there and younger than `hours`; the account's never grow old."""
        if name in self._account_tokens():
            return True
        token = self.tokens.get(name)
        return token is not None and time.time() - token.made < hours * 3600

    def keep(self, name: str, value: str, *, made_up: bool = False) -> None:
        """Use this token from now on, in later runs too unless it is made up."""
        self.tokens[name] = Token(value, time.time(), made_up)
        self._save()

    def take(self, answer: TokenAnswer) -> None:
        """The cookies that files are kept behind go with the addresses in the same answer."""
        for cookie in self.client.media_cookies:
            value = answer.cookie(cookie)
            if value and self._media_cookies().get(cookie) != value:
                self.account = tuple(c for c in self.account if c.name != cookie)
                self.keep(self._tokens_of[cookie], value)

    def media_refused(self) -> None:
        """A file was refused: ask anew, next time, for the cookies it is kept behind.

        Not for those of this run that are young: they are not the reason.
        """
        young = max(self.began, time.time() - _YOUNG)
        for name in map(self._tokens_of.get, self.client.media_cookies):
            if name in self.tokens and self.tokens[name].made < young:
                del self.tokens[name]

    def forget_made_up(self) -> None:
        """Ask anew, next time, for what was not given."""
        for name in [name for name, token in self.tokens.items() if token.made_up]:
            del self.tokens[name]

    async def renew(self, guest: int | None) -> None:
        """Become another guest: tokens are asked for anew when they are next needed.

        `guest` is the one that was refused (`self.guest` at that time): when several requests are
        refused at once, only the first renews.
        """
        async with self.asking:
            if guest == self.guest:
                self.guest += 1
                self.tokens.clear()
                self.screen = fingerprint.generate(self.user_agent, random.random)
                self._save()

    def _everybody(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        try:
            kept = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _load(self) -> Any:
        return self._everybody().get(self.platform) or {}

    def _save(self) -> None:
        if self.path is None:
            return
        lasting = {name: vars(t) for name, t in self.tokens.items() if not t.made_up}
        mine = {"screen": str(self.screen), "tokens": lasting}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._everybody() | {self.platform: mine}, file)
        new.replace(self.path)


def build_identity(options: Options, platform: str) -> Identity:
    """Return the identity for `platform` that the options and the environment describe.

    Raises:
        InputError: the cookies cannot be used.
    """
    known = client(platform, options.client, options.file_name)
    account = cookies.from_file(options.cookies) if options.cookies else []
    account += cookies.from_header(options.cookie, known.cookie_hosts)
    ours = [
        c for c in account if any(cookies.covers(c.domain, host) for host in known.cookie_hosts)
    ]
    return Identity(platform, known, options.identity_path, tuple(ours))


def build_guest(options: Options, platform: str) -> Identity:
    """Return a new guest of `platform`: no account, and forgotten with the run."""
    return Identity(platform, client(platform, options.client, options.file_name), None)
