"""Report: what the sandbox was asked, and everything that was wrong with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from f2scrapy.sandbox.http_types import Ask


@dataclass
class Interface:
    """Requests of one path, or of one media host."""

    count: int = 0
    status: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    first: float = 0  # s, when the first request came
    last: float = 0  # s, when the latest did
    least_gap: float = inf  # s

    def asked(self, now: float) -> None:
        if self.count:
            self.least_gap = min(self.least_gap, now - self.last)
        else:
            self.first = now
        self.count += 1
        self.last = now

    def as_json(self) -> dict[str, Any]:
        told = {"count": self.count, "bytes": self.bytes,
                "status": {str(k): v for k, v in sorted(self.status.items())}}  # fmt: skip
        if self.count > 1:
            told["least_gap_ms"] = round(self.least_gap * 1000, 1)
            told["mean_gap_ms"] = round((self.last - self.first) / (self.count - 1) * 1000, 1)
        return told


@dataclass
class Fetched:
    """What was taken of one medium."""

    requests: int = 0  # GET alone
    bytes: int = 0  # of bodies, as far as they were sent
    ranges: int = 0  # of the requests, those with Range


class Report:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self.interfaces: defaultdict[str, Interface] = defaultdict(Interface)
        self.kinds: Counter[str] = Counter()
        self.assets: defaultdict[str, Fetched] = defaultdict(Fetched)
        self.violations: Counter[tuple[str, str]] = Counter()
        self.sockets: Counter[str] = Counter()  # opened, frames, messages, acks, dropped …
        self._open: Counter[str] = Counter()
        self.concurrency: Counter[str] = Counter()

    @contextmanager
    def asking(self, ask: Ask, kind: str, now: float) -> Iterator[Interface]:
        """Counts a request while it is answered; *now* is s on any steady clock."""
        interface = self.interfaces[ask.host if kind == "media" else ask.host + ask.path]
        interface.asked(now)
        self.kinds[kind] += 1
        self._open[ask.host] += 1
        self.concurrency[ask.host] = max(self.concurrency[ask.host], self._open[ask.host])
        try:
            yield interface
        finally:
            self._open[ask.host] -= 1

    def violation(self, ask: Ask, what: str) -> None:
        """Notes what the platform would have minded."""
        path = ask.host + (ask.path if len(ask.path) < 80 else ask.path[:77] + "...")
        self.violations[path, what] += 1

    def fetched(self, key: str, *, size: int, ranged: bool) -> None:
        entry = self.assets[key]
        entry.requests += 1
        entry.bytes += size
        entry.ranges += ranged

    @property
    def media_bytes(self) -> int:
        return sum(entry.bytes for entry in self.assets.values())

    def as_json(self) -> dict[str, Any]:
        """As GET /__report tells it."""
        return {
            "requests": {name: entry.as_json() for name, entry in self.interfaces.items()},
            "kinds": dict(self.kinds),
            "list_requests": self.kinds["list"],
            "media_requests": self.kinds["media"],
            "media_bytes": self.media_bytes,
            "assets": {key: vars(entry) for key, entry in self.assets.items()},
            "sockets": dict(self.sockets),
            "max_concurrency": dict(self.concurrency),
            "violations": [
                {"path": path, "what": what, "count": count}
                for (path, what), count in self.violations.items()
            ],
        }
