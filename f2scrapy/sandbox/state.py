"""Keep the state behind all hosts: users, issued tokens, active faults, the report."""

from __future__ import annotations

import hmac
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex, token_urlsafe

from f2scrapy.sandbox.catalogue import Catalogue, Sizes, User
from f2scrapy.sandbox.faults import Fault, Faults
from f2scrapy.sandbox.http_types import Page, Request
from f2scrapy.sandbox.live.chat import ChatOptions, MessageStream
from f2scrapy.sandbox.recordings import USER, Recordings
from f2scrapy.sandbox.recordings_layout import DOUYIN, TIKTOK
from f2scrapy.sandbox.report import Report
from f2scrapy.sandbox.works import UrlSignature

CHECKS = frozenset({"signature", "websign", "user_agent", "params", "referer", "ms_token",
                    "real_ms_token", "ttwid", "time", "tokens", "media", "screen", "body",
                    "device", "argus", "argus_header", "webid", "sec_fetch", "header_order",
                    "brands", "page", "script_uifid",
                    "x_bogus", "x_gnarly", "dynosaur"})  # fmt: skip
# Off by default. The name of a signature scheme excludes the other schemes of its interface.
# screen, body and device demand what no report of the platforms shows: see docs/sandbox.md.
STRICT = CHECKS - {"websign", "argus_header", "real_ms_token", "screen", "body", "device",
                   "page", "script_uifid",
                   "x_bogus", "x_gnarly", "dynosaur"}  # fmt: skip
# Parameters that identify one list of an interface.
_LIST_PARAMS = ("sec_user_id", "collects_id", "mix_id", "aweme_id", "comment_id", "source_type",
                "secUid", "mixId", "itemID", "scene", "keyword", "from_user",
                "user_id")  # fmt: skip
_ON_AIR = frozenset({"demo", "clean200", "mixed", "one", "hostile"})
ANCHOR, _FIRST_ANCHOR = "room", 400  # names and numbers of the users of --rooms
SESSION = "f2sandboxsession"  # sessionid of the account that is logged in


@dataclass(frozen=True)
class Options:
    """How the sandbox is set up."""

    port: int = 0  # 0 = any free one
    users: tuple[User, ...] = ()  # added to the built-in users
    faults: tuple[str, ...] = ()
    strict: frozenset[str] = STRICT
    latency_ms: float = 0  # delay before each reply
    compress: bool = True  # gzip texts if the client accepts it
    media_ttl_s: float = 6 * 3600  # lifetime of a media address
    sizes: Sizes = field(default_factory=Sizes)
    rooms: int = 0  # more users, room0, room1 …, always on air and without works
    chat: ChatOptions = field(default_factory=ChatOptions)
    live_filler: int = 0  # padding bytes in each frame of a live stream
    recorded: Path | None = None  # folder of recordings to reply from


