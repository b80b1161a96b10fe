"""Ask and Answer: one request and what is sent back, free of any HTTP library."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from f2scrapy.sandbox.media import Asset

_TIKTOK = re.compile(r"(^|\.)(tiktok|tiktokcdn|tiktokv|ibytedtos)(-[\w-]+)?\.com$")


@dataclass(frozen=True)
class Ask:
    """A request as it would have reached `https://HOST/PATH?QUERY`."""

    method: str
    host: str
    path: str
    query: str = ""  # byte for byte as sent, without "?"
    headers: Mapping[str, str] = field(default_factory=dict)  # looked up in any case
    body: bytes = b""

    @classmethod
    def of(
        cls, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Ask:
        """The request for *target*, which is HOST/PATH?QUERY."""
        address, _, query = target.partition("?")
        host, _, path = address.partition("/")
        return cls(method, host.lower(), f"/{path}", query, headers or {}, body)

    @cached_property
    def params(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Name to value; a header that is no list of cookies has none."""
        try:
            jar = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}

    @property
    def platform(self) -> str:
        """Whose host is asked: "douyin" or "tiktok"."""
        return "tiktok" if _TIKTOK.search(self.host) else "douyin"

    @property
    def user_agent(self) -> str:
        return self.headers.get("User-Agent", "")

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    def number(self, name: str, default: int = 0) -> int:
        """A parameter as the platform reads numbers: what is none counts as absent."""
        text = self.params.get(name, "")
        return int(text) if text.lstrip("-").isdecimal() else default

    def rows(self, usual: int = 20, most: int = 20) -> int:
        """How many rows of a list are asked for: the platform gives 1 to `most`."""
        return min(max(1, self.number("count", usual)), most)

    def json(self) -> Any:
        """The body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Delivery:
    """How an answer travels; the defaults are a healthy connection."""

    cut_at: int | None = None  # bytes after which the connection is closed
    stall_at: int | None = None  # bytes after which nothing follows
    reset_at: int | None = None  # bytes after which the connection is reset
    bytes_a_second: int | None = None
    length: bool = True  # False: no Content-Length
    ranges: bool = True  # False: Range is not understood
    shift: int = 0  # bytes by which Content-Range lies
    etag: str = ""  # instead of the asset's own


@dataclass(frozen=True)
class Answer:
    """What goes back: `body`, the bytes of `asset` as Range asks for them, or a `stream`."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    asset: Asset | None = None
    stream: AsyncIterator[bytes] | None = None  # of a live room: it ends with its room
    delivery: Delivery = Delivery()

    def by(self, **changes: Any) -> Answer:
        """The same answer on another kind of connection."""
        return replace(self, delivery=replace(self.delivery, **changes))


@dataclass(frozen=True)
class Page:
    """One page of a list, rows already serialised, so that it can be bent before it is sent."""

    rows: tuple[bytes, ...]
    rows_key: str  # "data.list" = one level down
    cursor_key: str
    fields: Mapping[str, Any]  # all else, in order
    asked_by: str = ""  # the parameter that takes the cursor; "" = it is called as the cursor is
    id_key: str = "aweme_id"  # what no row can do without
    more_key: str = "has_more"
    bare: bool = False  # the key of the rows is missing where there are none

    def asked(self, ask: Ask) -> int:
        """The cursor this page was asked for by."""
        return ask.number(self.asked_by or self.cursor_key)

    def with_fields(self, **changes: Any) -> Page:
        return replace(self, fields={**self.fields, **changes})

    def without(self, key: str) -> Page:
        return replace(self, fields={k: v for k, v in self.fields.items() if k != key})

    def turned(self, *, more: bool, cursor: int | None = None) -> Page:
        """The page with another end, of the types it has; *cursor* None leaves the cursor."""
        kind = type(self.fields.get(self.more_key, True))
        changes = {self.more_key: kind(more)}
        if cursor is not None:
            changes[self.cursor_key] = type(self.fields[self.cursor_key])(cursor)
        return self.with_fields(**changes)

    def answer(self) -> Answer:
        fields = compact(self.fields)
        if not self.rows_key or (self.bare and not self.rows):
            return Answer(body=fields)
        key, *below = self.rows_key.split(".")
        rows = b"[%b]" % b",".join(self.rows)
        for inner in reversed(below):
            rows = b"{%b:%b}" % (compact(inner), rows)
        return Answer(body=b"%b,%b:%b}" % (fields[:-1], compact(key), rows))


def reply(value: Any, *, cookies: Iterable[str] = (), **headers: str) -> Answer:
    """JSON; *cookies* are whole Set-Cookie values, underscores in header names become dashes."""
    fields = [(name.replace("_", "-"), text) for name, text in headers.items()]
    fields += [("Set-Cookie", cookie) for cookie in cookies]
    return Answer(body=compact(value), headers=tuple(fields))


def html(text: str, status: int = 200, *, cookies: Iterable[str] = ()) -> Answer:
    """A page; *cookies* are whole Set-Cookie values."""
    fields = tuple(("Set-Cookie", cookie) for cookie in cookies)
    return Answer(status, text.encode(), "text/html; charset=utf-8", fields)


def redirect(url: str) -> Answer:
    return Answer(302, b"", "text/html; charset=utf-8", (("Location", url),))


def compact(value: Any) -> bytes:
    """JSON as the platforms write it: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
