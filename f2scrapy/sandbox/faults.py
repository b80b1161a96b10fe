"""Make the sandbox misbehave: faults are switched on by name and invisible to the client.

    NAME[=VALUE][:AMOUNT][@FIRST][~WHERE]

    captcha@3           from the third matching request on
    stall=4096:1        once, after 4096 bytes
    cut:0.1             one request in ten, the same ones on every run
    cut~list:2          twice, at lists instead of media
    http=503~detail     always, at the interface of a single work
    cut=200000:1~stream once, after 200000 bytes of a live stream

AMOUNT is a number of times, or a rate if it has a point; without it always. WHERE is a kind of
interface (list detail profile token link page home media socket stream open), or a part of host
and path.
"""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, redirect, respond_html
from f2scrapy.sandbox.media import Asset

API = frozenset({"list", "detail", "profile"})
_FORM = re.compile(
    r"(?P<name>\w+)(=(?P<value>[^:@~]*))?"
    r"((:(?P<amount>[\d.]+))|(@(?P<first>\d+))|(~(?P<where>[^:@]+)))*"
)


class UnknownFault(ValueError):
    """The text names no fault; the message lists all faults."""


@dataclass
class Fault:
    """An active fault."""

    name: str
    value: str = ""
    times: int | None = None  # None = no limit
    rate: float = 1.0
    first: int = 1
    where: str = ""  # "" = the kinds of interface the fault is made for
    seen: int = 0
    fired: int = 0
    since: float = 0  # time of activation, s since 1970
    _chance: random.Random = field(default_factory=lambda: random.Random(7), repr=False)

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Return the fault written as on the command line.

        Raises:
            UnknownFault: the name is unknown or the form is wrong.
        """
        found = _FORM.fullmatch(text.strip())
        if not found or found["name"] not in NAMES:
            form = "expected NAME[=VALUE][:AMOUNT][@FIRST][~WHERE]"
            why = "unknown fault" if found else form
            raise UnknownFault(f"{text!r}: {why}; known faults: {', '.join(sorted(NAMES))}")
        fault = cls(found["name"], found["value"] or "", where=found["where"] or "")
        fault.first = int(found["first"] or 1)
        amount = found["amount"]
        if amount and "." in amount:
            fault.rate = float(amount)
        elif amount:
            fault.times = int(amount)
        return fault

    def try_strike(self, request: Request, kind: str) -> bool:
        """Count the request; return whether the fault strikes it."""
        if not self._matches(request, kind):
            return False
        self.seen += 1
        if self.seen < self.first or (self.times is not None and self.fired >= self.times):
            return False
        if self.rate < 1.0 and self._chance.random() >= self.rate:
            return False
        self.fired += 1
        return True

    def parse_moment(self) -> tuple[float, float]:
        """Return time (s since 1970) and amount of the fault, from a value "SECONDS,AMOUNT"."""
        after, _, much = self.value.partition(",")
        return self.since + float(after or 0), float(much or 0)

    def parse_value(self, default: int) -> int:
        return int(self.value or default)

    def _matches(self, request: Request, kind: str) -> bool:
        if self.where in _KINDS:
            return kind == self.where
        if self.where:
            return self.where in request.host + request.path
        return kind in _HOME.get(self.name, frozenset({"media"}))


class Faults:
    """All active faults."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self.solved: set[str] = set()  # ttwids whose slider was moved

    def find(self, name: str) -> Fault | None:
        return next((fault for fault in self.active if fault.name == name), None)

    def rewrite_request(self, request: Request, kind: str) -> Request:
        """Return the request as the platform understands it."""
        for fault in self.active:
            if fault.name == "short" and fault.try_strike(request, kind):
                count = f"count={fault.parse_value(5)}"
                return replace(request, query=re.sub(r"\bcount=\d+", count, request.query))
        return request

    def find_refusal(self, request: Request, kind: str) -> Reply | None:
        """Return the refusal of the first fault that strikes, None if there is none."""
        for fault in self.active:
            if fault.name == "quoted" and fault.try_strike(request, kind):
                return refusals.quote_request(request, fault.parse_value(403))
            if fault.name == "slider" and self.needs_slider(request, fault, kind):
                return refusals.refuse("captcha", request.platform)
            named_refusals = refusals.NAMED[request.platform]
            if fault.name in named_refusals and fault.try_strike(request, kind):
                return named_refusals[fault.name](fault.value)
        return None

    def needs_slider(self, request: Request, fault: Fault, kind: str) -> bool:
        """Return whether a visitor has yet to move the slider that the fault demands."""
        is_solved = request.cookies.get("ttwid", "") in self.solved
        return not is_solved and fault.try_strike(request, kind)

    def bend_page(self, page: Page, request: Request, kind: str) -> Page:
        """Return the page as the faults leave it."""
        for fault in self.active:
            if _is_applicable(fault, page, request) and fault.try_strike(request, kind):
                page = _PAGES[fault.name](page, request, fault)
        return page

    def disturb_reply(self, reply: Reply, request: Request, kind: str) -> Reply:
        """Return the reply with the faults of its connection."""
        for fault in self.active:
            if fault.name in _WIRE and fault.try_strike(request, kind):
                reply = _WIRE[fault.name](reply, fault)
        return reply

    def to_json(self) -> dict[str, int]:
        """Return how often each fault struck, those of one name together."""
        fired = Counter({fault.name: 0 for fault in self.active})
        for fault in self.active:
            fired[fault.name] += fault.fired
        return dict(fired)


