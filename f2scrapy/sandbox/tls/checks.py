"""Compare what a server sees of a client with Chromium's facts (chromium.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from f2scrapy.sandbox.tls.exchange import Seen

_OF_ONE_REQUEST = {"referer", "origin", "content-type", "x-secsdk-web-expire",
                   "x-secsdk-web-signature"}  # fmt: skip
_WEIGHTS = {"navigate": "navigation", "cors": "fetch GET", "no-cors": "image"}


@cache
def load_facts() -> dict[str, Any]:
    """Return what Chromium 156 shows, as `chromium.py` recorded it on 2026-11-30."""
    text = files("f2scrapy.sandbox.tls").joinpath("chromium.json").read_text("utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def find_violations(seen: Seen) -> Iterator[str]:
    """Yield what distinguishes the connection of a request from Chromium's."""
    facts, connection = load_facts(), seen.connection
    if connection.hello is None:
        yield "TLS: none"
        return
    if connection.protocol != "h2":
        yield f"TLS: {connection.protocol} in place of HTTP/2"
    if connection.hello.ja4_of_new != facts["ja4"]["h2"]:
        yield f"TLS: JA4 {connection.hello.ja4}"
    if connection.protocol == "h2":
        if connection.settings != facts["http2"]:
            yield f"HTTP/2: {connection.settings}"
        kind = _WEIGHTS.get(seen.get("Sec-Fetch-Mode"), "")
        if not kind or seen.priority != facts["kinds"][kind]["priority"]:
            yield f"HTTP/2: stream priority {seen.priority}"


def compare(seen: Seen, fact: dict[str, Any]) -> list[str]:
    """Return the differences of a request's headers from those of the same kind of request.

    `fact` is one of the same protocol. Cookies are left out: a guest may have none.
    """
    names = [name for name in seen.names if name.lower() != "cookie"]
    wanted = [name for name in fact["order"] if name.lower() != "cookie"]
    found = [] if names == wanted else [f"headers {names} in place of {wanted}"]
    for name, value in fact["values"].items():
        if name not in _OF_ONE_REQUEST and seen.get(name) != value:
            found.append(f"{name}: {seen.get(name)!r} in place of {value!r}")
    if seen.connection.protocol == "h2" and seen.priority != fact["priority"]:
        found.append(f"priority {seen.priority} in place of {fact['priority']}")
    return found
