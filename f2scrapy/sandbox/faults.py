"""Faults: what can be made to go wrong, switched on by name and never visible to the client.

    NAME[=VALUE][:AMOUNT][@FIRST][~WHERE]

    captcha@3           from the third matching request on
    stall=4096:1        once, after 4096 bytes
    cut:0.1             one in ten, chosen the same on every run
    cut~list:2          twice, at lists instead of media
    http=503~detail     always, at the work's own interface
    cut=200000:1~stream once, after so many bytes of a live stream

AMOUNT is a number of times, or a rate where it has a point; without it always. WHERE is a kind of
interface (list detail profile token link page media socket stream), or a part of host and path.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, html, redirect

API = frozenset({"list", "detail", "profile"})
_FORM = re.compile(
    r"(?P<name>\w+)(=(?P<value>[^:@~]*))?"
    r"((:(?P<amount>[\d.]+))|(@(?P<first>\d+))|(~(?P<where>[^:@]+)))*"
)


class UnknownFault(ValueError):
    """No fault is written like that; the text says what there is."""


@dataclass
class Fault:
    """One fault that is switched on."""

    name: str
    value: str = ""
    times: int | None = None  # None = no limit
    rate: float = 1.0
    first: int = 1
    where: str = ""  # "" = where the fault belongs
    seen: int = 0
    fired: int = 0
    since: float = 0  # when it was switched on, in seconds since 1970
    _chance: random.Random = field(default_factory=lambda: random.Random(7), repr=False)

    @classmethod
    def parse(cls, text: str) -> Fault:
        """A fault as the command line writes it.

        Raises:
            UnknownFault: no such name, or not of that form.
        """
        found = _FORM.fullmatch(text.strip())
        if not found or found["name"] not in NAMES:
            form = "want NAME[=VALUE][:AMOUNT][@FIRST][~WHERE]"
            why = "no such fault" if found else form
            raise UnknownFault(f"{text!r}: {why}; there are: {', '.join(sorted(NAMES))}")
        fault = cls(found["name"], found["value"] or "", where=found["where"] or "")
        fault.first = int(found["first"] or 1)
        amount = found["amount"]
        if amount and "." in amount:
            fault.rate = float(amount)
        elif amount:
            fault.times = int(amount)
        return fault

    def strikes(self, ask: Ask, kind: str) -> bool:
        """Whether it is this request's turn; counts it."""
        if not self._concerns(ask, kind):
            return False
        self.seen += 1
        if self.seen < self.first or (self.times is not None and self.fired >= self.times):
            return False
        if self.rate < 1.0 and self._chance.random() >= self.rate:
            return False
        self.fired += 1
        return True

    def moment(self) -> tuple[float, float]:
        """When it happens, in s since 1970, and how much of it; where the value says both."""
        after, _, much = self.value.partition(",")
        return self.since + float(after or 0), float(much or 0)

    def number(self, default: int) -> int:
        return int(self.value or default)

    def _concerns(self, ask: Ask, kind: str) -> bool:
        if self.where in _KINDS:
            return kind == self.where
        if self.where:
            return self.where in ask.host + ask.path
        return kind in _HOME.get(self.name, frozenset({"media"}))


