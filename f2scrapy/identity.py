"""Identity: one person to a platform: browser, screen, cookies by host, guest tokens."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from f2scrapy import config
from f2scrapy.errors import InputError
from f2scrapy.signing import fingerprint

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LOGIN_COOKIES = ("sessionid", "sessionid_ss")  # set by both platforms once somebody is logged in
_TOKEN_COOKIES = {"ttwid": "ttwid", "verify_fp": "s_v_web_id", "ms_token": "msToken"}
_UIFID_COOKIES = ("uifid", "uifid_temp", "uifidtemp", "UIFID", "UIFID_TEMP", "UIFIDTEMP")


@dataclass(frozen=True)
class Token:
    """A value the platform gave a guest."""

    value: str = field(repr=False)
    made: float  # seconds since 1970


@dataclass(frozen=True)
class TokenAnswer:
    """What a token's host answered."""

    set_cookies: tuple[str, ...] = field(repr=False)  # Set-Cookie headers
    body: bytes = field(repr=False)

    def cookie(self, name: str) -> str:
        """The value it sets for this cookie; "" = it sets none."""
        pairs = (header.partition(";")[0].partition("=") for header in self.set_cookies)
        return next((value for key, _, value in pairs if key.strip() == name), "")

    @property
    def json(self) -> dict[str, Any]:
        """The body's JSON object; empty where it holds none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class TokenAsk:
    """A token to be asked for: POST `body` as JSON to `url`, then `read` the answer."""

    name: str  # as Identity.tokens knows it
    url: str
    body: Mapping[str, Any] = field(repr=False)
    read: Callable[[TokenAnswer], str]  # "" = the answer holds none


@dataclass
class Identity:
    """One person to one platform, the same on every run until it is renewed.

    `client` is the platform's part of client.yaml. `cookies` are the account's; `tokens` the
    guest's, kept in `path` (mode 0600).
    """

    platform: str
    client: Mapping[str, Any] = field(repr=False)
    path: Path
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    expired: bool = False  # there was a login, and its cookies have lapsed
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    guest: int = 0  # which guest of this run, from 0
    screen: fingerprint.Fingerprint = field(init=False, repr=False)
    _headers: dict[str, str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        kept = self._load()
        self.tokens = {name: Token(**token) for name, token in kept.get("tokens", {}).items()}
        if "screen" in kept:
            self.screen = fingerprint.parse(kept["screen"])
        else:
            self.screen = fingerprint.generate(self.user_agent, random.random)

    @classmethod
    def of(cls, crawler: Crawler) -> Identity:
        """The one identity of a crawl.

        Raises:
            InputError: the cookies cannot be used.
        """
        if crawler not in _IDENTITIES:
            platform = crawler.spidercls.name.partition("_")[0]
            _IDENTITIES[crawler] = from_settings(crawler.settings, platform)
        return _IDENTITIES[crawler]

    @property
    def logged_in(self) -> bool:
        """Whether there are cookies of an account."""
        return any(name in self.cookies for name in _LOGIN_COOKIES)

    @property
    def user_agent(self) -> str:
        browser = self.client["browser"]
        return str(browser["user_agent"]).format(version=browser["version"])

    @property
    def uifid(self) -> str:
        """The browser's id that x-secsdk-web-signature covers; "" = the cookies hold none."""
        return next((self.cookies[n] for n in _UIFID_COOKIES if n in self.cookies), "")

    @property
    def headers(self) -> dict[str, str]:
        """What the browser sends with everything, cookies apart."""
        if not self._headers:
            fixed = filled(self.client["browser"]["headers"], self.facts)
            self._headers = {"User-Agent": self.user_agent} | fixed
        return self._headers

    @property
    def facts(self) -> dict[str, Any]:
        """What {placeholders} of client.yaml stand for."""
        version = str(self.client["browser"]["version"])
        return {
            "version": version,
            "major": version.partition(".")[0],
            "user_agent": self.user_agent,
            "platform": self.screen.platform,
            "screen_width": self.screen.size_width,
            "screen_height": self.screen.size_height,
            "avail_width": self.screen.avail_width,
            "avail_height": self.screen.avail_height,
            **{name: token.value for name, token in self.tokens.items()},
            **self._account_tokens(),
            "now_ms": time.time_ns() // 1_000_000,
        }

    def cookie_header(self, host: str) -> str:
        """The cookies for `host`; "" for every host that is not on the platform's list."""
        if host not in self.client["cookie_hosts"]:
            return ""
        pairs = self._guest_cookies() | dict(self.cookies)
        return "; ".join(f"{name}={value}" for name, value in pairs.items())

    def _guest_cookies(self) -> dict[str, str]:
        tokens = {_TOKEN_COOKIES.get(name, ""): token.value for name, token in self.tokens.items()}
        tokens.pop("", None)
        return tokens

    def _account_tokens(self) -> dict[str, str]:
        """The tokens of the account's browser: parameters and cookies have to agree."""
        return {n: self.cookies[c] for n, c in _TOKEN_COOKIES.items() if c in self.cookies}

    def has(self, name: str, hours: float) -> bool:
        """Whether token `name` is there and younger than `hours`; the account's never grow old."""
        if name in self._account_tokens():
            return True
        token = self.tokens.get(name)
        return token is not None and time.time() - token.made < hours * 3600

    def keep(self, name: str, value: str) -> None:
        """Use this token from now on, in later runs too."""
        self.tokens[name] = Token(value, time.time())
        self._save()

    def renew(self, guest: int | None) -> None:
        """Become another guest: tokens are asked for anew when they are next needed.

        `guest` is the one that was refused (`self.guest` at that time): when several requests are
        refused at once, only the first renews.
        """
        if guest != self.guest:
            return
        self.guest += 1
        self.tokens.clear()
        self.screen = fingerprint.generate(self.user_agent, random.random)
        self._save()

    def _load(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.path.read_bytes())
        except (FileNotFoundError, ValueError):  # a torn file costs a guest, no more
            return {}
        part = kept.get(self.platform) if isinstance(kept, dict) else None
        return part if isinstance(part, dict) else {}

    def _save(self) -> None:
        try:
            everything = json.loads(self.path.read_bytes())
        except (FileNotFoundError, ValueError):
            everything = {}
        tokens = {name: vars(token) for name, token in self.tokens.items()}
        everything[self.platform] = {"screen": str(self.screen), "tokens": tokens}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(everything, file)
        new.replace(self.path)