# Pages


def _lose_rows(page: Page, request: Request, fault: Fault) -> Page:
    """Drop the last rows; the cursor goes on as if they were there."""
    del request
    return replace(page, rows=page.rows[: -fault.parse_value(3)])


def _clear_page(page: Page, request: Request, fault: Fault) -> Page:
    """Drop all rows and lose nothing: the cursor is one step before the requested one."""
    del fault
    return replace(page, rows=()).with_end(more=True, cursor=page.read_cursor(request) - 1)


def _repeat_cursor(page: Page, request: Request, fault: Fault) -> Page:
    del fault
    return page.with_end(more=True, cursor=page.read_cursor(request))


def _add_code(page: Page, request: Request, fault: Fault) -> Page:
    """Send an unknown status code, 203 or the value, beside the rows."""
    del request
    names = [name for name in ("statusCode", "status_code") if name in page.fields]
    return page.with_fields(**dict.fromkeys(names, fault.parse_value(203)))


_PAGES: dict[str, Callable[[Page, Request, Fault], Page]] = {
    "lossy": _lose_rows,
    "empty_page": _clear_page,
    "stuck_cursor": _repeat_cursor,
    "coded": _add_code,
    "early_end": lambda page, _ask, _fault: page.with_end(more=False),
    "no_cursor": lambda page, _ask, _fault: page.drop_field(page.cursor_key),
    "no_has_more": lambda page, _ask, _fault: page.drop_field(page.more_key),
    "no_rows": lambda page, _ask, _fault: replace(page, rows_key=""),
    "null_rows": lambda page, _ask, _fault: replace(page, rows_key="").with_fields(
        **{page.rows_key: None}
    ),
    "cursor_text": lambda page, _ask, _fault: page.with_fields(
        **{page.cursor_key: str(page.fields[page.cursor_key])}
    ),
    "cursor_number": lambda page, _ask, _fault: page.with_fields(
        **{page.cursor_key: int(page.fields[page.cursor_key])}
    ),
    "rows_text": lambda page, _ask, _fault: replace(page, rows=(b'"gone"', *page.rows[1:])),
    "row_without_id": lambda page, _ask, _fault: replace(
        page, rows=(page.rows[0].replace(encode_json(page.id_key), b'"item_id"', 1), *page.rows[1:])
    ),
}

