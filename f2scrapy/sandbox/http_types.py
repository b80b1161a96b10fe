"""Request, Page and Reply, independent of any HTTP library."""

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
class Request:
    """A request as it would reach `https://HOST/PATH?QUERY`."""

    method: str
    host: str
    path: str
    query: str = ""  # byte for byte as sent, without "?"
    headers: Mapping[str, str] = field(default_factory=dict)  # names are case-insensitive
    body: bytes = b""

    @classmethod
    def from_target(
        cls, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Request:
        """Return the request for *target*, written HOST/PATH?QUERY."""
        address, _, query = target.partition("?")
        host, _, path = address.partition("/")
        return cls(method, host.lower(), f"/{path}", query, headers or {}, body)

    @cached_property
    def params(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Cookie values by name; empty if the header is malformed."""
        try:
            jar = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}

    @property
    def platform(self) -> str:
        """Platform that owns the host: "douyin" or "tiktok"."""
        return "tiktok" if _TIKTOK.search(self.host) else "douyin"

    @property
    def user_agent(self) -> str:
        return self.headers.get("User-Agent", "")

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    def get_int(self, name: str, default: int = 0) -> int:
        """Return a parameter as an integer; *default* if it is absent or no integer."""
        text = self.params.get(name, "")
        return int(text) if text.lstrip("-").isdecimal() else default

    def get_count(self, usual: int = 20, most: int = 20) -> int:
        """Return the number of rows requested, limited to 1 … *most*; *usual* if absent."""
        return min(max(1, self.get_int("count", usual)), most)

    def json(self) -> Any:
        """Return the decoded body; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Delivery:
    """How a reply travels; the defaults are a healthy connection."""

    cut_at: int | None = None  # bytes after which the connection is closed
    stall_at: int | None = None  # bytes after which nothing follows
    reset_at: int | None = None  # bytes after which the connection is reset
    bytes_a_second: int | None = None
    length: bool = True  # False: no Content-Length
    ranges: bool = True  # False: Range is ignored
    shift: int = 0  # bytes added to the true Content-Range
    etag: str = ""  # replaces the ETag of the asset


@dataclass(frozen=True)
class Reply:
    """Status, headers and content: `body`, the requested range of `asset`, or a `stream`."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    asset: Asset | None = None
    stream: AsyncIterator[bytes] | None = None  # of a live room; ends with the room
    delivery: Delivery = Delivery()

    def with_delivery(self, **changes: Any) -> Reply:
        """Return the same reply with other delivery fields."""
        return replace(self, delivery=replace(self.delivery, **changes))


@dataclass(frozen=True)
class Page:
    """A page of a list with serialised rows, which faults can change before it is sent."""

    rows: tuple[bytes, ...]
    rows_key: str  # "data.list" = nested one level
    cursor_key: str
    fields: Mapping[str, Any]  # all other fields, in order
    cursor_param: str = ""  # request parameter of the cursor; "" = the same name as cursor_key
    id_key: str = "aweme_id"  # required field of each row
    more_key: str = "has_more"
    omit_empty_rows: bool = False  # True: no rows_key if there are no rows

    def read_cursor(self, request: Request) -> int:
        """Return the cursor this page was requested with."""
        return request.get_int(self.cursor_param or self.cursor_key)

    def with_fields(self, **changes: Any) -> Page:
        return replace(self, fields={**self.fields, **changes})

    def drop_field(self, key: str) -> Page:
        return replace(self, fields={k: v for k, v in self.fields.items() if k != key})

    def with_end(self, *, more: bool, cursor: int | None = None) -> Page:
        """Return the page with another end, of the same types; *cursor* None = unchanged."""
        kind = type(self.fields.get(self.more_key, True))
        changes = {self.more_key: kind(more)}
        if cursor is not None:
            changes[self.cursor_key] = type(self.fields[self.cursor_key])(cursor)
        return self.with_fields(**changes)

    def to_reply(self) -> Reply:
        fields = encode_json(self.fields)
        if not self.rows_key or (self.omit_empty_rows and not self.rows):
            return Reply(body=fields)
        key, *below = self.rows_key.split(".")
        rows = b"[%b]" % b",".join(self.rows)
        for inner in reversed(below):
            rows = b"{%b:%b}" % (encode_json(inner), rows)
        return Reply(body=b"%b,%b:%b}" % (fields[:-1], encode_json(key), rows))


def respond_json(value: Any, *, cookies: Iterable[str] = (), **headers: str) -> Reply:
    """Return JSON; *cookies* are whole Set-Cookie values, `_` in header names becomes `-`."""
    fields = [(name.replace("_", "-"), text) for name, text in headers.items()]
    fields += [("Set-Cookie", cookie) for cookie in cookies]
    return Reply(body=encode_json(value), headers=tuple(fields))


def respond_html(text: str, status: int = 200, *, cookies: Iterable[str] = ()) -> Reply:
    """Return an HTML reply; *cookies* are whole Set-Cookie values."""
    fields = tuple(("Set-Cookie", cookie) for cookie in cookies)
    return Reply(status, text.encode(), "text/html; charset=utf-8", fields)


def redirect(url: str) -> Reply:
    return Reply(302, b"", "text/html; charset=utf-8", (("Location", url),))


def encode_json(value: Any) -> bytes:
    """Return JSON as the platforms write it: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