class State:
    """State shared by all handlers."""

    def __init__(
        self, options: Options | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.options = options or Options()
        self.clock = clock
        folder = self.options.recorded
        users = (*self.options.users, *map(_build_anchor, range(self.options.rooms)))
        self.recorded: dict[str, Recordings] = {}  # by platform
        if folder:
            users = (*users, USER)
            self.recorded = {form.platform: Recordings(form, folder, self.options.sizes)
                             for form in (DOUYIN, TIKTOK)}  # fmt: skip
        self.catalogue = Catalogue(users)
        self.reset()

    def reset(self) -> None:
        """Forget what happened and restore the faults of the options."""
        self.report = Report()
        self.faults = Faults()
        self.nicknames: dict[str, str] = {}  # current nickname by user name
        self.expired_tokens: set[str] = set()  # ttwids and tt_chain_tokens that are no longer valid
        self.last_pages: dict[str, Page] = {}  # by list, for the fault "repeat"
        self.first_pages: dict[str, Page] = {}  # by list, for the fault "loop"
        self.codes: dict[str, int] = {}  # questions about a QR code of the login, by its token
        self.looped: list[str] = []  # guests that the fault "loop" chose
        # Proofs of work by prefix: user agent, value of the second cookie, digest; see `waf`.
        self.challenges: dict[bytes, tuple[str, str, bytes]] = {}
        self.recommend_counts: Counter[str] = Counter()  # requests for recommendations by device_id
        self.began = self.clock()  # s since 1970
        # Start (s since 1970) by platform and room_id.
        self.broadcasts: dict[tuple[str, str], float] = {}
        self.ends: dict[tuple[str, str], float] = {}  # when a stream was first asked for after it
        # Used by a socket; the platform's page signs each handshake again.
        self.signatures: set[str] = set()
        self.watching: Counter[tuple[str, str]] = Counter()  # open sockets by ttwid and room_id
        self.last_frames: dict[str, tuple[int, int]] = {}  # first and end message number by room_id
        for text in self.options.faults:
            self.switch_on(text)

    def switch_on(self, text: str) -> None:
        """Activate one more fault; "renamed" without @FIRST applies at once.

        Raises:
            UnknownFault: see `Fault.parse`.
        """
        fault = Fault.parse(text)
        fault.since = self.clock()
        if fault.name == "renamed" and fault.first == 1:
            for user in self.catalogue.users:
                self.rename(user, fault.value)
        self.faults.active.append(fault)

    def is_due(self, name: str) -> bool:
        """Return whether a timed fault has begun: its value is seconds after its activation."""
        fault = self.faults.find(name)
        return fault is not None and self.clock() >= fault.since + float(fault.value or 0)

    def expire_visitor(self, request: Request, kind: str) -> None:
        """Expire the ttwid of the request if the fault "lapse" strikes."""
        fault = self.faults.find("lapse")
        if fault and fault.try_strike(request, kind):
            self.expired_tokens.add(request.cookies.get("ttwid", ""))

    def repeat_page(self, page: Page, request: Request) -> Page:
        """Return *page*, or the page before of the same list if the fault "repeat" strikes."""
        page = self._loop_page(page, request)
        fault = self.faults.find("repeat")
        if fault is None:
            return page
        key = _identify_list(request)
        before = self.last_pages.get(key)
        if before and fault.try_strike(request, "list"):
            return before
        self.last_pages[key] = page
        return page

    def _loop_page(self, page: Page, request: Request) -> Page:
        """Return *page*, or the list's first one for guests that the fault "loop" has chosen.

        It chooses the first guests that request a list, as many as its value says (default 1;
        0 = all). TikTok does so by the device_id (yt-dlp, 2026).
        """
        fault = self.faults.find("loop")
        if fault is None:
            return page
        first = self.first_pages.setdefault(_identify_list(request), page)
        guest = request.params.get("device_id") or request.cookies.get("ttwid", "")
        most = fault.parse_value(1) or len(self.looped) + 1
        if guest not in self.looped and len(self.looped) < most:
            self.looped.append(guest)
        return first if guest in self.looped and fault.try_strike(request, "list") else page

    def is_on_air(self, user: User, room_id: str, platform: str = "douyin") -> bool:
        """Return whether the user is on air now."""
        eligible = user.name in _ON_AIR or user.name.startswith(ANCHOR)
        started = self.clock() >= self.began + self.options.chat.after
        return eligible and started and not self.is_over(room_id, platform)

    def is_over(self, room_id: str, platform: str) -> bool:
        """Return whether a broadcast has ended."""
        seconds, now = self.options.chat.seconds, self.clock()
        began = self.broadcasts.get((platform, room_id), now)
        return self.is_due("over") or bool(seconds and now > began + seconds)

    def is_stream_over(self, room_id: str, platform: str) -> bool:
        """Return whether a broadcast's streams have ended; the fault "tail" prolongs them."""
        if not self.is_over(room_id, platform):
            return False
        ended = self.ends.setdefault((platform, room_id), self.clock())
        fault = self.faults.find("tail")
        return self.clock() >= ended + float(fault.value or 0 if fault else 0)

    def is_paused(self, moment: float | None = None) -> bool:
        """Return whether the fault "paused" covers a moment (s since 1970); None = now."""
        fault = self.faults.find("paused")
        at, seconds = fault.parse_moment() if fault else (0.0, 0.0)
        return at <= (self.clock() if moment is None else moment) < at + seconds

    def get_stream(self, platform: str, room_id: str) -> MessageStream:
        """Return the messages of a room; its clock starts with the first call."""
        began = self.broadcasts.setdefault((platform, room_id), self.clock())
        return MessageStream(platform, room_id, self.options.chat, began)

    def issue_route(self, room_id: str) -> str:
        """Return the `wrss` that TikTok's im/fetch gives for the socket of a room."""
        now = str(int(self.clock()))
        return f"{now}.{_compute_mac(room_id, now)}"

    def is_known_route(self, value: str, room_id: str) -> bool:
        now, _, mac = value.partition(".")
        return hmac.compare_digest(mac, _compute_mac(room_id, now))

    def is_checked(self, name: str) -> bool:
        return name in self.options.strict

    def get_nickname(self, user: User) -> str:
        return self.nicknames.get(user.name, user.nickname)

    def rename(self, user: User, nickname: str) -> None:
        self.nicknames[user.name] = nickname or f"{user.nickname}改名了"

    def apply_renamed(self, user: User, request: Request) -> None:
        """Rename the user whose profile is requested if the fault "renamed" strikes."""
        fault = self.faults.find("renamed")
        if fault and fault.try_strike(request, "profile"):
            self.rename(user, fault.value)

    def apply_renamed_after(self, user: User) -> None:
        """Rename the user after a list was read to its end if "renamed_after" is active."""
        fault = self.faults.find("renamed_after")
        if fault and user.name not in self.nicknames:
            fault.fired += 1
            self.rename(user, fault.value)

    # Issued tokens carry a MAC: they are recognised after a restart, too.

    def issue_ttwid(self, before: str = "") -> str:
        """Return a ttwid for a new visitor, or a fresh one for the visitor of *before*."""
        known = before and self.is_known_ttwid(before)
        nonce = before.replace("%7C", "|").split("|")[1] if known else token_urlsafe(32)
        now = int(self.clock())
        return f"1%7C{nonce}%7C{now}%7C{_compute_mac(nonce, str(now), size=32)}"

    def is_known_ttwid(self, value: str) -> bool:
        parts = value.replace("%7C", "|").split("|")
        if len(parts) != 4 or value in self.expired_tokens:
            return False
        return hmac.compare_digest(parts[3], _compute_mac(parts[1], parts[2], size=32))

    def derive_device_id(self, ttwid: str) -> str:
        """Return the device_id of a visitor, 19 digits; the same for all ttwids of the visitor."""
        nonce = ttwid.replace("%7C", "|").split("|")[1]
        return str(7_000_000_000_000_000_000 + int(_compute_mac(nonce, size=7), 16) * 7)

    def derive_webid(self, ttwid: str) -> str:
        """Return the webid of a session of Douyin, which its responses name."""
        return self.derive_device_id(ttwid)

    def issue_uifid(self) -> str:
        """Return a uifid as pages set it: 192 hexadecimal digits."""
        nonce = token_hex(64)
        return nonce + _compute_mac("uifid", nonce, size=32)

    def is_known_uifid(self, value: str) -> bool:
        return hmac.compare_digest(value[128:], _compute_mac("uifid", value[:128], size=32))

    def issue_ms_token(self, length: int = 184) -> str:
        """Return an msToken of the given length; the platforms' have 184 and 148 characters."""
        nonce = token_urlsafe(length)[: length - 42]
        return f"{nonce}{_compute_mac(nonce, size=20)}=="

    def is_issued_ms_token(self, value: str) -> bool:
        return value[-42:] == f"{_compute_mac(value[:-42], size=20)}=="

    def sign_media(self, aweme_id: str, origin: str, cookie: str = "") -> UrlSignature:
        """Return the signature for addresses of a work's media; *origin* is "list" or "detail".

        *cookie* is the value some hosts check; without one, no visitor can use these hosts.
        """
        expires = int(self.clock() + self.options.media_ttl_s)
        bound = _compute_mac(aweme_id, str(expires), origin, cookie or token_urlsafe(9))
        return UrlSignature(_compute_mac(aweme_id, str(expires), origin), expires, bound)

    def find_origin(self, aweme_id: str, signature: str, expires: int, cookie: str = "") -> str:
        """Return the origin of a signature: "list", "detail", or "" if not signed here."""
        bound = (cookie,) if cookie else ()
        signatures = {
            _compute_mac(aweme_id, str(expires), origin, *bound): origin
            for origin in ("list", "detail")
        }
        return signatures.get(signature, "")

    def note_violation(self, request: Request, message: str) -> None:
        """Add a violation, something the real platform would object to, to the report."""
        self.report.add_violation(request, message)


def _identify_list(request: Request) -> str:
    ids = (request.params.get(name, "") for name in _LIST_PARAMS)
    return "/".join((request.host + request.path, *ids))


def _build_anchor(number: int) -> User:
    name = f"{ANCHOR}{number}"
    return User(_FIRST_ANCHOR + number, name, 0, nickname=name)


def _compute_mac(*parts: str, size: int = 16) -> str:
    return blake2b("|".join(parts).encode(), digest_size=size, key=b"sandbox").hexdigest()
