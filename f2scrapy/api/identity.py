"""The identity of one browser on one platform: screen, cookies by host, guest tokens."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.browser_profile import BrowserProfile
from f2scrapy.api.cookies import format_cookie_header, is_sent_to
from f2scrapy.api.guest_file import read_guest, write_guest
from f2scrapy.api.proxy import list_proxy_passwords
from f2scrapy.api.secret_values import SecretValues
from f2scrapy.errors import Outcome
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import Token, TokenAnswer
from f2scrapy.signing import fingerprint

_MIN_AGE_S = 600.0  # a younger media token is not replaced
_STEP_S = 60.0  # by which a clock may be set back in normal use
_WEBID_HEADER = "cookie_ttwidinfo_webid"  # of Douyin's responses: the webid of the ttwid sent


class Sender(NamedTuple):
    """The state of an identity when it sent a request, by numbers that count renewals."""

    guest: int  # of the guest in this run, from 0
    uifid: int  # of its uifid
    entry: int  # of its pass for the host, 0 = none, or one of an earlier run


@dataclass
class HostPass:
    """The cookies that let an identity past the "Please wait" page of one host."""

    cookies: dict[str, str] = field(repr=False)
    made: float  # seconds since 1970
    number: int = 0  # of the passes for this host in this run; 0 = an earlier run solved it


@dataclass
class Identity:
    """One browser as one platform sees it, the same in every run until `renew` is called.

    `account` are the cookies of a logged-in browser. `tokens` are those of a guest, saved in the
    file `path` (mode 0600); None = they are not saved.
    """

    platform: str
    profile: BrowserProfile = field(repr=False)
    path: Path | None
    account: tuple[Cookie, ...] = field(default=(), repr=False)
    browser: BrowserFacts = field(default=BrowserFacts(), repr=False)  # that the cookies are of
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    passes: dict[str, HostPass] = field(default_factory=dict, repr=False)  # by host
    had_login: bool = False  # whether it was logged in, until the platform refused the login
    guest: int = 0  # number of the guest in this run, from 0
    uifid_number: int = 0  # counts the uifids in this run, from 0
    protected_paths: set[str] = field(init=False)  # of interfaces that want secsdk, too
    began: float = field(default_factory=time.time, repr=False)  # seconds since 1970
    screen: fingerprint.Fingerprint = field(init=False, repr=False)
    # Its cookies and tokens, of earlier guests of this run, too: no text may hold them.
    secrets: SecretValues = field(init=False, repr=False, compare=False,
                                  default_factory=SecretValues)  # fmt: skip
    token_lock: asyncio.Lock = field(init=False, repr=False, default_factory=asyncio.Lock)
    pass_lock: asyncio.Lock = field(init=False, repr=False, default_factory=asyncio.Lock)
    _webids: dict[str, str] = field(init=False, repr=False, default_factory=dict)  # by ttwid

    def __post_init__(self) -> None:
        self.protected_paths = {*self.profile.secsdk_paths}
        saved: Any = read_guest(self.path, self.platform) if self.path else {}
        try:
            self.tokens = {name: Token(**token) for name, token in saved["tokens"].items()}
            self.screen = fingerprint.parse(saved["screen"])
            passes = saved.get("passes", {}).items()
            self.passes = {host: HostPass(**one | {"number": 0}) for host, one in passes}
        except (KeyError, TypeError, AttributeError, ValueError):  # a damaged file: a new guest
            self.tokens, self.passes = {}, {}
            self.screen = fingerprint.generate(self.user_agent, random.random)
        self.screen = self.browser.read_screen() or self.screen
        for cookie in self.account:
            self.secrets.add(cookie.name, cookie.value or "")
        for name, token in self.tokens.items():
            self.secrets.add(name, token.value)
        for password in list_proxy_passwords():
            self.secrets.add("password", password)

    # The browser

    @property
    def user_agent(self) -> str:
        browser = self.profile.browser
        return self.browser.user_agent or browser.user_agent.format(version=browser.version)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every request, without cookies."""
        headers: dict[str, str] = fill_placeholders(self.profile.browser.headers, self.facts)
        return {"User-Agent": self.user_agent} | headers

    @property
    def facts(self) -> dict[str, Any]:
        """The values of the {placeholders} in client.yaml."""
        version = self.browser.version or self.profile.browser.version
        return {
            "version": version,
            "major": version.partition(".")[0],
            "brands": self.browser.brands or self.profile.browser.brands,
            **self.browser.placeholders,
            "user_agent": self.user_agent,
            "app_version": self.user_agent.removeprefix("Mozilla/"),  # as in `navigator`
            "platform": self.screen.platform,
            "screen_width": self.screen.size_width,
            "screen_height": self.screen.size_height,
            "avail_width": self.screen.avail_width,
            "avail_height": self.screen.avail_height,
            **self.profile.locale,
            **{name: token.value for name, token in self.tokens.items()},
            **self._get_account_tokens(),
            "webid": self.webid,
            "uifid": self.uifid,
            "user_unique_id": self._get_token("unique_id") or self.webid,
            "now_ms": time.time_ns() // 1_000_000,
        }

    # Cookies

    @property
    def is_logged_in(self) -> bool:
        """Whether the account has a login cookie that has not expired."""
        return any(name in self._get_valid_cookies() for name in self.profile.login_cookies)

    @property
    def login_end(self) -> datetime | None:
        """When the cookies of the login expire, in UTC; None = that is not known."""
        names = self.profile.login_cookies
        ends = [cookie.expires or 0 for cookie in self.account if cookie.name in names]
        last = max(ends, default=0)
        return datetime.fromtimestamp(last, UTC) if last else None

    @property
    def login_failure(self) -> Outcome:
        """The reason why there is no login: COOKIE_EXPIRED or LOGIN_REQUIRED."""
        had = {cookie.name for cookie in self.account} & set(self.profile.login_cookies)
        return Outcome.COOKIE_EXPIRED if had or self.had_login else Outcome.LOGIN_REQUIRED

    def adopt_browser(self, cookies: Iterable[Cookie], browser: BrowserFacts) -> None:
        """Become the browser that these cookies are of, with all its facts, for this run.

        The guest's own tokens are another browser's; nothing is saved from now on.
        """
        hosts, was_logged_in = self.profile.cookie_hosts, self.is_logged_in
        ours = [c for c in cookies if any(is_sent_to(c.domain, host) for host in hosts)]
        if browser != self.browser:  # another handshake, and other connections
            self.guest += 1
            self.tokens, self.passes, self.path = {}, {}, None
        self.browser, self.account = browser, tuple(ours)
        self.had_login |= was_logged_in and not self.is_logged_in
        self.screen = browser.read_screen() or self.screen
        for cookie in ours:
            self.secrets.add(cookie.name, cookie.value or "")

    def expire_login(self) -> None:
        """Become a guest: a platform may refuse a guest less than a login that it rejects."""
        self.had_login = True
        self.account = ()

    def refine_outcome(self, outcome: Outcome) -> Outcome:
        """Return `outcome`; COOKIE_EXPIRED instead of LOGIN_REQUIRED if there was a login."""
        return self.login_failure if outcome is Outcome.LOGIN_REQUIRED else outcome

    @property
    def uifid(self) -> str:
        """The browser's id that Douyin's gateway wants; "" = the platform has given none.

        The account's cookies come first, then that of a guest.
        """
        return self._get_account_uifid() or self._get_token("uifid")

    @property
    def webid(self) -> str:
        """The number of the browser; "" = it is not known, and is left out of requests.

        With cookies of a session it is the one that the platform names for that session: to
        another number it answers 200 with an empty body (measured by ikenxuan/amagi #188,
        2026-09-05). A guest has one of its own.
        """
        if self.has_session:
            return self._webids.get(self._ttwid, "")
        return self._get_token("webid")

    @property
    def has_session(self) -> bool:
        """Whether the user's cookies are those of a browser's session, logged in or not."""
        return self.is_logged_in or "ttwid" in self._get_account_tokens()

    @property
    def sender(self) -> Sender:
        """The state that a request without a host is sent with."""
        return self.get_sender("")

    def get_sender(self, url: str) -> Sender:
        """Return the state that a request to `url` is sent with now."""
        entry = self.passes.get(urlsplit(url).hostname or "")
        return Sender(self.guest, self.uifid_number, entry.number if entry else 0)

    def build_cookie_header(self, url: str) -> str:
        """Return the cookies for `url`; "" unless it is https or wss, on one of `cookie_hosts`.

        A pass for the host is sent to that host, even if it gets no other cookie.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("https", "wss"):
            return ""
        own = parts.hostname or ""
        entry = self.passes[own].cookies if own in self.passes else {}
        host = self._find_cookie_host(parts.scheme, own)
        if not host:
            return format_cookie_header(entry)
        account = {
            cookie.name: cookie.value or ""
            for cookie in self.account
            if not cookie.is_expired()
            and is_sent_to(cookie.domain, host)
            and parts.path.startswith(cookie.path)
        }
        return format_cookie_header(entry | self._get_guest_cookies() | account)

    def _find_cookie_host(self, scheme: str, host: str) -> str:
        """Return the cookie host that a host is, or counts as; "" = it gets no cookies."""
        if scheme in ("https", "wss") and host in self.profile.cookie_hosts:
            return host
        known = self.profile.socket_hosts.items() if scheme == "wss" else ()
        return next((counts_as for form, counts_as in known if fnmatchcase(host, form)), "")

    def build_ticket_guard_headers(self) -> dict[str, str]:
        """Return the headers bd-ticket-guard-* that the account's cookies hold; {} = none.

        The cookie bd_ticket_guard_client_data is base64 of JSON with their names and values.
        bd-ticket-guard-client-data itself is not among them: its key stays in the browser. (Seen
        in captures of 2026-03, not tried.)
        """
        cookie = self._get_valid_cookies().get("bd_ticket_guard_client_data", "")
        try:
            found = json.loads(b64decode(unquote(cookie)))
        except ValueError:
            return {}
        known = found.items() if isinstance(found, dict) else ()
        named = {n: str(v) for n, v in known if re.fullmatch(r"bd-ticket-guard-[a-z-]+", n)}
        return {n: v for n, v in named.items() if re.fullmatch(r"[!-~]{1,4096}", v)}

    def build_media_cookie_header(self, url: str) -> str:
        """Return the cookies for a file at `url`; "" = its host wants none."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" or not f".{host}".endswith(tuple(self.profile.media_hosts)):
            return ""
        return format_cookie_header(self._get_media_cookies())

    def _get_media_cookies(self) -> dict[str, str]:
        known = self._get_guest_cookies() | self._get_valid_cookies()
        return {name: known[name] for name in self.profile.media_cookies if name in known}

    def _get_valid_cookies(self) -> dict[str, str]:
        return {c.name: c.value or "" for c in self.account if not c.is_expired()}

    def _get_guest_cookies(self) -> dict[str, str]:
        names = self.profile.token_cookies
        given = {name: t.value for name, t in self.tokens.items() if t.value}
        if self._get_account_uifid():
            given.pop("uifid", None)  # a browser has one
        return {names[name]: value for name, value in given.items() if name in names}

    def _get_account_uifid(self) -> str:
        valid = self._get_valid_cookies()
        return next((valid[name] for name in self.profile.uifid_cookies if name in valid), "")

    def _get_token(self, name: str) -> str:
        return self.tokens[name].value if name in self.tokens else ""

    @property
    def _tokens_by_cookie(self) -> dict[str, str]:
        return {cookie: name for name, cookie in self.profile.token_cookies.items()}

    def _get_account_tokens(self) -> dict[str, str]:
        """Return the account's tokens: parameters must agree with its cookies."""
        valid = self._get_valid_cookies()
        return {n: valid[c] for n, c in self.profile.token_cookies.items() if c in valid}

    # Tokens

    def has_token(self, name: str, hours: float) -> bool:
        """Return whether there is a token younger than `hours`; the account's do not age."""
        if name in self._get_account_tokens() or (name == "uifid" and self._get_account_uifid()):
            return True
        token = self.tokens.get(name)
        if token is None:
            return False
        age = time.time() - token.made
        return -_STEP_S < age < hours * 3600  # of the future: its age is not known

    def store_token(self, name: str, value: str, *, made_up: bool = False) -> None:
        """Use this token from now on, and save it for later runs unless it is made up."""
        self.tokens[name] = Token(value, time.time(), made_up)
        self.secrets.add(name, value)
        self._save()

    def learn_cookies(self, answer: TokenAnswer) -> None:
        """Adopt what a response of one of `cookie_hosts` gives the browser.

        Media cookies: the file addresses in it need them. A uifid, if there is none: every real
        page of Douyin sets one. The webid of the session.
        """
        self._learn_uifid(answer)
        if webid := answer.headers.get(_WEBID_HEADER, ""):
            self._webids[self._ttwid] = webid
        for cookie in self.profile.media_cookies:
            value = answer.cookie(cookie)
            if value and self._get_media_cookies().get(cookie) != value:
                self.account = tuple(c for c in self.account if c.name != cookie)
                self.store_token(self._tokens_by_cookie[cookie], value)

    def _learn_uifid(self, answer: TokenAnswer) -> None:
        if self.profile.uifid_cookies and not self.uifid:
            given = filter(None, map(answer.cookie, self.profile.uifid_cookies))
            if value := next(given, ""):
                self.store_token("uifid", value)

    @property
    def _ttwid(self) -> str:
        return self._get_account_tokens().get("ttwid", self._get_token("ttwid"))

    def expire_media_tokens(self) -> None:
        """Replace the media cookies before the next request, since a file was refused.

        Young ones of this run are kept: they are not the reason.
        """
        oldest = max(self.began, time.time() - _MIN_AGE_S)
        for name in map(self._tokens_by_cookie.get, self.profile.media_cookies):
            if name in self.tokens and self.tokens[name].made < oldest:
                del self.tokens[name]

    def forget_made_up_tokens(self) -> None:
        """Drop the made-up tokens, so that real ones are requested again."""
        for name in [name for name, token in self.tokens.items() if token.made_up]:
            del self.tokens[name]

    def renew_uifid(self, number: int) -> None:
        """Drop the uifid, so that another one is requested before the next request.

        `number` is that of the refused one: of several refusals only the first has an effect.
        """
        if number != self.uifid_number:
            return
        self.uifid_number += 1
        names = self.profile.uifid_cookies
        self.account = tuple(cookie for cookie in self.account if cookie.name not in names)
        self.forget_token("uifid")

    def forget_token(self, name: str) -> None:
        """Drop a token, in later runs, too."""
        if self.tokens.pop(name, None):
            self._save()

    def store_pass(self, host: str, cookies: dict[str, str]) -> None:
        """Send these cookies to a host from now on, in later runs, too."""
        number = self.get_sender(f"https://{host}/").entry + 1
        self.passes[host] = HostPass(cookies, time.time(), number)
        self._save()

    async def renew(self, guest: int | None) -> None:
        """Become another guest; its tokens are requested when they are next needed.

        `guest` is the number (`self.guest`) of the refused one: if several requests are refused
        at once, only the first call has an effect.
        """
        async with self.token_lock:
            if guest == self.guest:
                self.guest += 1
                self.tokens.clear()
                self.passes.clear()
                self.screen = fingerprint.generate(self.user_agent, random.random)
                self._save()

    def _save(self) -> None:
        if self.path is None:
            return
        lasting = {name: vars(t) for name, t in self.tokens.items() if not t.made_up}
        passes = {host: asdict(entry) for host, entry in self.passes.items()}
        guest = {"screen": str(self.screen), "tokens": lasting, "passes": passes}
        write_guest(self.path, self.platform, guest)
