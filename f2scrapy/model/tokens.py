"""What a platform gives its guests: how it is asked for, answered, and kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Token:
    """A value the platform gave a guest, or one made up in its place for this run only.

    "" = the platform gave none, and its page goes on without.
    """

    value: str = field(repr=False)
    made: float  # seconds since 1970
    made_up: bool = False


@dataclass(frozen=True)
class TokenAnswer:
    """What a token's host answered."""

    status: int
    set_cookies: tuple[str, ...] = field(repr=False)  # Set-Cookie headers
    body: bytes = field(repr=False)
    location: str = field(default="", repr=False)  # where a redirect leads
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # names in lower case

    def cookie(self, name: str) -> str:
        """The value it sets for this cookie; "" = it sets none."""
        pairs = (header.partition(";")[0].partition("=") for header in self.set_cookies)
        return next((value for key, _, value in pairs if key.strip() == name), "")

    @property
    def json(self) -> dict[str, Any]:
        """The body's JSON object; empty where it holds none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class TokenAsk:
    """A token to be asked for: POST `body` as JSON to `url`, or GET it, then `read` the answer."""

    name: str  # as Identity.tokens knows it
    url: str = field(repr=False)  # some hold another token
    body: Mapping[str, Any] | None = field(repr=False)  # None = GET
    read: Callable[[TokenAnswer], Mapping[str, str]]  # what it holds, by token; "" = nothing
    more: Mapping[str, str] = field(default_factory=dict, repr=False)  # headers besides the usual

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def headers(self) -> dict[str, str]:
        """What goes with it besides what the browser sends with everything."""
        kind = {} if self.body is None else {"Content-Type": "application/json"}
        return kind | dict(self.more)

    def payload(self) -> bytes:
        """The body as a browser writes it."""
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