_IDENTITIES: WeakKeyDictionary[Crawler, Identity] = WeakKeyDictionary()


def from_settings(settings: BaseSettings, platform: str) -> Identity:
    """The identity for `platform` that the settings and the environment describe.

    Raises:
        InputError: the cookies cannot be used.
    """
    client = config.client(settings, platform)
    cookies, expired = _account(settings["F2_COOKIES"], client["cookie_hosts"])
    archive = Path(settings["F2_ARCHIVE"] or Path(settings["F2_PATH"]) / "f2scrapy.db")
    path = archive.with_name("f2scrapy.identity.json")
    return Identity(platform, client, path, cookies, expired)


def _account(path: str, hosts: list[str]) -> tuple[dict[str, str], bool]:
    """Cookies for these hosts from the file and the environment, and whether a login lapsed."""
    cookies = _from_file(path, hosts) if path else []
    now = time.time()
    valid = {c.name: c.value or "" for c in cookies if not c.is_expired(int(now))}
    lapsed = any(c.name in _LOGIN_COOKIES and c.is_expired(int(now)) for c in cookies)
    valid |= _from_header(os.environ.get("F2_COOKIE", ""))
    return valid, lapsed and not any(name in valid for name in _LOGIN_COOKIES)


def _from_file(path: str, hosts: list[str]) -> list[Cookie]:
    jar = MozillaCookieJar()
    try:
        jar.load(str(Path(path).expanduser()), ignore_discard=True, ignore_expires=True)
    except (LoadError, OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not such a file"
        raise InputError(
            f"F2_COOKIES={path}: want a Netscape cookies.txt of a browser ({why})"
        ) from None
    return [cookie for cookie in jar if any(_covers(cookie.domain, host) for host in hosts)]


def _covers(domain: str, host: str) -> bool:
    bare = domain.removeprefix(".")
    return host == bare or (domain.startswith(".") and host.endswith(domain))


def _from_header(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.split(";") if "=" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def filled(value: Any, facts: Mapping[str, Any]) -> Any:
    """`value` with its {placeholders} replaced; one that stands alone keeps the fact's type."""
    if isinstance(value, dict):
        return {key: filled(inner, facts) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, facts) for inner in value]
    if not isinstance(value, str):
        return value
    alone = _PLACEHOLDER.fullmatch(value)
    if alone:
        return facts.get(alone[1], value)
    return _PLACEHOLDER.sub(lambda found: str(facts.get(found[1], found[0])), value)