class Faults:
    """All faults that are switched on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def on(self, name: str) -> Fault | None:
        return next((fault for fault in self.active if fault.name == name), None)

    def reword(self, ask: Ask, kind: str) -> Ask:
        """The request as the platform takes it."""
        for fault in self.active:
            if fault.name == "short" and fault.strikes(ask, kind):
                count = f"count={fault.number(5)}"
                return replace(ask, query=re.sub(r"\bcount=\d+", count, ask.query))
        return ask

    def refusal(self, ask: Ask, kind: str) -> Answer | None:
        """What a fault answers in place of the platform."""
        for fault in self.active:
            words = refusals.NAMED[ask.platform]
            if fault.name in words and fault.strikes(ask, kind):
                return words[fault.name](fault.value)
        return None

    def bend(self, page: Page, ask: Ask, kind: str) -> Page:
        """The page as the faults leave it."""
        for fault in self.active:
            if _fits(fault, page, ask) and fault.strikes(ask, kind):
                page = _PAGES[fault.name](page, ask, fault)
        return page

    def disturb(self, answer: Answer, ask: Ask, kind: str) -> Answer:
        """The answer on the connection the faults leave it."""
        for fault in self.active:
            if fault.name in _WIRE and fault.strikes(ask, kind):
                answer = _WIRE[fault.name](answer, fault)
        return answer

    def as_json(self) -> dict[str, int]:
        """How often each struck; those of one name together."""
        fired = Counter({fault.name: 0 for fault in self.active})
        for fault in self.active:
            fired[fault.name] += fault.fired
        return dict(fired)


# Pages


def _lossy(page: Page, ask: Ask, fault: Fault) -> Page:
    """Rows are missing and the cursor goes on as if they were there."""
    del ask
    return replace(page, rows=page.rows[: -fault.number(3)])


def _empty_page(page: Page, ask: Ask, fault: Fault) -> Page:
    """No rows, more to come, and nothing lost: the cursor is one step before what was asked."""
    del fault
    return replace(page, rows=()).turned(more=True, cursor=page.asked(ask) - 1)


def _stuck(page: Page, ask: Ask, fault: Fault) -> Page:
    del fault
    return page.turned(more=True, cursor=page.asked(ask))


_PAGES: dict[str, Callable[[Page, Ask, Fault], Page]] = {
    "lossy": _lossy,
    "empty_page": _empty_page,
    "stuck_cursor": _stuck,
    "early_end": lambda page, _ask, _fault: page.turned(more=False),
    "no_cursor": lambda page, _ask, _fault: page.without(page.cursor_key),
    "no_has_more": lambda page, _ask, _fault: page.without(page.more_key),
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
        page, rows=(page.rows[0].replace(compact(page.id_key), b'"item_id"', 1), *page.rows[1:])
    ),
}

_CURSORS = frozenset({"empty_page", "stuck_cursor", "no_cursor", "cursor_text", "cursor_number"})
_ROWS = frozenset({"rows_text", "row_without_id"})


def _fits(fault: Fault, page: Page, ask: Ask) -> bool:
    """Whether this page can bear the fault: one that cannot is not counted as struck."""
    if fault.name not in _PAGES or (fault.name in _CURSORS and not page.cursor_key):
        return False
    if fault.name == "empty_page":  # there is nothing one step before the top
        return page.asked(ask) > 0
    return bool(page.rows) or fault.name not in _ROWS


# The wire


_STREAMED = 400_000  # bytes: some seconds of a live stream


def _at(answer: Answer, fault: Fault) -> int:
    """The byte where it happens: the fault's value, or the middle."""
    size = answer.asset.size if answer.asset else len(answer.body) or _STREAMED
    return fault.number(size // 2)


def _short_body(answer: Answer, fault: Fault) -> Answer:
    """The first half, sent as if it were the whole."""
    at = _at(answer, fault)
    if answer.asset is None:
        return replace(answer, body=answer.body[:at])
    return Answer(body=answer.asset.read(0, at), content_type=answer.asset.content_type)


def _garbled(_answer: Answer, fault: Fault) -> Answer:
    """What cannot be unpacked: the value, such as gzip, br or zstd, is what it claims to be."""
    return Answer(body=b"\xff" * 99, headers=(("Content-Encoding", fault.value or "br"),))


def _led(_answer: Answer, fault: Fault) -> Answer:
    """Elsewhere: the value without https://, or where clouds keep their machines' secrets."""
    there = f"https://{fault.value}" if fault.value else "http://169.254.169.254/latest"
    return redirect(there)


_WIRE: dict[str, Callable[[Answer, Fault], Answer]] = {
    "cut": lambda answer, fault: answer.by(cut_at=_at(answer, fault)),
    "stall": lambda answer, fault: answer.by(stall_at=_at(answer, fault)),
    "reset": lambda answer, fault: answer.by(reset_at=_at(answer, fault)),
    "drip": lambda answer, fault: answer.by(bytes_a_second=fault.number(20_000)),
    "no_length": lambda answer, _fault: answer.by(length=False),
    "no_range": lambda answer, _fault: answer.by(ranges=False),
    "bad_range": lambda answer, fault: answer.by(shift=fault.number(1000)),
    "etag": lambda answer, fault: answer.by(etag=f'"CHANGED{fault.fired}"'),
    "short_body": _short_body,
    "garbled": _garbled,
    "led": _led,
    "empty_media": lambda _answer, _fault: Answer(content_type="application/octet-stream"),
    "html": lambda _answer, _fault: html("<html><body><h1>Access Denied</h1></body></html>"),
    "expired": lambda _answer, _fault: html("<h1>403 Forbidden</h1>", 403),
}

# Faults that are asked for by name where they belong: `reword`, `World`, `cdn`, the interfaces.
_WORLD = {
    "short": "list",  # fewer rows (the value) than asked for; the cursor agrees, nothing is lost
    "repeat": "list",  # the page before, once more
    "renamed": "profile",  # the user has a new nickname (the value), from this request on
    "renamed_after": "list",  # the same, once a list was seen to its end
    "lapse": "api",  # the ttwid of this request is refused from now on
    "dead_list_urls": "media",  # addresses from lists are refused, those of a work itself are not
    "last_mirror": "media",  # the first mirrors of everything are down
    # Of live streams, the value in seconds after they were switched on: see `streams`.
    "over": "stream",  # the rooms' broadcasts end
    "switch": "stream",  # the picture has another resolution
    "hole": "stream",  # two pieces of HLS are never there
    "jump": "stream",  # times of FLV are others from there on: "3,-60" = after 3 s, 60 s less
    "pause": "stream",  # nothing is shown or heard: "3,2" = after 3 s, for 2 s
    # Of whole streams.
    "headless": "stream",  # FLV without what decoders need first
    "ranges": "stream",  # pieces of HLS are parts of files
}
# Faults of live rooms' sockets: see `sockets`. The first four are of a whole connection.
_SOCKET = {
    "drop",  # it breaks after so many messages (the value)
    "snap",  # it is closed right behind its last messages, which come in a frame each
    "silent",  # after so many messages nothing comes, and nothing is answered
    "no_replay",  # what was said while a client was away is not told; for all, as long as it is on
    "history",  # nor is it here, but who comes is told the last six comments, marked as old
    "echo",  # nor here, but the last frame comes again first
    "twice",  # a frame comes twice
    "shuffled",  # a frame comes after the next one
    "torn",  # half of its gzip is missing
    "bomb",  # it inflates to 64 MiB
    "strange",  # methods nobody knows, and messages that cannot be read
    "guest_gifts",  # viewers without an account get no gifts
    "flood",  # fifty frames more that want an ack
}
_KINDS = frozenset(
    {"socket", "stream", "list", "detail", "profile", "token", "link", "page", "media"}
)
_HOME = {
    **dict.fromkeys(refusals.NAMES, API),
    **dict.fromkeys(_PAGES, frozenset({"list"})),
    **{name: API if kind == "api" else frozenset({kind}) for name, kind in _WORLD.items()},
    **dict.fromkeys(_SOCKET, frozenset({"socket"})),
}
NAMES: frozenset[str] = frozenset({*refusals.NAMES, *_PAGES, *_WIRE, *_WORLD, *_SOCKET})