_CURSORS = frozenset({"empty_page", "stuck_cursor", "no_cursor", "cursor_text", "cursor_number"})
_ROWS = frozenset({"rows_text", "row_without_id"})


def _is_applicable(fault: Fault, page: Page, request: Request) -> bool:
    """Return whether the fault can apply to the page; if not, it does not count as struck."""
    if fault.name not in _PAGES or (fault.name in _CURSORS and not page.cursor_key):
        return False
    if fault.name == "empty_page":  # no cursor is one step before the top
        return page.read_cursor(request) > 0
    return bool(page.rows) or fault.name not in _ROWS


# Connections


_STREAMED = 400_000  # bytes: a few seconds of a live stream


def _choose_byte(reply: Reply, fault: Fault) -> int:
    """Return the byte at which the fault happens: its value, or the middle."""
    size = reply.asset.size if reply.asset else len(reply.body) or _STREAMED
    return fault.parse_value(size // 2)


def _halve_body(reply: Reply, fault: Fault) -> Reply:
    """Send the first half as if it were the whole."""
    end = _choose_byte(reply, fault)
    if reply.asset is None:
        return replace(reply, body=reply.body[:end])
    return Reply(body=reply.asset.read(0, end), content_type=reply.asset.content_type)


def _garble(_reply: Reply, fault: Fault) -> Reply:
    """Send bytes that cannot be decompressed, labelled with the value (gzip, br or zstd)."""
    return Reply(body=b"\xff" * 99, headers=(("Content-Encoding", fault.value or "br"),))


def _mute(reply: Reply, _fault: Fault) -> Reply:
    """Send a film without its sound, as complete and as long as the right one."""
    if reply.asset is None or reply.asset.kind != "mp4":
        return reply
    return replace(reply, asset=Asset(reply.asset.key, "mute.mp4", reply.asset.size))


@cache
def _build_bomb() -> bytes:
    """Return 100 MB of blanks before an object, as gzip of some 100 kB."""
    return gzip.compress(b" " * 100_000_000 + b"{}", 9)


def _inflate(_reply: Reply, _fault: Fault) -> Reply:
    return Reply(body=_build_bomb(), headers=(("Content-Encoding", "gzip"),))


def _lead_away(_reply: Reply, fault: Fault) -> Reply:
    """Redirect to https://VALUE, or to the address of cloud metadata."""
    target = f"https://{fault.value}" if fault.value else "http://169.254.169.254/latest"
    return redirect(target)


_WIRE: dict[str, Callable[[Reply, Fault], Reply]] = {
    "cut": lambda reply, fault: reply.with_delivery(cut_at=_choose_byte(reply, fault)),
    "stall": lambda reply, fault: reply.with_delivery(stall_at=_choose_byte(reply, fault)),
    "reset": lambda reply, fault: reply.with_delivery(reset_at=_choose_byte(reply, fault)),
    "drip": lambda reply, fault: reply.with_delivery(bytes_a_second=fault.parse_value(20_000)),
    "no_length": lambda reply, _fault: reply.with_delivery(length=False),
    "no_range": lambda reply, _fault: reply.with_delivery(ranges=False),
    "bad_range": lambda reply, fault: reply.with_delivery(shift=fault.parse_value(1000)),
    "etag": lambda reply, fault: reply.with_delivery(etag=f'"CHANGED{fault.fired}"'),
    "short_body": _halve_body,
    "garbled": _garble,
    "mute": _mute,
    "inflated": _inflate,
    "led": _lead_away,
    "empty_media": lambda _reply, _fault: Reply(content_type="application/octet-stream"),
    "html": lambda _reply, _fault: respond_html("<html><body><h1>Access Denied</h1></body></html>"),
    "expired": lambda _reply, _fault: respond_html("<h1>403 Forbidden</h1>", 403),
}

# Faults looked up by name where they happen: `rewrite_request`, `State`, `cdn`, the interfaces.
_WORLD = {
    "quoted": "api",  # refused with the request's own headers in the body; VALUE is the status
    "slider": "api",  # a captcha, until a page's script has moved its slider
    "short": "list",  # fewer rows (the value) than requested; the cursor agrees, no row is lost
    "weekly": "list",  # creator/item_list shows one week a page; for all requests while active
    "repeat": "list",  # the page before is sent again
    "loop": "list",  # the first guests, as many as the value says, see the first page for ever
    "please_wait": "door",  # a proof of work in place of pages and answers: see `waf`
    "renamed": "profile",  # the user has a new nickname (the value) from this request on
    "renamed_after": "list",  # the same, after a list was read to its end
    "drawn_code": "login",  # the page draws the code; no answer holds its link
    "unscanned": "login",  # no code of the login is scanned
    "unconfirmed": "login",  # the app scans a code, and refuses the login
    "lapse": "api",  # the ttwid of this request is invalid from now on
    "dead_list_urls": "media",  # addresses from lists are refused, those from a detail are not
    "last_mirror": "media",  # the first mirrors of each file are down
    # With --tls: 403 for a handshake that is not Chromium's. Douyin's image CDN does so with some
    # covers (jiji262/douyin-downloader, 2026-06-29).
    "picky_cdn": "media",
    # Live streams; the value is seconds after activation: see `streams`.
    "over": "stream",  # the rooms' broadcasts end
    "switch": "stream",  # the picture has another resolution
    "hole": "stream",  # two pieces of HLS are missing
    "jump": "stream",  # FLV timestamps jump: "3,-60" = after 3 s, by -60 s
    "paused": "stream",  # the host pauses the rooms: "3,2" = after 3 s, for 2 s
    "tail": "stream",  # streams go on for VALUE s after the rooms are over
    "pause": "stream",  # no frames: "3,2" = after 3 s, for 2 s
    # Whole streams.
    "voice": "stream",  # rooms are voice rooms: the page hides them, and they have sound alone
    "headless": "stream",  # FLV without metadata and decoder setup
    "ranges": "stream",  # pieces of HLS are byte ranges
    "encrypted": "stream",  # pieces of HLS are under AES-128
}
# Sockets of live rooms: see `sockets`. The first four concern a whole connection.
_SOCKET = {
    "drop",  # the connection breaks after VALUE messages
    "snap",  # it is closed right after its last messages, sent in one frame each
    "silent",  # after VALUE messages the server sends nothing more
    "deaf",  # after VALUE messages it answers heartbeats alone
    "no_replay",  # messages missed while disconnected are lost; for all sockets while active
    "history",  # the same, but each connection starts with the last six comments, marked as old
    "no_push_server",  # im/fetch names no host of the socket; for all answers while active
    "echo",  # the same, but each connection starts with the last frame again
    "twice",  # a frame is sent twice
    "shuffled",  # a frame is sent after the next one
    "torn",  # half of its gzip is missing
    "bomb",  # it decompresses to 64 MiB
    "strange",  # unknown methods and malformed messages
    "guest_gifts",  # viewers without an account get no gifts
    "flood",  # fifty more frames that require an ack
}
_KINDS = frozenset(
    {
        "socket",
        "stream",
        "list",
        "detail",
        "profile",
        "token",
        "link",
        "page",
        "media",
        "open",
        "home",
    }
)
_PLACES = {"api": API, "door": API | {"page", "home", "link", "open"}}
_HOME = {
    **dict.fromkeys(refusals.NAMES, API),
    **dict.fromkeys(_PAGES, frozenset({"list"})),
    **{name: _PLACES.get(kind, frozenset({kind})) for name, kind in _WORLD.items()},
    **dict.fromkeys(_SOCKET, frozenset({"socket"})),
}
NAMES: frozenset[str] = frozenset({*refusals.NAMES, *_PAGES, *_WIRE, *_WORLD, *_SOCKET})
