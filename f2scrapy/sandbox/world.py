"""World: the state behind all hosts: who publishes, what was issued, what goes wrong."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from secrets import token_urlsafe

from f2scrapy.sandbox.catalogue import Catalogue, Sizes, User
from f2scrapy.sandbox.douyin_works import Signing
from f2scrapy.sandbox.exchange import Ask, Page
from f2scrapy.sandbox.faults import Fault, Faults
from f2scrapy.sandbox.recordings import Recordings
from f2scrapy.sandbox.report import Report

CHECKS = frozenset({"signature", "websign", "user_agent", "params", "referer", "ms_token",
                    "real_ms_token", "ttwid", "time", "tokens", "media"})  # fmt: skip
STRICT = CHECKS - {"websign", "real_ms_token"}
# What tells lists of one interface apart.
_WHOSE = ("sec_user_id", "collects_id", "mix_id", "aweme_id", "comment_id", "source_type")
SESSION = "f2sandboxsession"  # a sessionid that is logged in


@dataclass(frozen=True)
class Options:
    """How the sandbox is set up."""

    port: int = 0  # 0 = any free one
    users: tuple[User, ...] = ()  # besides the well-known
    faults: tuple[str, ...] = ()
    strict: frozenset[str] = STRICT
    latency_ms: float = 0  # before each answer
    compress: bool = True  # texts, where the client takes gzip
    media_ttl_s: float = 6 * 3600  # how long an address of a medium is good
    sizes: Sizes = field(default_factory=Sizes)
    live_filler: int = 0  # bytes in each frame of a live stream that mean nothing
    recorded: Path | None = None  # a folder of recordings, answered instead of the catalogue


class World:
    """What all handlers share."""

    def __init__(
        self, options: Options | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.options = options or Options()
        self.clock = clock
        folder, users = self.options.recorded, self.options.users
        self.recorded = Recordings(folder, self.options.sizes) if folder else None
        if self.recorded:
            users = (*users, self.recorded.user)
        self.catalogue = Catalogue(users)
        self.reset()

    def reset(self) -> None:
        """Forgets what happened; faults are those of the start again."""
        self.began = self.clock()  # seconds since 1970
        self.report = Report()
        self.faults = Faults()
        self.nicknames: dict[str, str] = {}  # user's name → what it is called now
        self.lapsed: set[str] = set()  # ttwids no longer taken
        self.last_pages: dict[str, Page] = {}  # by interface, for "repeat"
        for text in self.options.faults:
            self.switch_on(text)

    def switch_on(self, text: str) -> None:
        """One more fault; "renamed" without @FIRST happens at once, to everybody.

        Raises:
            UnknownFault: see `Fault.parse`.
        """
        fault = Fault.parse(text)
        fault.since = self.clock()
        if fault.name == "renamed" and fault.first == 1:
            for user in self.catalogue.users:
                self.rename(user, fault.value)
        self.faults.active.append(fault)

    def passed(self, name: str) -> bool:
        """Whether the moment of a fault has come: so many seconds (its value) after its start."""
        fault = self.faults.on(name)
        return fault is not None and self.clock() >= fault.since + float(fault.value or 0)

    def lapse(self, ask: Ask, kind: str) -> None:
        """The visitor of this request is a stranger from now on, where "lapse" strikes."""
        fault = self.faults.on("lapse")
        if fault and fault.strikes(ask, kind):
            self.lapsed.add(ask.cookies.get("ttwid", ""))

    def again(self, page: Page, ask: Ask) -> Page:
        """The page, or the one before of the same list where "repeat" strikes."""
        whose = (ask.params.get(name, "") for name in _WHOSE)
        key = "/".join((ask.host + ask.path, *whose))
        before = self.last_pages.get(key)
        fault = self.faults.on("repeat")
        if before and fault and fault.strikes(ask, "list"):
            return before
        self.last_pages[key] = page
        return page

    def checks(self, name: str) -> bool:
        return name in self.options.strict

    def nickname(self, user: User) -> str:
        return self.nicknames.get(user.name, user.nickname)

    def rename(self, user: User, nickname: str) -> None:
        self.nicknames[user.name] = nickname or f"{user.nickname}改名了"

    # What is issued can be told from what is not, also after a restart.

    def issue_ttwid(self) -> str:
        nonce, now = token_urlsafe(32), int(self.clock())
        return f"1%7C{nonce}%7C{now}%7C{_mac(nonce, str(now), size=32)}"

    def knows_ttwid(self, value: str) -> bool:
        parts = value.replace("%7C", "|").split("|")
        if len(parts) != 4 or value in self.lapsed:
            return False
        return hmac.compare_digest(parts[3], _mac(parts[1], parts[2], size=32))

    def issue_ms_token(self) -> str:
        """184 characters, as the platform's."""
        nonce = token_urlsafe(200)[:142]
        return f"{nonce}{_mac(nonce, size=20)}=="

    def issued_ms_token(self, value: str) -> bool:
        return len(value) == 184 and value[142:182] == _mac(value[:142], size=20)

    def sign_media(self, aweme_id: str, origin: str) -> Signing:
        """What addresses of a work's media bear; *origin* is "list" or "detail"."""
        expires = int(self.clock() + self.options.media_ttl_s)
        return Signing(_mac(aweme_id, str(expires), origin), expires)

    def origin(self, aweme_id: str, signature: str, expires: int) -> str:
        """Who signed an address: "list", "detail", or "" where nobody here did."""
        made = {_mac(aweme_id, str(expires), origin): origin for origin in ("list", "detail")}
        return made.get(signature, "")

    def note(self, ask: Ask, what: str) -> None:
        """Something the platform would have minded."""
        self.report.violation(ask, what)


def _mac(*parts: str, size: int = 16) -> str:
    return blake2b("|".join(parts).encode(), digest_size=size, key=b"sandbox").hexdigest()
