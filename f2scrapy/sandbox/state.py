"""World: the state behind all hosts: who publishes, what was issued, what goes wrong."""

from __future__ import annotations

import hmac
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from secrets import token_urlsafe

from f2scrapy.sandbox.catalogue import Catalogue, Sizes, User
from f2scrapy.sandbox.faults import Fault, Faults
from f2scrapy.sandbox.http_types import Ask, Page
from f2scrapy.sandbox.live.chat import Pace, Stream
from f2scrapy.sandbox.recordings import USER, Recordings
from f2scrapy.sandbox.recordings_layout import DOUYIN, TIKTOK
from f2scrapy.sandbox.report import Report
from f2scrapy.sandbox.works import Signing

CHECKS = frozenset({"signature", "websign", "user_agent", "params", "referer", "ms_token",
                    "real_ms_token", "ttwid", "time", "tokens", "media",
                    "x_bogus", "x_gnarly", "dynosaur"})  # fmt: skip
# Not asked for by themselves; a scheme's name: where several would do, only that one is taken.
STRICT = CHECKS - {"websign", "real_ms_token", "x_bogus", "x_gnarly", "dynosaur"}
# What tells lists of one interface apart.
_WHOSE = ("sec_user_id", "collects_id", "mix_id", "aweme_id", "comment_id", "source_type",
          "secUid", "mixId", "itemID", "scene", "keyword", "from_user")  # fmt: skip
_ON_AIR = frozenset({"demo", "clean200", "mixed", "one", "hostile"})
ANCHOR, _FIRST_ANCHOR = "room", 400
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
    rooms: int = 0  # users besides, called room0, room1 …, who do nothing but be on air
    chat: Pace = field(default_factory=Pace)
    live_filler: int = 0  # bytes in each frame of a live stream that mean nothing
    recorded: Path | None = None  # a folder of recordings, answered instead of the catalogue


class World:
    """What all handlers share."""

    def __init__(
        self, options: Options | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.options = options or Options()
        self.clock = clock
        folder = self.options.recorded
        users = (*self.options.users, *map(_anchor, range(self.options.rooms)))
        self.recorded: dict[str, Recordings] = {}  # by platform
        if folder:
            users = (*users, USER)
            self.recorded = {form.platform: Recordings(form, folder, self.options.sizes)
                             for form in (DOUYIN, TIKTOK)}  # fmt: skip
        self.catalogue = Catalogue(users)
        self.reset()

    def reset(self) -> None:
        """Forgets what happened; faults are those of the start again."""
        self.report = Report()
        self.faults = Faults()
        self.nicknames: dict[str, str] = {}  # user's name → what it is called now
        self.lapsed: set[str] = set()  # ttwids and tt_chain_tokens no longer taken
        self.last_pages: dict[str, Page] = {}  # by interface, for "repeat"
        self.pulls: Counter[str] = Counter()  # how often a visitor asked what is recommended
        self.began = self.clock()  # seconds since 1970, as those of broadcasts
        self.broadcasts: dict[tuple[str, str], float] = {}  # by platform and room_id
        self.signatures: set[str] = set()  # of sockets; the platform's page makes each one anew
        self.watching: Counter[tuple[str, str]] = Counter()  # by visitor and room: open sockets
        self.last_frames: dict[str, tuple[int, int]] = {}  # by room_id: from, to
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
        fault = self.faults.on("repeat")
        if fault is None:
            return page
        whose = (ask.params.get(name, "") for name in _WHOSE)
        key = "/".join((ask.host + ask.path, *whose))
        before = self.last_pages.get(key)
        if before and fault.strikes(ask, "list"):
            return before
        self.last_pages[key] = page
        return page

    def on_air(self, user: User, room_id: str, platform: str = "douyin") -> bool:
        """Whether the user is on air now."""
        ever = user.name in _ON_AIR or user.name.startswith(ANCHOR)
        begun = self.clock() >= self.began + self.options.chat.after
        return ever and begun and not self.over(room_id, platform)

    def over(self, room_id: str, platform: str) -> bool:
        """Whether a broadcast has ended."""
        pace, now = self.options.chat, self.clock()
        began = self.broadcasts.get((platform, room_id), now)
        return self.passed("over") or bool(pace.seconds and now > began + pace.seconds)

    def stream(self, platform: str, room_id: str) -> Stream:
        """What is said in that room; nobody speaks before somebody is there to hear."""
        began = self.broadcasts.setdefault((platform, room_id), self.clock())
        return Stream(platform, room_id, self.options.chat, began)

    def issue_route(self, room_id: str) -> str:
        """What TikTok's im/fetch gives for the socket of a room."""
        now = str(int(self.clock()))
        return f"{now}.{_mac(room_id, now)}"

    def knows_route(self, value: str, room_id: str) -> bool:
        now, _, mac = value.partition(".")
        return hmac.compare_digest(mac, _mac(room_id, now))

    def checks(self, name: str) -> bool:
        return name in self.options.strict

    def nickname(self, user: User) -> str:
        return self.nicknames.get(user.name, user.nickname)

    def rename(self, user: User, nickname: str) -> None:
        self.nicknames[user.name] = nickname or f"{user.nickname}改名了"

    def met(self, user: User, ask: Ask) -> None:
        """The profile of a user is asked for: where "renamed" strikes, it has another name."""
        fault = self.faults.on("renamed")
        if fault and fault.strikes(ask, "profile"):
            self.rename(user, fault.value)

    def seen_to_the_end(self, user: User) -> None:
        """A list of this user's was: where "renamed_after" strikes, the user has another name."""
        fault = self.faults.on("renamed_after")
        if fault and user.name not in self.nicknames:
            fault.fired += 1
            self.rename(user, fault.value)

    # What is issued can be told from what is not, also after a restart.

    def issue_ttwid(self, before: str = "") -> str:
        """A new visitor's, or a fresh one of the visitor who had the one *before*."""
        known = before and self.knows_ttwid(before)
        nonce = before.replace("%7C", "|").split("|")[1] if known else token_urlsafe(32)
        now = int(self.clock())
        return f"1%7C{nonce}%7C{now}%7C{_mac(nonce, str(now), size=32)}"

    def knows_ttwid(self, value: str) -> bool:
        parts = value.replace("%7C", "|").split("|")
        if len(parts) != 4 or value in self.lapsed:
            return False
        return hmac.compare_digest(parts[3], _mac(parts[1], parts[2], size=32))

    def device_id(self, ttwid: str) -> str:
        """The number of a visitor's browser, 19 digits; the same for all ttwids of a visitor."""
        nonce = ttwid.replace("%7C", "|").split("|")[1]
        return str(7_000_000_000_000_000_000 + int(_mac(nonce, size=7), 16) * 7)

    def issue_ms_token(self, length: int = 184) -> str:
        """As long as the platform's."""
        nonce = token_urlsafe(length)[: length - 42]
        return f"{nonce}{_mac(nonce, size=20)}=="

    def issued_ms_token(self, value: str) -> bool:
        return value[-42:] == f"{_mac(value[:-42], size=20)}=="

    def sign_media(self, aweme_id: str, origin: str, asker: str = "") -> Signing:
        """What addresses of a work's media bear; *origin* is "list" or "detail".

        *asker* is the cookie some hosts want to see again; without one they let nobody in.
        """
        expires = int(self.clock() + self.options.media_ttl_s)
        bound = _mac(aweme_id, str(expires), origin, asker or token_urlsafe(9))
        return Signing(_mac(aweme_id, str(expires), origin), expires, bound)

    def origin(self, aweme_id: str, signature: str, expires: int, asker: str = "") -> str:
        """Who signed an address: "list", "detail", or "" where nobody here did."""
        who = (asker,) if asker else ()
        made = {_mac(aweme_id, str(expires), at, *who): at for at in ("list", "detail")}
        return made.get(signature, "")

    def note(self, ask: Ask, what: str) -> None:
        """Something the platform would have minded."""
        self.report.violation(ask, what)


def _anchor(number: int) -> User:
    name = f"{ANCHOR}{number}"
    return User(_FIRST_ANCHOR + number, name, 0, nickname=name)


def _mac(*parts: str, size: int = 16) -> str:
    return blake2b("|".join(parts).encode(), digest_size=size, key=b"sandbox").hexdigest()
